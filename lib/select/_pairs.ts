import { must } from "../base/mod.ts";

/**
 * The pairs of documents to compare, each as `later * n + earlier` of their ordinals, ascending. In a bucket of many each
 * document meets the first and the one before it, by id: linear in the bucket, and any two still meet through the chain.
 *
 * Everything is sorted arrays of numbers, as a `Map` ends at 2^24 entries, which one shard of a crawl exceeds.
 *
 * @param byId The ordinals of all n documents, by id.
 * @param keys For each band the documents' keys, whole numbers below 2^53; NaN where a document has no words.
 */
export function candidatePairs(byId: Uint32Array, keys: readonly Float64Array[]): Float64Array {
  const n = byId.length;
  must("Cannot find near-duplicates", "the documents must be at most 94906265", n, n * n <= 2 ** 53);
  let pairs = new Float64Array(1024);
  let count = 0;
  const add = (a: number, b: number) => {
    if (count === pairs.length) {
      const grown = new Float64Array(2 * count);
      grown.set(pairs);
      pairs = grown;
    }
    pairs[count++] = Math.max(a, b) * n + Math.min(a, b);
  };
  for (const column of keys) {
    const order = sortedBy(column, byId.filter((ordinal) => !Number.isNaN(column[ordinal])));
    let first = 0;
    for (let i = 1; i < order.length; i++) {
      if (column[order[i]] !== column[order[first]]) first = i;
      else {
        add(order[first], order[i]);
        if (i - 1 > first) add(order[i - 1], order[i]);
      }
    }
  }
  const sorted = pairs.subarray(0, count).sort();
  let distinct = 0;
  for (let i = 0; i < count; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[distinct++] = sorted[i];
  return sorted.slice(0, distinct);
}

/** The ordinals by their keys, in the order given where keys are equal: a radix sort by 14 bits at a time. */
function sortedBy(keys: Float64Array, ordinals: Uint32Array): Uint32Array {
  let from: Uint32Array = ordinals;
  let to: Uint32Array = new Uint32Array(from.length);
  const digit = (key: number, pass: number) => Math.floor(key / 2 ** (14 * pass)) & 0x3fff;
  for (let pass = 0; pass < 4; pass++) {
    const starts = new Uint32Array(0x4001);
    for (const ordinal of from) starts[digit(keys[ordinal], pass) + 1]++;
    for (let i = 1; i < starts.length; i++) starts[i] += starts[i - 1];
    for (const ordinal of from) to[starts[digit(keys[ordinal], pass)]++] = ordinal;
    [from, to] = [to, pass === 0 ? new Uint32Array(from.length) : from];
  }
  return from;
}
