import { ofKind, wholeNumber } from "../base/mod.ts";
import { checkStep, number } from "./_check.ts";
import type { Schedule } from "./schedule.ts";

/**
 * Schedules one after another. Each part starts from its own step 0, so that the decay of a checkpoint is written as the
 * decay alone; the last part goes on for ever.
 *
 * @param parts The schedules, each with the number of steps it holds for; the last one's may be left out.
 * @throws {RangeError} If there is no part or a length is not a whole number >= 1.
 * @example A stable phase, then a decay from its checkpoint
 * ```ts
 * import assert from "node:assert/strict";
 * import { constant, linear, sequence } from "midtrain/schedule";
 *
 * const rate = sequence([
 *   { schedule: constant({ peak: 1 }), steps: 80 },
 *   { schedule: linear({ peak: 1, steps: 20 }) },
 * ]);
 * assert.deepEqual([79, 80, 90, 100].map(rate), [1, 1, 0.5, 0]);
 * ```
 */
export function sequence(parts: readonly { schedule: Schedule; steps?: number | undefined }[]): Schedule {
  ofKind("Cannot build a sequence", { parts }, "a list of objects with schedule");
  if (parts.length === 0) throw new RangeError("Cannot build a sequence as parts must not be empty");
  const starts = [0];
  parts.slice(0, -1).forEach((part, i) => {
    wholeNumber("Cannot build a sequence", { [`parts[${i}].steps`]: part.steps ?? NaN }, ">= 1");
    starts.push(starts[i] + part.steps!);
  });
  return (step) => {
    const i = Math.max(0, starts.findLastIndex((start) => step >= start));
    return parts[i].schedule(step - starts[i]);
  };
}

/**
 * A schedule times a factor: a sweep over peaks, or a batch-size correction.
 *
 * @throws {RangeError} If `factor` is not finite and >= 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { constant, scaled } from "midtrain/schedule";
 *
 * assert.equal(scaled(constant({ peak: 2 }), 0.5)(7), 1);
 * ```
 */
export function scaled(schedule: Schedule, factor: number): Schedule {
  ofKind("Cannot build a scaled schedule", { schedule }, "a function");
  number("Cannot build a scaled schedule", { factor }, "finite and >= 0");
  return (step) => factor * schedule(step);
}

/**
 * A schedule given by its rates, one a step, as read from a log; the last one is held.
 *
 * @throws {RangeError} If `rates` is empty or a rate is not finite and >= 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fromRates } from "midtrain/schedule";
 *
 * assert.deepEqual([0, 1, 5].map(fromRates([0.1, 0.2])), [0.1, 0.2, 0.2]);
 * ```
 */
export function fromRates(rates: ArrayLike<number>): Schedule {
  ofKind("Cannot build a schedule from rates", { rates }, "a list of numbers");
  if (rates.length === 0) {
    throw new RangeError("Cannot build a schedule from rates as rates must not be empty");
  }
  const own = Float64Array.from(rates);
  own.forEach((rate, step) =>
    number("Cannot build a schedule from rates", { [`rates[${step}]`]: rate }, "finite and >= 0")
  );
  return (step) => {
    checkStep(step);
    return own[Math.min(Math.floor(step), own.length - 1)];
  };
}
