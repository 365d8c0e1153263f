import assert from "node:assert/strict";
import {
  chinchillaLaw,
  cmrDomainLaw,
  cmrGeneralLaw,
  convexBound,
  cooldownGainLaw,
  cptDynamicsLaw,
  cptReplayLaw,
  cptSizeLaw,
  criticalMixtureRatio,
  crossingShare,
  dCptLaw,
  effectiveDecay,
  effectiveTokens,
  fitEnvelope,
  fitIsoflop,
  fitLaw,
  fitPowerLaw,
  functionalLaw,
  type Law,
  mergeWeights,
  predictCurve,
  predictionErrors,
  predictLaw,
  profileLikelihood,
  repetitionLaw,
  stepLawBatchTokens,
  stepLawLearningRate,
} from "../../lib/laws/mod.ts";
import { dataRepetition, gemstones, kaplanChinchilla } from "../../lib/sets/mod.ts";
import {
  convexBounds,
  cooldownGain,
  criticalMixtures,
  dCptTable,
  kaplanExponents,
  repetition,
} from "../../lib/sets/published/laws.ts";
import { Random } from "../../lib/base/mod.ts";
import { curveOf, schedules } from "./_curves.ts";
import { assertGradient } from "./_gradient.ts";
import { assertClose, pointsAvailable } from "./_points.ts";

const sizes = [1e8, 1e9, 8e9].flatMap((params) => [1e9, 1e10, 2e11].map((tokens) => ({ params, tokens })));
const forward = { L0: 2.5, A: 0.5, alpha: 0.45 };
const functional = { L0: 2.5, c1: 0.5, s: 0.45, c2: 300, c3: 0.7, c4: 20, gamma: 0.5 };
const transfers = Object.entries(schedules).map(([name, rate], i) => ({
  ...curveOf({ law: functionalLaw, parameters: functional }, name, rate),
  transferStep: 500 + 100 * i,
  params: 1e8 * (i + 1),
  replay: 0.2 * i,
}));
const shifted = { ...forward, C1: 0.3, C2: 0.4, B: 0.4, E: 30, beta: 0.2, lambda: 0.99 };
const repeated = sizes.map((size, i) => ({ ...size, uniqueTokens: size.tokens / (1 + 3 * i) }));
const warranted = { E: 1.8, A: 500, B: 1500, alpha: 0.34, beta: 0.36, RD: 15, RN: 5 };
// deno-lint-ignore no-explicit-any
const gradients: [Law<any>, object[], Record<string, number>][] = [
  [functionalLaw, transfers, functional],
  [cptDynamicsLaw, transfers, shifted],
  [cptSizeLaw, transfers, { ...shifted, g1: 0.2, g2: 0.1, F: 3, g3: 0.2 }],
  [cptReplayLaw, transfers, { ...shifted, a1: 0.3, a2: 2 }],
  [repetitionLaw, repeated, warranted],
  [dCptLaw, sizes.map((size, i) => ({ ...size, share: i / 8 })), {
    ...{ E: 1.5, A: 300, B: 500, alpha: 0.3, beta: 0.3 },
    ...{ eta: 0.1, C: 0.2, gamma: 0.5, epsilon: 0.1 },
  }],
  [cmrDomainLaw, [1, 10, 100].map((tokens) => ({ tokens })), { a: 0.5, s: -0.4, b: -0.2 }],
  [cmrGeneralLaw, [1, 10, 100].map((tokens) => ({ tokens })), {
    a: 0.5,
    s: -0.4,
    a2: -0.1,
    s2: 0.3,
    b: -0.2,
  }],
  [cooldownGainLaw, sizes, { k: 0.07, a: -0.13, b: 0.02 }],
  [stepLawLearningRate, sizes, { k: 1.79, a: -0.713, b: 0.307 }],
  [stepLawBatchTokens, sizes, { k: 0.58, a: 0.01, b: 0.571 }],
];
for (const [law, data, parameters] of gradients) {
  Deno.test(`${law.name}: the analytic gradient is the derivative`, () =>
    assertGradient(law, data, parameters));
}

Deno.test("functionalLaw is recovered from one 8-1-1 curve, the setting of its paper, and foretells a cosine", () => {
  const fitted = { law: functionalLaw, parameters: functional };
  const eightOneOne = curveOf(
    fitted,
    "8-1-1",
    (share) => 1e-3 * Math.min(1, share * 20) / (share < 0.8 ? 1 : share < 0.9 ? Math.sqrt(10) : 10),
    4000,
  );
  const cosine = curveOf(fitted, "cosine", (share) => 5e-4 * (1 + Math.cos(Math.PI * share)) + 1e-6, 4000);
  const fit = fitLaw(functionalLaw, [eightOneOne]);
  assert(fit.objective < 1e-9);
  assert(predictionErrors(predictCurve(fit, cosine), cosine.losses).MAE < 1e-3);
});

