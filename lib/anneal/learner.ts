import { bindingOf } from "./_binding.ts";
import { KernelLearner } from "./_kernel_learner.ts";
import { ReferenceLearner } from "./_reference_learner.ts";
import { backend, type BackendName } from "./backend.ts";
import type { Batch } from "./batches.ts";
import type { KernelEngine } from "./compile.ts";
import { countParameters, type LlamaConfig } from "./config.ts";
import type { Precision } from "./kernels.ts";
import type { BatchShape } from "./attention.ts";
import type { Optimizer } from "./optimizer.ts";
import type { Parameters } from "./parameters.ts";

/**
 * How a training step is carried out.
 *
 * - `xla`: one TensorFlow function compiled by XLA; the default on a GPU
 * - `fused`: one TensorFlow function, whose parts without matrix products are compiled by XLA; the default on a CPU from
 *   10 million parameters on
 * - `traced`: one TensorFlow function, interpreted; the default on a CPU for smaller models
 * - `eager`: hand-written gradients, kernel by kernel
 * - `reference`: plain tfjs operators and autodiff; the only one on the `webgpu` and `cpu` backends
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
}

/** What one step found. */
export interface StepResult {
  /** Mean loss in nats per token, before the update. */
  loss: number;
  /** Norm of all gradients together, before clipping. */
  gradientNorm: number;
  /** Whether the update was made; it is not where loss or norm is not finite. */
  updated: boolean;
}

/** A model on the device: it takes steps and measures losses, its state stays there until it is read. */
export interface Learner {
  /** What carries it out. */
  readonly engine: Engine;
  /**
   * One update at a learning rate. A batch of several times the sequences that the learner was built for is passed through in
   * pieces: the gradient is that of all of them, the memory that of one.
   */
  step(batch: Batch, learningRate: number): Promise<StepResult>;
  /** Loss in nats of every token of a batch `[B * T]`, nothing updated. */
  tokenLosses(batch: Batch): Promise<Float32Array>;
  /** Logits `[B * T, V]` of a batch. */
  logits(batch: Omit<Batch, "targets">): Promise<Float32Array>;
  /** Remember the present state; costs its memory, no copy. */
  hold(): void;
  /** Go back to the remembered state. */
  restore(): void;
  /** Copy the state to the host. */
  read(): Promise<LearnerState>;
  /** Free the device's memory. */
  [Symbol.dispose](): void;
}

/** `size` tokens of a batch from a place in it. */
export function partOfBatch({ tokens, targets, segments }: Batch, from: number, size: number): Batch {
  const cut = (values: Int32Array) => values.subarray(from, from + size);
  return { tokens: cut(tokens), targets: cut(targets), ...(segments && { segments: cut(segments) }) };
}

/** What a learner is built for; shapes are fixed. */
export interface LearnerOptions extends BatchShape {
  /** The model. */
  config: LlamaConfig;
  /** Whether batches carry segments. */
  maskDocuments: boolean;
  /** AdamW's settings. */
  optimizer: Optimizer;
  /** Type of the factors in matrix products. */
  precision: Precision;
  /**
   * Compute blocks once more in the backward pass instead of keeping what they left. It saves memory on the engines
   * `traced` and `fused`; XLA's compiler for CPUs merges the two again. @default {false}
   */
  recompute?: boolean;
  /** What carries steps out. @default see {@linkcode Engine} */
  engine?: Engine | undefined;
  /** The tensor backend. @default the one that `backend()` opens */
  backend?: BackendName | undefined;
}

/** Parameters from which on what fused parts save makes up for compiling them, seconds. */
const FUSED_FROM = 1e7;

/**
 * The engine that will carry out the steps. By default the model alone decides, so that a run that goes on with other batches
 * goes on to the same numbers.
 *
 * @throws {RangeError} If the backend cannot run the one that is asked for, or the engine not what is asked of it.
 */
export async function resolveEngine(
  { engine, backend: prefer, precision = "float32", recompute = false, config }: Partial<
    Pick<LearnerOptions, "engine" | "backend" | "precision" | "recompute" | "config">
  >,
): Promise<Engine> {
  const { name, device } = await backend(prefer && { prefer });
  const need = (holds: boolean, rule: string, value: unknown) => {
    if (!holds) throw new RangeError(`Cannot run the model as ${rule}: current value is ${value}`);
  };
  need(["float32", "bfloat16"].includes(precision), "precision must be float32 or bfloat16", precision);
  // On a CPU, XLA's matrix products are slower than TensorFlow's, and it compiles for seconds: see fastestEngine().
  const onCpu = config && countParameters(config) >= FUSED_FROM ? "fused" : "traced";
  const chosen = engine ?? (name !== "node-gpu" ? "reference" : device === "gpu" ? "xla" : onCpu);
  need(
    chosen === "reference" || name === "node-gpu",
    `engine must be reference on the ${name} backend`,
    chosen,
  );
  if (chosen === "reference") {
    need(precision === "float32", "precision must be float32 on the engine reference", precision);
  }
  // Only a graph frees what a block left before it computes the block again.
  const graph = chosen !== "reference" && chosen !== "eager";
  need(graph || !recompute, `recompute must be false on the engine ${chosen}`, recompute);
  return chosen;
}

/** Put a state on the device. */
export async function openLearner(state: LearnerState, options: LearnerOptions): Promise<Learner> {
  const engine = await resolveEngine(options);
  const { tf } = await backend(options.backend && { prefer: options.backend });
  return engine === "reference"
    ? new ReferenceLearner(tf, state, options)
    : new KernelLearner(bindingOf(tf), state, options, engine);
}
