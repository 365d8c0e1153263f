// deno-lint-ignore-file camelcase -- the API's names
import type OpenAI from "openai";
import type { Json } from "../data/mod.ts";
import {
  type Loglikelihood,
  type LoglikelihoodOptions,
  ofKind,
  type ScoredPair,
  takes,
  wholeNumber,
} from "../base/mod.ts";
import type { Address } from "./_address.ts";
import {
  type Body,
  chatBody,
  chatQuestion,
  completionQuestion,
  type LimitName,
  questionOf,
  readChat,
  schemaOf,
} from "./_wire.ts";
import { readAnswer } from "./_read.ts";
import type { Sender } from "./_send.ts";
import type { Batch, BatchOptions } from "./batch.ts";
import type { AnswerCache } from "./cache.ts";
import { RequestError } from "./errors.ts";
import { EchoScorer } from "./_echo.ts";
import { explain } from "./_explain.ts";
import { Dialect } from "./_dialect.ts";
import type { ChatRequest, Completion, CompletionRequest, Sampling } from "./chat.ts";
import type { LanguageModel, NextTokensOptions, RatedToken } from "./model.ts";
import { nextTokensBody, readNextTokens } from "./_next_tokens.ts";

/** Texts or pairs in one request. */
const BATCH = 64;

/** What a {@linkcode Client} is made of. */
export interface Parts {
  kind: LanguageModel["kind"];
  name: string;
  embeddingModel: string;
  address: Address;
  /** Names model and server in the cache. */
  identity: string;
  sender: Sender;
  /** OpenAI's own client, for files and batches. */
  openai: () => Promise<OpenAI>;
  cache: AnswerCache | undefined;
  maxRetries: number;
  onNotice: (line: string) => void;
  beforeEmbedding?: () => Promise<unknown>;
  release?: () => Promise<void>;
}

