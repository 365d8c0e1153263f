import assert from "node:assert/strict";
import { descriptionOf } from "../../lib/base/mod.ts";
import {
  compareLaws,
  cooldownGainLaw,
  dCptLaw,
  fitLaw,
  functionalLaw,
  lldlLaw,
  type LossCurve,
  momentumLaw,
  multiPowerLaw,
  onePowerLaw,
  optimizeSchedule,
  planDecay,
  planMixture,
  predictCurve,
  predictLaw,
  stablePhase,
  stackLaws,
} from "../../lib/laws/mod.ts";
import { curveOf, schedules } from "./_curves.ts";
import { assertClose } from "./_points.ts";

const momentum = { law: momentumLaw, parameters: { L0: 2.5, A: 0.5, alpha: 0.5, C: 0.5, lambda: 0.995 } };
const evidence = Object.entries(schedules).map(([name, rate]) => curveOf(momentum, name, rate, 4000));
const gentle = curveOf(momentum, "gentle", (share) => schedules.cosine(share) / 2, 4000);
const fits = [fitLaw(momentumLaw, evidence, { starts: 2 }), fitLaw(lldlLaw, evidence)];
const checkpoint: LossCurve = {
  name: "trunk",
  learningRates: new Float64Array(2000).fill(1e-3),
  steps: [1999],
  losses: [3],
};
const base = { fits, evidence, checkpoint, tokensPerStep: 1e6, budgetTokens: 2e9, draws: 8 };

Deno.test("planDecay() chooses the length that the law itself finds best, and says what each choice costs", () => {
  const plan = planDecay({ ...base, fits: fits.slice(0, 1) });
  const { choice, laws, costs } = plan;
  assert(
    choice && choice.decaySteps === Math.round(choice.fraction * 4000) &&
      choice.decayTokens === choice.decaySteps * 1e6,
  );
  assert.equal(choice.learningRates.length, 2000);
  assert.equal(choice.worstCost, 0);
  const learningRates = Float64Array.of(...checkpoint.learningRates, ...choice.learningRates);
  const loss = predictCurve(fits[0], { learningRates, steps: [3999] })[0];
  assertClose(laws[0].loss.estimate, loss, 1e-12);
  assert(costs.every(({ cost }) => cost >= 0) && costs.some(({ cost }) => cost === 0));
  assert(laws[0].fraction.low <= choice.fraction && choice.fraction <= laws[0].fraction.high);
  assert(laws[0].gain > 0);
});

Deno.test("planDecay() takes the choice of least regret over laws that disagree, and says so", () => {
  const { choice, laws, rules, disagreement } = planDecay(base);
  assert(laws[0].best.fraction > 1.4 * laws[1].best.fraction);
  assert(choice!.fraction >= laws[1].best.fraction && choice!.fraction <= laws[0].best.fraction);
  assert.match(disagreement[0], /disagree on the length: momentum .*lldl/);
  assert.deepEqual(rules.map(({ fraction }) => fraction), [0.1, 0.2, 0.5]);
  assert(rules.every(({ costs }) => costs["momentum"] >= -1e-12));
});

Deno.test("planDecay() gives the choice intervals, from draws of all laws at once", () => {
  const { choice, laws } = planDecay({ ...base, peakFactors: [0.5, 1], evidence: [...evidence, gentle] });
  const { fraction, peakFactor } = choice!.intervals;
  assert(fraction.low <= choice!.fraction && choice!.fraction <= fraction.high);
  assert(peakFactor.low <= choice!.peakFactor && choice!.peakFactor <= peakFactor.high);
  for (const { shapeSupport } of [choice!, ...laws]) assert(shapeSupport >= 0 && shapeSupport <= 1);
});

Deno.test("planDecay() draws from samples where they are given", () => {
  const [law] = fits;
  const alone = { ...base, fits: [law] };
  const order = (parameters: Record<string, number>) =>
    Float64Array.from(momentumLaw.parameters, ({ name }) => parameters[name]);
  const sure = planDecay({ ...alone, samples: { momentum: [order(law.parameters)] } });
  assert.equal(sure.choice!.shapeSupport, 1);
  assert.deepEqual(sure.laws[0].loss.low, sure.laws[0].loss.high);
  const other = planDecay({
    ...alone,
    samples: { momentum: [order({ ...law.parameters, lambda: 0.999 })] },
  });
  assert(
    other.laws[0].fraction.high > sure.laws[0].fraction.high,
    "a longer memory asks for a longer decay",
  );
  assert.throws(() => planDecay({ ...alone, samples: { momentum: [] } }), /samples of momentum must be >= 1/);
});

