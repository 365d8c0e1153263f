import type { LossCurve } from "../base/mod.ts";
import { A, alpha, L0 } from "./_curve_parameters.ts";
import { diagnoseConstant, layOut } from "./_prepared_curves.ts";
import type { Law } from "./law.ts";

/** The learning rate at which A, B and kappa are read; it changes nothing that is predicted. */
const UNIT = 1e-3;
/** Steps that the search takes at once. */
const STRIDE = 32;

/** A curve as stretches of steps that are taken at once: one step each, or a few where the search may be coarse. */
interface Stretches {
  offset: number;
  /** The mean rate of each, in units of {@linkcode UNIT}. */
  rates: Float64Array;
  /** How many steps each holds. */
  steps: Uint32Array;
  /** How many stretches lie up to and with each measured step. */
  until: Uint32Array;
}

/**
 * The relaxation law, this kit's own: the loss is a forward term and a noise that follows the learning rate with a delay.
 * With u the rate over 1e-3, progress is `S = sum of u^p`, and the noise X moves at each step towards `u^q` by the share
 * `1 - exp(-kappa u / sqrt(S))`: faster at higher rates, slower as training goes on. For p = q = 1 and without the square root
 * it is {@linkcode melLaw}. The other laws of curves have p = q = 1; so they charge a long decay the full area that it gives
 * up, and prefer decays of 10 to 20 % where measured runs have their best at 40 to 60 %.
 *
 * The square root was chosen on public runs under one peak each (`lrSchedules`), where its exponent fitted freely is 0.4 to
 * 0.6. One pass over the steps, exact.
 *
 * @example Half of the rate is more than half of the progress where p < 1
 * ```ts
 * import assert from "node:assert/strict";
 * import { predictCurve, relaxationLaw } from "midtrain/laws";
 *
 * const parameters = { L0: 2, A: 4, alpha: 0.5, p: 0.5, B: 1e-9, kappa: 2, q: 1 };
 * const [loss] = predictCurve({ law: relaxationLaw, parameters }, { learningRates: Float64Array.of(1e-3, 2.5e-4), steps: [1] });
 * assert(Math.abs(loss! - (2 + 4 * 1.5 ** -0.5)) < 1e-6);
 * ```
 */
export const relaxationLaw: Law<LossCurve> = {
  name: "relaxation",
  formula:
    "L = L0 + A S^-alpha + B X, u = rate / 1e-3, S = sum of u^p, X += (1 - exp(-kappa u / sqrt(S))) (u^q - X)",
  source: "this kit",
  parameters: [
    L0,
    A,
    alpha,
    { name: "p", unit: "1", lower: 0.05, upper: 2, transform: "log" },
    { ...A, name: "B" },
    { name: "kappa", unit: "1", lower: 1e-4, upper: 1e4, transform: "log" },
    { name: "q", unit: "1", lower: 0.05, upper: 3, transform: "log" },
  ],
  linear: ["L0", "A", "B"],
  grid: { alpha: [0.3, 0.6], p: [0.6, 0.9], kappa: [0.7, 2, 6], q: [0.6, 1] },
  pairSums: true,
  prepare: (curves, { grouping = 0 } = {}) =>
    layOut(curves, (curve, offset) => stretch(curve, offset, grouping)),
  predict(theta, prepared, predictions, jacobian) {
    const [L0, A, alpha, p, B, kappa, q] = theta;
    const n = predictions.length;
    for (const { offset, rates, steps, until } of (prepared as unknown as { curves: Stretches[] }).curves) {
      const progress = { value: 0, byP: 0 };
      const noise = { value: 0, byP: 0, byKappa: 0, byQ: 0 };
      let [u, forward, target, log] = [NaN, 0, 0, 0];
      let next = 0;
      for (let k = 0; k < rates.length; k++) {
        if (rates[k] !== u) {
          u = rates[k];
          log = u > 0 ? Math.log(u) : 0;
          forward = u > 0 ? Math.exp(p * log) : 0;
          target = u > 0 ? Math.exp(q * log) : 0;
        }
        const area = steps[k] * forward;
        progress.value += area;
        progress.byP += area * log;
        if (u > 0) {
          const pull = kappa * u * steps[k] / Math.sqrt(progress.value);
          const kept = Math.exp(-pull);
          const ahead = noise.value - target;
          noise.value = target + kept * ahead;
          noise.byKappa = kept * (noise.byKappa - pull / kappa * ahead);
          noise.byP = kept * (noise.byP + 0.5 * pull * progress.byP / progress.value * ahead);
          noise.byQ = target * log + kept * (noise.byQ - target * log);
        }
        while (until[next] === k + 1) {
          const at = offset + next++;
          const lower = Math.log(progress.value);
          const power = Math.exp(-alpha * lower);
          predictions[at] = L0 + A * power + B * noise.value;
          if (!jacobian) continue;
          jacobian[at] = 1;
          jacobian[n + at] = power;
          jacobian[2 * n + at] = -A * power * lower;
          jacobian[3 * n + at] = -A * alpha * power * progress.byP / progress.value + B * noise.byP;
          jacobian[4 * n + at] = noise.value;
          jacobian[5 * n + at] = B * noise.byKappa;
          jacobian[6 * n + at] = B * noise.byQ;
        }
      }
    }
  },
  diagnose: diagnoseConstant("relaxation", ["p", "B", "kappa", "q"]),
};

/** Every stretch ends at a measured step or has its full length, so that a coarse layout measures where an exact one does. */
function stretch({ learningRates, steps }: LossCurve, offset: number, grouping: number): Stretches {
  const most = grouping > 0 ? STRIDE : 1;
  const [rates, counts, until]: number[][] = [[], [], []];
  let first = 0;
  for (let i = 0; i < steps.length; i++) {
    while (first <= steps[i]) {
      // Early on the rate of relaxation changes fast.
      const end = Math.min(first + Math.max(1, Math.min(most, first >> 4)), steps[i] + 1);
      let sum = 0;
      for (let k = first; k < end; k++) sum += learningRates[k];
      rates.push(sum / UNIT / (end - first));
      counts.push(end - first);
      first = end;
    }
    until.push(rates.length);
  }
  return {
    offset,
    rates: Float64Array.from(rates),
    steps: Uint32Array.from(counts),
    until: Uint32Array.from(until),
  };
}
