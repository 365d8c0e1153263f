import { described } from "../base/mod.ts";
import { type Document, documentId, type Documents } from "../data/mod.ts";
import { Endpoint, Halted, Lost, Pending } from "./_endpoint.ts";
import { Journal, type Outcome } from "./_journal.ts";
import { askRounds } from "./_rounds.ts";
import type { Accepted, Answer, Method, Prompt, Rejected } from "./method.ts";
import { tellReport } from "./_report_described.ts";
import type { Synthesis, SynthesisReport } from "./report.ts";
import { type CheckedOptions, cut, lost, type Size, type Task, Tasks } from "./_task.ts";

/** Bytes of prompts that may be held, beyond those that are in flight. */
const MOST_BYTES = 64e6;

/** One pass over documents. */
export class Run implements Synthesis {
  readonly report: SynthesisReport;
  readonly #documents: Documents;
  readonly #method: Method;
  readonly #options: CheckedOptions;
  readonly #abort = new AbortController();
  readonly #endpoint: Endpoint;
  readonly #tasks: Tasks;
  /** What the journal said when it was opened, and at the end. */
  readonly #said: string[] = [];
  /** What is begun and not finished: how many documents, and the most that they may take. */
  readonly #open = { tasks: 0, requests: 0, prompt: 0, completion: 0 };
  /** What is finished, given or not. */
  readonly #finished = { documents: 0, texts: 0 };
  #started = 0;
  #pending = false;
  #journal: Journal | undefined;
  /** Goes on with the pump, where it sleeps. */
  #wake = () => {};

