import { type Interval, type LossCurve, quantile } from "../base/mod.ts";
import { type DecayShape, decayShape } from "../schedule/mod.ts";
import { checkCurve } from "./curve.ts";
import type { Cooldown } from "./cooldown_gain.ts";
import { decaySupport, refusalsOf, seen } from "./_decay_support.ts";
import { disagreementOf } from "./_decay_words.ts";
import { drawParameters } from "./draw.ts";
import { type Fit, namedParameters } from "./fit.ts";
import { type FittedLaw, parameterArray } from "./law.ts";
import { type MixturePlan, type MixturePlanOptions, planMixture } from "./plan_mixture.ts";

/** What a decay is planned from. */
export interface DecayPlanOptions {
  /** The laws to ask, each fitted to `evidence`. */
  fits: readonly Fit<LossCurve>[];
  /** The curves they were fitted to: they set how far the plan may reach. */
  evidence: readonly LossCurve[];
  /** The run so far, on its stable phase: its last learning rate is the current one. */
  checkpoint: LossCurve;
  /** Tokens of one step. */
  tokensPerStep: number;
  /** Tokens left, the decay included. */
  budgetTokens: number;
  /** Decay lengths to try, as shares of the whole run. @default {5 to 100 %, in eleven steps} */
  fractions?: readonly number[];
  /** Shapes to try. @default {["linear", "cosine", "1-sqrt"]} */
  shapes?: readonly DecayShape[];
  /** Where the decay ends, as a share of the peak. @default {the lowest that the evidence reaches} */
  floor?: number;
  /** Learning rates to try for the rest of the stable phase, as multiples of the current one. @default {[1]} */
  peakFactors?: readonly number[];
  /** How many times longer than the longest curve of the evidence the run may be. @default {3} */
  reach?: number;
  /** Parameters of the model, for the mixture and the check against cooldowns of other models. */
  params?: number;
  /** A law of what cooldowns gain, to check the curves' laws against. */
  cooldown?: FittedLaw<Cooldown>;
  /** The data of the decay; `tokens` and `params` come from the plan. */
  mixture?: Omit<MixturePlanOptions, "tokens" | "params">;
  /** Draws of each fit's parameters for the intervals. @default {40} */
  draws?: number;
  /**
   * Parameters to draw from by a law's name, in the order of the law: the samples of {@linkcode bootstrapLaw}, which tell how
   * other runs would have decided. Laws without are drawn from the curvature at their optimum, which is far surer of itself.
   * @default {none}
   */
  samples?: Readonly<Record<string, readonly Float64Array[]>>;
  /** Names the random stream. @default {1} */
  seed?: number | string;
}

/** One decay and what it would give. */
export interface DecayChoice {
  /** Decay steps as a share of the whole run. */
  fraction: number;
  /** The shape. */
  shape: DecayShape;
  /** The stable learning rate until the decay, as a multiple of the current one. */
  peakFactor: number;
}

/** A choice under one law. */
export interface DecayCost extends DecayChoice {
  /** The law. */
  law: string;
  /** The loss it predicts at the end, in nats per token. */
  loss: number;
  /** That loss above the best choice's, in nats per token. */
  cost: number;
}

/** What a published rule would cost here. */
export interface RuleCost {
  /** The rule and its source. */
  rule: string;
  /** The share it asks for. */
  fraction: number;
  /** Its cost above the best choice under each law, in nats per token, for its best shape. */
  costs: Record<string, number>;
}

/** A law's own best decay. */
export interface DecayOpinion {
  /** The law. */
  law: string;
  /** Its best choice. */
  best: DecayChoice;
  /** The best share of the run, over the law's uncertainty. */
  fraction: Interval;
  /** The best peak, as a multiple of the current rate. */
  peakFactor: Interval;
  /** How sure the shape is: the share of draws in which it is the law's best. */
  shapeSupport: number;
  /** The loss there, in nats per token. */
  loss: Interval;
  /** What is gained over no decay, in nats per token. */
  gain: number;
}

