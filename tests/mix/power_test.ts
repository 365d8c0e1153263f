import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import { normalQuantile, normalTail } from "../../lib/mix/_normal.ts";
import { comparisonPower, detectableDifference, itemsNeeded } from "../../lib/mix/mod.ts";

Deno.test("normalTail() has published values and no seam, and normalQuantile() inverts it", () => {
  // Abramowitz and Stegun, table 26.1 and 26.2.
  assert(Math.abs(normalTail(1) - 0.15865525393145707) < 1e-15);
  assert(Math.abs(normalTail(3) / 0.0013498980316300946 - 1) < 1e-12);
  assert(Math.abs(normalTail(10) / 7.619853024160527e-24 - 1) < 1e-10);
  assert(Math.abs(normalTail(2) - normalTail(2 + 1e-12)) < 1e-12);
  assert.equal(normalTail(0), 0.5);
  assert(Math.abs(normalTail(-1) + normalTail(1) - 1) < 1e-15);
  for (const tail of [0.4, 0.025, 1e-6]) assert(Math.abs(normalTail(normalQuantile(tail)) / tail - 1) < 1e-9);
});

Deno.test("comparisonPower() is what simulated experiments see", () => {
  const random = new Random("power");
  const items = 400;
  const onlyFirst = 0.06;
  const onlySecond = 0.12;
  const rounds = 2000;
  let seen = 0;
  for (let round = 0; round < rounds; round++) {
    let first = 0;
    let second = 0;
    for (let i = 0; i < items; i++) {
      const draw = random.next();
      if (draw < onlyFirst) first++;
      else if (draw < onlyFirst + onlySecond) second++;
    }
    const difference = (second - first) / items;
    const disagreement = (first + second) / items;
    if (Math.abs(difference) > 1.96 * Math.sqrt((disagreement - difference ** 2) / items)) seen++;
  }
  const expected = comparisonPower(0.06, { items, disagreement: 0.18 });
  assert(Math.abs(seen / rounds - expected) < 0.03, `${seen / rounds} instead of ${expected}`);
});

Deno.test("itemsNeeded() and detectableDifference() agree with comparisonPower()", () => {
  const experiment = { disagreement: 0.2, seeds: 3, seedDeviation: 0.004 };
  const items = itemsNeeded(0.03, experiment);
  assert(comparisonPower(0.03, { ...experiment, items }) >= 0.8 - 1e-6);
  assert(comparisonPower(0.03, { ...experiment, items: items - 1 }) < 0.8 + 1e-6);
  const difference = detectableDifference({ ...experiment, items: 500 });
  assert(Math.abs(comparisonPower(difference, { ...experiment, items: 500 }) - 0.8) < 1e-6);
});

Deno.test("no number of items sees a difference that seeds alone make", () => {
  assert.equal(itemsNeeded(0.01, { seedDeviation: 0.01 }), Infinity);
  assert(itemsNeeded(0.01, { seedDeviation: 0.01, seeds: 50 }) < Infinity);
});

Deno.test("comparisonPower() of no difference is the error", () => {
  assert(Math.abs(comparisonPower(0, { items: 100 }) - 0.05) < 1e-9);
  assert(Math.abs(comparisonPower(0, { items: 100 }, { error: 0.01 }) - 0.01) < 1e-9);
  assert(Math.abs(comparisonPower(0, { items: 100, disagreement: 0 }) - 0.05) < 1e-9);
});

Deno.test("itemsNeeded() is one item at least, where every disagreement goes one way too", () => {
  assert.equal(itemsNeeded(1, { disagreement: 1 }), 1);
});

Deno.test("the power analysis names the number that is wrong", () => {
  assert.throws(() => comparisonPower(0.1, { items: 0 }), /items must be a whole number >= 1/);
  assert.throws(() => comparisonPower(0.1, { items: 10, seeds: 1.5 }), /seeds must be a whole number >= 1/);
  assert.throws(
    () => comparisonPower(0.3, { items: 10, disagreement: 0.2 }),
    /cannot exceed the disagreement/,
  );
  assert.throws(() => comparisonPower(NaN, { items: 10 }), /current values are NaN/);
  assert.throws(() => detectableDifference({ items: 10, accuracy: 2 }), /accuracy must be in \[0, 1\]/);
  assert.throws(() => itemsNeeded(0.1, {}, { power: 1 }), /power in \[0.5, 1\)/);
});
