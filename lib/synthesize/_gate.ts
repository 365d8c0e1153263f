/** What was known when a request began. */
export interface Pass {
  /** How often the limit had been cut by then. */
  cuts: number;
}

/** Options of {@linkcode Gate}. */
export interface GateOptions {
  /** The most requests in flight. */
  max: number;
  /** How many cuts in a row without any answer between them, nor a refusal that shows life, mean that the endpoint is dead. */
  patience: number;
  /** The first pause in milliseconds; it comes with the second cut in a row and doubles with each further one, up to two minutes. */
  pauseMilliseconds: number;
  /** How long after the first of such cuts an endpoint counts as dead however it fails. @default {Infinity} */
  patienceMilliseconds?: number;
}

/** The longest pause that no `Retry-After` asks for. */
const LONGEST_PAUSE = 120_000;

/** The longest wait that a timer keeps. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Who waits for a place. */
interface Waiting {
  go: (pass: Pass) => void;
  stop: (reason: unknown) => void;
  signal: AbortSignal;
}

/**
 * How many requests may be in flight: additive increase, multiplicative decrease (as TCP, RFC 5681), with a start that
 * doubles until the first overload, a pause that `Retry-After` or repeated failure sets, and a breaker. Who waits goes in the
 * order of coming.
 *
 * A hundred requests that fail at once are one overload. It takes one place away for each of them, as each was one too
 * many, and at most half of the places: an endpoint that refuses a few keeps nearly all that it bears, and one that refuses
 * everything is left alone fast. Where answers take four times as long as the first ones did, and half a minute, requests
 * stand in a queue of the server's own: there is no place for more.
 */
export class Gate {
  #limit: number;
  /** Whether there was no overload yet. */
  #doubles = true;
  #inFlight = 0;
  #cuts = 0;
  #cutsInARow = 0;
  /** Those in a row that show no life. */
  #deadInARow = 0;
  /** When the first cut in a row came. */
  #failingSince: number | undefined;
  #late = false;
  /** What the overload that goes on leaves at least. */
  #floor = 1;
  #pausedUntil = 0;
  #pausedMilliseconds = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The first answers, and their mean time. */
  #first = { answers: 0, milliseconds: 0 };
  readonly #waiting: Waiting[] = [];
  readonly #watched = new WeakSet<AbortSignal>();
  readonly #options: Required<GateOptions>;

  constructor(options: GateOptions) {
    this.#options = { patienceMilliseconds: Infinity, ...options };
    this.#limit = Math.min(4, options.max);
  }

  /** How many requests may be in flight now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Whether the endpoint has failed too often in a row, or for too long. */
  get broken(): boolean {
    return this.#late || this.#deadInARow >= this.#options.patience;
  }

  /** Whether it has failed for longer than there is patience. */
  get late(): boolean {
    return this.#late;
  }

  /** How long the gate is closed from now on, in milliseconds. */
  get pause(): number {
    return Math.max(0, this.#pausedUntil - performance.now());
  }

  /** How long it was closed so far, in milliseconds. */
  get pausedMilliseconds(): number {
    return this.#pausedMilliseconds - this.pause;
  }

  /** Wait for a place: behind all others, or before them. */
  enter(signal: AbortSignal, { before = false } = {}): Promise<Pass> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (!this.#watched.has(signal)) {
      this.#watched.add(signal);
      signal.addEventListener("abort", () => this.#dismiss(signal), { once: true });
    }
    return new Promise((go, stop) => {
      if (before) this.#waiting.unshift({ go, stop, signal });
      else this.#waiting.push({ go, stop, signal });
      this.#admit();
    });
  }

  /** Leave with an answer that took so long. */
  succeed(milliseconds = 0): void {
    this.#cutsInARow = this.#deadInARow = 0;
    this.#failingSince = undefined;
    const first = this.#first;
    if (first.answers < 8) {
      first.milliseconds = (first.milliseconds * first.answers + milliseconds) / ++first.answers;
    }
    if (milliseconds <= Math.max(30_000, 4 * first.milliseconds)) {
      this.#limit = Math.min(this.#options.max, this.#limit + (this.#doubles ? 1 : 1 / this.#limit));
    }
    this.leave();
  }

  /**
   * Leave without an answer, because the endpoint is overloaded or away.
   *
   * @param kind What is known of it: `busy` shows life, as it refuses for its load; `fault` may be this request's alone, and takes
   * no place away unless the endpoint goes on so.
   * @returns By how much longer the gate is closed for it, in milliseconds.
   */
  fail(pass: Pass, retryAfterMilliseconds: number, kind: "overload" | "busy" | "fault" = "overload"): number {
    const before = this.#pausedMilliseconds;
    if (pass.cuts === this.#cuts) this.#cut(kind);
    if (kind !== "fault" || this.#cutsInARow > 1) {
      this.#doubles = false;
      this.#limit = Math.max(Math.min(this.#floor, this.#limit), this.#limit - 1);
    }
    this.#close(retryAfterMilliseconds);
    this.leave();
    return this.#pausedMilliseconds - before;
  }

  #cut(kind: "overload" | "busy" | "fault"): void {
    const { pauseMilliseconds, patienceMilliseconds } = this.#options;
    const now = performance.now();
    this.#failingSince ??= now;
    const left = patienceMilliseconds - (now - this.#failingSince);
    this.#cuts++;
    this.#cutsInARow++;
    this.#deadInARow = kind === "busy" ? 0 : this.#deadInARow + 1;
    this.#late = left < 0;
    this.#floor = Math.max(1, this.#limit / 2);
    const doublings = this.#cutsInARow - 2;
    if (doublings < 0) return;
    // The last attempt comes when the patience ends, and not minutes later.
    const longest = Math.min(LONGEST_PAUSE, Math.max(left, pauseMilliseconds));
    this.#close(Math.min(pauseMilliseconds * 2 ** doublings, longest));
  }

  /** Leave for a reason that says nothing about the endpoint's load. */
  leave(): void {
    this.#inFlight--;
    this.#admit();
  }

  #close(milliseconds: number): void {
    const now = performance.now();
    const before = Math.max(now, this.#pausedUntil);
    // Nobody waits at a dead endpoint.
    this.#pausedUntil = this.broken ? 0 : Math.max(before, now + milliseconds);
    this.#pausedMilliseconds += Math.max(now, this.#pausedUntil) - before;
  }

  /** Let in who waits, as far as there are places. */
  #admit(): void {
    if (this.#waiting.length === 0) return;
    const { pause } = this;
    if (pause > 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#admit();
      }, Math.min(pause, LONGEST_TIMER));
      return;
    }
    this.#stopTimer();
    while (this.#waiting.length > 0 && this.#inFlight < this.limit) {
      this.#inFlight++;
      this.#waiting.shift()!.go({ cuts: this.#cuts });
    }
  }

  #dismiss(signal: AbortSignal): void {
    for (const waiting of this.#waiting.splice(0)) {
      if (waiting.signal === signal) waiting.stop(signal.reason);
      else this.#waiting.push(waiting);
    }
    if (this.#waiting.length === 0) this.#stopTimer();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
