import assert from "node:assert/strict";
import { compareLaws, fitLaw, multiPowerLaw, predictCurve, relaxationLaw } from "../../lib/laws/mod.ts";
import { curveOf, curvesAvailable, publicCurves, schedules } from "./_curves.ts";
import { assertClose } from "./_points.ts";

const parameters = { L0: 2.7, A: 25, alpha: 0.5, p: 0.75, B: 0.3, kappa: 2, q: 0.6 };

Deno.test("relaxationLaw follows its recurrence, step by step", () => {
  const learningRates = Float64Array.from(
    { length: 60 },
    (_, k) => 1e-3 * Math.min(1, (k + 1) / 10, (60 - k) / 30),
  );
  const { L0, A, alpha, p, B, kappa, q } = parameters;
  let [progress, noise] = [0, 0];
  const expected = [...learningRates].map((rate) => {
    const u = rate / 1e-3;
    progress += u ** p;
    noise += (1 - Math.exp(-kappa * u / Math.sqrt(progress))) * (u ** q - noise);
    return L0 + A * progress ** -alpha + B * noise;
  });
  const predicted = predictCurve({ law: relaxationLaw, parameters }, { learningRates });
  expected.forEach((loss, step) => assertClose(predicted[step], loss, 1e-12));
});

Deno.test("relaxationLaw finds its own parameters again, and stands still where the rate is zero", () => {
  const law = { law: relaxationLaw, parameters };
  const curves = Object.entries(schedules).map(([name, rate]) => curveOf(law, name, rate, 6000));
  const fit = fitLaw(relaxationLaw, curves);
  for (const [name, value] of Object.entries(parameters)) assertClose(fit.parameters[name] / value, 1, 1e-4);
  assert.deepEqual(fit.notIdentified, []);
  const learningRates = new Float64Array(100).fill(1e-3, 0, 50);
  const predicted = predictCurve(law, { learningRates });
  assert.equal(predicted[99], predicted[50]);
});

Deno.test({
  name:
    "relaxationLaw predicts held-out schedules better than the multi-power law does (needs the data mirror)",
  ignore: !curvesAvailable,
  async fn() {
    for (const [size, most] of [[25, 0.0037], [100, 0.0025], [400, 0.0031]] as const) {
      const { train, test } = await publicCurves(size);
      const { table } = compareLaws([relaxationLaw], train, { test, starts: 1 });
      assert(table[0].MAE < most, `${size}M: ${table[0].MAE}`);
    }
    const { train, test } = await publicCurves(100);
    const { table } = compareLaws([relaxationLaw, multiPowerLaw], train, { test, starts: 1 });
    assert.equal(table[0].law, "relaxation");
  },
});
