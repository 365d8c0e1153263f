import { distinct, inRange, type Interval, ofKind, signTest, takes, wilson } from "../base/mod.ts";
import { normalTail } from "./_normal.ts";

const cannot = "Cannot compare proportions";

/** So many right of so many. */
export interface Proportion {
  /** What was tried, for example a mixture. */
  label: string;
  /** Items it got right. */
  successes: number;
  /** Items it was asked. */
  trials: number;
}

/** Options of {@linkcode compareProportions}. */
export interface CompareProportionsOptions {
  /** Whether each is held against the first, or each against each. @default {"first"} */
  pairs?: "first" | "all";
  /** The error allowed for all comparisons together. @default {0.05} */
  error?: number;
}

/**
 * What may be said of a difference when only the totals were published.
 *
 * - `different`: it stands whatever the items say, after Holm's correction for all comparisons;
 * - `noise`: no list of items with these totals would make it stand, even by itself;
 * - `open`: only the items could tell.
 */
export type ProportionVerdict = "different" | "noise" | "open";

/** Two proportions beside each other. */
export interface ProportionComparison {
  /** The first. */
  first: string;
  /** The second. */
  second: string;
  /** Second less first, with Newcombe's interval at 95 % for independent items. */
  difference: Interval;
  /** The two-sided p-value of independent items (pooled z-test). */
  unpaired: number;
  /**
   * The least and the greatest p-value that McNemar's exact test on the same items could have: at the least, every item that
   * differs is a win of the better one; at the greatest, the two disagree as often as their totals allow. Both are the
   * unpaired one where the numbers of items differ.
   */
  paired: {
    /** The least. */
    least: number;
    /** The greatest. */
    greatest: number;
  };
  /** What may be said. */
  verdict: ProportionVerdict;
}

/**
 * Compare accuracies of which only the totals are known, as in a paper's table: which differences are real, which are
 * noise whatever the items say, and which only the items could settle.
 *
 * @param proportions At least two, usually the baseline first, all of one benchmark.
 * @returns One row a pair, in the given order.
 * @throws {RangeError} If there are fewer than two, two have one label, or a count is wrong.
 * @example Five more of 200 are noise on any items, 65 more are not
 * ```ts
 * import assert from "node:assert/strict";
 * import { compareProportions } from "midtrain/mix";
 *
 * const of200 = (label: string, successes: number) => ({ label, successes, trials: 200 });
 * const rows = compareProportions([of200("1x", 127), of200("2x", 132), of200("none", 57)]);
 * assert.deepEqual(rows.map(({ verdict }) => verdict), ["noise", "different"]);
 * assert.equal(rows[0].paired.least, 2 / 2 ** 5);
 * ```
 */
export function compareProportions(
  proportions: readonly Proportion[],
  options: CompareProportionsOptions = {},
): ProportionComparison[] {
  takes("Cannot compare proportions", options, "pairs?, error?");
  ofKind("Cannot compare proportions", { proportions }, "a list of objects with label, successes, trials");
  const { pairs = "first", error = 0.05 } = options;
  inRange(cannot, { error }, "in (0, 1)");
  if (proportions.length < 2) {
    throw new RangeError(
      `${cannot} as there must be at least 2: there are ${proportions.length}`,
    );
  }
  for (const { label, successes, trials } of proportions) {
    if (
      !Number.isSafeInteger(successes) || !Number.isSafeInteger(trials) || trials < 1 || successes < 0 ||
      successes > trials
    ) {
      throw new RangeError(
        `${cannot} as successes must be a count in [0, trials]: ${label} has ${successes} of ${trials}`,
      );
    }
  }
  distinct(cannot, { labels: proportions.map(({ label }) => label) });
  const rows = proportions.flatMap((first, at) =>
    pairs === "first" && at > 0 ? [] : proportions.slice(at + 1).map((second) => compare(first, second))
  );
  // Holm: the k-th smallest of m p-values must be below error / (m - k).
  const order = [...rows.keys()].sort((a, b) => rows[a].paired.greatest - rows[b].paired.greatest);
  const stands = new Set<number>();
  for (const [k, at] of order.entries()) {
    if (rows[at].paired.greatest >= error / (rows.length - k)) break;
    stands.add(at);
  }
  return rows.map((row, at) => ({
    ...row,
    verdict: stands.has(at) ? "different" : row.paired.least >= error ? "noise" : "open",
  }));
}

function compare(first: Proportion, second: Proportion): Omit<ProportionComparison, "verdict"> {
  const a = wilson(first.successes, first.trials);
  const b = wilson(second.successes, second.trials);
  const estimate = b.estimate - a.estimate;
  const difference = {
    estimate,
    low: estimate - Math.hypot(b.estimate - b.low, a.high - a.estimate),
    high: estimate + Math.hypot(b.high - b.estimate, a.estimate - a.low),
  };
  const pooled = (first.successes + second.successes) / (first.trials + second.trials);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / first.trials + 1 / second.trials));
  const unpaired = deviation === 0 ? 1 : Math.min(1, 2 * normalTail(Math.abs(estimate) / deviation));
  const paired = first.trials === second.trials
    ? comparePaired(first.successes, second.successes, first.trials)
    : { least: unpaired, greatest: unpaired };
  return { first: first.label, second: second.label, difference, unpaired, paired };
}

function comparePaired(first: number, second: number, trials: number): { least: number; greatest: number } {
  const less = Math.min(first, second);
  const gap = Math.abs(first - second);
  // What the worse alone gets right: nothing, or all that it can without the two together exceeding the items.
  const most = Math.min(less, trials - less - gap);
  return { least: signTest(gap, 0), greatest: signTest(gap + most, most) };
}
