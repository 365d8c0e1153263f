import { wholeNumber } from "../base/mod.ts";
import { permutation } from "./_permutation.ts";
import { checkSource, countWindows, readWindow, type TokenSource } from "./tokens.ts";

/** One batch: B sequences of T tokens, row by row. */
export interface Batch {
  /** Token ids `[B * T]`. */
  tokens: Int32Array;
  /** The token after each `[B * T]`. */
  targets: Int32Array;
  /** The number of its document within the sequence for each token `[B * T]`; absent where attention crosses documents. */
  segments?: Int32Array;
  /**
   * How much each target counts `[B * T]`: 0 where it does not, as what begins another document than the token before it,
   * else what makes them 1 on average; absent where all count alike.
   */
  weights?: Float32Array;
  /** What teachers said, their k likeliest ids of each token; absent where there is none. */
  teacher?: TeacherRows;
}

/** What teachers said of the tokens of a batch. */
export interface TeacherRows {
  /** Ids `[B * T * k]`. */
  ids: Uint32Array;
  /** Their probabilities `[B * T * k]`. */
  probabilities: Float32Array;
  /** How much of each token's loss is the teacher's `[B * T]`. */
  share: Float32Array;
}

/** `size` tokens of a batch from a place in it. */
export function partOfBatch(
  { tokens, targets, segments, weights, teacher }: Batch,
  from: number,
  size: number,
): Batch {
  const to = from + size;
  return {
    tokens: tokens.subarray(from, to),
    targets: targets.subarray(from, to),
    ...(segments && { segments: segments.subarray(from, to) }),
    ...(weights && { weights: weights.subarray(from, to) }),
    ...(teacher && { teacher: partOfTeacher(teacher, from, to) }),
  };
}

function partOfTeacher({ ids, probabilities, share }: TeacherRows, from: number, to: number): TeacherRows {
  const topK = ids.length / share.length;
  return {
    ids: ids.subarray(from * topK, to * topK),
    probabilities: probabilities.subarray(from * topK, to * topK),
    share: share.subarray(from, to),
  };
}

/** How much of each source a batch takes: fixed, or by step. Weights are relative; a source not named weighs 0. */
export type SourceWeights = Record<string, number> | ((step: number) => Record<string, number>);

/** How far one source has been read. */
export interface SourceProgress {
  /** Tokens drawn so far, over the model's whole life. */
  tokens: number;
  /** Its place in the order of windows: how many of `context` tokens lie behind it. */
  sequences: number;
  /** Tokens in a window. */
  context: number;
  /** The share of a sequence that is owed to it (or, negative, that it owes). */
  credit: number;
}

/** What a source has given to a model. */
export interface SourceUsage {
  /** Tokens drawn. */
  tokens: number;
  /** How often its windows were gone through. */
  epochs: number;
}

/** Options of {@linkcode BatchSampler}. */
export interface BatchSamplerOptions {
  /** The mixture. @default equal weights */
  weights?: SourceWeights | undefined;
  /** Sequences in a batch. */
  batch: number;
  /** Tokens in a sequence. */
  context: number;
  /** Ids must lie below this. */
  vocabularySize: number;
  /** Keep attention inside documents: batches then carry segments. @default {false} */
  maskDocuments?: boolean | undefined;
  /** With `maskDocuments`: let the end of a document predict the beginning of the next one. @default {false} */
  crossDocumentTargets?: boolean | undefined;
  /**
   * How often a source may be gone through over the model's whole life: one number for all, or by name. About 4 costs
   * little (Muennighoff et al., arXiv:2305.16264). @default {Infinity}
   */
  maxEpochs?: number | Record<string, number> | undefined;
  /** How much of the loss is a teacher's where a source has one, in (0, 1]. @default no teacher is read */
  distillation?: number | undefined;
  /** Names the order of windows. @default {1} */
  seed?: number | string | undefined;
  /** Where to go on. @default the beginning */
  progress?: Record<string, SourceProgress> | undefined;
}

/**
 * Draws batches from weighted sources, the same ones for the same seed.
 *
 * A source is cut into windows of `context` tokens; each epoch goes through all of them once in a fresh order. Which
 * source gives the next sequence is decided without chance: each is owed its weight, and the one that is owed most gives
 * (smooth weighted round-robin). So the share of every source is exact to one sequence at any moment, and a comparison of
 * two mixtures is not blurred by the draw of sources.
 */
export class BatchSampler {
  readonly #sources: Map<string, TokenSource>;
  readonly #options: BatchSamplerOptions;
  readonly #progress = new Map<string, SourceProgress>();
  readonly #orders = new Map<string, { epoch: number; windowAt: (i: number) => number }>();

