// deno-lint-ignore-file camelcase -- the API's names
import type OpenAI from "openai";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { exists, writeAtomic } from "../base/mod.ts";
import { type Json, readJsonl } from "../data/mod.ts";
import { Ledger, lock } from "../run/mod.ts";
import { type Batch, type BatchState, PendingError, type WaitOptions } from "./batch.ts";
import { type AnswerCache, cacheKey } from "./cache.ts";
import { RequestError } from "./errors.ts";
import type { ChatRequest, Completion } from "./chat.ts";

type Body = { [key: string]: Json };

/** What a batch needs of a client. */
export interface BatchParts {
  folder: string;
  name: string;
  openai: OpenAI;
  cache: AnswerCache;
  /** The body that a request is sent as. */
  bodyOf<T>(request: ChatRequest<T>): Promise<Body>;
  /** The cache's question of a body. */
  questionOf(body: Body): Body;
  /** The answer to a question as a completion. @throws {RequestError} If it is none. */
  read<T>(answer: Json, question: Body, request?: ChatRequest<T>): Promise<Completion<T>>;
  explain(error: unknown): Promise<RequestError>;
}

/** One file of requests, and how far it is. */
interface Shard {
  file: string;
  uploaded?: string;
  batch?: string;
  ended?: boolean;
}

/** The file that is being written. */
interface OpenFile {
  shard: Shard;
  ledger: Ledger<object>;
  bytes: number;
  requests: number;
}

/** OpenAI's limits of one batch, with room to spare. */
const most = { requests: 50_000, bytes: 180e6 };

/** Open the batch of a folder, which is made, and read what an earlier process left there. */
export async function openBatchFolder(parts: BatchParts): Promise<Batch> {
  await Deno.mkdir(parts.folder, { recursive: true });
  const lease = await lock(join(parts.folder, "lock"), () => held(parts.folder));
  try {
    const path = join(parts.folder, "batch.json");
    const batch = new BatchFolder(
      parts,
      await exists(path) ? JSON.parse(await Deno.readTextFile(path)) : [],
      lease,
    );
    await batch.restore();
    return batch;
  } catch (error) {
    lease[Symbol.dispose]();
    throw error;
  }
}

function held(folder: string): Error {
  return new Error(`Cannot use the batch in ${folder} as another process holds it`);
}

class BatchFolder implements Batch {
  readonly model: Batch["model"];
  readonly #parts: BatchParts;
  readonly #shards: Shard[];
  readonly #lock: Disposable;
  /** Requests without an answer, by their key. */
  readonly #waiting = new Map<string, { question: Body; shard: Shard }>();
  readonly #failed: Record<string, number> = {};
  #answered = 0;
  #open: OpenFile | undefined;
  #closed = false;

