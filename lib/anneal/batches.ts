import { Random } from "../base/mod.ts";
import { checkSource, countWindows, type TokenSource } from "./tokens.ts";

/** One batch: B sequences of T tokens, row by row. */
export interface Batch {
  /** Token ids `[B * T]`. */
  tokens: Int32Array;
  /** The token after each `[B * T]`. */
  targets: Int32Array;
  /** The number of its document within the sequence for each token `[B * T]`; absent where attention crosses documents. */
  segments?: Int32Array;
}

/** How much of each source a batch takes: fixed, or by step. Weights are relative; a source not named weighs 0. */
export type SourceWeights = Record<string, number> | ((step: number) => Record<string, number>);

/** How far one source has been read. */
export interface SourceProgress {
  /** Sequences drawn so far. */
  sequences: number;
  /** The share of a sequence that is owed to it (or, negative, that it owes). */
  credit: number;
}

/** What a source has given to a run. */
export interface SourceUsage {
  /** Sequences drawn. */
  sequences: number;
  /** Tokens drawn: sequences * context. */
  tokens: number;
  /** How often its windows were gone through. */
  epochs: number;
}

/** Options of {@linkcode BatchSampler}. */
export interface BatchSamplerOptions {
  /** The mixture. @default equal weights */
  weights?: SourceWeights;
  /** Sequences in a batch. */
  batch: number;
  /** Tokens in a sequence. */
  context: number;
  /** Ids must lie below this. */
  vocabularySize: number;
  /** Keep attention inside documents: batches then carry segments. @default {false} */
  maskDocuments?: boolean;
  /** Names the order of windows. @default {1} */
  seed?: number | string;
  /** Where to go on. @default the beginning */
  progress?: Record<string, SourceProgress>;
}

/**
 * Draws batches from weighted sources, the same ones for the same seed.
 *
 * A source is cut into windows of `context` tokens; each epoch goes through all of them once in a fresh order. Which
 * source gives the next sequence is decided without chance: each is owed its weight, and the one that is owed most gives
 * (smooth weighted round-robin). So the share of every source is exact to one sequence at any moment, and a comparison of
 * two mixtures is not blurred by the draw of sources.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchSampler } from "midtrain/anneal";
 *
 * const source = (name: string) => ({
 *   name, tokens: new Uint16Array(100), endOfDocument: 9, vocabularySize: 10, documents: 1, bytes: 100,
 * });
 * const sampler = new BatchSampler([source("web"), source("math")], {
 *   weights: { web: 3, math: 1 }, batch: 8, context: 4, vocabularySize: 10,
 * });
 * sampler.next(0);
 * assert.deepEqual([sampler.usage().web?.tokens, sampler.usage().math?.tokens], [24, 8]);
 * ```
 */
export class BatchSampler {
  readonly #sources: Map<string, TokenSource>;
  readonly #options: BatchSamplerOptions;
  readonly #progress = new Map<string, SourceProgress>();
  readonly #orders = new Map<string, { epoch: number; order: Uint32Array }>();
  readonly #random: Random;

  /**
   * A sampler at its beginning, or at `options.progress`.
   *
   * @throws {RangeError} If a source cannot feed the model, two share a name, or the weights make no mixture.
   */
  constructor(sources: readonly TokenSource[], options: BatchSamplerOptions) {
    for (const name of ["batch", "context"] as const) {
      if (!Number.isSafeInteger(options[name]) || options[name] < 1) {
        throw new RangeError(
          `Cannot draw batches as ${name} must be a whole number >= 1: current value is ${options[name]}`,
        );
      }
    }
    if (sources.length === 0) {
      throw new RangeError("Cannot draw batches as there must be a source: there is none");
    }
    this.#sources = new Map(sources.map((source) => [source.name, source]));
    if (this.#sources.size < sources.length) {
      throw new RangeError(
        `Cannot draw batches as sources must have different names: they are ${
          sources.map(({ name }) => name)
        }`,
      );
    }
    this.#options = options;
    this.#random = new Random(options.seed ?? 1).fork("windows");
    for (const source of sources) {
      checkSource(source, options, options.context);
    }
    this.seek(options.progress ?? {});
    this.#weights(0);
  }