  /**
   * A sampler at its beginning, or at `options.progress`.
   *
   * @throws {RangeError} If a source cannot feed the model, two share a name, or the weights make no mixture.
   */
  constructor(sources: readonly TokenSource[], options: BatchSamplerOptions) {
    const { batch, context } = options;
    wholeNumber("Cannot draw batches", { batch, context }, ">= 1");
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
    for (const source of sources) {
      checkSource(source, options, context);
      this.#maxEpochs(source.name);
    }
    this.seek(options.progress ?? {});
    this.#weights(0);
  }

  /**
   * Go to a place that {@linkcode progress} gave; sources it does not name begin anew. Where windows were of another
   * length, the new ones go on after as many tokens.
   *
   * @throws {RangeError} If a source's place is none.
   */
  seek(progress: Record<string, SourceProgress>): void {
    const { context } = this.#options;
    for (const name of this.#sources.keys()) {
      const found = progress[name] ?? { tokens: 0, sequences: 0, context, credit: 0 };
      const { tokens, sequences, context: before, credit } = found;
      if (!(tokens >= 0 && sequences >= 0 && before >= 1 && Number.isFinite(credit))) {
        throw new RangeError(
          `Cannot draw batches as the progress of ${name} must hold tokens, sequences, context and credit: ` +
            `current value is ${JSON.stringify(found)}`,
        );
      }
      const place = before === context ? sequences : Math.ceil(sequences * before / context);
      this.#progress.set(name, { tokens, sequences: place, context, credit });
    }
  }

