import { powerProduct } from "./_power_product.ts";
import type { Law } from "./law.ts";

/** One cooldown: what the loss fell by. */
export interface Cooldown {
  /** Parameters. */
  params: number;
  /** Tokens before the cooldown. */
  tokens: number;
  /** Loss before less loss after, in nats per token; leave it out to predict. */
  gain?: number;
}

/**
 * What a cooldown gains, by size and tokens: `k (N / 1e9)^a (D / 1e10)^b`, here for cooldowns of a fixed share of the run. On
 * the 199 pairs of the Gemstones suite (10 % of the tokens), by least squares of logarithms: k = 0.0696, a = -0.134,
 * b = 0.019: larger models gain less, whatever they have seen. Sizes and shapes go together in that suite.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { cooldownGainLaw, predictLaw } from "midtrain/laws";
 *
 * const fitted = { law: cooldownGainLaw, parameters: { k: 0.0696, a: -0.134, b: 0.019 } };
 * assert(Math.abs(predictLaw(fitted, [{ params: 1e9, tokens: 1e10 }])[0]! - 0.0696) < 1e-12);
 * ```
 */
export const cooldownGainLaw: Law<Cooldown> = powerProduct({
  name: "cooldown-gain",
  source: "of this kit; data of McLeish et al. 2025, arXiv 2502.06857",
  field: "gain",
  unit: "nats per token",
  params: 1e9,
  tokens: 1e10,
});
