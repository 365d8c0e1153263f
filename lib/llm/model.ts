import type { OnProgress } from "../base/mod.ts";
import type { Json } from "../data/mod.ts";
import type { Batch, BatchOptions } from "./batch.ts";
import type { Loglikelihood, ScoredPair } from "./loglikelihood.ts";
import type { Parsed, ZodSchema } from "./structured.ts";

/** One turn of a conversation. */
export interface Message {
  /** Who speaks. */
  role: "system" | "user" | "assistant";
  /** What is said. */
  content: string;
  /** Images beside it, by their address (`https:` or `data:`); for endpoints with models that see. @default {none} */
  images?: readonly string[];
}

/** How an answer is sampled. */
export interface Sampling {
  /** At most this many tokens are written. @default {256} */
  maxTokens?: number;
  /** 0 takes the most probable token each time. @default {0} */
  temperature?: number;
  /** Sample from the smallest set of tokens with this much probability. @default {1} */
  topP?: number;
  /** Names the random stream: ask for several answers with several seeds. @default {1} */
  seed?: number;
  /** Texts that end the answer. @default {[]} */
  stop?: string[];
  /** Gives the request up. */
  signal?: AbortSignal;
}

/** A conversation to answer. */
export interface ChatRequest<T = unknown> extends Sampling {
  /** The conversation so far. */
  messages: readonly Message[];
  /** What the answer must be: a zod schema or a JSON schema of an object. Give integers both bounds: small models like large numbers. */
  schema?: ZodSchema<T> | { [key: string]: Json };
}

/** A text to continue, without a chat template. */
export interface CompletionRequest extends Sampling {
  /** The text. */
  prompt: string;
}

/** An answer. */
export interface Completion<T = unknown> {
  /** The text as the model wrote it. */
  text: string;
  /** `stop`: it ended by itself or at a stop text. `length`: it was cut at `maxTokens` or the context's end. `filter`: withheld. */
  finishReason: "stop" | "length" | "filter";
  /** What the endpoint says when it declines to answer. */
  refusal?: string;
  /** Tokens read and written; zero where the endpoint does not say. */
  usage: { promptTokens: number; completionTokens: number };
  /** Whether it came out of the cache, at no cost. */
  cached: boolean;
  /** With a schema: the value, or why there is none. */
  parsed?: Parsed<T>;
}

/** The one door to language models: an endpoint, or the model that is embedded in the kit. */
export interface LanguageModel extends AsyncDisposable {
  /** The model's name as its server gives it. */
  readonly name: string;
  /** `embedded`: a 135M model for small demonstrations; say so wherever its text is shown. */
  readonly kind: "endpoint" | "embedded";
  /** The address of the server, ending in its version. */
  readonly baseURL: string;
  /** Requests that were sent so far. */
  readonly requests: number;
  /** Answers that the cache gave so far. */
  readonly cacheHits: number;
  /** Answer a conversation. */
  chat<T = unknown>(request: ChatRequest<T>): Promise<Completion<T>>;
  /** Requests in files, answered by the endpoint's batch service or an offline engine. @throws {TypeError} If the model has no cache. */
  batch(options: BatchOptions): Promise<Batch>;
  /** Continue a text. */
  complete(request: CompletionRequest): Promise<Completion>;
  /** One unit vector a text. */
  embed(texts: readonly string[], options?: { signal?: AbortSignal }): Promise<Float32Array[]>;
  /** How probable each continuation is after its context, in nats; in the order of `pairs`. */
  loglikelihood(pairs: readonly ScoredPair[], options?: LoglikelihoodOptions): Promise<Loglikelihood[]>;
  /** Let go of the server and the cache. */
  close(): Promise<void>;
}

/** Options of {@linkcode LanguageModel.loglikelihood}. */
export interface LoglikelihoodOptions {
  /** Gives the rest up. */
  signal?: AbortSignal;
  /** Called with pairs that are rated. */
  onProgress?: OnProgress;
}

/** Options of {@linkcode openModel}. */
export interface OpenModelOptions {
  /** Which model. @default `endpoint` where `OPENAI_BASE_URL`, or `OPENAI_API_KEY` and `OPENAI_MODEL`, are set, else `embedded` */
  kind?: "endpoint" | "embedded";
  /** The endpoint's address, with its version. @default `OPENAI_BASE_URL`, else OpenAI's own */
  baseURL?: string;
  /** The endpoint's key. @default `OPENAI_API_KEY` */
  apiKey?: string;
  /** The model. @default `OPENAI_MODEL`, else the first that the endpoint lists */
  model?: string;
  /** The endpoint's embedding model. @default `OPENAI_EMBEDDING_MODEL`, else `model` */
  embeddingModel?: string;
  /** Where answers are kept, a SQLite file; `false` keeps none. @default `llm/answers.sqlite` in the cache folder */
  cache?: string | false;
  /** How often a request that failed for a passing reason is sent again. @default {2} */
  maxRetries?: number;
  /** How long one request may take, in seconds. @default {600} */
  timeoutSeconds?: number;
  /** The embedded model's context, in tokens. @default {2048} */
  contextSize?: number;
  /** The embedded model's processor threads. @default {1} */
  threads?: number;
  /** Called with downloads. */
  onProgress?: OnProgress;
  /** Called with a line when the cache was damaged and set aside. @default writes it to standard error */
  onNotice?: (line: string) => void;
}

/**
 * Open a language model: any OpenAI-compatible endpoint, else the small model that is embedded in the kit, which then runs in a
 * process of its own for as long as anybody here has it open.
 *
 * An endpoint is asked for its models first, so that a wrong address, key or name is an error before anything is spent. A key alone
 * is not taken as leave to spend: name the endpoint or the model too.
 *
 * @throws {RequestError} If the endpoint cannot be reached, refuses the key, or does not have the model.
 * @example
 * ```ts ignore
 * import assert from "node:assert/strict";
 * import { openModel } from "midtrain/llm";
 *
 * await using model = await openModel();
 * const { text } = await model.chat({ messages: [{ role: "user", content: "What is the capital of France?" }] });
 * assert(model.kind === "endpoint" || text.includes("Paris"));
 * ```
 */
export async function openModel(options: OpenModelOptions = {}): Promise<LanguageModel> {
  const env = (name: string) => Deno.env.get(name) || undefined;
  const baseURL = options.baseURL ?? env("OPENAI_BASE_URL");
  const apiKey = options.apiKey ?? env("OPENAI_API_KEY");
  const model = options.model ?? env("OPENAI_MODEL");
  const kind = options.kind ?? (baseURL || (apiKey && model) ? "endpoint" : "embedded");
  const { openEndpoint, openEmbeddedServer } = await import("./_client.ts");
  if (kind === "embedded") return await openEmbeddedServer(options);
  const embeddingModel = options.embeddingModel ?? env("OPENAI_EMBEDDING_MODEL");
  return await openEndpoint({
    ...options,
    baseURL: baseURL ?? "https://api.openai.com/v1",
    ...(apiKey ? { apiKey } : {}),
    ...(model ? { model } : {}),
    ...(embeddingModel ? { embeddingModel } : {}),
  });
}
