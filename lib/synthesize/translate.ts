import { inRange, ofKind, takes } from "../base/mod.ts";
import { copiedShare, sameLanguage, sameWords, wordsOf } from "./checks.ts";
import { partPrompts, readParts } from "./_parts.ts";
import { faulty, type Method } from "./method.ts";

/** Options of {@linkcode translate}. */
export interface TranslateOptions {
  /** The most tokens of a page that one prompt holds; longer pages are cut by `segments`. @default {300} */
  maxPartTokens?: number;
  /**
   * Whether a text is in the language asked for, for example by a language rater. @default {not in the page's language, by the
   * script and the commonest words}
   */
  isTarget?: (text: string) => boolean;
  /** Sampling temperature. @default {0.3} */
  temperature?: number;
}

/**
 * A page in another language, one new text for each part of it; `meta` holds `language` and the `original`.
 * Follow it with `translateBack`, which accepts what survives the way back.
 *
 * Rejected are answers that are truncated, refuse, stay in the page's language, or change its numbers:
 * their digits count, not their separators (`3.5` and `3,5`) or their script.
 *
 * @param language The language asked for, as the prompt names it, for example `Swahili`.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random, translate } from "midtrain/synthesize";
 *
 * const method = translate("German"), text = "The whale is in the sea, and it has to rise to breathe.";
 * const page = { id: "1", text, source: "sea", meta: {} }, [prompt] = method.build(page, new Random(1));
 * const german = "Der Wal ist in dem Meer, und er muss auftauchen, um zu atmen.";
 * const results = await method.read([{ prompt, text: german }, { prompt, text: text }], page);
 * assert.deepEqual(results.map((result) => "rejected" in result ? result.rejected : result.text), [german, "not translated"]);
 * ```
 */
export function translate(language: string, options: TranslateOptions = {}): Method {
  takes("Cannot translate", options, "maxPartTokens?, isTarget?, temperature?");
  ofKind("Cannot translate", { language }, "a text");
  const { maxPartTokens = 300, isTarget, temperature = 0.3 } = options;
  mustBeNamed(language);
  const cause = (text: string, original: string) => {
    if (copiedShare(text, original) > 0.5 || sameWords(text, original)) return "not translated";
    if (isTarget && !isTarget(text)) return "another language";
    const told = longEnough(text) && longEnough(original);
    if (!isTarget && told && sameLanguage(text, original)) return "not translated";
    if (!sameNumbers(text, original)) return "numbers changed";
  };
  return {
    id: `translate/${language}@1`,
    kind: "distill",
    build: ({ text }) =>
      partPrompts(text, {
        maxPartTokens,
        minWords: 0,
        temperature,
        instruction:
          `Translate the text below into ${language}. Keep all names and numbers. Write the translation only.`,
        // Other languages may take several tokens a word.
        maxTokens: (words) => 60 + 6 * words,
      }),
    read: (answers) => readParts(answers, { cause, meta: (original) => ({ language, original }) }),
  };
}

/** Options of {@linkcode translateBack}. */
export interface TranslateBackOptions {
  /** The language of the originals, as the prompt names it. @default {"English"} */
  language?: string;
  /** The lowest chrF between the original and its way there and back, in [0, 1]. @default {0.5} */
  minSimilarity?: number;
  /** Sampling temperature. @default {0} */
  temperature?: number;
}

/**
 * The round trip: each translation is translated back and kept where the original returns, by chrF (see `chrF`). The kept
 * text is the translation, with `similarity` and `returned` in `meta`.
 *
 * @throws {RangeError} If `minSimilarity` is not in [0, 1].
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random, translateBack } from "midtrain/synthesize";
 *
 * const meta = { original: "The whale must rise to breathe." };
 * const page = { id: "1", text: "Der Wal muss auftauchen, um zu atmen.", source: "", meta };
 * const method = translateBack(), [prompt] = method.build(page, new Random(1));
 * const [kept] = await method.read([{ prompt, text: "The whale has to rise to breathe." }], page);
 * assert.equal("text" in kept && kept.text, page.text);
 * const [lost] = await method.read([{ prompt, text: "Ships are made of wood." }], page);
 * assert.equal("rejected" in lost && lost.rejected, "lost on the way");
 * ```
 */
