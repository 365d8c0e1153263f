import type { OnProgress } from "../base/mod.ts";
import type { BackendName } from "./backend.ts";
import type { SkipOutliersOptions } from "./_outliers.ts";
import type { SourceUsage, SourceWeights } from "./batches.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { LlamaConfig } from "./config.ts";
import type { Precision } from "./kernels.ts";
import type { Engine } from "./learner.ts";
import type { OptimizerOptions } from "./optimizer.ts";
import type { TokenSource } from "./tokens.ts";

/** One line of a training log. */
export interface StepRecord {
  /** The step, counted from 0 over the model's whole life. */
  step: number;
  /** Tokens seen after it. */
  tokens: number;
  /** The learning rate of its update. */
  learningRate: number;
  /** Mean loss in nats per token, before the update. */
  loss: number;
  /** Norm of all gradients, before clipping. */
  gradientNorm: number;
  /** Speed of this step, by the clock. */
  tokensPerSecond: number;
  /** Targets that the loss counted; only where some may not. */
  countedTokens?: number;
  /** Set where the update was not made: the step was an outlier, or none of its targets counted. */
  skipped?: true;
  /** Set on a run's first step where its optimiser began anew though the checkpoint had a state. */
  optimizerState?: "fresh";
  /** Model FLOP utilisation: the step's useful operations over the device's peak; only where the peak is known. */
  utilisation?: number;
}

/** One measurement on held-out tokens during a run. */
export interface Evaluation {
  /** Steps trained when it was made. */
  step: number;
  /** Tokens seen by then. */
  tokens: number;
  /** The held-out source. */
  source: string;
  /** Mean loss in nats per token. */
  loss: number;
  /** The same in bits per UTF-8 byte of the source's text, which compares across tokenizers. */
  bitsPerByte: number;
  /** How many windows it was measured on. */
  windows: number;
}

/** Options of {@linkcode train}. */
export interface TrainOptions extends OptimizerOptions {
  /** The model's shape; not needed with `from`. */
  config?: LlamaConfig | undefined;
  /** Go on from here: same optimiser state, same next token. @default a fresh model */
  from?: Checkpoint | undefined;
  /**
   * With `from`: `kept` goes on with its optimiser's state, which it must have; `fresh` begins anew, which the log marks.
   * @default kept where there is one
   */
  optimizerState?: "kept" | "fresh" | undefined;
  /**
   * Leave out the updates of steps whose loss or gradient norm lies far above the steps before (OLMo-core's SkipStep); the
   * log marks them. @default every update is made
   */
  skipOutliers?: SkipOutliersOptions | undefined;
  /** What to train on. */
  sources: readonly TokenSource[];
  /** The mixture, fixed or by step. @default equal weights */
  weights?: SourceWeights | undefined;
  /**
   * How often a source may be gone through over the model's whole life: one number for all, or by name. A run that would
   * need more does not begin, and says which source runs out and when. @default {Infinity}
   */
  maxEpochs?: number | Record<string, number> | undefined;
  /** Learning rate of every step, counted from 0 over the model's whole life. */
  schedule: (step: number) => number;
  /**
   * Train until the model has this many steps in all; a run from step 300 with 400 makes 100. A run has at most ten
   * million.
   */
  steps: number;
  /**
   * Sequences in a batch: fixed, or by the tokens that the model has seen, as `batchRamp` of `midtrain/schedule` gives
   * them. @default {8}
   */
  batch?: number | ((tokens: number) => number) | undefined;
  /**
   * Sequences that are passed through at a time, where a batch does not fit in memory: gradients are added up over a batch,
   * which must be a multiple of it. @default the batch
   */
  microBatch?: number | undefined;
  /** Compute blocks once more in the backward pass instead of keeping what they left, for long contexts. @default {false} */
  recompute?: boolean | undefined;
  /** Tokens in a sequence. @default {config.context} */
  context?: number | undefined;
  /**
   * Keep attention inside documents. By default mid-training does, as published mid-training has it: a run `from` a model that
   * was trained elsewhere (a published folder, a GGUF file), or from one that was trained so here; a fresh model's does not.
   */
  maskDocuments?: boolean | undefined;
  /**
   * With `maskDocuments`: let the end of a document predict the beginning of the next one, which it cannot know; that target
   * is left out of the loss else. @default {false}
   */
  crossDocumentTargets?: boolean | undefined;
  /**
   * How much of the loss of a source that a teacher was recorded of ({@linkcode recordTeacher}) is the teacher's, in (0, 1]: the
   * forward divergence of its likeliest ids, beside cross entropy, which alone is reported. @default {0.5}
   */
  distillation?: number | undefined;
  /** Names the draw of parameters and the order of data. @default {1} */
  seed?: number | string | undefined;
  /** How steps are carried out. @default see {@linkcode Engine} */
  engine?: Engine | undefined;
  /** The tensor backend. @default the one that `backend()` opens */
  backend?: BackendName | undefined;
  /** Type of the factors in matrix products; weights and sums stay float32. @default {"float32"} */
  precision?: Precision | undefined;
  /** What the device could do at most, in FLOP a second: what utilisation is measured against. @default {peakFlops} */
  peakFlops?: number | undefined;
  /** Measure held-out loss every so many steps and at the end. */
  evaluate?: {
    /** Steps between measurements. */
    everySteps: number;
    /** Held-out tokens. */
    sources: readonly TokenSource[];
    /** Windows of each, spread evenly. @default {64} */
    windows?: number | undefined;
  } | undefined;
  /** Stops after the step in hand, state kept. */
  signal?: AbortSignal | undefined;
  /** Called with every step. */
  onStep?: ((record: StepRecord) => void) | undefined;
  /** Called with every measurement of held-out loss. */
  onEvaluation?: ((evaluation: Evaluation) => void) | undefined;
  /** Called with every step as progress. */
  onProgress?: OnProgress | undefined;
  /**
   * A folder for the run: `run.json`, `log.jsonl`, `evaluations.jsonl` and its newest checkpoint. The same call on it
   * again, after a stop or a kill, goes on from that checkpoint to bit-identical losses. @default nothing is written
   */
  folder?: string | undefined;
  /** Steps between checkpoints for `folder` and `onCheckpoint`; `folder` gets one at the end too. @default {100} */
  checkpointEverySteps?: number | undefined;
  /** Given a checkpoint every so many steps: for merging, or to keep more than the newest. */
  onCheckpoint?: ((checkpoint: Checkpoint) => void | Promise<void>) | undefined;
}

/** How a run ended. */
export type Stopped = "done" | "interrupted" | "diverged";

/** A finished run. */
export interface Run {
  /** One record a step. */
  log: StepRecord[];
  /** The model at the end; of a diverged run, the last good one. */
  checkpoint: Checkpoint;
  /** How it ended. */
  stopped: Stopped;
  /** One sentence on how it ended. */
  message: string;
  /** Held-out losses on the way. */
  evaluations: Evaluation[];
  /** What each source has given over the model's whole life. */
  usage: Record<string, SourceUsage>;
  /** What carried out the steps. */
  engine: Engine;
}

/** What makes a run the run it is; two that agree in it would compute the same. */
export type RunIdentity = Record<string, unknown>;
