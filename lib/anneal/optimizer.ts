import { inRange, must } from "../base/mod.ts";
import type { Kernels, Value } from "./kernels.ts";

/** Options of the objective, of clipping and of AdamW. */
export interface OptimizerOptions {
  /** Decay rates of the first and second moment. @default {[0.9, 0.95]} */
  betas?: readonly [number, number];
  /** Added to the root of the second moment. @default {1e-8} */
  epsilon?: number;
  /** Decoupled weight decay of matrices, a share of the learning rate; norms are never decayed. @default {0.1} */
  weightDecay?: number;
  /** Gradients are scaled down to this global norm; Infinity leaves them as they are. @default {1} */
  clip?: number;
  /**
   * Factor of the z-loss, the mean square of the log-partition function, which keeps logits from drifting (PaLM,
   * arXiv:2204.02311, section 5: 1e-4). Its gradient is trained on; reported losses leave it out. @default {0}
   */
  zLoss?: number;
}

/** AdamW's options, every one set. */
export type Optimizer = Required<OptimizerOptions>;

/**
 * Fill in defaults and check ranges.
 *
 * @throws {RangeError} If a value lies outside its range.
 */
export function checkOptimizer(options: OptimizerOptions): Optimizer {
  const { betas = [0.9, 0.95], epsilon = 1e-8, weightDecay = 0.1, clip = 1, zLoss = 0 } = options;
  const cannot = "Cannot train";
  must(cannot, "betas must lie in [0, 1)", betas, betas.every((beta) => beta >= 0 && beta < 1));
  inRange(cannot, { epsilon }, "a finite number > 0");
  inRange(cannot, { weightDecay, zLoss }, "a finite number >= 0");
  inRange(cannot, { clip }, "> 0");
  return { betas, epsilon, weightDecay, clip, zLoss };
}

/** One parameter with its moments, as variables. */
export interface ParameterState {
  /** The parameter. */
  weight: Value;
  /** Running mean of gradients. */
  first: Value;
  /** Running mean of squared gradients. */
  second: Value;
}

/** Scalars that change from step to step. */
export interface StepScalars {
  /** Factor on every gradient: one over the batches summed, and clipping. */
  shrink: Value;
  /** The learning rate times the weight decay. */
  decay: Value;
  /** The learning rate with both corrections of bias. */
  stepSize: Value;
  /** Epsilon in the units of the uncorrected second moment. */
  epsilon: Value;
}

/** The values of {@linkcode StepScalars} for update t, in their order. */
export function stepScalars(
  { betas: [beta1, beta2], epsilon, weightDecay, clip }: Optimizer,
  { learningRate, updates: t, gradientNorm, passes }: {
    learningRate: number;
    updates: number;
    gradientNorm: number;
    passes: number;
  },
): [shrink: number, decay: number, stepSize: number, epsilon: number] {
  const secondRoot = Math.sqrt(1 - beta2 ** t);
  const shrink = Math.min(1, clip / (gradientNorm + 1e-6)) / passes;
  return [
    shrink,
    learningRate * weightDecay,
    learningRate * secondRoot / (1 - beta1 ** t),
    epsilon * secondRoot,
  ];
}

/** The norm of all gradients together. */
export function globalNorm(k: Kernels, gradients: readonly Value[]): Value {
  return k.squareRoot(k.scale(k.total(gradients.map((gradient) => k.halfSquares(gradient))), 2));
}

/**
 * One step of AdamW with decoupled decay (arXiv:1711.05101, algorithm 2) in place: on a CPU memory is what it costs, so each
 * number is read and written once by TensorFlow's fused Adam, and once more for the decay.
 */
export function adamW(
  k: Kernels,
  variables: Record<string, ParameterState>,
  gradients: Record<string, Value>,
  ranks: Record<string, number>,
  { shrink, decay, stepSize, epsilon }: StepScalars,
  { betas, weightDecay }: Optimizer,
): void {
  for (const [name, variable] of Object.entries(variables)) {
    const decays = weightDecay > 0 && ranks[name] > 1;
    const decayed = decays
      ? k.assignSubtract(variable.weight, k.multiply(k.read(variable.weight), decay))
      : [];
    const gradient = k.multiply(gradients[name], shrink);
    k.applyAdam(variable, gradient, { learningRate: stepSize, betas, epsilon }, decayed);
  }
}