export function translateBack(options: TranslateBackOptions = {}): Method {
  takes("Cannot translate back", options, "language?, minSimilarity?, temperature?");
  const { language = "English", minSimilarity = 0.5, temperature = 0 } = options;
  mustBeNamed(language);
  inRange("Cannot translate back", { minSimilarity }, "in [0, 1]");
  return {
    id: `translate-back/${language}@1`,
    settings: { minSimilarity },
    kind: "distill",
    build: ({ text, meta }) =>
      typeof meta.original !== "string" ? [] : [{
        messages: [{
          role: "user",
          content: `Translate the text below into ${language}. Write the translation only.\n\nText:\n${text}`,
        }],
        maxTokens: 60 + 3 * wordsOf(meta.original).length,
        temperature,
      }],
    read([answer], { text, meta }) {
      if (answer.fault) return [faulty(answer)];
      const returned = answer.text;
      const similarity = chrF(returned, String(meta.original));
      if (similarity < minSimilarity) return [{ rejected: "lost on the way", sample: returned }];
      return [{ text, meta: { ...meta, returned, similarity } }];
    },
  };
}

/**
 * chrF: the F-score of character n-grams with recall weighed twice (Popović 2015), n from 1 to 6, spaces left out, in
 * [0, 1]. As sacreBLEU's `sentence_chrf`, divided by 100.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { chrF } from "midtrain/synthesize";
 *
 * assert.equal(chrF("the whale", "the whale"), 1);
 * assert(chrF("Ships are made of wood.", "The whale must rise to breathe.") < 0.1);
 * ```
 */
export function chrF(hypothesis: string, reference: string): number {
  ofKind("Cannot compare texts", { hypothesis, reference }, "a text");
  const said = hypothesis.replace(/\s+/g, "");
  const meant = reference.replace(/\s+/g, "");
  let precision = 0;
  let recall = 0;
  let orders = 0;
  for (let n = 1; n <= 6; n++) {
    const ours = grams(said, n);
    const theirs = grams(meant, n);
    if (ours.all === 0 || theirs.all === 0) continue;
    let common = 0;
    for (const [gram, count] of ours.counts) common += Math.min(count, theirs.counts.get(gram) ?? 0);
    precision += common / ours.all;
    recall += common / theirs.all;
    orders++;
  }
  if (orders === 0 || precision + recall === 0) return 0;
  precision /= orders;
  recall /= orders;
  return 5 * precision * recall / (4 * precision + recall);
}

function grams(text: string, n: number): { counts: Map<string, number>; all: number } {
  const letters = Array.from(text);
  const counts = new Map<string, number>();
  const all = Math.max(0, letters.length - n + 1);
  for (let i = 0; i < all; i++) {
    const gram = letters.slice(i, i + n).join("");
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return { counts, all };
}

function mustBeNamed(language: string): void {
  if (language.trim() === "") {
    throw new RangeError("Cannot translate as the language must be named: it is empty");
  }
}

/** Few words say little about a language. */
function longEnough(text: string): boolean {
  return wordsOf(text).length >= 8;
}

function sameNumbers(a: string, b: string): boolean {
  return digitsOf(a) === digitsOf(b);
}

/** The digits of each number: languages differ in separators and in the signs for digits. */
function digitsOf(text: string): string {
  const numbers = text.match(/\p{Nd}+(?:[.,\u066b\u066c\u00a0\u202f]\p{Nd}+)*/gu) ?? [];
  return numbers.map((number) => Array.from(number.replace(/\P{Nd}/gu, ""), valueOf).join("")).sort().join(
    " ",
  );
}

/** A digit of any script as one of 0 to 9: in Unicode the ten stand in a row, from zero on. */
function valueOf(digit: string): number {
  const point = digit.codePointAt(0)!;
  let zero = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return (point - zero) % 10;
}
