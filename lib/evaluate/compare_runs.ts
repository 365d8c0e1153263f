import {
  described,
  type Description,
  inRange,
  type IntervalOptions,
  ofKind,
  quantile,
  Random,
  signTest,
  takes,
  wholeNumber,
} from "../base/mod.ts";

/** What two models got on the same items of one domain. */
export interface PairedScores {
  /** What the items are of, for example `general text`. */
  domain: string;
  /** The first model's score of each item, for example bits per byte of each window. */
  before: ArrayLike<number>;
  /** The second model's score of each item, in the same order. */
  after: ArrayLike<number>;
  /**
   * What each item counts, for example the bytes of each window: then a mean of bits per byte is the bits per byte of all
   * text together.
   *
   * @default {1 each}
   */
  weights?: ArrayLike<number>;
}

/** How one domain changed. */
export interface RunComparison {
  /** The domain. */
  domain: string;
  /** The first model's weighted mean. */
  before: number;
  /** The second model's weighted mean. */
  after: number;
  /** `after - before`. */
  difference: number;
  /** The lower end of the difference's bootstrap interval. */
  low: number;
  /** The upper end. */
  high: number;
  /** Items on which `after` is larger. */
  higher: number;
  /** Items on which `after` is smaller. */
  lower: number;
  /** The sign test's two-sided p-value: how often a fair coin splits the items that differ at least this unevenly. */
  p: number;
  /** Items. */
  n: number;
}

/**
 * Compare two models item by item: what mid-training gained on a domain and what it forgot on another.
 *
 * As both models saw the same items, items are resampled with both their scores (a percentile bootstrap of the weighted
 * difference), which takes the items' difficulty out of the interval. The sign test asks the same of the single items,
 * whatever the size of their change; ties are left out.
 *
 * @returns One row a domain, in the given order.
 * @throws {RangeError} If a domain's arrays differ in length, have fewer than 2 items, or hold a value that is not finite
 *   or a weight that is not positive.
 * @example A gain beside what was forgotten
 * ```ts
 * import assert from "node:assert/strict";
 * import { compareRuns } from "midtrain/evaluate";
 *
 * const [general, domain] = compareRuns([
 *   { domain: "general text", before: [1, 2, 3], after: [1.5, 2.5, 3.5] },
 *   { domain: "domain text", before: [4, 4], after: [2, 3], weights: [3, 1] },
 * ]);
 * assert.deepEqual([general.difference, general.low, general.high], [0.5, 0.5, 0.5]);
 * assert.deepEqual([domain.before, domain.after, domain.difference], [4, 2.25, -1.75]);
 * ```
 */
export function compareRuns(pairs: readonly PairedScores[], options: IntervalOptions = {}): RunComparison[] {
  takes("Cannot compare runs", options, "confidence?, resamples?, seed?");
  ofKind("Cannot compare runs", { pairs }, "a list of objects with domain, before, after");
  const { confidence = 0.95, resamples = 2000, seed = 1 } = options;
  inRange("Cannot compare runs", { confidence }, "in (0, 1)");
  wholeNumber("Cannot compare runs", { resamples }, ">= 1");
  const rows = pairs.map(({ domain, before, after, weights = new Uint8Array(before.length).fill(1) }) => {
    const lists = Object.entries({ before, after, weights }).map((
      [name, list],
    ) => [`${name} of ${domain}`, list]);
    ofKind("Cannot compare runs", Object.fromEntries(lists), "a list of numbers");
    const n = before.length;
    if (n < 2 || after.length !== n || weights.length !== n) {
      throw new RangeError(
        `Cannot compare runs as before, after and weights must have one entry for each of at least 2 items: ${domain} has ${n}, ${after.length} and ${weights.length}`,
      );
    }
    for (let i = 0; i < n; i++) {
      if (
        !Number.isFinite(before[i]) || !Number.isFinite(after[i]) ||
        !(weights[i] > 0 && weights[i] < Infinity)
      ) {
        throw new RangeError(
          `Cannot compare runs as scores must be finite and weights positive: item ${i} of ${domain} has ${
            before[i]
          }, ${after[i]} and weight ${weights[i]}`,
        );
      }
    }
    return {
      domain,
      ...compare(before, after, weights, { confidence, resamples, random: new Random(`${seed}/${domain}`) }),
    };
  });
  return described(rows, tellComparisons);
}

function tellComparisons(rows: readonly RunComparison[]): Description {
  return [{
    rows: rows.map(({ domain, before, after, difference, low, high, higher, lower, p, n }) => ({
      domain,
      "before": Number(before.toPrecision(5)),
      "after": Number(after.toPrecision(5)),
      "difference": { estimate: difference, low, high },
      "higher": higher,
      "lower": lower,
      "p (sign test)": Number(p.toPrecision(2)),
      "items": n,
    })),
  }, "Differences with their bootstrap intervals over items; higher and lower count the items that changed"];
}

function compare(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  weights: ArrayLike<number>,
  { confidence, resamples, random }: { confidence: number; resamples: number; random: Random },
): Omit<RunComparison, "domain"> {
  const n = before.length;
  let weight = 0;
  let sumBefore = 0;
  let sumAfter = 0;
  let higher = 0;
  let lower = 0;
  const change = Float64Array.from(before, (score, i) => after[i] - score);
  for (let i = 0; i < n; i++) {
    weight += weights[i];
    sumBefore += weights[i] * before[i];
    sumAfter += weights[i] * after[i];
    if (change[i] > 0) higher++;
    if (change[i] < 0) lower++;
  }
  const draws = new Float64Array(resamples);
  for (let draw = 0; draw < resamples; draw++) {
    let drawn = 0;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const item = random.int(n);
      drawn += weights[item];
      sum += weights[item] * change[item];
    }
    draws[draw] = sum / drawn;
  }
  const tail = (1 - confidence) / 2;
  return {
    before: sumBefore / weight,
    after: sumAfter / weight,
    difference: (sumAfter - sumBefore) / weight,
    low: quantile(draws, tail),
    high: quantile(draws, 1 - tail),
    higher,
    lower,
    p: signTest(higher, lower),
    n,
  };
}
