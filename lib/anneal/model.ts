import type { BatchShape } from "./_sizes.ts";
import { block, blockGradient, type BlockTrace, type Weights } from "./block.ts";
import { distilledGradient, type TeacherInputs, type TeacherOptions } from "./_distillation.ts";
import type { Kernels, Value } from "./kernels.ts";
import { type Norm, normStyle, normWeights, rowNorm, rowNormGradient } from "./norm.ts";
import { logitsOf, outputGradient } from "./output.ts";
import { type LlamaConfig, partsOf } from "./parts.ts";

/** What a forward pass reads. B sequences of T tokens, N = B * T. */
export interface ModelInputs {
  /** The parameters, by the names of {@linkcode parameterShapes}. */
  parameters: Record<string, Value>;
  /** Token ids `[N]`, int32. */
  tokens: Value;
  /** The number of its document for each token `[B, T]`, int32, equal ones side by side; attention then stays inside documents. */
  segments?: Value | undefined;
  /** Which tokens' logits are asked for, int32. @default all */
  rows?: Value | undefined;
}

/** Hidden states and what the backward pass needs. */
interface Trunk {
  /** The last hidden state `[N, D]`, normed. */
  finalNorm: Norm;
  /** What each block read `[N, D]`. */
  residuals: Value[];
  /** What each block left. */
  blocks: BlockTrace[];
}

/** How the gradients are made. */
export interface GradientOptions {
  /** Factor of the z-loss, the mean square of the log-partition function (PaLM, arXiv:2204.02311, section 5). */
  zLoss: number;
  /** Compute each block once more in the backward pass instead of keeping what it left (arXiv:1604.06174). */
  recompute: boolean;
  /** What the inputs' teacher is. @default none */
  teacher?: TeacherOptions | undefined;
}

const blockWeights = (parameters: Record<string, Value>, layer: number): Weights => (name) =>
  parameters[`layers.${layer}.${name}`];

/** Logits of a decoder on kernels: `[N, V]`, or one row for each of those asked for. */
export function forward(k: Kernels, config: LlamaConfig, inputs: ModelInputs, shape: BatchShape): Value {
  const { parameters, rows } = inputs;
  const { output } = trunk(k, config, inputs, shape).finalNorm;
  return logitsOf(k, config, rows === undefined ? output : k.gather(output, rows), parameters);
}

/** All but the output layer. */
function trunk(k: Kernels, config: LlamaConfig, inputs: ModelInputs, shape: BatchShape): Trunk {
  const { parameters, segments, tokens } = inputs;
  const residuals: Value[] = [];
  const blocks: BlockTrace[] = [];
  const embedded = k.gather(parameters.embedding, tokens); // [N, D]
  const { scales } = partsOf(config);
  let residual = scales.embedding === 1 ? embedded : k.scale(embedded, scales.embedding);
  for (let layer = 0; layer < config.layers; layer++) {
    residuals.push(residual);
    const read = { layer, input: residual, segments };
    const { output, trace } = block(k, config, read, blockWeights(parameters, layer), shape);
    residual = output;
    blocks.push(trace);
  }
  const weights = normWeights(config, "finalNorm", (name) => parameters[name]);
  return { finalNorm: rowNorm(k, residual, weights, normStyle(config)), residuals, blocks };
}

/**
 * The mean loss in nats per token, z-loss left out, and the gradient by every parameter, z-loss counted in.
 *
 * The gradients are written by hand: on a CPU, autodiff's tape and its many small kernels cost half of the speed.
 */
export function lossAndGradients(
  k: Kernels,
  config: LlamaConfig,
  inputs: ModelInputs & {
    /** The next token of each, `[N]`, int32. */
    targets: Value;
    /** How much each target counts, 1 on average `[N, 1]`. @default all alike */
    weights?: Value | undefined;
    /** What a teacher says of each. @default nothing */
    teacher?: TeacherInputs | undefined;
  },
  shape: BatchShape,
  { zLoss, recompute, teacher }: GradientOptions = { zLoss: 0, recompute: false },
): { loss: Value; gradients: Record<string, Value> } {
  const { vocabularySize: V } = config;
  const N = shape.batch * shape.context;
  const { parameters, targets, segments, weights } = inputs;
  const { finalNorm, residuals, blocks } = trunk(k, config, inputs, shape);
  const read = { hidden: finalNorm.output, targets, weights, parameters };
  const { loss, dHidden, dOutput, dBias } = inputs.teacher && teacher
    ? distilledGradient(k, config, read, inputs.teacher, { ...teacher, zLoss }, N)
    : outputGradient(k, config, read, zLoss, N);
  const gradients: Record<string, Value> = {};
  const normed = normWeights(config, "finalNorm", (name) => parameters[name]);
  const last = rowNormGradient(k, [dHidden], undefined, finalNorm, normed, normStyle(config));
  if (normed.weight !== undefined) gradients.finalNorm = last.dWeight;
  if (last.dBias !== undefined) gradients.finalNormBias = last.dBias;
  let dResidual = last.dInput; // [N, D]
  for (let layer = config.layers - 1; layer >= 0; layer--) {
    const weight = blockWeights(parameters, layer);
    const again = () => {
      const input = k.after(residuals[layer], dResidual);
      return block(k, config, { layer, input, segments }, weight, shape).trace;
    };
    const saved = recompute ? again() : blocks[layer];
    const own: Record<string, Value> = {};
    dResidual = blockGradient(k, config, dResidual, saved, { layer, weight }, own, shape);
    for (const [name, gradient] of Object.entries(own)) gradients[`layers.${layer}.${name}`] = gradient;
  }
  const { embedding: factor } = partsOf(config).scales;
  const dEmbedded = factor === 1 ? dResidual : k.scale(dResidual, factor);
  const dEmbedding = k.scatterSum(dEmbedded, inputs.tokens, V); // [V, D]
  gradients.embedding = config.tieEmbeddings ? k.add(dEmbedding, dOutput) : dEmbedding;
  if (!config.tieEmbeddings) gradients.output = dOutput;
  if (dBias !== undefined) gradients.outputBias = dBias;
  return { loss, gradients };
}
