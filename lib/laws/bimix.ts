import { fieldOf, measured } from "./_records.ts";
import type { Law, Observations } from "./law.ts";

/** A run seen from one of its domains. */
export interface DomainRun {
  /** The domain's share of the mixture, in (0, 1]. */
  share: number;
  /** Training tokens in all; or steps, the same for every run. */
  tokens: number;
  /** The loss on the domain, in nats per token; leave it out to predict. */
  loss?: number;
}

interface Prepared extends Observations {
  logShare: Float64Array;
  logTokens: Float64Array;
}

/**
 * BiMix: the loss on a domain falls as a power of its share, times a law of the tokens. It sees no other domain. Published
 * with a factor A, which B and C hold.
 *
 * @example Twice the share, less loss by a fixed factor
 * ```ts
 * import assert from "node:assert/strict";
 * import { biMixLaw, predictLaw } from "midtrain/laws";
 *
 * const fitted = { law: biMixLaw, parameters: { alpha: 0.1, B: 40, beta: 0.2, C: 2 } };
 * const [one, two] = predictLaw(fitted, [0.2, 0.4].map((share) => ({ share, tokens: 1e9 })));
 * assert(Math.abs(two! / one! - 2 ** -0.1) < 1e-12);
 * ```
 */
export const biMixLaw: Law<DomainRun> = {
  name: "bimix",
  formula: "L = r^-alpha (B D^-beta + C)",
  source: "Ge et al. 2024, arXiv 2405.14908, equation 5",
  parameters: [
    { name: "alpha", unit: "1", lower: 1e-4, upper: 3, transform: "log" },
    { name: "B", unit: "nats per token", lower: 1e-9, upper: 1e15, transform: "log" },
    { name: "beta", unit: "1", lower: 1e-3, upper: 3, transform: "log" },
    { name: "C", unit: "nats per token", lower: 1e-9, upper: 50, transform: "log" },
  ],
  linear: ["B", "C"],
  grid: { alpha: [0.01, 0.05, 0.15, 0.4], beta: [0.1, 0.3, 0.6, 1] },
  prepare(runs): Prepared {
    fieldOf("bimix", runs, "share", "share");
    return {
      ...measured("bimix", runs, "loss"),
      logShare: fieldOf("bimix", runs, "share").map(Math.log),
      logTokens: fieldOf("bimix", runs, "tokens").map(Math.log),
    };
  },
  predict([alpha, B, beta, C], prepared, predictions, jacobian) {
    const n = predictions.length;
    const { logShare, logTokens } = prepared as Prepared;
    for (let i = 0; i < n; i++) {
      const share = Math.exp(-alpha * logShare[i]);
      const data = Math.exp(-beta * logTokens[i]);
      predictions[i] = share * (B * data + C);
      if (!jacobian) continue;
      jacobian[i] = -logShare[i] * predictions[i];
      jacobian[n + i] = share * data;
      jacobian[2 * n + i] = -share * B * data * logTokens[i];
      jacobian[3 * n + i] = share;
    }
  },
};
