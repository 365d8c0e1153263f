import { takes } from "./check.ts";
import { ofKind } from "./kind.ts";

/** Options of {@linkcode WordScanner}. */
export interface WordOptions {
  /**
   * What becomes of numbers.
   * - `keep`: each stays itself, so that problems which differ only in their numbers stay apart.
   * - `zero`: every run of digits reads as `0` (FineWeb's normalisation); templates fall together, and so do tables of
   *   unrelated numbers.
   *
   * @default {"keep"}
   */
  digits?: "keep" | "zero";
}

// A table entry below FOLDED is a class; from there on it is the code unit that a letter or digit is read as.
const SEPARATOR = 0;
const IGNORED = 1;
const SPELLED = 2;
const ALONE = 3;
const OPERATOR = 4;
const DIGIT = 5;
const SURROGATE = 6;
const UNKNOWN = 7;
const FOLDED = 8;
const SEED = 0x811c9dc5;
const PRIME = 0x01000193;
const operators: Record<string, string> = {
  "+": "+",
  "-": "-",
  "−": "-",
  "*": "*",
  "×": "*",
  "/": "/",
  "÷": "/",
  "^": "^",
  "=": "=",
  "<": "<",
  ">": ">",
  "≤": "≤",
  "≥": "≥",
};

/** What letters beyond single code units are read as; filled as they are met. */
const spellings = new Map<number, string>();
const keepTable = makeTable(false);
const zeroTable = makeTable(true);

/**
 * Cuts text into words, each as a 32-bit hash with its place, for whatever compares texts by their words: near-duplicates,
 * decontamination. It reads over 100 MB/s, for which `Intl.Segmenter` (about 2 MB/s) and regular expressions with a
 * string a word were weighed and found too slow.
 *
 * A word is a run of letters and digits, compared without case, diacritics and compatibility forms (`É`, `e` and `ｅ` are
 * one letter; invisible characters are passed over). Punctuation only separates, except that an arithmetic sign with a
 * number beside it is a word of its own, so that `3 + 4` and `3 * 4` differ. In scripts written without spaces (Han, kana,
 * Thai, Lao, Khmer, Burmese) every character is a word.
 *
 * The arrays belong to the scanner and hold until the next call of `scan`.
 *
 * @example Same words, different dress
 * ```ts
 * import assert from "node:assert/strict";
 * import { WordScanner } from "midtrain/base";
 *
 * const scanner = new WordScanner();
 * assert.equal(scanner.scan("The café, 3 + 4."), 5);
 * const hashes = scanner.hashes.slice(0, 5);
 * assert.equal(scanner.scan("the CAFE\n3+4"), 5);
 * assert.deepEqual(scanner.hashes.slice(0, 5), hashes);
 * assert.deepEqual([scanner.starts[1], scanner.ends[1]], [4, 8]);
 * ```
 */
export class WordScanner {
  /** The hash of each word, as unsigned 32-bit integers. */
  hashes: Uint32Array = new Uint32Array(1024);
  /** Where each word starts, in UTF-16 code units. */
  starts: Uint32Array = new Uint32Array(1024);
  /** Where each word ends (exclusive), in UTF-16 code units. */
  ends: Uint32Array = new Uint32Array(1024);
  #count = 0;
  #table: Uint16Array;

  /** A scanner with one normalisation. */
  constructor(options: WordOptions = {}) {
    const { digits = "keep" } = options;
    if (digits !== "keep" && digits !== "zero") {
      throw new RangeError(
        `Cannot scan words as digits must be "keep" or "zero": current value is ${digits}`,
      );
    }
    this.#table = digits === "zero" ? zeroTable : keepTable;
  }