/** The choice of a plan. */
export interface PlannedDecay extends DecayChoice {
  /** Steps of the decay. */
  decaySteps: number;
  /** Tokens of the decay. */
  decayTokens: number;
  /** The learning rate of every remaining step. */
  learningRates: Float64Array;
  /** The greatest cost under any law, in nats per token. */
  worstCost: number;
  /** 95 % of the choices that the draws of the laws' parameters lead to. */
  intervals: { fraction: Interval; peakFactor: Interval };
  /** The share of draws that lead to this shape. */
  shapeSupport: number;
}

/** The plan. */
export interface DecayPlan {
  /** The choice whose worst cost over the laws is least; absent where the plan is refused. */
  choice?: PlannedDecay;
  /** What each law would choose alone. */
  laws: DecayOpinion[];
  /** Every choice under every law. */
  costs: DecayCost[];
  /** What the published rules would cost. */
  rules: RuleCost[];
  /** The data of the decay. */
  mixture?: MixturePlan;
  /** Where the laws disagree, and by how much, in sentences. */
  disagreement: string[];
  /** What the plan refuses to say, and what data would let it, in sentences. */
  refusals: string[];
}

const RULES: readonly [string, number][] = [
  ["10 % of the tokens (MiniCPM, 2404.06395)", 0.1],
  ["20 %, the upper end of 10-20 % (momentum law, 2408.11029; 2405.18392)", 0.2],
  ["50 %, the middle of 40-60 % found in grids of short runs", 0.5],
];
const FRACTIONS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1];