  constructor(parts: BatchParts, shards: Shard[], lock: Disposable) {
    this.#parts = parts;
    this.#shards = shards;
    this.#lock = lock;
    this.model = { name: parts.name, chat: (request) => this.#chat(request) };
  }

  get files(): string[] {
    return this.#shards.map(({ file }) => join(this.#parts.folder, file));
  }

  get state(): BatchState {
    let written = 0;
    for (const { shard } of this.#waiting.values()) if (!shard.batch) written++;
    return {
      written,
      running: this.#waiting.size - written,
      answered: this.#answered,
      failed: { ...this.#failed },
    };
  }

  async restore(): Promise<void> {
    const answered = new Set<string>();
    for (const [at, path] of this.files.entries()) {
      if (!await exists(path)) continue;
      // Only the last file may have been open when a process was killed.
      if (at === this.#shards.length - 1) {
        using _whole = await Ledger.open(path, { ...this.#ledger(path), onRow: () => {} });
      }
      for await (const line of readJsonl(path)) {
        const { custom_id: key, body } = line as { custom_id: string; body: Body };
        const question = this.#parts.questionOf(body);
        const shard = this.#shards[at];
        // A request that failed stands in a later file too.
        if (await this.#kept(question)) answered.add(key);
        // What an ended batch did not answer is written anew when it is asked for again.
        else if (!shard.ended) this.#waiting.set(key, { question, shard });
      }
    }
    this.#answered = answered.size;
  }

  async #chat<T>(request: ChatRequest<T>): Promise<Completion<T>> {
    const body = await this.#parts.bodyOf(request);
    const question = this.#parts.questionOf(body);
    const key = cacheKey(question);
    const known = await this.#kept(question, request);
    if (known) return known;
    if (!this.#waiting.has(key)) this.#waiting.set(key, { question, shard: this.#write(key, body) });
    throw new PendingError(`The request ${key.slice(0, 12)} waits in ${this.#parts.folder}`);
  }

  /** The answer that the cache has, if it can be read and is whole. */
  async #kept<T>(question: Body, request?: ChatRequest<T>): Promise<Completion<T> | undefined> {
    const { cache, read } = this.#parts;
    const answer = cache.get(question);
    if (answer === undefined) return undefined;
    const known = await read(answer, question, request).catch(() => undefined);
    if (known && known.finishReason !== "incomplete") return known;
    cache.delete(question);
    return undefined;
  }

  #write(key: string, body: Body): Shard {
    if (this.#closed) throw new TypeError("Cannot write to a batch as it is closed: open it again");
    const line = { custom_id: key, method: "POST", url: "/v1/chat/completions", body };
    const bytes = new TextEncoder().encode(JSON.stringify(line) + "\n").length;
    if (this.#open && (this.#open.requests >= most.requests || this.#open.bytes + bytes > most.bytes)) {
      this.#seal();
    }
    this.#open ??= this.#begin();
    this.#open.ledger.write(line);
    this.#open.bytes += bytes;
    this.#open.requests++;
    return this.#open.shard;
  }

  #begin(): OpenFile {
    const shard = { file: `requests-${String(this.#shards.length + 1).padStart(4, "0")}.jsonl` };
    this.#shards.push(shard);
    this.#save();
    const path = join(this.#parts.folder, shard.file);
    return { shard, ledger: Ledger.create(path, this.#ledger(path)), bytes: 0, requests: 0 };
  }

  #ledger(path: string): { cannot: string; held: () => Error } {
    return { cannot: `Cannot write to ${path}`, held: () => held(this.#parts.folder) };
  }

  #seal(): void {
    using ledger = this.#open?.ledger;
    this.#open = undefined;
    ledger?.flush();
  }

  #save(): void {
    const path = join(this.#parts.folder, "batch.json");
    Deno.writeTextFileSync(`${path}.new`, JSON.stringify(this.#shards, null, 1) + "\n");
    Deno.renameSync(`${path}.new`, path);
  }

  async submit(): Promise<BatchState> {
    this.#seal();
    const { openai, folder } = this.#parts;
    // Files without a waiting request hold none, or an offline engine has answered them.
    for (const shard of new Set(Array.from(this.#waiting.values(), ({ shard }) => shard))) {
      if (shard.batch) continue;
      const path = join(folder, shard.file);
      await this.#told(async () => {
        if (shard.uploaded) {
          // A process that was killed between creation and its note must not lead to a second batch.
          for await (const { id, input_file_id } of openai.batches.list()) {
            if (input_file_id === shard.uploaded) shard.batch = id;
          }
        } else {
          const file = new File([await Deno.readFile(path)], shard.file);
          shard.uploaded = (await openai.files.create({ file, purpose: "batch" })).id;
          this.#save();
        }
        shard.batch ??= (await openai.batches.create({
          input_file_id: shard.uploaded,
          endpoint: "/v1/chat/completions",
          completion_window: "24h",
        })).id;
        this.#save();
      });
    }
    return this.state;
  }

  async wait(options: WaitOptions = {}): Promise<BatchState> {
    const { pollSeconds = 30, signal, onState } = options;
    while (true) {
      const running = this.#shards.filter(({ batch, ended }) => batch && !ended);
      for (const shard of running) await this.#told(() => this.#poll(shard));
      onState?.(this.state);
      if (running.every(({ ended }) => ended)) return this.state;
      await delay(1000 * pollSeconds, undefined, signal ? { signal } : {});
    }
  }

  /** Ask for a batch's state; when it has ended, take what it answered. */
  async #poll(shard: Shard): Promise<void> {
    const { openai, folder } = this.#parts;
    const { status, output_file_id, error_file_id, errors } = await openai.batches.retrieve(shard.batch!);
    if (!["completed", "failed", "expired", "cancelled"].includes(status)) return;
    for (const [kind, id] of Object.entries({ results: output_file_id, errors: error_file_id })) {
      if (!id) continue;
      const path = join(folder, shard.file.replace("requests", kind));
      await writeAtomic(path, new Uint8Array(await (await openai.files.content(id)).arrayBuffer()));
      await this.collect(path);
    }
    shard.ended = true;
    this.#save();
    for (const [key, { shard: its }] of this.#waiting) {
      if (its === shard) this.#fail(key, status === "completed" ? "no result" : status);
    }
    if (status === "failed") {
      const said = errors?.data?.map(({ message }) => message).join("; ");
      throw new RequestError(`The batch ${shard.batch} failed as a whole: ${said || "no reason is given"}`);
    }
  }

  async collect(path: string): Promise<BatchState> {
    let results = 0;
    let lines = 0;
    for await (const line of readJsonl(path, { onDrop: () => void lines++ })) {
      lines++;
      const { custom_id: key, response, error } = (line ?? {}) as {
        custom_id?: string;
        response?: { status_code?: number; body?: Body } | null;
        error?: { code?: string } | null;
      };
      if (typeof key !== "string" || !response && !error) continue;
      results++;
      const known = this.#waiting.get(key);
      const status = response?.status_code ?? 200;
      if (!known) continue; // A double, or another run's.
      const body = status === 200 ? response?.body ?? null : null;
      const answer = await this.#parts.read(body, known.question).catch(() => undefined);
      if (answer?.finishReason === "incomplete") this.#fail(key, `incomplete (${answer.ended})`);
      else if (!answer) {
        this.#fail(key, error?.code ?? (status === 200 ? "malformed response" : `status ${status}`));
      }
      if (!this.#waiting.has(key)) continue;
      this.#parts.cache.set(known.question, body);
      this.#waiting.delete(key);
      this.#answered++;
    }
    if (results === 0 && lines > 0) {
      throw new SyntaxError(
        `Cannot collect ${basename(path)} as none of its ${lines} lines is a result of a batch`,
      );
    }
    return this.state;
  }

  #fail(key: string, cause: string): void {
    this.#failed[cause] = (this.#failed[cause] ?? 0) + 1;
    this.#waiting.delete(key);
  }

  async #told(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const ours = error instanceof RequestError || error instanceof SyntaxError;
      throw ours ? error : await this.#parts.explain(error);
    }
  }

  close(): Promise<void> {
    this.#seal();
    if (!this.#closed) this.#lock[Symbol.dispose]();
    this.#closed = true;
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
