import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import {
  bootstrapLaw,
  bootstrapLawParallel,
  chinchillaLaw,
  fitLaw,
  fitLawParallel,
  measureCoverage,
  momentumLaw,
  planDecay,
  powerFloorLaw,
  predictLaw,
  profileLikelihood,
  relaxationLaw,
  stackLaws,
} from "../../lib/laws/mod.ts";
import { curveOf, schedules } from "./_curves.ts";
import { assertClose } from "./_points.ts";

const truth = { E: 1.8172, A: 477.8, B: 2143, alpha: 0.3473, beta: 0.3672 };
const random = new Random(7);
const grid = Array.from({ length: 48 }, (_, i) => ({
  params: 5e7 * 2.2 ** (i % 6),
  tokens: 1e9 * 2.2 ** Math.floor(i / 6),
}));
const exact = predictLaw({ law: chinchillaLaw, parameters: truth }, grid);
const runs = grid.map((run, i) => ({ ...run, loss: exact[i] * Math.exp(4e-3 * random.normal()) }));

/** The sum of losses, written anew. */
function cost(
  parameters: Record<string, number>,
  { delta, scale, asymmetry }: { delta: number; scale: "log" | "linear"; asymmetry: number },
): number {
  const { E, A, B, alpha, beta } = parameters;
  return runs.reduce((sum, { params, tokens, loss }) => {
    const predicted = E + A * params ** -alpha + B * tokens ** -beta;
    const off = scale === "log" ? Math.log(predicted / loss) : predicted - loss;
    const size = Math.abs(off);
    const huber = size <= delta ? size ** 2 / 2 : delta * (size - delta / 2);
    return sum + (off > 0 ? asymmetry : 1) * huber;
  }, 0);
}

for (const asymmetry of [10, 0.1]) {
  for (const scale of ["log", "linear"] as const) {
    Deno.test(`fitLaw() finds the optimum where overestimates cost ${asymmetry} times as much, on the ${scale} scale`, () => {
      for (const delta of [1e-3, Infinity]) {
        const options = { delta, scale, asymmetry };
        const fit = fitLaw(chinchillaLaw, runs, options);
        assert(fit.converged && fit.starts.every(({ converged }) => converged));
        assertClose(cost(fit.parameters, options) / fit.objective, 1, 1e-9);
        // From there no step at random, from large to tiny, finds less.
        const draw = new Random(3);
        for (let k = 0; k < 4000; k++) {
          const size = 10 ** (-1 - 6 * draw.next());
          const moved = Object.fromEntries(
            Object.entries(fit.parameters).map((
              [name, value],
            ) => [name, value * Math.exp(size * draw.normal())]),
          );
          assert(cost(moved, options) > fit.objective * (1 - 1e-9));
        }
      }
    });
  }
}

Deno.test("fitLaw() leaves more values above the law the more an overestimate costs, and says how many", () => {
  const shares = [0.1, 1, 10].map((asymmetry) => {
    const fit = fitLaw(chinchillaLaw, runs, { asymmetry });
    const predicted = predictLaw(fit, runs);
    const above = runs.filter(({ loss }, i) => loss > predicted[i]).length / runs.length;
    const note = fit.notes.find((sentence) => sentence.includes("no middle of them"));
    if (asymmetry === 1) assert.equal(note, undefined);
    else {
      assert.match(note!, new RegExp(`costs ${asymmetry} times`));
      assertClose(parseFloat(note!.match(/([\d.]+) % of/)![1]) / 100, above, 1e-2);
    }
    return above;
  });
  assert(shares[0] < 0.3 && 0.4 < shares[1] && shares[1] < 0.6 && 0.7 < shares[2]);
});

Deno.test("an asymmetry of 1 is none: the same bits", () => {
  assert.deepEqual(fitLaw(chinchillaLaw, runs, { asymmetry: 1 }), fitLaw(chinchillaLaw, runs));
});

