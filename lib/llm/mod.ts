/**
 * The one door to language models.
 *
 * {@linkcode openModel} gives a {@linkcode LanguageModel}: an OpenAI-compatible endpoint where one is named, else the small model that is
 * embedded in the kit. Answers are kept in a cache, so that a rerun is free and exact, and may be held to a schema; a
 * {@linkcode Batch} asks by files instead. {@linkcode serve} offers the embedded model to other programs.
 *
 * Begin with {@linkcode openModel}, {@linkcode serve}.
 * @module
 */
export type { Loglikelihood, LoglikelihoodOptions, OnProgress, ScoredPair } from "../base/mod.ts";
export type { Json } from "../data/mod.ts";
export { openModel } from "./open_model.ts";
export type { LanguageModel, NextTokensOptions, OpenModelOptions, RatedToken } from "./model.ts";
export type { ChatModel, ChatRequest, Completion, CompletionRequest, Message, Sampling } from "./chat.ts";
export type { ToolCall, ToolSchema } from "./chat.ts";
export { hermesMessages, type HermesOptions } from "./hermes.ts";
export { openAiMessage, openAiTool, readOpenAiMessage } from "./openai_form.ts";
export { ContextLengthError, RequestError, SchemaError } from "./errors.ts";
// Answers that fit a schema.
export { type AnswerSchema, answerSchema, type Parsed, type ZodSchema } from "./structured.ts";
// Answers later, and answers kept.
export { type Batch, type BatchOptions, type BatchState, PendingError, type WaitOptions } from "./batch.ts";
export { type AnswerCache, type CacheOptions, openCache } from "./cache.ts";
// The embedded models: as a server, and in this process.
export { serve, type ServeOptions, type Server } from "./server.ts";
export { type EmbeddedOptions, openEmbedded } from "./open_embedded.ts";
export type { EmbeddedModel, Generated, GenerateOptions } from "./embedded.ts";
export { type Embedder, openEmbedder } from "./embedder.ts";
export type { TokenScore } from "./_token_score.ts";
