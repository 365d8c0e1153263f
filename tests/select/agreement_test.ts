import assert from "node:assert/strict";
import { spearman, thresholdTable, weightedKappa } from "../../lib/select/mod.ts";

function assertNear(actual: number, expected: number, tolerance = 1e-12): void {
  assert(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

const a = [0, 1, 1, 2, 3, 3, 4, 5, 5, 2, 0, 4];
const b = [1, 1, 0, 2, 2, 4, 4, 5, 3, 3, 0, 5];

Deno.test("spearman() and weightedKappa() give scipy's and scikit-learn's values where there are ties", () => {
  assertNear(spearman(a, b).estimate, 0.8571428571428572);
  assertNear(weightedKappa(a, b).estimate, 0.8571428571428572);
});

Deno.test("the intervals hold their estimate, are wider for fewer values and stay in [-1, 1]", () => {
  for (const measure of [spearman, weightedKappa]) {
    const few = measure(a, b);
    const many = measure([...a, ...a, ...a, ...a], [...b, ...b, ...b, ...b]);
    assertNear(few.estimate, many.estimate);
    assert(few.low < few.estimate && few.estimate < few.high && few.low >= -1 && few.high <= 1);
    assert(many.high - many.low < 0.7 * (few.high - few.low));
  }
});

Deno.test("the jackknife of weightedKappa() is what leaving out one pair at a time gives", () => {
  const n = a.length;
  const left = a.map((_, at) =>
    weightedKappa(a.filter((_, i) => i !== at), b.filter((_, i) => i !== at)).estimate
  );
  const middle = left.reduce((sum, value) => sum + value, 0) / n;
  const variance = (n - 1) / n * left.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  const { estimate, low } = weightedKappa(a, b);
  assertNear(estimate - low, 1.959963984540054 * Math.sqrt(variance), 1e-9);
});

Deno.test("weightedKappa() is 1 where both raters never leave one level, and about 0 where they are independent", () => {
  assert.equal(weightedKappa([3, 3], [3, 3]).estimate, 1);
  assert.equal(weightedKappa([0, 0, 1, 1], [0, 1, 0, 1]).estimate, 0);
});

Deno.test("thresholdTable() says what is kept where scores are equal", () => {
  const items = [5, 5, 5, 4, 3, 2, 1, 1, 0, 0].map((score, i) => ({ score, positive: i < 2 || i === 4 }));
  const [first, all] = thresholdTable(items, { fractions: [0.1, 1] });
  assert.deepEqual([first.threshold, first.keptFraction], [5, 0.3]);
  assertNear(first.precision.estimate, 2 / 3);
  assertNear(first.recall!.estimate, 2 / 3);
  assert.deepEqual([all.threshold, all.keptFraction, all.recall?.estimate], [0, 1, 1]);
});
