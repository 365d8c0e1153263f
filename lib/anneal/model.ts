import type { LlamaConfig } from "./config.ts";
import type { Kernels, Value } from "./kernels.ts";

/** How many tokens one call sees. */
export interface BatchShape {
  /** Sequences. */
  batch: number;
  /** Tokens in each. */
  context: number;
}

/** What a forward pass reads. B sequences of T tokens, N = B * T. */
export interface ModelInputs {
  /** The parameters, by the names of {@linkcode parameterShapes}. */
  parameters: Record<string, Value>;
  /** Token ids `[N]`, int32. */
  tokens: Value;
  /** The number of its document for each token `[B, T]`, int32; attention then stays inside documents. */
  segments?: Value;
}

/** What one RMSNorm leaves for its backward pass. */
interface Norm {
  /** The output `[N, D]`. */
  output: Value;
  /** The input divided by its root mean square `[N, D]`. */
  unit: Value;
  /** One over the root mean square `[N, 1]`. */
  inverse: Value;
}

/** What one block leaves for its backward pass. H query heads in K groups of G, head width h. */
interface BlockTrace {
  attentionNorm: Norm;
  /** Rotated and scaled `[B, K, G*T, h]`. */
  query: Value;
  /** Rotated `[B, K, T, h]`. */
  key: Value;
  /** `[B, K, T, h]`. */
  value: Value;
  /** Attention weights `[B, K, G*T, T]`. */
  weights: Value;
  /** What each head found `[B, K, G*T, h]`. */
  heads: Value;
  /** The same, heads side by side `[N, H*h]`. */
  mixed: Value;
  feedForwardNorm: Norm;
  /** sigmoid(gate), gate * sigmoid(gate), up, their product `[N, F]`. */
  sigmoid: Value;
  swish: Value;
  up: Value;
  inner: Value;
}

/** Logits and what the backward pass needs. */
export interface Forward {
  /** `[N, V]`. */
  logits: Value;
  /** The last hidden state, normed. */
  finalNorm: Norm;
  /** One for each block. */
  blocks: BlockTrace[];
}

/** A Llama decoder's forward pass on kernels. */
export function forward(k: Kernels, config: LlamaConfig, inputs: ModelInputs, shape: BatchShape): Forward {
  const { heads: H, keyValueHeads: K, width: D, feedForward: F } = config, { batch: B, context: T } = shape;
  const h = D / H, G = H / K, N = B * T, { parameters } = inputs;
  const bias = attentionBias(k, inputs.segments, shape);
  let residual = k.gather(parameters.embedding!, inputs.tokens); // [N, D]
  const blocks: BlockTrace[] = [];
  for (let layer = 0; layer < config.layers; layer++) {
    const weight = (name: string) => parameters[`layers.${layer}.${name}`]!;
    const attentionNorm = norm(k, residual, weight("attentionNorm"), config.normEpsilon);
    const qkv = k.matMul(attentionNorm.output, weight("qkv"), { transposeB: true }); // [N, (H + 2K) * h]
    const perHead = k.transpose(k.reshape(qkv, [B, T, H + 2 * K, h]), [0, 2, 1, 3]); // [B, H + 2K, T, h]
    const [unrotated, value] = k.split(perHead, [H + K, K], 1) as [Value, Value];
    const [q, key] = k.split(rotate(k, unrotated, config, T, 1), [H, K], 1) as [Value, Value];
    // Query heads of one group lie side by side as rows: one product serves grouped and full attention alike.
    const query = k.scale(k.reshape(q, [B, K, G * T, h]), 1 / Math.sqrt(h));
    const scores = k.reshape(k.batchMatMul(query, key, { transposeB: true }), [B, H, T, T]);
    const weights = k.reshape(k.softmax(k.add(scores, bias)), [B, K, G * T, T]);
    const heads = k.batchMatMul(weights, value);
    const mixed = k.reshape(k.transpose(k.reshape(heads, [B, H, T, h]), [0, 2, 1, 3]), [N, H * h]);
    residual = k.add(residual, k.matMul(mixed, weight("attentionOutput"), { transposeB: true }));

    const feedForwardNorm = norm(k, residual, weight("feedForwardNorm"), config.normEpsilon);
    const gateUp = k.matMul(feedForwardNorm.output, weight("gateUp"), { transposeB: true }); // [N, 2F]
    const [gate, up] = k.split(gateUp, [F, F], 1) as [Value, Value];
    const sigmoid = k.sigmoid(gate), swish = k.multiply(gate, sigmoid), inner = k.multiply(swish, up);
    residual = k.add(residual, k.matMul(inner, weight("down"), { transposeB: true }));
    blocks.push({
      attentionNorm,
      query,
      key,
      value,
      weights,
      heads,
      mixed,
      feedForwardNorm,
      sigmoid,
      swish,
      up,
      inner,
    });
  }
  const finalNorm = norm(k, residual, parameters.finalNorm!, config.normEpsilon);
  const output = parameters.output ?? parameters.embedding!;
  return { logits: k.matMul(finalNorm.output, output, { transposeB: true }), finalNorm, blocks };
}

