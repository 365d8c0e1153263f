import type { BatchShape } from "./_sizes.ts";
import type { Kernels, Value } from "./kernels.ts";
import { type LlamaConfig, partsOf } from "./parts.ts";

/** Logits `[N, V]` of normed hidden states `[N, D]`. */
export function logitsOf(
  k: Kernels,
  config: LlamaConfig,
  hidden: Value,
  parameters: Record<string, Value>,
): Value {
  const cap = config.softCaps?.logits;
  const logits = products(k, scaled(k, config, hidden), config, parameters);
  return cap === undefined ? logits : k.scale(k.tanh(k.scale(logits, 1 / cap)), cap);
}

/** Times the factor of logits, on the narrow side of the product. */
function scaled(k: Kernels, config: LlamaConfig, rows: Value): Value {
  const { logits: factor } = partsOf(config).scales;
  return factor === 1 ? rows : k.scale(rows, factor);
}

/** The logits before their cap. */
function products(
  k: Kernels,
  hidden: Value,
  config: LlamaConfig,
  parameters: Record<string, Value>,
): Value {
  const logits = k.matMul(hidden, parameters.output ?? parameters.embedding, { transposeB: true });
  return partsOf(config).biases.output ? k.add(logits, scaled(k, config, parameters.outputBias)) : logits;
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

/** What the output layer reads in training: N tokens, V ids, width D. */
export interface OutputInputs {
  /** Normed hidden states `[N, D]`. */
  hidden: Value;
  /** The next token of each, `[N]`, int32. */
  targets: Value;
  /** How much each target counts, 1 on average `[N, 1]`. @default all alike */
  weights: Value | undefined;
  /** The parameters, by the names of {@linkcode parameterShapes}. */
  parameters: Record<string, Value>;
}

/**
 * The mean loss in nats per token, z-loss left out, and the gradients by the hidden states `[N, D]` and by the output layer's
 * parameters, z-loss counted in: its matrix `[V, D]`, and its bias where it has one.
 */
export function outputGradient(
  k: Kernels,
  config: LlamaConfig,
  { hidden, targets, weights, parameters }: OutputInputs,
  zLoss: number,
  N: number,
): { loss: Value; dHidden: Value; dOutput: Value; dBias: Value | undefined } {
  const { vocabularySize: V, softCaps: { logits: cap } = {} } = config;
  const output = parameters.output ?? parameters.embedding;
  const input = scaled(k, config, hidden);
  if (k.own && cap === undefined && !partsOf(config).biases.output) {
    const counts = weights ?? k.scalar(1);
    const inputs = [input, output, targets, counts, k.scalar(zLoss)];
    const [losses, dInput, dOutput] = k.ownOperator("Loss", inputs, {}, 3) as [Value, Value, Value];
    const loss = k.mean(k.multiply(losses, counts), [0, 1]);
    return { loss, dHidden: scaled(k, config, dInput), dOutput, dBias: undefined };
  }
  const raw = products(k, input, config, parameters);
  const bent = cap === undefined ? undefined : k.tanh(k.scale(raw, 1 / cap));
  const logits = bent === undefined ? raw : k.scale(bent, cap!);
  const [probabilities, greatest, logSum] = k.fused([logits], (k, [logits]) => {
    const { greatest, powers, sum } = partition(k, logits);
    return [k.divide(powers, sum), greatest, k.logarithm(sum)];
  }) as [Value, Value, Value];
  const weighed = (rows: Value) => weights === undefined ? rows : k.multiply(rows, weights);
  const loss = k.mean(weighed(lossOf(k, k.pick(logits, targets, N), greatest, logSum)), [0, 1]);

  // By the logits the gradient is (probabilities * (1 + 2 zLoss logPartition) - targets one-hot) / N, times the cap's slope.
  // Each factor goes to the narrow side of its product, so nothing but the probabilities is as wide as the vocabulary.
  const slope = bent === undefined ? undefined : k.subtract(k.scalar(1), k.square(bent)); // [N, V]
  const sloped = slope === undefined ? probabilities : k.multiply(probabilities, slope);
  const atTarget = (rows: Value) => slope === undefined ? rows : k.multiply(rows, k.pick(slope, targets, N));
  const shares = weighed(k.scale(input, 1 / N));
  const logPartition = () => k.add(greatest, logSum);
  const rise = zLoss > 0 ? k.add(k.scalar(1), k.scale(logPartition(), 2 * zLoss)) : undefined; // [N, 1]
  const raised = (rows: Value) => rise === undefined ? rows : k.multiply(rows, rise);
  const dOutput = k.subtract(
    k.matMul(sloped, raised(shares), { transposeA: true }),
    k.scatterSum(atTarget(shares), targets, V),
  ); // [V, D]
  const pull = k.subtract(raised(k.matMul(sloped, output)), atTarget(k.gather(output, targets))); // [N, D]
  const biasGradient = () => {
    const ones = scaled(k, config, weighed(k.table("1/N", () => new Float32Array(N).fill(1 / N), [N, 1])));
    const all = k.sum(k.multiply(sloped, raised(ones)), [0]); // [V]
    return k.subtract(all, k.reshape(k.scatterSum(atTarget(ones), targets, V), [V]));
  };
  return {
    loss,
    dHidden: scaled(k, config, weighed(k.scale(pull, 1 / N))),
    dOutput,
    dBias: partsOf(config).biases.output ? biasGradient() : undefined,
  };
}
