import type { ChatModel, ChatRequest, Completion, RequestError } from "../llm/mod.ts";
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
  /** Ends everything. */
  signal: AbortSignal;
}

/** Attempts at one request: an overload passes, but a request that alone fails is not worth many. */
const attempts = { rateLimited: 10, failed: 5 };
/** Failures in a row of the whole endpoint; above `attempts.failed`, so that one poisonous request does not look like a dead one. */
const patience = 6;

/** One model, asked by many at once: counts, retries, slows down, and gives up on a dead endpoint. */
export class Endpoint {
  /** Requests sent, those that failed included; not those that the cache answered. */
  requests = 0;
  /** Requests that the cache answered. */
  cacheHits = 0;
  /** Tokens read and written by requests sent. */
  readonly tokens = { prompt: 0, completion: 0 };
  /** Why the run must end with an error. */
  failure?: Error;

  readonly #model: ChatModel;
  readonly #gate: Gate;
  readonly #options: EndpointOptions;

  constructor(model: ChatModel, options: EndpointOptions) {
    this.#model = model;
    this.#options = options;
    this.#gate = new Gate({ max: options.workers, patience, pauseMilliseconds: 250 });
  }

  /** @throws {Lost} If this request fails for good. @throws {Pending} If a batch will answer. @throws {Halted} If the run ends. */
  async ask(request: ChatRequest): Promise<Completion> {
    const { signal, maxRequests } = this.#options;
    for (let attempt = 1;; attempt++) {
      const pass = await this.#gate.enter(signal).catch(() => {
        throw new Halted();
      });
      if (this.failure || signal.aborted || this.requests >= maxRequests) {
        this.#gate.leave();
        throw new Halted();
      }
      this.requests++;
      let fault: Fault;
      try {
        const completion = checked(await this.#model.chat({ ...request, signal }));
        this.#gate.succeed();
        this.#count(completion);
        return completion;
      } catch (error) {
        fault = faultOf(error);
      }
      if (signal.aborted) {
        this.#gate.leave();
        throw new Halted();
      }
      if (fault.kind === "pending") {
        this.requests--;
        this.#gate.leave();
        throw new Pending();
      }
      if (fault.kind === "fatal" || fault.kind === "refused") this.#gate.leave();
      else this.#gate.fail(pass, fault.retryAfterMilliseconds);
      if (fault.kind === "fatal") {
        this.failure ??= new Error(`Cannot ask ${this.#model.name}: ${fault.message}`);
      }
      if (this.#gate.broken) {
        this.failure ??= new Error(
          `Cannot go on with ${this.#model.name} as it failed ${patience} times in a row without an answer: the last time with "${fault.message}"`,
        );
      }
      if (this.failure) throw new Halted();
      const most = fault.kind === "rate limited" ? attempts.rateLimited : attempts.failed;
      if (fault.kind === "refused" || attempt >= most) throw new Lost(fault.phrase, fault.message);
    }
  }

  #count({ cached, usage }: Completion): void {
    if (cached) {
      this.requests--;
      this.cacheHits++;
    } else {
      this.tokens.prompt += usage.promptTokens;
      this.tokens.completion += usage.completionTokens;
    }
  }
}

interface Fault {
  /** What to do: end the run, give this request up, ask in a later run, slow down, or try again. */
  kind: "fatal" | "refused" | "pending" | "rate limited" | "failed";
  phrase: string;
  message: string;
  retryAfterMilliseconds: number;
}

/** An answer in the promised shape: proxies and broken servers send others with status 200. */
function checked(completion: Completion): Completion {
  const text = (completion as Completion | undefined)?.text;
  if (typeof text !== "string") {
    throw new SyntaxError(
      `An answer must hold a text: it holds ${JSON.stringify(completion)?.slice(0, 200)}`,
    );
  }
  return completion;
}

/** What became of a request without a status. */
const phrases: Readonly<Record<string, string>> = {
  malformed: "malformed response",
  "too_long": "endless answer",
  timeout: "timeout",
};

/** What to do about an error of the door to models; any other error is a bug and ends the run. */
function faultOf(error: unknown): Fault {
  const { name, message, status, code, retryAfterSeconds } = error as Partial<RequestError>;
  const fault = {
    message: message ?? String(error),
    retryAfterMilliseconds: 1000 * Math.min(600, retryAfterSeconds ?? 0),
  };
  if (error instanceof SyntaxError) return { ...fault, kind: "failed", phrase: "malformed response" };
  if (name === "PendingError") return { ...fault, kind: "pending", phrase: "pending" };
  if (name !== "RequestError") return { ...fault, kind: "fatal", phrase: "error" };
  if (status === undefined) {
    return { ...fault, kind: "failed", phrase: phrases[code ?? ""] ?? "connection lost" };
  }
  if (status === 429) return { ...fault, kind: "rate limited", phrase: "rate limited" };
  if ([401, 403, 404].includes(status)) return { ...fault, kind: "fatal", phrase: `status ${status}` };
  if (status >= 500 || status === 408 || status === 409) {
    return { ...fault, kind: "failed", phrase: "server error" };
  }
  return { ...fault, kind: "refused", phrase: "refused by the endpoint" };
}
