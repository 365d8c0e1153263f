import { each, must, Random, takes, wholeNumber } from "../base/mod.ts";
import type { Document, Documents } from "../data/mod.ts";

/** Options of {@linkcode drawPairs}. */
export interface DrawPairsOptions {
  /** How often all documents are put in a ring, each beside two others. @default {3} */
  rounds?: number | undefined;
  /** Names the random rings. @default {1} */
  seed?: number | string | undefined;
}

/**
 * Pairs to compare: in each round the documents stand in a random ring, each beside two others, so that all are connected and
 * each is compared equally often. Ask a model by `judgePairs`, which shows each pair in both orders.
 *
 * @throws {RangeError} If there are fewer than two documents, or two have one id.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { drawPairs } from "midtrain/select";
 *
 * const documents = ["a", "b", "c", "d"].map((id) => ({ id, text: id, source: "x", meta: {} }));
 * assert.equal((await drawPairs(documents, { rounds: 1 })).length, 4);
 * ```
 */
export async function drawPairs(
  documents: Documents,
  options: DrawPairsOptions = {},
): Promise<{ a: Document; b: Document }[]> {
  const cannot = "Cannot draw pairs";
  takes(cannot, options, "rounds?, seed?");
  const { rounds = 3, seed = 1 } = options;
  wholeNumber(cannot, { rounds }, ">= 1");
  const all = await Array.fromAsync(each(cannot, { documents }, "an object with id, text"));
  must(cannot, "there must be two documents or more", all.length, all.length >= 2);
  const ids = new Set(all.map(({ id }) => id));
  must(cannot, "ids must differ", `${all.length} documents with ${ids.size} ids`, ids.size === all.length);
  // The same rings whatever the order of the documents.
  all.sort((a, b) => a.id < b.id ? -1 : 1);
  const random = new Random(seed);
  const pairs: { a: Document; b: Document }[] = [];
  const met = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    const ring = random.fork(round).shuffle(all);
    for (const [at, a] of ring.entries()) {
      const b = ring[(at + 1) % ring.length];
      const name = JSON.stringify([a.id, b.id].sort());
      if (met.has(name)) continue;
      met.add(name);
      pairs.push({ a, b });
    }
  }
  return pairs;
}
