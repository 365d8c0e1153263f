import { powerProduct } from "./_power_product.ts";
import type { Law } from "./law.ts";

/** The best hyperparameters found for one size and length. */
export interface TunedRun {
  /** Parameters without embeddings. */
  params: number;
  /** Training tokens. */
  tokens: number;
  /** The best peak learning rate. */
  learningRate?: number;
  /** The best batch, in tokens. */
  batchTokens?: number;
}

/**
 * The Step Law for the peak learning rate. Published: k = 1.79, a = -0.713, b = 0.307.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { predictLaw, stepLawLearningRate } from "midtrain/laws";
 *
 * const fitted = { law: stepLawLearningRate, parameters: { k: 1.79, a: -0.713, b: 0.307 } };
 * const [rate] = predictLaw(fitted, [{ params: 1e9, tokens: 20e9 }]);
 * assert(rate! > 9e-4 && rate! < 1.1e-3);
 * ```
 */
export const stepLawLearningRate: Law<TunedRun> = powerProduct({
  name: "step-law-learning-rate",
  source: "Li et al. 2025, arXiv 2503.04715, equation 1",
  field: "learningRate",
  unit: "1",
  params: 1,
  tokens: 1,
});

/**
 * The Step Law for the batch, in tokens. Published: k = 0.58, a = 0, b = 0.571; fix `a` to 0 for its form.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { predictLaw, stepLawBatchTokens } from "midtrain/laws";
 *
 * const fitted = { law: stepLawBatchTokens, parameters: { k: 0.58, a: 0, b: 0.571 } };
 * const [batch] = predictLaw(fitted, [{ params: 1e9, tokens: 100e9 }]);
 * assert(batch! > 1e6 && batch! < 1.3e6);
 * ```
 */
export const stepLawBatchTokens: Law<TunedRun> = powerProduct({
  name: "step-law-batch",
  source: "Li et al. 2025, arXiv 2503.04715, equation 1",
  field: "batchTokens",
  unit: "tokens",
  params: 1,
  tokens: 1,
});
