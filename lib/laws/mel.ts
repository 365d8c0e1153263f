import type { LossCurve } from "../base/mod.ts";
import { A, alpha, B, L0 } from "./_curve_parameters.ts";
import { diagnoseConstant, prepareCurves, type PreparedCurves } from "./_prepared_curves.ts";
import type { Law } from "./law.ts";
import { embedLldl, lldlLaw } from "./lldl.ts";
import { forwardTerm } from "./one_power.ts";

/**
 * The multi-exponential law (MEL): each drop of the learning rate gains `1 - exp(-C S)`, with S the forward area since the
 * drop. It is the momentum law with area for time, and its sums too run exactly in one pass.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { melLaw, predictCurve } from "midtrain/laws";
 *
 * const parameters = { L0: 2, A: 1e-9, alpha: 0.5, B: 400, C: 1 };
 * const loss = predictCurve({ law: melLaw, parameters }, { learningRates: Float64Array.of(3e-4, 2e-4, 2e-4) });
 * assert(Math.abs(loss[0] - loss[2] - 400 * 1e-4 * (1 - Math.exp(-4e-4))) < 1e-6);
 * ```
 */
export const melLaw: Law<LossCurve> = {
  name: "mel",
  formula: "L = L0 + A S1^-alpha - B sum of (rate[k-1] - rate[k]) (1 - exp(-C S_k))",
  source: "Luo et al. 2025, arXiv 2503.12811, appendix A",
  parameters: [L0, A, alpha, B, {
    name: "C",
    unit: "per learning rate",
    lower: 1e-6,
    upper: 1e9,
    transform: "log",
  }],
  linear: ["L0", "A", "B"],
  grid: { alpha: [0.3, 0.45, 0.6, 0.8], C: [0.1, 0.3, 1, 3, 10, 30, 100] },
  contains: [{ law: lldlLaw, embed: (inner, curves) => ({ ...embedLldl(inner, curves), C: 1e9 }) }],
  prepare: (curves) => prepareCurves(curves),
  predict(theta, prepared, predictions, jacobian) {
    const [L0, A, alpha, B, C] = theta;
    const n = predictions.length;
    for (const curve of (prepared as PreparedCurves).curves) {
      forwardTerm(curve, L0, A, alpha, n, predictions, jacobian);
      const { rates, steps } = curve;
      // `left` sums drop * exp(-C S_k), `slope` its derivative by C; one factor a step renews both.
      let left = 0;
      let slope = 0;
      let next = 0;
      let rate = NaN;
      let factor = 1;
      for (let k = 0; k < rates.length; k++) {
        if (rates[k] !== rate) {
          rate = rates[k];
          factor = Math.exp(-C * rate);
        }
        left = (left + (k === 0 ? 0 : rates[k - 1] - rate)) * factor;
        slope = slope * factor - rate * left;
        if (k !== steps[next]) continue;
        const at = curve.offset + next++;
        const gain = rates[0] - rate - left;
        predictions[at] -= B * gain;
        if (jacobian) {
          jacobian[3 * n + at] = -gain;
          jacobian[4 * n + at] = B * slope;
        }
      }
    }
  },
  diagnose: diagnoseConstant("mel", ["B", "C"]),
};
