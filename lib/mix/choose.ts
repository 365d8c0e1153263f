import { bootstrapMean, described, type Interval, mean, ofKind, takes } from "../base/mod.ts";
import { normalQuantile } from "./_normal.ts";

/** One ratio that was tried. */
export interface Trial {
  /** The ratio, for example the share of domain tokens in [0, 1]. */
  ratio: number;
  /** The measured value with its interval at 95 %, for example from `wilson`. */
  interval?: Interval;
  /** Or the value of every item (document, question, seed), the same items in the same order in every trial. */
  values?: ArrayLike<number>;
}

/** Options of {@linkcode chooseRatio}. */
export interface ChooseRatioOptions {
  /** Whether a small value is good, as of a loss, or a large one, as of an accuracy. @default {"smaller"} */
  better?: "smaller" | "larger";
  /**
   * Which to take of those that the data cannot tell apart: the best estimate, or the smallest ratio (least domain data,
   * most replay), or the largest.
   * @default {"best"}
   */
  prefer?: "best" | "smallest" | "largest";
  /** Names the bootstrap's random stream. @default {1} */
  seed?: number | string;
}

/** One ratio beside the best. */
export interface RatioComparison {
  /** The ratio. */
  ratio: number;
  /** Its measured value. */
  estimate: number;
  /**
   * How much worse than the best it is, at least 0, with an interval that holds for all comparisons together at 95 %
   * (Bonferroni). The best has zeros.
   */
  worse: Interval;
  /** Whether that interval holds 0. */
  withinNoise: boolean;
}

/** A choice among ratios. */
export interface RatioChoice {
  /** The ratio to take. */
  ratio: number;
  /** Every ratio, ascending. */
  rows: RatioComparison[];
  /** Ratios that the data cannot tell from the best one, itself included. */
  tied: number[];
  /** What was found, in a sentence. */
  summary: string;
}

/**
 * Choose a mixture ratio from a small table of trials, and say where differences are noise.
 *
 * With `values` the comparison is paired over items (bootstrap over them); with `interval` alone the two trials count as
 * independent and roughly normal, which is wider. Either way only the noise of measuring is seen, not that between
 * training runs, unless the values are of several seeds.
 *
 * @param trials At least two; all with `values`, or all with `interval`.
 * @throws {RangeError} If there are fewer than two trials, a ratio stands twice, a value is not finite, the numbers of
 * values differ, or there is one value only, which shows no noise.
 * @throws {TypeError} If a trial has neither kind of measurement, or trials mix them.
 * @example OLMo 2's accuracy of 61, 63.5 and 65 % on 200 questions is one and the same; 28.5 % is not
 * ```ts
 * import assert from "node:assert/strict";
 * import { wilson } from "midtrain/base";
 * import { chooseRatio } from "midtrain/mix";
 *
 * const trials = [[0, 57], [0.117, 122], [0.35, 127], [0.514, 130]].map(([ratio, right]) => ({
 *   ratio,
 *   interval: wilson(right, 200),
 * }));
 * const { ratio, tied } = chooseRatio(trials, { better: "larger", prefer: "smallest" });
 * assert.deepEqual([ratio, tied], [0.117, [0.117, 0.35, 0.514]]);
 * ```
 */
