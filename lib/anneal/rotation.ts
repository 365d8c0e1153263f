import type { Kernels, Value } from "./kernels.ts";
import { dynamicNtk } from "../rope/mod.ts";
import { type LayerAttention, type LlamaConfig, partsOf, type RotaryFrequencies } from "./parts.ts";

/** Cosines and sines `[T, r/2]` as constants of a computation, of a head of which r dimensions turn. */
export function rotation(
  k: Kernels,
  config: LlamaConfig,
  rotary: Exclude<LayerAttention["rotary"], "none">,
  T: number,
): [cos: Value, sin: Value] {
  const half = partsOf(config).rotaryWidth / 2;
  const table = (name: "cos" | "sin") =>
    k.table(`${name} ${rotary}`, () => rotaryTables(config, T, rotary)[name], [T, half]);
  return [table("cos"), table("sin")];
}

/**
 * Rotary embedding of `[B, heads, T, h]` in the half layout of Hugging Face: dimension i turns with i + r/2, and what lies
 * beyond r is passed through. With the sines negated it is the transposed map, which carries gradients back.
 *
 * @param rest How many dimensions do not turn.
 */
export function rotate(k: Kernels, x: Value, cos: Value, sin: Value, half: number, rest = 0): Value {
  const [a, b, ...still] = k.split(x, rest > 0 ? [half, half, rest] : [half, half], 3);
  return k.concat([
    k.subtract(k.multiply(a, cos), k.multiply(b, sin)),
    k.add(k.multiply(b, cos), k.multiply(a, sin)),
    ...still,
  ], 3);
}

/** Cosines and sines `[T, r/2]` of every position and frequency, times the attention factor. */
export function rotaryTables(
  config: LlamaConfig,
  T: number,
  rotary: "global" | "local" = "global",
): { cos: Float32Array; sin: Float32Array } {
  const half = partsOf(config).rotaryWidth / 2;
  const { frequencies, factor } = frequenciesOf(config, rotary, T);
  const table = (f: (angle: number) => number) =>
    Float32Array.from(
      { length: T * half },
      (_, i) => factor * f(Math.floor(i / half) * frequencies[i % half]),
    );
  return { cos: table(Math.cos), sin: table(Math.sin) };
}

/** Radians per token of each pair in sequences of T tokens, and the factor on cosines and sines. */
export function frequenciesOf(
  config: LlamaConfig,
  rotary: "global" | "local",
  T: number,
): { frequencies: Float64Array; factor: number } {
  const { rotaryWidth } = partsOf(config);
  const { slidingWindow } = config;
  const [base, rope] = rotary === "local"
    ? [slidingWindow?.ropeBase ?? config.ropeBase, slidingWindow?.rope]
    : [config.ropeBase, config.rope];
  return {
    frequencies: longerOf(rope, T, { base, dimensions: rotaryWidth }) ?? rope?.inverseFrequencies ??
      Float64Array.from({ length: rotaryWidth / 2 }, (_, i) => base ** (-2 * i / rotaryWidth)),
    factor: rope?.attentionFactor ?? 1,
  };
}

/** The frequencies of a long sequence, where they are others. */
function longerOf(
  rope: RotaryFrequencies | undefined,
  length: number,
  head: { base: number; dimensions: number },
): Float64Array | undefined {
  if (rope?.longer === undefined || length <= rope.longer.than) return;
  const { than, factor, inverseFrequencies } = rope.longer;
  return inverseFrequencies ??
    dynamicNtk({ ...head, factor: factor!, originalContext: than, length }).inverseFrequencies;
}

/** Which lengths, from the first to the last, have the frequencies of sequences of n tokens. */
export function sameRotation({ rope, slidingWindow }: LlamaConfig, n: number): [first: number, last: number] {
  let [first, last] = [1, Infinity];
  for (const longer of [rope?.longer, slidingWindow?.rope?.longer]) {
    if (longer === undefined) continue;
    const { than, factor } = longer;
    if (n <= than) last = Math.min(last, than);
    else if (factor === undefined) first = Math.max(first, than + 1);
    else [first, last] = [n, n];
  }
  return [first, last];
}
