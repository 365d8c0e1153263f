import type { LlamaConfig } from "./config.ts";
import type { Kernels, Value } from "./kernels.ts";

/** What a feed-forward half leaves for its backward pass. F its inner width. */
export interface FeedForwardTrace {
  /** What it read `[N, D]`. */
  input: Value;
  /** gate, up, and gate * sigmoid(gate) * up: each `[N, F]`. */
  gate: Value;
  up: Value;
  inner: Value;
}

/** The SwiGLU half of a block (arXiv:2002.05202), `[N, D]`: neither the norm before it nor the residual. */
export function feedForward(
  k: Kernels,
  config: LlamaConfig,
  input: Value,
  weight: (name: string) => Value,
): { output: Value; trace: FeedForwardTrace } {
  const [gateWeight, upWeight] = halves(k, config, weight);
  const gate = k.matMul(input, gateWeight, { transposeB: true });
  const up = k.matMul(input, upWeight, { transposeB: true });
  const [inner] = k.fused([gate, up], (k, [gate, up]) => [
    k.multiply(k.multiply(gate, k.sigmoid(gate)), up),
  ]) as [Value];
  return {
    output: k.matMul(inner, weight("down"), { transposeB: true }),
    trace: { input, gate, up, inner },
  };
}

/** The gate and up matrices. Two products read them in place; one would cut its wide result in two. */
function halves(
  k: Kernels,
  { feedForward: F }: LlamaConfig,
  weight: (name: string) => Value,
): [Value, Value] {
  return k.split(weight("gateUp"), [F, F], 0) as [Value, Value];
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
  gradients.down = k.matMul(dOutput, inner, { transposeA: true });
  const dInner = k.matMul(dOutput, weight("down")); // [N, F]
  const [dGate, dUp] = k.fused([dInner, gate, up], (k, [dInner, gate, up]) => {
    const sigmoid = k.sigmoid(gate);
    const swish = k.multiply(gate, sigmoid);
    // swish' = sigmoid + swish * (1 - sigmoid)
    const slope = k.add(sigmoid, k.subtract(swish, k.multiply(swish, sigmoid)));
    return [k.multiply(k.multiply(dInner, up), slope), k.multiply(dInner, swish)];
  }) as [Value, Value];
  const [gateWeight, upWeight] = halves(k, config, weight);
  gradients.gateUp = k.concat([dGate, dUp].map((d) => k.matMul(d, input, { transposeA: true })), 0);
  return [k.matMul(dGate, gateWeight), k.matMul(dUp, upWeight)];
}
