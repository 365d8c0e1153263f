import type { Template } from "./arguments.ts";
import { dates } from "./dates.ts";
import { numbers } from "./numbers.ts";
import { silent, silentBeginning, silentEnd } from "./silent.ts";
import { inLanguage, words } from "./words.ts";

/** What is known of a template by the way that it is called. */
export interface Called {
  name: string;
  /** What it is given, and where in each the name of an argument ends. */
  parts: string[];
  equals: number[];
  /** What it shows; without it nothing is shown. */
  render?: Template;
  /** Whether it is known to have no text. */
  isKnown: boolean;
  isDisambiguation: boolean;
}

const all = new Map<string, Template>(
  Object.entries({ ...words, ...numbers, ...dates }).flatMap(([names, template]) =>
    names.split(", ").map((name): [string, Template] => [name, template])
  ),
);

/** Names of the templates that end a page which lists what its title may mean, in the largest Wikipedias. */
const disambiguation =
  /^(?:disambig.*|.*disambiguation(?: page| cleanup)?|dab|disamb|hndis|geodis|mathdab|numberdis|letter-?numbercombdisambig|begriffsklärung|homonymie|patronymie|desambiguaci[oó]n|desambig|disambigua|desambiguação|dp|doorverwijspagina|неоднозначность|ujednoznacznienie|förgrening|消歧义|消歧義|曖昧さ回避|aimai|동음이의|توضيح|ابهام‌زدایی|rozcestník|egyértelmű|пояснение)$/;

/** Find what a template is by its parts between the bars. */
export function templateFor(parts: readonly string[], equals: readonly number[]): Called {
  const first = parts[0].trim();
  const called: Called = {
    name: "",
    parts: parts.slice(1),
    equals: equals.slice(1),
    isKnown: true,
    isDisambiguation: false,
  };
  const call = /^(#?[^:\s]*)\s*:/.exec(first);
  const name = nameOf(call ? call[1] : first);
  if (call && parserFunctions[name]) {
    called.name = name;
    called.parts.unshift(first.slice(call[0].length));
    // They take their arguments by place.
    const unnamed = called.parts.map(() => -1);
    return {
      ...called,
      equals: name === "#switch" ? [-1, ...called.equals] : unnamed,
      render: parserFunctions[name],
    };
  }
  called.name = nameOf(
    call && /^(?:template|vorlage|modèle|plantilla|subst|safesubst)$/i.test(call[1])
      ? first.slice(call[0].length)
      : first,
  );
  called.isDisambiguation = disambiguation.test(called.name);
  const render = all.get(called.name) ?? byPattern(called.name);
  if (render) called.render = render;
  const key = call ? nameOf(call[1]) : called.name;
  called.isKnown = render !== undefined || called.isDisambiguation || silent.has(called.name) ||
    call !== null && silent.has(`${key}:`) || silentBeginning.test(called.name) ||
    silentEnd.test(called.name);
  return called;
}

function nameOf(written: string): string {
  return written.replace(/[\ufdd0-\ufdd7]/g, "").replaceAll("_", " ").replace(/\s+/g, " ").trim()
    .toLowerCase();
}

/** Templates whose names hold a language. */
function byPattern(name: string): Template | undefined {
  const language = /^lang-([a-z]{2,3}(?:-[a-z]+)*)$/.exec(name)?.[1];
  if (language) return (given, site) => inLanguage(language, given.of(1), site.language);
  const ipa = /^ipa-([a-z]{2,3}(?:-[a-z]+)*)$/.test(name);
  if (ipa) return (given) => given.of(1) && `[${given.of(1)}]`;
}

/** What MediaWiki itself does with two braces and a colon, as far as it makes text. */
const parserFunctions: Record<string, Template> = {
  "#if": (given) => given.of(1) ? given.of(2) : given.of(3),
  "#ifeq": (given) => given.of(1) === given.of(2) ? given.of(3) : given.of(4),
  "#switch": (given) => given.of(given.of(1).toLowerCase()) || given.of("#default"),
  "lc": (given) => given.of(1).toLowerCase(),
  "uc": (given) => given.of(1).toUpperCase(),
  "lcfirst": (given) => given.of(1).replace(/^./u, (letter) => letter.toLowerCase()),
  "ucfirst": (given) => given.of(1).replace(/^./u, (letter) => letter.toUpperCase()),
  "formatnum": (given) => given.of(1),
};
