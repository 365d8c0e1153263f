import type { LossCurve } from "../base/mod.ts";
import { A, alpha, B, beta, L0 } from "./_curve_parameters.ts";
import {
  diagnoseConstant,
  prepareCurves,
  type PreparedCurve,
  type PreparedCurves,
} from "./_prepared_curves.ts";
import type { Law, Parameter } from "./law.ts";
import { embedLldl, lldlLaw } from "./lldl.ts";
import { forwardTerm } from "./one_power.ts";
import { expAll, powerSums } from "./_vector.ts";

const C: Parameter = { name: "C", unit: "per rate^(1 - gamma)", lower: 1e-6, upper: 1e15, transform: "log" };

/**
 * The no-gamma law: each drop of the learning rate gains `1 - (1 + C S)^-beta`, with S the forward area since the drop. The
 * multi-power law with gamma = 0.
 *
 * @example It is the multi-power law with gamma = 0
 * ```ts
 * import assert from "node:assert/strict";
 * import { multiPowerLaw, noGammaLaw, predictCurve } from "midtrain/laws";
 *
 * const parameters = { L0: 3, A: 0.5, alpha: 0.5, B: 360, C: 2, beta: 0.6 };
 * const curve = { learningRates: Float64Array.from({ length: 99 }, (_, step) => 3e-4 * (1 - step / 99)) };
 * const without = predictCurve({ law: noGammaLaw, parameters }, curve);
 * const zero = predictCurve({ law: multiPowerLaw, parameters: { ...parameters, gamma: 0 } }, curve);
 * assert.deepEqual(without, zero);
 * ```
 */
export const noGammaLaw: Law<LossCurve> = law({
  name: "no-gamma",
  formula: "L = L0 + A S1^-alpha - B sum of (rate[k-1] - rate[k]) (1 - (1 + C S_k)^-beta)",
  parameters: [L0, A, alpha, B, C, beta],
  grid: { alpha: [0.35, 0.5, 0.7], C: [0.3, 3, 30, 300], beta: [0.15, 0.4, 0.9] },
  contains: [{
    law: lldlLaw,
    embed: (inner, curves) => ({ ...embedLldl(inner, curves), C: C.upper, beta: 1 }),
  }],
  clock: (curve) => curve.forward,
  origin: (curve) => curve.blocks.before,
});

/**
 * The step-power law (SPL): the multi-power law with steps since the drop in place of areas.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { predictCurve, stepPowerLaw } from "midtrain/laws";
 *
 * const parameters = { L0: 3, A: 1e-9, alpha: 0.5, B: 400, C: 1, beta: 1 };
 * const loss = predictCurve({ law: stepPowerLaw, parameters }, { learningRates: Float64Array.of(3e-4, 2e-4) });
 * assert(Math.abs(loss[0] - loss[1] - 400 * 1e-4 / 2) < 1e-6); // half of the gain one step after the drop
 * ```
 */
export const stepPowerLaw: Law<LossCurve> = law({
  name: "step-power",
  formula: "L = L0 + A S1^-alpha - B sum of (rate[k-1] - rate[k]) (1 - (1 + C (t - k + 1))^-beta)",
  parameters: [L0, A, alpha, B, { ...C, unit: "per step" }, beta],
  grid: { alpha: [0.35, 0.5, 0.7], C: [1e-4, 1e-3, 1e-2, 0.1], beta: [0.15, 0.4, 0.9] },
  contains: [{
    law: lldlLaw,
    embed: (inner, curves) => ({ ...embedLldl(inner, curves), C: C.upper, beta: 1 }),
  }],
  clock: (curve) => curve.steps.map((step) => step + 1),
  origin: (curve) => curve.blocks.step,
});

