import assert from "node:assert/strict";
import { bitsPerByte, compareRuns, signTest } from "../../lib/evaluate/mod.ts";

Deno.test("bitsPerByte() of a uniform byte model is 8, and refuses what is no loss", () => {
  assert.equal(bitsPerByte(7 * Math.log(256), 7), 8);
  assert.throws(() => bitsPerByte(NaN, 7), RangeError);
  assert.throws(() => bitsPerByte(1, 0), RangeError);
});

Deno.test("compareRuns() finds a shift that pairing makes plain and reports none where there is none", () => {
  const before = Array.from({ length: 200 }, (_, i) => 2 + Math.sin(i * 12.9898));
  const better = before.map((score, i) => score - 0.1 + 0.02 * Math.cos(i));
  const [gain, same] = compareRuns([
    { domain: "gain", before, after: better },
    { domain: "same", before, after: before },
  ], { seed: 1 });
  assert.ok(gain.high < -0.09 && gain.low > -0.11);
  assert.deepEqual([same.difference, same.low, same.high], [0, 0, 0]);
});

Deno.test("compareRuns() names arrays that do not pair", () => {
  assert.throws(() => compareRuns([{ domain: "d", before: [1, 2], after: [1] }]), RangeError);
});

Deno.test("signTest() is exact", () => {
  assert.ok(Math.abs(signTest(8, 2) - 0.109375) < 1e-12);
  assert.equal(signTest(0, 0), 1);
});
