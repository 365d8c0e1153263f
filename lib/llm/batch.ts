import type { ChatModel } from "./chat.ts";

/** Thrown instead of an answer by a batch's model: the request stands in the batch's file and waits. */
export class PendingError extends Error {
  /** The error's class. */
  override name = "PendingError";
}

/** What became of a batch's requests. */
export interface BatchState {
  /** Requests written and not yet sent off. */
  written: number;
  /** Requests sent off and not yet answered. */
  running: number;
  /** Requests that are answered; their answers stand in the model's cache. */
  answered: number;
  /** Requests that failed, by cause; they are written again when they are asked for again. */
  failed: Record<string, number>;
}

/** Options of a model's `batch`. */
export interface BatchOptions {
  /** Where requests, results and the batches' names are kept; it is made. */
  folder: string;
}

/** Options of {@linkcode Batch.wait}. */
export interface WaitOptions {
  /** Seconds between two questions for the state. @default {30} */
  pollSeconds?: number;
  /** Gives up waiting; the batches go on, and a later `wait` finds them. */
  signal?: AbortSignal;
  /** Called with the state after each question. */
  onState?: (state: BatchState) => void;
}

/**
 * Requests in files of OpenAI's batch format, at half the price on OpenAI's own servers, and readable by offline engines.
 *
 * Synthesize with `batch.model` for a model: every request without an answer is written and waits. `submit` and `wait`;
 * answers go into the model's cache, so that the same method, run again by the model or by `batch.model`, finds them. Everything
 * stands in the folder: after a kill, open it again and go on. A batch that was created is never created twice.
 */
export interface Batch {
  /** A model that answers from the cache, and else writes the request and throws {@linkcode PendingError}. */
  readonly model: ChatModel;
  /** Files of requests, oldest first; results of an offline engine are read by `collect`. */
  readonly files: readonly string[];
  /** What became of the requests, as far as it is known. */
  readonly state: BatchState;
  /** Upload what is written and create a batch for each file. */
  submit(): Promise<BatchState>;
  /** Wait until every batch has ended, and collect the results. @throws {RequestError} If a batch fails as a whole. */
  wait(options?: WaitOptions): Promise<BatchState>;
  /** Read a file of results: any order, doubles and damaged lines are borne. @throws {SyntaxError} If no line is a result. */
  collect(path: string): Promise<BatchState>;
  /** Flush and let go of the folder. */
  close(): Promise<void>;
  /** The same. */
  [Symbol.asyncDispose](): Promise<void>;
}
