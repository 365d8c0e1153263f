import type { Json } from "../data/mod.ts";
import type { Turn } from "./recipe.ts";

/** One request to a model. */
export interface ChatRequest {
  /** The conversation. */
  messages: Turn[];
  /** The most tokens of the answer. */
  maxTokens: number;
  /** Sampling temperature. */
  temperature: number;
  /** Sample from the smallest set of tokens with this much probability. @default {1} */
  topP?: number;
  /** The JSON schema of an object that the answer must be. */
  schema?: { [key: string]: Json };
  /** Names the sampling stream, where the endpoint has one. */
  seed: number;
  /** Ends the request. */
  signal?: AbortSignal;
}

/** A model's answer. */
export interface Completion {
  /** What it wrote. */
  text: string;
  /** Why it ended: by itself, at `maxTokens`, or withheld. */
  finishReason: "stop" | "length" | "filter";
  /** What the endpoint says when it declines. */
  refusal?: string;
  /** Tokens read and written. */
  usage: {
    /** Tokens read. */
    promptTokens: number;
    /** Tokens written. */
    completionTokens: number;
  };
  /** Whether the answer comes from the request cache. */
  cached: boolean;
  /** With a schema: the value, or why there is none; where it is absent the engine reads the text. */
  parsed?: { ok: true; value: unknown } | { ok: false; cause: "truncated" | "malformed" | "schema" };
}

/**
 * What synthesis needs of a model; `LanguageModel` of `midtrain/llm` is one.
 *
 * The engine counts failures, slows down and retries, so open the model with `maxRetries: 0`. A failure is a
 * `RequestError` of `midtrain/llm`; any other error ends the run.
 */
export interface ChatModel {
  /** The model's name as the endpoint gives it. */
  readonly name: string;
  /** Ask once. */
  chat(request: ChatRequest): Promise<Completion>;
}
