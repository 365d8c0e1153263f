import assert from "node:assert/strict";
import {
  bootstrapLaw,
  bootstrapLawParallel,
  chinchillaLaw,
  compareLaws,
  computeOptimal,
  drawParameters,
  effectiveTokens,
  fitEnvelope,
  fitIsoflop,
  fitLaw,
  fitLawParallel,
  fitPowerLaw,
  momentumLaw,
  onePowerLaw,
  planMixture,
  predictCurve,
  predictLaw,
  profileLikelihood,
  resampleLaw,
} from "../../lib/laws/mod.ts";

const runs = Array.from({ length: 16 }, (_, i) => {
  const [params, tokens] = [1e8 * 3 ** (i % 4), 1e9 * 4 ** Math.floor(i / 4)];
  return {
    params,
    tokens,
    loss: (1.8 + 400 * params ** -0.34 + 1000 * tokens ** -0.37) * (1 + 2e-3 * Math.sin(5 * i * i)),
  };
});
// deno-lint-ignore no-explicit-any -- what no type allows is what is tried
const any = (value: unknown): any => value;
const fit = fitLaw(chinchillaLaw, runs);
const learningRates = new Float64Array(100).fill(1e-3);
const steps = [10, 30, 60, 99];
const losses = [3, 2.8, 2.7, 2.65];

/** Each call, and what its error says. */
function refuse(calls: [() => unknown, RegExp][]): void {
  for (const [call, message] of calls) {
    assert.throws(call, (error: Error) => {
      assert.match(error.message, message);
      assert.match(error.message, /^Cannot .* as /);
      return error instanceof RangeError || error instanceof TypeError;
    });
  }
}

Deno.test("fitLaw() names a choice outside its list, an unknown option, and data that are none", () => {
  refuse([
    [
      () => fitLaw(chinchillaLaw, runs, any({ scale: "logs" })),
      /scale must be one of log, linear: current value is logs/,
    ],
    [() => fitLaw(chinchillaLaw, runs, any({ deltas: 1 })), /no option deltas: did you mean delta\?/],
    [
      () => fitLaw(chinchillaLaw, runs, any({ overestimatePenalty: 10 })),
      /no option overestimatePenalty: did you mean asymmetry/,
    ],
    [() => fitLaw(chinchillaLaw, any(undefined)), /data must be a list: current value is undefined/],
    [() => fitLaw(chinchillaLaw, any([null])), /record 0 as it must be an object: it is null/],
    [
      () => fitLaw(chinchillaLaw, any(runs.map((run) => ({ ...run, loss: "3" })))),
      /loss must be a number: current value is the text "3"/,
    ],
    [
      () => compareLaws([onePowerLaw], [], any({ test: [], groupings: 1 })),
      /no option groupings: did you mean grouping\?/,
    ],
    [() => predictLaw(fit, any(undefined)), /data must be a list/],
  ]);
});

Deno.test("sizes and tokens in billions are named, wherever a law counts them", () => {
  const billions = runs.map((run) => ({ ...run, params: run.params / 1e9, tokens: run.tokens / 1e9 }));
  refuse([
    [
      () => fitLaw(chinchillaLaw, billions),
      /params must be a count >= 1000, in ones and not in billions: current value is 0.1/,
    ],
    [
      () => computeOptimal(fit, { flops: 5 }),
      /flops must be a count that buys at least one parameter and one token/,
    ],
  ]);
});

Deno.test("fixed parameters, starts and predictions stay within bounds", () => {
  const momentum = { L0: 2, A: 0.4, alpha: 0.5, C: 1, lambda: 0.99 };
  const curve = { learningRates };
  const at = (changes: object) => () =>
    predictCurve({ law: momentumLaw, parameters: any({ ...momentum, ...changes }) }, curve);
  refuse([
    [
      () => fitLaw(chinchillaLaw, runs, { fixed: { alpha: -1 } }),
      /alpha must be in \[0.01, 3\]: current value is -1/,
    ],
    [() => fitLaw(chinchillaLaw, runs, any({ fixed: { E: "1.8" } })), /E must be in/],
    [
      () => fitLaw(chinchillaLaw, runs, { fixed: { alpha: 0.9 }, bounds: { alpha: [0.2, 0.5] } }),
      /alpha must be in \[0.2, 0.5\]: current value is 0.9/,
    ],
    [
      () => fitLaw(chinchillaLaw, runs, { starts: [{ ...fit.parameters, A: -1 }] }),
      /A must be in .*: current value is -1/,
    ],
    [at({ lambda: 1.5 }), /lambda must be in \[0, 0.999999\]: current value is 1.5/],
    [at({ alpha: "0.5" }), /alpha must be a number: current value is 0.5/],
    [at({ L0: Infinity }), /L0 must be in .*: current value is Infinity/],
    [at({ alpha: -0.5 }), /alpha must be in .*: current value is -0.5/],
  ]);
});

Deno.test("weights must leave as many values as free parameters", () => {
  const three = runs.map((_, i) => i < 3 ? 1 : 0);
  refuse([
    [
      () => fitLaw(chinchillaLaw, runs, { weights: three }),
      /5 free parameters need as many values of a weight > 0: the data hold 3/,
    ],
    [() => fitLaw(chinchillaLaw, runs, { weights: runs.map(() => 0) }), /the data hold 0/],
  ]);
});

