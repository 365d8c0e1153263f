import {
  described,
  inRange,
  type Interval,
  type LossCurve,
  must,
  ofKind,
  quantile,
  Random,
  sum,
  takes,
  wholeNumber,
} from "../base/mod.ts";
import { decayShape } from "../schedule/mod.ts";
import { checkCurve, checkRates } from "./curve.ts";
import type {
  DecayChoice,
  DecayCost,
  DecayOpinion,
  DecayPlan,
  DecayPlanOptions,
  PlannedDecay,
  RuleCost,
} from "./decay_plan.ts";
import { tellDecayPlan } from "./_decay_described.ts";
import { decaySupport, refusalsOf, seen } from "./_decay_support.ts";
import { disagreementOf, summaryOf } from "./_decay_words.ts";
import type { Fit } from "./fit.ts";
import { inventedPast } from "./_invented_past.ts";
import { namedParameters, parameterArray } from "./law.ts";
import { planMixture } from "./plan_mixture.ts";
import { Refit } from "./_refit.ts";
import { type Stack, stackLaws, type StackMember } from "./stack.ts";

const RULES: readonly [string, number][] = [
  ["10 % of the tokens (MiniCPM, 2404.06395)", 0.1],
  ["20 %, the upper end of 10-20 % (momentum law, 2408.11029; 2405.18392)", 0.2],
  ["50 %, the middle of 40-60 % found in grids of short runs", 0.5],
];
/** Ends further apart, the greater over the lesser, tell little of the best length or peak. */
const TELLING = 2.5;
const FRACTIONS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1];

/**
 * Plan the end of a run from its stable phase: how long to decay, in which shape, from which rate, on which data, with what
 * each choice costs under every law. The laws count by how well they predict curves left out of their fits
 * ({@linkcode stackLaws}), and the choice is the one of least expected cost over fits with the curves weighed anew. What the curves do not support is refused in words: longer runs, lower floors, higher peaks, decays never seen.
 *
 * @throws {TypeError} If there is no fit or no evidence.
 * @throws {RangeError} If a number is out of range, or a curve cannot be used.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitLaw, momentumLaw, planDecay, predictCurve } from "midtrain/laws";
 *
 * const parameters = { L0: 2.5, A: 0.5, alpha: 0.5, C: 0.5, lambda: 0.99 }, steps = Array.from({ length: 30 }, (_, i) => 66 * i + 60);
 * const run = (name: string, rate: (share: number) => number) => {
 *   const learningRates = Float64Array.from({ length: 2000 }, (_, step) => 1e-3 * rate(step / 2000));
 *   return { name, learningRates, steps, losses: predictCurve({ law: momentumLaw, parameters }, { learningRates, steps }) };
 * };
 * const evidence = [run("constant", () => 1), run("decay", (x) => Math.min(1, (1 - x) / 0.3 + 0.05))];
 * const checkpoint = { name: "trunk", learningRates: new Float64Array(1000).fill(1e-3), steps: [999], losses: [3] };
 * const plan = planDecay({
 *   fits: [fitLaw(momentumLaw, evidence, { starts: 2 })], evidence, checkpoint, tokensPerStep: 1e6, budgetTokens: 1e9, draws: 5,
 * });
 * assert(plan.choice!.fraction > 0.05 && plan.choice!.fraction < 0.5);
 * ```
 */
