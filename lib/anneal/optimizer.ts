import type { Kernels, Value } from "./kernels.ts";

/** Options of AdamW and clipping. */
export interface OptimizerOptions {
  /** Decay rates of the first and second moment. @default {[0.9, 0.95]} */
  betas?: readonly [number, number];
  /** Added to the root of the second moment. @default {1e-8} */
  epsilon?: number;
  /** Decoupled weight decay of matrices, a share of the learning rate; norms are never decayed. @default {0.1} */
  weightDecay?: number;
  /** Gradients are scaled down to this global norm; Infinity leaves them as they are. @default {1} */
  clip?: number;
}

/** AdamW's options, every one set. */
export type Optimizer = Required<OptimizerOptions>;

/**
 * Fill in defaults and check ranges.
 *
 * @throws {RangeError} If a value lies outside its range.
 */
export function checkOptimizer(options: OptimizerOptions): Optimizer {
  const { betas = [0.9, 0.95], epsilon = 1e-8, weightDecay = 0.1, clip = 1 } = options;
  const need = (holds: boolean, rule: string, value: unknown) => {
    if (!holds) throw new RangeError(`Cannot train as ${rule}: current value is ${value}`);
  };
  for (const beta of betas) need(beta >= 0 && beta < 1, "betas must lie in [0, 1)", betas);
  need(epsilon > 0 && Number.isFinite(epsilon), "epsilon must be a finite number > 0", epsilon);
  need(
    weightDecay >= 0 && Number.isFinite(weightDecay),
    "weightDecay must be a finite number >= 0",
    weightDecay,
  );
  need(clip > 0, "clip must be > 0", clip);
  return { betas, epsilon, weightDecay, clip };
}

/** One parameter with its moments, as values. */
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
  /** The learning rate. */
  learningRate: Value;
  /** 1 - beta1^t. */
  firstCorrection: Value;
  /** 1 - beta2^t. */
  secondCorrection: Value;
}

/** The norm of all gradients together. */
export function globalNorm(
  k: Kernels,
  gradients: Record<string, Value>,
  ranks: Record<string, number>,
): Value {
  const squares = Object.entries(gradients).map(([name, gradient]) =>
    k.sum(k.square(gradient), Array.from({ length: ranks[name]! }, (_, axis) => axis))
  );
  return k.squareRoot(squares.reduce((sum, square) => k.add(sum, square)));
}

/**
 * One step of AdamW with decoupled decay (arXiv:1711.05101, algorithm 2; the order of operations is PyTorch's, so that
 * the two can be compared) on clipped gradients.
 */
export function adamW(
  k: Kernels,
  state: Record<string, ParameterState>,
  gradients: Record<string, Value>,
  ranks: Record<string, number>,
  scalars: StepScalars,
  optimizer: Optimizer,
): { state: Record<string, ParameterState>; norm: Value } {
  const { betas: [beta1, beta2], epsilon, weightDecay, clip } = optimizer;
  const norm = globalNorm(k, gradients, ranks);
  const shrink = Number.isFinite(clip)
    ? k.minimum(k.scalar(1), k.divide(k.scalar(clip), k.add(norm, k.scalar(1e-6))))
    : k.scalar(1);
  const stepSize = k.divide(scalars.learningRate, scalars.firstCorrection);
  const secondRoot = k.squareRoot(scalars.secondCorrection);
  const keep = k.subtract(k.scalar(1), k.scale(scalars.learningRate, weightDecay));
  const next: Record<string, ParameterState> = {};
  for (const [name, { weight, first, second }] of Object.entries(state)) {
    const gradient = k.multiply(gradients[name]!, shrink);
    const m = k.add(k.scale(first, beta1), k.scale(gradient, 1 - beta1));
    const v = k.add(k.scale(second, beta2), k.scale(k.square(gradient), 1 - beta2));
    const size = k.add(k.divide(k.squareRoot(v), secondRoot), k.scalar(epsilon));
    const decayed = ranks[name]! > 1 ? k.multiply(weight, keep) : weight;
    next[name] = {
      weight: k.subtract(decayed, k.multiply(stepSize, k.divide(m, size))),
      first: m,
      second: v,
    };
  }
  return { state: next, norm };
}
