/** Thrown when as many jobs wait as a queue may hold. */
export class QueueFullError extends RangeError {
  override name = "QueueFullError";
}

/** Runs one job at a time, first come first served, and refuses work beyond `limit` waiting jobs. */
export class Queue {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(readonly limit: number) {}

  /** Run `work` when its turn comes; a job whose `signal` fires while it waits is dropped at once. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#waiting >= this.limit) {
      return Promise.reject(
        new QueueFullError(`Cannot queue a request as at most ${this.limit} may wait: try again later`),
      );
    }
    this.#waiting++;
    const left = Promise.withResolvers<never>();
    const leave = () => left.reject(signal!.reason);
    signal?.addEventListener("abort", leave, { once: true });
    const turn = this.#tail.then(() => {
      this.#waiting--;
      signal?.removeEventListener("abort", leave);
      signal?.throwIfAborted();
      return work();
    });
    this.#tail = turn.catch(() => {});
    return Promise.race([turn, left.promise]);
  }
}