/**
 * Plan the end of a run from its stable phase: how long to decay, in which shape, from which rate, on which data, with what
 * each choice costs under every law. The choice is the one whose worst cost over the laws is least, so that no single law is
 * trusted. What the curves do not support is refused in words: longer runs, lower floors, higher peaks, decays never seen.
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
  const { fits, evidence, checkpoint, tokensPerStep, budgetTokens } = options;
  const { fractions = FRACTIONS, shapes = ["linear", "cosine", "1-sqrt"], peakFactors = [1], reach = 3 } =
    options;
  const { draws = 40, seed = 1 } = options;
  if (fits.length === 0) throw new TypeError("Cannot plan a decay as there is no fit");
  if (evidence.length === 0) throw new TypeError("Cannot plan a decay as there is no evidence");
  evidence.forEach(checkCurve);
  const check = (name: string, value: number, good: boolean, range: string) => {
    if (!good) {
      throw new RangeError(`Cannot plan a decay as ${name} must be ${range}: current value is ${value}`);
    }
  };
  check("tokensPerStep", tokensPerStep, tokensPerStep > 0 && tokensPerStep < Infinity, "finite and positive");
  check(
    "budgetTokens",
    budgetTokens,
    budgetTokens >= tokensPerStep && budgetTokens < Infinity,
    "at least one step",
  );
  fractions.forEach((value) => check("each of fractions", value, value > 0 && value <= 1, "in (0, 1]"));
  peakFactors.forEach((value) =>
    check("each of peakFactors", value, value > 0 && value < Infinity, "positive")
  );
  for (const [law, { length }] of Object.entries(options.samples ?? {})) {
    check(`the number of samples of ${law}`, length, length > 0, ">= 1");
  }
  check("draws", draws, Number.isInteger(draws) && draws >= 1, "a whole number >= 1");
  const current = checkpoint.learningRates.at(-1) ?? 0;
  check("the checkpoint's last learning rate", current, current > 0, "positive");

  const past = checkpoint.learningRates.length;
  const left = Math.floor(budgetTokens / tokensPerStep);
  const total = past + left;
  const support = decaySupport(evidence);
  const limits = { reach, fractions, peakFactors, floor: options.floor };
  const { fatal, partial } = refusalsOf(limits, support, { past, total, current });
  const refusals = [...fatal, ...partial];
  if (fatal.length > 0) return { laws: [], costs: [], rules: [], disagreement: [], refusals };

  const possible = fractions.filter((fraction) => fraction * total <= left && fraction * total >= 1);
  // Where some are longer than what is left, the whole rest is tried too.
  const tried = possible.length < fractions.length ? [...new Set([...possible, left / total])] : possible;
  const rates = peakFactors.filter((factor) => seen(factor * current, support));
  const grid = tried.flatMap((fraction) =>
    shapes.flatMap((shape) => rates.map((peakFactor): DecayChoice => ({ fraction, shape, peakFactor })))
  );
  const floor = Math.max(options.floor ?? support.floor, support.floor);
  const runOf = (choice: DecayChoice) => run(checkpoint.learningRates, left, choice, floor);
  const runs = grid.map(runOf);
  const constant = run(checkpoint.learningRates, left, grid[0], 1);
  const asked = fits.map((fit) => {
    const own = options.samples?.[fit.law.name]?.map((sample) => namedParameters(fit.law, sample));
    const drawn = own ?? drawParameters(fit, { draws, seed });
    const sets = [fit.parameters, ...Array.from({ length: draws }, (_, d) => drawn[d % drawn.length])];
    const losses = finalLosses(fit, runs, sets);
    const best = losses.map(least);
    return { fit, losses, best, least: losses[0][best[0]] };
  });
  // A draw of every law at once leads to a choice; the first draw is the laws as they were fitted.
  const worst = asked[0].losses.map((_, d) =>
    grid.map((_, i) => Math.max(...asked.map(({ losses, best }) => losses[d][i] - losses[d][best[d]])))
  );
  const chosen = worst.map(least);
  const [at] = chosen;
  const decaySteps = Math.round(grid[at].fraction * total);
  const choice: PlannedDecay = {
    ...grid[at],
    decaySteps,
    decayTokens: decaySteps * tokensPerStep,
    learningRates: runs[at].learningRates.slice(past),
    worstCost: worst[0][at],
    intervals: {
      fraction: interval(chosen.map((i) => grid[i].fraction)),
      peakFactor: interval(chosen.map((i) => grid[i].peakFactor)),
    },
    shapeSupport: supportOf(chosen.map((i) => grid[i].shape)),
  };
  const laws = asked.map(({ fit, losses, best, least }): DecayOpinion => ({
    law: fit.law.name,
    best: grid[best[0]],
    fraction: interval(best.map((i) => grid[i].fraction)),
    peakFactor: interval(best.map((i) => grid[i].peakFactor)),
    shapeSupport: supportOf(best.map((i) => grid[i].shape)),
    loss: interval(losses.map((row, d) => row[best[d]])),
    gain: finalLosses(fit, [constant], [fit.parameters])[0][0] - least,
  }));
  const costs = asked.flatMap(({ fit, losses: [losses], least }) =>
    grid.map((one, i): DecayCost => ({ law: fit.law.name, ...one, loss: losses[i], cost: losses[i] - least }))
  );
  const rules = RULES.filter(([, fraction]) => fraction * total <= left).map(([rule, fraction]): RuleCost => {
    const ways = shapes.map((shape) => runOf({ fraction, shape, peakFactor: choice.peakFactor }));
    const cost = ({ fit, least }: typeof asked[number]) =>
      Math.min(...finalLosses(fit, ways, [fit.parameters])[0]) - least;
    return { rule, fraction, costs: Object.fromEntries(asked.map((one) => [one.fit.law.name, cost(one)])) };
  });
  const mixture = options.mixture && planMixture({
    ...options.mixture,
    tokens: choice.decayTokens,
    ...(options.params === undefined ? {} : { params: options.params }),
  });
  const disagreement = disagreementOf(options, { laws, choice }, total * tokensPerStep);
  return { choice, laws, costs, rules, ...(mixture ? { mixture } : {}), disagreement, refusals };
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
