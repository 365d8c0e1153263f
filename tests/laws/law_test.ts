import assert from "node:assert/strict";
import {
  lldlLaw,
  melLaw,
  momentumLaw,
  multiPowerLaw,
  noGammaLaw,
  onePowerLaw,
  predictCurve,
  relaxationLaw,
  stepPowerLaw,
} from "../../lib/laws/mod.ts";
import { parameterArray } from "../../lib/laws/law.ts";
import { curveOf, schedules } from "./_curves.ts";
import { assertGradient } from "./_gradient.ts";

const forward = { L0: 2.5, A: 0.5, alpha: 0.45 };
const laws = [
  [onePowerLaw, forward],
  [lldlLaw, { ...forward, B: 300 }],
  [momentumLaw, { ...forward, C: 0.5, lambda: 0.99 }],
  [melLaw, { ...forward, B: 300, C: 20 }],
  [noGammaLaw, { ...forward, B: 300, C: 20, beta: 0.5 }],
  [stepPowerLaw, { ...forward, B: 300, C: 0.02, beta: 0.5 }],
  [multiPowerLaw, { ...forward, B: 300, C: 2, beta: 0.5, gamma: 0.6 }],
  [relaxationLaw, { ...forward, A: 20, p: 0.7, B: 0.3, kappa: 2, q: 0.7 }],
] as const;

for (const [law, parameters] of laws) {
  Deno.test(`${law.name}: the analytic gradient is the derivative`, () => {
    const curves = Object.entries(schedules).map(([name, rate]) => curveOf({ law, parameters }, name, rate));
    assertGradient(law, curves, parameters);
  });
}

Deno.test("momentumLaw sums its areas as the closed form does", () => {
  const learningRates = Float64Array.of(0.1, 0.1, 0.08, 0.05, 0.06);
  const lambda = 0.9;
  const steps = learningRates.length;
  let S1 = 0;
  let S2 = 0;
  for (let k = 0; k < steps; k++) {
    S1 += learningRates[k];
    const drop = k === 0 ? 0 : learningRates[k - 1] - learningRates[k];
    S2 += drop * (1 - lambda ** (steps - k)) / (1 - lambda);
  }
  const parameters = { L0: 2, A: 0.3, alpha: 0.5, C: 0.7, lambda };
  const loss = predictCurve({ law: momentumLaw, parameters }, { learningRates, steps: [steps - 1] })[0];
  assert(Math.abs(loss - (2 + 0.3 * S1 ** -0.5 - 0.7 * S2)) < 1e-14);
});

Deno.test("multiPowerLaw sums over every pair of steps as its formula does", () => {
  const rates = [0, 1e-4, 3e-4, 3e-4, 2e-4, 1e-4, 0];
  const t = rates.length - 1;
  const [L0, A, alpha, B, C, beta, gamma] = [3, 0.5, 0.4, 300, 2, 0.6, 0.5] as const;
  let S1 = 0;
  let gain = 0;
  for (let k = 0; k <= t; k++) {
    S1 += rates[k];
    let S = 0;
    for (let i = k; i <= t; i++) S += rates[i];
    if (k > 0 && rates[k] > 0) {
      gain += (rates[k - 1] - rates[k]) * (1 - (1 + C * rates[k] ** -gamma * S) ** -beta);
    }
  }
  const parameters = { L0, A, alpha, B, C, beta, gamma };
  const loss = predictCurve({ law: multiPowerLaw, parameters }, {
    learningRates: Float64Array.from(rates),
    steps: [t],
  })[0];
  assert(Math.abs(loss - (L0 + A * S1 ** -alpha - B * gain)) < 1e-13);
});

Deno.test("predictCurve() is Infinity before any learning rate and refuses a step outside the run", () => {
  const fitted = { law: onePowerLaw, parameters: forward };
  const learningRates = Float64Array.of(0, 0, 1e-3);
  assert.deepEqual([...predictCurve(fitted, { learningRates }).subarray(0, 2)], [Infinity, Infinity]);
  assert.throws(() => predictCurve(fitted, { learningRates, steps: [3] }), /index of its 3 learning rates/);
  assert.equal(predictCurve(fitted, { learningRates, steps: [] }).length, 0);
});

Deno.test("parameterArray() names what is missing, unknown or not a number", () => {
  assert.throws(() => parameterArray(onePowerLaw, { L0: 1, A: 1 }), /alpha is missing/);
  assert.throws(() => parameterArray(onePowerLaw, { ...forward, B: 1 }), /no parameter B/);
  assert.throws(() => parameterArray(onePowerLaw, { ...forward, A: NaN }), /A must be a number/);
});
