import { must, takes, wholeNumber } from "../base/mod.ts";
import { afterWarmup, checkDecay, checkWarmup, number, progressBetween } from "./_check.ts";
import type { DecayOptions, Schedule, WarmupOptions } from "./schedule.ts";

/** Options of {@linkcode multiStep}. */
export interface MultiStepOptions extends WarmupOptions {
  /** How many steps there are in all. */
  steps: number;
  /** Where the rate drops, as shares of all steps, ascending in (0, 1). @default {[0.8, 0.9]} */
  milestones?: readonly number[] | undefined;
  /** The rate after each milestone, over the peak. @default {[0.316, 0.1]} */
  factors?: readonly number[] | undefined;
}

/**
 * A staircase. The defaults are DeepSeek LLM's (2401.02954): the peak to 80 % of the steps, 0.316 of it to 90 %, then 0.1.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { multiStep } from "midtrain/schedule";
 *
 * const rate = multiStep({ peak: 1, steps: 100 });
 * assert.deepEqual([79, 80, 90].map(rate), [1, 0.316, 0.1]);
 * ```
 */
export function multiStep(options: MultiStepOptions): Schedule {
  const cannot = "Cannot build a multi-step schedule";
  takes(
    cannot,
    options,
    "steps, peak, milestones?, factors?, warmupSteps?, warmup?",
  );
  checkWarmup(cannot, options);
  const { peak, steps, milestones = [0.8, 0.9], factors = [0.316, 0.1] } = options;
  wholeNumber(cannot, { steps }, ">= 1");
  if (milestones.length !== factors.length) {
    throw new RangeError(
      `${cannot} as milestones and factors must be equally many: current values are [${milestones}] and [${factors}]`,
    );
  }
  milestones.forEach((share, i) => {
    const ascends = share > (milestones[i - 1] ?? 0) && share < 1;
    must(cannot, "milestones must ascend in (0, 1)", `[${milestones}]`, ascends);
    number(cannot, { [`factors[${i}]`]: factors[i] }, "in [0, 1]");
  });
  // Rounding takes 0.9 * 1000 = 900.0000000000001 back to the step that is meant.
  const starts = milestones.map((share) => Math.round(share * steps));
  return afterWarmup(options, (step) => {
    const stage = starts.findLastIndex((start) => step >= start);
    return stage < 0 ? peak : peak * factors[stage];
  });
}

/**
 * The 8-1-1 schedule (Li et al. 2509.19189): the peak for 80 % of the steps, 1/√10 of it for 10 %, 1/10 for the rest.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { eightOneOne } from "midtrain/schedule";
 *
 * assert.equal(eightOneOne({ peak: 1, steps: 10 })(9), 0.1);
 * ```
 */
export function eightOneOne(options: WarmupOptions & { steps: number }): Schedule {
  takes("Cannot build a multi-step schedule", options, "peak, steps, warmupSteps?, warmup?");
  return multiStep({ ...options, milestones: [0.8, 0.9], factors: [1 / Math.sqrt(10), 0.1] });
}

/**
 * The peak to step `switchStep`, then a second rate (the `wsdcon` curves of Luo et al. 2503.12811).
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { twoStage } from "midtrain/schedule";
 *
 * const rate = twoStage({ peak: 3e-4, second: 9e-5, switchStep: 8000 });
 * assert.deepEqual([7999, 8000].map(rate), [3e-4, 9e-5]);
 * ```
 */
export function twoStage(options: WarmupOptions & { second: number; switchStep: number }): Schedule {
  const cannot = "Cannot build a two-stage schedule";
  takes(cannot, options, "peak, second, switchStep, warmupSteps?, warmup?");
  const { peak, second, switchStep, warmupSteps } = options;
  checkWarmup(cannot, options);
  number(cannot, { second }, "finite and >= 0");
  wholeNumber(cannot, { switchStep }, `>= ${warmupSteps ?? 0}`);
  return afterWarmup(options, (step) => step < switchStep ? peak : second);
}

/**
 * Cosines one after another, each from the peak to the floor over `cycleSteps`, for ever.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { cyclicCosine } from "midtrain/schedule";
 *
 * const rate = cyclicCosine({ peak: 1, cycleSteps: 100 });
 * assert.deepEqual([0, 50, 100, 150].map(rate), [1, 0.5, 1, 0.5]);
 * ```
 */
export function cyclicCosine(
  options: WarmupOptions & { cycleSteps: number; floor?: number | undefined },
): Schedule {
  const cannot = "Cannot build a cyclic cosine schedule";
  takes(
    cannot,
    options ?? {},
    "peak, cycleSteps, warmupSteps?, warmup?, floor?",
  );
  checkWarmup(cannot, options);
  const { peak, cycleSteps, warmupSteps = 0, floor = 0 } = options;
  wholeNumber(cannot, { cycleSteps }, ">= 1");
  number(cannot, { floor }, `in [0, ${peak}]`);
  return afterWarmup(options, (step) => {
    const x = ((step - warmupSteps) % cycleSteps) / cycleSteps;
    return floor + (peak - floor) * (1 + Math.cos(Math.PI * x)) / 2;
  });
}

/** Options of {@linkcode cosineWithLinearTail}. */
export interface CosineWithLinearTailOptions extends DecayOptions {
  /** The length of the cosine, which the tail may cut short. @default {steps} */
  cosineSteps?: number | undefined;
  /** The floor that the cosine heads for. @default {floor} */
  cosineFloor?: number | undefined;
  /** How many of the last steps fall in a straight line to `floor`. */
  tailSteps: number;
}

/**
 * A cosine that is left for a straight line to the floor over the last steps. OLMo 2 (2501.00656) cuts a cosine planned for
 * 5T tokens at 4T and then falls linearly to 0; OLMo-core's `CosWithWarmupAndLinearDecay` is the same form.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { cosineWithLinearTail } from "midtrain/schedule";
 *
 * const rate = cosineWithLinearTail({ peak: 1, steps: 110, cosineSteps: 200, tailSteps: 10 });
 * assert.ok(Math.abs(rate(100) - 0.5) < 1e-15);
 * assert.equal(rate(110), 0);
 * ```
 */
export function cosineWithLinearTail(options: CosineWithLinearTailOptions): Schedule {
  const cannot = "Cannot build a cosine schedule with a linear tail";
  takes(
    cannot,
    options,
    "tailSteps, steps, peak, cosineSteps?, cosineFloor?, floor?, warmupSteps?, warmup?",
  );
  checkDecay(cannot, options);
  const { peak, steps, warmupSteps = 0, floor = 0, tailSteps } = options;
  const { cosineSteps = steps, cosineFloor = floor } = options;
  wholeNumber(cannot, { tailSteps }, ">= 1");
  wholeNumber(cannot, { cosineSteps }, `>= ${warmupSteps + 1}`);
  number(cannot, { cosineFloor }, `in [0, ${peak}]`);
  const tail = steps - tailSteps;
  if (tail < warmupSteps) {
    throw new RangeError(
      `${cannot} as warmupSteps + tailSteps must be <= steps (${steps}): current values are ${warmupSteps} + ${tailSteps}`,
    );
  }
  const body = (step: number) => {
    const x = progressBetween(step, warmupSteps, cosineSteps);
    return cosineFloor + (peak - cosineFloor) * (1 + Math.cos(Math.PI * x)) / 2;
  };
  const start = body(tail);
  return afterWarmup(options, (step) => {
    if (step < tail) return body(step);
    return step >= steps ? floor : start + (floor - start) * progressBetween(step, tail, steps);
  });
}
