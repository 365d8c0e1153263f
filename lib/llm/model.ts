import type { Loglikelihood, LoglikelihoodOptions, OnProgress, ScoredPair } from "../base/mod.ts";
import type { Batch, BatchOptions } from "./batch.ts";
import type { ChatModel, Completion, CompletionRequest } from "./chat.ts";

/** The one door to language models: an endpoint, or the model that is embedded in the kit. */
export interface LanguageModel extends ChatModel, AsyncDisposable {
  /** `embedded`: a 135M model for small demonstrations; say so wherever its text is shown. */
  readonly kind: "endpoint" | "embedded";
  /** Names the model and what runs it: the embedded one's weights and engine, an endpoint's address and model. Kept answers go by it. */
  readonly identity: string;
  /** The address of the server, ending in its version. */
  readonly baseURL: string;
  /** Requests that were sent so far. */
  readonly requests: number;
  /** Answers that the cache gave so far. */
  readonly cacheHits: number;
  /** Requests in files, answered by the endpoint's batch service or an offline engine. @throws {TypeError} If the model has no cache. */
  batch(options: BatchOptions): Promise<Batch>;
  /** Continue a text. */
  complete(request: CompletionRequest): Promise<Completion>;
  /** One unit vector a text. */
  embed(texts: readonly string[], options?: { signal?: AbortSignal }): Promise<Float32Array[]>;
  /** How probable each continuation is after its context, in nats; in the order of `pairs`. */
  loglikelihood(pairs: readonly ScoredPair[], options?: LoglikelihoodOptions): Promise<Loglikelihood[]>;
  /** The tokens of a text, or of ids, each with the likeliest in its place: what a student may learn from. Not kept in the cache. @throws {RequestError} If the server does not echo prompts with log-probabilities. */
  nextTokens(prompt: string | readonly number[], options: NextTokensOptions): Promise<RatedToken[]>;
  /** Let go of the server and the cache. */
  close(): Promise<void>;
}

/** Options of {@linkcode LanguageModel.nextTokens}. */
export interface NextTokensOptions {
  /** How many of the likeliest; servers give 5 to 20. */
  top: number;
  /** Gives the request up. */
  signal?: AbortSignal | undefined;
}

/** A token of a text that a model read. */
export interface RatedToken {
  /** Its id where the server names ids, else its text. */
  token: number | string;
  /** The likeliest in its place after what stands before it, named alike, with natural log-probabilities, the likeliest first; none of the first token. */
  top: [token: number | string, logprob: number][];
}

/** Options of `openModel`. */
export interface OpenModelOptions {
  /** Which model. @default `endpoint` where `OPENAI_BASE_URL`, or `OPENAI_API_KEY` and `OPENAI_MODEL`, are set, else `embedded` */
  kind?: "endpoint" | "embedded" | undefined;
  /** The endpoint's address, with its version. @default `OPENAI_BASE_URL`, else OpenAI's own */
  baseURL?: string | undefined;
  /** The endpoint's key. @default `OPENAI_API_KEY` */
  apiKey?: string | undefined;
  /** The model. @default `OPENAI_MODEL`, else the first that the endpoint lists */
  model?: string | undefined;
  /** The endpoint's embedding model. @default `OPENAI_EMBEDDING_MODEL`, else `model` */
  embeddingModel?: string | undefined;
  /** Where answers are kept, a SQLite file; `false` keeps none. @default `llm/answers.sqlite` in the cache folder */
  cache?: string | false | undefined;
  /** Whether the endpoint is asked for its models first; `false` needs `model`. A tag of `:latest` may be missing or be too much. @default {true} */
  checkModel?: boolean | undefined;
  /**
   * How often a request that failed for a passing reason is sent again, after the time that the server asks for if that is at most a
   * minute. A synthesis repeats requests by its own rule, and this one does not come on top of it. @default {2}
   */
  maxRetries?: number | undefined;
  /** How long each attempt at a request may take, to the last byte of its answer, in seconds. @default {600} */
  timeoutSeconds?: number | undefined;
  /** With `embedded`: a GGUF file of one's own; chats take the form of its own template. @default the packaged SmolLM2-135M-Instruct */
  modelPath?: string | undefined;
  /** The embedded model's context, in tokens. @default {2048} */
  context?: number | undefined;
  /** The embedded model's processor threads. @default {1} */
  threads?: number | undefined;
  /** How many requests the embedded model decodes together. @default as many as hold 16,384 tokens, from 1 to 8 */
  sequences?: number | undefined;
  /** Called with downloads. */
  onProgress?: OnProgress | undefined;
  /** Called with a line when the cache was damaged and set aside, and once for each parameter that the endpoint refuses. @default writes it to standard error */
  onNotice?: ((line: string) => void) | undefined;
}
