import { ofKind, wholeNumber } from "../base/mod.ts";

/**
 * A learning-rate schedule: from the optimiser step, counted from 0, to the learning rate of that step.
 *
 * Beyond its last step a schedule holds its last value.
 */
export type Schedule = (step: number) => number;

/**
 * How the rate climbs during warm-up. With `P` the peak, `W` the warm-up's steps and `s` the step:
 *
 * - `from-zero`: `P s / W`; step 0 has rate 0 and step `W` the peak (the survey, OLMo-core, transformers).
 * - `from-first`: `P (s + 1) / W`; no step is wasted at 0 and step `W - 1` has the peak.
 * - `linspace`: `P s / (W - 1)`; 0 at step 0 and the peak at step `W - 1` (the multi-power-law curves).
 * - `from-hundredth`: `P (s/W + (1 - s/W)/100)`; starts at 1 % of the peak (Hägele et al. 2405.18392).
 * - `cosine`: `P (1 - cos(πs/W)) / 2`; slow at both ends, {@linkcode oneCycle}'s climb from zero.
 */
export type WarmupConvention = "from-zero" | "from-first" | "linspace" | "from-hundredth" | "cosine";

/** Options that every schedule with a warm-up shares. */
export interface WarmupOptions {
  /** The highest learning rate. */
  peak: number;
  /** How many steps the warm-up takes. @default {0} */
  warmupSteps?: number | undefined;
  /** How the rate climbs. @default {"from-zero"} */
  warmup?: WarmupConvention | undefined;
}

/** Options of the schedules that fall from a peak to a floor. */
export interface DecayOptions extends WarmupOptions {
  /** How many steps there are in all, warm-up included. The floor is reached at step `steps`. */
  steps: number;
  /** The learning rate at the end. @default {0} */
  floor?: number | undefined;
}

/**
 * The learning rates of steps 0 to `steps - 1`.
 *
 * @param schedule The schedule.
 * @param steps How many steps.
 * @throws {RangeError} If `steps` is not a whole number >= 0, or the schedule gives a rate that is not finite and >= 0.
 * @example The rates of a whole run
 * ```ts
 * import assert from "node:assert/strict";
 * import { linear, sampleSchedule } from "midtrain/schedule";
 *
 * const rates = sampleSchedule(linear({ peak: 1, steps: 4 }), 4);
 * assert.deepEqual([...rates], [1, 0.75, 0.5, 0.25]);
 * ```
 */
export function sampleSchedule(schedule: Schedule, steps: number): Float64Array {
  ofKind("Cannot sample a schedule", { schedule }, "a function");
  // More than a typed array holds.
  wholeNumber("Cannot sample a schedule", { steps }, "in [0, 1000000000]");
  const rates = new Float64Array(steps);
  for (let step = 0; step < steps; step++) {
    const rate = schedule(step);
    if (!(Number.isFinite(rate) && rate >= 0)) {
      throw new RangeError(
        `Cannot sample a schedule as every learning rate must be finite and >= 0: step ${step} gives ${rate}`,
      );
    }
    rates[step] = rate;
  }
  return rates;
}
