import { inRange, wholeNumber } from "../base/mod.ts";

/**
 * Bits per byte: the loss of a text in a unit that does not depend on the tokenizer, so that models with different
 * vocabularies compare.
 *
 * @param nats The summed negative log-likelihood of the text, in nats.
 * @param bytes The text's length in UTF-8 bytes.
 * @returns `nats / ln 2 / bytes`.
 * @throws {RangeError} If `nats` is not finite or negative, or `bytes` is not a whole number >= 1.
 * @example A uniform model over 256 bytes needs 8 bits for each
 * ```ts
 * import assert from "node:assert/strict";
 * import { bitsPerByte } from "midtrain/evaluate";
 *
 * assert.equal(bitsPerByte(100 * Math.log(256), 100), 8);
 * ```
 */
export function bitsPerByte(nats: number, bytes: number): number {
  inRange("Cannot compute bits per byte", { nats }, "finite and >= 0");
  wholeNumber("Cannot compute bits per byte", { bytes }, ">= 1");
  return nats / Math.LN2 / bytes;
}
