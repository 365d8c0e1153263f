import type { LossCurve } from "../base/mod.ts";
import { alpha, L0 } from "./_curve_parameters.ts";
import { diagnoseConstant, prepareCurves, type PreparedCurves } from "./_prepared_curves.ts";
import type { Law } from "./law.ts";
import { forwardTerm, onePowerLaw } from "./one_power.ts";

/**
 * The functional scaling law of Li et al. at fixed size: like the multi-power law, with T the intrinsic time (the sum of
 * learning rates) and a gain that also depends on when a drop happens.
 *
 * The authors fit it to one curve whose rate falls in two steps (8-1-1), from which it is recovered. On the public curves of
 * 2503.12811 the gain does not depend on when a drop happens: the further c3 grows, the better the fit, up to its bound, where
 * the law is {@linkcode noGammaLaw} in all but a step.
 *
 * @example Without drops only the forward term is left
 * ```ts
 * import assert from "node:assert/strict";
 * import { functionalLaw, predictCurve } from "midtrain/laws";
 *
 * const parameters = { L0: 2, c1: 1, s: 0.5, c2: 300, c3: 1, c4: 2, gamma: 0.5 };
 * const loss = predictCurve({ law: functionalLaw, parameters }, { learningRates: new Float64Array(400).fill(0.01) });
 * assert(Math.abs(loss[399] - 2.5) < 1e-12);
 * ```
 */
export const functionalLaw: Law<LossCurve> = {
  name: "functional",
  formula:
    "L = L0 + c1 T^-s - c2 sum of (rate[i-1] - rate[i]) (c3 + T(i)^-s) (1 - (1 + c4 (T - T(i)))^-gamma)",
  source: "Li et al. 2025, arXiv 2509.19189, appendix B.2",
  parameters: [
    L0,
    { name: "c1", unit: "nats per token", lower: 1e-9, upper: 1e6, transform: "log" },
    { ...alpha, name: "s" },
    { name: "c2", unit: "nats per token per learning rate", lower: 1e-9, upper: 1e9, transform: "log" },
    { name: "c3", unit: "1", lower: 1e-6, upper: 1e3, transform: "log" },
    { name: "c4", unit: "per learning rate", lower: 1e-6, upper: 1e15, transform: "log" },
    { name: "gamma", unit: "1", lower: 1e-3, upper: 5, transform: "log" },
  ],
  linear: ["L0", "c1", "c2"],
  grid: { s: [0.4, 0.6], c3: [0.1, 1, 10], c4: [3, 50, 500], gamma: [0.2, 0.5, 1] },
  contains: [{
    law: onePowerLaw,
    embed: ({ L0, A, alpha }) => ({ L0, c1: A, s: alpha, c2: 1e-9, c3: 1, c4: 1, gamma: 1 }),
  }],
  pairSums: true,
  prepare: prepareCurves,
  predict(theta, prepared, predictions, jacobian) {
    const [L0, c1, s, c2, c3, c4, gamma] = theta;
    const n = predictions.length;
    for (const curve of (prepared as PreparedCurves).curves) {
      forwardTerm(curve, L0, c1, s, n, predictions, jacobian);
      const { drop, after, logAfter, scratch } = curve.blocks;
      for (let b = 0; b < scratch.length; b++) {
        scratch[b] = after[b] > 0 ? Math.exp(-s * logAfter[b]) : 0;
      }
      let at = curve.offset;
      for (let i = 0; i < curve.count; i++, at++) {
        const now = curve.forward[i];
        const from = curve.chosen && i > 0 ? curve.chosenUntil[i - 1] : 0;
        let gain = 0;
        let plain = 0;
        let byS = 0;
        let byC4 = 0;
        let byGamma = 0;
        for (let p = from; p < curve.chosenUntil[i]; p++) {
          const b = curve.chosen ? curve.chosen[p] : p;
          const x = c4 * Math.max(now - after[b], 0);
          const log = Math.log(1 + x);
          const left = Math.exp(-gamma * log);
          const paid = drop[b] * (1 - left);
          const d = drop[b] * (c3 + scratch[b]);
          gain += d * (1 - left);
          if (!jacobian) continue;
          plain += paid;
          byS -= paid * scratch[b] * logAfter[b];
          byC4 += d * gamma * left * x / (1 + x);
          byGamma += d * left * log;
        }
        predictions[at] -= c2 * gain;
        if (!jacobian) continue;
        jacobian[2 * n + at] -= c2 * byS;
        jacobian[3 * n + at] = -gain;
        jacobian[4 * n + at] = -c2 * plain;
        jacobian[5 * n + at] = -c2 * byC4 / c4;
        jacobian[6 * n + at] = -c2 * byGamma;
      }
    }
  },
  diagnose: diagnoseConstant("functional", ["c2", "c3", "c4", "gamma"]),
};
