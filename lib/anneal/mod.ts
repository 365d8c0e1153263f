/**
 * Train small Llama decoders: a stable phase, decays from one checkpoint, and what each did to the loss. The one door to
 * tensors.
 *
 * A model is a {@linkcode LlamaConfig}; text becomes a {@linkcode TokenSource} by {@linkcode packDocuments};
 * {@linkcode train} takes both with a schedule and gives a {@linkcode Run}, whose {@linkcode Checkpoint} the next run
 * starts from; {@linkcode evaluateLoss} measures it window by window.
 *
 * What does not fit in memory: {@linkcode writeShards}. Which data to anneal on: {@linkcode compareSources}; many such
 * probes: {@linkcode sweep}. Instead of a decay: {@linkcode mergeCheckpoints}. To longer texts: {@linkcode extendContext},
 * {@linkcode needleTest}.
 * @module
 */
export type { Interval, Json, LossCurve, OnProgress, ProgressEvent, Series } from "../base/mod.ts";
export type { Document, Lineage } from "../data/mod.ts";
export type { Mixture, ProxyRun } from "../mix/mod.ts";
export * from "./backend.ts";
export { type Batch, BatchSampler } from "./batches.ts";
export type { BatchSamplerOptions, SourceProgress, SourceUsage, SourceWeights } from "./batches.ts";
export * from "./checkpoint.ts";
export * from "./config.ts";
export * from "./continue_run.ts";
export * from "./curve.ts";
export * from "./extend_context.ts";
export type { KernelEngine } from "./compile.ts";
export * from "./fastest_engine.ts";
export type { Precision } from "./kernels.ts";
export type { Engine, OptimizerState } from "./learner.ts";
export { evaluateLoss, type EvaluateLossOptions, logitsOf, type WindowLosses } from "./loss.ts";
export * from "./merge.ts";
export * from "./microanneal.ts";
export * from "./needle.ts";
export type { OptimizerOptions } from "./optimizer.ts";
export { peakFlops } from "./peak_flops.ts";
export { initialParameters, type Parameters, parameterShapes } from "./parameters.ts";
export { readLog } from "./run_folder.ts";
export * from "./gguf.ts";
export * from "./shards.ts";
export { byteTokenizer, loadTokenizer, type LoadTokenizerOptions, type Tokenizer } from "./tokenizer.ts";
export {
  packDocuments,
  type PackedSource,
  type PackOptions,
  type TokenSequence,
  type TokenSource,
} from "./tokens.ts";
export * from "./swarm.ts";
export * from "./sweep.ts";
export * from "./train.ts";
