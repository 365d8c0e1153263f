import { ofKind, takes, wholeNumber } from "../base/mod.ts";
import type { Rule } from "./rule.ts";

/** Options of {@linkcode personalData}. */
export interface PersonalDataOptions {
  /** What stands in the place of each. @default {Dolma's marks: `|||EMAIL_ADDRESS|||`, `|||PHONE_NUMBER|||`, `|||IP_ADDRESS|||`} */
  placeholders?: { email?: string; phone?: string; ip?: string } | undefined;
  /** A document with more spans than this is dropped: Dolma drops beyond 5. @default {Infinity} */
  maxSpans?: number | undefined;
}

/**
 * Replace e-mail addresses, telephone numbers and IP addresses, and count them: the rule that Dolma and datatrove apply last.
 *
 * - E-mail: words with single dots between, at a domain that ends in letters. Addresses at `example.com` and the like, the
 *   names of files (`icon@2x.png`), versions (`react@18.2.0`) and `git@host:` stay.
 * - Telephone: North American numbers with separators, international ones with `+`, and any number of 7 to 15 digits behind `tel:`
 *   and its like. Numbers of ten digits without separators stay, as most are something else.
 * - IP: version 4, globally routable (as IANA lists), without leading zeros; not what follows `version`, a word and a slash
 *   (`Chrome/120.0.0.0`), or stands before a heading. Version 6 stays, as in both sources.
 *
 * Every expression is bounded: its time grows with the text's length alone.
 *
 * @throws {RangeError} If `maxSpans` is no whole number >= 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { personalData } from "midtrain/select";
 *
 * const rule = personalData({ placeholders: { email: "<EMAIL>", ip: "<IP>" } });
 * const { text, statistics } = rule.judge("Ask ahab@pequod.net, not 8.8.8.8 or 192.168.0.1, of version 1.2.3.4.");
 * assert.equal(text, "Ask <EMAIL>, not <IP> or 192.168.0.1, of version 1.2.3.4.");
 * assert.deepEqual(statistics, { emails: 1, phones: 0, ips: 1 });
 * ```
 */
export function personalData(options: PersonalDataOptions = {}): Rule {
  const cannot = "Cannot build the rule personal-data";
  takes(cannot, options, "placeholders?, maxSpans?");
  const { placeholders = {}, maxSpans = Infinity } = options;
  takes(cannot, placeholders, "email?, phone?, ip?");
  const { email = "|||EMAIL_ADDRESS|||", phone = "|||PHONE_NUMBER|||", ip = "|||IP_ADDRESS|||" } =
    placeholders;
  ofKind(
    cannot,
    { "placeholders.email": email, "placeholders.phone": phone, "placeholders.ip": ip },
    "a text",
  );
  if (maxSpans !== Infinity) wholeNumber(cannot, { maxSpans }, ">= 0");
  return {
    name: "personal-data",
    judge(text) {
      const statistics = { emails: 0, phones: 0, ips: 0 };
      let clean = text;
      const replace = (
        kind: keyof typeof statistics,
        placeholder: string,
        [pattern, isOne]: readonly [RegExp, (found: string, at: number, text: string) => boolean],
      ) => {
        clean = clean.replace(pattern, (found, ...rest) => {
          // Patterns have no groups.
          const [at, whole] = rest as [number, string];
          if (!isOne(found, at, whole)) return found;
          statistics[kind]++;
          return placeholder;
        });
      };
      if (text.includes("@")) replace("emails", email, [EMAIL, isEmail]);
      if (/\d\.\d/.test(text)) replace("ips", ip, [IP, isAddress]);
      for (const one of PHONES) replace("phones", phone, one);
      const spans = statistics.emails + statistics.phones + statistics.ips;
      if (spans > maxSpans) {
        return { keep: false, reason: `more than ${maxSpans} personal spans`, statistics };
      }
      return spans === 0 ? { keep: true, statistics } : { keep: true, statistics, text: clean };
    },
  };
}

/** Words with single dots between, where they cannot have begun earlier, at a domain of labels. */
const EMAIL =
  /(?<![\p{L}\p{N}_%+-]\.?)[\p{L}\p{N}_%+-][\p{L}\p{N}_%+'-]{0,63}(?:\.[\p{L}\p{N}_%+'-]{1,64}){0,8}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}_@-])/gu;

