import { createHash } from "node:crypto";
import { each, ofKind, oneOf, takes, WordScanner } from "../base/mod.ts";
import type { Document, Documents, OnDrop } from "../data/mod.ts";
import { Counts } from "./_counts.ts";

/** Options of {@linkcode removeExactDuplicates}. */
export interface RemoveExactDuplicatesOptions {
  /**
   * What must be the same.
   * - `text`: every character.
   * - `words`: the words, without case, diacritics, punctuation and spaces; see `WordScanner` in `midtrain/base`.
   * - `id`: the id.
   *
   * @default {"text"}
   */
  by?: "text" | "words" | "id";
  /** Documents that are never given, such as what was trained on before: what repeats them goes. @default {none} */
  against?: Documents;
  /** Called with each removed document. */
  onDrop?: OnDrop;
}

/**
 * Leave out documents that repeat an earlier one exactly. The first stays, all are read once, and nothing waits.
 *
 * In memory stay the first 16 bytes of a SHA-256 for each different document, in a table that takes 29 to 57 bytes each and
 * half as much again while it grows; two of a trillion different documents are taken for the same with probability 1.5e-15.
 *
 * @throws {RangeError} If `by` is not one of the three.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { removeExactDuplicates } from "midtrain/select";
 *
 * const documents = ["Call me Ishmael.", "call me Ishmael", "Call me Ahab."].map((text, i) => ({
 *   id: `d${i}`,
 *   text,
 *   source: "example",
 *   meta: {},
 * }));
 * const kept = await Array.fromAsync(removeExactDuplicates(documents, { by: "words" }));
 * assert.deepEqual(kept, [documents[0], documents[2]]);
 * ```
 */
export async function* removeExactDuplicates(
  documents: Documents,
  options: RemoveExactDuplicatesOptions = {},
): AsyncGenerator<Document> {
  const cannot = "Cannot remove exact duplicates";
  takes(cannot, options, "by?, against?, onDrop?");
  ofKind(cannot, { documents }, "a list or another iterable");
  const { by = "text", against = [], onDrop } = options;
  oneOf(cannot, { by }, ["text", "words", "id"]);
  ofKind(cannot, { against }, "a list or another iterable");
  const scanner = new WordScanner();
  const seen = new Counts(4);
  const key = new Uint32Array(4);
  const wordsOf = (text: string) => {
    const count = scanner.scan(text);
    return new Uint8Array(scanner.hashes.buffer, scanner.hashes.byteOffset, 4 * count);
  };
  const again = (document: Document) => {
    const content = by === "words" ? wordsOf(document.text) : document[by];
    const digest = createHash("sha256").update(content).digest();
    for (let i = 0; i < key.length; i++) key[i] = digest.readUInt32LE(4 * i);
    return seen.add(key) > 1;
  };
  const fields = "an object with id, text";
  for await (const document of each(cannot, { against }, fields)) again(document);
  for await (const document of each(cannot, { documents }, fields)) {
    if (!again(document)) yield document;
    else {
      onDrop?.({
        id: document.id,
        source: document.source,
        stage: "select/exact-duplicates",
        reason: `same ${by}`,
        excerpt: document.text.slice(0, 200),
      });
    }
  }
}
