import type { SourceKind } from "../mix/mod.ts";
import type { OptimizerFacts, StageKind } from "./recipe.ts";

/** Text at hand for a scaled recipe. */
export interface ScalePool {
  /** Its name. */
  name: string;
  /** What kind of text it is. */
  kind: SourceKind;
  /** Tokens, duplicates not counted. */
  uniqueTokens: number;
}

/** A number of a recipe at both sizes. */
export interface ScaledNumber {
  /** The stage. */
  stage: string;
  /** What it is. */
  what: string;
  /** As published. */
  published: string;
  /** As it is run. */
  scaled: string;
  /** Why it is not what was published. */
  why?: string;
}

/** One stage at the small size. */
export interface ScaledStage {
  /** Its name. */
  name: string;
  /** What it is for. */
  kind: StageKind;
  /** Tokens of one run. */
  tokens: number;
  /** Optimiser steps. */
  steps: number;
  /** Sequences a step. */
  batch: number;
  /** Tokens of a sequence. */
  context: number;
  /** The learning rate of each step. */
  rates: number[];
  /** The optimizer as far as the recipe tells it. */
  optimizer: Pick<OptimizerFacts, "betas" | "epsilon" | "weightDecay" | "clip" | "zLoss">;
  /** Whether the optimizer's state of the stage before goes on. */
  keepsOptimizer: boolean;
  /** How the rotary embeddings come to a longer context; absent where it is no longer. */
  extend?: { method: "adjusted-base" | "position-interpolation" | "yarn" | "ntk-aware"; base?: number };
  /** Shares by pool. */
  mixture: Record<string, number>;
  /** How often each pool is gone through. */
  epochs: Record<string, number>;
  /** Runs of it, each with a seed of its own, whose mean goes on. */
  runs: number;
  /** Checkpoints of its last fifth whose mean goes on. */
  checkpoints: number;
}

/** A recipe at a size that runs here. */
export interface ScaledRecipe {
  /** The recipe. */
  recipe: string;
  /** Parameters of the small model. */
  parameters: number;
  /** Its stages, the first of them that of pre-training. */
  stages: ScaledStage[];
  /** Tokens of all stages and all their runs, with one seed. */
  tokens: number;
  /** What is as published: ratios, shares, forms. */
  kept: ScaledNumber[];
  /** What is not, and why. */
  bent: ScaledNumber[];
}
