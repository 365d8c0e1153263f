import assert from "node:assert/strict";
import { rankAgreement, selectionRegret } from "../../lib/mix/mod.ts";

Deno.test("selectionRegret() and Kendall's tau are those by hand", () => {
  // Predicted order b < a < d < c; measured b 2.5, a 2, d 3, c 4.
  const predicted = [1.2, 1.1, 1.5, 1.4];
  const measured = [2, 2.5, 4, 3];
  assert.deepEqual(selectionRegret(predicted, measured), {
    chosen: 1,
    best: 0,
    regret: .5,
    ofValue: .25,
    ofRange: .25,
  });
  // Five of six pairs are in order: (5 - 1) / 6.
  assert(Math.abs(rankAgreement(predicted, measured).kendall.estimate - 4 / 6) < 1e-12);
});

Deno.test("selectionRegret() takes the first of equals, and no cost where the best is chosen", () => {
  const { chosen, best, regret } = selectionRegret([1, 1, 2], [3, 3, 4]);
  assert.deepEqual([chosen, best, regret], [0, 0, 0]);
});

Deno.test("selectionRegret() refuses what it cannot judge, by name", () => {
  const refused: [number[], number[], RegExp][] = [
    [[1], [1], /at least 2: current value is 1 and 1/],
    [[1, 2], [1, 2, 3], /same mixtures.*2 and 3/],
    [[1, NaN], [1, 2], /finite: current value is NaN/],
    [[1, 2], [3, 3], /measured values must differ: current value is 3/],
  ];
  for (const [predicted, measured, message] of refused) {
    assert.throws(() => selectionRegret(predicted, measured), { name: "RangeError", message });
  }
});