  constructor(
    documents: Documents,
    method: Method,
    options: CheckedOptions,
  ) {
    this.#documents = documents;
    this.#method = method;
    this.#options = options;
    this.#tasks = new Tasks(method, options);
    this.#endpoint = new Endpoint(options.model, {
      workers: options.workers,
      maxRequests: options.budget.requests ?? Infinity,
      patienceSeconds: options.patienceSeconds,
      onWait: (seconds, why) => {
        this.report.waiting = `${seconds.toFixed(0)} s: ${why}`;
        this.#account();
      },
      signal: this.#abort.signal,
    });
    this.report = described<SynthesisReport>({
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
      retried: 0,
      unfinished: 0,
      seconds: 0,
      waitedSeconds: 0,
      notices: [],
    }, tellReport);
    described(this, () => [...tellReport(this.report), "Its texts are taken by for await (const text of …)"]);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Document> {
    if (this.#started) throw new TypeError("Cannot iterate a synthesis twice: begin another");
    this.#started = performance.now();
    const { signal, folder, dropBrokenLines } = this.#options;
    const begun: Task[] = [];
    const abort = () => {
      this.#abort.abort();
      this.#wake();
    };
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    try {
      if (folder) {
        const onBroken = dropBrokenLines ? (line: string) => void this.#said.push(line) : undefined;
        // One at a time waits for nobody; of hundreds in flight dozens finish meanwhile.
        const groupMilliseconds = Math.min(this.#options.workers - 1, 20);
        this.#journal = await Journal.open(folder, { onBroken, groupMilliseconds });
      }
      yield* this.#pump(begun);
      const { accept = 0 } = this.#options;
      if (this.report.accepted < accept && !this.report.stopped) {
        this.#said.push(`the documents ended at ${this.report.accepted} accepted texts of ${accept}`);
      }
      for (const cause of this.#tasks.unused) {
        this.#said.push(`the journal has no document that was lost by "${cause}"`);
      }
      if (this.#endpoint.failure) throw this.#endpoint.failure;
    } finally {
      abort();
      signal?.removeEventListener("abort", abort);
      await Promise.all(begun.map(({ done }) => done));
      // What is finished and was not waited for, the journal has.
      this.report.unfinished += begun.filter(({ outcome }) => !outcome || outcome instanceof Error).length;
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
    const { workers } = this.#options;
    // A slow answer at the head holds up what is finished behind it, and must not hold up what is to be asked.
    const window = Math.max(Math.min(64 * workers, 4096), 16 * workers);
    let bytes = 0;
    let next: "none" | "pulled" | Task | { error: unknown } | "end" = "none";
    const pull = async () => {
      next = "pulled";
      try {
        const { done, value } = await input.next();
        next = done ? "end" : this.#tasks.of(value, this.#journal);
      } catch (error) {
        next = { error };
      }
      this.#wake();
    };
    let closed = false;
    // What the loop reads was written by others meanwhile.
    const state = () => next as "none" | "pulled" | Task | { error: unknown } | "end";
    try {
      while (true) {
        if (this.#abort.signal.aborted) this.report.stopped ??= "interrupted";
        closed ||= this.report.stopped !== undefined || this.#endpoint.failure !== undefined;
        const room = begun.length < window && this.#open.tasks < 2 * workers && bytes < MOST_BYTES &&
          this.#wants();
        if (!closed && state() === "none" && (room || begun.length === 0)) void pull();
        const held = state();
        if (held === "end") closed = true;
        if (!closed && typeof held === "object" && "document" in held) {
          const verdict = this.#admit(held);
          if (verdict === "begin") {
            if (held.outcome) this.#count(held.outcome);
            else this.#begin(held);
            begun.push(held);
            bytes += held.bytes;
            next = "none";
            continue;
          }
          if (verdict !== "wait") {
            this.report.stopped = verdict;
            closed = true;
          }
        }
        const [head] = begun;
        if (head?.outcome) {
          begun.shift();
          bytes -= head.bytes;
          yield* this.#deliver(head, head.outcome);
          if (this.report.accepted === this.#options.accept) return;
        } else if (!head && typeof held === "object" && "error" in held) {
          throw held.error;
        } else if (!head && (closed || held === "none")) {
          return;
        } else {
          await new Promise<void>((go) => this.#wake = go);
        }
      }
    } finally {
      const returned = Promise.resolve(input.return?.());
      // A generator that is still busy with the next document would keep us waiting.
      if (state() === "pulled" || this.#options.signal?.aborted) returned.catch(() => {});
      else await returned;
    }
  }

  /** Whether a document may begin, must wait for what is in flight, or ends the run: then why. */
  #admit(task: Task): string {
    if (task.outcome) return "begin";
    const { budget } = this.#options;
    if (performance.now() - this.#started > 1000 * (budget.seconds ?? Infinity)) return "budget of seconds";
    const over = this.#over(task.most);
    return over === undefined ? "begin" : this.#open.tasks > 0 ? "wait" : over;
  }

  /** The budget that does not hold so much beside what is spent and what is open, if one does not. */
  #over(most: Size): string | undefined {
    const { budget } = this.#options;
    const { tokens, requests } = this.#endpoint;
    const open = this.#open;
    const spent = {
      prompt: tokens.prompt + open.prompt + most.prompt,
      completion: tokens.completion + open.completion + most.completion,
    };
    return spent.prompt + spent.completion > (budget.tokens ?? Infinity)
      ? "budget of tokens"
      : requests + open.requests + most.requests > (budget.requests ?? Infinity)
      ? "budget of requests"
      : this.#costOf(spent) > (budget.cost ?? Infinity)
      ? "budget of cost"
      : undefined;
  }

  /** Whether what is finished and what is in flight will hardly be as many texts as are to be accepted. */
  #wants(): boolean {
    const { documents, texts } = this.#finished;
    // At the rate so far, beside four documents that gave a text each.
    return texts + this.#open.tasks * (texts + 4) / (documents + 4) < (this.#options.accept ?? Infinity);
  }

  #count(outcome: Outcome | Error): void {
    if (outcome instanceof Error) return;
    this.#finished.documents++;
    this.#finished.texts += outcome.results.filter((result) => "text" in result).length;
  }

  #costOf({ prompt, completion }: { prompt: number; completion: number }): number {
    const { price } = this.#options;
    return (prompt * price.prompt + completion * price.completion) / 1e6;
  }

  #begin(task: Task): void {
    this.#reserve(task, 1);
    task.done = this.#ask(task).then((outcome) => {
      this.#reserve(task, -1);
      this.#count(outcome);
      task.outcome = outcome;
      this.#wake();
    });
  }

  #reserve({ most }: Task, sign: 1 | -1): void {
    this.#open.tasks += sign;
    this.#open.requests += sign * most.requests;
    this.#open.prompt += sign * most.prompt;
    this.#open.completion += sign * most.completion;
  }

  /** Set aside what the rounds that are left may take, or end the run where the budget does not hold the next one. */
  #goOn(task: Task, now: Size, left: Size): void {
    this.#reserve(task, -1);
    const over = this.#over(now);
    task.most = left;
    this.#reserve(task, 1);
    if (over === undefined) return;
    this.report.stopped ??= over;
    throw new Halted();
  }

  /** Everything that may fail becomes a value, as nobody may be waiting yet. */
  async #ask(task: Task): Promise<Outcome | Error> {
    const { document, prompts, key, round } = task;
    try {
      const asked = await askRounds(task, {
        method: this.#method,
        endpoint: this.#endpoint,
        options: this.#options,
        journal: this.#journal,
        onRound: (now, left) => this.#goOn(task, now, left),
      });
      const later = asked.slice(prompts.length).map(({ answer }) => samplingOf(answer.prompt));
      const answers = asked.map(({ answer }) => answer);
      const read = await this.#method.read(answers, document);
      const results = this.#options.keepReasoning ? read.map((one) => withReasoning(one, answers)) : read;
      const usage = {
        promptTokens: asked.reduce((sum, { usage }) => sum + usage.promptTokens, 0),
        completionTokens: asked.reduce((sum, { usage }) => sum + usage.completionTokens, 0),
      };
      const outcome = {
        results: results.map((result) =>
          "rejected" in result ? { ...result, sample: cut(result.sample) } : result
        ),
        usage,
        seeds: asked.map(({ seed }) => seed),
        ...(later.length > 0 ? { samplings: later } : {}),
        ...(round > 0 ? { round } : {}),
      };
      await this.#journal?.put(key, outcome);
      return outcome;
    } catch (error) {
      // Not in the journal: the next run asks again.
      if (error instanceof Lost) return lost(error.phrase, error.message);
      if (error instanceof Pending || error instanceof Halted) return error;
      // A bug, or a full disk: whatever is asked from now on is lost as well.
      this.#endpoint.fail(error instanceof Error ? error : new Error(String(error)));
      return this.#endpoint.failure!;
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
    if (task.resumed) report.resumed++;
    if (task.round > 0) report.retried++;
    const { accept = Infinity } = this.#options;
    const made = this.#documentsOf(task, outcome).slice(0, accept - report.accepted);
    report.documents++;
    report.accepted += made.length;
    if (report.accepted === accept) {
      report.stopped ??= `accepted ${accept} texts`;
      this.#abort.abort();
    }
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

  #documentsOf(
    { document, prompts, key }: Task,
    { results, usage, seeds, samplings = [] }: Outcome,
  ): Document[] {
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
        sampling: prompts[answer] ? samplingOf(prompts[answer]) : samplings[answer - prompts.length],
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
    report.waitedSeconds = this.#endpoint.waitedSeconds;
    if (!this.#endpoint.waits) delete report.waiting;
    report.notices = this.#notices();
    const rejected = Object.values(report.rejected).reduce((sum, count) => sum + count, 0);
    onProgress?.({
      label: this.#method.id,
      done: report.documents,
      ...(total === undefined ? {} : { total }),
      unit: "documents",
      note: `${report.accepted} accepted, ${rejected} rejected${
        report.waiting ? `; waits ${report.waiting}` : ""
      }`,
    });
  }

  #notices(): string[] {
    const { dropped, estimated } = this.#endpoint;
    return [
      ...this.#said,
      ...Array.from(dropped, (name) => `the endpoint refuses the parameter ${name}: it is left out`),
      ...(estimated > 0
        ? [
          `the endpoint does not count the tokens of ${estimated} answers: they are estimated at three bytes each`,
        ]
        : []),
    ];
  }
}

function samplingOf({ maxTokens, temperature, topP }: Prompt): Record<string, number> {
  return { temperature, max_tokens: maxTokens, ...(topP === undefined ? {} : { top_p: topP }) };
}

/** An accepted text with what the model thought before it, in its `meta`. */
function withReasoning(result: Accepted | Rejected, answers: Answer[]): Accepted | Rejected {
  if ("rejected" in result) return result;
  const { reasoning } = answers[result.answer ?? 0];
  return reasoning === undefined ? result : { ...result, meta: { ...result.meta, reasoning } };
}

/** A whole number in nearly equal whole parts that sum to it. */
function shareOut(total: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, at) => Math.floor(total / parts) + (at < total % parts ? 1 : 0));
}
