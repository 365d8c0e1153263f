// deno-lint-ignore-file camelcase -- the API's names
import type OpenAI from "openai";
import type { Json } from "../data/mod.ts";
import { ensure } from "../native/mod.ts";
import { cacheDir, type Loglikelihood, type LoglikelihoodOptions, type ScoredPair } from "../base/mod.ts";
import {
  type Body,
  chatBody,
  chatQuestion,
  type LimitName,
  questionOf,
  read,
  readChat,
  sampling,
  schemaOf,
} from "./_wire.ts";
import type { Batch, BatchOptions } from "./batch.ts";
import { type AnswerCache, openCache } from "./cache.ts";
import { RequestError } from "./errors.ts";
import { EchoScorer } from "./_echo.ts";
import { explain } from "./_explain.ts";
import type { ChatRequest, Completion, CompletionRequest } from "./chat.ts";
import type { LanguageModel, OpenModelOptions } from "./model.ts";
import { acquireServer } from "./_process.ts";

/** Texts or pairs in one request. */
const BATCH = 64;

/** What a {@linkcode Client} is made of. */
interface Parts {
  kind: LanguageModel["kind"];
  name: string;
  embeddingModel: string;
  baseURL: string;
  /** Names model and server in the cache. */
  identity: string;
  openai: OpenAI;
  cache: AnswerCache | undefined;
  /** Why the server is gone, where that is known. */
  ended?: () => string | undefined;
  beforeEmbedding?: () => Promise<unknown>;
  release?: () => Promise<void>;
  hasKey: boolean;
}

/** Open an endpoint: ask it for its models, and check the one that is wanted. */
export async function openEndpoint(options: OpenModelOptions & { baseURL: string }): Promise<LanguageModel> {
  const { baseURL, apiKey } = options;
  if (!URL.canParse(baseURL)) {
    throw new TypeError(`Cannot use an endpoint as its address must be a URL: current value is ${baseURL}`);
  }
  const openai = await connect(baseURL, apiKey, options);
  let listed: string[] | undefined;
  try {
    listed = (await openai.models.list()).data?.map(({ id }) => id);
  } catch (error) {
    const failed = await explain(error, { baseURL, hasKey: apiKey !== undefined });
    // Some endpoints answer chats and list nothing.
    if (failed.status !== 404 || options.model === undefined) throw failed;
  }
  const name = options.model ?? listed?.[0];
  if (name === undefined) {
    throw new RequestError(`Cannot choose a model as ${baseURL} lists none: set OPENAI_MODEL`);
  }
  if (listed && listed.length > 0 && !listed.includes(name)) {
    const shown = listed.slice(0, 10).join(", ") +
      (listed.length > 10 ? ` and ${listed.length - 10} more` : "");
    throw new RequestError(`Cannot use the model ${name} at ${baseURL}: it has ${shown}`, {
      status: 404,
      code: "model_not_found",
    });
  }
  return new Client({
    kind: "endpoint",
    name,
    embeddingModel: options.embeddingModel ?? name,
    baseURL,
    identity: `${baseURL.replace(/\/+$/, "")} ${name}`,
    openai,
    cache: await cacheOf(options),
    hasKey: apiKey !== undefined,
  });
}

/** Open the embedded model behind its own server. */
export async function openEmbeddedServer(options: OpenModelOptions): Promise<LanguageModel> {
  const lease = await acquireServer(options);
  try {
    return new Client({
      kind: "embedded",
      name: lease.model,
      embeddingModel: "all-MiniLM-L6-v2",
      baseURL: lease.url,
      identity: lease.identity,
      openai: await connect(lease.url, undefined, options),
      cache: await cacheOf(options),
      ended: lease.ended,
      beforeEmbedding: () => ensure("minilm", { onProgress: options.onProgress }),
      release: lease.release,
      hasKey: false,
    });
  } catch (error) {
    await lease.release();
    throw error;
  }
}