  /** Read `text`; returns how many words it has, which is how much of the arrays is filled. */
  scan(text: string): number {
    const table = this.#table;
    const length = text.length;
    this.#count = 0;
    let start = -1;
    let hash = SEED;
    let afterDigit = false;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      const entry = table[unit];
      if (entry >= FOLDED) {
        if (start < 0) start = i;
        hash = Math.imul(hash ^ entry, PRIME);
        afterDigit = false;
        continue;
      }
      if (entry === SEPARATOR) {
        if (start >= 0) {
          this.#push(hash, start, i);
          start = -1;
          hash = SEED;
          afterDigit = false;
        }
        continue;
      }
      if (entry === IGNORED) continue;
      if (entry === DIGIT) {
        if (start < 0) start = i;
        if (!afterDigit) hash = Math.imul(hash ^ 48, PRIME);
        afterDigit = true;
        continue;
      }
      if (entry === UNKNOWN) {
        classify(table, unit);
        i--;
        continue;
      }
      let spelled = spellings.get(unit) ?? "";
      let width = 1;
      let alone = entry === ALONE;
      if (entry === OPERATOR) {
        alone = standsBetweenOperands(text, i);
        spelled = alone ? operators[text[i]] : "";
      } else if (entry === SURROGATE) {
        const point = text.codePointAt(i)!;
        width = point > 0xffff ? 2 : 1;
        spelled = spell(point);
        alone = isAlone(point);
      }
      if (start >= 0 && (alone || !spelled)) {
        this.#push(hash, start, i);
        start = -1;
        hash = SEED;
      }
      if (spelled) {
        if (start < 0) start = i;
        for (let j = 0; j < spelled.length; j++) hash = Math.imul(hash ^ spelled.charCodeAt(j), PRIME);
      }
      if (alone && start >= 0) {
        this.#push(hash, start, i + width);
        start = -1;
        hash = SEED;
      }
      afterDigit = false;
      i += width - 1;
    }
    if (start >= 0) this.#push(hash, start, length);
    return this.#count;
  }

  #push(hash: number, start: number, end: number): void {
    if (this.#count === this.hashes.length) this.#grow();
    this.hashes[this.#count] = hash;
    this.starts[this.#count] = start;
    this.ends[this.#count++] = end;
  }

  #grow(): void {
    for (const name of ["hashes", "starts", "ends"] as const) {
      const grown = new Uint32Array(this[name].length * 2);
      grown.set(this[name]);
      this[name] = grown;
    }
  }
}

/**
 * The hash of every run of `n` words: entry `i` stands for words `i` to `i + n - 1`. A polynomial over the word hashes,
 * rolled in two multiplications a word (Karp and Rabin 1987) and stirred by MurmurHash3's finaliser.
 *
 * @param words Word hashes, as {@linkcode WordScanner} gives them.
 * @param n Words in a run, >= 1.
 * @param options.into Where to write; made when absent or too short.
 * @returns `max(0, words.length - n + 1)` hashes.
 * @throws {RangeError} If `n` is not a whole number >= 1.
 * @example Order counts
 * ```ts
 * import assert from "node:assert/strict";
 * import { gramHashes } from "midtrain/base";
 *
 * const [ab, ba] = gramHashes(Uint32Array.of(1, 2, 1), 2);
 * assert.notEqual(ab, ba);
 * ```
 */
export function gramHashes(words: Uint32Array, n: number, options: { into?: Uint32Array } = {}): Uint32Array {
  takes("Cannot hash runs of words", options, "into?");
  ofKind("Cannot hash runs of words", { words }, "a list");
  if (!Number.isSafeInteger(n) || n < 1) {
    throw new RangeError(`Cannot hash runs of words as n must be a whole number >= 1: current value is ${n}`);
  }
  const count = Math.max(0, words.length - n + 1);
  const base = 0x9e3779b1;
  const out = options.into && options.into.length >= count ? options.into : new Uint32Array(count);
  let oldest = 1;
  let rolling = 0;
  for (let i = 0; i < n; i++) oldest = Math.imul(oldest, base);
  for (let i = 0; i < words.length; i++) {
    rolling = (Math.imul(rolling, base) + words[i]) | 0;
    if (i >= n) rolling = (rolling - Math.imul(words[i - n], oldest)) | 0;
    if (i >= n - 1) out[i - n + 1] = mix32(rolling);
  }
  return out.subarray(0, count);
}

/**
 * A bijection of 32-bit integers in which every input bit moves every output bit (MurmurHash3's finaliser).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mix32 } from "midtrain/base";
 *
 * assert.equal(mix32(0), 0);
 * assert.equal(mix32(1), 0x514e28b7);
 * ```
 */
export function mix32(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function makeTable(zero: boolean): Uint16Array {
  const table = new Uint16Array(0x10000).fill(UNKNOWN);
  table.fill(SURROGATE, 0xd800, 0xe000);
  for (let unit = 0; unit < 128; unit++) classify(table, unit);
  if (zero) table.fill(DIGIT, 48, 58);
  return table;
}

/** Settle the table's entry of one code unit. */
function classify(table: Uint16Array, unit: number): void {
  const character = String.fromCharCode(unit);
  if (operators[character]) table[unit] = OPERATOR;
  else if (/[\p{M}\p{Cf}]/u.test(character)) table[unit] = IGNORED;
  else {
    const spelled = spell(unit);
    if (!spelled) table[unit] = SEPARATOR;
    else if (isAlone(unit)) table[unit] = ALONE;
    else if (spelled.length > 1) table[unit] = SPELLED;
    else table[unit] = table[spelled.charCodeAt(0)] === DIGIT ? DIGIT : spelled.charCodeAt(0);
  }
}

/** How a character reads without case, diacritics and compatibility form; empty when it is no letter or digit. */
function spell(point: number): string {
  let spelled = spellings.get(point);
  if (spelled === undefined) {
    spelled = String.fromCodePoint(point).normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "")
      .normalize("NFC");
    spellings.set(point, spelled);
  }
  return spelled;
}

function isAlone(point: number): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
    .test(String.fromCodePoint(point));
}

/** Whether the sign at `at` has a letter or digit on both sides, at least one of them a digit; spaces, brackets, $ and \ aside. */
function standsBetweenOperands(text: string, at: number): boolean {
  let left = at - 1;
  let right = at + 1;
  while (left >= 0 && isPassedOver(text.charCodeAt(left))) left--;
  while (right < text.length && isPassedOver(text.charCodeAt(right))) right++;
  if (left < 0 || right >= text.length) return false;
  const a = text.charCodeAt(left);
  const b = text.charCodeAt(right);
  return keepTable[a] >= FOLDED && keepTable[b] >= FOLDED && (isDigit(a) || isDigit(b));
}

const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;
const isPassedOver = (unit: number): boolean =>
  unit === 32 || unit === 40 || unit === 41 || unit === 36 || unit === 92 || unit === 91 || unit === 93;

/** Where no tokenizer counts: the usual size of an English token in a vocabulary of 32 to 128 thousand. */
export const bytesPerToken = 4;

let segmenter: Intl.Segmenter | undefined;

/**
 * The sentences of a text with the white space behind them; joined they are the text.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { splitSentences } from "midtrain/base";
 *
 * assert.deepEqual(splitSentences("It rains. It pours."), ["It rains. ", "It pours."]);
 * ```
 */
export function splitSentences(text: string): string[] {
  ofKind("Cannot split sentences", { text }, "a text");
  // A locale of its own, as the machine's would cut differently elsewhere.
  segmenter ??= new Intl.Segmenter("en", { granularity: "sentence" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
