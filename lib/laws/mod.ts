/**
 * The scaling and annealing laws of the field as data, and one engine that fits them honestly: every start reported,
 * intervals by profile likelihood and by resampling, and a sentence for each parameter that the data do not tell.
 *
 * - Laws of the loss curve under any schedule: {@linkcode onePowerLaw}, {@linkcode lldlLaw}, {@linkcode momentumLaw},
 *   {@linkcode melLaw}, {@linkcode noGammaLaw}, {@linkcode stepPowerLaw}, {@linkcode multiPowerLaw},
 *   {@linkcode functionalLaw}, {@linkcode relaxationLaw}, and across a change of data {@linkcode cptDynamicsLaw} and its kin.
 * - Laws of size, tokens, repetition and mixture: {@linkcode chinchillaLaw}, {@linkcode repetitionLaw},
 *   {@linkcode dCptLaw}, {@linkcode cmrDomainLaw}, {@linkcode cooldownGainLaw}, {@linkcode stepLawLearningRate};
 *   IsoFLOP minima by {@linkcode fitIsoflop} and {@linkcode fitEnvelope}.
 * - Laws over mixtures of named domains, fitted by {@linkcode fitMixingLaw}: {@linkcode exponentialMixingLaw},
 *   {@linkcode linearMixingLaw}, {@linkcode autoScaleLaw}, {@linkcode additiveMixingLaw}, with {@linkcode biMixLaw} for one
 *   domain; {@linkcode nestMixingLaw} carries them to a larger scale.
 * - {@linkcode fitLaw}, {@linkcode profileLikelihood}, {@linkcode bootstrapLaw}, {@linkcode compareLaws}, {@linkcode stackLaws}; on all cores
 *   {@linkcode fitLawParallel}, {@linkcode fitLaws} and {@linkcode bootstrapLawParallel}.
 * - {@linkcode planDecay} and {@linkcode planMixture} turn fits into decisions; {@linkcode optimizeSchedule} finds a law's best
 *   schedule.
 *
 * No dependency, nothing loaded at import.
 *
 * Begin with {@linkcode fitLaw}, {@linkcode compareLaws}, {@linkcode bootstrapLaw}, {@linkcode planDecay},
 * {@linkcode multiPowerLaw}.
 * @module
 */
export type { Interval, LossCurve, Series } from "../base/mod.ts";
export type { DecayShape } from "../schedule/mod.ts";

// A law, its fit and what it predicts.
export {
  type Contained,
  type FittedLaw,
  type Law,
  type Observations,
  type Parameter,
  predictLaw,
  type PrepareOptions,
  type Transform,
} from "./law.ts";
export { type Fit, fitLaw, type Start } from "./fit.ts";
export type { FitOptions } from "./search.ts";
export { predictCurve } from "./predict_curve.ts";
export { withoutWarmup } from "./curve.ts";

// How sure a fit is, and which law to believe.
export { type Coverage, type CoverageOptions, measureCoverage } from "./coverage.ts";
export { type Profile, profileLikelihood, type ProfileOptions } from "./profile.ts";
export { type Bootstrap, bootstrapLaw, type BootstrapOptions } from "./bootstrap.ts";
export { type Resample, resampleLaw } from "./resample.ts";
export { drawParameters } from "./draw.ts";
export {
  compareLaws,
  type Comparison,
  comparison,
  type CurveErrors,
  curveErrors,
  type Errors,
  predictionErrors,
} from "./compare.ts";
export { type HeldOutCurve, type Stack, stackLaws, type StackMember, type StackOptions } from "./stack.ts";
export { type LawPriors, learnPriors, type ParameterPrior } from "./priors.ts";
export { bootstrapLawParallel, fitLawParallel, fitLaws, type WorkerOptions } from "./parallel.ts";

// Decisions.
export { planDecay } from "./plan_decay.ts";
export type {
  DecayChoice,
  DecayCost,
  DecayOpinion,
  DecayPlan,
  DecayPlanOptions,
  PlannedDecay,
  RuleCost,
} from "./decay_plan.ts";
export {
  type MixtureChoice,
  type MixturePlan,
  type MixturePlanOptions,
  planMixture,
  type TokenPool,
} from "./plan_mixture.ts";
export { stablePhase } from "./stable_phase.ts";
export {
  type OptimizedSchedule,
  optimizeSchedule,
  type OptimizeScheduleOptions,
} from "./optimize_schedule.ts";

// Laws of the loss curve, from the fewest parameters to the most.
export { curveLaws } from "./curve_laws.ts";
export { onePowerLaw } from "./one_power.ts";
export { lldlLaw } from "./lldl.ts";
export { momentumLaw } from "./momentum.ts";
export { melLaw } from "./mel.ts";
export { multiPowerLaw, noGammaLaw, stepPowerLaw } from "./multi_power.ts";
export { functionalLaw } from "./functional.ts";
export { relaxationLaw } from "./relaxation.ts";
export { cptDynamicsLaw, cptReplayLaw, cptSizeLaw, type TransferCurve } from "./cpt_dynamics.ts";

// Laws of size, tokens, repetition and one share.
export { chinchillaLaw, computeOptimal, type ComputeOptimum, type TrainedRun } from "./chinchilla.ts";
export { effectiveTokens, type RepeatedRun, repetitionLaw } from "./repetition.ts";
export { crossingShare, dCptLaw, type MixtureRun } from "./d_cpt.ts";
export { cmrDomainLaw, cmrGeneralLaw, criticalMixtureRatio, type LossChange } from "./cmr.ts";
export { biMixLaw, type DomainRun } from "./bimix.ts";
export { type AmountLoss, powerFloorLaw } from "./power_floor.ts";
export { type Cooldown, cooldownGainLaw } from "./cooldown_gain.ts";
export { stepLawBatchTokens, stepLawLearningRate, type TunedRun } from "./step_law.ts";

// Laws over mixtures of named domains.
export type { MixedRun, MixingLaw } from "./_mixtures.ts";
export { fitMixingLaw } from "./mixing_law.ts";
export { exponentialMixingLaw } from "./exponential_mixing.ts";
export { linearMixingLaw } from "./linear_mixing.ts";
export { autoScaleLaw, type MixedTokens } from "./autoscale.ts";
export { additiveMixingLaw, type SizedMixedRun } from "./additive_mixing.ts";
export { type NestedLoss, type NestedMixing, nestMixingLaw, type NestMixingOptions } from "./nest_mixing.ts";

// What needs no law: IsoFLOP minima, envelopes, bounds, merges.
export {
  fitIsoflop,
  fitPowerLaw,
  type IsoflopFit,
  type IsoflopMinimum,
  type IsoflopOptions,
  type IsoflopPoint,
  type PowerFit,
  type PowerFitOptions,
} from "./isoflop.ts";
export { type EnvelopeOptions, type EnvelopePoint, fitEnvelope, type RunCurve } from "./envelope.ts";
export { type ConvexBound, convexBound } from "./convex_bound.ts";
export { effectiveDecay, mergeWeights } from "./wsm.ts";
