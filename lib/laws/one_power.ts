import type { LossCurve } from "../base/mod.ts";
import { A, alpha, L0 } from "./_curve_parameters.ts";
import { prepareCurves, type PreparedCurves } from "./_prepared_curves.ts";
import type { Law } from "./law.ts";

/**
 * The one-power law: the loss falls with the sum S1 of learning rates and nothing is gained by their decay. The floor that
 * every schedule-aware law must beat (2503.12811, appendix A).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { onePowerLaw, predictCurve } from "midtrain/laws";
 *
 * const fitted = { law: onePowerLaw, parameters: { L0: 2, A: 1, alpha: 0.5 } };
 * const loss = predictCurve(fitted, { learningRates: new Float64Array(400).fill(0.01) });
 * assert(Math.abs(loss[399] - 2.5) < 1e-12); // S1 = 4
 * ```
 */
export const onePowerLaw: Law<LossCurve> = {
  name: "one-power",
  formula: "L = L0 + A S1^-alpha",
  source: "Luo et al. 2025, arXiv 2503.12811, appendix A",
  parameters: [L0, A, alpha],
  linear: ["L0", "A"],
  grid: { alpha: [0.2, 0.35, 0.5, 0.7, 1] },
  prepare: (curves) => prepareCurves(curves),
  predict(theta, prepared, predictions, jacobian) {
    const [L0, A, alpha] = theta;
    const n = predictions.length;
    for (const curve of (prepared as PreparedCurves).curves) {
      forwardTerm(curve, L0, A, alpha, n, predictions, jacobian);
    }
  },
};

/** `L0 + A S1^-alpha` and its derivatives, as the first three parameters of every curve law. */
export function forwardTerm(
  curve: PreparedCurves["curves"][number],
  L0: number,
  A: number,
  alpha: number,
  n: number,
  predictions: Float64Array,
  jacobian?: Float64Array,
): void {
  let at = curve.offset;
  for (let i = 0; i < curve.count; i++, at++) {
    const log = curve.logForward[i];
    const power = Math.exp(-alpha * log);
    predictions[at] = L0 + A * power;
    if (jacobian) {
      jacobian[at] = 1;
      jacobian[n + at] = power;
      jacobian[2 * n + at] = -A * power * log;
    }
  }
}
