import { hash32, type OnProgress, Random, sha256 } from "../base/mod.ts";
import { type Document, documentId, type OnDrop } from "../data/mod.ts";
import { Endpoint, Halted, Lost } from "./_endpoint.ts";
import { Journal, type Outcome } from "./_journal.ts";
import { cleanAnswer, isRefusal } from "./answer.ts";
import type { ChatModel, Completion } from "./model.ts";
import type { Answer, Prompt, Recipe } from "./recipe.ts";

/** Limits at which a run stops cleanly: what is in flight ends, what is done counts. */
export interface Budget {
  /** The most tokens read and written. A document is begun only if its longest answer still fits. */
  tokens?: number;
  /** The most requests sent, repeated ones included. */
  requests?: number;
  /** No document is begun after so many seconds. */
  seconds?: number;
}

/** Options of {@linkcode synthesize}. */
export interface SynthesizeOptions {
  /** The model to ask. */
  model: ChatModel;
  /** Where to stop. What the cache or the journal answers costs nothing. @default {no limit} */
  budget?: Budget;
  /** The most requests in flight; how many there are follows what the endpoint bears. @default {8} */
  concurrency?: number;
  /** Names the sampling of every document. @default {1} */
  seed?: number | string;
  /** A folder for partial results: a run that ends in any way goes on from there. @default {none is kept} */
  out?: string;
  /** Hears of every text that is lost. */
  onDrop?: OnDrop;
  /** Hears of every document that is finished. */
  onProgress?: OnProgress;
  /** How many documents there are, for `onProgress`. @default {unknown} */
  total?: number;
  /** Stops the run: requests in flight are dropped, finished documents are still given. */
  signal?: AbortSignal;
}

/** What a run did. */
export interface SynthesisReport {
  /** The recipe's id. */
  recipe: string;
  /** The model's name. */
  model: string;
  /** Input documents that are finished. */
  documents: number;
  /** New texts. */
  accepted: number;
  /** Lost texts by cause. */
  rejected: Record<string, number>;
  /** The first lost text of every cause. */
  samples: Record<string, { document: string; text: string }>;
  /** Tokens of requests sent. */
  tokens: { prompt: number; completion: number };
  /** Requests sent, repeated ones included. */
  requests: number;
  /** Requests that the cache answered. */
  cacheHits: number;
  /** Documents that the journal answered. */
  resumed: number;
  /** Documents begun and not finished; the next run with the same `out` begins them again. */
  unfinished: number;
  /** Seconds since the run began. */
  seconds: number;
  /** Why the run ended before the input did. */
  stopped?: string;
}

/** New documents to iterate once, with the account of what happened so far. */
export interface Synthesis extends AsyncIterable<Document> {
  /** The account; it moves while documents are taken. */
  readonly report: SynthesisReport;
}

/**
 * New documents from documents, by a recipe and a model.
 *
 * The output is in the input's order and, for a model that gives the same answer to the same request, the same bytes
 * whatever the concurrency, and whether the run was resumed or not. Each new document has its lineage; its `id` comes from
 * its parent and the recipe. Requests in flight rise while the endpoint bears it and are halved when it does not (429, 5xx,
 * lost connections); `Retry-After` is kept; after six failures in a row the run ends with an error. Memory holds a window
 * of documents, and 16 characters for each id seen.
 *
 * Tokens of a document are shared out evenly over its new texts, so their sum is what accepted documents cost.
 *
 * @param documents The texts to write from; a stream is read as needed.
 * @param recipe What to ask and how to read the answer.
 * @throws {RangeError} If an option is out of range.
 * @throws {Error} While iterating: if the endpoint is dead, refuses the key or does not know the model.
 * @example A recipe and a model by hand
 * ```ts
 * import assert from "node:assert/strict";
 * import { type ChatModel, rephrase, synthesize } from "midtrain/synthesize";
 *
 * const model: ChatModel = {
 *   name: "fixed",
 *   chat: () =>
 *     Promise.resolve({
 *       text: "Here is the new text: Whales are no fish. They breathe air.",
 *       finishReason: "stop",
 *       usage: { promptTokens: 40, completionTokens: 12 },
 *       cached: false,
 *     }),
 * };
 * const page = { id: "9b", text: "The whale, a mammal, must rise to breathe.", source: "sea", meta: {} };
 * const run = synthesize([page], rephrase("plain", { minWords: 5 }), { model });
 * const [whales] = await Array.fromAsync(run);
 * assert.equal(whales.text, "Whales are no fish. They breathe air.");
 * assert.deepEqual(whales.lineage?.parents, ["9b"]);
 * assert.equal(run.report.accepted, 1);
 * ```
 */