class Client implements LanguageModel {
  readonly #parts: Parts;
  #requests = 0;
  #cacheHits = 0;
  #closed = false;
  #echo: EchoScorer | undefined;
  /** How this endpoint wants what servers disagree on; learnt from its refusals. */
  #limitName: LimitName = "max_tokens";
  #schemas = true;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.name;
  }
  get kind(): LanguageModel["kind"] {
    return this.#parts.kind;
  }
  get baseURL(): string {
    return this.#parts.baseURL;
  }
  get requests(): number {
    return this.#requests;
  }
  get cacheHits(): number {
    return this.#cacheHits;
  }

  async chat<T = unknown>(request: ChatRequest<T>): Promise<Completion<T>> {
    const schema = await schemaOf(request);
    const question = chatQuestion(request, schema);
    const { answer, cached } = await this.#ask("chat", question, () => this.#chat(question, request.signal));
    return readChat(answer, { cached, schema });
  }

  async batch(options: BatchOptions): Promise<Batch> {
    const { cache, openai, name } = this.#parts;
    if (!cache) {
      throw new TypeError("Cannot open a batch as its answers go to the cache: open the model with one");
    }
    // OpenAI's own models want the newer name, servers of one's own the older.
    const limitName = new URL(this.baseURL).hostname === "api.openai.com"
      ? "max_completion_tokens"
      : this.#limitName;
    const { openBatchFolder } = await import("./_batch.ts");
    return await openBatchFolder({
      folder: options.folder,
      name,
      openai,
      cache,
      bodyOf: async (request) =>
        chatBody(name, chatQuestion(request, await schemaOf(request)), {
          limitName,
          enforced: true,
          strict: true,
        }),
      questionOf: (body) => this.#question("chat", questionOf(body)),
      read: async (answer, request) => readChat(answer, { cached: true, schema: await schemaOf(request) }),
      explain: (error) => explain(error, this.#parts),
    });
  }

  async complete(request: CompletionRequest): Promise<Completion> {
    const question: Body = { prompt: request.prompt, ...sampling(request) };
    const { answer, cached } = await this.#ask("completion", question, () => {
      const { maxTokens, ...rest } = question;
      return this.#post(
        "/completions",
        { model: this.name, ...rest, max_tokens: maxTokens! },
        request.signal,
      );
    });
    return read(answer, cached);
  }

  async embed(texts: readonly string[], options: { signal?: AbortSignal } = {}): Promise<Float32Array[]> {
    const { embeddingModel: model } = this.#parts;
    const vectors = await this.#batches<string, string>(
      "embedding",
      texts,
      (text) => ({ model, text }),
      async (input) => {
        await this.#parts.beforeEmbedding?.();
        const answer = await this.#post(
          "/embeddings",
          { model, input, encoding_format: "float" },
          options.signal,
        ) as {
          data?: { index: number; embedding: number[] }[];
        };
        const sorted = (answer.data ?? []).toSorted((a, b) => a.index - b.index);
        if (sorted.length !== input.length) {
          throw new RequestError(
            `Cannot read the embeddings of ${this.baseURL}: ${sorted.length} came for ${input.length} texts`,
          );
        }
        return sorted.map(({ embedding }) => base64(Float32Array.from(embedding)));
      },
    );
    return vectors.map((vector) => new Float32Array(Uint8Array.fromBase64(vector).buffer));
  }

  async loglikelihood(
    pairs: readonly ScoredPair[],
    options: LoglikelihoodOptions = {},
  ): Promise<Loglikelihood[]> {
    const { signal, onProgress } = options;
    const report = (done: number) =>
      onProgress?.({ label: "log-likelihoods", done, total: pairs.length, unit: "pairs" });
    if (this.kind === "endpoint") {
      this.#echo ??= new EchoScorer(this.baseURL, async (prompt, signal) => {
        const body = { prompt, max_tokens: 1, temperature: 0, echo: true, logprobs: 1 };
        return (await this.#ask(
          "echo",
          body,
          () => this.#post("/completions", { model: this.name, ...body }, signal),
        )).answer;
      });
      return await this.#echo.rate(pairs, { signal, onDone: report });
    }
    const url = new URL("/loglikelihood", this.baseURL).href;
    return await this.#batches<ScoredPair, Loglikelihood & Body>(
      "loglikelihood",
      pairs,
      ({ context, continuation }) => ({ context, continuation }),
      async (some) => {
        const body = { pairs: some.map(({ context, continuation }) => ({ context, continuation })) };
        return (await this.#post(url, body, signal) as { results: (Loglikelihood & Body)[] }).results;
      },
      report,
    );
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#parts.cache?.close();
    await this.#parts.release?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #chat(question: Body, signal?: AbortSignal): Promise<Json> {
    const { schema } = question;
    // The embedded model's grammars hold less than schemas say; every answer is checked here anyway.
    const strict = this.kind === "endpoint";
    const send = (limitName: LimitName, enforced: boolean) =>
      this.#post("/chat/completions", chatBody(this.name, question, { limitName, enforced, strict }), signal);
    try {
      return await send(this.#limitName, this.#schemas);
    } catch (error) {
      if (!(error instanceof RequestError) || error.status !== 400) throw error;
      // OpenAI's newer models know the limit under another name only.
      if (this.#limitName === "max_tokens" && error.message.includes("max_completion_tokens")) {
        const answer = await send("max_completion_tokens", this.#schemas);
        this.#limitName = "max_completion_tokens";
        return answer;
      }
      // The prompt itself should ask for JSON; a server without schemas then answers in words that are read and checked.
      if (
        schema && this.#schemas && /response_format|json_schema|schema/i.test(error.message) &&
        this.kind === "endpoint"
      ) {
        const answer = await send(this.#limitName, false);
        this.#schemas = false;
        return answer;
      }
      throw error;
    }
  }

  /** The cache's answer, else the server's, which is then kept. */
  async #ask(
    route: string,
    body: Body,
    send: () => Promise<Json>,
  ): Promise<{ answer: Json; cached: boolean }> {
    if (this.#closed) throw new TypeError(`Cannot use ${this.name} as it is closed: open it again`);
    const question = this.#question(route, body);
    const kept = this.#parts.cache?.get(question);
    if (kept !== undefined) {
      this.#cacheHits++;
      return { answer: kept, cached: true };
    }
    const answer = await send();
    return { answer: this.#parts.cache?.set(question, answer) ?? answer, cached: false };
  }

  /** The same for many items, each with its own place in the cache, sent in batches; those that occur twice are sent once. */
  async #batches<In, Out extends Json>(
    route: string,
    items: readonly In[],
    bodyOf: (item: In) => Body,
    send: (items: In[]) => Promise<Out[]>,
    onDone?: (done: number) => void,
  ): Promise<Out[]> {
    if (this.#closed) throw new TypeError(`Cannot use ${this.name} as it is closed: open it again`);
    const results = new Map<string, Out>();
    const missing = new Map<string, In>();
    const keys = items.map((item) => {
      const question = this.#question(route, bodyOf(item));
      const key = JSON.stringify(question);
      if (results.has(key) || missing.has(key)) return key;
      const kept = this.#parts.cache?.get(question);
      if (kept === undefined) missing.set(key, item);
      else {
        this.#cacheHits++;
        results.set(key, kept as Out);
      }
      return key;
    });
    onDone?.(items.length - missing.size);
    const todo = [...missing];
    for (let start = 0; start < todo.length; start += BATCH) {
      const some = todo.slice(start, start + BATCH);
      const answers = await send(some.map(([, item]) => item));
      some.forEach(([key, item], i) => {
        this.#parts.cache?.set(this.#question(route, bodyOf(item)), answers[i]!);
        results.set(key, answers[i]!);
      });
      onDone?.(items.length - todo.length + start + some.length);
    }
    return keys.map((key) => results.get(key)!);
  }

  #question(route: string, body: Body): Body {
    return { server: this.#parts.identity, route, ...body };
  }

  async #post(path: string, body: Body, signal?: AbortSignal): Promise<Json> {
    this.#requests++;
    try {
      return await this.#parts.openai.post(path, { body, ...(signal ? { signal } : {}) }) as Json;
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw await explain(error, this.#parts);
    }
  }
}

async function connect(
  baseURL: string,
  apiKey: string | undefined,
  options: OpenModelOptions,
): Promise<OpenAI> {
  const { default: OpenAI } = await import("openai");
  const { maxRetries = 2, timeoutSeconds = 600 } = options;
  // Servers of one's own need no key, but the client does.
  return new OpenAI({ baseURL, apiKey: apiKey ?? "none", maxRetries, timeout: timeoutSeconds * 1000 });
}

async function cacheOf({ cache, onNotice }: OpenModelOptions): Promise<AnswerCache | undefined> {
  if (cache === false) return undefined;
  return await openCache(cache ?? cacheDir("llm", "answers.sqlite"), { onNotice });
}

function base64(vector: Float32Array): string {
  return new Uint8Array(vector.buffer).toBase64();
}