/**
 * The mean loss in nats per token and its gradient by every parameter.
 *
 * The gradients are written by hand: on a CPU, autodiff's tape and its many small kernels cost half of the speed.
 */
export function lossAndGradients(
  k: Kernels,
  config: LlamaConfig,
  inputs: ModelInputs & {
    /** The next token of each, `[N]`, int32. */
    targets: Value;
  },
  shape: BatchShape,
): { loss: Value; gradients: Record<string, Value> } {
  const { heads: H, keyValueHeads: K, width: D, vocabularySize: V } = config,
    { batch: B, context: T } = shape;
  const h = D / H, G = H / K, N = B * T, { parameters } = inputs;
  const { logits, finalNorm, blocks } = forward(k, config, inputs, shape);
  const { losses, gradient: dLogits } = k.crossEntropy(logits, inputs.targets);
  const loss = k.mean(losses, [0]), gradients: Record<string, Value> = {};

  const output = parameters.output ?? parameters.embedding!;
  // The mean's 1/N goes to the narrow factor of each product.
  const dOutput = k.matMul(dLogits, k.scale(finalNorm.output, 1 / N), { transposeA: true }); // [V, D]
  const last = normGradient(k, k.scale(k.matMul(dLogits, output), 1 / N), finalNorm, parameters.finalNorm!);
  gradients.finalNorm = last.dWeight;
  let dResidual = last.dInput; // [N, D]
  for (let layer = config.layers - 1; layer >= 0; layer--) {
    const saved = blocks[layer]!, at = (name: string) => `layers.${layer}.${name}`;
    const weight = (name: string) => parameters[at(name)]!;

    gradients[at("down")] = k.matMul(dResidual, saved.inner, { transposeA: true });
    const dInner = k.matMul(dResidual, weight("down")); // [N, F]
    // swish' = sigmoid + swish * (1 - sigmoid)
    const slope = k.add(saved.sigmoid, k.subtract(saved.swish, k.multiply(saved.swish, saved.sigmoid)));
    const dGate = k.multiply(k.multiply(dInner, saved.up), slope);
    const dGateUp = k.concat([dGate, k.multiply(dInner, saved.swish)], 1); // [N, 2F]
    gradients[at("gateUp")] = k.matMul(dGateUp, saved.feedForwardNorm.output, { transposeA: true });
    const second = normGradient(
      k,
      k.matMul(dGateUp, weight("gateUp")),
      saved.feedForwardNorm,
      weight("feedForwardNorm"),
    );
    gradients[at("feedForwardNorm")] = second.dWeight;
    dResidual = k.add(dResidual, second.dInput);

    gradients[at("attentionOutput")] = k.matMul(dResidual, saved.mixed, { transposeA: true });
    const dMixed = k.reshape(k.matMul(dResidual, weight("attentionOutput")), [B, T, H, h]);
    const dHeads = k.reshape(k.transpose(dMixed, [0, 2, 1, 3]), [B, K, G * T, h]);
    const dValue = k.batchMatMul(saved.weights, dHeads, { transposeA: true }); // [B, K, T, h]
    const dWeights = k.batchMatMul(dHeads, saved.value, { transposeB: true }); // [B, K, G*T, T]
    // The row sums of dWeights * weights, read off the narrow outputs (FlashAttention, arXiv:2205.14135, appendix B.4).
    const centre = k.sum(k.multiply(dHeads, saved.heads), [-1], true); // [B, K, G*T, 1]
    const dScores = k.multiply(saved.weights, k.subtract(dWeights, centre));
    const dQuery = k.reshape(k.scale(k.batchMatMul(dScores, saved.key), 1 / Math.sqrt(h)), [B, H, T, h]);
    // The sum over a group's query heads is the product's own sum over rows.
    const dKey = k.batchMatMul(dScores, saved.query, { transposeA: true }); // [B, K, T, h]
    const dUnrotated = rotate(k, k.concat([dQuery, dKey], 1), config, T, -1); // [B, H + K, T, h]
    const dPerHead = k.transpose(k.concat([dUnrotated, dValue], 1), [0, 2, 1, 3]);
    const dQkv = k.reshape(dPerHead, [N, (H + 2 * K) * h]);
    gradients[at("qkv")] = k.matMul(dQkv, saved.attentionNorm.output, { transposeA: true });
    const first = normGradient(
      k,
      k.matMul(dQkv, weight("qkv")),
      saved.attentionNorm,
      weight("attentionNorm"),
    );
    gradients[at("attentionNorm")] = first.dWeight;
    dResidual = k.add(dResidual, first.dInput);
  }
  const dEmbedding = k.scatterSum(dResidual, inputs.tokens, V); // [V, D]
  gradients.embedding = config.tieEmbeddings ? k.add(dEmbedding, dOutput) : dEmbedding;
  if (!config.tieEmbeddings) gradients.output = dOutput;
  return { loss, gradients };
}