Deno.test("planDecay() gives a law's final loss the errors of held-out curves, and no ends where none could be held out", () => {
  // Curves that lie on a law leave errors below rounding.
  const measured = [...evidence, gentle].map((curve) => ({
    ...curve,
    losses: Array.from(curve.losses, (loss, i) => loss + 1e-3 * (-1) ** i),
  }));
  const known = planDecay({ ...base, evidence: measured });
  for (const { loss: { estimate, low, high } } of known.laws) assert(low < estimate && estimate < high);
  const [single] = planDecay({ ...base, evidence: [evidence[1]] }).laws;
  assert(Number.isFinite(single.loss.estimate) && Number.isFinite(single.fraction.estimate));
  for (const end of [single.loss.low, single.loss.high, single.fraction.low, single.fraction.high]) {
    assert(Number.isNaN(end));
  }
});

Deno.test("a branch that begins in mid-decay is named wherever it is used, once", () => {
  const branch = { ...gentle, heldSteps: 60 };
  const whole = [...evidence, branch];
  const past = /^This rests on an invented past: gentle logs no learning rate before step 60, in mid-decay/;
  const stack = stackLaws([momentumLaw], whole, { starts: 2 });
  const spoken = {
    fit: stack.members[0].fit.notes,
    stack: stack.notes,
    comparison: compareLaws([onePowerLaw], evidence, { test: [branch] }).notes,
    plan: planDecay({ ...base, evidence: whole, fits: stack }).notes,
    refused: planDecay({ ...base, evidence: [{ ...evidence[0], heldSteps: 60, name: "gentle" }] }).notes,
  };
  for (const [where, notes] of Object.entries(spoken)) {
    assert.equal(notes.filter((note) => past.test(note)).length, 1, where);
  }
  const trunk = planDecay({ ...base, checkpoint: { ...checkpoint, heldSteps: 5 } });
  assert.match(trunk.notes[0], /invented past: trunk logs no learning rate before step 5/);
  assert.match(JSON.stringify(descriptionOf(trunk)), /invented past: trunk/);
  assert.equal(stablePhase(branch).heldSteps, 60);
  assert.deepEqual(planDecay(base).notes.filter((note) => /invented/.test(note)), []);
});

Deno.test("planDecay() gives the same plan twice", () => assert.deepEqual(planDecay(base), planDecay(base)));

Deno.test("planDecay() refuses in words what the curves do not support", () => {
  const said = (options: object) => planDecay({ ...base, ...options });
  const long = said({ budgetTokens: 100e9 });
  assert.equal(long.choice, undefined);
  assert.match(
    long.refusals.join("\n"),
    /No plan: the run of 102000 steps is 25\.5 times the longest fitted curve/,
  );
  const flat = said({ evidence: [evidence[0]] });
  assert.equal(flat.choice, undefined);
  assert.match(flat.refusals[0], /none of the curves decays/);
  assert.match(said({ floor: 0 }).refusals.join("\n"), /not to 0 %: no curve went lower/);
  assert.match(said({ peakFactors: [1, 3] }).refusals.join("\n"), /A learning rate of 0\.003 is not planned/);
  const hot = said({ peakFactors: [3] });
  assert.equal(hot.choice, undefined);
  assert.match(
    hot.refusals.join("\n"),
    /No plan: a learning rate of 0\.003 is not planned: the curves peak at/,
  );
  const { refusals, costs } = said({ fractions: [0.2, 0.9] });
  assert.match(refusals.join("\n"), /No decay above 50 % of the run/);
  assert(costs.every(({ fraction }) => fraction <= 0.5));
  assert.throws(() => said({ fits: [] }), /no fit/);
  assert.throws(() => said({ evidence: [] }), /no evidence/);
  assert.throws(() => said({ draws: 0 }), /draws must be a whole number >= 1: current value is 0/);
  assert.throws(() => said({ tokensPerStep: NaN }), /tokensPerStep must be finite and positive/);
  assert.throws(() => said({ budgetTokens: 1 }), /at least one step/);
  assert.throws(() => said({ fractions: [1.5] }), /in \(0, 1\]: current value is 1\.5/);
  const stopped = { ...checkpoint, learningRates: new Float64Array(10) };
  assert.throws(() => said({ checkpoint: stopped }), /last learning rate/);
});

const pools = [
  { name: "math", uniqueTokens: 2e9, role: "domain" },
  { name: "web", uniqueTokens: 1e12, role: "general" },
] as const;
const domain = {
  law: dCptLaw,
  parameters: { E: 1, A: 300, B: 500, alpha: 0.3, beta: 0.3, eta: 0.05, C: 0.3, gamma: 0.3, epsilon: 0.05 },
};
const general = { ...domain, parameters: { ...domain.parameters, C: 0.1, gamma: 0.2 } };

Deno.test("planMixture() keeps within tolerance and worth, and counts epochs", () => {
  const plan = planMixture({ tokens: 20e9, pools, params: 1e9, laws: { domain, general } });
  const { choice } = plan;
  assert(choice && choice.share <= plan.maxShare);
  assertClose(choice.domainEpochs, choice.share * 10, 1e-12);
  const least = Math.min(...plan.choices.map(({ generalLoss }) => generalLoss!));
  assert(choice.generalLoss! <= least + 0.03);
  const loose = planMixture({
    tokens: 20e9,
    pools,
    params: 1e9,
    laws: { domain, general },
    tolerance: 1,
    leastWorth: 0.1,
  });
  assert(loose.choice!.share > choice.share && loose.choice!.domainLoss! < choice.domainLoss!);
  assert.match(plan.notes.join("\n"), /Without the limits the domain would want/);
});

