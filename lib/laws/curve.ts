import { kindOf, type LossCurve, ofKind } from "../base/mod.ts";

/**
 * Check that a curve can be fitted, and throw what is wrong with it, naming the curve, the place and the value.
 *
 * @throws {TypeError} If `steps` and `losses` differ in length, or nothing was measured.
 * @throws {RangeError} If a step, a loss or a learning rate is out of its range, steps do not ascend, no learning rate is
 * positive before the first loss, or the run diverged (its last loss stands above 1.5 times its least).
 */
export function checkCurve(curve: LossCurve): void {
  if (typeof curve !== "object" || curve === null) {
    throw new TypeError(`Cannot fit a curve as it must be an object: it is ${kindOf(curve)}`);
  }
  const { name, learningRates, steps, losses } = curve;
  const cannot = `Cannot fit curve ${name}`;
  checkRates(cannot, learningRates);
  for (const [field, values] of Object.entries({ steps, losses })) {
    if (typeof values?.length !== "number") {
      throw new TypeError(`${cannot} as ${field} must be a list of numbers: it is ${values}`);
    }
  }
  if (steps.length !== losses.length) {
    throw new TypeError(
      `${cannot} as steps and losses must have one length: they have ${steps.length} and ${losses.length}`,
    );
  }
  if (steps.length === 0) throw new TypeError(`${cannot} as it holds no loss`);
  for (let i = 0; i < learningRates.length; i++) {
    if (!(learningRates[i] >= 0 && learningRates[i] < Infinity)) {
      throw new RangeError(
        `${cannot} as learning rates must be finite and >= 0: the one of step ${i} is ${learningRates[i]}`,
      );
    }
  }
  let least = Infinity;
  for (let i = 0; i < steps.length; i++) {
    if (!(Number.isInteger(steps[i]) && steps[i] >= 0 && steps[i] < learningRates.length)) {
      throw new RangeError(
        `${cannot} as a step must be an index of its ${learningRates.length} learning rates: step number ${i} is ${
          steps[i]
        }`,
      );
    }
    if (i > 0 && steps[i] <= steps[i - 1]) {
      throw new RangeError(
        `${cannot} as steps must ascend without repeats: ${steps[i]} follows ${steps[i - 1]}`,
      );
    }
    if (!(losses[i] > 0 && losses[i] < Infinity)) {
      throw new RangeError(
        `${cannot} as losses must be finite and positive: the one at step ${steps[i]} is ${losses[i]}`,
      );
    }
    least = Math.min(least, losses[i]);
  }
  const last = losses[losses.length - 1];
  if (last > 1.5 * least) {
    throw new RangeError(
      `${cannot} as the run diverged: its loss ends at ${last}, above 1.5 times its least of ${least}; leave the run out, or cut it before the divergence`,
    );
  }
  let sum = 0;
  for (let i = 0; i <= steps[0]; i++) sum += learningRates[i];
  if (sum === 0) {
    throw new RangeError(
      `${cannot} as the learning rate is zero up to the first loss at step ${
        steps[0]
      }: no law is defined there`,
    );
  }
}

/** Throw unless learning rates are a typed array, as the laws take them. */
export function checkRates(cannot: string, learningRates: unknown): void {
  if (learningRates instanceof Float64Array || learningRates instanceof Float32Array) return;
  throw new TypeError(
    `${cannot} as learningRates must be a Float64Array: it is ${
      Array.isArray(learningRates)
        ? "an array, for Float64Array.from to turn into one"
        : kindOf(learningRates)
    }`,
  );
}

/**
 * The same curve with its warm-up replaced by the peak: every rate before the first step at the peak becomes the peak. The
 * momentum law's paper computes its areas so (2408.11029, section 3).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withoutWarmup } from "midtrain/laws";
 *
 * const curve = { name: "run", learningRates: Float64Array.of(0, 1, 2, 1), steps: [3], losses: [3] };
 * assert.deepEqual([...withoutWarmup(curve).learningRates], [2, 2, 2, 1]);
 * ```
 */
export function withoutWarmup<C extends Pick<LossCurve, "learningRates">>(curve: C): C {
  ofKind("Cannot cut a warm-up", { curve }, "an object with learningRates");
  const learningRates = curve.learningRates.slice();
  let peak = 0;
  for (const rate of learningRates) peak = Math.max(peak, rate);
  learningRates.fill(peak, 0, Math.max(learningRates.indexOf(peak), 0));
  return { ...curve, learningRates };
}
