import { ofKind, takes } from "../base/mod.ts";

/** A schedule's bound and the best scaling of it. */
export interface ConvexBound {
  /** The bound on the last iterate's suboptimality with the schedule as it is. */
  bound: number;
  /** The factor on all learning rates at which the bound is least. */
  bestScale: number;
  /** The bound there. */
  bestBound: number;
}

/**
 * The bound of convex optimisation theory on the last iterate under any schedule, which foretells how schedules rank in
 * language model training (Schaipp et al. 2025, 2501.18965, theorem 1). Suffix sums make it linear in the steps.
 *
 * @param learningRates One a step; the last must be positive.
 * @param options `distance` from the start to the optimum, `gradientNorm` an upper bound; both 1 by default.
 * @throws {RangeError} If a learning rate is negative or not finite, or the last one is zero.
 * @example A constant schedule: 1 / (2 T) + 1 / 2 + half a harmonic number
 * ```ts
 * import assert from "node:assert/strict";
 * import { convexBound } from "midtrain/laws";
 *
 * const { bound } = convexBound(new Float64Array(400).fill(1));
 * assert(Math.abs(bound - 3.784965) < 1e-6);
 * ```
 */
export function convexBound(
  learningRates: ArrayLike<number>,
  options: { distance?: number | undefined; gradientNorm?: number | undefined } = {},
): ConvexBound {
  takes("Cannot bound a schedule", options, "distance?, gradientNorm?");
  ofKind("Cannot bound a schedule", { learningRates }, "a list");
  const { distance = 1, gradientNorm = 1 } = options;
  const T = learningRates.length;
  if (!(distance > 0 && gradientNorm > 0)) {
    throw new RangeError(
      `Cannot bound a schedule as distance and gradientNorm must be positive: current values are ${distance} and ${gradientNorm}`,
    );
  }
  let sum = 0;
  let squares = 0;
  let tail = 0;
  for (let k = T - 1; k >= 0; k--) {
    const rate = learningRates[k];
    if (!(rate >= 0 && rate < Infinity) || (k === T - 1 && rate === 0)) {
      throw new RangeError(
        `Cannot bound a schedule as learning rates must be finite and >= 0, the last one positive: the one of step ${k} is ${rate}`,
      );
    }
    const later = sum;
    sum += rate;
    squares += rate * rate;
    if (later > 0) tail += rate / later * (squares / sum);
  }
  if (T === 0) throw new RangeError("Cannot bound a schedule as it has no step");
  // The bound is far / scale + noise * scale.
  const far = distance ** 2 / (2 * sum);
  const noise = gradientNorm ** 2 * (squares / sum + tail) / 2;
  return { bound: far + noise, bestScale: Math.sqrt(far / noise), bestBound: 2 * Math.sqrt(far * noise) };
}
