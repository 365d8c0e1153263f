import type { LossCurve } from "../base/mod.ts";
import { A, alpha, B, L0 } from "./_curve_parameters.ts";
import { diagnoseConstant, prepareCurves, type PreparedCurves } from "./_prepared_curves.ts";
import type { Law } from "./law.ts";
import { embedLldl, lldlLaw } from "./lldl.ts";
import { forwardTerm } from "./one_power.ts";

/**
 * The momentum law of Tissue et al.: the loss falls with the forward area S1, the sum of learning rates, and the annealing
 * area S2, the sum of the momenta `m[i] = lambda m[i-1] + (rate[i-1] - rate[i])`. Both sums run over every step, exactly, in
 * one pass. The warm-up counts as it was run; pass curves through {@linkcode withoutWarmup} for the paper's convention.
 *
 * @example A constant rate leaves the forward area alone
 * ```ts
 * import assert from "node:assert/strict";
 * import { momentumLaw, predictCurve } from "midtrain/laws";
 *
 * const parameters = { L0: 2.628, A: 0.429, alpha: 0.55, C: 0.411, lambda: 0.999 };
 * const loss = predictCurve({ law: momentumLaw, parameters }, { learningRates: new Float64Array(20_000).fill(2e-4) });
 * assert(Math.abs(loss[19_999] - (2.628 + 0.429 * 4 ** -0.55)) < 1e-9);
 * ```
 */
export const momentumLaw: Law<LossCurve> = {
  name: "momentum",
  formula: "L = L0 + A S1^-alpha - C S2, S2 = sum of m, m[i] = lambda m[i-1] + rate[i-1] - rate[i]",
  source: "Tissue et al. 2024, arXiv 2408.11029, equation 1",
  parameters: [L0, A, alpha, { ...B, name: "C" }, {
    name: "lambda",
    unit: "1",
    lower: 0,
    upper: 1 - 1e-6,
    transform: "log1m",
  }],
  linear: ["L0", "A", "C"],
  carriers: { alpha: "A", lambda: "C" },
  grid: { alpha: [0.3, 0.45, 0.6, 0.8], lambda: [0.9, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995] },
  contains: [{
    law: lldlLaw,
    embed(inner, curves) {
      const { B, ...rest } = embedLldl(inner, curves);
      return { ...rest, C: B, lambda: 0 };
    },
  }],
  prepare: (curves) => prepareCurves(curves),
  predict(theta, prepared, predictions, jacobian) {
    const [L0, A, alpha, C, lambda] = theta;
    const n = predictions.length;
    for (const curve of (prepared as PreparedCurves).curves) {
      forwardTerm(curve, L0, A, alpha, n, predictions, jacobian);
      const { rates, steps } = curve;
      let momentum = 0;
      let slope = 0;
      let area = 0;
      let areaSlope = 0;
      let next = 0;
      for (let k = 0; k < rates.length; k++) {
        slope = momentum + lambda * slope;
        momentum = lambda * momentum + (k === 0 ? 0 : rates[k - 1] - rates[k]);
        area += momentum;
        areaSlope += slope;
        if (k !== steps[next]) continue;
        const at = curve.offset + next++;
        predictions[at] -= C * area;
        if (jacobian) {
          jacobian[3 * n + at] = -area;
          jacobian[4 * n + at] = -C * areaSlope;
        }
      }
    }
  },
  diagnose: diagnoseConstant("momentum", ["C", "lambda"]),
};
