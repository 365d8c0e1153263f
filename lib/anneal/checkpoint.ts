import type { SourceProgress } from "./batches.ts";
import type { LlamaConfig } from "./config.ts";
import type { OptimizerState } from "./learner.ts";
import { initialParameters, type Parameters } from "./parameters.ts";

/** A model at a moment of its training, in memory. */
export interface Checkpoint {
  /** The model's shape. */
  config: LlamaConfig;
  /** Its parameters; see {@linkcode parameterShapes}. */
  weights: Parameters;
  /** Steps trained so far. */
  step: number;
  /** Tokens seen so far. */
  tokens: number;
  /** The optimiser's memory; absent where only the model is known. */
  optimizer?: OptimizerState;
  /** How far each source has been read. */
  sources?: Record<string, SourceProgress>;
}

/**
 * A fresh model.
 *
 * @param config The model's shape.
 * @param seed Names the random stream of its parameters.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { initialCheckpoint, llamaConfig } from "midtrain/anneal";
 *
 * const config = llamaConfig("1M", { layers: 1, width: 16, feedForward: 32 });
 * assert.equal(initialCheckpoint(config, 1).step, 0);
 * ```
 */
export function initialCheckpoint(config: LlamaConfig, seed: number | string): Checkpoint {
  return { config, weights: initialParameters(config, seed), step: 0, tokens: 0 };
}
