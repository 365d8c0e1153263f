import { oneOf, takes, wholeNumber } from "../base/mod.ts";
import { ABOVE_ZERO, afterWarmup, checkDecay, checkWarmup, number, progressBetween } from "./_check.ts";
import type { DecayOptions, Schedule, WarmupOptions } from "./schedule.ts";
import { type DecayShape, decayShape } from "./shape.ts";

/**
 * The peak, held for ever after the warm-up.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { constant } from "midtrain/schedule";
 *
 * const rate = constant({ peak: 3e-4, warmupSteps: 10 });
 * assert.equal(rate(5), 1.5e-4);
 * assert.equal(rate(1e9), 3e-4);
 * ```
 */
export function constant(options: WarmupOptions): Schedule {
  takes("Cannot build a constant schedule", options, "peak, warmupSteps?, warmup?");
  checkWarmup("Cannot build a constant schedule", options);
  return afterWarmup(options, () => options.peak);
}

/**
 * A straight line from the peak at the end of warm-up to the floor at step `steps`; with floor 0 it is "decay to zero".
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { linear } from "midtrain/schedule";
 *
 * assert.equal(linear({ peak: 1, steps: 110, warmupSteps: 10 })(60), 0.5);
 * ```
 */
export function linear(options: DecayOptions): Schedule {
  takes("Cannot build a linear schedule", options, "steps, peak, floor?, warmupSteps?, warmup?");
  return fall("Cannot build a linear schedule", options, "linear");
}

/**
 * Half a cosine wave from the peak at the end of warm-up to the floor at step `steps`.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { cosine } from "midtrain/schedule";
 *
 * assert.equal(cosine({ peak: 1, steps: 100, floor: 0.1 })(50), 0.55);
 * ```
 */
export function cosine(options: DecayOptions): Schedule {
  takes("Cannot build a cosine schedule", options, "steps, peak, floor?, warmupSteps?, warmup?");
  return fall("Cannot build a cosine schedule", options, "cosine");
}

/**
 * The second half of a cosine: after warm-up the rate starts half-way between floor and peak (OLMo-core's
 * `HalfCosWithWarmup`). The warm-up still climbs towards the peak, so the rate drops at its end.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { halfCosine } from "midtrain/schedule";
 *
 * assert.equal(halfCosine({ peak: 1, steps: 100 })(0), 0.5);
 * ```
 */
export function halfCosine(options: DecayOptions): Schedule {
  takes("Cannot build a half-cosine schedule", options, "steps, peak, floor?, warmupSteps?, warmup?");
  checkDecay("Cannot build a half-cosine schedule", options);
  const { peak, steps, warmupSteps = 0, floor = 0 } = options;
  return afterWarmup(options, (step) => {
    const x = (1 + progressBetween(step, warmupSteps, steps)) / 2;
    return x === 1 ? floor : floor + (peak - floor) * (1 + Math.cos(Math.PI * x)) / 2;
  });
}

/**
 * A geometric fall from the peak to the floor: `P (E/P)^((s - W)/(S - W))`. The survey's convention, a rate of decay and no
 * floor, is {@linkcode exponentialRate}.
 *
 * @throws {RangeError} If an option is out of range; the floor must be above 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { exponential } from "midtrain/schedule";
 *
 * assert.equal(exponential({ peak: 1, steps: 2, floor: 0.25 })(1), 0.5);
 * ```
 */
export function exponential(options: DecayOptions & { floor: number }): Schedule {
  takes("Cannot build an exponential schedule", options, "steps, floor, peak, warmupSteps?, warmup?");
  return fall("Cannot build an exponential schedule", options, "exponential");
}

/**
 * `P e^(-k (s - W))`: a fall at a fixed rate per step that has no floor and no end (the survey's exponential row, with the
 * warm-up before it).
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { exponentialRate } from "midtrain/schedule";
 *
 * assert.equal(exponentialRate({ peak: 1, rate: Math.LN2 })(1), 0.5);
 * ```
 */
export function exponentialRate(options: WarmupOptions & { rate: number }): Schedule {
  const cannot = "Cannot build an exponential schedule";
  takes(cannot, options, "peak, rate, warmupSteps?, warmup?");
  const { peak, rate, warmupSteps = 0 } = options;
  checkWarmup(cannot, options);
  number(cannot, { rate }, "finite and >= 0");
  return afterWarmup(options, (step) => peak * Math.exp(-rate * (step - warmupSteps)));
}

/**
 * `E + (P - E) √(W/s)`: the inverse square root of the step, scaled to meet the peak at the end of warm-up.
 *
 * @throws {RangeError} If an option is out of range; `warmupSteps` must be >= 1.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { inverseSquareRoot } from "midtrain/schedule";
 *
 * assert.equal(inverseSquareRoot({ peak: 1, warmupSteps: 100 })(400), 0.5);
 * ```
 */
export function inverseSquareRoot(
  options: WarmupOptions & { warmupSteps: number; floor?: number | undefined },
): Schedule {
  const cannot = "Cannot build an inverse-square-root schedule";
  takes(cannot, options, "peak, warmupSteps, warmup?, floor?");
  checkWarmup(cannot, options);
  const { peak, warmupSteps, floor = 0 } = options;
  wholeNumber(cannot, { warmupSteps }, ">= 1");
  number(cannot, { floor }, `in [0, ${peak}]`);
  return afterWarmup(options, (step) => floor + (peak - floor) * Math.sqrt(warmupSteps / step));
}