Deno.test("planDecay() plans the data of the decay it chose, and sets its gain beside other models' cooldowns", () => {
  const cooldown = { law: cooldownGainLaw, parameters: { k: 0.07, a: -0.13, b: 0.02 } };
  const { choice, mixture, disagreement } = planDecay({
    ...base,
    params: 1e9,
    cooldown,
    mixture: { pools, laws: { domain, general } },
  });
  assertClose(mixture!.choice!.domainEpochs, mixture!.choice!.share * choice!.decayTokens / 2e9, 1e-12);
  assert.match(disagreement.join("\n"), /cooldowns of other models of this size gained 0\.0[67]/);
});

Deno.test("planMixture() gives an interval where its laws are fits", () => {
  const runs = [1e8, 1e9].flatMap((params) =>
    [1e9, 1e10].flatMap((tokens) => [0.1, 0.3, 0.6, 0.9].map((share) => ({ params, tokens, share })))
  );
  const fit = (law: typeof domain) => {
    const losses = predictLaw(law, runs);
    const data = runs.map((run, i) => ({ ...run, loss: losses[i] * (1 + 1e-4 * (-1) ** i) }));
    return fitLaw(dCptLaw, data, { fixed: { epsilon: 0.05 }, starts: 2 });
  };
  const plan = planMixture({
    tokens: 20e9,
    pools,
    params: 1e9,
    laws: { domain: fit(domain), general: fit(general) },
  });
  const { share, domainEpochs } = plan.intervals!;
  assert(share.low <= plan.choice!.share && plan.choice!.share <= share.high);
  assertClose(domainEpochs.low, share.low * 10, 1e-12);
  assertClose(domainEpochs.high, share.high * 10, 1e-12);
});

Deno.test("planMixture() refuses what cannot be planned", () => {
  assert.throws(() => planMixture({ tokens: 1e9, pools: [pools[1]] }), /no pool is of the domain/);
  assert.throws(() => planMixture({ tokens: 1e9, pools, laws: { domain, general } }), /need params/);
  assert.throws(() => planMixture({ tokens: NaN, pools }), /tokens must be finite/);
  assert.throws(
    () => planMixture({ tokens: 1e9, pools: [{ ...pools[0], uniqueTokens: 0 }] }),
    /uniqueTokens of math/,
  );
  assert.match(planMixture({ tokens: 1e15, pools }).notes[0], /Even 1 %/);
});

Deno.test("optimizeSchedule() never rises, never goes below zero, and no small change improves on it", () => {
  const parameters = { L0: 2.65, A: 0.6, alpha: 0.45, B: 438, C: 2.1, beta: 0.6, gamma: 0.65 };
  const functional = { L0: 2.64, c1: 0.6, s: 0.46, c2: 0.5, c3: 1000, c4: 62, gamma: 0.94 };
  for (const fitted of [{ law: multiPowerLaw, parameters }, { law: functionalLaw, parameters: functional }]) {
    const best = optimizeSchedule(fitted, { peak: 3e-4, steps: 3000, warmupSteps: 300, knots: 30 });
    const { learningRates } = best;
    for (let k = 1; k < 3000; k++) {
      assert(learningRates[k] >= 0 && (k <= 300 || learningRates[k] <= learningRates[k - 1]), `step ${k}`);
    }
    assert(best.loss < Math.min(...Object.values(best.startLosses)));
    for (const [from, to] of [[300, 1500], [1500, 2500], [2700, 2999]] as const) {
      for (const factor of [0.97, 1.03]) {
        const moved = learningRates.map((rate, k) => {
          const bump = k <= from || k >= to ? 0 : Math.sin(Math.PI * (k - from) / (to - from)) ** 2;
          return Math.min(rate * (1 + (factor - 1) * bump), 3e-4);
        });
        const loss = predictCurve(fitted, { learningRates: moved, steps: [2999] })[0];
        assert(loss > best.loss - 2e-6, `${fitted.law.name} ${from} ${factor}: ${loss} below ${best.loss}`);
      }
    }
  }
});

Deno.test("optimizeSchedule() refuses laws and options it cannot serve", () => {
  const parameters = { L0: 2, A: 1, alpha: 0.5 };
  const options = { peak: 1e-3, steps: 100 };
  assert.throws(() => optimizeSchedule({ law: onePowerLaw, parameters }, options), /one-power/);
  const multi = { law: multiPowerLaw, parameters: { ...parameters, B: 1, C: 1, beta: 0.5, gamma: 0.5 } };
  assert.throws(() => optimizeSchedule(multi, options), /160 knots/);
  assert.throws(() => optimizeSchedule(multi, { ...options, peak: -1 }), /peak/);
  assert.throws(() => optimizeSchedule(multi, { ...options, steps: 1.5 }), /steps/);
});
