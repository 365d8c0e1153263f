import { ofKind } from "./kind.ts";
import { inRange, takes, wholeNumber } from "./check.ts";
import { Random } from "./random.ts";

/** An estimate with the ends of its interval. */
export interface Interval {
  /** The point estimate. */
  estimate: number;
  /** The lower end. */
  low: number;
  /** The upper end. */
  high: number;
}

/**
 * The sum, in the order of the values; 0 of none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sum } from "midtrain/base";
 *
 * assert(sum([1, 2, 6]) === 9);
 * ```
 */
export function sum(values: ArrayLike<number>): number {
  ofKind("Cannot take a sum", { values }, "a list of numbers");
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

/**
 * The arithmetic mean.
 *
 * @throws {RangeError} If `values` is empty.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mean } from "midtrain/base";
 *
 * assert(mean([1, 2, 6]) === 3);
 * ```
 */
export function mean(values: ArrayLike<number>): number {
  ofKind("Cannot take a mean", { values }, "a list of numbers");
  if (values.length === 0) throw new RangeError("Cannot take a mean as values must not be empty");
  return sum(values) / values.length;
}

/**
 * The quantile at probability `p`, linear between order statistics (type 7, as in R, NumPy and Polars' `linear`).
 *
 * @throws {RangeError} If `values` is empty or `p` lies outside [0, 1].
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { quantile } from "midtrain/base";
 *
 * assert(quantile([4, 1, 3, 2], 0.5) === 2.5);
 * ```
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  ofKind("Cannot take a quantile", { values }, "a list of numbers");
  if (values.length === 0) throw new RangeError("Cannot take a quantile as values must not be empty");
  if (!(p >= 0 && p <= 1)) {
    throw new RangeError(`Cannot take a quantile as p must be in [0, 1]: current value is ${p}`);
  }
  const sorted = Float64Array.from(values).sort();
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below];
  const high = sorted[Math.min(below + 1, sorted.length - 1)];
  return low + (high - low) * (at - below);
}

/** Options of the intervals. */
export interface IntervalOptions {
  /** How sure, as a share. @default {0.95} */
  confidence?: number;
  /** How many bootstrap resamples. @default {2000} */
  resamples?: number;
  /** Names the random stream. @default {1} */
  seed?: number | string;
}

/**
 * The mean of `values` with a percentile bootstrap interval over them.
 *
 * For a paired comparison pass the differences, one an item: both sides then share the item's difficulty.
 *
 * @throws {RangeError} If `values` is empty or holds a value that is not finite.
 * @example A paired difference
 * ```ts
 * import assert from "node:assert/strict";
 * import { bootstrapMean } from "midtrain/base";
 *
 * const gain = bootstrapMean([0.1, 0.2, 0.15, 0.12], { seed: 1 });
 * assert(gain.low > 0.09 && gain.high < 0.21);
 * ```
 */
export function bootstrapMean(values: ArrayLike<number>, options: IntervalOptions = {}): Interval {
  takes("Cannot bootstrap a mean", options, "confidence?, resamples?, seed?");
  ofKind("Cannot bootstrap a mean", { values }, "a list of numbers");
  const { confidence = 0.95, resamples = 2000, seed = 1 } = options;
  inRange("Cannot bootstrap a mean", { confidence }, "in (0, 1)");
  wholeNumber("Cannot bootstrap a mean", { resamples }, ">= 1");
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(
        `Cannot bootstrap a mean as every value must be finite: value ${i} is ${values[i]}`,
      );
    }
  }
  const estimate = mean(values);
  const random = new Random(seed);
  const draws = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[random.int(values.length)];
    draws[r] = sum / values.length;
  }
  const tail = (1 - confidence) / 2;
  return { estimate, low: quantile(draws, tail), high: quantile(draws, 1 - tail) };
}

/**
 * Wilson's score interval for a proportion: `successes` of `trials`.
 *
 * @throws {RangeError} If `successes` is not a count in [0, trials] or `trials` < 1.
 * @example 18 of 20
 * ```ts
 * import assert from "node:assert/strict";
 * import { wilson } from "midtrain/base";
 *
 * const { low, high } = wilson(18, 20);
 * assert(Math.abs(low - 0.699) < 1e-3 && Math.abs(high - 0.972) < 1e-3);
 * ```
 */
export function wilson(successes: number, trials: number): Interval {
  const counts = Number.isSafeInteger(trials) && Number.isSafeInteger(successes);
  if (!counts || trials < 1 || !(successes >= 0 && successes <= trials)) {
    throw new RangeError(
      `Cannot form Wilson's interval as successes must be a count in [0, trials] and trials be >= 1: current values are ${successes} of ${trials}`,
    );
  }
  const z = 1.959963984540054;
  const p = successes / trials;
  const z2 = z * z / trials;
  const centre = (p + z2 / 2) / (1 + z2);
  const half = z * Math.sqrt(p * (1 - p) / trials + z2 / (4 * trials)) / (1 + z2);
  // Rounding may put an end on the wrong side of the estimate, where none or all succeeded.
  return {
    estimate: p,
    low: Math.min(p, Math.max(0, centre - half)),
    high: Math.max(p, Math.min(1, centre + half)),
  };
}
