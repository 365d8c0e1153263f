import { type LossCurve, ofKind } from "../base/mod.ts";
import { checkRates } from "./curve.ts";
import { type FittedLaw, predictLaw } from "./law.ts";

/**
 * The loss that a law predicts along a schedule, in nats per token.
 *
 * @param fitted A {@linkcode Fit}, or a law with parameters.
 * @param curve The learning rate of every step, and the steps to predict; without them every step is predicted. Steps before
 * any positive learning rate are predicted as Infinity.
 * @throws {RangeError} If a learning rate or a step is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { onePowerLaw, predictCurve } from "midtrain/laws";
 *
 * const fitted = { law: onePowerLaw, parameters: { L0: 2, A: 1, alpha: 1 } };
 * assert.deepEqual([...predictCurve(fitted, { learningRates: Float64Array.of(0, 1, 1) })], [Infinity, 3, 2.5]);
 * ```
 */
export function predictCurve(
  fitted: FittedLaw<LossCurve>,
  curve: { learningRates: Float64Array; steps?: ArrayLike<number> | undefined; name?: string | undefined },
): Float64Array {
  ofKind("Cannot predict a curve", { fitted }, "an object with law, parameters");
  ofKind("Cannot predict a curve", { curve }, "an object with learningRates");
  const { learningRates, name = "to predict" } = curve;
  checkRates(`Cannot predict curve ${name}`, learningRates);
  const steps = curve.steps ?? Uint32Array.from(learningRates, (_, step) => step);
  let warm = 0;
  while (warm < learningRates.length && learningRates[warm] === 0) warm++;
  const predicted = new Float64Array(steps.length).fill(Infinity);
  const after = Array.from({ length: steps.length }, (_, i) => i).filter((i) =>
    !(steps[i] >= 0 && steps[i] < warm)
  );
  if (after.length === 0) return predicted;
  const losses = new Float64Array(after.length).fill(1);
  const values = predictLaw(fitted, [{ name, learningRates, steps: after.map((i) => steps[i]), losses }]);
  after.forEach((i, at) => predicted[i] = values[at]);
  return predicted;
}
