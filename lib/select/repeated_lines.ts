import { each, ofKind, oneOf, takes, wholeNumber, WordScanner } from "../base/mod.ts";
import type { Document, Documents } from "../data/mod.ts";
import { Counts, hashWords } from "./_counts.ts";
import { Cutter, readAgain, REPEAT_OPTIONS, type RepeatOptions, type Span } from "./_repeats.ts";

/** Options of {@linkcode removeRepeatedLines}. */
export interface RemoveRepeatedLinesOptions extends RepeatOptions {
  /** What is compared: lines, or paragraphs, which blank lines end. @default {"line"} */
  unit?: "line" | "paragraph";
  /** So many copies in the corpus make a line a repeated one. @default {2} */
  copies?: number;
  /** Lines of fewer words are left alone. @default {1} */
  minWords?: number;
}

/**
 * Cut out the lines or paragraphs that stand again and again in the corpus, as CCNet (arXiv 1911.00359, section 3.1) and Dolma
 * do: menus, licences, notices. Lines are the same when their words are, without case, diacritics, punctuation and spaces.
 *
 * The documents are read twice (a stream is first written to a temporary file, compressed). In memory stay 64 bits and a count
 * for each different line, in a table that takes 17 to 34 bytes each and half as much again while it grows.
 *
 * @throws {RangeError} If an option is out of its range.
 * @example A notice that every page has
 * ```ts
 * import assert from "node:assert/strict";
 * import { removeRepeatedLines } from "midtrain/select";
 *
 * const documents = ["Call me Ishmael.\nAll rights reserved.", "Call me Ahab.\nAll rights reserved!"].map((text, i) => ({
 *   id: `d${i}`,
 *   text,
 *   source: "example",
 *   meta: {},
 * }));
 * const kept = await Array.fromAsync(removeRepeatedLines(documents, { keep: "none" }));
 * assert.deepEqual(kept.map(({ text }) => text), ["Call me Ishmael.\n", "Call me Ahab.\n"]);
 * ```
 */
export async function* removeRepeatedLines(
  documents: Documents,
  options: RemoveRepeatedLinesOptions = {},
): AsyncGenerator<Document> {
  const cannot = "Cannot remove repeated lines";
  takes(cannot, options, `unit?, copies?, minWords?, ${REPEAT_OPTIONS}`);
  ofKind(cannot, { documents }, "a list or another iterable");
  const { unit = "line", copies = 2, minWords = 1, keep = "first", action = "remove", digits = "keep" } =
    options;
  oneOf(cannot, { unit }, ["line", "paragraph"]);
  oneOf(cannot, { keep }, ["first", "none"]);
  oneOf(cannot, { action }, ["remove", "flag"]);
  oneOf(cannot, { digits }, ["keep", "zero"]);
  wholeNumber(cannot, { copies }, ">= 2");
  wholeNumber(cannot, { minWords }, ">= 1");
  const scanner = new WordScanner({ digits });
  const key = new Uint32Array(2);
  const separator = unit === "line" ? /\r\n|[\n\r\u2028\u2029]/g : /(?:\r?\n[^\S\n]*){2,}/g;

  /** The lines that have the words, each with its end of line; its key stands in `key`. */
  function* lines(text: string): Generator<{ start: number; end: number }> {
    const words = scanner.scan(text);
    let word = 0;
    let start = 0;
    const ends = [...text.matchAll(separator)].map(({ index, 0: { length } }) => index + length);
    for (const end of [...ends, text.length]) {
      const first = word;
      while (word < words && scanner.ends[word] <= end) word++;
      if (word - first >= minWords) {
        hashWords(scanner.hashes, first, word, key);
        yield { start, end };
      }
      start = end;
    }
  }

  yield* readAgain(cannot, documents, async function* (read) {
    const counts = new Counts(2);
    const stood = new Counts(2);
    const cutter = new Cutter(`select/repeated-${unit}s`, options);
    for await (const { text } of each(cannot, { documents: read() }, "an object with id, text")) {
      for (const _ of lines(text)) counts.add(key);
    }
    for await (const document of read()) {
      const spans: Span[] = [];
      for (const { start, end } of lines(document.text)) {
        const count = counts.get(key);
        if (count < copies || keep === "first" && stood.add(key) === 1) continue;
        spans.push({ start, end, copies: count });
      }
      const left = cutter.cut(document, spans, (text) => scanner.scan(text) > 0);
      if (left) yield left;
    }
    options.onReport?.(cutter.report);
  });
}
