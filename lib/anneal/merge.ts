import type { Checkpoint } from "./checkpoint.ts";
import { type Parameters, parameterShapes } from "./parameters.ts";

/** Options of {@linkcode mergeCheckpoints}. */
export interface MergeOptions {
  /**
   * The share of each checkpoint; they add up to 1. Those of `mergeWeights` in `midtrain/laws` make a constant rate's
   * checkpoints act as a decay would. @default equal shares, a soup
   */
  weights?: ArrayLike<number>;
}

/**
 * The weighted average of checkpoints' parameters: a soup (arXiv:2203.05482), or a decay by merging (WSM,
 * arXiv:2507.17634). Steps and tokens are those of the furthest; there is no optimiser state, as none belongs to it.
 *
 * @throws {RangeError} If there is no checkpoint, two differ in shape, or the weights do not fit.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { initialCheckpoint, llamaConfig, mergeCheckpoints } from "midtrain/anneal";
 *
 * const config = llamaConfig("1M", { layers: 1, width: 16, feedForward: 32 });
 * const [a, b] = [initialCheckpoint(config, 1), initialCheckpoint(config, 2)];
 * const { weights } = mergeCheckpoints([a, b], { weights: [0.25, 0.75] });
 * const expected = 0.25 * a.weights.embedding![0]! + 0.75 * b.weights.embedding![0]!;
 * assert.equal(weights.embedding![0], Math.fround(expected));
 * ```
 */
export function mergeCheckpoints(checkpoints: readonly Checkpoint[], options: MergeOptions = {}): Checkpoint {
  const count = checkpoints.length, shares = Array.from(options.weights ?? new Array(count).fill(1 / count));
  if (count === 0) throw new RangeError("Cannot merge checkpoints as there must be one: there is none");
  if (shares.length !== count) {
    throw new RangeError(
      `Cannot merge checkpoints as there must be a weight for each of ${count}: there are ${shares.length}`,
    );
  }
  const bad = shares.findIndex((share) => !Number.isFinite(share));
  if (bad >= 0) {
    throw new RangeError(
      `Cannot merge checkpoints as weights must be finite: weight ${bad} is ${shares[bad]}`,
    );
  }
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (Math.abs(total - 1) > 1e-6) {
    throw new RangeError(`Cannot merge checkpoints as weights must add up to 1: they add up to ${total}`);
  }
  const [{ config }] = checkpoints as [Checkpoint, ...Checkpoint[]];
  const shapes = JSON.stringify(parameterShapes(config));
  checkpoints.forEach((other, i) => {
    if (JSON.stringify(parameterShapes(other.config)) !== shapes) {
      throw new RangeError(
        `Cannot merge checkpoints as they must have one shape: checkpoint ${i} differs from the first`,
      );
    }
  });
  const weights: Parameters = {};
  for (const name of Object.keys(parameterShapes(config))) {
    const tensors = checkpoints.map((checkpoint) => checkpoint.weights[name]!);
    // Summed in float64: many small shares would lose digits in float32.
    weights[name] = tensors[0]!.map((_, i) => {
      let sum = 0;
      for (let j = 0; j < count; j++) sum += shares[j]! * tensors[j]![i]!;
      return sum;
    });
  }
  const furthest = checkpoints.reduce((most, other) => other.step > most.step ? other : most);
  return { config, weights, step: furthest.step, tokens: furthest.tokens };
}
