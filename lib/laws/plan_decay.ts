import { type Interval, quantile } from "../base/mod.ts";
import { checkCurve, type Curve } from "./curve.ts";
import type { Cooldown } from "./cooldown_gain.ts";
import { drawParameters } from "./draw.ts";
import type { Fit } from "./fit.ts";
import { type FittedLaw, parameterArray, predictLaw } from "./law.ts";
import { type MixturePlan, type MixturePlanOptions, planMixture } from "./plan_mixture.ts";

/** How the learning rate falls over the decay, from 1 to the floor. */
export type PlannedShape = "linear" | "cosine" | "1-sqrt";

const SHAPES: Record<PlannedShape, (x: number) => number> = {
  "linear": (x) => 1 - x,
  "cosine": (x) => (1 + Math.cos(Math.PI * x)) / 2,
  "1-sqrt": (x) => 1 - Math.sqrt(x),
};

/** What a decay is planned from. */
export interface DecayPlanOptions {
  /** The laws to ask, each fitted to `evidence`. */
  fits: readonly Fit<Curve>[];
  /** The curves they were fitted to: they set how far the plan may reach. */
  evidence: readonly Curve[];
  /** The run so far, on its stable phase: its last learning rate is the current one. */
  checkpoint: Curve;
  /** Tokens of one step. */
  tokensPerStep: number;
  /** Tokens left, the decay included. */
  budgetTokens: number;
  /** Decay lengths to try, as shares of the whole run. @default {5 to 100 %, in eleven steps} */
  fractions?: readonly number[];
  /** Shapes to try. @default {["linear", "cosine", "1-sqrt"]} */
  shapes?: readonly PlannedShape[];
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
  /** Names the random stream. @default {1} */
  seed?: number | string;
}

/** One decay and what it would give. */
export interface DecayChoice {
  /** Decay steps as a share of the whole run. */
  fraction: number;
  /** The shape. */
  shape: PlannedShape;
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

/** The plan. */
export interface DecayPlan {
  /** The choice whose worst cost over the laws is least; absent where the plan is refused. */
  choice?: DecayChoice & {
    /** Steps of the decay. */
    decaySteps: number;
    /** Tokens of the decay. */
    decayTokens: number;
    /** The learning rate of every remaining step. */
    learningRates: Float64Array;
    /** The greatest cost under any law, in nats per token. */
    worstCost: number;
  };
  /**
   * Each law's own best choice: its length with an interval, the loss there with an interval, and what is gained over no decay,
   * in nats per token.
   */
  laws: { law: string; best: DecayChoice; fraction: Interval; loss: Interval; gain: number }[];
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
  const current = checkpoint.learningRates.at(-1) ?? 0;
  check("the checkpoint's last learning rate", current, current > 0, "positive");

  const past = checkpoint.learningRates.length,
    left = Math.floor(budgetTokens / tokensPerStep),
    total = past + left;
  const support = _support(evidence), refusals = _refusals(options, support, total, current);
  if (!support.decays || total > reach * support.steps) {
    return { laws: [], costs: [], rules: [], disagreement: [], refusals };
  }
  const floor = Math.max(options.floor ?? support.floor, support.floor);
  const rates = peakFactors.filter((factor) => _inside(factor * current, support));
  const possible = fractions.filter((fraction) => fraction * total <= left && fraction * total >= 1);
  const tried = [...new Set([...possible, ...(possible.length < fractions.length ? [left / total] : [])])];
  const grid: DecayChoice[] = tried.flatMap((fraction) =>
    shapes.flatMap((shape) => rates.map((peakFactor) => ({ fraction, shape, peakFactor })))
  );
  if (grid.length === 0) return { laws: [], costs: [], rules: [], disagreement: [], refusals };
  const runs = grid.map((choice) => _schedule(checkpoint.learningRates, left, total, choice, floor));