Deno.test("profile, bootstrap and workers take the asymmetry of the fit, and refuse another", async () => {
  const options = { asymmetry: 5 };
  const fit = fitLaw(chinchillaLaw, runs, options);
  assert.equal(
    (await fitLawParallel(chinchillaLaw, runs, { ...options, workers: 2 })).objective,
    fit.objective,
  );
  const [profile] = profileLikelihood(fit, runs, { ...options, parameters: ["alpha"] });
  const { low, high } = fit.intervals.alpha;
  assertClose(profile.interval.low / low, 1, 0.02);
  assertClose(profile.interval.high / high, 1, 0.02);
  const resamples = { ...options, resamples: 40 };
  const drawn = bootstrapLaw(fit, runs, resamples);
  assert(drawn.failed === 0 && drawn.intervals.alpha.low < fit.parameters.alpha);
  assert.deepEqual(await bootstrapLawParallel(fit, runs, { ...resamples, workers: 2 }), drawn);
  assert.throws(() => bootstrapLaw(fit, runs), /data and options must be those of the fit/);
  assert.throws(() => profileLikelihood(fit, runs, { asymmetry: 2 }), /options must be those of the fit/);
});

Deno.test("intervals of an asymmetric fit hold the exponent that made the data as often as they say", () => {
  const design = Array.from({ length: 30 }, (_, i) => ({ amount: 1e6 * 1.5 ** i, loss: 1 }));
  const made = { law: powerFloorLaw, parameters: { E: 2, A: 300, alpha: 0.3 } };
  for (const asymmetry of [0.1, 10]) {
    const table = measureCoverage(made, design, { noise: 4e-3, sets: 100, asymmetry, starts: 2 });
    // The law moves up or down with the noise, and its exponent does not.
    const shown = table.find(({ parameter, interval }) => parameter === "alpha" && interval === "shown")!;
    assert(shown.coverage >= 0.9, `${asymmetry}: ${shown.coverage}`);
  }
});

Deno.test("a stack takes the asymmetry through its priors and its plan, and fits of another are refused", () => {
  const law = {
    law: relaxationLaw,
    parameters: fitLaw(relaxationLaw, curvesOf(() => 0), { starts: 2 }).parameters,
  };
  const noisy = curvesOf((c, i) => 0.004 * Math.sin(7 * c + i / 3));
  const options = { starts: 2, asymmetry: 0.1 };
  const stack = stackLaws([relaxationLaw], noisy, {
    ...options,
    priors: { relaxation: { p: { centre: law.parameters.p, spread: 0.3 } } },
  });
  const middle = stackLaws([relaxationLaw], noisy, { starts: 2 });
  const end = (one: typeof stack) => predictLaw(one, noisy.slice(1, 2)).at(-1)!;
  assert(end(stack) > end(middle) + 0.001);
  assert.throws(
    () => stackLaws([fitLaw(relaxationLaw, noisy, options)], noisy),
    /asymmetry must be 0.1, that of the fit of relaxation: current value is 1/,
  );
  const checkpoint = {
    name: "trunk",
    learningRates: new Float64Array(1000).fill(1e-3),
    steps: [999],
    losses: [3],
  };
  const ahead = { evidence: noisy, checkpoint, tokensPerStep: 1e6, budgetTokens: 1e9, draws: 4 };
  const [careful, plain] = [stack, middle].map((fits) => planDecay({ ...ahead, fits }).laws[0].loss.estimate);
  assert(careful > plain);
});

function curvesOf(off: (curve: number, place: number) => number) {
  const momentum = { L0: 2.5, A: 0.5, alpha: 0.5, C: 0.5, lambda: 0.995 };
  return Object.entries(schedules).map(([name, rate], c) => {
    const curve = curveOf({ law: momentumLaw, parameters: momentum }, name, rate, 3000);
    return { ...curve, losses: Array.from(curve.losses, (loss, i) => loss + off(c, i)) };
  });
}
