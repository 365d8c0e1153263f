import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import { bandPairs, union } from "../../lib/select/_pairs.ts";

Deno.test("bandPairs() lets each of a bucket meet the first and the one before it, by their rank", () => {
  const random = new Random(1);
  const n = 300;
  const rank = (a: number, b: number) => a * 7 % n - b * 7 % n;
  const values = [0, 1, 2 ** 14, 2 ** 28 + 3, 2 ** 32, 2 ** 42 + 1, 2 ** 53 - 1, NaN];
  const keys = Float64Array.from({ length: n }, () => values[random.int(values.length)]);
  for (const against of [0, 100]) {
    const expected = new Set<number>();
    for (const value of values.slice(0, -1)) {
      const bucket = [...keys.keys()].filter((ordinal) => keys[ordinal] === value).sort(rank);
      bucket.slice(1).forEach((ordinal, i) => {
        for (const other of [bucket[0], bucket[i]]) {
          if (Math.max(ordinal, other) >= against) {
            expected.add(Math.max(ordinal, other) * n + Math.min(ordinal, other));
          }
        }
      });
    }
    assert.deepEqual([...bandPairs(keys, rank, against)], [...expected].sort((a, b) => a - b));
  }
});

Deno.test("bandPairs() finds none among no documents, and none where nothing has a word", () => {
  const rank = (a: number, b: number) => a - b;
  assert.equal(bandPairs(new Float64Array(), rank).length, 0);
  assert.equal(bandPairs(new Float64Array(2).fill(NaN), rank).length, 0);
});

Deno.test("union() holds each number of two ascending lists once", () => {
  const of = (...numbers: number[]) => Float64Array.from(numbers);
  assert.deepEqual(union(of(1, 3, 5), of(1, 2, 5, 9)), of(1, 2, 3, 5, 9));
  assert.deepEqual(union(of(), of(4)), of(4));
});
