import { inRange, must, type Named, type Range, wholeNumber } from "../base/mod.ts";
import type { DecayOptions, Schedule, WarmupOptions } from "./schedule.ts";

/** Throw unless each value is a number, and in the range. */
export function number(cannot: string, values: Named, range: Range): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== "number") {
      throw new TypeError(`${cannot} as ${name} must be a number: current value is ${value}`);
    }
    inRange(cannot, { [name]: value }, range);
  }
}

/** What is above 0: the least number that is. */
export const ABOVE_ZERO: Range = `finite and >= ${Number.MIN_VALUE}`;

/** Check the options that a decay has in common with others. */
export function checkDecay(cannot: string, options: DecayOptions): void {
  checkWarmup(cannot, options);
  const { floor = 0, warmupSteps = 0, steps, peak } = options;
  wholeNumber(cannot, { steps }, ">= 1");
  number(cannot, { floor }, `in [0, ${peak}]`);
  must(cannot, `warmupSteps must be below steps (${steps})`, warmupSteps, warmupSteps < steps);
}

/** Check the options of a warm-up. */
export function checkWarmup(cannot: string, { peak, warmupSteps }: WarmupOptions): void {
  number(cannot, { peak }, "finite and >= 0");
  wholeNumber(cannot, { warmupSteps: warmupSteps ?? 0 }, ">= 0");
}

/** Throw unless a schedule can be read at this step. */
export function checkStep(step: number): void {
  must("Cannot read a schedule", "step must be >= 0", step, typeof step === "number" && step >= 0);
}

/** A schedule that climbs as `options` say and then follows `after`; the step is checked here, once. */
export function afterWarmup(options: WarmupOptions, after: (step: number) => number): Schedule {
  const { peak, warmupSteps: warm = 0, warmup = "from-zero" } = options;
  const climb = {
    "from-zero": (step: number) => step / warm,
    "from-first": (step: number) => (step + 1) / warm,
    "linspace": (step: number) => warm === 1 ? 1 : step / (warm - 1),
    "from-hundredth": (step: number) => step / warm + (1 - step / warm) / 100,
    "cosine": (step: number) => (1 - Math.cos(Math.PI * step / warm)) / 2,
  }[warmup];
  if (!climb) {
    throw new TypeError(
      `Cannot build a warm-up as warmup must be "from-zero", "from-first", "linspace", "from-hundredth" or "cosine": current value is "${warmup}"`,
    );
  }
  return (step) => {
    checkStep(step);
    return step < warm ? peak * climb(step) : after(step);
  };
}

/** How far `step` has come from `start` to `end`, held at 0 and 1. */
export function progressBetween(step: number, start: number, end: number): number {
  return step >= end ? 1 : step <= start ? 0 : (step - start) / (end - start);
}
