import { ACTIVATIONS } from "./activation.ts";
import type { Kernels, Value } from "./kernels.ts";
import { type LlamaConfig, partsOf } from "./parts.ts";

/** What a feed-forward half leaves for its backward pass. F its inner width. */
export interface FeedForwardTrace {
  /** What it read `[N, D]`. */
  input: Value;
  /** What the activation reads `[N, F]`. */
  gate: Value;
  /** What the activation's value is multiplied with `[N, F]`; none where nothing is gated. */
  up: Value | undefined;
  /** What the last product reads `[N, F]`. */
  inner: Value;
}

/** The feed-forward half of a block, `[N, D]`, SwiGLU in a Llama: neither the norm before it nor the residual. */
export function feedForward(
  k: Kernels,
  config: LlamaConfig,
  input: Value,
  weight: (name: string) => Value,
): { output: Value; trace: FeedForwardTrace } {
  const { activation, biases: { feedForward: biased } } = partsOf(config);
  const { matrices, biases } = widening(k, config, weight);
  const [gate, up] = matrices.map((matrix, i) =>
    plus(k, k.matMul(input, matrix, { transposeB: true }), biases[i])
  ) as [Value, Value?];
  const [inner] = (k.own && activation === "silu" && up !== undefined)
    ? k.ownOperator("Gate", [gate, up], {}, 1) as [Value]
    : k.fused(up === undefined ? [gate] : [gate, up], (k, [gate, up]) => {
      const value = ACTIVATIONS[activation].value(k, gate);
      return [up === undefined ? value : k.multiply(value, up)];
    }) as [Value];
  const output = k.matMul(inner, weight("down"), { transposeB: true });
  return {
    output: plus(k, output, biased ? weight("downBias") : undefined),
    trace: { input, gate, up, inner },
  };
}

/** With a bias, where there is one. */
function plus(k: Kernels, rows: Value, bias: Value | undefined): Value {
  return bias === undefined ? rows : k.add(rows, bias);
}

/**
 * The matrices from the residual stream to the inner width and their biases: gate and up, or the one that is not gated. Two
 * products read them in place; one would cut its wide result in two.
 */
function widening(
  k: Kernels,
  config: LlamaConfig,
  weight: (name: string) => Value,
): { name: "gateUp" | "up"; matrices: Value[]; biases: Value[] } {
  const { gated, biases } = partsOf(config);
  const name = gated ? "gateUp" : "up";
  const parts = Array<number>(gated ? 2 : 1).fill(config.feedForward);
  return {
    name,
    matrices: k.split(weight(name), parts, 0),
    biases: biases.feedForward ? k.split(weight(`${name}Bias`), parts, 0) : [],
  };
}

/** The gradient by what {@linkcode feedForward} read, in parts that add up; its parameters' are put into `gradients`. */
export function feedForwardGradient(
  k: Kernels,
  config: LlamaConfig,
  dOutput: Value,
  { input, gate, up, inner }: FeedForwardTrace,
  weight: (name: string) => Value,
  gradients: Record<string, Value>,
): Value[] {
  const { activation, biases: { feedForward: biased } } = partsOf(config);
  gradients.down = k.matMul(dOutput, inner, { transposeA: true });
  const dInner = k.matMul(dOutput, weight("down")); // [N, F]
  const read = up === undefined ? [dInner, gate] : [dInner, gate, up];
  const wide = k.own && activation === "silu" && up !== undefined
    ? k.ownOperator("GateGradient", read, {}, 2)
    : k.fused(read, (k, [dInner, gate, up]) => {
      const { value, slope } = ACTIVATIONS[activation].slope(k, gate);
      if (up === undefined) return [k.multiply(dInner, slope)];
      return [k.multiply(k.multiply(dInner, up), slope), k.multiply(dInner, value)];
    });
  const { name, matrices } = widening(k, config, weight);
  gradients[name] = k.concat(wide.map((d) => k.matMul(d, input, { transposeA: true })), 0);
  if (biased) {
    gradients.downBias = k.sum(dOutput, [0]);
    gradients[`${name}Bias`] = k.concat(wide.map((d) => k.sum(d, [0])), 0);
  }
  return wide.map((d, i) => k.matMul(d, matrices[i]));
}
