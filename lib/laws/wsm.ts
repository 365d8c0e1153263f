import { ofKind } from "../base/mod.ts";

/**
 * The merge weights that stand for a learning-rate decay: averaging checkpoints of a constant run with these weights scales
 * each later update as the decay would have (WSM, 2507.17634, section 3).
 *
 * @param decay The share of the peak that the decay would leave to the update after each checkpoint but the first:
 * descending, in [0, 1].
 * @returns One weight a checkpoint, the first included: one more than `decay` holds. They are >= 0 and sum to 1.
 * @throws {TypeError} If `decay` is empty.
 * @throws {RangeError} If it leaves [0, 1] or ascends.
 * @example A linear decay is the plain mean
 * ```ts
 * import assert from "node:assert/strict";
 * import { mergeWeights } from "midtrain/laws";
 *
 * assert.deepEqual([...mergeWeights([0.75, 0.5, 0.25])], [0.25, 0.25, 0.25, 0.25]);
 * ```
 */
export function mergeWeights(decay: ArrayLike<number>): Float64Array {
  ofKind("Cannot turn a decay into merge weights", { decay }, "a list");
  if (decay.length === 0) throw new TypeError("Cannot turn a decay into merge weights as it is empty");
  const weights = new Float64Array(decay.length + 1);
  let before = 1;
  for (let j = 0; j <= decay.length; j++) {
    const next = j < decay.length ? decay[j] : 0;
    if (!(next >= 0 && next <= before)) {
      throw new RangeError(
        `Cannot turn a decay into merge weights as it must descend within [0, 1]: number ${j} is ${next} after ${before}`,
      );
    }
    weights[j] = before - next;
    before = next;
  }
  return weights;
}

/**
 * The decay that a merge of checkpoints stands for: the inverse of {@linkcode mergeWeights}.
 *
 * @param weights One a checkpoint: >= 0, summing to 1.
 * @throws {RangeError} If a weight is negative or they do not sum to 1.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { effectiveDecay } from "midtrain/laws";
 *
 * assert.deepEqual([...effectiveDecay([0.25, 0.25, 0.25, 0.25])], [0.75, 0.5, 0.25]);
 * ```
 */
export function effectiveDecay(weights: ArrayLike<number>): Float64Array {
  ofKind("Cannot read a merge", { weights }, "a list");
  let sum = 0;
  for (let j = 0; j < weights.length; j++) {
    if (!(weights[j] >= 0)) {
      throw new RangeError(
        `Cannot read a merge as a decay as weights must be >= 0: number ${j} is ${weights[j]}`,
      );
    }
    sum += weights[j];
  }
  if (!(Math.abs(sum - 1) < 1e-9)) {
    throw new RangeError(`Cannot read a merge as a decay as weights must sum to 1: they sum to ${sum}`);
  }
  const decay = new Float64Array(weights.length - 1);
  let tail = 0;
  for (let j = weights.length - 1; j > 0; j--) {
    tail += weights[j];
    decay[j - 1] = tail;
  }
  return decay;
}