Deno.test("functionalLaw and cptDynamicsLaw are recovered from their own curves", () => {
  const curves = Object.entries(schedules).map(([name, rate]) =>
    curveOf({ law: functionalLaw, parameters: functional }, name, rate)
  );
  assert(fitLaw(functionalLaw, curves, { starts: 2 }).objective < 1e-9);
  const steps = transfers[0].steps;
  const moved = transfers.map((curve) => ({
    ...curve,
    steps,
    losses: predictLaw({ law: cptDynamicsLaw, parameters: shifted }, [curve]),
  }));
  const fit = fitLaw(cptDynamicsLaw, moved, { fixed: { lambda: 0.99 } });
  assertClose(fit.parameters.B, 0.4, 1e-3);
  assertClose(fit.parameters.C2, 0.4, 1e-3);
});

Deno.test("laws of runs never fit worse than the laws they contain", () => {
  const random = new Random(7);
  const noise = () => Math.exp(2e-3 * random.normal());
  const mixed = sizes.flatMap((size) => [0.1, 0.4, 0.8].map((share) => ({ ...size, share })));
  const law = { law: dCptLaw, parameters: { ...warranted, eta: 0.1, C: 0.2, gamma: 0.5, epsilon: 0.1 } };
  const { RD: _, RN: __, ...plain } = law.parameters;
  const losses = predictLaw({ law: dCptLaw, parameters: plain }, mixed);
  const worse = (small: Law<never>, large: Law<never>, data: readonly object[], options = {}) => {
    const of = (law: Law<never>) => fitLaw(law, data as never[], { ...options, starts: 2 }).objective;
    assert(of(large) <= of(small) * (1 + 1e-9), `${large.name} is worse than ${small.name}`);
  };
  worse(chinchillaLaw, dCptLaw, mixed.map((run, i) => ({ ...run, loss: losses[i] * noise() })));
  const steps = transfers[0].steps;
  const moved = transfers.map((curve) => ({
    ...curve,
    steps,
    losses: predictLaw({ law: cptDynamicsLaw, parameters: shifted }, [curve]).map((loss) => loss * noise()),
  }));
  for (const large of [cptSizeLaw, cptReplayLaw]) worse(cptDynamicsLaw, large, moved);
  const changes = [5, 10, 20, 50, 100, 200].map((tokens) => ({
    tokens,
    change: 0.8 * tokens ** -0.3 - noise(),
  }));
  worse(cmrDomainLaw, cmrGeneralLaw, changes, { scale: "linear", delta: Infinity });
});

Deno.test({
  name: "fitPowerLaw() reproduces the five exponents from Kaplan's to Chinchilla's (needs the data mirror)",
  ignore: !pointsAvailable.isoflop,
  async fn() {
    for await (const { setting, optima, runs } of kaplanChinchilla.read()) {
      const exponent = kaplanExponents[setting];
      const fit = fitPowerLaw(optima.map((o) => o.flops), optima.map((o) => o.params), {
        weights: optima.map((o) => 1 / o.logDeviation),
      });
      assert.equal(fit.exponent.toFixed(4), exponent, setting);
      assert(fit.interval.low < fit.exponent && fit.exponent < fit.interval.high);
      // Our own parabolas through the raw runs tell the same story.
      assert(Math.abs(fitIsoflop(runs).power.exponent - Number(exponent)) < 0.03, setting);
    }
  },
});

Deno.test("fitIsoflop() refuses a budget whose minimum lies outside its runs, and says why", () => {
  const budget = (flops: number, centre: number, curve = 0.1) =>
    [-1, -0.5, 0, 0.5, 1].map((x) => ({
      flops,
      params: 1e8 * Math.exp(x),
      loss: 3 + curve * (x - centre) ** 2,
    }));
  const fit = fitIsoflop([
    ...budget(1e18, 0),
    ...budget(2e18, 0.2),
    ...budget(3e18, 5, 0.01),
    ...budget(4e18, 0, -0.1),
  ]);
  assert.deepEqual(fit.refused.map(({ reason }) => reason), [
    "the minimum lies outside the sizes that were run",
    "the loss does not curve upwards",
  ]);
  assert.throws(() => fitIsoflop(budget(1e18, 0)), /fewer than two budgets/);
  assert.throws(() => fitIsoflop([{ flops: 1, params: NaN, loss: 1 }]), /point 0/);
  assert.throws(() => fitPowerLaw([1, 1], [1, 2]), /all x are equal/);
  assert.throws(() => fitPowerLaw([1, 2], [1, -2]), /point 1 holds -2/);
});

