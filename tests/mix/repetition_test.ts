import assert from "node:assert/strict";
import { effectiveTokens } from "../../lib/mix/mod.ts";

Deno.test("effectiveTokens() matches the published worth of 4, 8, 16 and 40 epochs", () => {
  for (const [epochs, worth] of [[4, 0.9314], [8, 0.828], [16, 0.661], [40, 0.379]] as const) {
    const share = effectiveTokens(1, epochs) / epochs;
    assert(Math.abs(share - worth) < 6e-4, `${epochs} epochs: ${share}`);
  }
});

Deno.test("effectiveTokens() is exact up to one epoch and bounded by 1 + R* passes", () => {
  assert.equal(effectiveTokens(1000, 0), 0);
  assert.equal(effectiveTokens(1000, 0.5), 500);
  assert.equal(effectiveTokens(1000, 1), 1000);
  assert.equal(effectiveTokens(0, 7), 0);
  assert(Math.abs(effectiveTokens(1, 1e9, { repetitionConstant: 3 }) - 4) < 1e-12);
});

Deno.test("effectiveTokens() names what is out of range", () => {
  assert.throws(() => effectiveTokens(-1, 1), /uniqueTokens must be finite and >= 0: current value is -1/);
  assert.throws(() => effectiveTokens(1, NaN), /epochs must be finite and >= 0: current value is NaN/);
  assert.throws(() => effectiveTokens(1, 1, { repetitionConstant: 0 }), /repetitionConstant/);
  assert.throws(() => effectiveTokens(1, 2, { repetitionConstant: Infinity }), /must be finite and > 0/);
});
