import assert from "node:assert/strict";
import * as room from "../../lib/laws/mod.ts";
import {
  biMixLaw,
  bootstrapLaw,
  bootstrapLawParallel,
  chinchillaLaw,
  curveLaws,
  exponentialMixingLaw,
  fitLaw,
  fitLawParallel,
  fitLaws,
  type Law,
  melLaw,
  momentumLaw,
  multiPowerLaw,
  powerFloorLaw,
  predictLaw,
} from "../../lib/laws/mod.ts";
import { Random } from "../../lib/base/mod.ts";
import { addressOf } from "../../lib/laws/_pool.ts";
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

/** The room's laws, those among them that a function makes for domains too. */
// deno-lint-ignore no-explicit-any
const laws: [string, Law<any>][] = Object.entries<any>(room).flatMap(([name, value]) => {
  if (typeof value?.predict === "function") return [[name, value]];
  return /Law$/.test(name) && value.length === 1 ? [[name, value(["web", "code"])]] : [];
});

Deno.test("a worker finds every law of the room, and none of one's own", async () => {
  assert(laws.length >= 25);
  for (const [exported, law] of laws) {
    assert.equal((await addressOf(law))?.exported, exported);
    assert.equal(await addressOf({ ...law }), undefined);
  }
});

Deno.test("curveLaws holds every law that takes a loss curve", () => {
  const takes = laws.filter(([, law]) => {
    try {
      return law.prepare([curves[0]]).observed.length > 1;
    } catch {
      return false;
    }
  });
  assert.deepEqual(new Set(takes.map(([, law]) => law)), new Set(curveLaws));
});

Deno.test("fitLawParallel() runs every kind of law on workers, with the bits of one thread", async () => {
  const shares = [0.2, 0.4, 0.6, 0.8];
  const mixed = shares.map((code) => ({ mixture: { code, web: 1 - code }, loss: 1.1 + code * code / 2 }));
  const domain = shares.flatMap((share) =>
    [1e9, 1e10].map((tokens) => ({ share, tokens, loss: share ** -0.1 * (40 * tokens ** -0.2 + 2) }))
  );
  const sized = [1, 2, 4, 8, 16].map((amount) => ({ amount, loss: 2 + amount ** -0.4 }));
  const over = exponentialMixingLaw(["web", "code"]);
  const { Worker } = globalThis;
  let opened = 0;
  globalThis.Worker = class extends Worker {
    constructor(...options: ConstructorParameters<typeof Worker>) {
      super(...options);
      opened++;
    }
  };
  try {
    // deno-lint-ignore no-explicit-any
    const cases: [Law<any>, object[], room.FitOptions][] = [
      [biMixLaw, domain, {}],
      [powerFloorLaw, sized, {}],
      [over, mixed, { starts: over.starts(mixed), scale: "linear", delta: 0.02 }],
    ];
    for (const [law, data, options] of cases) {
      const before = opened;
      assert.deepEqual(
        await fitLawParallel(law, data, { ...options, workers: 2 }),
        fitLaw(law, data, options),
      );
      assert.equal(opened - before, 2, law.name);
    }
  } finally {
    globalThis.Worker = Worker;
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
