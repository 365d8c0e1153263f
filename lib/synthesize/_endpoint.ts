import type { ChatModel, ChatRequest, Completion } from "../llm/mod.ts";
import { delay } from "./_delay.ts";
import { type Fault, faultOf } from "./_fault.ts";
import { Gate } from "./_gate.ts";

/** A request that the endpoint does not answer, though it answers others. */
export class Lost extends Error {
  override name = "Lost";

  constructor(
    /** The cause as a countable phrase. */
    readonly phrase: string,
    message: string,
  ) {
    super(message);
  }
}

/** The answer comes later, from a batch. */
export class Pending extends Error {
  override name = "Pending";
}

/** The run ends: requests that are not answered stay undone. */
export class Halted extends Error {
  override name = "Halted";
}

/** Options of {@linkcode Endpoint}. */
export interface EndpointOptions {
  /** The most requests in flight. */
  workers: number;
  /** The most requests sent. */
  maxRequests: number;
  /** How long an endpoint is waited for that refuses for its load, or that answered before and is away. */
  patienceSeconds: number;
  /** The first pause after repeated failure. @default {250} */
  pauseMilliseconds?: number;
  /** Called when nothing is sent for a second or more: how long, and why. */
  onWait: (seconds: number, why: string) => void;
  /** Ends everything. */
  signal: AbortSignal;
}

/** Attempts at one request that fails without a reason to wait. */
const ATTEMPTS = 5;
/** Failures in a row of the whole endpoint; above the attempts, so that one poisonous request does not look like a dead one. */
const PATIENCE = 6;
/** Refusals with one status in a row that end the run: before any answer, and after one. */
const refusals = { first: 12, later: 100 };

/** What is known of a request that is sent more than once. */
interface Turn {
  /** How many answers there were when its connection broke last. */
  answers?: number;
}

/** One model, asked by many at once: counts, retries, slows down, waits, and gives up on a dead endpoint. */
export class Endpoint {
  /** Requests sent, those that failed included; not those that the cache answered. */
  requests = 0;
  /** Requests that the cache answered. */
  cacheHits = 0;
  /** Tokens read and written by requests sent. */
  readonly tokens = { prompt: 0, completion: 0 };
  /** Answers whose tokens are an estimate. */
  estimated = 0;
  /** Parameters that the endpoint refuses. */
  readonly dropped = new Set<string>();
  readonly #model: ChatModel;
  readonly #gate: Gate;
  readonly #options: EndpointOptions;
  /** Ends all waiting. */
  readonly #end = new AbortController();
  #failure: Error | undefined;
  #answers = 0;
  /** Whether it said anything at all so far. */
  #reached = false;
  /** Requests whose connections broke since the last answer. */
  readonly #broken = new Set<Turn>();
  #refused = { status: 0, times: 0 };

