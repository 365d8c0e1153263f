import { must, ofKind } from "../base/mod.ts";

/** What a choice by prediction costs. */
export interface SelectionRegret {
  /** The position of the mixture chosen: least predicted, the first of equals. */
  chosen: number;
  /** The position of the best: least measured, the first of equals. */
  best: number;
  /** What the chosen one was measured to cost beyond the best, in the units measured. */
  regret: number;
  /** That as a share of the best's value. */
  ofValue: number;
  /** That as a share of the range measured, from the best to the worst. */
  ofRange: number;
}

/**
 * The regret of taking the mixture whose predicted loss is least: what it was measured to cost beyond the best. A prediction may
 * be far off and choose well; {@linkcode rankAgreement} tells how well it orders all of them.
 *
 * @param predicted One loss a mixture, by a law or at a smaller scale.
 * @param measured One loss a mixture, in the same order.
 * @throws {RangeError} If there are fewer than two mixtures, numbers differ, a value is not finite, or all measured are equal.
 * @example The second was predicted to be best, and is second best
 * ```ts
 * import assert from "node:assert/strict";
 * import { selectionRegret } from "midtrain/mix";
 *
 * const { chosen, best, regret, ofRange } = selectionRegret([1.9, 1.7, 1.8], [3, 2.25, 2]);
 * assert.deepEqual([chosen, best, regret, ofRange], [1, 2, 0.25, 0.25]);
 * ```
 */
export function selectionRegret(
  predicted: ArrayLike<number>,
  measured: ArrayLike<number>,
): SelectionRegret {
  const cannot = "Cannot tell a choice's regret";
  ofKind(cannot, { predicted, measured }, "a list");
  const [guesses, values] = [Array.from(predicted), Array.from(measured)];
  must(
    cannot,
    "both must be of the same mixtures, at least 2",
    `${guesses.length} and ${values.length}`,
    guesses.length === values.length && values.length > 1,
  );
  const wrong = [...guesses, ...values].find((value) => !Number.isFinite(value));
  must(cannot, "every value must be finite", String(wrong), wrong === undefined);
  const chosen = guesses.indexOf(Math.min(...guesses));
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  must(cannot, "measured values must differ", String(least), range > 0);
  const regret = values[chosen] - least;
  return {
    chosen,
    best: values.indexOf(least),
    regret,
    ofValue: regret / Math.abs(least),
    ofRange: regret / range,
  };
}
