import { ofKind, oneOf, takes, wholeNumber } from "../base/mod.ts";
import { bandKeys, shingler, sketch } from "./_minhash.ts";
import type { NearDuplicateOptions } from "./near_duplicates.ts";

/** Options of {@linkcode nearDuplicateKeys}. */
export type NearDuplicateKeysOptions = Pick<
  NearDuplicateOptions,
  "shingleWords" | "bands" | "rows" | "digits"
>;

/**
 * The keys by which {@linkcode nearDuplicateClusters} proposes pairs, text by text: for work that is divided over machines.
 * Two texts are compared where they have a key of the same band in common, so that whoever has all documents that share a key
 * with another, and calls {@linkcode nearDuplicateClusters} on these alone with the same options, finds the same clusters.
 *
 * @returns A function that gives a key a band, whole numbers below 2^53, or `undefined` for a text without words. The array is
 * overwritten by its next call.
 * @throws {RangeError} If an option is out of its range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { nearDuplicateKeys } from "midtrain/select";
 *
 * const keysOf = nearDuplicateKeys({ bands: 2 });
 * const [a, b] = ["Call me Ishmael", "call me, Ishmael!"].map((text) => [...keysOf(text)!]);
 * assert.deepEqual(a, b);
 * assert.equal(keysOf("..."), undefined);
 * ```
 */
export function nearDuplicateKeys(
  options: NearDuplicateKeysOptions = {},
): (text: string) => Float64Array | undefined {
  const cannot = "Cannot make keys of near-duplicates";
  takes(cannot, options, "shingleWords?, bands?, rows?, digits?");
  const { shingleWords = 5, bands = 14, rows = 8, digits = "keep" } = options;
  wholeNumber(cannot, { shingleWords }, ">= 1");
  wholeNumber(cannot, { bands, rows }, "in [1, 1000]");
  oneOf(cannot, { digits }, ["keep", "zero"]);
  const shingle = shingler({ shingleWords, digits });
  const signature = new Uint32Array(bands * rows);
  const keys = new Float64Array(bands);
  return (text) => {
    ofKind(cannot, { text }, "a text");
    const set = shingle(text);
    if (set.length === 0) return undefined;
    sketch(set, signature);
    bandKeys(signature, rows, keys);
    return keys;
  };
}
