import { type Interval, must, ofKind, sum, takes, wholeNumber, wilson } from "../base/mod.ts";

const z = 1.959963984540054;

/**
 * Spearman's rank correlation with its 95 % interval, ties at their mean rank: Fisher's z with the variance of Bonett and
 * Wright (2000).
 *
 * @throws {RangeError} If the lists differ in length, have fewer than four values, hold one that is not finite, or one of them never changes.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { spearman } from "midtrain/select";
 *
 * assert.equal(spearman([1, 2, 3, 4, 5], [10, 20, 30, 40, 100]).estimate, 1);
 * const { estimate } = spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]);
 * assert(Math.abs(estimate - 0.8) < 1e-12);
 * ```
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): Interval {
  const cannot = "Cannot correlate ranks";
  checkPair(cannot, a, b, 4);
  const ranks = [rank(a), rank(b)];
  const n = a.length;
  const middle = (n + 1) / 2;
  let product = 0;
  const squares = [0, 0];
  for (let i = 0; i < n; i++) {
    product += (ranks[0][i] - middle) * (ranks[1][i] - middle);
    for (const side of [0, 1]) squares[side] += (ranks[side][i] - middle) ** 2;
  }
  must(
    cannot,
    "both lists must have values that differ",
    squares[0] === 0 ? a[0] : b[0],
    squares[0] * squares[1] > 0,
  );
  const estimate = Math.max(-1, Math.min(1, product / Math.sqrt(squares[0] * squares[1])));
  const half = z * Math.sqrt((1 + estimate * estimate / 2) / (n - 3));
  const low = Math.tanh(Math.atanh(estimate) - half);
  const high = Math.tanh(Math.atanh(estimate) + half);
  return { estimate, low, high };
}

/**
 * Cohen's kappa with quadratic weights and its 95 % interval by the jackknife: how far two raters agree on ordered levels
 * beyond chance. Levels are whole numbers; round scores first.
 *
 * @throws {RangeError} If the lists differ in length, have fewer than two values, hold one that is no whole number, or span more than 1,000 levels.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { weightedKappa } from "midtrain/select";
 *
 * assert.equal(weightedKappa([0, 1, 2, 3], [0, 1, 2, 3]).estimate, 1);
 * assert(weightedKappa([0, 1, 2, 3], [3, 2, 1, 0]).estimate < 0);
 * ```
 */
export function weightedKappa(a: ArrayLike<number>, b: ArrayLike<number>): Interval {
  const cannot = "Cannot form the weighted kappa";
  checkPair(cannot, a, b, 2);
  const n = a.length;
  let lowest = Infinity;
  let highest = -Infinity;
  for (const side of [a, b]) {
    for (let i = 0; i < n; i++) {
      must(cannot, "levels must be whole numbers", side[i], Number.isInteger(side[i]));
      lowest = Math.min(lowest, side[i]);
      highest = Math.max(highest, side[i]);
    }
  }
  const levels = highest - lowest + 1;
  wholeNumber(cannot, { "the number of levels": levels }, "in [1, 1000]");
  const cells = new Float64Array(levels * levels);
  // With quadratic weights, what is expected by chance needs only sums and sums of squares.
  const totals = { a: 0, b: 0, aa: 0, bb: 0, ab: 0 };
  for (let i = 0; i < n; i++) {
    const x = a[i] - lowest;
    const y = b[i] - lowest;
    cells[x * levels + y]++;
    totals.a += x;
    totals.b += y;
    totals.aa += x * x;
    totals.bb += y * y;
    totals.ab += x * y;
  }
  const kappa = (less: number, x = 0, y = 0) => {
    const m = n - less;
    const observed = totals.aa - x * x + totals.bb - y * y - 2 * (totals.ab - x * y);
    const chance = totals.aa - x * x + totals.bb - y * y - 2 * (totals.a - x) * (totals.b - y) / m;
    // Two raters that never leave one level agree.
    return chance === 0 ? 1 : 1 - observed / chance;
  };
  const estimate = kappa(0);
  let mean = 0;
  const left: [count: number, value: number][] = [];
  for (let x = 0; x < levels; x++) {
    for (let y = 0; y < levels; y++) {
      const count = cells[x * levels + y];
      if (count === 0) continue;
      const value = kappa(1, x, y);
      left.push([count, value]);
      mean += count * value / n;
    }
  }
  const variance = (n - 1) / n * sum(left.map(([count, value]) => count * (value - mean) ** 2));
  const half = z * Math.sqrt(variance);
  return { estimate, low: Math.max(-1, estimate - half), high: Math.min(1, estimate + half) };
}

