/**
 * Train small decoders, Llamas and others: a stable phase, decays from one checkpoint, and what each did to the loss. The one
 * door to tensors.
 *
 * To read how the model works, begin with `reference.ts`: the whole of it as a reader would write it, in plain operators.
 * `model.ts` is the same on TensorFlow's kernels with gradients by hand, and tests hold the two together.
 *
 * A model is a {@linkcode LlamaConfig}, a Llama unless its optional parts say otherwise ({@linkcode DecoderParts}); text becomes a {@linkcode TokenSource} by {@linkcode packDocuments};
 * {@linkcode train} takes both with a schedule and gives a {@linkcode Run}, whose {@linkcode Checkpoint} the next run
 * starts from; {@linkcode evaluateLoss} measures it window by window, and {@linkcode scorerOf} lets benchmarks ask it.
 *
 * What does not fit in memory: {@linkcode writeShards}. Which data to anneal on: {@linkcode compareSources}; many such
 * probes: `sweep` of `midtrain/run`. Instead of a decay: {@linkcode mergeCheckpoints}. To longer texts:
 * {@linkcode extendContext}, {@linkcode extendInStages}, {@linkcode needleTest}.
 *
 * Begin with {@linkcode llamaConfig}, {@linkcode packDocuments}, {@linkcode train}, {@linkcode mergeCheckpoints},
 * {@linkcode scorerOf}.
 * @module
 */
// The model and its text.
export { checkConfig, countParameters, flopsPerToken, llamaConfig } from "./config.ts";
export type { LlamaConfig, Preset } from "./config.ts";
export type {
  Activation,
  BiasParts,
  DecoderParts,
  HuggingFaceType,
  LongerFrequencies,
  NormParts,
  RotaryFrequencies,
  SlidingWindow,
} from "./parts.ts";
export {
  byteTokenizer,
  type EncodeOptions,
  loadTokenizer,
  type LoadTokenizerOptions,
  type Tokenizer,
} from "./tokenizer.ts";
export { packDocuments } from "./tokens.ts";
export type { PackedSource, PackOptions, TokenSource } from "./tokens.ts";
export type { TokenFlags, TokenSequence } from "./token_sequence.ts";
export type { LossOn, Span } from "./_loss_spans.ts";
export {
  chatDocuments,
  type ChatDocumentsOptions,
  type ChatTemplate,
  type ChatTurn,
} from "./chat_documents.ts";
export { fillInMiddle, type FillInMiddleOptions } from "./fill_in_middle.ts";
// What a teacher says of it.
export { recordTeacher, type RecordTeacherOptions } from "./teacher.ts";
export type { Teacher } from "./_teacher.ts";
// Training.
export { train } from "./train.ts";
export type { Evaluation, Run, StepRecord, Stopped, TrainOptions } from "./run.ts";
export type { SourceProgress, SourceUsage, SourceWeights } from "./batches.ts";
export type { OptimizerOptions, UndecayedGroup } from "./optimizer.ts";
export type { MuonOptions, MuonScale } from "./_muon.ts";
export type { RecentSteps, SkipOutliersOptions } from "./_outliers.ts";
export { continueRun } from "./continue_run.ts";
export { lossCurve, type LossCurveOptions } from "./curve.ts";
export { readLog } from "./run_folder.ts";
// What came of it.
export {
  averagedCheckpoint,
  type Checkpoint,
  initialCheckpoint,
  loadCheckpoint,
  saveCheckpoint,
} from "./checkpoint.ts";
export { evaluateLoss, type EvaluateLossOptions, logitsOf, type WindowLosses } from "./loss.ts";
export { type CheckpointScorer, scorerOf, type ScorerOptions } from "./scorer.ts";
export { type Parameters, parameterShapes } from "./parameters.ts";
export { ggufTokenizer, loadGguf } from "./gguf.ts";
export { saveGguf, type SaveGgufOptions } from "./save_gguf.ts";
export type { GgufPrecision } from "./_quantize.ts";
// Which data to anneal on.
export { compareSources, detectableGain, microanneal } from "./microanneal.ts";
export type {
  CompareSourcesOptions,
  DetectableGainOptions,
  Microanneal,
  MicroannealOptions,
} from "./microanneal.ts";
export type { PairedNoise } from "./_crossed.ts";
export { type Swarm, type SwarmDomain, type SwarmMember, type SwarmOptions, trainSwarm } from "./swarm.ts";
// Deciding the decay late, merging, and longer contexts.
export { branchDecay, type BranchDecayOptions, type DecayBranch, type WindowMerge } from "./branch_decay.ts";
export { emaWeights, mergeCheckpoints, type MergeMethod, type MergeOptions, mergeSaved } from "./merge.ts";
export { type ContextMethod, extendContext, type ExtendContextOptions } from "./extend_context.ts";
export { extendInStages } from "./extend_in_stages.ts";
export type {
  ContextMeasure,
  ExtendedInStages,
  ExtendedStage,
  ExtendInStagesOptions,
  ExtensionStage,
} from "./extend_in_stages.ts";
export { type NeedleOptions, type NeedleResult, needleTest } from "./needle.ts";
// Tokens on disk.
export { openShards, readShards, verifyShards, writeShards } from "./shards.ts";
export type { OpenShardsOptions, Shard, ShardIndex, TokenCounts, WriteShardsOptions } from "./shards.ts";
// How it is computed.
export { type Backend, backend, type BackendName, type BackendOptions } from "./backend.ts";
export { type EngineTimes, fastestEngine, type FastestEngineOptions } from "./fastest_engine.ts";
export type { KernelEngine } from "./compile.ts";
export type { Engine, OptimizerState } from "./learner.ts";
export type { Precision } from "./kernels.ts";
export { peakFlops } from "./peak_flops.ts";
// Other rooms' types in these signatures.
export type { Interval, Json, LossCurve, OnProgress, ProgressEvent, Series } from "../base/mod.ts";
export type { Document, Documents, Lineage } from "../data/mod.ts";
export type { Completion, LanguageModel, Sampling } from "../llm/mod.ts";
export type { Mixture, ProxyRun } from "../mix/mod.ts";
export type { DecayShape } from "../schedule/mod.ts";
