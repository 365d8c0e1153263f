import assert from "node:assert/strict";
import {
  bootstrapLaw,
  bootstrapLawParallel,
  chinchillaLaw,
  fitLaw,
  fitLawParallel,
  fitLaws,
  melLaw,
  momentumLaw,
  multiPowerLaw,
  predictLaw,
} from "../../lib/laws/mod.ts";
import { Random } from "../../lib/base/mod.ts";
import { curveOf, schedules } from "./_curves.ts";

const truth = {
  law: multiPowerLaw,
  parameters: { L0: 2.5, A: 0.5, alpha: 0.45, B: 300, C: 2, beta: 0.5, gamma: 0.6 },
};
const random = new Random(5);
const curves = Object.entries(schedules).map(([name, rate]) => {
  const curve = curveOf(truth, name, rate);
  return {
    ...curve,
    losses: Float64Array.from(curve.losses, (loss) => loss * Math.exp(1e-3 * random.normal())),
  };
});

Deno.test("fitLawParallel() gives the bits of one thread for any number of workers", async () => {
  const alone = fitLaw(momentumLaw, curves, { starts: 3 });
  for (const workers of [1, 2, 3]) {
    assert.deepEqual(await fitLawParallel(momentumLaw, curves, { starts: 3, workers }), alone);
  }
});

Deno.test("fitLaws() keeps the order of its jobs, and fits a law of one's own here", async () => {
  const own = { ...melLaw, name: "own" };
  const fits = await fitLaws([momentumLaw, own, melLaw].map((law) => ({ law, data: curves })), {
    workers: 2,
  });
  assert.deepEqual(fits.map((fit) => fit.law), [momentumLaw, own, melLaw]);
  assert.equal(fits[1].objective, fits[2].objective);
  const broken = [{ ...curves[0], losses: [NaN] }];
  await assert.rejects(fitLaws([1, 2].map(() => ({ law: melLaw, data: broken })), { workers: 2 }), TypeError);
});

Deno.test("bootstrapLawParallel() draws the same resamples however they are split", async () => {
  const runs = [1e8, 4e8, 1e9, 8e9].flatMap((params) =>
    [1e9, 1e10, 2e11].map((tokens) => ({ params, tokens }))
  );
  const losses = predictLaw({
    law: chinchillaLaw,
    parameters: { E: 1.8, A: 480, B: 2100, alpha: 0.35, beta: 0.37 },
  }, runs);
  const data = runs.map((run, i) => ({ ...run, loss: losses[i] * Math.exp(2e-3 * random.normal()) }));
  const fit = fitLaw(chinchillaLaw, data);
  const alone = bootstrapLaw(fit, data, { resamples: 50 });
  for (const workers of [2, 3]) {
    assert.deepEqual(await bootstrapLawParallel(fit, data, { resamples: 50, workers }), alone);
  }
  assert.throws(() => bootstrapLaw(fit, data.slice(0, 1)), /at least two data/);
});
