import { inRange, must, takes, wholeNumber } from "../base/mod.ts";
import { afterWarmup, checkDecay, progressBetween } from "./_check.ts";
import type { DecayOptions, Schedule } from "./schedule.ts";
import { type DecayShape, decayShape } from "./shape.ts";

/** Options of {@linkcode wsd}. */
export interface WsdOptions extends DecayOptions {
  /** How many of the last steps decay. Give this or `decayFraction`. */
  decaySteps?: number | undefined;
  /** Which share of all steps decays, in (0, 1]. @default {0.1} */
  decayFraction?: number | undefined;
  /** How the rate falls. @default {"linear"} */
  shape?: DecayShape | undefined;
}

/**
 * Warm-up, stable, decay (Hu et al., MiniCPM, 2404.06395): the peak is held until the decay starts and falls to the floor at
 * step `steps`.
 *
 * @throws {RangeError} If an option is out of range, or warm-up and decay together are longer than the run.
 * @throws {TypeError} If both `decaySteps` and `decayFraction` are given.
 * @example The last fifth decays
 * ```ts
 * import assert from "node:assert/strict";
 * import { wsd } from "midtrain/schedule";
 *
 * const rate = wsd({ peak: 1e-3, steps: 1000, warmupSteps: 50, decayFraction: 0.2, shape: "1-sqrt" });
 * assert.equal(rate(800), 1e-3);
 * assert.equal(rate(850), 5e-4);
 * assert.equal(rate(1000), 0);
 * ```
 */
export function wsd(options: WsdOptions): Schedule {
  const cannot = "Cannot build a WSD schedule";
  takes(
    cannot,
    options,
    "steps, peak, decaySteps?, decayFraction?, shape?, floor?, warmupSteps?, warmup?",
  );
  checkDecay(cannot, options);
  const { peak, steps, warmupSteps = 0, floor = 0, shape = "linear" } = options;
  if (options.decaySteps !== undefined && options.decayFraction !== undefined) {
    throw new TypeError(`${cannot} as only one of decaySteps and decayFraction may be given`);
  }
  const decayFraction = options.decayFraction ?? 0.1;
  inRange(cannot, { decayFraction }, "in (0, 1]");
  const decaySteps = options.decaySteps ?? Math.max(1, Math.round(decayFraction * steps));
  wholeNumber(cannot, { decaySteps }, ">= 0");
  if (warmupSteps + decaySteps > steps) {
    throw new RangeError(
      `${cannot} as warmupSteps + decaySteps must be <= steps (${steps}): current values are ${warmupSteps} + ${decaySteps}`,
    );
  }
  const start = steps - decaySteps;
  const form = decayShape(shape, peak === 0 ? 1 : floor / peak);
  if (decaySteps === 0) return afterWarmup(options, () => peak);
  return afterWarmup(options, (step) => {
    const x = progressBetween(step, start, steps);
    return x === 1 ? floor : peak * form(x);
  });
}

/** Options of {@linkcode wsdSimplified}. */
export interface WsdSimplifiedOptions extends DecayOptions {
  /** The steps at which a decay ends and a checkpoint is taken, ascending; the last one is the end of the run. */
  checkpoints: readonly number[];
  /** Which share of each period decays, in (0, 1]. @default {0.1} */
  decayFraction?: number | undefined;
  /** How the rate falls. @default {"inverse"} */
  shape?: DecayShape | undefined;
}

/**
 * WSD-S (Wen et al. 2410.05192): a decay before each checkpoint, after which the rate jumps back to the peak and training
 * goes on from the decayed weights. At a checkpoint's own step the rate is the peak again, except at the last one.
 *
 * @throws {RangeError} If an option is out of range or the checkpoints do not ascend to `steps`.
 * @example Two checkpoints in one run
 * ```ts
 * import assert from "node:assert/strict";
 * import { wsdSimplified } from "midtrain/schedule";
 *
 * const rate = wsdSimplified({ peak: 1, floor: 0.1, steps: 200, checkpoints: [100, 200], decayFraction: 0.5 });
 * assert.equal(rate(50), 1);
 * assert.ok(rate(99) < 0.12);
 * assert.equal(rate(100), 1);
 * assert.equal(rate(200), 0.1);
 * ```
 */
export function wsdSimplified(options: WsdSimplifiedOptions): Schedule {
  const cannot = "Cannot build a WSD-S schedule";
  takes(
    cannot,
    options,
    "checkpoints, steps, peak, decayFraction?, shape?, floor?, warmupSteps?, warmup?",
  );
  checkDecay(cannot, options);
  const { peak, steps, floor = 0, warmupSteps = 0, checkpoints, decayFraction = 0.1, shape = "inverse" } =
    options;
  inRange(cannot, { decayFraction }, "in (0, 1]");
  const ascending = checkpoints.length > 0 && checkpoints.at(-1) === steps &&
    checkpoints.every((end, i) => Number.isSafeInteger(end) && end > (checkpoints[i - 1] ?? warmupSteps));
  const rule = `checkpoints must be whole numbers that ascend from above warmupSteps to steps (${steps})`;
  must(cannot, rule, `[${checkpoints}]`, ascending);
  const form = decayShape(shape, peak === 0 ? 1 : floor / peak);
  return afterWarmup(options, (step) => {
    if (step >= steps) return floor;
    const i = checkpoints.findIndex((end) => step < end);
    const end = checkpoints[i];
    const begin = i === 0 ? warmupSteps : checkpoints[i - 1];
    return peak * form(progressBetween(step, end - decayFraction * (end - begin), end));
  });
}
