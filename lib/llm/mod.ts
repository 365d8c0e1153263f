/**
 * The one door to language models.
 *
 * {@linkcode openModel} gives a {@linkcode LanguageModel}: an OpenAI-compatible endpoint where one is named, else the small model that is
 * embedded in the kit. Answers are kept in a cache, so that a rerun is free and exact, and may be held to a schema; a
 * {@linkcode Batch} asks by files instead. {@linkcode serve} offers the embedded model to other programs.
 * @module
 */
export type { Loglikelihood, LoglikelihoodOptions, ScoredPair } from "../base/mod.ts";
export * from "./batch.ts";
export * from "./cache.ts";
export * from "./chat.ts";
export * from "./embedded.ts";
export * from "./embedder.ts";
export * from "./errors.ts";
export * from "./model.ts";
export * from "./open_model.ts";
export * from "./server.ts";
export * from "./structured.ts";
export type { TokenScore } from "./_scorer.ts";
