import assert from "node:assert/strict";
import {
  bootstrapLaw,
  chinchillaLaw,
  computeOptimal,
  fitLaw,
  predictLaw,
  profileLikelihood,
} from "../../lib/laws/mod.ts";
import { chinchilla as chinchillaRuns, gemstones as gemstonesPoints } from "../../lib/sets/mod.ts";
import { chinchilla, gemstones } from "../../lib/sets/published/laws.ts";
import { assertGradient } from "./_gradient.ts";
import { assertClose, pointsAvailable } from "./_points.ts";

const parameters = { E: 1.8, A: 480, B: 2100, alpha: 0.35, beta: 0.37 };
const runs = [1e8, 4e8, 1e9, 8e9].flatMap((params) =>
  [1e9, 1e10, 2e11].map((tokens) => ({ params, tokens }))
);

Deno.test("chinchillaLaw: the analytic gradient is the derivative", () => {
  assertGradient(chinchillaLaw, runs, parameters);
});

Deno.test("fitLaw() recovers a Chinchilla law from its own losses", () => {
  const losses = predictLaw({ law: chinchillaLaw, parameters }, runs);
  const fit = fitLaw(chinchillaLaw, runs.map((run, i) => ({ ...run, loss: losses[i] })));
  for (const [name, value] of Object.entries(parameters)) {
    assertClose(fit.parameters[name], value, 1e-6, name);
  }
});

Deno.test("chinchillaLaw refuses what no model has, and names the record", () => {
  assert.throws(
    () => fitLaw(chinchillaLaw, [{ params: 1e9, tokens: -1, loss: 2 }]),
    /record 0 .* tokens .* -1/,
  );
  const missing = runs.map((run, i) => ({ ...run, ...(i === 3 ? {} : { loss: 2 }) }));
  assert.throws(() => fitLaw(chinchillaLaw, missing), /value 3 is NaN/);
  assert.throws(() => computeOptimal({ parameters }, { flops: 0 }), /flops/);
});

Deno.test("computeOptimal() is where no other split of the budget does better", () => {
  const flops = 1e21;
  const best = computeOptimal({ parameters }, { flops });
  for (const factor of [0.9, 1.1]) {
    const params = best.params * factor;
    const tokens = flops / 6 / params;
    assert(predictLaw({ law: chinchillaLaw, parameters }, [{ params, tokens }])[0] > best.loss);
  }
});

Deno.test({
  name: "fitLaw() reproduces the Chinchilla refit on 240 and on 245 points (needs the data mirror)",
  ignore: !pointsAvailable.chinchilla,
  async fn() {
    const all = await Array.fromAsync(chinchillaRuns.read());
    const fifth = all.map(({ loss }) => loss).sort((a, b) => b - a)[4];
    const kept = all.filter(({ loss }) => loss < fifth);
    assert.deepEqual({ all: all.length, kept: kept.length }, chinchilla.runs);
    const fit = fitLaw(chinchillaLaw, kept);
    assertClose(fit.objective, chinchilla.kept.objective, 1e-6, "objective");
    for (const [name, value] of Object.entries(chinchilla.kept.parameters)) {
      assertClose(fit.parameters[name], value, 1e-5, name);
    }
    assert.deepEqual(fit.notIdentified, []);
    const optimum = computeOptimal(fit, { flops: 5.76e23 });
    assertClose(optimum.params, chinchilla.kept.optimum.params, 1e-4);
    assertClose(optimum.tokens, chinchilla.kept.optimum.tokens, 1e-4);
    assertClose(optimum.exponent, chinchilla.kept.optimum.exponent, 1e-4);
    const whole = fitLaw(chinchillaLaw, all);
    assertClose(whole.objective, chinchilla.all.objective, 1e-6, "objective of all points");
    assertClose(whole.parameters.beta, chinchilla.all.parameters.beta, 1e-5);

    // Published intervals from 4,000 resamples; 400 place the ends within a few per cent of their width.
    const { intervals, failed } = bootstrapLaw(fit, kept, { resamples: 400 });
    for (const [name, [low, high]] of Object.entries(chinchilla.intervals)) {
      const width = high - low;
      assert(Math.abs(intervals[name].low - low) < 0.15 * width, `${name}: ${intervals[name].low}`);
      assert(Math.abs(intervals[name].high - high) < 0.15 * width, `${name}: ${intervals[name].high}`);
    }
    assert(failed <= 4);
    const [alpha] = profileLikelihood(fit, kept, { parameters: ["alpha"] });
    assert(alpha.closed.low && alpha.closed.high && !alpha.warning);
    assert(alpha.interval.low > 0.31 && alpha.interval.low < 0.335 && alpha.interval.high > 0.36);
  },
});

Deno.test({
  name: "fitLaw() finds the optimum that the Gemstones paper missed (needs the data mirror)",
  ignore: !pointsAvailable.gemstones,
  async fn() {
    for (const { phase, delta, objective, lnE, alpha, beta } of gemstones) {
      const fit = fitLaw(chinchillaLaw, await Array.fromAsync(gemstonesPoints.read({ phase })), { delta });
      assertClose(fit.objective, objective, 1e-6, `${phase} ${delta}`);
      assertClose(Math.log(fit.parameters.E), lnE, 2e-5);
      assertClose(fit.parameters.alpha, alpha, 5e-5);
      assertClose(fit.parameters.beta, beta, 5e-5);
    }
  },
});