/** What keeping the best share of documents would keep of the good ones. */
export interface ThresholdRow {
  /** Scores of at least this are kept. */
  threshold: number;
  /** The share that was asked for. */
  wantedFraction: number;
  /** The share that is kept; more than was asked for where scores are equal. */
  keptFraction: number;
  /** How many of those kept are good, with Wilson's interval. */
  precision: Interval;
  /** How many of the good are kept, with Wilson's interval; null where none is good. */
  recall: Interval | null;
}

/** Options of {@linkcode thresholdTable}. */
export interface ThresholdTableOptions {
  /** The shares to keep. @default {[0.05, 0.1, 0.2, 0.3, 0.5]} */
  fractions?: readonly number[];
}

/**
 * Thresholds by the share that they keep, calibrated on held-out labels: what each keeps, how much of that is good, and how
 * much of the good it loses, with 95 % intervals.
 *
 * @param items Held-out documents' scores, and whether each is good.
 * @throws {RangeError} If there is no item, or a fraction lies outside (0, 1].
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { thresholdTable } from "midtrain/select";
 *
 * const items = Array.from({ length: 100 }, (_, i) => ({ score: i, positive: i >= 80 }));
 * const [row] = thresholdTable(items, { fractions: [0.1] });
 * assert.deepEqual([row.threshold, row.precision.estimate, row.recall?.estimate], [90, 1, 0.5]);
 * ```
 */
export function thresholdTable(
  items: Iterable<{ score: number; positive: boolean }>,
  options: ThresholdTableOptions = {},
): ThresholdRow[] {
  const cannot = "Cannot calibrate thresholds";
  takes(cannot, options, "fractions?");
  ofKind(cannot, { items }, "a list or another iterable that is no stream");
  const { fractions = [0.05, 0.1, 0.2, 0.3, 0.5] } = options;
  ofKind(cannot, { fractions }, "a list of numbers");
  const sorted = [...items];
  ofKind(cannot, { items: sorted }, "a list of objects with score, positive");
  must(cannot, "there must be items", 0, sorted.length > 0);
  for (const { score } of sorted) must(cannot, "every score must be a number", score, score === score);
  sorted.sort((a, b) => b.score - a.score);
  const positives = sorted.filter(({ positive }) => positive).length;
  return fractions.map((wantedFraction) => {
    must(cannot, "a fraction must be in (0, 1]", wantedFraction, wantedFraction > 0 && wantedFraction <= 1);
    const threshold = sorted[Math.max(0, Math.round(wantedFraction * sorted.length) - 1)].score;
    let kept = 0;
    let good = 0;
    while (kept < sorted.length && sorted[kept].score >= threshold) good += Number(sorted[kept++].positive);
    return {
      threshold,
      wantedFraction,
      keptFraction: kept / sorted.length,
      precision: wilson(good, kept),
      recall: positives === 0 ? null : wilson(good, positives),
    };
  });
}

/** Ranks from 1, equals at their mean. */
export function rank(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) =>
    values[a] - values[b]
  );
  const ranks = new Float64Array(values.length);
  for (let i = 0; i < order.length;) {
    let end = i + 1;
    while (end < order.length && values[order[end]] === values[order[i]]) end++;
    for (let j = i; j < end; j++) ranks[order[j]] = (i + 1 + end) / 2;
    i = end;
  }
  return ranks;
}

function checkPair(cannot: string, a: ArrayLike<number>, b: ArrayLike<number>, least: number): void {
  ofKind(cannot, { a, b }, "a list of numbers");
  must(cannot, "the lists must be equally long", `${a.length} and ${b.length}`, a.length === b.length);
  wholeNumber(cannot, { "the number of values": a.length }, `>= ${least}`);
  for (const list of [a, b]) {
    for (let i = 0; i < list.length; i++) {
      must(cannot, "every value must be finite", list[i], Number.isFinite(list[i]));
    }
  }
}
