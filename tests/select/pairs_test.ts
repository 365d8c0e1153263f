import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import { candidatePairs } from "../../lib/select/_pairs.ts";

Deno.test("candidatePairs() lets each of a bucket meet the first and the one before it, by id", () => {
  const random = new Random(1);
  const n = 300;
  const byId = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => a * 7 % n - b * 7 % n);
  const values = [0, 1, 2 ** 14, 2 ** 28 + 3, 2 ** 32, 2 ** 42 + 1, 2 ** 53 - 1, NaN];
  const keys = [1, 2].map(() => Float64Array.from({ length: n }, () => values[random.int(values.length)]));
  const expected = new Set<number>();
  for (const column of keys) {
    for (const value of values.slice(0, -1)) {
      const bucket = [...byId].filter((ordinal) => column[ordinal] === value);
      bucket.slice(1).forEach((ordinal, i) => {
        for (const other of [bucket[0], bucket[i]]) {
          expected.add(Math.max(ordinal, other) * n + Math.min(ordinal, other));
        }
      });
    }
  }
  assert.deepEqual([...candidatePairs(byId, keys)], [...expected].sort((a, b) => a - b));
});

Deno.test("candidatePairs() finds none among no documents, and none where nothing has a word", () => {
  assert.equal(candidatePairs(new Uint32Array(), [new Float64Array()]).length, 0);
  assert.equal(candidatePairs(new Uint32Array([0, 1]), [new Float64Array(2).fill(NaN)]).length, 0);
});
