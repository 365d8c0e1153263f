import { Random, sha256 } from "../base/mod.ts";
import { type Document, documentId, type Documents } from "../data/mod.ts";
import { ask, sent } from "./_ask.ts";
import { Endpoint, Halted, Lost, Pending } from "./_endpoint.ts";
import { Journal, type Outcome } from "./_journal.ts";
import type { Accepted, Answer, Method, Prompt, Rejected } from "./method.ts";
import type { Budget, Price, Synthesis, SynthesisReport, SynthesizeOptions } from "./report.ts";

/** A document with what is asked about it. */
interface Task {
  document: Document;
  prompts: Prompt[];
  /** Names the sampling of its answers. */
  stream: string;
  /** Names method, its settings, model, document, prompts and seed: what decides the outcome. */
  key: string;
  /** The most tokens it can read and write. */
  tokens: { prompt: number; completion: number };
  outcome?: Promise<Outcome | Error>;
  finished: boolean;
}

/** Options after their defaults. */
export type CheckedOptions = SynthesizeOptions & {
  workers: number;
  retries: number;
  budget: Budget;
  price: Price;
};

/** One pass over documents. */
export class Run implements Synthesis {
  readonly report: SynthesisReport;
  readonly #documents: Documents;
  readonly #method: Method;
  readonly #options: CheckedOptions;
  readonly #abort = new AbortController();
  readonly #endpoint: Endpoint;
  readonly #seen = new Set<string>();
  #started = 0;
  #pending = false;
  #journal: Journal | undefined;

