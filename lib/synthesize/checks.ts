import { ofKind, takes, wholeNumber } from "../base/mod.ts";
import { capitalisesNouns } from "./_languages.ts";
import { asciiDigit } from "./_numbers.ts";

/**
 * The words of a text, folded to lower case: runs of letters, marks and digits, with apostrophes and hyphens inside. Chinese,
 * Japanese, Thai, Lao, Khmer and Burmese, which write no spaces, are cut by the dictionaries of `Intl.Segmenter`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wordsOf } from "midtrain/synthesize";
 *
 * assert.deepEqual(wordsOf("Ahab's leg – gone!"), ["ahab's", "leg", "gone"]);
 * assert.deepEqual(wordsOf("蓝鲸是最大的动物。"), ["蓝鲸", "是", "最大", "的", "动物"]);
 * ```
 */
export function wordsOf(text: string): string[] {
  ofKind("Cannot find words", { text }, "a text");
  const runs = runsOf(text);
  return unspaced.test(text) ? runs.flatMap((run) => unspaced.test(run) ? wordPieces(run) : [run]) : runs;
}

/**
 * The words of a text to look for in another: those of scripts without spaces letter by letter, as where a word is cut
 * depends on what stands beside it.
 */
export function wordKey(text: string): string {
  const words = runsOf(text).flatMap((run) => unspaced.test(run) ? run.match(letter)! : [run]);
  return ` ${words.join(" ")} `;
}

function runsOf(text: string): string[] {
  return text.toLowerCase().replaceAll("’", "'").match(/[\p{L}\p{M}\p{N}]+(?:['-][\p{L}\p{M}\p{N}]+)*/gu) ??
    [];
}

/** The letters of scripts that write no spaces between words. */
export const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const letter = /[\p{Script=Latin}\p{N}]+|\P{M}\p{M}*/gu;
let segmenter: Intl.Segmenter | undefined;

/** A text cut at its words; joined they are the text. */
export function wordPieces(run: string): string[] {
  segmenter ??= new Intl.Segmenter("en", { granularity: "word" });
  return Array.from(segmenter.segment(run), ({ segment }) => segment);
}

/** Whether two texts say the same words in the same order. */
export function sameWords(a: string, b: string): boolean {
  return wordsOf(a).join(" ") === wordsOf(b).join(" ");
}

/** Options of {@linkcode copiedShare}. */
export interface CopiedShareOptions {
  /** Words in a run. @default {8} */
  n?: number;
}

/**
 * The share of a text's words that lie in runs of at least `n` words which stand in the source, in [0, 1]. 0 for a text
 * shorter than `n` words.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { copiedShare } from "midtrain/synthesize";
 *
 * const source = "Call me Ishmael. Some years ago I went to sea.";
 * assert.equal(copiedShare("Call me Ishmael, some say.", source, { n: 3 }), 0.8);
 * ```
 */
export function copiedShare(text: string, source: string, options: CopiedShareOptions = {}): number {
  takes("Cannot measure what is copied", options, "n?");
  ofKind("Cannot measure what is copied", { text, source }, "a text");
  const { n = 8 } = options;
  wholeNumber("Cannot measure what is copied", { n }, ">= 1");
  return copiedWords(wordsOf(text), wordsOf(source), n);
}

/** The same of words. */
export function copiedWords(words: string[], sourceWords: string[], n = 8): number {
  const known = new Set(sourceWords);
  // Most texts have no run of words that the source has too, whatever their order.
  let length = 0;
  if (!words.some((word) => (length = known.has(word) ? length + 1 : 0) >= n)) return 0;
  const runs = new Set(runsOfWords(sourceWords, n));
  let copied = 0;
  let end = 0;
  runsOfWords(words, n).forEach((run, i) => {
    if (!runs.has(run)) return;
    copied += i + n - Math.max(end, i);
    end = i + n;
  });
  return copied / words.length;
}

/** All runs of so many words, each as one text. */
function runsOfWords(words: string[], n: number): string[] {
  const joined = words.join(" ");
  const runs: string[] = [];
  let start = 0;
  let end = words.slice(0, n - 1).reduce((sum, word) => sum + word.length + 1, 0);
  for (let i = 0; i + n <= words.length; i++) {
    end += words[i + n - 1].length + 1;
    runs.push(joined.slice(start, end - 1));
    start += words[i].length + 1;
  }
  return runs;
}

/** Options of {@linkcode repeatedShare}. */
export interface RepeatedShareOptions {
  /** Words in a run. @default {3} */
  n?: number;
}

/**
 * The share of a text's runs of `n` words that stood in it before, in [0, 1]: small models fall into loops.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { repeatedShare } from "midtrain/synthesize";
 *
 * assert.equal(repeatedShare("Row the boat, row the boat, row the"), 0.5);
 * assert.equal(repeatedShare("Call me Ishmael."), 0);
 * ```
 */
export function repeatedShare(text: string, options: RepeatedShareOptions = {}): number {
  takes("Cannot measure what is repeated", options, "n?");
  ofKind("Cannot measure what is repeated", { text }, "a text");
  const { n = 3 } = options;
  wholeNumber("Cannot measure what is repeated", { n }, ">= 1");
  return repeatedWords(wordsOf(text), n);
}

/** The same of words. */
export function repeatedWords(words: string[], n = 3): number {
  const runs = runsOfWords(words, n);
  return runs.length === 0 ? 0 : 1 - new Set(runs).size / runs.length;
}

/**
 * The numbers in a text as written in digits of any script, thousands separators taken out.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { numbersOf } from "midtrain/synthesize";
 *
 * assert.deepEqual(numbersOf("1,200 barrels in 1851, 3.5 each"), ["1200", "1851", "3.5"]);
 * ```
 */
export function numbersOf(text: string): string[] {
  ofKind("Cannot find numbers", { text }, "a text");
  const plain = text.replace(/\p{Nd}/gu, asciiDigit).replaceAll("\u066b", ".").replaceAll("\u066c", ",");
  const found = plain.match(/\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?/g) ?? [];
  return found.map((number) => number.replaceAll(",", ""));
}

/**
 * Names in a text that the source does not have: words with a capital letter inside a sentence, whose lower-case form
 * stands nowhere in the source, nor a form of it (`America` for `American`). German writes every noun with a capital, so
 * that names cannot be told from them: there are none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { newNames } from "midtrain/synthesize";
 *
 * assert.deepEqual(newNames("The captain, Ahab, met Boomer.", "Ahab was the captain."), ["Boomer"]);
 * ```
 */
export function newNames(text: string, source: string): string[] {
  ofKind("Cannot find new names", { text, source }, "a text");
  // A capital after a stop, a colon, a line break or an opening quotation mark says nothing.
  const inside = text.match(/(?<=[\p{L}\p{N},;)’'-] )\p{Lu}[\p{L}\p{M}]*(?:['’]\p{L}+)?/gu);
  if (inside === null || capitalisesNouns(text)) return [];
  const known = new Set(
    wordsOf(source).flatMap((word) => word.endsWith("'s") ? [word, word.slice(0, -2)] : [word]),
  );
  const forms = [...known].filter((word) => word.length > 4);
  const names = inside.map((name) => name.replace(/['’]s$/, ""));
  return [...new Set(names)].filter((name) => {
    const word = name.toLowerCase().replaceAll("’", "'");
    return name.length > 1 && !known.has(word) && !/^i['’]/i.test(name) &&
      !forms.some((form) =>
        word.length > 4 && Math.abs(form.length - word.length) < 4 &&
        (form.startsWith(word) || word.startsWith(form))
      );
  });
}
