import { inRange, ofKind, takes, wholeNumber } from "../base/mod.ts";
import { normalQuantile, normalTail } from "./_normal.ts";

const cannot = "Cannot analyse power";

/** What an experiment that compares two mixtures consists of. */
export interface Experiment {
  /** Items of the benchmark. */
  items: number;
  /**
   * The share of items on which the two models disagree. Pairing pays as this is small: two models of one checkpoint disagree
   * on fewer items than strangers.
   * @default {2 accuracy (1 - accuracy), as of independent models}
   */
  disagreement?: number | undefined;
  /** About how many items are right, as a share; it matters only where `disagreement` is not given. @default {0.5} */
  accuracy?: number | undefined;
  /** Training runs of each mixture. @default {1} */
  seeds?: number | undefined;
  /** The deviation of the accuracy between runs that differ in their seed alone, as a share. @default {0} */
  seedDeviation?: number | undefined;
}

/** Options of {@linkcode comparisonPower}, {@linkcode detectableDifference} and {@linkcode itemsNeeded}. */
export interface PowerAnalysisOptions {
  /** The two-sided error of calling nothing something. @default {0.05} */
  error?: number;
  /** How often a true difference is to be seen. @default {0.8} */
  power?: number;
}

/**
 * How often an experiment would see a true difference of two accuracies: normal theory, two-sided.
 *
 * @param difference The true difference, as a share.
 * @throws {RangeError} If a number is out of range.
 * @example Two points on 200 questions are hardly ever seen
 * ```ts
 * import assert from "node:assert/strict";
 * import { comparisonPower } from "midtrain/mix";
 *
 * assert.equal(comparisonPower(0.02, { items: 200, accuracy: 0.6 }).toFixed(2), "0.07");
 * ```
 */
export function comparisonPower(
  difference: number,
  experiment: Experiment,
  options: Omit<PowerAnalysisOptions, "power"> = {},
): number {
  takes("Cannot analyse power", options, "error?");
  ofKind("Cannot analyse power", { experiment }, "an object with items");
  const { items, disagreement, between } = check(experiment, options, difference);
  const deviation = Math.sqrt(variance(disagreement, difference) / items + between);
  const z = normalQuantile((options.error ?? 0.05) / 2);
  const shift = difference === 0 ? 0 : Math.abs(difference) / deviation;
  return normalTail(z - shift) + normalTail(z + shift);
}

/**
 * The least difference that an experiment sees as often as `power` says.
 *
 * @throws {RangeError} If a number is out of range.
 * @example OLMo 2's 200 questions
 * ```ts
 * import assert from "node:assert/strict";
 * import { detectableDifference } from "midtrain/mix";
 *
 * const unpaired = detectableDifference({ items: 200, accuracy: 0.6 });
 * const paired = detectableDifference({ items: 200, disagreement: 0.2 });
 * assert.deepEqual([unpaired.toFixed(3), paired.toFixed(3)], ["0.135", "0.087"]);
 * ```
 */
export function detectableDifference(experiment: Experiment, options: PowerAnalysisOptions = {}): number {
  takes("Cannot analyse power", options, "error?, power?");
  ofKind("Cannot analyse power", { experiment }, "an object with items");
  const { items, disagreement, between } = check(experiment, options);
  const square = both(options) ** 2;
  // difference^2 = square ((disagreement - difference^2) / items + between), solved for the difference.
  return Math.sqrt(square * (disagreement / items + between) / (1 + square / items));
}

/**
 * The items that an experiment needs to see a true difference as often as `power` says; infinite where no number suffices,
 * as the runs themselves differ too much: then more seeds are needed.
 *
 * @param difference The true difference, as a share.
 * @throws {RangeError} If a number is out of range.
 * @example To tell 63.5 from 66 %
 * ```ts
 * import assert from "node:assert/strict";
 * import { itemsNeeded } from "midtrain/mix";
 *
 * assert.equal(itemsNeeded(0.025, { accuracy: 0.65 }), 5707);
 * assert.equal(itemsNeeded(0.025, { disagreement: 0.15 }), 1876);
 * assert.equal(itemsNeeded(0.025, { accuracy: 0.65, seedDeviation: 0.01 }), Infinity);
 * ```
 */
export function itemsNeeded(
  difference: number,
  experiment: Omit<Experiment, "items">,
  options: PowerAnalysisOptions = {},
): number {
  takes("Cannot analyse power", options, "error?, power?");
  ofKind("Cannot analyse power", { experiment }, "an object");
  const { disagreement, between } = check({ ...experiment, items: 1 }, options, difference);
  const room = difference ** 2 / both(options) ** 2 - between;
  return room <= 0 ? Infinity : Math.max(1, Math.ceil(variance(disagreement, difference) / room));
}

/** The quantiles of error and power together. */
function both({ error = 0.05, power = 0.8 }: PowerAnalysisOptions): number {
  return normalQuantile(error / 2) + normalQuantile(1 - power);
}

/** The variance of one item's difference, which is -1, 0 or 1. */
function variance(disagreement: number, difference: number): number {
  return Math.max(0, disagreement - difference * difference);
}

function check(
  { items, accuracy = 0.5, disagreement = 2 * accuracy * (1 - accuracy), seeds = 1, seedDeviation = 0 }:
    Experiment,
  { error = 0.05, power = 0.8 }: PowerAnalysisOptions,
  difference = 0,
): { items: number; disagreement: number; between: number } {
  wholeNumber(cannot, { items, seeds }, ">= 1");
  inRange(cannot, { accuracy, disagreement, seedDeviation }, "in [0, 1]");
  if (!(error > 0 && error < 1) || !(power >= 0.5 && power < 1)) {
    throw new RangeError(
      `${cannot} as error must be in (0, 1) and power in [0.5, 1): current values are ${error} and ${power}`,
    );
  }
  if (!(Math.abs(difference) <= disagreement)) {
    throw new RangeError(
      `${cannot} as a difference cannot exceed the disagreement: current values are ${difference} and ${disagreement}`,
    );
  }
  return { items, disagreement, between: 2 * seedDeviation ** 2 / seeds };
}
