/**
 * The pairs of documents that one band proposes, each as `later * n + earlier` of their ordinals, ascending. In a bucket of
 * many each document meets the first and the one before it in the order of `rank`: linear in the bucket, and any two still
 * meet through the chain.
 *
 * Everything is sorted arrays of numbers, as a `Map` ends at 2^24 entries, which one shard of a crawl exceeds.
 *
 * @param keys The documents' keys, whole numbers below 2^53; NaN where a document has no words.
 * @param rank The order within a bucket.
 * @param against Of the first so many documents no two are compared.
 */
export function bandPairs(
  keys: Float64Array,
  rank: (a: number, b: number) => number,
  against = 0,
): Float64Array<ArrayBuffer> {
  const n = keys.length;
  const order = sortedBy(keys);
  const pairs = new Float64Array(mostPairs(keys, order));
  let count = 0;
  const add = (a: number, b: number) => {
    if (a < against && b < against) return;
    pairs[count++] = Math.max(a, b) * n + Math.min(a, b);
  };
  let end = 0;
  for (let first = 0; first < order.length; first = end) {
    const key = keys[order[first]];
    for (end = first + 1; end < order.length && keys[order[end]] === key;) end++;
    if (end - first === 1) continue;
    const bucket = order.subarray(first, end).sort(rank);
    for (let i = 1; i < bucket.length; i++) {
      add(bucket[0], bucket[i]);
      if (i > 1) add(bucket[i - 1], bucket[i]);
    }
  }
  return pairs.subarray(0, count).sort();
}

/** How many pairs a band proposes at most: counted beforehand, as an array that grows takes twice its memory. */
function mostPairs(keys: Float64Array, order: Uint32Array): number {
  let pairs = 0;
  for (let i = 1; i < order.length; i++) {
    if (keys[order[i]] !== keys[order[i - 1]]) continue;
    pairs += i > 1 && keys[order[i - 2]] === keys[order[i]] ? 2 : 1;
  }
  return pairs;
}

/** What stands in either of two ascending arrays. */
export function union(a: Float64Array<ArrayBuffer>, b: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const both = new Float64Array(a.length + b.length);
  let count = 0;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const value = j === b.length || a[i] <= b[j] ? a[i++] : b[j++];
    if (count === 0 || both[count - 1] !== value) both[count++] = value;
  }
  return both.slice(0, count);
}

/** The ordinals of those with a key, by their keys: a radix sort by 14 bits at a time. */
function sortedBy(keys: Float64Array): Uint32Array {
  let count = 0;
  for (const key of keys) if (!Number.isNaN(key)) count++;
  let from = new Uint32Array(count);
  let to = new Uint32Array(count);
  let at = 0;
  for (let i = 0; i < keys.length; i++) if (!Number.isNaN(keys[i])) from[at++] = i;
  const digit = (key: number, pass: number) => Math.floor(key / 2 ** (14 * pass)) & 0x3fff;
  for (let pass = 0; pass < 4; pass++) {
    const starts = new Uint32Array(0x4001);
    for (const ordinal of from) starts[digit(keys[ordinal], pass) + 1]++;
    for (let i = 1; i < starts.length; i++) starts[i] += starts[i - 1];
    for (const ordinal of from) to[starts[digit(keys[ordinal], pass)]++] = ordinal;
    [from, to] = [to, from];
  }
  return from;
}