  constructor(
    documents: Documents,
    method: Method,
    options: CheckedOptions,
  ) {
    this.#documents = documents;
    this.#method = method;
    this.#options = options;
    this.#endpoint = new Endpoint(options.model, {
      workers: options.workers,
      maxRequests: options.budget.requests ?? Infinity,
      signal: this.#abort.signal,
    });
    this.report = {
      method: method.id,
      model: options.model.name,
      documents: 0,
      accepted: 0,
      rejected: {},
      samples: {},
      tokens: this.#endpoint.tokens,
      cost: 0,
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
    const { signal, folder } = this.#options;
    const begun: Task[] = [];
    const abort = () => this.#abort.abort();
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    try {
      if (folder) this.#journal = await Journal.open(folder);
      yield* this.#pump(begun);
      if (this.#endpoint.failure) throw this.#endpoint.failure;
    } finally {
      abort();
      signal?.removeEventListener("abort", abort);
      await Promise.all(begun.map((task) => task.outcome));
      this.report.unfinished += begun.length;
      if (this.#pending) this.report.stopped ??= "waiting for a batch";
      this.#account();
      this.#journal?.[Symbol.dispose]();
    }
  }

  /** Begin documents as they come and the budget allows; give results from the head of the line. */
  async *#pump(begun: Task[]): AsyncGenerator<Document> {
    const input = Symbol.asyncIterator in this.#documents
      ? this.#documents[Symbol.asyncIterator]()
      : this.#documents[Symbol.iterator]();
    const window = 4 * this.#options.workers;
    let next: Promise<IteratorResult<Document>> | undefined;
    let held: Task | undefined;
    let closed = false;
    try {
      while (true) {
        if (this.#abort.signal.aborted) this.report.stopped ??= "interrupted";
        closed ||= this.report.stopped !== undefined || this.#endpoint.failure !== undefined;
        if (held && !closed) {
          const verdict = this.#admit(held, begun);
          if (verdict === "begin") {
            held.outcome ??= this.#begin(held);
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
          yield* this.#deliver(head, first);
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
    const { model, retries, seed = 1 } = this.#options;
    const { id, settings } = this.#method;
    const stream = `${seed}/${id}/${document.id}`;
    const prompts = this.#method.build(document, new Random(stream));
    const { keepReasoning } = this.#options;
    const asked = [model.name, stream, settings ?? null, retries, prompts.map(sent)];
    const decisive = [readingVersion, ...asked, ...(keepReasoning ? ["reasoning"] : [])];
    const key = sha256(JSON.stringify(decisive)).slice(0, 32);
    const tokens = { prompt: 0, completion: 0 };
    for (const { messages, maxTokens, schema } of prompts) {
      const tries = schema ? 1 + retries : 1;
      tokens.completion += tries * maxTokens;
      for (const { content } of messages) {
        // Rarely does a token hold less than two bytes; a turn's marks take a few tokens.
        tokens.prompt += tries * (8 + encoder.encode(content).length / 2);
      }
    }
    const task: Task = { document, prompts, stream, key, tokens, finished: true };
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
    const { budget } = this.#options;
    const open = begun.filter(({ finished }) => !finished);
    if (performance.now() - this.#started > 1000 * (budget.seconds ?? Infinity)) return "budget of seconds";
    const spent = { ...this.#endpoint.tokens };
    let requests = this.#endpoint.requests;
    for (const { tokens, prompts } of [...open, task]) {
      spent.prompt += tokens.prompt;
      spent.completion += tokens.completion;
      requests += prompts.length;
    }
    const over = spent.prompt + spent.completion > (budget.tokens ?? Infinity)
      ? "budget of tokens"
      : requests > (budget.requests ?? Infinity)
      ? "budget of requests"
      : this.#costOf(spent) > (budget.cost ?? Infinity)
      ? "budget of cost"
      : undefined;
    return over === undefined ? "begin" : open.length > 0 ? "wait" : over;
  }

  #costOf({ prompt, completion }: { prompt: number; completion: number }): number {
    const { price } = this.#options;
    return (prompt * price.prompt + completion * price.completion) / 1e6;
  }

  async #begin(task: Task): Promise<Outcome | Error> {
    const outcome = await this.#ask(task);
    task.finished = true;
    return outcome;
  }

  /** Everything that may fail becomes a value, as nobody may be waiting yet. */
  async #ask({ document, prompts, stream, key }: Task): Promise<Outcome | Error> {
    try {
      const { retries } = this.#options;
      const asked = await Promise.all(
        prompts.map((prompt, at) => ask(this.#endpoint, prompt, { name: stream, at, retries })),
      );
      const answers = asked.map(({ answer }) => answer);
      const read = await this.#method.read(answers, document);
      const results = this.#options.keepReasoning ? read.map((one) => withReasoning(one, answers)) : read;
      const usage = {
        promptTokens: asked.reduce((sum, { usage }) => sum + usage.promptTokens, 0),
        completionTokens: asked.reduce((sum, { usage }) => sum + usage.completionTokens, 0),
      };
      const outcome = { results, usage, seeds: asked.map(({ seed }) => seed) };
      await this.#journal?.put(key, outcome);
      return outcome;
    } catch (error) {
      // Not in the journal: the next run asks again.
      if (error instanceof Lost) return lost(error.phrase, error.message);
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  *#deliver(task: Task, outcome: Outcome | Error): Generator<Document> {
    if (outcome instanceof Pending) {
      this.report.unfinished++;
      this.#pending = true;
      return;
    }
    if (outcome instanceof Halted) {
      this.report.unfinished++;
      if (!this.#endpoint.failure && !this.#abort.signal.aborted) {
        this.report.stopped ??= "budget of requests";
      }
      return;
    }
    if (outcome instanceof Error) throw outcome;
    const { document } = task;
    const { report } = this;
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
        stage: this.#method.id,
        reason,
        excerpt: sample.slice(0, 200),
      });
    }
    this.#account();
    yield* made;
  }

  #documentsOf({ document, prompts, key }: Task, { results, usage, seeds }: Outcome): Document[] {
    const accepted = results.flatMap((result, at) => "rejected" in result ? [] : [[result, at] as const]);
    const promptTokens = shareOut(usage.promptTokens, accepted.length);
    const completionTokens = shareOut(usage.completionTokens, accepted.length);
    return accepted.map(([{ text, meta, answer = 0 }, at], n) => ({
      id: documentId(this.#method.id, `${key}/${at}`),
      text,
      source: this.#method.id,
      meta: { parentSource: document.source, ...meta },
      lineage: {
        parents: [document.id],
        prompt: this.#method.id,
        model: this.#options.model.name,
        sampling: samplingOf(prompts[answer]),
        seed: seeds[answer],
        usage: { promptTokens: promptTokens[n], completionTokens: completionTokens[n] },
      },
    }));
  }

  #account(): void {
    const { report } = this;
    const { total, onProgress } = this.#options;
    report.requests = this.#endpoint.requests;
    report.cacheHits = this.#endpoint.cacheHits;
    report.cost = this.#costOf(report.tokens);
    report.seconds = (performance.now() - this.#started) / 1000;
    const rejected = Object.values(report.rejected).reduce((sum, count) => sum + count, 0);
    onProgress?.({
      label: this.#method.id,
      done: report.documents,
      ...(total === undefined ? {} : { total }),
      unit: "documents",
      note: `${report.accepted} accepted, ${rejected} rejected`,
    });
  }
}

const encoder = new TextEncoder();

function samplingOf({ maxTokens, temperature, topP }: Prompt): Record<string, number> {
  return { temperature, max_tokens: maxTokens, ...(topP === undefined ? {} : { top_p: topP }) };
}

/** Which rules read answers: with other ones a journal's outcomes are read again, from the same answers of the cache. */
const readingVersion = 2;

/** An accepted text with what the model thought before it, in its `meta`. */
function withReasoning(result: Accepted | Rejected, answers: Answer[]): Accepted | Rejected {
  if ("rejected" in result) return result;
  const { reasoning } = answers[result.answer ?? 0];
  return reasoning === undefined ? result : { ...result, meta: { ...result.meta, reasoning } };
}

function lost(rejected: string, sample: string): Outcome {
  return { results: [{ rejected, sample }], usage: { promptTokens: 0, completionTokens: 0 }, seeds: [] };
}

/** A whole number in nearly equal whole parts that sum to it. */
function shareOut(total: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, at) => Math.floor(total / parts) + (at < total % parts ? 1 : 0));
}