export function planDecay(options: DecayPlanOptions): DecayPlan {
  takes(
    "Cannot plan a decay",
    options,
    "fits, evidence, checkpoint, tokensPerStep, budgetTokens, fractions?, shapes?, floor?, peakFactors?, reach?, params?, cooldown?, mixture?, draws?, samples?, seed?",
  );
  const plan = checked(options);
  const { checkpoint: { learningRates: rates }, tokensPerStep, left, total, floor } = plan;
  const { fatal, partial } = refusalsOf({ ...plan, floor: options.floor }, plan.support, plan);
  const refusals = [...fatal, ...partial];
  const notes = inventedPast([...options.evidence, options.checkpoint]);
  if (fatal.length > 0) {
    const none = { laws: [], costs: [], rules: [], disagreement: [], refusals, notes, summary: "" };
    return described(none, tellDecayPlan);
  }

  const stack = "members" in options.fits ? options.fits : stackLaws(options.fits, options.evidence);
  const grid = choicesOf(plan);
  const runOf = (choice: DecayChoice) => run(rates, left, choice, floor);
  const runs = grid.map(runOf);
  const answers = [...stack.members, ...stack.leftOut].map((member) => ask(member, stack, runs, plan));
  const unsure = heldOutError(stack);
  const choice: PlannedDecay = leastExpected(grid, runs, answers, unsure, plan);
  const constant = run(rates, left, grid[0], 1);
  const laws = answers.map((answer) => opinionOf(answer, grid, constant, unsure, plan));
  const costs = answers.flatMap(({ fit, losses: [losses], least }) =>
    grid.map((one, i): DecayCost => ({ law: fit.law.name, ...one, loss: losses[i], cost: losses[i] - least }))
  );
  const rules = RULES.filter(([, fraction]) => fraction * total <= left).map(([rule, fraction]): RuleCost => {
    const ways = plan.shapes.map((shape) => runOf({ fraction, shape, peakFactor: choice.peakFactor }));
    const cost = ({ fit, least }: Answer) => Math.min(...finalLosses(fit, ways, [fit.parameters])[0]) - least;
    return { rule, fraction, costs: Object.fromEntries(answers.map((one) => [one.fit.law.name, cost(one)])) };
  });
  const mixture = options.mixture &&
    planMixture({ ...options.mixture, tokens: choice.decayTokens, params: options.params });
  const disagreement = disagreementOf(options, { laws, choice }, total * tokensPerStep);
  // What the stack says of its curves' pasts the plan says of all of its own.
  const said = inventedPast(options.evidence);
  notes.push(...stack.notes.filter((note) => !said.includes(note)));
  const summary = summaryOf(choice, unsure);
  return described(
    { choice, summary, laws, costs, rules, ...(mixture ? { mixture } : {}), disagreement, refusals, notes },
    tellDecayPlan,
  );
}

/** The options with what they amount to: steps behind and ahead, what the evidence supports, and the floor within it. */
type Checked = ReturnType<typeof checked>;

function checked(options: DecayPlanOptions) {
  const { fits, evidence, checkpoint, tokensPerStep, budgetTokens, samples = {} } = options;
  const { fractions = FRACTIONS, shapes = ["linear", "cosine", "1-sqrt"], peakFactors = [1], reach = 3 } =
    options;
  const { draws = 40, seed = 1 } = options;
  const cannot = "Cannot plan a decay";
  // A kernel checks no types: fits may be anything.
  const members = fits && typeof fits === "object" && "members" in fits
    ? fits.members.map(({ fit }) => fit)
    : fits;
  ofKind(cannot, { fits: members }, "a list of objects with law, parameters");
  ofKind(cannot, { evidence }, "a list of objects with name, learningRates, steps, losses");
  ofKind(cannot, { checkpoint }, "an object with learningRates");
  if (members.length === 0) throw new TypeError(`${cannot} as there is no fit`);
  if (evidence.length === 0) throw new TypeError(`${cannot} as there is no evidence`);
  evidence.forEach(checkCurve);
  inRange(cannot, { tokensPerStep }, "finite and positive");
  const enough = budgetTokens >= tokensPerStep && budgetTokens < Infinity;
  must(cannot, "budgetTokens must be at least one step", budgetTokens, enough);
  for (const value of fractions) inRange(cannot, { "each of fractions": value }, "in (0, 1]");
  for (const factor of peakFactors) {
    must(cannot, "each of peakFactors must be positive", factor, factor > 0 && factor < Infinity);
  }
  for (const [law, { length }] of Object.entries(samples)) {
    inRange(cannot, { [`the number of samples of ${law}`]: length }, ">= 1");
  }
  wholeNumber(cannot, { draws }, ">= 1");
  checkRates(`${cannot} from checkpoint ${checkpoint.name}`, checkpoint.learningRates);
  const current = checkpoint.learningRates.at(-1) ?? 0;
  must(cannot, "the checkpoint's last learning rate must be positive", current, current > 0);
  const past = checkpoint.learningRates.length;
  const left = Math.floor(budgetTokens / tokensPerStep);
  const support = decaySupport(evidence);
  const floor = Math.max(options.floor ?? support.floor, support.floor);
  return {
    ...{ evidence, checkpoint, tokensPerStep, fractions, shapes, peakFactors, reach, draws, seed, samples },
    ...{ current, past, left, total: past + left, support, floor },
  };
}