Deno.test("intervals are asked of the data that were fitted, with options in their ranges", () => {
  refuse([
    [
      () => bootstrapLaw(fit, runs.slice(0, 8)),
      /data and options must be those of the fit: its objective is/,
    ],
    [() => bootstrapLaw(fit, runs, { delta: Infinity }), /data and options must be those of the fit/],
    [() => profileLikelihood(fit, runs.slice(0, 8)), /data and options must be those of the fit/],
    [
      () => bootstrapLaw(fit, runs, { confidence: 95 }),
      /confidence must be in \(0, 1\): current value is 95/,
    ],
    ...[NaN, -5, 1.5, 0].map((resamples): [() => unknown, RegExp] => [
      () => bootstrapLaw(fit, runs, { resamples }),
      /resamples must be a whole number >= 1/,
    ]),
    [() => resampleLaw(fit, runs, any({ samples: 5 })), /no option samples: did you mean resamples\?/],
    [() => profileLikelihood(fit, runs, { pointsPerSide: 0 }), /pointsPerSide must be a whole number >= 1/],
    [() => profileLikelihood(fit, runs, { confidence: 95 }), /confidence must be in \(0, 1\)/],
    [() => drawParameters(fit, { draws: NaN }), /draws must be a whole number >= 1/],
  ]);
});

Deno.test("profileLikelihood() takes any confidence: a greater one gives a wider interval", () => {
  const width = (confidence: number) => {
    const [{ interval, closed }] = profileLikelihood(fit, runs, { confidence, parameters: ["alpha"] });
    assert.deepEqual(closed, { low: true, high: true });
    return interval.high - interval.low;
  };
  assert.ok(width(0.5) < width(0.9) && width(0.9) < width(0.95) && width(0.95) < width(0.99));
});

Deno.test("fits on several cores refuse what one core refuses, before a thread is started", async () => {
  await assert.rejects(fitLawParallel(chinchillaLaw, runs, any({ deltas: 1 })), /no option deltas/);
  await assert.rejects(
    fitLawParallel(chinchillaLaw, runs, { workers: 0 }),
    /workers must be a whole number >= 1/,
  );
  await assert.rejects(bootstrapLawParallel(fit, runs, { resamples: NaN, workers: 2 }), /resamples must be/);
});

Deno.test("curves are checked before anything is fitted", () => {
  const good = { name: "run", learningRates, steps, losses };
  const bad = (changes: object) => () => fitLaw(onePowerLaw, any([good, { ...good, ...changes }]));
  refuse([
    [
      bad({ learningRates: [...learningRates] }),
      /learningRates must be a Float64Array: it is an array, for Float64Array.from/,
    ],
    [bad({ learningRates: undefined }), /data\[1\] must be an object with .*: it lacks learningRates/],
    [bad({ losses: undefined }), /data\[1\] must be an object with .*: it lacks losses/],
    [
      () => fitLaw(onePowerLaw, any([undefined])),
      /data\[0\] must be an object with .*: current value is undefined/,
    ],
    [
      () =>
        predictCurve(
          { law: onePowerLaw, parameters: { L0: 2, A: 1, alpha: 1 } },
          any({ learningRates: [1] }),
        ),
      /learningRates must be a Float64Array/,
    ],
  ]);
});

Deno.test("computeOptimal() needs the five parameters of its law, in their ranges", () => {
  const parameters = { E: 1, A: 1, B: 1, alpha: 0.3, beta: 0.3 };
  refuse([
    [
      () => computeOptimal(any({ parameters: { ...parameters, beta: undefined } }), { flops: 1e20 }),
      /beta must be finite and positive/,
    ],
    [
      () => computeOptimal({ parameters: { a: 1 } }, { flops: 1e20 }),
      /A must be finite and positive: current value is undefined/,
    ],
    [
      () => computeOptimal({ parameters: { ...parameters, A: -1 } }, { flops: 1e20 }),
      /A must be finite and positive: current value is -1/,
    ],
    [() => effectiveTokens(1e9, 4, any({ Rd: 10 })), /no option Rd: did you mean RD\?/],
    [
      () => planMixture(any({ tokens: 1e9, pools: [], tolerence: 1 })),
      /no option tolerence: did you mean tolerance\?/,
    ],
  ]);
});

Deno.test("fitPowerLaw() gives no limits where two points leave none", () => {
  const { exponent, interval } = fitPowerLaw([1, 2], [1, 2]);
  assert.deepEqual([exponent, interval.low, interval.high], [1, -Infinity, Infinity]);
  refuse([
    [() => fitPowerLaw([1, 2, 3], [1, 2, 3], { resamples: NaN }), /resamples must be a whole number >= 1/],
    [() => fitEnvelope([], any({ method: "hulls" })), /method must be one of budgets, hull/],
  ]);
});

Deno.test("fitIsoflop() takes budgets that jitter within a twentieth as one, and its error stays short", () => {
  const points = [1e18, 1e19, 1e20].flatMap((budget, b) =>
    [-1, -0.5, 0, 0.5, 1].map((x, i) => ({
      flops: budget * (1 + 1e-3 * (i - 2 + b)),
      params: Math.sqrt(budget) * Math.exp(x),
      loss: 3 + 0.1 * x * x,
    }))
  );
  const { minima, power } = fitIsoflop(points);
  assert.deepEqual(minima.map(({ runs }) => runs), [5, 5, 5]);
  assert.ok(Math.abs(power.exponent - 0.5) < 1e-3);
  const apart = points.map((point, i) => ({ ...point, flops: 1e18 * 1.1 ** i }));
  assert.throws(() => fitIsoflop(apart), (error: Error) => {
    assert.match(error.message, /fewer than two budgets have a minimum: .*; and 12 more$/);
    return error.message.length < 400;
  });
  refuse([[() => fitIsoflop(points, { window: NaN }), /window must be > 0: current value is NaN/]]);
});
