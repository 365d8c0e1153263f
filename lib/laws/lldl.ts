import type { LossCurve } from "../base/mod.ts";
import { A, alpha, B, L0 } from "./_curve_parameters.ts";
import { diagnoseConstant, prepareCurves, type PreparedCurves } from "./_prepared_curves.ts";
import type { Law } from "./law.ts";
import { forwardTerm, onePowerLaw } from "./one_power.ts";

/**
 * The linear-decay-loss law (LLDL): lowering the learning rate from its peak gains at once, in proportion. The multi-power
 * law's authors start their fits from it.
 *
 * @example A drop by 1e-4 gains B * 1e-4
 * ```ts
 * import assert from "node:assert/strict";
 * import { lldlLaw, predictCurve } from "midtrain/laws";
 *
 * const fitted = { law: lldlLaw, parameters: { L0: 2, A: 1e-9, alpha: 0.5, B: 400 } };
 * const loss = predictCurve(fitted, { learningRates: Float64Array.of(3e-4, 2e-4) });
 * assert(Math.abs(loss[0] - loss[1] - 0.04) < 1e-6);
 * ```
 */
export const lldlLaw: Law<LossCurve> = {
  name: "lldl",
  formula: "L = L0 + A S1^-alpha - B (peak - rate)",
  source: "Luo et al. 2025, arXiv 2503.12811, appendix A",
  parameters: [L0, A, alpha, B],
  linear: ["L0", "A", "B"],
  grid: { alpha: [0.2, 0.35, 0.5, 0.7, 1] },
  contains: [{ law: onePowerLaw, embed: (inner) => ({ ...inner, B: B.lower }) }],
  prepare: (curves) => prepareCurves(curves),
  predict(theta, prepared, predictions, jacobian) {
    const [L0, A, alpha, B] = theta;
    const n = predictions.length;
    for (const curve of (prepared as PreparedCurves).curves) {
      forwardTerm(curve, L0, A, alpha, n, predictions, jacobian);
      let at = curve.offset;
      for (let i = 0; i < curve.count; i++, at++) {
        const drop = curve.peak - curve.rateAt[i];
        predictions[at] -= B * drop;
        if (jacobian) jacobian[3 * n + at] = -drop;
      }
    }
  },
  diagnose: diagnoseConstant("lldl", ["B"]),
};

/**
 * LLDL inside a law that counts the warm-up's rise as a negative drop: the constant moves by B times the peak. Exact when the
 * curves share one peak and start at a rate of `first`.
 */
export function embedLldl(
  inner: Record<string, number>,
  curves: readonly LossCurve[],
): { L0: number; A: number; alpha: number; B: number } {
  const peaks = curves.map(({ learningRates }) =>
    learningRates.reduce((a, b) => Math.max(a, b), 0) - learningRates[0]
  );
  const { A, alpha, B } = inner as { A: number; alpha: number; B: number };
  return { L0: Math.max(inner.L0 - B * Math.max(...peaks), L0.lower), A, alpha, B };
}
