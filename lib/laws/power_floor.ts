import { fieldOf, measured } from "./_records.ts";
import type { Law, Observations } from "./law.ts";

/** A loss at one amount of what lowers it. */
export interface AmountLoss {
  /** Parameters, tokens or steps; greater than 0. */
  amount: number;
  /** The loss, in nats per token; leave it out to predict. */
  loss?: number;
}

interface Prepared extends Observations {
  log: Float64Array;
}

/**
 * A power law with a floor in one amount: the step law and the size law that data mixing laws are nested with.
 *
 * @example Three sizes on the law give it back
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitLaw, powerFloorLaw } from "midtrain/laws";
 *
 * const points = [70e6, 160e6, 410e6].map((amount) => ({ amount, loss: 2 + 300 * amount ** -0.3 }));
 * assert(Math.abs(fitLaw(powerFloorLaw, points).parameters.E! - 2) < 1e-3);
 * ```
 */
export const powerFloorLaw: Law<AmountLoss> = {
  name: "power-floor",
  formula: "L = E + A x^-alpha",
  source: "Ye et al. 2024, arXiv 2403.16952, section 4 (step law and size law)",
  parameters: [
    { name: "E", unit: "nats per token", lower: 1e-4, upper: 50, transform: "log" },
    { name: "A", unit: "nats per token", lower: 1e-9, upper: 1e15, transform: "log" },
    { name: "alpha", unit: "1", lower: 1e-3, upper: 4, transform: "log" },
  ],
  linear: ["E", "A"],
  grid: { alpha: [0.05, 0.1, 0.2, 0.35, 0.5, 0.8, 1.2] },
  prepare(points): Prepared {
    return {
      ...measured("power-floor", points, "loss"),
      log: fieldOf("power-floor", points, "amount").map(Math.log),
    };
  },
  predict([E, A, alpha], prepared, predictions, jacobian) {
    const n = predictions.length;
    const { log } = prepared as Prepared;
    for (let i = 0; i < n; i++) {
      const power = Math.exp(-alpha * log[i]);
      predictions[i] = E + A * power;
      if (!jacobian) continue;
      jacobian[i] = 1;
      jacobian[n + i] = power;
      jacobian[2 * n + i] = -A * power * log[i];
    }
  },
};
