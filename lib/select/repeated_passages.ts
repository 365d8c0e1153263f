import { each, gramHashes, mix32, ofKind, oneOf, takes, wholeNumber, WordScanner } from "../base/mod.ts";
import type { Document, Documents } from "../data/mod.ts";
import { Counts } from "./_counts.ts";
import { Cutter, readAgain, REPEAT_OPTIONS, type RepeatOptions, type Span } from "./_repeats.ts";

/** Options of {@linkcode removeRepeatedPassages}. */
export interface RemoveRepeatedPassagesOptions extends RepeatOptions {
  /** The shortest passage, in words. @default {50} */
  words?: number;
}

/**
 * Cut out passages that stand elsewhere in the corpus word for word: exact substrings, as Lee et al. remove them (arXiv
 * 2107.06499, with 50 tokens), of words rather than bytes, so that another case, punctuation or line break hides none.
 *
 * Where they use a suffix array over the whole corpus, this reads the documents three times and holds little: of every passage
 * some runs of half its length are picked (winnowing, Schleimer, Wilkerson and Aiken 2003, which misses none), 7 of 100 words
 * begin one; only passages around runs that were met twice are counted. In memory stay 17 to 34 bytes for each different run,
 * about 2 bytes a word of the corpus, and as much for each different repeated passage; half as much again while a table grows.
 * Passages are taken for the same by 64 bits of their words. A stream is first written to a temporary file, compressed.
 *
 * @throws {RangeError} If an option is out of its range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { removeRepeatedPassages } from "midtrain/select";
 *
 * const shared = "never mind how long precisely, having little money in my purse";
 * const documents = [`Some years ago, ${shared}, I went to sea.`, `He said: ${shared}! No more.`].map((text, i) => ({
 *   id: `d${i}`,
 *   text,
 *   source: "example",
 *   meta: {},
 * }));
 * const kept = await Array.fromAsync(removeRepeatedPassages(documents, { words: 8 }));
 * assert.deepEqual(kept.map(({ text }) => text), [documents[0].text, "He said: No more."]);
 * ```
 */
export async function* removeRepeatedPassages(
  documents: Documents,
  options: RemoveRepeatedPassagesOptions = {},
): AsyncGenerator<Document> {
  const cannot = "Cannot remove repeated passages";
  takes(cannot, options, `words?, ${REPEAT_OPTIONS}`);
  ofKind(cannot, { documents }, "a list or another iterable");
  const { words = 50, keep = "first", action = "remove", digits = "keep" } = options;
  wholeNumber(cannot, { words }, ">= 2");
  oneOf(cannot, { keep }, ["first", "none"]);
  oneOf(cannot, { action }, ["remove", "flag"]);
  oneOf(cannot, { digits }, ["keep", "zero"]);
  const scanner = new WordScanner({ digits });
  const half = Math.ceil(words / 2);
  const runs = new Grams(half);
  const passages = new Grams(words);

  yield* readAgain(cannot, documents, async function* (read) {
    const met = new Counts(2);
    for await (const { text } of each(cannot, { documents: read() }, "an object with id, text")) {
      const count = scanner.scan(text);
      if (count < words) continue;
      runs.hash(scanner.hashes.subarray(0, count));
      for (const at of picked(runs.first, words - half + 1)) met.add(runs.key(at));
    }
    let scanned = 0;
    /** Where passages begin that hold a run which was met again. */
    const candidates = function* (text: string) {
      const count = scanned = scanner.scan(text);
      if (count < words) return;
      const hashes = scanner.hashes.subarray(0, count);
      runs.hash(hashes);
      let next = 0;
      let hashed = false;
      for (const at of picked(runs.first, words - half + 1)) {
        if (met.get(runs.key(at)) < 2) continue;
        if (!hashed) passages.hash(hashes);
        hashed = true;
        const last = Math.min(at, count - words);
        for (let first = Math.max(next, at + half - words); first <= last; first++) yield first;
        next = Math.max(next, last + 1);
      }
    };
    const counts = new Counts(2);
    for await (const { text } of read()) for (const at of candidates(text)) counts.add(passages.key(at));
    const stood = new Counts(2);
    const cutter = new Cutter("select/repeated-passages", options);
    for await (const document of read()) {
      const { text } = document;
      const own = new Map<string, number>();
      const spans: Span[] = [];
      const startOf = (word: number) => word < scanned ? scanner.starts[word] : text.length;
      let last = 0;
      for (const at of candidates(text)) {
        const key = passages.key(at);
        const copies = counts.get(key);
        if (copies < 2) continue;
        let first = at;
        if (keep === "first") {
          const name = `${key[0]} ${key[1]}`;
          if (stood.add(key) === 1) {
            own.set(name, at);
            continue;
          }
          // What repeats itself within its own length, as a row of the same word, keeps its first copy whole.
          first = Math.max(at, (own.get(name) ?? -words) + words);
        }
        const end = at + words;
        const span = spans.at(-1);
        if (span && first <= last) {
          span.copies = Math.max(span.copies, copies);
          span.end = startOf(end);
        } else spans.push({ start: startOf(first), end: startOf(end), copies });
        last = end;
      }
      const left = cutter.cut(document, spans, (text) => scanner.scan(text) > 0);
      if (left) yield left;
    }
    options.onReport?.(cutter.report);
  });
}

/** Runs of n words as two 32-bit hashes each. */
class Grams {
  /** The first hash of each run. */
  first: Uint32Array = new Uint32Array();
  #second: Uint32Array = new Uint32Array();
  #salted: Uint32Array = new Uint32Array();
  readonly #into = [new Uint32Array(1024), new Uint32Array(1024)];
  readonly #n: number;
  readonly #key = new Uint32Array(2);

  constructor(n: number) {
    this.#n = n;
  }

  /** Hash the runs of a text's words. */
  hash(words: Uint32Array): void {
    const count = words.length;
    if (this.#salted.length < count) {
      this.#salted = new Uint32Array(2 * count);
      for (const i of [0, 1]) this.#into[i] = new Uint32Array(2 * count);
    }
    for (let i = 0; i < count; i++) this.#salted[i] = mix32(words[i] ^ 0x5bd1e995);
    this.first = gramHashes(words, this.#n, { into: this.#into[0] });
    this.#second = gramHashes(this.#salted.subarray(0, count), this.#n, { into: this.#into[1] });
  }

  /** The key of the run that begins at a word; the array is overwritten by the next call. */
  key(at: number): Uint32Array {
    this.#key[0] = this.first[at];
    this.#key[1] = this.#second[at];
    return this.#key;
  }
}

/** The places of the least value of every `width` neighbours, the last among equals, ascending and each once. */
function* picked(values: Uint32Array, width: number): Generator<number> {
  let least = -1;
  for (let end = width - 1; end < values.length; end++) {
    if (least > end - width) {
      if (values[end] > values[least]) continue;
      least = end;
    } else {
      least = end - width + 1;
      for (let i = least + 1; i <= end; i++) if (values[i] <= values[least]) least = i;
    }
    yield least;
  }
}
