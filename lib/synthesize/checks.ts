import { ofKind, takes } from "../base/mod.ts";

/**
 * The words of a text, folded to lower case: runs of letters, marks and digits, with apostrophes and hyphens inside.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wordsOf } from "midtrain/synthesize";
 *
 * assert.deepEqual(wordsOf("Ahab's leg – gone!"), ["ahab's", "leg", "gone"]);
 * ```
 */
export function wordsOf(text: string): string[] {
  ofKind("Cannot find words", { text }, "a text");
  return text.toLowerCase().replaceAll("’", "'").match(/[\p{L}\p{M}\p{N}]+(?:['-][\p{L}\p{M}\p{N}]+)*/gu) ??
    [];
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
  const words = wordsOf(text);
  const sourceWords = wordsOf(source);
  const runs = new Set<string>();
  for (let i = 0; i + n <= sourceWords.length; i++) runs.add(sourceWords.slice(i, i + n).join(" "));
  let copied = 0;
  let end = 0;
  for (let i = 0; i + n <= words.length; i++) {
    if (!runs.has(words.slice(i, i + n).join(" "))) continue;
    copied += i + n - Math.max(end, i);
    end = i + n;
  }
  return words.length === 0 ? 0 : copied / words.length;
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
  const words = wordsOf(text);
  const runs = words.length - n + 1;
  const seen = new Set<string>();
  for (let i = 0; i < runs; i++) seen.add(words.slice(i, i + n).join(" "));
  return runs < 1 ? 0 : 1 - seen.size / runs;
}

/**
 * The numbers in a text as written in digits, thousands separators taken out.
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
  const found = text.match(/\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?/g) ?? [];
  return found.map((number) => number.replaceAll(",", ""));
}

/**
 * Names in a text that the source does not have: words with a capital letter inside a sentence, whose lower-case form
 * stands nowhere in the source.
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
  const known = new Set(wordsOf(source).flatMap((word) => [word, word.replace(/'s$/, "")]));
  // A capital after a stop, a colon, a line break or an opening quotation mark says nothing.
  const inside = text.matchAll(/(?<=[\p{L}\p{N},;)’'-] )\p{Lu}[\p{L}\p{M}]*(?:['’]\p{L}+)?/gu);
  const names = Array.from(inside, ([name]) => name.replace(/['’]s$/, ""));
  return [...new Set(names)].filter((name) =>
    name.length > 1 && !known.has(name.toLowerCase().replaceAll("’", "'"))
  );
}

/**
 * Whether two texts seem to be of one language: the same script, and in Latin script no other language whose commonest
 * words fill much more of the text. Cheap and careful: it says no only when the evidence is plain.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sameLanguage } from "midtrain/synthesize";
 *
 * assert(sameLanguage("The whale is in the sea.", "It was the best of times."));
 * assert(!sameLanguage("Der Wal ist in dem Meer und der See.", "It was the best of times."));
 * ```
 */
export function sameLanguage(text: string, source: string): boolean {
  ofKind("Cannot compare languages", { text, source }, "a text");
  const script = scriptOf(text);
  if (script !== scriptOf(source)) return script === undefined || scriptOf(source) === undefined;
  return script !== "Latin" ||
    (languageOf(text) ?? languageOf(source)) === (languageOf(source) ?? languageOf(text));
}

const scripts = [
  "Latin",
  "Cyrillic",
  "Greek",
  "Arabic",
  "Hebrew",
  "Han",
  "Hiragana",
  "Hangul",
  "Devanagari",
  "Thai",
]
  .map((name) => [name, new RegExp(`\\p{Script=${name}}`, "gu")] as const);

function scriptOf(text: string): string | undefined {
  const counts = scripts.map(([name, letters]) => [name, text.match(letters)?.length ?? 0] as const);
  const [name, count] = counts.reduce((a, b) => b[1] > a[1] ? b : a);
  // Kana and Han are one written language.
  return count === 0 ? undefined : name === "Hiragana" ? "Han" : name;
}

const functionWords = Object.entries({
  English: "the of and to in is that it was for with as his he by not are this be from",
  German: "der die und das ist nicht ein eine den dem zu mit sich auf für von im auch es wird",
  French: "le la les et des est une dans que qui pour pas sur du il avec ne ce au sont",
  Spanish: "el los las y del que una por con es para se su como más pero fue son lo al",
  Italian: "il di che e non una per sono con del della gli si anche è come nel dei più ha",
  Portuguese: "o os as e do da que não uma para com em foi são mais no na ao por se",
  Dutch: "het een van en niet is op te dat met voor zijn aan er die ook wordt maar naar bij",
}).map(([language, words]) => [language, new Set(words.split(" "))] as const);

function languageOf(text: string): string | undefined {
  const words = wordsOf(text);
  const counts = functionWords.map(([language, known]) =>
    [language, words.filter((word) => known.has(word)).length] as const
  ).sort((a, b) => b[1] - a[1]);
  const [first, second] = counts as [readonly [string, number], readonly [string, number]];
  return first[1] >= 3 && first[1] >= 2 * second[1] ? first[0] : undefined;
}
