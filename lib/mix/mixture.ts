import { described, distinct, inRange, ofKind, percent, takes } from "../base/mod.ts";
import type { Pool } from "./pools.ts";

/** Shares of tokens by name: each at least 0, together 1. */
export type Mixture = Record<string, number>;

/**
 * Weights made into shares that sum to 1.
 *
 * @param weights A weight at least 0 for each name, in any unit: shares, percent, tokens.
 * @throws {RangeError} If there is no weight, one is negative or not finite, or all are 0.
 * @example Percent from a paper's table
 * ```ts
 * import assert from "node:assert/strict";
 * import { mixture } from "midtrain/mix";
 *
 * assert.deepEqual(mixture({ web: 150, code: 50 }), { web: 0.75, code: 0.25 });
 * ```
 */
export function mixture(weights: Record<string, number>): Mixture {
  ofKind("Cannot form a mixture", { weights }, "an object");
  const entries = Object.entries(weights);
  if (entries.length === 0) throw new RangeError("Cannot form a mixture as weights must not be empty");
  for (const [name, weight] of entries) {
    if (!Number.isFinite(weight) || weight < 0) {
      throw new RangeError(
        `Cannot form a mixture as every weight must be finite and >= 0: the weight of "${name}" is ${weight}`,
      );
    }
  }
  const sum = entries.reduce((total, [, weight]) => total + weight, 0);
  if (sum === 0) {
    throw new RangeError(
      `Cannot form a mixture as at least one weight must be > 0: all of ${
        entries.map(([name]) => name).join(", ")
      } are 0`,
    );
  }
  // Weights near the largest double overflow their sum.
  if (sum === Infinity) {
    return mixture(Object.fromEntries(entries.map(([name, weight]) => [name, weight / 2 ** 60])));
  }
  return describedMixture(Object.fromEntries(entries.map(([name, weight]) => [name, weight / sum])));
}

/**
 * The same share for every name.
 *
 * @throws {RangeError} If `names` is empty or holds a name twice.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { uniformMixture } from "midtrain/mix";
 *
 * assert.deepEqual(uniformMixture(["web", "code"]), { web: 0.5, code: 0.5 });
 * ```
 */
export function uniformMixture(names: readonly string[]): Mixture {
  ofKind("Cannot form a mixture", { names }, "a list of texts");
  distinct("Cannot form a mixture", { names });
  return mixture(Object.fromEntries(names.map((name) => [name, 1])));
}

/** Options of {@linkcode naturalMixture}. */
export interface NaturalMixtureOptions {
  /**
   * Flattens the shares: weights are `tokens ** (1 / temperature)`. 1 is proportional to size, infinity is uniform (the
   * multilingual convention of arXiv:1907.05019, where 5 is common).
   * @default {1}
   */
  temperature?: number;
}

/**
 * Shares by the pools' sizes in tokens, flattened by a temperature.
 *
 * @throws {RangeError} If the temperature is not > 0, or no pool has tokens.
 * @example Natural shares, and flatter ones
 * ```ts
 * import assert from "node:assert/strict";
 * import { naturalMixture, pool } from "midtrain/mix";
 *
 * const pools = [pool({ name: "web", tokens: 900 }), pool({ name: "code", tokens: 100 })];
 * assert.deepEqual(naturalMixture(pools), { web: 0.9, code: 0.1 });
 * assert.deepEqual(naturalMixture(pools, { temperature: 2 }), { web: 0.75, code: 0.25 });
 * ```
 */
export function naturalMixture(pools: readonly Pool[], options: NaturalMixtureOptions = {}): Mixture {
  takes("Cannot form a natural mixture", options, "temperature?");
  ofKind("Cannot form a natural mixture", { pools }, "a list of objects with name, tokens");
  const { temperature = 1 } = options;
  inRange("Cannot form a natural mixture", { temperature }, "> 0");
  return mixture(Object.fromEntries(
    pools.map(({ name, tokens }) => [name, tokens === 0 ? 0 : tokens ** (1 / temperature)]),
  ));
}

/** Options of {@linkcode blend}. */
export interface BlendOptions {
  /** The share of `added` in the result, in [0, 1]. */
  share: number;
}