/**
 * The multi-power law of Luo et al.: each drop of the learning rate gains `1 - (1 + C rate^-gamma S)^-beta`, with S the
 * forward area since the drop, so that later drops, at lower rates, take longer to pay. The warm-up's rise counts as a
 * negative drop, as in the authors' code; L0 is therefore lower than that of {@linkcode lldlLaw} by about B times the peak.
 * `beta` is held to (0, 1] as the paper advises. The law is weakly identified: towards beta = 0 its objective hardly
 * changes while B grows, and the published parameters, stopped early, predict other schedules better than the optimum does.
 *
 * The paper advises gamma in (0, 1) too: `bounds: { gamma: [0, 1] }` fits so. Of the public curves it matters at 100M alone.
 *
 * @example The published 25M fit on a run of constant rate
 * ```ts
 * import assert from "node:assert/strict";
 * import { multiPowerLaw, predictCurve } from "midtrain/laws";
 *
 * const parameters = { L0: 3.17, A: 0.51, alpha: 0.53, B: 446.4, C: 2.07, beta: 0.41, gamma: 0.52 };
 * const loss = predictCurve({ law: multiPowerLaw, parameters }, { learningRates: new Float64Array(24_000).fill(3e-4) });
 * assert(Math.abs(loss[23_999] - (3.17 + 0.51 * 7.2 ** -0.53)) < 1e-9);
 * ```
 */
export const multiPowerLaw: Law<LossCurve> = law({
  name: "multi-power",
  formula: "L = L0 + A S1^-alpha - B sum of (rate[k-1] - rate[k]) (1 - (1 + C rate[k]^-gamma S_k)^-beta)",
  parameters: [L0, A, alpha, B, C, beta, {
    name: "gamma",
    unit: "1",
    lower: 0,
    upper: 2,
    transform: "identity",
  }],
  grid: { alpha: [0.4, 0.6], C: [0.03, 0.3, 3], beta: [0.15, 0.4, 0.9], gamma: [0.3, 0.6, 0.9] },
  contains: [{ law: noGammaLaw, embed: (inner) => ({ ...inner, gamma: 0 }) }],
  clock: (curve) => curve.forward,
  origin: (curve) => curve.blocks.before,
});

function law(
  { clock, origin, ...law }:
    & Pick<Law<LossCurve>, "name" | "formula" | "parameters" | "grid" | "contains">
    & { clock(curve: PreparedCurve): Float64Array; origin(curve: PreparedCurve): Float64Array },
): Law<LossCurve> {
  return {
    ...law,
    source: `Luo et al. 2025, arXiv 2503.12811, ${law.name === "multi-power" ? "equation 5" : "appendix A"}`,
    linear: ["L0", "A", "B"],
    carriers: { alpha: "A", C: "B", beta: "B", gamma: "B" },
    pairSums: true,
    prepare: prepareCurves,
    predict(theta, prepared, predictions, jacobian) {
      const [L0, A, alpha, B, C, beta, gamma = 0] = theta;
      const n = predictions.length;
      for (const curve of (prepared as PreparedCurves).curves) {
        forwardTerm(curve, L0, A, alpha, n, predictions, jacobian);
        const { drop, logRate, scratch } = curve.blocks;
        expAll(logRate, -gamma, scratch);
        for (let b = 0; b < scratch.length; b++) scratch[b] *= C;
        const [gain, byBeta, byScale, byGamma] = powerSums({
          clock: clock(curve),
          until: curve.chosenUntil,
          chosen: curve.chosen,
          columns: [scratch, origin(curve), drop, logRate],
        }, beta);
        let at = curve.offset;
        for (let i = 0; i < curve.count; i++, at++) {
          predictions[at] -= B * gain[i];
          if (!jacobian) continue;
          jacobian[3 * n + at] = -gain[i];
          jacobian[4 * n + at] = -B * beta * byScale[i] / C;
          jacobian[5 * n + at] = -B * byBeta[i] * Math.LN2;
          if (theta.length === 7) jacobian[6 * n + at] = B * beta * byGamma[i];
        }
      }
    },
    diagnose: diagnoseConstant(law.name, law.parameters.slice(3).map(({ name }) => name)),
  };
}
