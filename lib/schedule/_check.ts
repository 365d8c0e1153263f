import type { DecayOptions, Schedule, WarmupOptions } from "./schedule.ts";

/** Throw unless the value is finite and in [low, high]. */
export function inRange(what: string, name: string, value: number, low: number, high = Infinity): void {
  if (typeof value !== "number") {
    throw new TypeError(`Cannot build ${what} as ${name} must be a number: current value is ${value}`);
  }
  if (!(Number.isFinite(value) && value >= low && value <= high)) {
    const allowed = high === Infinity ? `finite and >= ${low}` : `in [${low}, ${high}]`;
    throw new RangeError(`Cannot build ${what} as ${name} must be ${allowed}: current value is ${value}`);
  }
}

/** Throw unless the value is a whole number >= low. */
export function wholeNumber(what: string, name: string, value: number, low: number): void {
  if (!Number.isSafeInteger(value) || value < low) {
    throw new RangeError(
      `Cannot build ${what} as ${name} must be a whole number >= ${low}: current value is ${value}`,
    );
  }
}

/** Check the options that a decay has in common with others. */
export function checkDecay(what: string, options: DecayOptions): void {
  checkWarmup(what, options);
  wholeNumber(what, "steps", options.steps, 1);
  const { floor = 0, warmupSteps = 0, steps, peak } = options;
  inRange(what, "floor", floor, 0, peak);
  if (warmupSteps >= steps) {
    throw new RangeError(
      `Cannot build ${what} as warmupSteps must be below steps (${steps}): current value is ${warmupSteps}`,
    );
  }
}

/** Check the options of a warm-up. */
export function checkWarmup(what: string, options: WarmupOptions): void {
  inRange(what, "peak", options.peak, 0);
  wholeNumber(what, "warmupSteps", options.warmupSteps ?? 0, 0);
}

/** A schedule that climbs as `options` say and then follows `after`; the step is checked here, once. */
export function afterWarmup(options: WarmupOptions, after: (step: number) => number): Schedule {
  const { peak, warmupSteps: warm = 0, warmup = "from-zero" } = options;
  const climb = {
    "from-zero": (step: number) => step / warm,
    "from-first": (step: number) => (step + 1) / warm,
    "linspace": (step: number) => warm === 1 ? 1 : step / (warm - 1),
    "from-hundredth": (step: number) => step / warm + (1 - step / warm) / 100,
  }[warmup];
  if (!climb) {
    throw new TypeError(
      `Cannot build a warm-up as warmup must be "from-zero", "from-first", "linspace" or "from-hundredth": current value is "${warmup}"`,
    );
  }
  return (step) => {
    if (!(step >= 0)) {
      throw new RangeError(`Cannot read a schedule as step must be >= 0: current value is ${step}`);
    }
    return step < warm ? peak * climb(step) : after(step);
  };
}

/** How far `step` has come from `start` to `end`, held at 0 and 1. */
export function progressBetween(step: number, start: number, end: number): number {
  return step >= end ? 1 : step <= start ? 0 : (step - start) / (end - start);
}
