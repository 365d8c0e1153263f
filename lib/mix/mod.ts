/**
 * How much of what: pools of tokens, mixtures over them, what a budget repeats, published mixtures to stand on, designs
 * of proxy runs, and the choice of a ratio with its noise.
 *
 * Start with {@linkcode countPool} or {@linkcode scanPools}, look at {@linkcode poolTable}, then {@linkcode allocate} a
 * budget. From proxy runs {@linkcode proposeFromRuns} finds the best mixture with an interval for every share, and
 * {@linkcode rankStability} tells whether runs so small can. Shares are of tokens, never of documents.
 *
 * Begin with {@linkcode scanPools}, {@linkcode allocate}, {@linkcode readProxyRuns}, {@linkcode proposeFromRuns},
 * {@linkcode rankStability}.
 * @module
 */
export type { Interval } from "../base/mod.ts";
export type { Document, Documents, Json, Lineage } from "../data/mod.ts";

// Pools: what there is.
export {
  countPool,
  type CountPoolOptions,
  type DataFrame,
  type Form,
  type Pool,
  pool,
  poolTable,
} from "./pools.ts";
export { scanPools, type ScanPoolsOptions } from "./scan_pools.ts";
export { type Distribution, distributions, type DistributionsOptions } from "./distributions.ts";
export { type Overlap, overlap, type OverlapOptions } from "./overlap.ts";

// Mixtures: what is drawn of it.
export {
  blend,
  type BlendOptions,
  compareMixtures,
  type Mixture,
  mixture,
  type MixtureComparison,
  type MixtureDifference,
  naturalMixture,
  type NaturalMixtureOptions,
  uniformMixture,
} from "./mixture.ts";
export { allocate, type AllocateOptions, type Allocation, type AllocationRow } from "./allocate.ts";
export { repetitionCaps, type RepetitionCapsOptions } from "./caps.ts";
export { type PublishedMixture, type SourceKind, sourceKinds } from "./published.ts";
export {
  publishedMixture,
  publishedMixtures,
  type ReplayAblation,
  replayAblation,
} from "./published_mixtures.ts";
export { type ScaledMixture, scaleMixture, type ScaleMixtureOptions } from "./scale_mixture.ts";

// Proxy runs, and the mixtures that they propose.
export { dirichletDesign, type DirichletDesignOptions } from "./dirichlet.ts";
export { measuredOn, type ProxyRun, type ProxyRuns, proxyRuns, type ProxyRunsOptions } from "./proxy_runs.ts";
export { type ReadProxyRuns, readProxyRuns, type ReadProxyRunsOptions } from "./read_proxy_runs.ts";
export {
  type ProposedShare,
  proposeFromRuns,
  type ProposeFromRunsOptions,
  type RunsProposal,
} from "./propose_from_runs.ts";
export {
  type PredictedMixture,
  type Proposal,
  proposeMixture,
  type ProposeMixtureOptions,
} from "./propose.ts";
export type { FittedTarget, MixtureTarget } from "./target.ts";
export { crossValidate, type CrossValidateOptions, type CrossValidation } from "./cross_validate.ts";
export { type Doremi, doremi, type DoremiOptions } from "./doremi.ts";

// Regressors, all of one form, and RegMix's simulated optimum.
export type { Rows } from "./_rows.ts";
export type { MixtureModel, MixtureRegressor } from "./regressor.ts";
export { boostedTrees, type BoostedTreesOptions } from "./boosted_trees.ts";
export { exponentialLaw, linearLaw } from "./exponential_law.ts";
export { gaussianProcess } from "./gaussian_process.ts";
export {
  Booster,
  type BoosterOptions,
  LightGbm,
  type LightGbmParameter,
  openLightGbm,
  type Validation,
} from "./lightgbm.ts";
export {
  type SimulatedOptimum,
  simulateOptimum,
  type SimulateOptimumOptions,
  type Simulation,
} from "./simulate.ts";
export { numpyDirichlet, type NumpyDirichletOptions } from "./numpy_dirichlet.ts";
export { rankTransfer, type RankTransferOptions, type RankTransferRow } from "./rank_transfer.ts";

// What is noise: stability over scales, the choice of a ratio, power.
export {
  type RankStability,
  rankStability,
  type RankStabilityOptions,
  type ScaleResults,
  type StabilityRow,
} from "./rank_stability.ts";
export {
  type MixtureResult,
  type RankAgreement,
  rankAgreement,
  type RankAgreementOptions,
} from "./rank_agreement.ts";
export { type SelectionRegret, selectionRegret } from "./selection_regret.ts";
export {
  chooseRatio,
  type ChooseRatioOptions,
  type RatioChoice,
  type RatioComparison,
  type Trial,
} from "./choose.ts";
export {
  compareProportions,
  type CompareProportionsOptions,
  type Proportion,
  type ProportionComparison,
  type ProportionVerdict,
} from "./compare_proportions.ts";
export {
  comparisonPower,
  detectableDifference,
  type Experiment,
  itemsNeeded,
  type PowerAnalysisOptions,
} from "./power.ts";
