import type { BatchShape } from "./_sizes.ts";
import type { Kernels, Value } from "./kernels.ts";

/** Logits `[N, V]` of normed hidden states `[N, D]`. */
export function logitsOf(k: Kernels, hidden: Value, parameters: Record<string, Value>): Value {
  return k.matMul(hidden, parameters.output ?? parameters.embedding, { transposeB: true });
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
 * The mean loss in nats per token, z-loss left out, and the gradients by the hidden states `[N, D]` and by the output matrix
 * `[V, D]`, z-loss counted in.
 */
export function outputGradient(
  k: Kernels,
  { hidden, targets, weights, parameters }: OutputInputs,
  zLoss: number,
  { N, V }: { N: number; V: number },
): Record<"loss" | "dHidden" | "dOutput", Value> {
  const output = parameters.output ?? parameters.embedding;
  const logits = logitsOf(k, hidden, parameters);
  const [probabilities, greatest, logSum] = k.fused([logits], (k, [logits]) => {
    const { greatest, powers, sum } = partition(k, logits);
    return [k.divide(powers, sum), greatest, k.logarithm(sum)];
  }) as [Value, Value, Value];
  const weighed = (rows: Value) => weights === undefined ? rows : k.multiply(rows, weights);
  const loss = k.mean(weighed(lossOf(k, k.pick(logits, targets, N), greatest, logSum)), [0, 1]);

  // By the logits the gradient is (probabilities * (1 + 2 zLoss logPartition) - targets one-hot) / N. Each factor goes to the
  // narrow side of its product, so nothing but the probabilities is as wide as the vocabulary.
  const shares = weighed(k.scale(hidden, 1 / N));
  const logPartition = () => k.add(greatest, logSum);
  const rise = zLoss > 0 ? k.add(k.scalar(1), k.scale(logPartition(), 2 * zLoss)) : undefined; // [N, 1]
  const raised = (rows: Value) => rise === undefined ? rows : k.multiply(rows, rise);
  const dOutput = k.subtract(
    k.matMul(probabilities, raised(shares), { transposeA: true }),
    k.scatterSum(shares, targets, V),
  ); // [V, D]
  const pull = k.subtract(raised(k.matMul(probabilities, output)), k.gather(output, targets)); // [N, D]
  return { loss, dHidden: weighed(k.scale(pull, 1 / N)), dOutput };
}
