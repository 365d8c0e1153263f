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
  if (!(nats >= 0 && nats < Infinity)) {
    throw new RangeError(
      `Cannot compute bits per byte as nats must be finite and >= 0: current value is ${nats}`,
    );
  }
  if (!(Number.isSafeInteger(bytes) && bytes >= 1)) {
    throw new RangeError(
      `Cannot compute bits per byte as bytes must be a whole number >= 1: current value is ${bytes}`,
    );
  }
  return nats / Math.LN2 / bytes;
}
