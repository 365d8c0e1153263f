import assert from "node:assert/strict";
import {
  compareLaws,
  comparison,
  curveErrors,
  fitLaw,
  lldlLaw,
  type LossCurve,
  onePowerLaw,
  predictCurve,
  predictionErrors,
} from "../../lib/laws/mod.ts";
import { curveOf, schedules } from "./_curves.ts";
import { assertClose } from "./_points.ts";

const truth = { law: lldlLaw, parameters: { L0: 2.5, A: 0.5, alpha: 0.45, B: 300 } };
const [constant, cosine, twoStage] = Object.entries(schedules).map(([name, rate]) =>
  curveOf(truth, name, rate)
);

Deno.test("compareLaws() gives the mean over held-out curves an interval by resampling curves", () => {
  const { table, curves } = compareLaws([onePowerLaw, lldlLaw], [constant], { test: [cosine, twoStage] });
  const worst = table.at(-1)!;
  const errors = curves.filter(({ law, part }) => law === worst.law && part === "test");
  assert.equal(worst.law, "one-power");
  assert.equal(worst.interval.estimate, worst.MAE);
  assertClose(worst.interval.low, Math.min(...errors.map(({ MAE }) => MAE)), 1e-12);
  assertClose(worst.interval.high, Math.max(...errors.map(({ MAE }) => MAE)), 1e-12);
});

Deno.test("comparison() of one held-out curve has a mean without an interval, and of none is refused", () => {
  const fit = fitLaw(onePowerLaw, [constant]);
  const [row] = comparison([fit], [constant], [cosine]).table;
  assert(row.MAE > 0 && Number.isNaN(row.interval.low) && Number.isNaN(row.interval.high));
  assert.throws(() => comparison([fit], [constant], []), /no held-out curve/);
  assert.throws(() => compareLaws([], [constant], { test: [cosine] }), /there are none/);
});

Deno.test("predictionErrors() follows its definitions and refuses what it cannot compare", () => {
  const errors = predictionErrors([1, 2, 4], [1, 2, 3]);
  assert.equal(errors.R2, 0.5);
  assertClose(errors.RMSE, Math.sqrt(1 / 3), 1e-15);
  assertClose(errors.PredE, 1 / 9, 1e-15);
  assert.throws(() => predictionErrors([], []), /length > 0/);
  assert.throws(() => predictionErrors([NaN], [1]), /number 0 is NaN/);
});

Deno.test("curveErrors() refuses a held-out curve that tells nothing of a law, and names it", () => {
  const refuses = (change: Partial<LossCurve>, message: RegExp) =>
    assert.throws(() => curveErrors(truth, { ...cosine, ...change }), message);
  const losses = Array.from(cosine.losses);
  refuses({ losses: losses.with(3, NaN) }, /curve cosine as losses .* step 119 is NaN/);
  refuses({ losses: losses.with(3, -1) }, /step 119 is -1/);
  refuses({ losses: losses.with(39, 9) }, /curve cosine as the run diverged/);
  refuses({ learningRates: new Float64Array(1200) }, /learning rate is zero/);
  assert.throws(() => predictionErrors([1], [0]), /must not be 0/);
  assert(Number.isNaN(predictionErrors([2], [3]).R2));
});

Deno.test("predictCurve() refuses a step that the schedule does not have", () => {
  const { learningRates } = cosine;
  for (const steps of [[-1], [1.5], [1200]]) {
    assert.throws(() => predictCurve(truth, { learningRates, steps }), /a step must be an index of its 1200/);
  }
});
