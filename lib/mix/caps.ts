import { inRange, ofKind, takes } from "../base/mod.ts";
import { checkPools, type Pool } from "./pools.ts";

/** Options of {@linkcode repetitionCaps}. */
export interface RepetitionCapsOptions {
  /** Tokens to train on in all. */
  budgetTokens: number;
  /** How often a source's unique tokens may be seen. Up to 4 epochs are nearly fresh (arXiv:2305.16264). @default {4} */
  maxEpochs?: number;
}

/**
 * The largest share of each source that a budget allows: `maxEpochs * uniqueTokens / budgetTokens`, at most 1. What
 * {@linkcode proposeMixture} and {@linkcode dirichletDesign} take as `maxShare`.
 *
 * @throws {RangeError} If the budget or the epochs are not > 0, there is no pool, or two have one name.
 * @example Ten million tokens of mathematics in a budget of a hundred
 * ```ts
 * import assert from "node:assert/strict";
 * import { pool, repetitionCaps } from "midtrain/mix";
 *
 * const pools = [pool({ name: "web", tokens: 1e9 }), pool({ name: "math", tokens: 1e7 })];
 * assert.deepEqual(repetitionCaps(pools, { budgetTokens: 1e8 }), { web: 1, math: 0.4 });
 * ```
 */
export function repetitionCaps(
  pools: readonly Pool[],
  options: RepetitionCapsOptions,
): Record<string, number> {
  takes("Cannot cap sources", options, "budgetTokens, maxEpochs?");
  ofKind("Cannot cap sources", { pools }, "a list of objects with name, tokens");
  const { budgetTokens, maxEpochs = 4 } = options;
  inRange("Cannot cap sources", { budgetTokens, maxEpochs }, "> 0");
  checkPools(pools);
  return Object.fromEntries(
    pools.map(({ name, uniqueTokens }) => [name, Math.min(1, maxEpochs * uniqueTokens / budgetTokens)]),
  );
}
