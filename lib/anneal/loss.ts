import { bootstrapMean, described, mean, must, ofKind, takes, wholeNumber } from "../base/mod.ts";
import type { BackendName } from "./backend.ts";
import { type Batch, countTargets, numberDocuments, weighsTargets } from "./batches.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { checkConfig } from "./config.ts";
import type { Engine, Learner } from "./learner.ts";
import { openLearner, resolveEngine } from "./open_learner.ts";
import { checkOptimizer } from "./optimizer.ts";
import { checkSource, countWindows, type TokenSource } from "./tokens.ts";

/** Loss on held-out tokens, window by window: the pairs of a paired comparison. */
export interface WindowLosses {
  /** Mean loss of each window, in nats per token that counts; NaN where none does. */
  perWindow: Float64Array;
  /** Mean loss at each position in a window, in nats per token that counts; NaN where none does. */
  perPosition: Float64Array;
  /** How many windows. */
  windows: number;
  /** How many tokens they hold, those that do not count among them. */
  tokens: number;
  /** Mean loss of all tokens that count, in nats: windows weigh by how many of theirs do; NaN where none does. */
  loss: number;
}

/** Options of {@linkcode evaluateLoss}. */
export interface EvaluateLossOptions {
  /** At most this many windows, spread evenly over the source. @default all */
  windows?: number | undefined;
  /** Windows in one pass. @default {8} */
  batch?: number | undefined;
  /** Tokens in a window. @default {config.context} */
  context?: number | undefined;
  /** Keep attention inside documents. @default as the checkpoint is trained by default */
  maskDocuments?: boolean | undefined;
  /** With `maskDocuments`: count what the end of a document predicts of the next one. @default {false} */
  crossDocumentTargets?: boolean | undefined;
  /** How the passes are carried out. @default {"native" on a CPU, which compiles nothing} */
  engine?: Engine | undefined;
  /** The tensor backend. @default the one that `backend()` opens */
  backend?: BackendName | undefined;
}

/**
 * A model's loss on held-out tokens. Windows are the same for every model, so two models are compared window by window.
 *
 * @throws {RangeError} If the source is too short or holds ids beyond the model's vocabulary.
 * @example
 * ```ts ignore
 * import { bootstrapMean } from "midtrain/base";
 * import { evaluateLoss } from "midtrain/anneal";
 *
 * const before = await evaluateLoss(stable, heldOut), after = await evaluateLoss(annealed, heldOut);
 * const gain = bootstrapMean(before.perWindow.map((loss, i) => loss - after.perWindow[i]!));
 * ```
 */
export async function evaluateLoss(
  checkpoint: Checkpoint,
  source: TokenSource,
  options: EvaluateLossOptions = {},
): Promise<WindowLosses> {
  takes(
    "Cannot measure loss",
    options,
    "windows?, batch?, context?, maskDocuments?, crossDocumentTargets?, engine?, backend?",
  );
  ofKind("Cannot measure loss", { checkpoint }, "an object with config, weights");
  ofKind("Cannot measure loss", { source }, "an object with tokens");
  const { config } = checkpoint;
  const { context = config.context, maskDocuments = checkpoint.maskDocuments ?? false } = options;
  checkEvaluation({ sources: [source], windows: options.windows }, checkConfig(config), context);
  const windows = Math.min(options.windows ?? Infinity, countWindows(source, context));
  const batch = Math.min(options.batch ?? 8, windows);
  using learner = await openForReading(checkpoint, { batch, context, maskDocuments }, options);
  const { crossDocumentTargets } = options;
  return await lossesOf(learner, source, { batch, context, maskDocuments, crossDocumentTargets, windows });
}

/**
 * A model's logits for one sequence: `[T, V]`, row by row.
 *
 * @param checkpoint The model.
 * @param tokens The sequence, at most `config.context` ids.
 * @throws {RangeError} If the sequence is empty, too long, or holds ids beyond the vocabulary.
 * @example
 * ```ts ignore
 * import { logitsOf } from "midtrain/anneal";
 *
 * const logits = await logitsOf(checkpoint, [72, 105]);
 * ```
 */
export async function logitsOf(
  checkpoint: Checkpoint,
  tokens: ArrayLike<number>,
  options: Pick<EvaluateLossOptions, "engine" | "backend"> = {},
): Promise<Float32Array> {
  takes("Cannot compute logits", options, "engine?, backend?");
  ofKind("Cannot compute logits", { checkpoint }, "an object with config, weights");
  ofKind("Cannot compute logits", { tokens }, "a list of numbers");
  const { context, vocabularySize } = checkpoint.config;
  if (!(tokens.length >= 1 && tokens.length <= context)) {
    throw new RangeError(
      `Cannot compute logits as tokens must hold 1 to ${context} ids: there are ${tokens.length}`,
    );
  }
  const bad = Array.from(tokens).findIndex((id) => !(Number.isInteger(id) && id >= 0 && id < vocabularySize));
  if (bad >= 0) {
    throw new RangeError(
      `Cannot compute logits as ids must be whole numbers in [0, ${vocabularySize}): token ${bad} is ${
        tokens[bad]
      }`,
    );
  }
  const ids = Int32Array.from(tokens);
  const shape = { batch: 1, context: ids.length, maskDocuments: false };
  using learner = await openForReading(checkpoint, shape, options);
  return await learner.logits({ tokens: ids });
}

