import { attend, attendGradient, type AttentionTrace, type BatchShape } from "./attention.ts";
import type { LlamaConfig } from "./config.ts";
import type { Kernels, Value } from "./kernels.ts";
import { type Norm, norm, normGradient, residualGradient } from "./norm.ts";

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

/** What one block leaves for its backward pass. */
interface BlockTrace {
  attention: AttentionTrace;
  feedForwardNorm: Norm;
  /** gate, up, and gate * sigmoid(gate) * up: each `[N, F]`. */
  gate: Value;
  up: Value;
  inner: Value;
}

/** Logits and what the backward pass needs. */
export interface Forward {
  /** `[N, V]`, or one row for each of those asked for. */
  logits: Value;
  /** The last hidden state, normed. */
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

/** The parameters of one block by their short names. */
type Weights = (name: string) => Value;

const blockWeights = (parameters: Record<string, Value>, layer: number): Weights => (name) =>
  parameters[`layers.${layer}.${name}`];

/** A Llama decoder's forward pass on kernels. */
export function forward(k: Kernels, config: LlamaConfig, inputs: ModelInputs, shape: BatchShape): Forward {
  const { parameters, segments, tokens, rows } = inputs;
  const residuals: Value[] = [];
  const blocks: BlockTrace[] = [];
  let residual = k.gather(parameters.embedding, tokens); // [N, D]
  for (let layer = 0; layer < config.layers; layer++) {
    residuals.push(residual);
    const { output, trace } = block(k, config, residual, blockWeights(parameters, layer), segments, shape);
    residual = output;
    blocks.push(trace);
  }
  const finalNorm = norm(k, residual, parameters.finalNorm, config.normEpsilon);
  const asked = rows === undefined ? finalNorm.output : k.gather(finalNorm.output, rows);
  const logits = k.matMul(asked, parameters.output ?? parameters.embedding, { transposeB: true });
  return { logits, finalNorm, residuals, blocks };
}

function block(
  k: Kernels,
  config: LlamaConfig,
  input: Value,
  weight: Weights,
  segments: Value | undefined,
  shape: BatchShape,
): { output: Value; trace: BlockTrace } {
  const { output: attended, trace: attention } = attend(k, config, input, weight, segments, shape);
  const residual = k.add(input, attended);
  const feedForwardNorm = norm(k, residual, weight("feedForwardNorm"), config.normEpsilon);
  const [gateWeight, upWeight] = halves(k, config, weight);
  const gate = k.matMul(feedForwardNorm.output, gateWeight, { transposeB: true });
  const up = k.matMul(feedForwardNorm.output, upWeight, { transposeB: true });
  const [inner] = k.fused([gate, up], (k, [gate, up]) => [
    k.multiply(k.multiply(gate, k.sigmoid(gate)), up),
  ]) as [Value];
  return {
    output: k.add(residual, k.matMul(inner, weight("down"), { transposeB: true })),
    trace: { attention, feedForwardNorm, gate, up, inner },
  };
}

/** The gate and up matrices. Two products read them in place; one would cut its wide result in two. */
function halves(k: Kernels, { feedForward: F }: LlamaConfig, weight: Weights): [Value, Value] {
  return k.split(weight("gateUp"), [F, F], 0) as [Value, Value];
}

/** Loss in nats of each token `[N, 1]`. */
export function tokenLosses(
  k: Kernels,
  logits: Value,
  targets: Value,
  { batch, context }: BatchShape,
): Value {
  const [greatest, logSum] = k.fused([logits], (k, [logits]) => {
    const { greatest, sum } = partition(k, logits);
    return [greatest, k.logarithm(sum)];
  }) as [Value, Value];
  return lossOf(k, k.pick(logits, targets, batch * context), greatest, logSum);
}

/** Loss of each token, by its target's logit: rounded in the size of the loss, not of the logits. */
function lossOf(k: Kernels, logit: Value, greatest: Value, logSum: Value): Value {
  return k.subtract(logSum, k.subtract(logit, greatest));
}

/** Of logits `[N, V]`: their greatest, what lies above the line in softmax, and the sum below it. */
function partition(k: Kernels, logits: Value): Record<"greatest" | "powers" | "sum", Value> {
  const greatest = k.maximum(logits, [-1], true);
  const powers = k.exponential(k.subtract(logits, greatest));
  return { greatest, powers, sum: k.sum(powers, [-1], true) };
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
  const { logits, finalNorm, residuals, blocks } = forward(k, config, inputs, shape);
  const [probabilities, greatest, logSum] = k.fused([logits], (k, [logits]) => {
    const { greatest, powers, sum } = partition(k, logits);
    return [k.divide(powers, sum), greatest, k.logarithm(sum)];
  }) as [Value, Value, Value];
  const weighed = (rows: Value) => weights === undefined ? rows : k.multiply(rows, weights);
  const loss = k.mean(weighed(lossOf(k, k.pick(logits, targets, N), greatest, logSum)), [0, 1]);
  const gradients: Record<string, Value> = {};

  // By the logits the gradient is (probabilities * (1 + 2 zLoss logPartition) - targets one-hot) / N. Each factor goes to the
  // narrow side of its product, so nothing but the probabilities is as wide as the vocabulary.
  const hidden = weighed(k.scale(finalNorm.output, 1 / N));
  const output = parameters.output ?? parameters.embedding;
  const logPartition = () => k.add(greatest, logSum);
  const rise = zLoss > 0 ? k.add(k.scalar(1), k.scale(logPartition(), 2 * zLoss)) : undefined; // [N, 1]
  const raised = (rows: Value) => rise === undefined ? rows : k.multiply(rows, rise);
  const dOutput = k.subtract(
    k.matMul(probabilities, raised(hidden), { transposeA: true }),
    k.scatterSum(hidden, targets, V),
  ); // [V, D]
  const pull = k.subtract(raised(k.matMul(probabilities, output)), k.gather(output, targets)); // [N, D]
  const last = normGradient(k, weighed(k.scale(pull, 1 / N)), finalNorm, parameters.finalNorm);
  gradients.finalNorm = last.dWeight;
  let dResidual = last.dInput; // [N, D]
  for (let layer = config.layers - 1; layer >= 0; layer--) {
    const weight = blockWeights(parameters, layer);
    const again = () => block(k, config, k.after(residuals[layer], dResidual), weight, segments, shape).trace;
    const saved = recompute ? again() : blocks[layer];
    const own: Record<string, Value> = {};
    dResidual = feedForwardGradient(k, config, dResidual, saved, weight, own);
    dResidual = attendGradient(k, config, dResidual, saved.attention, weight, own, shape);
    for (const [name, gradient] of Object.entries(own)) gradients[`layers.${layer}.${name}`] = gradient;
  }
  const dEmbedding = k.scatterSum(dResidual, inputs.tokens, V); // [V, D]
  gradients.embedding = config.tieEmbeddings ? k.add(dEmbedding, dOutput) : dEmbedding;
  if (!config.tieEmbeddings) gradients.output = dOutput;
  return { loss, gradients };
}

/** The gradient by what the feed-forward half of a block read, its own parameters' put into `gradients`. */
function feedForwardGradient(
  k: Kernels,
  config: LlamaConfig,
  dOutput: Value,
  { feedForwardNorm, gate, up, inner }: BlockTrace,
  weight: Weights,
  gradients: Record<string, Value>,
): Value {
  gradients.down = k.matMul(dOutput, inner, { transposeA: true });
  const dInner = k.matMul(dOutput, weight("down")); // [N, F]
  const [dGate, dUp] = k.fused([dInner, gate, up], (k, [dInner, gate, up]) => {
    const sigmoid = k.sigmoid(gate);
    const swish = k.multiply(gate, sigmoid);
    // swish' = sigmoid + swish * (1 - sigmoid)
    const slope = k.add(sigmoid, k.subtract(swish, k.multiply(swish, sigmoid)));
    return [k.multiply(k.multiply(dInner, up), slope), k.multiply(dInner, swish)];
  }) as [Value, Value];
  const input = feedForwardNorm.output;
  const [gateWeight, upWeight] = halves(k, config, weight);
  gradients.gateUp = k.concat([dGate, dUp].map((d) => k.matMul(d, input, { transposeA: true })), 0);
  const dNormed = [k.matMul(dGate, gateWeight), k.matMul(dUp, upWeight)];
  const { dInput, dWeight } = residualGradient(
    k,
    dNormed,
    dOutput,
    feedForwardNorm,
    weight("feedForwardNorm"),
  );
  gradients.feedForwardNorm = dWeight;
  return dInput;
}