const FILES = /\.(?:png|jpe?g|gif|svg|webp|avif|ico|css|[cm]?[jt]sx?|json|html?|pdf|md|py|txt)$/i;
const RESERVED = /(?:@|\.)(?:example(?:\.(?:com|org|net))?|test|invalid|localhost)$/i;

function isEmail(found: string, at: number, text: string): boolean {
  if (FILES.test(found) || RESERVED.test(found)) return false;
  // The address of a repository.
  return !(found.startsWith("git@") && text[at + found.length] === ":");
}

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IP = new RegExp(
  `(?<![\\p{L}\\p{N}_.-])${OCTET}(?:\\.${OCTET}){3}(?![\\p{L}\\p{N}_]|\\.\\d|-\\d)`,
  "gu",
);

const VERSION =
  /(?:\b(?:version|versions|ver|release|firmware|build|v|rev|section|sections|sec|chapter|clause|figure|table|appendix|paragraph)[.:]?|§+)\s{0,3}$/i;

function isAddress(found: string, at: number, text: string): boolean {
  const before = text.slice(Math.max(0, at - 24), at);
  if (VERSION.test(before) || /(?:^|[^/])\/$/.test(before) && /[\p{L}\p{N}]\/$/u.test(before)) return false;
  const octets = found.split(".").map(Number);
  // A heading: small numbers at the start of a line, then a capital.
  const after = text.slice(at + found.length, at + found.length + 4);
  if (/(?:^|\n)\s{0,8}$/.test(before) && /^\s\p{Lu}/u.test(after) && octets.every((one) => one < 50)) {
    return false;
  }
  return isGlobal(octets);
}

/** Whether an address is routed on the open network: IANA's special-purpose registry, and no multicast. */
function isGlobal([a, b, c, d]: number[]): boolean {
  return !(a === 0 || a === 10 || a === 127 || a >= 224 || a === 100 && b >= 64 && b < 128 ||
    a === 169 && b === 254 || a === 172 && b >= 16 && b < 32 || a === 192 && b === 168 ||
    a === 192 && b === 0 && (c === 0 && d !== 9 && d !== 10 || c === 2) ||
    a === 198 && (b === 18 || b === 19 || b === 51 && c === 100) || a === 203 && b === 0 && c === 113);
}

const always = () => true;

const PHONES: readonly (readonly [RegExp, (found: string) => boolean])[] = [
  // With a country's code: 8 to 15 digits.
  [
    /(?<![\p{L}\p{N}+.=])\+[1-9](?:[ .\u00a0\u2011/-]?\(?\d\)?){7,14}(?![\p{L}\p{N}]|[.,]\d)/gu,
    (found) => !/\d\.\d+$/.test(found) || /\d\.\d+\./.test(found),
  ],
  // North American: area code and exchange begin with 2 to 9, and no digit stands before or behind.
  [
    /(?<![\p{L}\p{N}_$€£#+=/-]|\d[ .\u00a0]|[.,])(?:1[ .-])?(?:\([2-9]\d{2}\)[ \u00a0]?|[2-9]\d{2}[.-])[2-9]\d{2}[ .-]\d{4}(?![\p{L}\p{N}_]|[.,-]\d)/gu,
    always,
  ],
  [
    /(?<![\p{L}\p{N}_$€£#+=/-]|\d[ .,\u00a0]|[.,])(?:1 )?[2-9]\d{2}[ \u00a0][2-9]\d{2}[ \u00a0-]\d{4}(?![\p{L}\p{N}_]|[ .,-]\d)/gu,
    always,
  ],
  // Behind a word that says so.
  [
    /(?<=\b(?:tel|telephone|phone|mobile|cell|fax|whatsapp)\b\.?[ ]?(?:no\.?|number)?[ ]?[:：]?[ ]{0,2})\(?\d(?:[ .\u00a0/-]?\(?\d\)?){6,14}(?![\p{L}\p{N}]|[.,]\d)/giu,
    (found) => !/^\d{1,2}[./-]\d{1,2}[./-]\d{4}$|^\d{4}[./-]\d{1,2}[./-]\d{1,2}$/.test(found),
  ],
];