/** Check what a run or a call is to be measured on. */
export function checkEvaluation(
  { sources, windows = 1, everySteps = 1 }: {
    sources: readonly TokenSource[];
    windows?: number | undefined;
    everySteps?: number;
  },
  config: { vocabularySize: number; context: number },
  context: number,
): void {
  const cannot = "Cannot measure loss";
  wholeNumber(cannot, { windows, everySteps, context }, ">= 1");
  const rule = `context must be at most the model's ${config.context} tokens`;
  must(cannot, rule, context, context <= config.context);
  for (const source of sources) checkSource(source, config, context);
}

/** Losses of a source's windows under a learner's present state. */
export async function lossesOf(
  learner: Learner,
  source: TokenSource,
  { batch, context, maskDocuments, crossDocumentTargets, windows }: {
    batch: number;
    context: number;
    maskDocuments: boolean;
    crossDocumentTargets?: boolean | undefined;
    windows: number;
  },
): Promise<WindowLosses> {
  const all = countWindows(source, context);
  const count = Math.min(windows, all);
  const perWindow = new Float64Array(count);
  const perPosition = new Float64Array(context);
  const leaves = weighsTargets({ maskDocuments, crossDocumentTargets }, [source]);
  const weights = new Float32Array(batch * context);
  const uncountedIn = new Int32Array(count);
  const uncountedAt = new Int32Array(context);
  for (let first = 0; first < count; first += batch) {
    // The shape of a pass is fixed: a last, short one is filled up by its own last window.
    const chosen = Array.from({ length: batch }, (_, row) => Math.min(first + row, count - 1));
    const starts = chosen.map((window) => Math.floor(window * all / count) * context);
    const drawn = windowBatch(source, starts, context, maskDocuments);
    const losses = await learner.tokenLosses(drawn);
    starts.forEach((first, row) =>
      countTargets(source, first, drawn.tokens, weights, {
        ...{ maskDocuments, crossDocumentTargets },
        start: row * context,
        length: context,
      })
    );
    for (let row = 0; row < Math.min(batch, count - first); row++) {
      for (let i = 0; i < context; i++) {
        const loss = losses[row * context + i];
        if (weights[row * context + i] === 0) {
          uncountedIn[first + row]++;
          uncountedAt[i]++;
          continue;
        }
        perWindow[first + row] += loss / context;
        perPosition[i] += loss / count;
      }
    }
  }
  // A factor of exactly 1 where all count: losses of before stay as they were, to the bit.
  if (leaves) {
    for (let i = 0; i < count; i++) perWindow[i] *= context / (context - uncountedIn[i]);
    for (let i = 0; i < context; i++) perPosition[i] *= count / (count - uncountedAt[i]);
  }
  const countedIn = Array.from(uncountedIn, (uncounted) => context - uncounted);
  const loss = leaves ? weightedMean(perWindow, countedIn) : mean(perWindow);
  const measured: WindowLosses = { perWindow, perPosition, windows: count, tokens: count * context, loss };
  return described(measured, () => {
    const counted = perWindow.filter((loss) => !Number.isNaN(loss));
    return [
      {
        rows: [{
          windows: count,
          tokens: count * context,
          ...counted.length > 0 ? { "mean loss (nats per token)": bootstrapMean(counted) } : {},
        }],
      },
      "The interval is of the mean over windows, by resampling them",
    ];
  });
}

/** A mean, what weighs nothing left out. */
function weightedMean(values: ArrayLike<number>, weights: readonly number[]): number {
  const sum = weights.reduce((sum, weight, i) => weight > 0 ? sum + weight * values[i] : sum, 0);
  return sum / weights.reduce((sum, weight) => sum + weight, 0);
}

function windowBatch(source: TokenSource, starts: number[], context: number, maskDocuments: boolean): Batch {
  const length = starts.length * context;
  const tokens = new Int32Array(length);
  const targets = new Int32Array(length);
  const segments = maskDocuments ? new Int32Array(length) : undefined;
  starts.forEach((start, row) => {
    tokens.set(source.tokens.subarray(start, start + context), row * context);
    targets.set(source.tokens.subarray(start + 1, start + 1 + context), row * context);
    if (segments) numberDocuments(tokens, segments, source.endOfDocument, row * context, context);
  });
  return { tokens, targets, ...(segments && { segments }) };
}

/** A learner that only reads. */
export async function openForReading(
  { config, weights }: Checkpoint,
  shape: { batch: number; context: number; maskDocuments: boolean },
  { engine, backend }: Pick<EvaluateLossOptions, "engine" | "backend">,
): Promise<Learner> {
  const unused = { optimizer: checkOptimizer({}), precision: "float32" as const };
  const chosen = engine ?? await resolveEngine({ backend });
  return await openLearner({ weights }, { config, ...shape, ...unused, engine: chosen, backend });
}
