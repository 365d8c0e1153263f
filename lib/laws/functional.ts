import type { LossCurve } from "../base/mod.ts";
import { alpha, L0 } from "./_curve_parameters.ts";
import { diagnoseConstant, prepareCurves, type PreparedCurves } from "./_prepared_curves.ts";
import type { Law } from "./law.ts";
import { forwardTerm, onePowerLaw } from "./one_power.ts";
import { expAll, powerSums } from "./_vector.ts";

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
      const { drop, after, logAfter } = curve.blocks;
      const [scale, early, bent, weight] = Array.from({ length: 4 }, () => new Float64Array(drop.length));
      expAll(logAfter, -s, early);
      for (let b = 0; b < early.length; b++) {
        // What a drop gains: c3 of it whenever it happens, and more where it happens early.
        early[b] = after[b] > 0 ? drop[b] * early[b] : 0;
        bent[b] = early[b] * logAfter[b];
        weight[b] = c3 * drop[b] + early[b];
      }
      const [gain, byGamma, byC4, plain, byS] = powerSums({
        clock: curve.forward,
        until: curve.chosenUntil,
        chosen: curve.chosen,
        columns: [scale.fill(c4), after, weight, drop, bent],
      }, gamma);
      let at = curve.offset;
      for (let i = 0; i < curve.count; i++, at++) {
        predictions[at] -= c2 * gain[i];
        if (!jacobian) continue;
        jacobian[2 * n + at] += c2 * byS[i];
        jacobian[3 * n + at] = -gain[i];
        jacobian[4 * n + at] = -c2 * plain[i];
        jacobian[5 * n + at] = -c2 * gamma * byC4[i] / c4;
        jacobian[6 * n + at] = -c2 * byGamma[i] * Math.LN2;
      }
    }
  },
  diagnose: diagnoseConstant("functional", ["c2", "c3", "c4", "gamma"]),
};