  /** Go to a place that {@linkcode progress} gave; sources it does not name begin anew. */
  seek(progress: Record<string, SourceProgress>): void {
    for (const name of this.#sources.keys()) {
      this.#progress.set(name, { ...progress[name] ?? { sequences: 0, credit: 0 } });
    }
  }

  /** The batch of a step. Batches come in order: the step only decides the weights. */
  next(step: number): Batch {
    const { batch, context, maskDocuments = false } = this.#options, weights = this.#weights(step);
    const tokens = new Int32Array(batch * context), targets = new Int32Array(batch * context);
    const segments = maskDocuments ? new Int32Array(batch * context) : undefined;
    for (let row = 0; row < batch; row++) {
      const source = this.#nextSource(weights), start = this.#nextWindow(source) * context;
      tokens.set(source.tokens.subarray(start, start + context), row * context);
      targets.set(source.tokens.subarray(start + 1, start + 1 + context), row * context);
      if (segments) numberDocuments(tokens, segments, source.endOfDocument, row * context, context);
    }
    return { tokens, targets, ...(segments && { segments }) };
  }

  /** Where the sampler stands; a new one given this goes on with the same batches. */
  progress(): Record<string, SourceProgress> {
    return Object.fromEntries([...this.#progress].map(([name, progress]) => [name, { ...progress }]));
  }

  /** What each source has given, exactly. */
  usage(): Record<string, SourceUsage> {
    const { context } = this.#options;
    return Object.fromEntries([...this.#progress].map(([name, { sequences }]) => [name, {
      sequences,
      tokens: sequences * context,
      epochs: sequences / countWindows(this.#sources.get(name)!, context),
    }]));
  }

  /** The weights at a step, one for each source, adding up to 1. */
  #weights(step: number): Map<string, number> {
    const { weights } = this.#options;
    const given = typeof weights === "function"
      ? weights(step)
      : weights ?? Object.fromEntries([...this.#sources.keys()].map((name) => [name, 1]));
    let total = 0;
    for (const [name, weight] of Object.entries(given)) {
      if (!this.#sources.has(name)) {
        throw new RangeError(
          `Cannot draw batches as weights must name sources (${
            [...this.#sources.keys()].join(", ")
          }): at step ${step} they name ${name}`,
        );
      }
      if (!(weight >= 0 && Number.isFinite(weight))) {
        throw new RangeError(
          `Cannot draw batches as weights must be finite numbers >= 0: the weight of ${name} at step ${step} is ${weight}`,
        );
      }
      total += weight;
    }
    if (!(total > 0)) {
      throw new RangeError(
        `Cannot draw batches as weights must add up to more than 0: at step ${step} they add up to ${total}`,
      );
    }
    return new Map([...this.#sources.keys()].map((name) => [name, (given[name] ?? 0) / total]));
  }

  #nextSource(weights: Map<string, number>): TokenSource {
    let chosen: string | undefined, most = -Infinity;
    for (const [name, weight] of weights) {
      const progress = this.#progress.get(name)!;
      progress.credit += weight;
      if (weight > 0 && progress.credit > most) [chosen, most] = [name, progress.credit];
    }
    this.#progress.get(chosen!)!.credit -= 1;
    return this.#sources.get(chosen!)!;
  }

  #nextWindow(source: TokenSource): number {
    const progress = this.#progress.get(source.name)!, windows = countWindows(source, this.#options.context);
    const epoch = Math.floor(progress.sequences / windows);
    let current = this.#orders.get(source.name);
    if (current?.epoch !== epoch) {
      const all = Array.from({ length: windows }, (_, i) => i);
      const order = Uint32Array.from(this.#random.fork(`${source.name}/${epoch}`).shuffle(all));
      this.#orders.set(source.name, current = { epoch, order });
    }
    return current.order[progress.sequences++ % windows]!;
  }
}

/** Count documents within one row: the number goes up after each end-of-document token. */
export function numberDocuments(
  tokens: Int32Array,
  segments: Int32Array,
  endOfDocument: number,
  start: number,
  length: number,
): void {
  for (let i = start, number = 0; i < start + length; i++) {
    segments[i] = number;
    if (tokens[i] === endOfDocument) number++;
  }
}
