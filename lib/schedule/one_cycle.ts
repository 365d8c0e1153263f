import { inRange, must, takes, wholeNumber } from "../base/mod.ts";
import { checkStep, checkWarmup, number, progressBetween } from "./_check.ts";
import type { Schedule } from "./schedule.ts";

/** Options of {@linkcode oneCycle}. */
export interface OneCycleOptions {
  /** The highest learning rate, PyTorch's `max_lr`. */
  peak: number;
  /** How many steps there are in all, PyTorch's `total_steps`. */
  steps: number;
  /** Which share of them climbs, in (0, 1): PyTorch's `pct_start`. @default {0.3} */
  warmupFraction?: number | undefined;
  /** The peak over the first rate: PyTorch's `div_factor`. @default {25} */
  startDivisor?: number | undefined;
  /** The first rate over the last: PyTorch's `final_div_factor`. @default {1e4} */
  endDivisor?: number | undefined;
}

/**
 * The one-cycle policy (Smith and Topin 1708.07120) as PyTorch's `OneCycleLR` has it by default: half a cosine wave up to the
 * peak, which is reached at step `warmupFraction steps - 1`, and half of one down to the end at step `steps - 1`.
 *
 * @throws {RangeError} If an option is out of range, or the climb has no step.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { oneCycle } from "midtrain/schedule";
 *
 * const rate = oneCycle({ peak: 1, steps: 110, warmupFraction: 0.1 });
 * assert.deepEqual([0, 5, 10].map((step) => rate(step).toFixed(3)), ["0.040", "0.520", "1.000"]);
 * assert.equal(rate(109), 0.04 / 1e4);
 * ```
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const cannot = "Cannot build a one-cycle schedule";
  takes(cannot, options, "peak, steps, warmupFraction?, startDivisor?, endDivisor?");
  const { peak, steps, warmupFraction = 0.3, startDivisor = 25, endDivisor = 1e4 } = options;
  checkWarmup(cannot, { peak });
  wholeNumber(cannot, { steps }, ">= 3");
  inRange(cannot, { warmupFraction }, "in (0, 1)");
  number(cannot, { startDivisor, endDivisor }, "finite and >= 1");
  const top = warmupFraction * steps - 1;
  const rule = `warmupFraction must be above 1 / steps (${1 / steps}), for the climb to have a step`;
  must(cannot, rule, warmupFraction, top > 0);
  const start = peak / startDivisor;
  const end = start / endDivisor;
  // Weighed, so that both ends are exact.
  const between = (from: number, to: number, x: number) => {
    const wave = Math.cos(Math.PI * x);
    return (from * (1 + wave) + to * (1 - wave)) / 2;
  };
  return (step) => {
    checkStep(step);
    return step <= top
      ? between(start, peak, progressBetween(step, 0, top))
      : between(peak, end, progressBetween(step, top, steps - 1));
  };
}