Deno.test({
  name:
    "fitEnvelope() by hull has the published exponents of the Gemstones cooldowns (needs the data mirror)",
  ignore: !pointsAvailable.gemstones,
  async fn() {
    const points = await Array.fromAsync(gemstones.read({ phase: "after" }));
    const runs = [...new Set(points.map(({ shape }) => shape))].map((shape) => {
      const run = points.filter((point) => point.shape === shape).sort((a, b) => a.tokens - b.tokens);
      const { params, flopsPerToken } = run[0];
      return { params, flopsPerToken, tokens: run.map((p) => p.tokens), losses: run.map((p) => p.loss) };
    });
    const { power, tokenPower, points: hull } = fitEnvelope(runs, { method: "hull" });
    assert.equal(power.exponent.toFixed(4), "0.5970");
    assert.equal(tokenPower.exponent.toFixed(4), "0.3933");
    assert(hull.every(({ loss }, i) => i === 0 || loss < hull[i - 1].loss));
  },
});

Deno.test("fitEnvelope() by hull keeps the measurements below every chord, and needs two sizes there", () => {
  const run = (params: number, losses: number[]) => ({ params, tokens: [1e9, 1e10, 1e11], losses });
  const runs = [run(1e8, [4, 3.5, 3.49]), run(1e9, [4.2, 3.2, 2.9]), run(1e10, [4.4, 3.6, 2.8])];
  const { points } = fitEnvelope(runs, { method: "hull" });
  assert.deepEqual(points.map(({ params, loss }) => [params, loss]), [
    [1e8, 4],
    [1e8, 3.5],
    [1e9, 2.9],
    [1e10, 2.8],
  ]);
  assert.throws(
    () => fitEnvelope([run(1e8, [4, 3, 2]), run(1e9, [9, 8, 7])], { method: "hull" }),
    /on the hull/,
  );
});

Deno.test("fitEnvelope() names the run and the value that it cannot take", () => {
  const run = { params: 1e8, tokens: [1e9, 2e9], losses: [3, 2.9] };
  const refuses = (change: object, message: RegExp) =>
    assert.throws(() => fitEnvelope([run, { ...run, ...change }]), message);
  refuses({ losses: [3, NaN] }, /measurement 1 of run 1 holds NaN/);
  refuses({ losses: [3] }, /run 1 has 2 and 1/);
  refuses({ tokens: [2e9, 1e9] }, /run 1 1000000000 follows 2000000000/);
  refuses({ params: 0 }, /holds 0/);
  assert.throws(() => fitEnvelope([run, run], { budgets: 1 }), /budgets/);
});

Deno.test("fitEnvelope() refuses runs that share no budget", () => {
  const run = (params: number) => ({ params, tokens: [1e9, 2e9], losses: [3, 2.9] });
  assert.throws(() => fitEnvelope([run(1e8), run(1e10)]), /share a budget/);
});

Deno.test({
  name:
    "repetitionLaw has the published R2, a better optimum, and an R_D* that the data leave open by a factor of a hundred (needs the data mirror)",
  ignore: !pointsAvailable.repetition,
  async fn() {
    const runs = await Array.fromAsync(dataRepetition.read());
    const losses = runs.map(({ loss }) => loss);
    const { fixed, published, withoutRepetition, optimum } = repetition;
    const score = (RD: number, RN: number) =>
      predictionErrors(predictLaw({ law: repetitionLaw, parameters: { ...fixed, RD, RN } }, runs), losses).R2;
    assertClose(score(published.RD, published.RN), published.R2, 1e-12, "R2");
    assertClose(score(1e9, 1e9), withoutRepetition.R2, 1e-6, "R2 without repetition");
    const fit = fitLaw(repetitionLaw, runs, { fixed });
    assertClose(fit.objective, optimum.objective, 1e-7, "objective");
    assertClose(fit.parameters.RD, optimum.RD, 1e-4);
    assertClose(fit.parameters.RN, optimum.RN, 1e-4);
    assert.match(
      fit.notIdentified.join("\n"),
      /RD of repetition is weakly identified: its objective is flat/,
    );
    const [RD] = profileLikelihood(fit, runs, { fixed, parameters: ["RD"] });
    assert(RD.interval.low < published.RD, "the published value lies inside");
    assert(RD.interval.high > 1000, "and so does data that may be repeated a thousand times");
  },
});

