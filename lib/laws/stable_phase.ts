import { ofKind } from "../base/mod.ts";
import type { LossCurve } from "../base/mod.ts";
import { checkRates } from "./curve.ts";

/** A rate this near to its peak, as a share of it, has not begun to fall: logged rates are rounded. */
const NEAR_PEAK = 0.999;

/**
 * A run as it was before its learning rate began to fall: its warm-up, and the steps that stay at the peak. It is what
 * {@linkcode planDecay} takes as `checkpoint`. Of a constant run it is the whole; of a cosine little more than the warm-up.
 *
 * @throws {TypeError} If the curve's learning rates are not a typed array.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { stablePhase } from "midtrain/laws";
 *
 * const curve = { name: "run", learningRates: Float64Array.of(1, 2, 2, 1, 0), steps: [0, 2, 4], losses: [5, 4, 3] };
 * const { learningRates, losses } = stablePhase(curve);
 * assert.deepEqual([...learningRates], [1, 2, 2]);
 * assert.deepEqual(losses, [5, 4]);
 * ```
 */
export function stablePhase(curve: LossCurve): LossCurve {
  ofKind("Cannot cut a run", { curve }, "an object with learningRates, steps, losses");
  const { name, learningRates, steps, losses, heldSteps = 0 } = curve;
  checkRates(`Cannot cut run ${name}`, learningRates);
  const least = NEAR_PEAK * learningRates.reduce((a, b) => Math.max(a, b), 0);
  const begin = learningRates.findIndex((rate) => rate >= least);
  const falls = learningRates.findIndex((rate, step) => step > begin && rate < least);
  const end = falls < 0 ? learningRates.length : falls;
  const kept = Array.from(steps).filter((step) => step < end).length;
  return {
    name,
    learningRates: learningRates.slice(0, end),
    steps: Array.from(steps).slice(0, kept),
    losses: Array.from(losses).slice(0, kept),
    ...(heldSteps > 0 ? { heldSteps: Math.min(heldSteps, end) } : {}),
  };
}