/** Options of {@linkcode power}. */
export interface PowerOptions extends DecayOptions {
  /** The warm-up's steps; the power law is scaled to meet the peak there. At least 1. */
  warmupSteps: number;
  /** The exponent of the step. @default {-0.51} */
  exponent?: number | undefined;
  /** The share of all steps, at the end, that falls in a straight line to the floor. @default {0.1} */
  tailFraction?: number | undefined;
}

/**
 * `P (s/W)^b`, then a straight line to the floor over the last steps: the power scheduler (Shen et al. 2408.13359,
 * b = -0.51) in the form of OLMo-core's `PowerLR`.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { power } from "midtrain/schedule";
 *
 * const rate = power({ peak: 1, steps: 1000, warmupSteps: 10, exponent: -0.5 });
 * assert.equal(rate(40), 0.5);
 * assert.equal(rate(1000), 0);
 * ```
 */
export function power(options: PowerOptions): Schedule {
  const cannot = "Cannot build a power schedule";
  takes(
    cannot,
    options,
    "warmupSteps, steps, peak, exponent?, tailFraction?, floor?, warmup?",
  );
  checkDecay(cannot, options);
  const { peak, steps, warmupSteps, floor = 0, exponent = -0.51, tailFraction = 0.1 } = options;
  wholeNumber(cannot, { warmupSteps }, ">= 1");
  number(cannot, { tailFraction }, "in [0, 1]");
  number(cannot, { "-exponent": -exponent }, "finite and >= 0");
  const tail = Math.max(warmupSteps, steps - Math.round(tailFraction * steps));
  const body = (step: number) => peak * (step / warmupSteps) ** exponent;
  const start = body(tail);
  return afterWarmup(options, (step) => {
    if (step < tail) return body(step);
    return start + (floor - start) * progressBetween(step, tail, steps);
  });
}

/** Options of {@linkcode powerOfTokens}. */
export interface PowerOfTokensOptions extends WarmupOptions {
  /** Tokens of one step. */
  tokensPerStep: number;
  /** Sequences of one step, the paper's beta. */
  batch: number;
  /** The factor, the paper's `a`, as it was tuned on a proxy. */
  factor: number;
  /** The exponent of the tokens, the paper's `b`. @default {-0.51} */
  exponent?: number | undefined;
}

/**
 * `min(P, beta a n^b)` after the warm-up, `n` the tokens seen: the power scheduler in its paper's own units (Shen et al.
 * 2408.13359), whose rate depends on neither the length of the run nor a peak, which is only a cap. {@linkcode power} is the
 * form in steps with its final line.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { powerOfTokens } from "midtrain/schedule";
 *
 * const rate = powerOfTokens({ peak: 0.02, batch: 1000, factor: 1, exponent: -0.5, tokensPerStep: 1e6 });
 * assert.equal(rate(100), 0.02);
 * assert.equal(rate(1e6), 1000 * 1e12 ** -0.5);
 * ```
 */
export function powerOfTokens(options: PowerOfTokensOptions): Schedule {
  const cannot = "Cannot build a power schedule";
  takes(
    cannot,
    options,
    "tokensPerStep, batch, factor, peak, exponent?, warmupSteps?, warmup?",
  );
  checkWarmup(cannot, options);
  const { peak, tokensPerStep, batch, factor, exponent = -0.51 } = options;
  number(cannot, { tokensPerStep, batch, factor }, ABOVE_ZERO);
  number(cannot, { "-exponent": -exponent }, "finite and >= 0");
  return afterWarmup(options, (step) => Math.min(peak, batch * factor * (step * tokensPerStep) ** exponent));
}

/**
 * One of the survey's three decays in its own convention: the step counts from the start of the decay, not of the run, and
 * there is no warm-up. Its exponential has a rate and no floor. In practice use {@linkcode wsd}, whose step is the run's.
 *
 * @param form `linear`, `cosine` or `exponential`.
 * @param options The peak, and either the floor and the decay's steps, or the rate per step.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { surveyDecay } from "midtrain/schedule";
 *
 * assert.equal(surveyDecay("linear", { peak: 1, floor: 0, decaySteps: 10 })(5), 0.5);
 * ```
 */
export function surveyDecay(
  form: "linear" | "cosine" | "exponential",
  options: {
    peak: number;
    floor?: number | undefined;
    decaySteps?: number | undefined;
    rate?: number | undefined;
  },
): Schedule {
  takes("Cannot build a decay", options, "peak, floor?, decaySteps?, rate?");
  const { peak, floor = 0, decaySteps, rate } = options;
  oneOf("Cannot build a decay", { form }, ["linear", "cosine", "exponential"]);
  for (const name of form === "exponential" ? ["floor", "decaySteps"] as const : ["rate"] as const) {
    if (options[name] === undefined) continue;
    throw new TypeError(
      `Cannot build a decay as a form of ${form} takes no ${name}: current value is ${options[name]}`,
    );
  }
  if (form === "exponential") return exponentialRate({ peak, rate: rate ?? NaN });
  return (form === "linear" ? linear : cosine)({ peak, floor, steps: decaySteps ?? NaN });
}

function fall(cannot: string, options: DecayOptions, shape: DecayShape): Schedule {
  checkDecay(cannot, options);
  const { peak, steps, warmupSteps = 0, floor = 0 } = options;
  const form = decayShape(shape, peak === 0 ? 1 : floor / peak);
  return afterWarmup(options, (step) => {
    const x = progressBetween(step, warmupSteps, steps);
    return x === 1 ? floor : peak * form(x);
  });
}
