import type { BatchShape } from "./_sizes.ts";
import { block, blockGradient, type BlockTrace, type Weights } from "./block.ts";
import type { LlamaConfig } from "./config.ts";
import type { Kernels, Value } from "./kernels.ts";
import { type Norm, norm, normGradient } from "./norm.ts";
import { logitsOf, outputGradient } from "./output.ts";

/** What a forward pass reads. B sequences of T tokens, N = B * T. */
export interface ModelInputs {
  /** The parameters, by the names of {@linkcode parameterShapes}. */
  parameters: Record<string, Value>;
  /** Token ids `[N]`, int32. */
  tokens: Value;
  /** The number of its document for each token `[B, T]`, int32; attention then stays inside documents. */
  segments?: Value;
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
}

const blockWeights = (parameters: Record<string, Value>, layer: number): Weights => (name) =>
  parameters[`layers.${layer}.${name}`];

/** Logits of a decoder on kernels: `[N, V]`, or one row for each of those asked for. */
export function forward(k: Kernels, config: LlamaConfig, inputs: ModelInputs, shape: BatchShape): Value {
  const { parameters, rows } = inputs;
  const { output } = trunk(k, config, inputs, shape).finalNorm;
  return logitsOf(k, rows === undefined ? output : k.gather(output, rows), parameters);
}

/** All but the output layer. */
function trunk(k: Kernels, config: LlamaConfig, inputs: ModelInputs, shape: BatchShape): Trunk {
  const { parameters, segments, tokens } = inputs;
  const residuals: Value[] = [];
  const blocks: BlockTrace[] = [];
  let residual = k.gather(parameters.embedding, tokens); // [N, D]
  for (let layer = 0; layer < config.layers; layer++) {
    residuals.push(residual);
    const { output, trace } = block(k, config, residual, blockWeights(parameters, layer), segments, shape);
    residual = output;
    blocks.push(trace);
  }
  return { finalNorm: norm(k, residual, parameters.finalNorm, config.normEpsilon), residuals, blocks };
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
  },
  shape: BatchShape,
  { zLoss, recompute }: GradientOptions = { zLoss: 0, recompute: false },
): { loss: Value; gradients: Record<string, Value> } {
  const { vocabularySize: V } = config;
  const N = shape.batch * shape.context;
  const { parameters, targets, segments, weights } = inputs;
  const { finalNorm, residuals, blocks } = trunk(k, config, inputs, shape);
  const { loss, dHidden, dOutput } = outputGradient(
    k,
    { hidden: finalNorm.output, targets, weights, parameters },
    zLoss,
    { N, V },
  );
  const gradients: Record<string, Value> = {};
  const last = normGradient(k, dHidden, finalNorm, parameters.finalNorm);
  gradients.finalNorm = last.dWeight;
  let dResidual = last.dInput; // [N, D]
  for (let layer = config.layers - 1; layer >= 0; layer--) {
    const weight = blockWeights(parameters, layer);
    const again = () => block(k, config, k.after(residuals[layer], dResidual), weight, segments, shape).trace;
    const saved = recompute ? again() : blocks[layer];
    const own: Record<string, Value> = {};
    dResidual = blockGradient(k, config, dResidual, saved, weight, own, shape);
    for (const [name, gradient] of Object.entries(own)) gradients[`layers.${layer}.${name}`] = gradient;
  }
  const dEmbedding = k.scatterSum(dResidual, inputs.tokens, V); // [V, D]
  gradients.embedding = config.tieEmbeddings ? k.add(dEmbedding, dOutput) : dEmbedding;
  if (!config.tieEmbeddings) gradients.output = dOutput;
  return { loss, gradients };
}