export function chooseRatio(trials: readonly Trial[], options: ChooseRatioOptions = {}): RatioChoice {
  takes("Cannot choose a ratio", options, "better?, prefer?, seed?");
  ofKind("Cannot choose a ratio", { trials }, "a list of objects with ratio");
  const { better = "smaller", prefer = "best", seed = 1 } = options;
  const paired = check(trials);
  const sorted = [...trials].sort((a, b) => a.ratio - b.ratio);
  const sign = better === "smaller" ? 1 : -1;
  const estimates = sorted.map((trial) => trial.values ? mean(trial.values) : trial.interval!.estimate);
  const best = estimates.reduce((at, value, i) => sign * (value - estimates[at]) < 0 ? i : at, 0);
  const confidence = 1 - 0.05 / (trials.length - 1);
  const rows = sorted.map((trial, at): RatioComparison => {
    const worse = at === best
      ? { estimate: 0, low: 0, high: 0 }
      : paired
      ? choosePaired(trial.values!, sorted[best].values!, { sign, confidence, seed })
      : chooseIndependent(trial.interval!, sorted[best].interval!, { sign, comparisons: trials.length - 1 });
    return { ratio: trial.ratio, estimate: estimates[at], worse, withinNoise: worse.low <= 0 };
  });
  const tied = rows.filter(({ withinNoise }) => withinNoise).map(({ ratio }) => ratio);
  const ratio = prefer === "best" ? sorted[best].ratio : prefer === "smallest" ? tied[0] : tied.at(-1)!;
  const choice: RatioChoice = { ratio, rows, tied, summary: summary(ratio, rows[best], tied, trials.length) };
  return described(choice, () => [{
    rows: rows.map(({ ratio, estimate, worse, withinNoise }) => ({
      ratio,
      "measured": Number(estimate.toPrecision(5)),
      "worse than the best by": worse,
      "within noise of it": withinNoise ? "yes" : "no",
    })),
  }, choice.summary]);
}

function check(trials: readonly Trial[]): boolean {
  if (trials.length < 2) {
    throw new RangeError(
      `Cannot choose a ratio as there must be at least 2 trials: there are ${trials.length}`,
    );
  }
  const paired = trials[0].values !== undefined;
  const ratios = new Set<number>();
  for (const { ratio, values, interval } of trials) {
    if (!Number.isFinite(ratio) || ratios.has(ratio)) {
      throw new RangeError(`Cannot choose a ratio as ratios must be finite and differ: ${ratio} is wrong`);
    }
    ratios.add(ratio);
    if (paired ? values === undefined : interval === undefined) {
      throw new TypeError(
        `Cannot choose a ratio as every trial needs ${
          paired ? "values" : "an interval"
        } like the first: that at ${ratio} has none`,
      );
    }
    const numbers = paired ? Array.from(values!) : [interval!.estimate, interval!.low, interval!.high];
    if (paired && (numbers.length !== trials[0].values!.length || numbers.length < 2)) {
      throw new RangeError(
        `Cannot choose a ratio as every trial must have the same number of values, at least 2: that at ${ratio} has ${numbers.length}`,
      );
    }
    const wrong = numbers.find((value) => !Number.isFinite(value));
    if (wrong !== undefined) {
      throw new RangeError(`Cannot choose a ratio as values must be finite: one at ${ratio} is ${wrong}`);
    }
  }
  return paired;
}

function choosePaired(
  values: ArrayLike<number>,
  best: ArrayLike<number>,
  { sign, confidence, seed }: { sign: number; confidence: number; seed: number | string },
): Interval {
  return bootstrapMean(Array.from(values, (value, at) => sign * (value - best[at])), { confidence, seed });
}

/** The difference of two independent estimates whose intervals at 95 % are given (Newcombe's square-and-add, 1998). */
function chooseIndependent(
  one: Interval,
  best: Interval,
  { sign, comparisons }: { sign: number; comparisons: number },
): Interval {
  const estimate = sign * (one.estimate - best.estimate);
  const wider = normalQuantile(0.025 / comparisons) / 1.959963984540054;
  const [oneLow, oneHigh] = sign > 0 ? [one.low, one.high] : [one.high, one.low];
  const [bestLow, bestHigh] = sign > 0 ? [best.low, best.high] : [best.high, best.low];
  return {
    estimate,
    low: estimate - wider * Math.hypot(one.estimate - oneLow, best.estimate - bestHigh),
    high: estimate + wider * Math.hypot(one.estimate - oneHigh, best.estimate - bestLow),
  };
}

function summary(ratio: number, best: RatioComparison, tied: number[], trials: number): string {
  const others = tied.filter((one) => one !== best.ratio);
  const lead = `The best of ${trials} ratios is ${best.ratio}, at ${Number(best.estimate.toPrecision(4))}`;
  if (others.length === 0) return `${lead}; every other is worse beyond noise`;
  const choice = ratio === best.ratio ? "" : `; ${ratio} is taken`;
  return `${lead}; ${others.join(", ")} ${others.length === 1 ? "is" : "are"} within noise of it${choice}`;
}
