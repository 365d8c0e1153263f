import type { LlamaConfig } from "./config.ts";
import type { Kernels, Value } from "./kernels.ts";

/** Whether the rotation also divides by the root of the head width, as attention asks of one of its factors. */
export const SCALED = "scaled", UNSCALED = "unscaled";

/**
 * Rotary embedding of `[B, heads, T, h]` in the half layout of Hugging Face: dimension i turns with i + h/2.
 * Direction -1 is the transposed map, which carries gradients back.
 */
export function rotate(
  k: Kernels,
  x: Value,
  config: LlamaConfig,
  T: number,
  scale: typeof SCALED | typeof UNSCALED,
  direction: 1 | -1 = 1,
): Value {
  const h = config.width / config.heads, half = h / 2, factor = scale === SCALED ? 1 / Math.sqrt(h) : 1;
  const table = (name: "cos" | "sin") =>
    k.table(`${name} ${scale}`, () => rotaryTables(config, T, factor)[name], [T, half]);
  const c = table("cos"), s = table("sin");
  const [a, b] = k.split(x, [half, half], 3) as [Value, Value];
  const [ac, bs, bc, as] = [k.multiply(a, c), k.multiply(b, s), k.multiply(b, c), k.multiply(a, s)];
  const turned = direction === 1 ? [k.subtract(ac, bs), k.add(bc, as)] : [k.add(ac, bs), k.subtract(bc, as)];
  return k.concat(turned, 3);
}

/** Cosines and sines `[T, h/2]` of every position and frequency, times the attention factor and one more. */
export function rotaryTables(
  config: LlamaConfig,
  T: number,
  factor = 1,
): { cos: Float32Array; sin: Float32Array } {
  const half = config.width / config.heads / 2, size = factor * (config.rope?.attentionFactor ?? 1);
  const frequencies = config.rope?.inverseFrequencies ??
    Float64Array.from({ length: half }, (_, i) => config.ropeBase ** (-i / half));
  const table = (f: (angle: number) => number) =>
    Float32Array.from(
      { length: T * half },
      (_, i) => size * f(Math.floor(i / half) * frequencies[i % half]!),
    );
  return { cos: table(Math.cos), sin: table(Math.sin) };
}