export function synthesize(
  documents: AsyncIterable<Document> | Iterable<Document>,
  recipe: Recipe,
  options: SynthesizeOptions,
): Synthesis {
  const { concurrency = 8, budget = {} } = options;
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new RangeError(
      `Cannot synthesize as concurrency must be a whole number >= 1: current value is ${concurrency}`,
    );
  }
  for (const [name, value] of Object.entries(budget)) {
    if (!(value >= 0)) {
      throw new RangeError(
        `Cannot synthesize as the budget of ${name} must be >= 0: current value is ${value}`,
      );
    }
  }
  return new Run(documents, recipe, { ...options, concurrency, budget });
}

/** A document with what is asked about it. */
interface Task {
  document: Document;
  prompts: Prompt[];
  seeds: number[];
  /** Names recipe, model, document, prompts and seeds: what decides the answers. */
  key: string;
  /** The most tokens it can cost. */
  tokens: number;
  outcome?: Promise<Outcome | Error>;
  finished: boolean;
}

type CheckedOptions = SynthesizeOptions & { concurrency: number; budget: Budget };

class Run implements Synthesis {
  readonly report: SynthesisReport;
  readonly #documents: AsyncIterable<Document> | Iterable<Document>;
  readonly #recipe: Recipe;
  readonly #options: CheckedOptions;
  readonly #abort = new AbortController();
  readonly #endpoint: Endpoint;
  readonly #seen = new Set<string>();
  #started = 0;
  #journal: Journal | undefined;

