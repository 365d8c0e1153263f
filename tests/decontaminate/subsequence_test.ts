import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import { SubsequenceFinder } from "../../lib/decontaminate/_subsequence.ts";
import { exactLength } from "./_exact_subsequence.ts";

Deno.test("the bits give the length of the quadratic table, for items around every multiple of 32 words", () => {
  const random = new Random("bits");
  for (const size of [0, 1, 2, 5, 13, 31, 32, 33, 63, 64, 65, 96, 97, 250]) {
    for (const vocabulary of [2, 8, 60, 5000]) {
      const words = (count: number) => Uint32Array.from({ length: count }, () => random.int(vocabulary));
      const item = words(size);
      const text = words(150);
      for (const [from, to] of [[0, 150], [20, 90], [50, 50]]) {
        const stretch = text.subarray(from, to);
        const { length, start, end } = new SubsequenceFinder(item).find(text, from, to);
        assert.equal(length, exactLength(stretch, item), `${size} words of ${vocabulary}, ${from} to ${to}`);
        assert(from <= start && end <= to);
        assert.equal(exactLength(text.subarray(start, end), item), length);
        if (length === 0) continue;
        // The stretch is tight: without its first or its last word the subsequence is shorter.
        assert(exactLength(text.subarray(start + 1, end), item) < length);
        assert(exactLength(text.subarray(start, end - 1), item) < length);
      }
    }
  }
});

Deno.test("words whose hashes have their highest bit are found too", () => {
  const item = Uint32Array.of(0xffffffff, 0x80000000, 0, 7);
  const found = new SubsequenceFinder(item).find(Uint32Array.of(1, 0xffffffff, 0, 2, 7, 9), 0, 6);
  assert.deepEqual(found, { length: 3, start: 1, end: 5 });
});