  /**
   * The batch of a step. Batches come in order: the step only decides the weights.
   *
   * @param step The step.
   * @param batch Sequences in it. @default the option `batch`
   */
  next(step: number, batch: number = this.#options.batch): Batch {
    const { context, maskDocuments = false, vocabularySize } = this.#options;
    const mixture = this.#weights(step);
    const tokens = new Int32Array(batch * context);
    const targets = new Int32Array(batch * context);
    const segments = maskDocuments ? new Int32Array(batch * context) : undefined;
    const weights = weighsTargets(this.#options, [...this.#sources.values()])
      ? new Float32Array(batch * context)
      : undefined;
    const teacher = this.#teacherRows(batch * context);
    for (let row = 0; row < batch; row++) {
      const source = this.#sources.get(takeTurn(this.#progress, mixture))!;
      const at = row * context;
      const window = this.#nextWindow(source);
      readWindow(source, window, { tokens, targets }, { at, context, vocabularySize });
      if (segments) numberDocuments(tokens, segments, source.endOfDocument, at, context);
      if (weights) {
        countTargets(source, window * context, tokens, weights, {
          ...this.#options,
          start: at,
          length: context,
        });
      }
      if (teacher && source.teacher) {
        const { ids, probabilities } = source.teacher.read(window * context, context);
        teacher.ids.set(ids, at * source.teacher.topK);
        teacher.probabilities.set(probabilities, at * source.teacher.topK);
        for (let i = 0; i < context; i++) {
          const silent = probabilities[i * source.teacher.topK] === 0;
          teacher.share[at + i] = silent ? 0 : this.#options.distillation!;
        }
      }
    }
    if (weights) toMeanOne(weights);
    return {
      ...{ tokens, targets },
      ...(segments && { segments }),
      ...(weights && { weights }),
      ...(teacher && { teacher }),
    };
  }

  /** Room for what teachers say, where they are read. */
  #teacherRows(tokens: number): TeacherRows | undefined {
    const taught = [...this.#sources.values()].find(({ teacher }) => teacher)?.teacher;
    if (this.#options.distillation === undefined || !taught) return undefined;
    const length = tokens * taught.topK;
    return {
      ids: new Uint32Array(length),
      probabilities: new Float32Array(length),
      share: new Float32Array(tokens),
    };
  }

  /** Where the sampler stands; a new one given this goes on with the same batches. */
  progress(): Record<string, SourceProgress> {
    return Object.fromEntries([...this.#progress].map(([name, progress]) => [name, { ...progress }]));
  }

  /** What each source has given, exactly. */
  usage(): Record<string, SourceUsage> {
    return this.#usageAt(this.#progress);
  }

  /**
   * What each source will have given after coming steps, exactly, as sources take their turns without chance. Nothing is
   * drawn.
   *
   * @param from The step that comes next.
   * @param batches Sequences in the batch of each step from there.
   * @throws {RangeError} If a source runs out on the way (`maxEpochs`), or the weights of a step make no mixture.
   */
  forecast(from: number, batches: ArrayLike<number>): Record<string, SourceUsage> {
    const progress = new Map(Object.entries(this.progress()));
    const most = new Map([...this.#sources.values()].map((source) => [
      source.name,
      Math.floor(this.#maxEpochs(source.name) * countWindows(source, this.#options.context) + 1e-9),
    ]));
    let exhausted: { name: string; step: number } | undefined;
    for (let i = 0; i < batches.length; i++) {
      const weights = this.#weights(from + i);
      for (let row = 0; row < batches[i]; row++) {
        const name = takeTurn(progress, weights);
        const taken = progress.get(name)!;
        taken.sequences++;
        taken.tokens += this.#options.context;
        if (taken.sequences > most.get(name)!) exhausted ??= { name, step: from + i };
      }
    }
    const usage = this.#usageAt(progress);
    if (exhausted) {
      const { name, step } = exhausted;
      const { epochs } = usage[name];
      throw new RangeError(
        `Cannot draw batches as source ${name} runs out at step ${step}: ` +
          `${from + batches.length} steps go through it ${
            Number(epochs.toPrecision(4))
          } times, maxEpochs allows ${this.#maxEpochs(name)}`,
      );
    }
    return usage;
  }

  #usageAt(progress: Map<string, SourceProgress>): Record<string, SourceUsage> {
    return Object.fromEntries([...progress].map(([name, { tokens, sequences }]) => [name, {
      tokens,
      epochs: sequences / countWindows(this.#sources.get(name)!, this.#options.context),
    }]));
  }

  #maxEpochs(name: string): number {
    const { maxEpochs = Infinity } = this.#options;
    const most = typeof maxEpochs === "number" ? maxEpochs : maxEpochs[name] ?? Infinity;
    if (most > 0) return most;
    throw new RangeError(`Cannot draw batches as maxEpochs must be > 0: that of ${name} is ${most}`);
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

  #nextWindow(source: TokenSource): number {
    const { context, seed = 1 } = this.#options;
    const { name } = source;
    const windows = countWindows(source, context);
    const progress = this.#progress.get(name)!;
    const epoch = Math.floor(progress.sequences / windows);
    let order = this.#orders.get(name);
    if (order?.epoch !== epoch) {
      order = { epoch, windowAt: permutation(windows, `${seed}/windows/${name}/${epoch}`) };
      this.#orders.set(name, order);
    }
    progress.tokens += context;
    return order.windowAt(progress.sequences++ % windows);
  }
}

/** Smooth weighted round-robin: every source is owed its weight, the one that is owed most gives. */
function takeTurn(progress: Map<string, SourceProgress>, weights: Map<string, number>): string {
  let chosen: string | undefined;
  let most = -Infinity;
  for (const [name, weight] of weights) {
    const source = progress.get(name)!;
    source.credit += weight;
    if (weight > 0 && source.credit > most) [chosen, most] = [name, source.credit];
  }
  progress.get(chosen!)!.credit -= 1;
  return chosen!;
}

/** Count documents within one row: the number goes up after each end-of-document token. */
export function numberDocuments(
  tokens: Int32Array,
  segments: Int32Array,
  endOfDocument: number,
  start: number,
  length: number,
): void {
  let number = 0;
  for (let i = start; i < start + length; i++) {
    segments[i] = number;
    if (tokens[i] === endOfDocument) number++;
  }
}

/** What decides which targets count. */
interface TargetOptions {
  maskDocuments?: boolean | undefined;
  crossDocumentTargets?: boolean | undefined;
}

/** Whether some targets may not count: those across documents, or what a source leaves out. */
export function weighsTargets(options: TargetOptions, sources: readonly TokenSource[]): boolean {
  return leavesCrossing(options) || sources.some(({ counted }) => counted !== undefined);
}

function leavesCrossing({ maskDocuments, crossDocumentTargets }: TargetOptions): boolean {
  return maskDocuments === true && crossDocumentTargets !== true;
}

/**
 * Within one row, 1 for each target that counts, else 0.
 *
 * @param first Where the row begins in the source.
 */
export function countTargets(
  { counted, endOfDocument }: TokenSource,
  first: number,
  tokens: Int32Array,
  weights: Float32Array,
  { start, length, ...options }: TargetOptions & { start: number; length: number },
): void {
  if (counted) weights.set(counted.subarray(first + 1, first + 1 + length), start);
  else weights.fill(1, start, start + length);
  if (!leavesCrossing(options)) return;
  for (let i = start; i < start + length; i++) if (tokens[i] === endOfDocument) weights[i] = 0;
}

/** From 0 and 1 to weights whose mean is 1: the mean of what is weighed is then that over those that count. */
function toMeanOne(weights: Float32Array): void {
  const counted = weights.reduce((sum, weight) => sum + weight, 0);
  if (counted > 0 && counted < weights.length) {
    for (let i = 0; i < weights.length; i++) weights[i] *= weights.length / counted;
  }
}