/** A model behind a server. */
export class Client implements LanguageModel {
  readonly #parts: Parts;
  #requests = 0;
  #cacheHits = 0;
  #closed = false;
  #echo: EchoScorer | undefined;
  readonly #dialect: Dialect;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#dialect = new Dialect(parts);
  }

  get name(): string {
    return this.#parts.name;
  }
  get identity(): string {
    return this.#parts.identity;
  }
  get kind(): LanguageModel["kind"] {
    return this.#parts.kind;
  }
  get baseURL(): string {
    return this.#parts.address.baseURL;
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
    const { mask } = this.#parts.address;
    return await this.#ask("chat", question, {
      send: () => this.#dialect.chat(question, (body) => this.#post("/chat/completions", body, request)),
      read: (answer, cached) => readChat(answer, { question, cached, schema, mask }),
    });
  }

  async batch(options: BatchOptions): Promise<Batch> {
    const { cache, openai, name, address } = this.#parts;
    if (!cache) {
      throw new TypeError("Cannot open a batch as its answers go to the cache: open the model with one");
    }
    // OpenAI's own models want the newer name, servers of one's own the older.
    const limitName: LimitName = new URL(this.baseURL).hostname === "api.openai.com"
      ? "max_completion_tokens"
      : this.#dialect.limitName;
    const { openBatchFolder } = await import("./_batch.ts");
    return await openBatchFolder({
      folder: options.folder,
      name,
      openai: await openai(),
      cache,
      bodyOf: async (request) =>
        chatBody(name, chatQuestion(request, await schemaOf(request)), {
          limitName,
          enforced: true,
          strict: true,
        }),
      questionOf: (body) => this.#question("chat", questionOf(body)),
      read: async (answer, question, request) =>
        readChat(answer, {
          question,
          cached: true,
          schema: request && await schemaOf(request),
          mask: address.mask,
        }),
      explain: (error) => explain(error, address),
    });
  }

  async complete(request: CompletionRequest): Promise<Completion> {
    const question = completionQuestion(request);
    const { maxTokens, ...rest } = question;
    return await this.#ask("completion", question, {
      send: async () => ({
        answer: await this.#post(
          "/completions",
          { model: this.name, ...rest, max_tokens: maxTokens! },
          request,
        ),
        dropped: [],
      }),
      read: (answer, cached) => readAnswer(answer, { question, cached, mask: this.#parts.address.mask }),
    });
  }

  async embed(texts: readonly string[], options: { signal?: AbortSignal } = {}): Promise<Float32Array[]> {
    const cannotEmbed = "Cannot embed";
    ofKind(cannotEmbed, { texts }, "a list of texts");
    takes(cannotEmbed, options, "signal?");
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
          options,
        ) as { data?: { index: number; embedding: number[] }[] } | null;
        const listed = Array.isArray(answer?.data) ? answer.data : [];
        const sorted = listed.toSorted((a, b) => a.index - b.index);
        const cannot = `Cannot read the embeddings of ${this.#parts.address.shown}`;
        if (sorted.length !== input.length) {
          throw new RequestError(`${cannot}: ${sorted.length} came for ${input.length} texts`, {
            code: "malformed",
          });
        }
        return sorted.map(({ embedding }) => {
          if (Array.isArray(embedding) && embedding.length > 0 && embedding.every(Number.isFinite)) {
            return base64(Float32Array.from(embedding));
          }
          throw new RequestError(`${cannot}: one is no list of numbers`, { code: "malformed" });
        });
      },
    );
    return vectors.map((vector) => new Float32Array(Uint8Array.fromBase64(vector).buffer));
  }

  async loglikelihood(
    pairs: readonly ScoredPair[],
    options: LoglikelihoodOptions = {},
  ): Promise<Loglikelihood[]> {
    const cannot = "Cannot rate continuations";
    ofKind(cannot, { pairs }, "a list of objects with context, continuation");
    takes(cannot, options, "signal?, onProgress?");
    const { signal, onProgress } = options;
    const report = (done: number) =>
      onProgress?.({ label: "log-likelihoods", done, total: pairs.length, unit: "pairs" });
    if (this.kind === "endpoint") {
      this.#echo ??= new EchoScorer(this.#parts.address.shown, (prompt, read, signal) => {
        const body = { prompt, max_tokens: 1, temperature: 0, echo: true, logprobs: 1 };
        return this.#ask("echo", body, {
          send: async () => ({
            answer: await this.#post("/completions", { model: this.name, ...body }, { signal }),
            dropped: [],
          }),
          read,
        });
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
        return (await this.#post(url, body, { signal }) as { results: (Loglikelihood & Body)[] }).results;
      },
      report,
    );
  }

  async nextTokens(
    prompt: string | readonly number[],
    options: NextTokensOptions,
  ): Promise<RatedToken[]> {
    const cannot = "Cannot take the likeliest tokens";
    takes(cannot, options, "top, signal?");
    const { top, signal } = options;
    wholeNumber(cannot, { top }, ">= 1");
    this.#checkOpen();
    const body = { model: this.name, ...nextTokensBody(prompt, top) };
    return readNextTokens(await this.#post("/completions", body, { signal }), top, this.#parts.address.shown);
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

  #checkOpen(): void {
    if (this.#closed) throw new TypeError(`Cannot use ${this.name} as it is closed: open it again`);
  }

  /** The cache's answer, else the server's; only one that was read is kept, and what an older cache has else is asked for again. */
  async #ask<Out extends object>(
    route: string,
    body: Body,
    { send, read }: {
      send: () => Promise<{ answer: Json; dropped: readonly string[] }>;
      read: (answer: Json, cached: boolean) => Out;
    },
  ): Promise<Out> {
    this.#checkOpen();
    const { cache } = this.#parts;
    const question = this.#question(route, body);
    const kept = cache?.get(question);
    if (kept !== undefined) {
      const known = whole(() => read(kept, true));
      if (known !== undefined) {
        this.#cacheHits++;
        return known;
      }
      cache!.delete(question);
    }
    const { answer, dropped } = await send();
    const fresh = read(answer, false);
    const stands = isWhole(fresh) ? cache?.set(question, answer) ?? answer : answer;
    return {
      ...(stands === answer ? fresh : read(stands, false)),
      ...(dropped.length > 0 ? { dropped } : {}),
    };
  }

  /** The same for many items, each with its own place in the cache, sent in batches; those that occur twice are sent once. */
  async #batches<In, Out extends Json>(
    route: string,
    items: readonly In[],
    bodyOf: (item: In) => Body,
    send: (items: In[]) => Promise<Out[]>,
    onDone?: (done: number) => void,
  ): Promise<Out[]> {
    this.#checkOpen();
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

  async #post(
    path: string,
    body: Body,
    { signal, maxRetries = this.#parts.maxRetries, onSend }: Pick<
      Sampling,
      "signal" | "maxRetries" | "onSend"
    >,
  ): Promise<Json> {
    // A chat's answer has no log-probabilities, and nobody's token takes half a kilobyte.
    const limit = (body.max_tokens ?? body.max_completion_tokens) as number | undefined;
    const bounded = path === "/chat/completions" && limit !== undefined
      ? { most: 2 ** 20 + 512 * limit }
      : {};
    return await this.#parts.sender.send(path, body, {
      signal,
      maxRetries,
      ...bounded,
      onSend: () => {
        onSend?.();
        this.#requests++;
      },
    });
  }
}

/** What was read, if it is whole. */
function whole<Out extends object>(read: () => Out): Out | undefined {
  try {
    const known = read();
    return isWhole(known) ? known : undefined;
  } catch {
    return undefined;
  }
}

function isWhole(read: object): boolean {
  return (read as Partial<Completion>).finishReason !== "incomplete";
}

function base64(vector: Float32Array): string {
  return new Uint8Array(vector.buffer).toBase64();
}