/** RMSNorm over the last axis of `[N, D]`. */
function norm(k: Kernels, input: Value, weight: Value, epsilon: number): Norm {
  const meanSquare = k.mean(k.square(input), [-1], true);
  const inverse = k.inverseSquareRoot(k.add(meanSquare, k.scalar(epsilon)));
  const unit = k.multiply(input, inverse);
  return { output: k.multiply(unit, weight), unit, inverse };
}

function normGradient(
  k: Kernels,
  dOutput: Value,
  { unit, inverse }: Norm,
  weight: Value,
): { dInput: Value; dWeight: Value } {
  const along = k.multiply(dOutput, unit), dUnit = k.multiply(dOutput, weight);
  const projection = k.mean(k.multiply(along, weight), [-1], true);
  const dInput = k.multiply(inverse, k.subtract(dUnit, k.multiply(unit, projection)));
  return { dInput, dWeight: k.sum(along, [0]) };
}

/**
 * Rotary embedding of `[B, heads, T, h]` in the half layout of Hugging Face: dimension i turns with i + h/2.
 * Direction -1 is the transposed map, which carries gradients back.
 */
function rotate(k: Kernels, x: Value, config: LlamaConfig, T: number, direction: 1 | -1): Value {
  const half = config.width / config.heads / 2;
  const c = k.table("cos", () => rotaryTables(config, T).cos, [T, half]);
  const s = k.table("sin", () => rotaryTables(config, T).sin, [T, half]);
  const [a, b] = k.split(x, [half, half], 3) as [Value, Value];
  const [ac, bs, bc, as] = [k.multiply(a, c), k.multiply(b, s), k.multiply(b, c), k.multiply(a, s)];
  const turned = direction === 1 ? [k.subtract(ac, bs), k.add(bc, as)] : [k.add(ac, bs), k.subtract(bc, as)];
  return k.concat(turned, 3);
}

/** Cosines and sines `[T, h/2]` of every position and frequency, times the attention factor. */
export function rotaryTables(config: LlamaConfig, T: number): { cos: Float32Array; sin: Float32Array } {
  const half = config.width / config.heads / 2, { attentionFactor = 1 } = config.rope ?? {};
  const frequencies = config.rope?.inverseFrequencies ??
    Float64Array.from({ length: half }, (_, i) => config.ropeBase ** (-i / half));
  const table = (f: (angle: number) => number) =>
    Float32Array.from(
      { length: T * half },
      (_, i) => attentionFactor * f(Math.floor(i / half) * frequencies[i % half]!),
    );
  return { cos: table(Math.cos), sin: table(Math.sin) };
}

/** Added to attention scores: a large negative number where a token must not look. `[1, 1, T, T]` or `[B, 1, T, T]`. */
function attentionBias(k: Kernels, segments: Value | undefined, { batch: B, context: T }: BatchShape): Value {
  const causal = k.table("causal", () => causalBias(T), [1, 1, T, T]);
  if (segments === undefined) return causal;
  const rows = k.reshape(segments, [B, 1, T, 1], "int32"),
    columns = k.reshape(segments, [B, 1, 1, T], "int32");
  const foreign = k.subtract(k.equal(rows, columns), k.scalar(1));
  return k.add(causal, k.scale(foreign, -BLOCKED));
}

const BLOCKED = -1e9;

/** 0 on and below the diagonal of `[T, T]`, a large negative number above. */
export function causalBias(T: number): Float32Array {
  return new Float32Array(T * T).map((_, i) => i % T > Math.floor(i / T) ? BLOCKED : 0);
}
