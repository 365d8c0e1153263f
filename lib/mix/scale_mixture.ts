import { described, ofKind, percent, takes } from "../base/mod.ts";
import { allocate, type Allocation, tellAllocation } from "./allocate.ts";
import { mixture } from "./mixture.ts";
import type { Pool } from "./pools.ts";

/** Options of {@linkcode scaleMixture}. */
export interface ScaleMixtureOptions {
  /**
   * Which pool, or pools, stand for each source of the mixture; `null` leaves a source out, and the others grow. A source that
   * has a pool's name needs no entry. Several pools share by their unique tokens.
   * @default {{}}
   */
  match?: Readonly<Record<string, string | readonly string[] | null>>;
  /** Tokens to train on in all. */
  budgetTokens: number;
  /** How often a source's unique tokens may be seen: one cap for all, or one by pool. @default {4} */
  maxEpochs?: number | Record<string, number>;
}

/** A mixture on one's own pools. */
export interface ScaledMixture extends Allocation {
  /** Sources of the mixture that were left out, and the share that each had. */
  leftOut: Record<string, number>;
}

/**
 * Lay a published mixture over your pools: who gives what, how often it is repeated, and what runs out at the caps.
 *
 * @param published Weights by source, for example of {@linkcode publishedMixture}.
 * @throws {RangeError} If a source with a share has no pool and is not left out, a pool stands for two sources, or as
 *   {@linkcode allocate}.
 * @example OLMo 2's mix with far less mathematics at hand
 * ```ts
 * import assert from "node:assert/strict";
 * import { pool, publishedMixture, scaleMixture } from "midtrain/mix";
 *
 * const pools = [pool({ name: "web", tokens: 1e12 }), pool({ name: "gsm", tokens: 1e8 }), pool({ name: "wiki", tokens: 4e9 })];
 * const match = { "Filtered DCLM": "web", "Dolmino Math": "gsm", "Wikipedia": "wiki", "FLAN": null, "Stack Exchange": null, "peS2o": null };
 * const { summary } = scaleMixture(publishedMixture("dolmino-50B").mixture, pools, { match, budgetTokens: 50e9 });
 * assert.equal(
 *   summary,
 *   "gsm runs out at 4 epochs and gives 0.8 % instead of 27.7 %; FLAN (16.6 %), Stack Exchange (2.4 %), peS2o (5.8 %) left out",
 * );
 * ```
 */
export function scaleMixture(
  published: Readonly<Record<string, number>>,
  pools: readonly Pool[],
  options: ScaleMixtureOptions,
): ScaledMixture {
  takes("Cannot scale a mixture", options, "budgetTokens, match?, maxEpochs?");
  ofKind("Cannot scale a mixture", { published }, "an object");
  ofKind("Cannot scale a mixture", { pools }, "a list of objects with name, tokens");
  const { match = {}, budgetTokens, maxEpochs = 4 } = options;
  const byName = new Map(pools.map((one) => [one.name, one]));
  const shares = mixture(published);
  const unknown = Object.keys(match).find((source) => !(source in shares));
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot scale a mixture as match names "${unknown}", which it lacks: it has ${
        Object.keys(shares).join(", ")
      }`,
    );
  }
  const weights: Record<string, number> = {};
  const leftOut: Record<string, number> = {};
  for (const [source, share] of Object.entries(shares)) {
    const named = match[source] === undefined ? source : match[source];
    if (named === null) {
      leftOut[source] = share;
      continue;
    }
    const own = (typeof named === "string" ? [named] : named).map((name) => {
      const found = byName.get(name);
      if (!found) {
        throw new RangeError(
          `Cannot scale a mixture as "${source}" must be matched with a pool or null: ${
            match[source] === undefined ? "it is not" : `there is no pool "${name}"`
          }, pools are ${[...byName.keys()].join(", ")}`,
        );
      }
      if (name in weights) {
        throw new RangeError(
          `Cannot scale a mixture as a pool must stand for one source: "${name}" stands for two`,
        );
      }
      return found;
    });
    const unique = own.reduce((sum, { uniqueTokens }) => sum + uniqueTokens, 0);
    for (const { name, uniqueTokens } of own) {
      weights[name] = share * (own.length === 1 ? 1 : unique === 0 ? 1 / own.length : uniqueTokens / unique);
    }
  }
  const allocation = allocate(pools, weights, { budgetTokens, maxEpochs });
  const missing = Object.entries(leftOut).map(([source, share]) => `${source} (${percent(share, 1)})`);
  return described({
    ...allocation,
    leftOut,
    summary: missing.length === 0
      ? allocation.summary
      : `${allocation.summary}; ${missing.join(", ")} left out`,
  }, tellAllocation);
}