Deno.test("effectiveTokens() has the published worth of 4, 8, 16 and 40 epochs", () => {
  for (const [epochs, worth] of repetition.worth) {
    assert.equal((effectiveTokens(1, epochs) / epochs).toFixed(3), worth);
  }
  assert.throws(() => effectiveTokens(1, -1), /epochs >= 0/);
  assert.throws(() => effectiveTokens(1, 2, { RD: Infinity }), /RD finite and positive/);
  assert.throws(
    () => repetitionLaw.prepare([{ params: 1e9, tokens: 1e9, uniqueTokens: 2e9 }]),
    /uniqueTokens must be at most tokens/,
  );
});

Deno.test({
  name: "cooldownGainLaw has the exponents of the Gemstones cooldowns (needs the data mirror)",
  ignore: !pointsAvailable.gemstones,
  async fn() {
    const before = await Array.fromAsync(gemstones.read({ phase: "before" }));
    const after = await Array.fromAsync(gemstones.read({ phase: "after" }));
    const gains = before.map(({ params, tokens, loss }, i) => {
      assert.equal(after[i].params, params);
      return { params, tokens, gain: loss - after[i].loss };
    });
    const fit = fitLaw(cooldownGainLaw, gains, { delta: Infinity });
    const { lnK, a, b, R2 } = cooldownGain;
    assertClose(Math.log(fit.parameters.k), lnK, 1e-5);
    assertClose(fit.parameters.a, a, 1e-4);
    assertClose(fit.parameters.b, b, 2e-4);
    assertClose(predictionErrors(predictLaw(fit, gains), gains.map(({ gain }) => gain)).R2, R2, 1e-4);
    assert.match(fit.notIdentified.join(), /b of cooldown-gain .* zero fits/);
  },
});

Deno.test("criticalMixtureRatio() has the four published ratios at 20B tokens", () => {
  for (const { model, percent, ...parameters } of criticalMixtures) {
    assert.equal((100 * criticalMixtureRatio(parameters, 100)).toFixed(1), percent, model);
  }
  assert.throws(() => criticalMixtureRatio({ a: 1, s: 1, b: 0 }, 100), /leaves \[0, 1\]/);
  assert.throws(() => criticalMixtureRatio({ a: 1, s: 1, b: 0 }, 0), /tokens/);
});

Deno.test("crossingShare() refuses shares out of order and finds nothing where nothing crosses", () => {
  assert.equal(crossingShare([{ share: 0.1, loss: 2 }, { share: 0.9, loss: 3 }], 4), undefined);
  assert.throws(() => crossingShare([{ share: 0.5, loss: 2 }, { share: 0.4, loss: 3 }], 2.5), /ascend/);
  assert.throws(
    () => dCptLaw.prepare([{ params: 1, tokens: 1, share: 1.2 }]),
    /share must be in \[0, 1\]: current value is 1.2/,
  );
});

Deno.test("convexBound() has the published values", () => {
  let harmonic = 0;
  for (let k = 1; k < 400; k++) harmonic += 1 / k;
  const constant = convexBound(new Float64Array(400).fill(1));
  assertClose(constant.bound, 1 / 800 + 0.5 + harmonic / 2, 1e-12);
  for (const { rate, bound, best } of convexBounds) {
    const rates = Float64Array.from({ length: 400 }, (_, step) => rate(step / 400));
    const result = convexBound(rates);
    assert.equal(result.bound.toFixed(6), bound);
    if (best) assert.equal(result.bestBound.toFixed(6), best);
    assertClose(convexBound(rates.map((rate) => rate * result.bestScale)).bound, result.bestBound, 1e-12);
  }
  assert.throws(() => convexBound([1, 0]), /step 1 is 0/);
  assert.throws(() => convexBound([]), /no step/);
});

Deno.test("mergeWeights() and effectiveDecay() undo each other, and 1-sqrt weighs early checkpoints most", () => {
  const decay = [1, 2, 3, 4].map((i) => 1 - Math.sqrt(i / 5));
  const weights = mergeWeights(decay);
  effectiveDecay(weights).forEach((value, i) => assertClose(value, decay[i], 1e-12));
  assert(weights[0] > weights[1] && weights[1] > weights[2]);
  assert.throws(() => mergeWeights([0.5, 0.6]), /descend/);
  assert.throws(() => mergeWeights([]), /empty/);
  assert.throws(() => effectiveDecay([0.5, 0.6]), /sum to 1/);
});

Deno.test("crossingShare() finds the D-CPT optimum of the published table", () => {
  assert.equal(crossingShare(dCptTable.points, dCptTable.limit)!.toFixed(6), dCptTable.crossing);
});