/** The decays that fit into what is left and that the evidence supports. */
function choicesOf(
  { fractions, shapes, peakFactors, current, left, total, support }: Checked,
): DecayChoice[] {
  const possible = fractions.filter((fraction) => fraction * total <= left && fraction * total >= 1);
  // Where some are longer than what is left, the whole rest is tried too.
  const tried = possible.length < fractions.length ? [...new Set([...possible, left / total])] : possible;
  const rates = peakFactors.filter((factor) => seen(factor * current, support));
  return tried.flatMap((fraction) =>
    shapes.flatMap((shape) => rates.map((peakFactor): DecayChoice => ({ fraction, shape, peakFactor })))
  );
}

/** What a law says of all choices: as it was fitted, then with each draw of its parameters. */
interface Answer {
  fit: Fit<LossCurve>;
  weight: number;
  /** The loss of each choice, one row a draw. */
  losses: Float64Array[];
  /** The best choice of each draw. */
  best: number[];
  /** The loss of the best choice as the law was fitted. */
  least: number;
}

function ask(
  { fit, weight }: StackMember,
  { options }: Stack,
  runs: readonly LossCurve[],
  { evidence, samples, draws, seed }: Checked,
): Answer {
  const { priors = {}, ...fitOptions } = options;
  const own = samples[fit.law.name];
  const refit = own ? undefined : new Refit(fit, evidence, fitOptions, priors[fit.law.name]);
  const drawn = Array.from({ length: draws }, (_, d) => refit?.draw(seed, d) ?? own![d % own!.length]);
  const sets = [fit.parameters, ...drawn.map((theta) => namedParameters(fit.law, theta))];
  const losses = finalLosses(fit, runs, sets);
  const best = losses.map(least);
  return { fit, weight, losses, best, least: losses[0][best[0]] };
}

/**
 * The choice of least expected cost over the draws, each of a law by its weight. A decay too short costs more than one too
 * long, so where the draws differ much the choice is a careful one.
 */
function leastExpected(
  grid: readonly DecayChoice[],
  runs: readonly LossCurve[],
  answers: readonly Answer[],
  unsure: number | undefined,
  { past, total, tokensPerStep, draws, seed, fractions }: Checked,
): PlannedDecay {
  const used = answers.filter(({ weight }) => weight > 0);
  const rows = drawnLaws(used, draws).flatMap((answer, d) => [{ answer, d: d + 1 }]);
  const mean = grid.map((_, i) =>
    sum(used.map(({ weight, losses: [row], least }) => weight * (row[i] - least))) / (draws + 1) +
    sum(rows.map(({ answer: { losses, best }, d }) => losses[d][i] - losses[d][best[d]])) / (draws + 1)
  );
  const at = least(mean);
  const random = new Random(seed).fork("held-out");
  const drawn = rows.map(({ answer, d }) => {
    const off = new Map(fractions.map((fraction) => [fraction, (unsure ?? 0) * random.normal()]));
    const losses = answer.losses[d].map((loss, i) => loss + (off.get(grid[i].fraction) ?? 0));
    const best = least(losses);
    return { best, cost: losses[at] - losses[best] };
  });
  const chosen = drawn.map(({ best }) => best);
  const decaySteps = Math.round(grid[at].fraction * total);
  // The ends are lengths that were tried, not means between two.
  const over = (value: (choice: DecayChoice) => number): Interval => {
    const possible = unsure === undefined ? grid : chosen.map((i) => grid[i]);
    const tail = unsure === undefined ? 0 : 0.025 * (possible.length - 1);
    const ascending = possible.map(value).sort((a, b) => a - b);
    const estimate = value(grid[at]);
    const low = Math.min(estimate, ascending[Math.floor(tail)]);
    return { estimate, low, high: Math.max(estimate, ascending[Math.ceil(ascending.length - 1 - tail)]) };
  };
  const intervals = {
    fraction: over(({ fraction }) => fraction),
    peakFactor: over(({ peakFactor }) => peakFactor),
  };
  return {
    ...grid[at],
    decaySteps,
    decayTokens: decaySteps * tokensPerStep,
    learningRates: runs[at].learningRates.slice(past),
    expectedCost: sum(drawn.map(({ cost }) => cost)) / draws,
    worstCost: Math.max(...used.map(({ losses: [row], least }) => row[at] - least)),
    intervals,
    known: unsure !== undefined && Object.values(intervals).every(({ low, high }) => high <= TELLING * low),
    shapeSupport: supportOf([at, ...chosen].map((i) => grid[i].shape)),
  };
}

