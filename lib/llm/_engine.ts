import type { Decoder, Piece } from "./_decoder.ts";
import { QueueFullError } from "./_queue.ts";
import { type Rows, Sequence, type Work } from "./_sequence.ts";

/** Work that waits for a sequence, or has one. */
interface Job {
  /** The beginning of what it will read. */
  beginning: readonly number[];
  begin: (sequence: Sequence) => Work<unknown>;
  signal: AbortSignal | undefined;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

/** Work that has a sequence, and the piece that it wants to be read. */
interface Running extends Job {
  sequence: Sequence;
  work: Work<unknown>;
  piece: Piece;
}

/** Tokens that are read while others wait to write. */
const MOST_READ = 512;

/**
 * Decodes what is in flight together: each request has a sequence of the context to itself, and a batch takes the next token of all
 * that write. A text that is read is a batch of its own, before those. More requests than sequences wait in order; each gets the
 * free sequence that holds most of its beginning.
 */
export class Engine {
  readonly #decoder: Decoder;
  readonly #queueLimit: number;
  readonly #free: Sequence[];
  readonly #waiting: Job[] = [];
  #running: Running[] = [];
  #idle: Promise<void> = Promise.resolve();
  #busy = false;
  #closed = false;
  #read = 0;

  constructor(decoder: Decoder, { sequences, queueLimit }: { sequences: number; queueLimit: number }) {
    this.#decoder = decoder;
    this.#queueLimit = queueLimit;
    this.#free = Array.from({ length: sequences }, (_, id) => new Sequence(decoder, id));
  }

  /**
   * Do work on a sequence.
   *
   * @param beginning What the work reads first: a sequence that holds some of it is taken.
   * @throws {QueueFullError} If too many wait.
   */
  run<T>(
    beginning: readonly number[],
    begin: (sequence: Sequence) => Work<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#closed) return Promise.reject(new Error("Cannot ask the model as it is closed: open it again"));
    if (this.#free.length === 0 && this.#waiting.length >= this.#queueLimit) {
      return Promise.reject(
        new QueueFullError(
          `Cannot queue a request as at most ${this.#queueLimit} may wait: try again later`,
        ),
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const job: Job = { beginning, begin, signal, resolve: resolve as Job["resolve"], reject };
    this.#waiting.push(job);
    const leave = () => {
      const at = this.#waiting.indexOf(job);
      if (at < 0) return;
      this.#waiting.splice(at, 1);
      reject(signal!.reason);
    };
    signal?.addEventListener("abort", leave, { once: true });
    const done = () => signal?.removeEventListener("abort", leave);
    promise.then(done, done);
    if (!this.#busy) {
      this.#busy = true;
      this.#idle = this.#loop();
    }
    return promise;
  }

  /** Take no more work, and end what there is. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#idle;
  }

  async #loop(): Promise<void> {
    // What is asked for in the same turn of the event loop is begun together.
    await Promise.resolve();
    for (;;) {
      for (const job of this.#running.filter(({ signal }) => signal?.aborted)) {
        job.work.return(undefined);
        this.#end(job);
        job.reject(job.signal!.reason);
      }
      while (this.#free.length > 0 && this.#waiting.length > 0) this.#begin(this.#waiting.shift()!);
      if (this.#running.length === 0) break;
      await this.#step(this.#choose());
    }
    this.#busy = false;
  }

  /** What is to be read comes first, so that many write together; those that write wait for at most so many tokens of it. */
  #choose(): Running[] {
    const writing = this.#running.filter(({ piece }) => piece.tokens.length === 1);
    const reading = this.#running.find(({ piece }) => piece.tokens.length > 1);
    if (reading === undefined || writing.length > 0 && this.#read >= MOST_READ) {
      this.#read = 0;
      return writing;
    }
    this.#read += reading.piece.tokens.length;
    // Who reads goes behind the others that read.
    this.#running = [...this.#running.filter((job) => job !== reading), reading];
    return [reading];
  }

  async #step(group: Running[]): Promise<void> {
    try {
      await this.#decoder.decode(group.map(({ piece }) => piece));
    } catch (error) {
      for (const job of group) this.#fail(job, error);
      return;
    }
    let first = 0;
    for (const job of group) {
      const from = first;
      first += job.piece.tokens.length;
      if (!job.signal?.aborted) this.#advance(job, (token) => this.#decoder.logits(from + token));
    }
  }

  #begin(job: Job): void {
    const shared = this.#free.map((sequence) => sequence.shared(job.beginning));
    const [sequence] = this.#free.splice(shared.indexOf(Math.max(...shared)), 1);
    const running = { ...job, sequence, work: job.begin(sequence) } as Running;
    this.#running.push(running);
    this.#advance(running);
  }

  #advance(job: Running, rows?: Rows): void {
    try {
      const step = rows ? job.work.next(rows) : job.work.next(...([] as unknown as [Rows]));
      if (!step.done) {
        job.piece = step.value;
        return;
      }
      this.#end(job);
      job.resolve(step.value);
    } catch (error) {
      this.#fail(job, error);
    }
  }

  #fail(job: Running, error: unknown): void {
    job.work.return(undefined);
    job.sequence.clear();
    this.#end(job);
    job.reject(error);
  }

  #end(job: Running): void {
    this.#running = this.#running.filter((other) => other !== job);
    this.#free.push(job.sequence);
  }
}