  constructor(
    documents: AsyncIterable<Document> | Iterable<Document>,
    recipe: Recipe,
    options: CheckedOptions,
  ) {
    this.#documents = documents;
    this.#recipe = recipe;
    this.#options = options;
    this.#endpoint = new Endpoint(options.model, {
      concurrency: options.concurrency,
      maxRequests: options.budget.requests ?? Infinity,
      signal: this.#abort.signal,
    });
    this.report = {
      recipe: recipe.id,
      model: options.model.name,
      documents: 0,
      accepted: 0,
      rejected: {},
      samples: {},
      tokens: this.#endpoint.tokens,
      requests: 0,
      cacheHits: 0,
      resumed: 0,
      unfinished: 0,
      seconds: 0,
    };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Document> {
    if (this.#started) throw new TypeError("Cannot iterate a synthesis twice: begin another");
    this.#started = performance.now();
    const { signal, out } = this.#options, begun: Task[] = [];
    const abort = () => this.#abort.abort();
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    try {
      if (out) this.#journal = await Journal.open(out);
      yield* this.#pump(begun);
      if (this.#endpoint.failure) throw this.#endpoint.failure;
    } finally {
      abort();
      signal?.removeEventListener("abort", abort);
      await Promise.all(begun.map((task) => task.outcome));
      this.report.unfinished += begun.length;
      this.#account();
      await this.#journal?.close();
    }
  }

  /** Begin documents as they come and the budget allows; give results from the head of the line. */
  async *#pump(begun: Task[]): AsyncGenerator<Document> {
    const input = Symbol.asyncIterator in this.#documents
      ? this.#documents[Symbol.asyncIterator]()
      : this.#documents[Symbol.iterator]();
    const window = 4 * this.#options.concurrency;
    let next: Promise<IteratorResult<Document>> | undefined, held: Task | undefined, closed = false;
    try {
      while (true) {
        if (this.#abort.signal.aborted) this.report.stopped ??= "interrupted";
        closed ||= this.report.stopped !== undefined || this.#endpoint.failure !== undefined;
        if (held && !closed) {
          const verdict = this.#admit(held, begun);
          if (verdict === "begin") {
            held.outcome ??= this.#ask(held);
            begun.push(held);
            held = undefined;
          } else if (verdict !== "wait") {
            this.report.stopped = verdict;
            closed = true;
          }
        }
        if (!closed && !held && begun.length < window) next ??= this.#pull(input);
        const head = begun[0];
        if (!head && (closed || !next)) return;
        const first = await Promise.race([
          ...(head ? [head.outcome!] : []),
          ...(next && !closed ? [next] : []),
        ]);
        if ("value" in first) {
          next = undefined;
          if (first.done) closed = true;
          else held = this.#prepare(first.value);
        } else {
          begun.shift();
          yield* this.#deliver(head!, first);
        }
      }
    } finally {
      const returned = Promise.resolve(input.return?.());
      // A generator that is still busy with the next document would keep us waiting.
      if (next || this.#abort.signal.aborted) returned.catch(() => {});
      else await returned;
    }
  }

  /** The next document, or the end where the run is stopped first. */
  #pull(input: AsyncIterator<Document> | Iterator<Document>): Promise<IteratorResult<Document>> {
    const { signal } = this.#abort;
    const pulled = new Promise<IteratorResult<Document>>((resolve, reject) => {
      const stop = () => resolve({ done: true, value: undefined });
      if (signal.aborted) return stop();
      signal.addEventListener("abort", stop, { once: true });
      Promise.resolve(input.next()).then(resolve, reject).finally(() =>
        signal.removeEventListener("abort", stop)
      );
    });
    pulled.catch(() => {});
    return pulled;
  }

  #prepare(document: Document): Task {
    const { model, seed = 1 } = this.#options, { id } = this.#recipe;
    const stream = `${seed}/${id}/${document.id}`;
    const prompts = this.#recipe.build(document, new Random(stream));
    const seeds = prompts.map((_, at) => hash32(`${stream}/${at}`) >>> 1);
    const key = sha256(JSON.stringify([id, model.name, document.id, seeds, prompts.map(asked)])).slice(0, 32);
    const tokens = prompts.reduce((sum, { messages, maxTokens }) =>
      // Rarely does a token hold less than two bytes; a turn's marks take a few tokens.
      sum + maxTokens +
      messages.reduce((bytes, { content }) => bytes + 8 + encoder.encode(content).length / 2, 0), 0);
    const task: Task = { document, prompts, seeds, key, tokens, finished: true };
    const done = (outcome: Outcome): Task => ({ ...task, outcome: Promise.resolve(outcome) });
    if (this.#seen.has(document.id)) return done(lost("document id stands twice", document.text));
    this.#seen.add(document.id);
    if (prompts.length === 0) return done(lost("nothing to write from", document.text));
    const known = this.#journal?.get(key);
    if (!known) return { ...task, finished: false };
    this.report.resumed++;
    return done(known);
  }

  /** Whether a document may begin, must wait for what is in flight, or ends the run: then why. */
  #admit(task: Task, begun: Task[]): string {
    if (task.outcome) return "begin";
    const { tokens = Infinity, requests = Infinity, seconds = Infinity } = this.#options.budget;
    if (performance.now() - this.#started > 1000 * seconds) return "budget of seconds";
    const open = begun.filter(({ finished }) => !finished), all = [...open, task];
    const spent = this.#endpoint.tokens.prompt + this.#endpoint.tokens.completion;
    const over = spent + all.reduce((sum, one) => sum + one.tokens, 0) > tokens
      ? "budget of tokens"
      : this.#endpoint.requests + all.reduce((sum, { prompts }) => sum + prompts.length, 0) > requests
      ? "budget of requests"
      : undefined;
    return over === undefined ? "begin" : open.length > 0 ? "wait" : over;
  }

  /** Everything that may fail becomes a value, as nobody may be waiting yet. */
  async #ask(task: Task): Promise<Outcome | Error> {
    try {
      const { prompts, seeds } = task;
      const completions = await Promise.all(
        prompts.map((prompt, at) => this.#endpoint.ask({ ...asked(prompt), seed: seeds[at]! })),
      );
      const answers = completions.map((completion, at) => answerOf(completion, prompts[at]!));
      const results = await this.#recipe.read(answers, task.document);
      const usage = {
        promptTokens: completions.reduce((sum, { usage }) => sum + usage.promptTokens, 0),
        completionTokens: completions.reduce((sum, { usage }) => sum + usage.completionTokens, 0),
      };
      const outcome = { results, usage };
      this.#journal?.put(task.key, outcome);
      return outcome;
    } catch (error) {
      // Not in the journal: the next run asks again.
      if (error instanceof Lost) return lost(error.phrase, error.message);
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      task.finished = true;
    }
  }

  *#deliver(task: Task, outcome: Outcome | Error): Generator<Document> {
    if (outcome instanceof Halted) {
      this.report.unfinished++;
      if (!this.#endpoint.failure && !this.#abort.signal.aborted) {
        this.report.stopped ??= "budget of requests";
      }
      return;
    }
    if (outcome instanceof Error) throw outcome;
    const { document } = task, { report } = this;
    const made = this.#documentsOf(task, outcome);
    report.documents++;
    report.accepted += made.length;
    for (const result of outcome.results) {
      if (!("rejected" in result)) continue;
      const { rejected: reason, sample } = result;
      report.rejected[reason] = (report.rejected[reason] ?? 0) + 1;
      report.samples[reason] ??= { document: document.id, text: sample };
      this.#options.onDrop?.({
        id: document.id,
        source: document.source,
        stage: this.#recipe.id,
        reason,
        excerpt: sample.slice(0, 200),
      });
    }
    this.#account();
    yield* made;
  }

  #documentsOf({ document, prompts, seeds, key }: Task, { results, usage }: Outcome): Document[] {
    const accepted = results.flatMap((result, at) => "rejected" in result ? [] : [[result, at] as const]);
    const promptTokens = shareOut(usage.promptTokens, accepted.length);
    const completionTokens = shareOut(usage.completionTokens, accepted.length);
    return accepted.map(([{ text, meta, answer = 0 }, at], n) => ({
      id: documentId(this.#recipe.id, `${key}/${at}`),
      text,
      source: this.#recipe.id,
      meta: { parentSource: document.source, ...meta },
      lineage: {
        parents: [document.id],
        prompt: this.#recipe.id,
        model: this.#options.model.name,
        sampling: samplingOf(prompts[answer]!),
        seed: seeds[answer]!,
        usage: { promptTokens: promptTokens[n]!, completionTokens: completionTokens[n]! },
      },
    }));
  }

  #account(): void {
    const { report } = this, { total, onProgress } = this.#options;
    report.requests = this.#endpoint.requests;
    report.cacheHits = this.#endpoint.cacheHits;
    report.seconds = (performance.now() - this.#started) / 1000;
    const rejected = Object.values(report.rejected).reduce((sum, count) => sum + count, 0);
    onProgress?.({
      label: this.#recipe.id,
      done: report.documents,
      ...(total === undefined ? {} : { total }),
      unit: "documents",
      note: `${report.accepted} accepted, ${rejected} rejected`,
    });
  }
}

const encoder = new TextEncoder();

function answerOf({ text, finishReason, refusal }: Completion, prompt: Prompt): Answer {
  const clean = cleanAnswer(text || refusal || "");
  const fault = finishReason === "filter" || refusal || isRefusal(clean)
    ? "refused"
    : finishReason === "length"
    ? "truncated"
    : clean === ""
    ? "empty"
    : undefined;
  return { prompt, text: clean, written: text, ...(fault ? { fault } : {}) };
}

/** What of a prompt the model is sent. */
function asked({ messages, maxTokens, temperature, topP }: Prompt) {
  return { messages, maxTokens, temperature, ...(topP === undefined ? {} : { topP }) };
}

function samplingOf({ maxTokens, temperature, topP }: Prompt): Record<string, number> {
  return { temperature, max_tokens: maxTokens, ...(topP === undefined ? {} : { top_p: topP }) };
}

function lost(rejected: string, sample: string): Outcome {
  return { results: [{ rejected, sample }], usage: { promptTokens: 0, completionTokens: 0 } };
}

/** A whole number in nearly equal whole parts that sum to it. */
function shareOut(total: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, at) => Math.floor(total / parts) + (at < total % parts ? 1 : 0));
}
