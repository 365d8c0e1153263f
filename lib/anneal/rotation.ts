import type { LlamaConfig } from "./config.ts";
import type { Kernels, Value } from "./kernels.ts";

/** Cosines and sines `[T, h/2]` as constants of a computation. */
export function rotation(k: Kernels, config: LlamaConfig, T: number): [cos: Value, sin: Value] {
  const half = config.width / config.heads / 2;
  const table = (name: "cos" | "sin") => k.table(name, () => rotaryTables(config, T)[name], [T, half]);
  return [table("cos"), table("sin")];
}

/**
 * Rotary embedding of `[B, heads, T, h]` in the half layout of Hugging Face: dimension i turns with i + h/2.
 * With the sines negated it is the transposed map, which carries gradients back.
 */
export function rotate(k: Kernels, x: Value, cos: Value, sin: Value, half: number): Value {
  const [a, b] = k.split(x, [half, half], 3) as [Value, Value];
  return k.concat([
    k.subtract(k.multiply(a, cos), k.multiply(b, sin)),
    k.add(k.multiply(b, cos), k.multiply(a, sin)),
  ], 3);
}

/** Cosines and sines `[T, h/2]` of every position and frequency, times the attention factor. */
export function rotaryTables(config: LlamaConfig, T: number): { cos: Float32Array; sin: Float32Array } {
  const half = config.width / config.heads / 2;
  const size = config.rope?.attentionFactor ?? 1;
  const frequencies = config.rope?.inverseFrequencies ??
    Float64Array.from({ length: half }, (_, i) => config.ropeBase ** (-i / half));
  const table = (f: (angle: number) => number) =>
    Float32Array.from(
      { length: T * half },
      (_, i) => size * f(Math.floor(i / half) * frequencies[i % half]),
    );
  return { cos: table(Math.cos), sin: table(Math.sin) };
}
