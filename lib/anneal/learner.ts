import type { BatchShape } from "./_sizes.ts";
import type { TeacherOptions } from "./_distillation.ts";
import type { BackendName } from "./backend.ts";
import type { Batch } from "./batches.ts";
import type { KernelEngine } from "./compile.ts";
import type { LlamaConfig } from "./config.ts";
import type { Precision } from "./kernels.ts";
import type { Optimizer } from "./optimizer.ts";
import type { Parameters } from "./parameters.ts";

/**
 * How a training step is carried out: one of the engines on TensorFlow's kernels, or `reference`, plain tfjs operators and
 * autodiff, the only one on the `webgpu` and `cpu` backends. The default is `xla` on a GPU, `native` on a CPU.
 */
export type Engine = KernelEngine | "reference";

/** AdamW's memory of a model's past. */
export interface OptimizerState {
  /** Updates made. */
  updates: number;
  /** Running mean of each gradient. */
  first: Parameters;
  /** Running mean of each squared gradient. */
  second: Parameters;
}

/** Parameters, with the optimiser's memory if there is one. */
export interface LearnerState {
  /** The model. */
  weights: Parameters;
  /** What the optimiser remembers; without it moments begin at zero. */
  optimizer?: OptimizerState;
  /** The weights' moving average; without it one that is asked for begins at the weights. */
  average?: Parameters;
}

/** What one step found. */
export interface StepResult {
  /** Mean loss in nats per token, before the update. */
  loss: number;
  /** Norm of all gradients together, before clipping. */
  gradientNorm: number;
  /** Whether the update was made; it is not where loss or norm is not finite, or the caller did not accept them. */
  updated: boolean;
}

/** Asked before an update, once loss and norm are known and finite: whether it is to be made. */
export type Accepts = (found: Omit<StepResult, "updated">) => boolean;

/** A model on the device: it takes steps and measures losses, its state stays there until it is read. */
export interface Learner {
  /** What carries it out. */
  readonly engine: Engine;
  /**
   * One update at a learning rate. A batch of several times the sequences that the learner was built for is passed through in
   * pieces: the gradient is that of all of them, the memory that of one.
   *
   * @param accepts Whether the update is to be made. @default it is
   */
  step(batch: Batch, learningRate: number, accepts?: Accepts): Promise<StepResult>;
  /** Loss in nats of every token of a batch `[B * T]`, nothing updated. */
  tokenLosses(batch: Batch): Promise<Float32Array>;
  /** Logits of tokens of a batch, one row of V each. */
  logits(batch: Omit<Batch, "targets">, asked?: LogitsOptions): Promise<Float32Array>;
  /** Remember the present state; costs its memory, no copy. */
  hold(): void;
  /** Go back to the remembered state. */
  restore(): void;
  /** Copy the state to the host. */
  read(): Promise<LearnerState>;
  /** Free the device's memory. */
  [Symbol.dispose](): void;
}

/** Options of {@linkcode Learner.logits}. */
export interface LogitsOptions {
  /** Which tokens, by their place in `[B * T]`. @default all */
  rows?: Int32Array;
  /** B and T. @default those that the learner was built for */
  shape?: BatchShape;
}

/** What a learner is built for; shapes are fixed. */
export interface LearnerOptions extends BatchShape {
  /** The model. */
  config: LlamaConfig;
  /** Whether batches carry segments. */
  maskDocuments: boolean;
  /** Whether batches that are trained on carry weights of their targets. @default {false} */
  weighTargets?: boolean | undefined;
  /** What batches say of a teacher. @default nothing */
  teacher?: TeacherOptions | undefined;
  /** AdamW's settings. */
  optimizer: Optimizer;
  /** Type of the factors in matrix products. */
  precision: Precision;
  /**
   * Compute blocks once more in the backward pass instead of keeping what they left. It saves memory on the engines
   * `native`, `traced` and `fused`; XLA's compiler for CPUs merges the two again. @default {false}
   */
  recompute?: boolean;
  /** What carries steps out. @default see {@linkcode Engine} */
  engine?: Engine | undefined;
  /** The tensor backend. @default the one that `backend()` opens */
  backend?: BackendName | undefined;
}