  constructor(model: ChatModel, options: EndpointOptions) {
    this.#model = model;
    this.#options = options;
    this.#gate = new Gate({
      max: options.workers,
      patience: PATIENCE,
      pauseMilliseconds: options.pauseMilliseconds ?? 250,
      patienceMilliseconds: 1000 * options.patienceSeconds,
    });
    options.signal.addEventListener("abort", () => this.#end.abort(), { once: true });
  }

  /** Why the run must end with an error. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** End the run with an error, unless it ends with one already: nobody waits any more, and what is in flight comes in. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#end.abort();
  }

  /** Seconds in which nothing was sent as the endpoint had to be waited for. */
  get waitedSeconds(): number {
    return this.#gate.pausedMilliseconds / 1000;
  }

  /** Whether nothing is sent now. */
  get waits(): boolean {
    return this.#gate.pause > 0;
  }

  /** @throws {Lost} If this request fails for good. @throws {Pending} If a batch will answer. @throws {Halted} If the run ends. */
  async ask(request: ChatRequest): Promise<Completion> {
    const { signal, maxRequests, patienceSeconds } = this.#options;
    const turn: Turn = {};
    let failed = 0;
    let busy = 0;
    let since: { time: number; answers: number } | undefined;
    while (true) {
      // What failed once is tried before what was never sent, so that an endpoint which fails each request once is not taken
      // for a dead one; what fails again stands back, so that others show whether it is alone.
      const before = failed + busy === 1;
      const pass = await this.#gate.enter(this.#end.signal, { before }).catch(() => {
        throw new Halted();
      });
      if (this.failure || signal.aborted || this.requests >= maxRequests) {
        this.#gate.leave();
        throw new Halted();
      }
      const began = performance.now();
      let fault: Fault;
      try {
        const completion = await this.#send(request);
        if (completion.cached) this.#gate.leave();
        else this.#gate.succeed(performance.now() - began);
        return completion;
      } catch (error) {
        fault = error instanceof Halted ? { kind: "halted" } : this.#placed(faultOf(error), turn);
      }
      if (fault.kind === "halted" || signal.aborted) {
        this.#gate.leave();
        throw new Halted();
      }
      if (fault.kind === "pending") {
        this.requests--;
        this.#gate.leave();
        throw new Pending();
      }
      this.#learn(fault);
      if (fault.kind === "busy") since ??= { time: performance.now(), answers: this.#answers };
      // While others were answered, this one was not: it may be what the endpoint never takes.
      const alone = since !== undefined && this.#answers > since.answers &&
        performance.now() - since.time > 1000 * patienceSeconds;
      if (fault.kind === "busy" || fault.kind === "failed") {
        const longer = this.#gate.fail(pass, fault.retryAfterMilliseconds, fault.sign);
        if (!alone) this.#judge(fault, longer);
      } else this.#gate.leave();
      if (this.failure) throw new Halted();
      if (fault.kind === "refused" || fault.kind === "failed" && ++failed >= ATTEMPTS) {
        throw new Lost(fault.phrase, fault.message);
      }
      if (fault.kind !== "busy") continue;
      if (alone) throw new Lost(fault.phrase, fault.message);
      // It comes back ever more rarely, as the gate does not slow down what others keep open.
      await delay(Math.min(60_000, 50 * 2 ** busy++), this.#end.signal).catch(() => {
        throw new Halted();
      });
    }
  }

  /** Ask once, with every request counted that this takes. */
  async #send(request: ChatRequest): Promise<Completion> {
    const { signal, maxRequests } = this.#options;
    this.requests++;
    let sent = 0;
    const onSend = () => {
      if (sent++ === 0) return;
      // An endpoint that refuses a parameter is asked again without it.
      if (this.requests >= maxRequests) throw new Halted();
      this.requests++;
    };
    const completion = checked(await this.#model.chat({ ...request, signal, maxRetries: 0, onSend }));
    const { cached, usage, dropped = [] } = completion;
    for (const name of dropped) this.dropped.add(name);
    if (cached) {
      this.requests--;
      this.cacheHits++;
    } else {
      this.#answers++;
      this.#reached = true;
      this.#broken.clear();
      this.#refused.times = 0;
      this.tokens.prompt += usage.promptTokens;
      this.tokens.completion += usage.completionTokens;
      if (usage.estimated) this.estimated++;
    }
    return completion;
  }

  /**
   * A fault with what other requests say of it. An endpoint that answered before and cannot be reached, or breaks off one
   * request after another, is away, and may start anew: it is waited for. Where others are answered between two such failures
   * of one request, that request is the cause.
   */
  #placed(fault: Exclude<Fault, { kind: "halted" }>, turn: Turn): Exclude<Fault, { kind: "halted" }> {
    if (fault.kind !== "failed" || fault.away === undefined) {
      this.#reached ||= fault.kind === "busy" || fault.kind === "refused";
      return fault;
    }
    if (fault.away === "broken") this.#broken.add(turn);
    const alone = turn.answers !== undefined && turn.answers < this.#answers;
    turn.answers = this.#answers;
    const away = this.#reached && !alone && (fault.away === "unreachable" || this.#broken.size > 1);
    return away ? { ...fault, kind: "busy", sign: "busy" } : fault;
  }

  /** What a fault says of the whole run. */
  #learn(fault: Fault & { message: string }): void {
    const { kind, message } = fault;
    if (kind === "fatal") this.fail(new Error(`Cannot ask ${this.#model.name}: ${message}`));
    if (kind !== "refused" || fault.ofDocument) return;
    const { status, times } = this.#refused;
    this.#refused = { status: fault.status, times: status === fault.status ? times + 1 : 1 };
    if (this.#refused.times < (this.#answers > 0 ? refusals.later : refusals.first)) return;
    this.fail(
      new Error(
        `Cannot go on with ${this.#model.name} as it refused ${this.#refused.times} requests in a row: the last time with "${message}"`,
      ),
    );
  }

  /** After a failure: whether the endpoint is given up, else how long it is waited for. */
  #judge(
    { message, phrase, retryAfterMilliseconds }: Fault & { kind: "busy" | "failed" },
    longer: number,
  ): void {
    const { patienceSeconds, onWait } = this.#options;
    const { name } = this.#model;
    if (retryAfterMilliseconds > 1000 * patienceSeconds) {
      this.fail(
        new Error(
          `Cannot go on with ${name} as it asks to wait ${
            Math.ceil(retryAfterMilliseconds / 1000)
          } s, and patienceSeconds is ${patienceSeconds}: the last time with "${message}"`,
        ),
      );
    } else if (this.#gate.broken) {
      this.fail(
        new Error(
          `Cannot go on with ${name} as it failed ${
            this.#gate.late ? `for ${patienceSeconds} s` : `${PATIENCE} times in a row`
          } without an answer: the last time with "${message}"`,
        ),
      );
    } else if (longer >= 1000) onWait(this.#gate.pause / 1000, phrase);
  }
}

/** An answer in the promised shape: a model by hand may give others. */
function checked(completion: Completion): Completion {
  const { text, usage } = (completion ?? {}) as Partial<Completion>;
  if (typeof text !== "string") {
    throw new SyntaxError(
      `An answer must hold a text: it holds ${JSON.stringify(completion)?.slice(0, 200)}`,
    );
  }
  const counts = [usage?.promptTokens, usage?.completionTokens];
  if (!counts.every((count) => Number.isFinite(count) && count! >= 0)) {
    throw new TypeError(
      `An answer's usage must hold promptTokens and completionTokens as numbers >= 0: it is ${
        JSON.stringify(usage)
      }`,
    );
  }
  return completion;
}