  const constant = _schedule(checkpoint.learningRates, left, total, grid[0], 1);
  const costs: DecayCost[] = [], laws: DecayPlan["laws"] = [];
  for (const fit of fits) {
    const all = [{ ...fit.parameters }, ...drawParameters(fit, { draws, seed })];
    const losses = _finalLosses(fit, runs, all), best = losses.map(_least);
    laws.push({
      law: fit.law.name,
      best: grid[best[0]],
      fraction: _interval(grid[best[0]].fraction, best.slice(1).map((at) => grid[at].fraction)),
      loss: _interval(losses[0][best[0]], losses.slice(1).map((row, d) => row[best[d + 1]])),
      gain: _finalLosses(fit, [constant], [fit.parameters])[0][0] - losses[0][best[0]],
    });
    grid.forEach((choice, i) =>
      costs.push({
        law: fit.law.name,
        ...choice,
        loss: losses[0][i],
        cost: losses[0][i] - losses[0][best[0]],
      })
    );
  }
  const costOf = (law: number, i: number) => costs[law * grid.length + i].cost;
  const worst = grid.map((_, i) => Math.max(...fits.map((_, law) => costOf(law, i)))), at = _least(worst);
  const decaySteps = Math.round(grid[at].fraction * total), decayTokens = decaySteps * tokensPerStep;
  const rules = RULES.filter(([, fraction]) => fraction * total <= left).map(([rule, fraction]): RuleCost => {
    const same = shapes.map((shape) => ({ fraction, shape, peakFactor: grid[at].peakFactor }));
    const schedules = same.map((choice) => _schedule(checkpoint.learningRates, left, total, choice, floor));
    return {
      rule,
      fraction,
      costs: Object.fromEntries(fits.map((fit, law) => {
        const [losses] = _finalLosses(fit, schedules, [fit.parameters]);
        return [
          fit.law.name,
          losses[_least(losses)] - costs[law * grid.length + _least(_row(costs, law, grid.length))].loss,
        ];
      })),
    };
  });
  const mixture = options.mixture && planMixture({
    ...options.mixture,
    tokens: decayTokens,
    ...(options.params === undefined ? {} : { params: options.params }),
  });
  return {
    choice: {
      ...grid[at],
      decaySteps,
      decayTokens,
      learningRates: runs[at].learningRates.slice(past),
      worstCost: worst[at],
    },
    laws,
    costs,
    rules,
    ...(mixture ? { mixture } : {}),
    disagreement: _disagreement(options, laws, grid[at], worst[at], total * tokensPerStep),
    refusals,
  };
}

interface Support {
  steps: number;
  lowest: number;
  highest: number;
  floor: number;
  decays: boolean;
}

/** What the curves have seen: lengths, peaks, and how deep they decayed. */
function _support(evidence: readonly Curve[]): Support {
  const peaks = evidence.map(({ learningRates }) => learningRates.reduce((a, b) => Math.max(a, b), 0));
  const floors = evidence.map(({ learningRates, steps }, i) =>
    learningRates[steps[steps.length - 1]] / peaks[i]
  );
  return {
    steps: Math.max(...evidence.map(({ steps }) => steps[steps.length - 1] + 1)),
    lowest: Math.min(...peaks),
    highest: Math.max(...peaks),
    floor: Math.min(...floors),
    decays: floors.some((floor) => floor < 0.9),
  };
}

function _inside(rate: number, { lowest, highest }: Support): boolean {
  return rate >= lowest * 0.99 && rate <= highest * 1.01;
}

function _refusals(options: DecayPlanOptions, support: Support, total: number, current: number): string[] {
  const { reach = 3, floor, peakFactors = [1], fractions = FRACTIONS, checkpoint } = options,
    said: string[] = [];
  const percent = (value: number) => `${Number((100 * value).toPrecision(3))} %`;
  if (!support.decays) {
    said.push(
      "No plan: none of the curves decays, so that nothing tells what a decay gains; fit at least one curve that does",
    );
  }
  if (total > reach * support.steps) {
    said.push(
      `No plan: the run of ${total} steps is ${
        (total / support.steps).toFixed(1)
      } times the longest fitted curve (${support.steps} steps), and the laws are trusted to ${reach} times; fit a longer curve`,
    );
  }
  if (floor !== undefined && floor < support.floor) {
    said.push(
      `The decay is planned to ${percent(support.floor)} of the peak, not to ${
        percent(floor)
      }: no curve went lower`,
    );
  }
  const outside = peakFactors.filter((factor) => !_inside(factor * current, support));
  if (outside.length > 0) {
    said.push(
      `A learning rate of ${
        outside.map((factor) => factor * current).join(", ")
      } is not planned: the curves peak ${
        support.lowest === support.highest
          ? `at ${support.lowest}`
          : `from ${support.lowest} to ${support.highest}`
      }, and the laws do not know instability`,
    );
  }
  const most = (total - checkpoint.learningRates.length) / total;
  if (fractions.some((fraction) => fraction > most)) {
    said.push(
      `No decay above ${percent(most)} of the run is planned: it would have begun before the checkpoint`,
    );
  }
  return said;
}

/** The whole run with one choice, to be measured at its last step. */
function _schedule(
  past: Float64Array,
  left: number,
  total: number,
  choice: DecayChoice,
  floor: number,
): Curve {
  const learningRates = new Float64Array(total), peak = past[past.length - 1] * choice.peakFactor;
  learningRates.set(past);
  const decay = Math.min(Math.round(choice.fraction * total), left), shape = SHAPES[choice.shape];
  for (let k = past.length; k < total; k++) {
    const x = (k - (total - decay) + 1) / decay;
    learningRates[k] = x <= 0 ? peak : peak * (floor + (1 - floor) * shape(x));
  }
  return { name: `${choice.shape} ${choice.fraction}`, learningRates, steps: [total - 1], losses: [1] };
}

/** For each parameter set the loss at the end of each run; the runs are laid out once. */
function _finalLosses(
  fit: Fit<Curve>,
  runs: readonly Curve[],
  parameters: readonly Readonly<Record<string, number>>[],
): Float64Array[] {
  const prepared = fit.law.prepare(runs);
  return parameters.map((set) => {
    const losses = new Float64Array(runs.length);
    fit.law.predict(parameterArray(fit.law, set), prepared, losses);
    return losses;
  });
}

function _least(values: ArrayLike<number>): number {
  let at = 0;
  for (let i = 1; i < values.length; i++) if (values[i] < values[at]) at = i;
  return at;
}

function _row(costs: readonly DecayCost[], law: number, size: number): number[] {
  return costs.slice(law * size, (law + 1) * size).map(({ cost }) => cost);
}

function _interval(estimate: number, draws: readonly number[]): Interval {
  return draws.length === 0 ? { estimate, low: NaN, high: NaN } : {
    estimate,
    low: Math.min(estimate, quantile(draws, 0.025)),
    high: Math.max(estimate, quantile(draws, 0.975)),
  };
}

function _disagreement(
  { cooldown, params }: DecayPlanOptions,
  laws: DecayPlan["laws"],
  choice: DecayChoice,
  worst: number,
  tokens: number,
): string[] {
  const said: string[] = [], percent = (value: number) => `${Number((100 * value).toPrecision(2))} %`;
  const fractions = laws.map(({ best }) => best.fraction);
  if (Math.max(...fractions) > 1.4 * Math.min(...fractions)) {
    said.push(
      `The laws disagree on the length: ${
        laws.map(({ law, best, fraction }) =>
          `${law} ${percent(best.fraction)} (${percent(fraction.low)} to ${percent(fraction.high)})`
        ).join(", ")
      }; ${percent(choice.fraction)} costs at most ${worst.toFixed(4)} nats under any of them`,
    );
  }
  const shapes = new Set(laws.map(({ best }) => best.shape));
  if (shapes.size > 1) {
    said.push(
      `They disagree on the shape: ${laws.map(({ law, best }) => `${law} ${best.shape}`).join(", ")}`,
    );
  }
  const losses = laws.map(({ loss }) => loss.estimate), spread = Math.max(...losses) - Math.min(...losses);
  if (spread > 0.005) {
    said.push(
      `Their final losses differ by ${
        spread.toFixed(4)
      } nats, more than the choice does: trust the ranking before the level`,
    );
  }
  if (cooldown && params) {
    const [gain] = predictLaw(cooldown, [{ params, tokens }]), gains = laws.map(({ gain }) => gain);
    said.push(
      `The decay gains ${Math.min(...gains).toFixed(3)} to ${
        Math.max(...gains).toFixed(3)
      } nats over none by these laws; cooldowns of other models of this size gained ${gain.toFixed(3)}`,
    );
  }
  return said;
}
