import assert from "node:assert/strict";
import {
  compareLaws,
  comparison,
  fitLaw,
  lldlLaw,
  onePowerLaw,
  predictionErrors,
} from "../../lib/laws/mod.ts";
import { curveOf, schedules } from "./_curves.ts";
import { assertClose } from "./_points.ts";

const truth = { law: lldlLaw, parameters: { L0: 2.5, A: 0.5, alpha: 0.45, B: 300 } };
const [constant, cosine, twoStage] = Object.entries(schedules).map(([name, rate]) =>
  curveOf(truth, name, rate)
);

Deno.test("compareLaws() gives the mean over held-out curves an interval by resampling curves", () => {
  const { table, curves } = compareLaws([onePowerLaw, lldlLaw], [constant!], { test: [cosine!, twoStage!] });
  const worst = table.at(-1)!,
    errors = curves.filter(({ law, part }) => law === worst.law && part === "test");
  assert.equal(worst.law, "one-power");
  assert.equal(worst.interval.estimate, worst.MAE);
  assertClose(worst.interval.low, Math.min(...errors.map(({ MAE }) => MAE)), 1e-12);
  assertClose(worst.interval.high, Math.max(...errors.map(({ MAE }) => MAE)), 1e-12);
});

Deno.test("comparison() of one held-out curve has a mean without an interval, and of none is refused", () => {
  const fit = fitLaw(onePowerLaw, [constant!]);
  const [row] = comparison([fit], [constant!], [cosine!]).table;
  assert(row!.MAE > 0 && Number.isNaN(row!.interval.low) && Number.isNaN(row!.interval.high));
  assert.throws(() => comparison([fit], [constant!], []), /no held-out curve/);
  assert.throws(() => compareLaws([], [constant!], { test: [cosine!] }), /there are none/);
});

Deno.test("predictionErrors() follows its definitions and refuses what it cannot compare", () => {
  const errors = predictionErrors([1, 2, 4], [1, 2, 3]);
  assert.equal(errors.R2, 0.5);
  assertClose(errors.RMSE, Math.sqrt(1 / 3), 1e-15);
  assertClose(errors.PredE, 1 / 9, 1e-15);
  assert.throws(() => predictionErrors([], []), /length > 0/);
  assert.throws(() => predictionErrors([NaN], [1]), /number 0 is NaN/);
});