/**
 * A mixture with `share` of another put in, the rest scaled down evenly: a mid-training mix is
 * `blend(general, domain, { share })`, and `1 - share` is the replay fraction.
 *
 * @throws {RangeError} If the share lies outside [0, 1], or a mixture is not one (see {@linkcode mixture}).
 * @example A Llama 3 annealing probe: 30 % new data, 70 % of the default mix
 * ```ts
 * import assert from "node:assert/strict";
 * import { blend } from "midtrain/mix";
 *
 * const probe = blend({ web: 1, code: 1 }, { math: 1 }, { share: 0.3 });
 * assert.deepEqual(probe, { web: 0.35, code: 0.35, math: 0.3 });
 * ```
 */
export function blend(
  base: Record<string, number>,
  added: Record<string, number>,
  options: BlendOptions,
): Mixture {
  takes("Cannot blend mixtures", options, "share");
  ofKind("Cannot blend mixtures", { base, added }, "an object");
  const { share } = options;
  inRange("Cannot blend mixtures", { share }, "in [0, 1]");
  const from = mixture(base);
  const to = mixture(added);
  const result: Mixture = {};
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    result[name] = (1 - share) * (from[name] ?? 0) + share * (to[name] ?? 0);
  }
  return describedMixture(result);
}

/** Shares that say themselves how they are shown. */
export function describedMixture(shares: Mixture): Mixture {
  return described(shares, () => [{
    rows: Object.entries(shares).map(([name, share]) => ({ name, "share of tokens": percent(share, 1) })),
  }]);
}

/** One name in a {@linkcode MixtureComparison}. */
export interface MixtureDifference {
  /** The source or domain. */
  name: string;
  /** Its share in the first mixture. */
  first: number;
  /** Its share in the second. */
  second: number;
  /** `second - first`. */
  difference: number;
}

/** How two mixtures differ. */
export interface MixtureComparison {
  /** One row a name in either mixture, the largest difference first. */
  rows: MixtureDifference[];
  /** Half the sum of absolute differences, in [0, 1]: the share of tokens that changes source. */
  totalVariation: number;
  /** The Kullback-Leibler divergence of the second from the first in nats; infinite where the second has a new name. */
  klNats: number;
}

/**
 * Two mixtures beside each other.
 *
 * @example What changes between two mixes of OLMo 2
 * ```ts
 * import assert from "node:assert/strict";
 * import { compareMixtures, publishedMixture } from "midtrain/mix";
 *
 * const small = publishedMixture("dolmino-50B"), large = publishedMixture("dolmino-300B");
 * const { rows, totalVariation } = compareMixtures(small.mixture, large.mixture);
 * assert.equal(rows[0].name, "peS2o");
 * assert(totalVariation > 0.18 && totalVariation < 0.19);
 * ```
 */
export function compareMixtures(
  first: Record<string, number>,
  second: Record<string, number>,
): MixtureComparison {
  ofKind("Cannot compare mixtures", { first, second }, "an object");
  const a = mixture(first);
  const b = mixture(second);
  const rows = [...new Set([...Object.keys(a), ...Object.keys(b)])].map((name) => {
    const before = a[name] ?? 0;
    const after = b[name] ?? 0;
    return { name, first: before, second: after, difference: after - before };
  });
  rows.sort((p, q) => Math.abs(q.difference) - Math.abs(p.difference));
  return described({
    rows,
    totalVariation: rows.reduce((sum, row) => sum + Math.abs(row.difference), 0) / 2,
    klNats: rows.reduce((sum, row) => sum + (row.second && row.second * Math.log(row.second / row.first)), 0),
  }, ({ totalVariation, klNats }) => [
    {
      rows: rows.map(({ name, first, second, difference }) => ({
        name,
        first: percent(first, 1),
        second: percent(second, 1),
        "difference (points)": Number((100 * difference).toFixed(1)),
      })),
    },
    `${percent(totalVariation)} of the tokens change source; ${
      Number.isFinite(klNats) ? `divergence ${klNats.toPrecision(3)} nats` : "the second has a new name"
    }`,
  ]);
}
