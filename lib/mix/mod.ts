/**
 * How much of what: pools of tokens, mixtures over them, what a budget repeats, published mixtures to stand on, designs
 * of proxy runs, and the choice of a ratio with its noise.
 *
 * Start with {@linkcode countPool} or {@linkcode scanPools}, look at {@linkcode poolTable}, then {@linkcode allocate} a
 * budget. From proxy runs {@linkcode proposeFromRuns} finds the best mixture with an interval for every share, and
 * {@linkcode rankStability} tells whether runs so small can. Shares are of tokens, never of documents.
 * @module
 */
export type { Interval } from "../base/mod.ts";
export type { Rows } from "./_rows.ts";
export type { Document, Json, Lineage } from "../data/mod.ts";
export * from "./allocate.ts";
export * from "./boosted_trees.ts";
export * from "./caps.ts";
export * from "./choose.ts";
export * from "./compare_proportions.ts";
export * from "./dirichlet.ts";
export * from "./doremi.ts";
export * from "./distributions.ts";
export * from "./exponential_law.ts";
export * from "./gaussian_process.ts";
export * from "./lightgbm.ts";
export * from "./mixture.ts";
export * from "./numpy_dirichlet.ts";
export * from "./olmo2_microanneals.ts";
export * from "./overlap.ts";
export * from "./pools.ts";
export * from "./power.ts";
export {
  type MixtureTarget,
  type PredictedMixture,
  type Proposal,
  proposeMixture,
  type ProposeMixtureOptions,
} from "./propose.ts";
export * from "./propose_from_runs.ts";
export * from "./proxy_runs.ts";
export * from "./rank_transfer.ts";
export * from "./rank_agreement.ts";
export * from "./rank_stability.ts";
export * from "./recipes.ts";
export * from "./regmix.ts";
export * from "./regressor.ts";
export * from "./repetition.ts";
export * from "./scale_recipe.ts";
export * from "./scan_pools.ts";
export * from "./simulate.ts";
