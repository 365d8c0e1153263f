import { type Interval, mean, ofKind, quantile, Random, takes } from "../base/mod.ts";
import { rankCorrelation } from "./_ranks.ts";

/** What a mixture reached: one number, or one an item (window, question, seed) in the same order for every mixture. */
export type MixtureResult = number | ArrayLike<number>;

/** Options of {@linkcode rankAgreement}. */
export interface RankAgreementOptions {
  /** Bootstrap resamples over mixtures, and over items where there are any. @default {1000} */
  resamples?: number;
  /** Names the bootstrap's random stream. @default {1} */
  seed?: number | string;
  /** How sure intervals are, as a share. @default {0.95} */
  confidence?: number;
}

/** How far two rankings of the same mixtures agree. */
export interface RankAgreement {
  /** Mixtures ranked. */
  mixtures: number;
  /** Pairs of mixtures that the target tells apart: what a decision could be right about. */
  pairs: number;
  /** Spearman's correlation; equal values share their mean rank. */
  spearman: Interval;
  /** Kendall's tau-b, which takes ties of either side out of its denominator. */
  kendall: Interval;
  /**
   * The share of pairs that the proxy orders as the target does. A pair that only the proxy leaves tied counts half, as a
   * coin would decide it; one that the target leaves tied does not count.
   */
  decisionAccuracy: Interval;
}

/**
 * Whether mixtures that are better for a proxy are better for the target: the stability that proxy experiments take for
 * granted. Ties are counted by rule and not by the order of the list, which decides them in a plain `a > b`.
 *
 * Intervals are percentiles of resamples: mixtures are drawn with replacement (two draws of one mixture make no pair), and
 * items too, each side its own. Where all pairs of a few mixtures agree, resamples agree as well: no width is then lack of
 * data and not certainty.
 *
 * @param proxy One result a mixture.
 * @param target One result a mixture, in the same order; for both sides small is good, or for both large.
 * @throws {RangeError} If there are fewer than 3 mixtures, numbers of mixtures or items differ, a value is not finite, or one
 * side is constant.
 * @example Four mixtures, one pair of six in the wrong order
 * ```ts
 * import assert from "node:assert/strict";
 * import { rankAgreement } from "midtrain/mix";
 *
 * const { decisionAccuracy, kendall } = rankAgreement([3.1, 3.2, 3.3, 3.5], [2.1, 2.3, 2.2, 2.4]);
 * assert.equal(decisionAccuracy.estimate, 5 / 6);
 * assert(Math.abs(kendall.estimate - 2 / 3) < 1e-12);
 * ```
 */
export function rankAgreement(
  proxy: readonly MixtureResult[],
  target: readonly MixtureResult[],
  options: RankAgreementOptions = {},
): RankAgreement {
  takes("Cannot compare rankings", options, "resamples?, seed?, confidence?");
  ofKind("Cannot compare rankings", { proxy, target }, "a list");
  const { resamples = 1000, seed = 1, confidence = 0.95 } = options;
  const n = proxy.length;
  if (n < 3 || target.length !== n) {
    throw new RangeError(
      `Cannot compare rankings as both must be of the same mixtures, at least 3: there are ${n} and ${target.length}`,
    );
  }
  if (!(Number.isSafeInteger(resamples) && resamples >= 1) || !(confidence > 0 && confidence < 1)) {
    throw new RangeError(
      `Cannot compare rankings as resamples must be a whole number >= 1 and confidence in (0, 1): current values are ${resamples} and ${confidence}`,
    );
  }
  const sides = [checkSide(proxy, "proxy"), checkSide(target, "target")] as const;
  const [a, b] = sides.map((side) => Float64Array.from(side, mean)) as [Float64Array, Float64Array];
  const once = new Float64Array(n).fill(1);
  const whole = agreement(a, b, once);
  const random = new Random(seed);
  const drawn: typeof whole[] = [];
  for (let r = 0; r < resamples; r++) {
    const draw = random.fork(r);
    const counts = new Float64Array(n);
    for (let i = 0; i < n; i++) counts[draw.int(n)]++;
    const [one, other] = sides.map((side) => resampled(side, draw));
    const values = agreement(one, other, counts);
    if (Object.values(values).every(Number.isFinite)) drawn.push(values);
  }
  const interval = (name: keyof typeof whole): Interval => {
    const values = drawn.map((values) => values[name]);
    const estimate = whole[name];
    return values.length === 0 ? { estimate, low: estimate, high: estimate } : {
      estimate,
      low: Math.min(estimate, quantile(values, (1 - confidence) / 2)),
      high: Math.max(estimate, quantile(values, (1 + confidence) / 2)),
    };
  };
  return {
    mixtures: n,
    pairs: whole.pairs,
    spearman: interval("spearman"),
    kendall: interval("kendall"),
    decisionAccuracy: interval("decisionAccuracy"),
  };
}

/** One side as items by mixture. */
function checkSide(side: readonly MixtureResult[], name: string): Float64Array[] {
  const items = side.map((result) =>
    Float64Array.from(typeof result === "number" ? [result] : Array.from(result))
  );
  items.forEach((values, i) => {
    if (values.length === 0 || values.length !== items[0].length) {
      throw new RangeError(
        `Cannot compare rankings as every mixture must have the same items: number ${i} of the ${name} has ${values.length}, number 0 has ${
          items[0].length
        }`,
      );
    }
    const wrong = values.find((value) => !Number.isFinite(value));
    if (wrong !== undefined) {
      throw new RangeError(
        `Cannot compare rankings as every value must be finite: number ${i} of the ${name} has ${wrong}`,
      );
    }
  });
  const means = items.map(mean);
  if (means.every((value) => value === means[0])) {
    throw new RangeError(
      `Cannot compare rankings as mixtures must differ: all of the ${name} are ${means[0]}`,
    );
  }
  return items;
}

/** Means over items drawn with replacement, the same ones for every mixture. */
function resampled(side: readonly Float64Array[], random: Random): Float64Array {
  const items = side[0].length;
  if (items === 1) return Float64Array.from(side, ([value]) => value);
  const counts = new Float64Array(items);
  for (let i = 0; i < items; i++) counts[random.int(items)]++;
  return Float64Array.from(side, (values) => {
    let sum = 0;
    for (let i = 0; i < items; i++) sum += counts[i] * values[i];
    return sum / items;
  });
}

/** The measures over pairs of different mixtures, each pair as often as both were drawn. */
function agreement(
  a: Float64Array,
  b: Float64Array,
  counts: Float64Array,
): { spearman: number; kendall: number; decisionAccuracy: number; pairs: number } {
  let all = 0;
  let tiedA = 0;
  let tiedB = 0;
  let net = 0;
  let right = 0;
  let pairs = 0;
  for (let i = 1; i < a.length; i++) {
    if (counts[i] === 0) continue;
    for (let j = 0; j < i; j++) {
      const weight = counts[i] * counts[j];
      if (weight === 0) continue;
      const first = Math.sign(a[i] - a[j]);
      const second = Math.sign(b[i] - b[j]);
      all += weight;
      if (first === 0) tiedA += weight;
      if (second === 0) {
        tiedB += weight;
        continue;
      }
      pairs++;
      net += weight * first * second;
      right += weight * (1 + first * second) / 2;
    }
  }
  const at = Array.from(counts).flatMap((count, i) => new Array<number>(count).fill(i));
  return {
    spearman: rankCorrelation(at.map((i) => a[i]), at.map((i) => b[i])),
    kendall: net / Math.sqrt((all - tiedA) * (all - tiedB)),
    decisionAccuracy: right / (all - tiedB),
    pairs,
  };
}
