import { delay } from "./_delay.ts";

/** What was known when a request began. */
export interface Pass {
  /** How often the limit had been cut by then. */
  cuts: number;
}

/** Options of {@linkcode Gate}. */
export interface GateOptions {
  /** The most requests in flight. */
  max: number;
  /** How many cuts in a row without any answer between them mean that the endpoint is dead. */
  patience: number;
  /** The first pause in milliseconds; it comes with the second cut in a row and doubles with each further one. */
  pauseMilliseconds: number;
}

/**
 * How many requests may be in flight: additive increase, multiplicative decrease (as TCP, RFC 5681), with a start that
 * doubles until the first overload, a pause that `Retry-After` or repeated failure sets, and a breaker.
 *
 * A hundred requests that fail at once are one overload. It takes one place away for each of them, as each was one too
 * many, and at most half of the places: an endpoint that refuses a few keeps nearly all that it bears, and one that refuses
 * everything is left alone fast.
 */
export class Gate {
  #limit: number;
  #inFlight = 0;
  #cuts = 0;
  #cutsInARow = 0;
  /** What the overload that goes on leaves at least. */
  #floor = 1;
  #pausedUntil = 0;
  #waiting: (() => void)[] = [];
  readonly #options: GateOptions;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#limit = Math.min(4, options.max);
  }

  /** How many requests may be in flight now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Whether the endpoint has failed too often in a row. */
  get broken(): boolean {
    return this.#cutsInARow >= this.#options.patience;
  }

  /** Wait for a place. */
  async enter(signal: AbortSignal): Promise<Pass> {
    while (true) {
      signal.throwIfAborted();
      const pause = this.#pausedUntil - performance.now();
      if (pause > 0) await delay(pause, signal);
      else if (this.#inFlight >= this.limit) await new Promise<void>((go) => this.#waiting.push(go));
      else break;
    }
    this.#inFlight++;
    return { cuts: this.#cuts };
  }

  /** Leave with an answer. */
  succeed(): void {
    this.#cutsInARow = 0;
    this.#limit = Math.min(this.#options.max, this.#limit + (this.#cuts === 0 ? 1 : 1 / this.#limit));
    this.#leave();
  }

  /** Leave without an answer, because the endpoint is overloaded or away. */
  fail(pass: Pass, retryAfterMilliseconds: number): void {
    if (pass.cuts === this.#cuts) {
      this.#cuts++;
      this.#cutsInARow++;
      this.#floor = Math.max(1, this.#limit / 2);
      const doublings = this.#cutsInARow - 2;
      if (doublings >= 0) this.#pause(this.#options.pauseMilliseconds * 2 ** doublings);
    }
    this.#limit = Math.max(Math.min(this.#floor, this.#limit), this.#limit - 1);
    this.#pause(retryAfterMilliseconds);
    this.#leave();
  }

  /** Leave for a reason that says nothing about the endpoint's load. */
  leave(): void {
    this.#leave();
  }

  #pause(milliseconds: number): void {
    // Nobody waits at a dead endpoint.
    if (this.broken) this.#pausedUntil = 0;
    else this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + milliseconds);
  }

  #leave(): void {
    this.#inFlight--;
    // Whoever finds no place waits again.
    for (const go of this.#waiting.splice(0)) go();
  }
}
