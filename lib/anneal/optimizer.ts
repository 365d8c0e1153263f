import { checkMuon, type Muon, type MuonOptions } from "./_muon.ts";
import { inRange, must, ofKind, oneOf } from "../base/mod.ts";
import type { Kernels, Value } from "./kernels.ts";

/** Parameters that decay may leave alone: `vectors` are norms' weights and biases. */
export type UndecayedGroup = "embedding" | "output" | "vectors";

/** Options of the objective, of clipping and of the optimiser. */
export interface OptimizerOptions {
  /** Decay rates of the first and second moment. @default {[0.9, 0.95]} */
  betas?: readonly [number, number];
  /** Added to the root of the second moment. @default {1e-8} */
  epsilon?: number;
  /** Decoupled weight decay, a share of the learning rate. @default {0.1} */
  weightDecay?: number;
  /**
   * What is not decayed. OLMo 2 and 3 decay all but `["embedding"]`; a tied output layer is the embedding.
   * @default {["vectors"]}
   */
  undecayed?: readonly UndecayedGroup[];
  /** Step the blocks' matrices by Muon, the rest by AdamW. @default {all by AdamW} */
  muon?: MuonOptions;
  /**
   * Keep beside the weights their exponential moving average, of which this much stays at each step, in (0, 1):
   * {@linkcode averagedCheckpoint}. @default no average
   */
  ema?: number;
  /** Gradients are scaled down to this global norm; Infinity leaves them as they are. @default {1} */
  clip?: number;
  /**
   * Factor of the z-loss, the mean square of the log-partition function, which keeps logits from drifting (PaLM,
   * arXiv:2204.02311, section 5: 1e-4). Its gradient is trained on; reported losses leave it out. @default {0}
   */
  zLoss?: number;
}

/** The options, every one set that has a default; the others only where they were asked for. */
export interface Optimizer extends Required<Omit<OptimizerOptions, "undecayed" | "muon" | "ema">> {
  undecayed?: readonly UndecayedGroup[];
  muon?: Muon;
  ema?: number;
}

const GROUPS: readonly UndecayedGroup[] = ["embedding", "output", "vectors"];

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
  const { undecayed, muon, ema } = options;
  if (undecayed !== undefined) {
    ofKind(cannot, { undecayed }, "a list of texts");
    undecayed.forEach((group, i) => oneOf(cannot, { [`undecayed[${i}]`]: group }, GROUPS));
  }
  if (ema !== undefined) inRange(cannot, { ema }, "in (0, 1)");
  const asked = {
    ...(undecayed && { undecayed: GROUPS.filter((group) => undecayed.includes(group)) }),
    ...(muon && { muon: checkMuon(muon) }),
    ...(ema !== undefined && { ema }),
  };
  return { betas, epsilon, weightDecay, clip, zLoss, ...asked };
}

/** Whether weight decay reaches a parameter. */
export function decays(
  name: string,
  shape: readonly number[],
  { weightDecay, undecayed = ["vectors"] }: Pick<Optimizer, "weightDecay" | "undecayed">,
): boolean {
  const group = shape.length < 2 ? "vectors" : name;
  return weightDecay > 0 && !undecayed.some((other) => other === group);
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
  /** The learning rate. */
  learningRate: Value;
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
): [shrink: number, decay: number, stepSize: number, epsilon: number, learningRate: number] {
  const secondRoot = Math.sqrt(1 - beta2 ** t);
  const shrink = Math.min(1, clip / (gradientNorm + 1e-6)) / passes;
  return [
    shrink,
    learningRate * weightDecay,
    learningRate * secondRoot / (1 - beta1 ** t),
    epsilon * secondRoot,
    learningRate,
  ];
}

/** The norm of all gradients together. */
export function globalNorm(k: Kernels, gradients: readonly Value[]): Value {
  return k.squareRoot(k.scale(k.total(gradients.map((gradient) => k.halfSquares(gradient))), 2));
}

/**
 * One step of AdamW with decoupled decay (arXiv:1711.05101, algorithm 2) in place. On a CPU memory is what it costs: the kit's
 * own operator reads and writes each number once; TensorFlow's fused Adam once, and once more for factor and decay.
 */
export function adamW(
  k: Kernels,
  variables: Record<string, ParameterState>,
  gradients: Record<string, Value>,
  decaying: ReadonlySet<string>,
  { shrink, decay, stepSize, epsilon }: StepScalars,
  { betas }: Optimizer,
): void {
  for (const [name, variable] of Object.entries(variables)) {
    if (k.own) {
      const { weight, first, second } = variable;
      const held = [weight, first, second].map((one) => k.read(one));
      const settings = [
        shrink,
        decaying.has(name) ? decay : k.scalar(0),
        stepSize,
        epsilon,
        ...betas.map((beta) => k.scalar(beta)),
      ];
      const stepped = k.ownOperator("Adam", [...held, gradients[name], ...settings], {}, 3);
      [weight, first, second].forEach((one, i) => k.assign(one, stepped[i]));
      continue;
    }
    const decayed = decaying.has(name)
      ? k.assignSubtract(variable.weight, k.multiply(k.read(variable.weight), decay))
      : [];
    const gradient = k.multiply(gradients[name], shrink);
    k.applyAdam(variable, gradient, { learningRate: stepSize, betas, epsilon }, decayed);
  }
}