/** One law a draw, as often as its weight says. */
function drawnLaws(answers: readonly Answer[], draws: number): Answer[] {
  return Array.from({ length: draws }, (_, d) => {
    // Steps of the golden ratio spread any number of draws evenly.
    let place = ((d + 0.5) * 0.6180339887498949) % 1;
    return answers.find(({ weight }) => (place -= weight) < 0) ?? answers[0];
  });
}

/** How far held-out curves that decay end from where they were predicted to, nats per token; undefined where no two could be held out. */
function heldOutError({ heldOut }: Stack): number | undefined {
  const ends = heldOut.filter(({ decays }) => decays).map(({ end }) => end);
  return ends.length < 2 ? undefined : Math.sqrt(sum(ends.map((end) => end * end)) / ends.length);
}

/**
 * Intervals of one law: over the samples given, else over the fits with the curves weighed anew, of which one curve has only
 * one; there the loss is as far off as held-out curves are, and has no ends where none could be held out.
 */
function opinionOf(
  { fit, weight, losses, best, least }: Answer,
  grid: readonly DecayChoice[],
  constant: LossCurve,
  unsure: number | undefined,
  { evidence, samples }: Checked,
): DecayOpinion {
  const sampled = samples[fit.law.name] !== undefined;
  const over = (values: readonly number[]) =>
    interval(sampled || evidence.length > 1 ? values : values.slice(0, 1));
  const loss = over(losses.map((row, d) => row[best[d]]));
  return {
    law: fit.law.name,
    weight,
    best: grid[best[0]],
    fraction: over(best.map((i) => grid[i].fraction)),
    peakFactor: over(best.map((i) => grid[i].peakFactor)),
    shapeSupport: supportOf(best.map((i) => grid[i].shape)),
    loss: sampled ? loss : widened(loss, 1.96 * (unsure ?? NaN)),
    gain: finalLosses(fit, [constant], [fit.parameters])[0][0] - least,
  };
}

/** An interval with an independent error beside it. */
function widened({ estimate, low, high }: Interval, error: number): Interval {
  return {
    estimate,
    low: estimate - Math.hypot(estimate - low, error),
    high: estimate + Math.hypot(high - estimate, error),
  };
}

/** The whole run with one choice, to be measured at its last step. */
function run(past: Float64Array, left: number, choice: DecayChoice, floor: number): LossCurve {
  const total = past.length + left;
  const learningRates = new Float64Array(total);
  learningRates.set(past);
  const decay = Math.min(Math.round(choice.fraction * total), left);
  const shape = decayShape(choice.shape, floor);
  const peak = past[past.length - 1] * choice.peakFactor;
  for (let k = past.length; k < total; k++) {
    learningRates[k] = peak * shape((k - (total - decay) + 1) / decay);
  }
  return { name: `${choice.shape} ${choice.fraction}`, learningRates, steps: [total - 1], losses: [1] };
}

/** For each parameter set the loss at the end of each run; the runs are laid out once. */
function finalLosses(
  fit: Fit<LossCurve>,
  runs: readonly LossCurve[],
  parameters: readonly Readonly<Record<string, number>>[],
): Float64Array[] {
  const prepared = fit.law.prepare(runs);
  return parameters.map((set) => {
    const losses = new Float64Array(runs.length);
    fit.law.predict(parameterArray(fit.law, set), prepared, losses);
    return losses;
  });
}

function least(values: ArrayLike<number>): number {
  let at = 0;
  for (let i = 1; i < values.length; i++) if (values[i] < values[at]) at = i;
  return at;
}

/** An interval around the first value by the others. */
function interval([estimate, ...draws]: readonly number[]): Interval {
  if (draws.length === 0) return { estimate, low: NaN, high: NaN };
  return {
    estimate,
    low: Math.min(estimate, quantile(draws, 0.025)),
    high: Math.max(estimate, quantile(draws, 0.975)),
  };
}

/** The share of the other values that equal the first. */
function supportOf([first, ...others]: readonly string[]): number {
  return others.filter((other) => other === first).length / others.length;
}
