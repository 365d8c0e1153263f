import assert from "node:assert/strict";
import {
  fitLaw,
  lldlLaw,
  type LossCurve,
  melLaw,
  momentumLaw,
  multiPowerLaw,
  onePowerLaw,
} from "../../lib/laws/mod.ts";
import { Random } from "../../lib/base/mod.ts";
import { curveOf, schedules } from "./_curves.ts";

const truth = { L0: 2.5, A: 0.5, alpha: 0.45, C: 0.5, lambda: 0.99 };
const curves = Object.entries(schedules).map(([name, rate]) =>
  curveOf({ law: momentumLaw, parameters: truth }, name, rate)
);

Deno.test("fitLaw() recovers the parameters that made the curves", () => {
  const fit = fitLaw(momentumLaw, curves);
  for (const [name, value] of Object.entries(truth)) {
    assert(Math.abs(fit.parameters[name] / value - 1) < 1e-5, name);
  }
  assert(fit.objective < 1e-14);
});

Deno.test("fitLaw() refuses weights that are none", () => {
  for (const wrong of [NaN, -1, Infinity]) {
    const weights = curves.map((_, i) => i === 1 ? wrong : 1);
    assert.throws(
      () => fitLaw(onePowerLaw, curves, { weights }),
      new RegExp(`weights must be finite and >= 0: current value is ${wrong}`),
    );
  }
});

Deno.test("fitLaw() gives the same bits twice, and its intervals hold the truth under noise", () => {
  const random = new Random(3);
  const noisy = curves.map((curve) => ({
    ...curve,
    losses: Float64Array.from(curve.losses, (loss) => loss * Math.exp(5e-4 * random.normal())),
  }));
  const fit = fitLaw(momentumLaw, noisy);
  const again = fitLaw(momentumLaw, noisy);
  assert.deepEqual(fit, again);
  for (const name of ["L0", "alpha", "C"]) {
    const { low, high } = fit.intervals[name];
    assert(
      low < truth[name as "C"] && truth[name as "C"] < high && high / low < 1.6,
      `${name} in ${low}..${high}`,
    );
  }
  assert(fit.condition > 1 && Number.isFinite(fit.condition));
  assert(fit.starts.length >= 8 && fit.starts.every(({ why }) => why !== "not finite"));
});

Deno.test("fitLaw() holds fixed parameters and starts where told", () => {
  const fit = fitLaw(momentumLaw, curves, { fixed: { lambda: 0.98 }, starts: [{ ...truth, lambda: 0.98 }] });
  assert.equal(fit.parameters.lambda, 0.98);
  assert.equal(fit.starts.length, 1);
  assert.throws(() => fitLaw(momentumLaw, curves, { fixed: { kappa: 1 } }), /no such parameter/);
});

Deno.test("fitLaw() keeps within narrower bounds, and refuses wider or unknown ones", () => {
  const fit = fitLaw(momentumLaw, curves, { bounds: { lambda: [0, 0.98] } });
  assert(Math.abs(fit.parameters["lambda"] - 0.98) < 1e-9);
  assert.match(
    fit.notIdentified.join(),
    /lambda of momentum is not identified: the fit ends on its bound 0.98/,
  );
  assert.throws(() => fitLaw(momentumLaw, curves, { bounds: { kappa: [0, 1] } }), /no such parameter/);
  assert.throws(() => fitLaw(momentumLaw, curves, { bounds: { lambda: [0, 2] } }), /ascend within 0 to/);
  assert.throws(() => fitLaw(momentumLaw, curves, { bounds: { lambda: [0.9, 0.9] } }), /0.9 and 0.9/);
});

Deno.test("fitLaw() says that a constant learning rate cannot tell the decay parameters", () => {
  for (const law of [lldlLaw, momentumLaw, melLaw, multiPowerLaw]) {
    const fit = fitLaw(law, [curves[0]], { starts: 1 });
    assert.match(fit.notIdentified[0], /learning rate is constant/, law.name);
  }
  assert.deepEqual(fitLaw(onePowerLaw, [curves[0]]).notIdentified, []);
});

Deno.test("fitLaw() refuses data that no law is defined on, and names the curve and the value", () => {
  const [good] = curves as [LossCurve];
  const steps = Array.from(good.steps);
  const losses = Array.from(good.losses);
  const refuses = (change: Partial<LossCurve>, message: RegExp) =>
    assert.throws(() => fitLaw(onePowerLaw, [{ ...good, ...change }]), message);
  refuses({ losses: losses.with(3, NaN) }, /constant .* step 119 is NaN/);
  refuses({ losses: losses.with(3, -1) }, /finite and positive/);
  refuses({ losses: losses.with(39, 9) }, /diverged/);
  refuses({ steps: steps.with(3, 0) }, /ascend without repeats: 0 follows 89/);
  refuses({ steps: steps.with(3, steps[2]) }, /ascend without repeats/);
  refuses({ steps: steps.with(39, 1e9) }, /index of its/);
  refuses({ steps: steps.slice(1) }, /one length/);
  refuses({ learningRates: new Float64Array(1200) }, /learning rate is zero/);
  refuses({ learningRates: good.learningRates.with(7, -1) }, /the one of step 7 is -1/);
  refuses({ steps: [], losses: [] }, /holds no loss/);
  refuses({ steps: steps.slice(0, 2), losses: losses.slice(0, 2) }, /3 free parameters/);
  assert.throws(() => fitLaw(onePowerLaw, []), /no data/);
  assert.throws(() => fitLaw(onePowerLaw, curves, { delta: 0 }), /delta/);
  assert.throws(() => fitLaw(onePowerLaw, curves, { starts: 0 }), /starts/);
});
