import { type BatchShape, sizesOf } from "./_sizes.ts";
import type { Kernels, Value } from "./kernels.ts";
import { norm, normGradient, normStyle, type NormTrace, rowNorm, rowNormGradient } from "./norm.ts";
import { type LlamaConfig, partsOf } from "./parts.ts";

/** The weights of the norms of queries and of keys, by name; none without QK-norm. */
export function headNormNames(config: LlamaConfig): string[] {
  return partsOf(config).qkNorm ? ["queryNorm", "keyNorm"] : [];
}

/** Projections `[N, (H + 2K) * h]`, queries and keys normed, as tokens' rows lie. */
export function normHeads(
  k: Kernels,
  config: LlamaConfig,
  qkv: Value,
  weight: (name: string) => Value,
  shape: BatchShape,
): { qkv: Value; norms: NormTrace[] } {
  const names = headNormNames(config);
  if (names.length === 0) return { qkv, norms: [] };
  const style = normStyle(config);
  const parts = partsOfRows(k, config, qkv, shape);
  const norms = names.map((name, part) => {
    const { rows, each, of } = layoutOf(config, part, shape);
    const weights = { weight: k.reshape(weight(name), of), bias: undefined };
    return (each ? norm : rowNorm)(k, k.reshape(parts[part], rows), weights, style);
  });
  const normed = norms.map(({ output }, part) => k.reshape(output, layoutOf(config, part, shape).side));
  return { qkv: k.concat([...normed, parts[2]], 1), norms };
}

/** The gradient by what {@linkcode normHeads} read; its parameters' are put into `gradients`. */
export function normHeadsGradient(
  k: Kernels,
  config: LlamaConfig,
  dQkv: Value,
  norms: readonly NormTrace[],
  weight: (name: string) => Value,
  gradients: Record<string, Value>,
  shape: BatchShape,
): Value {
  if (norms.length === 0) return dQkv;
  const style = normStyle(config);
  const dParts = partsOfRows(k, config, dQkv, shape);
  const dRead = headNormNames(config).map((name, part) => {
    const { rows, each, of, side } = layoutOf(config, part, shape);
    const dNormed = k.reshape(dParts[part], rows);
    const weights = { weight: k.reshape(weight(name), of), bias: undefined };
    const { dInput, dWeight } = each
      ? normGradient(k, dNormed, norms[part], weights.weight, style)
      : rowNormGradient(k, [dNormed], undefined, norms[part], weights, style);
    gradients[name] = each ? k.reshape(dWeight, [side[1]]) : dWeight;
    return k.reshape(dInput, side);
  });
  return k.concat([...dRead, dParts[2]], 1);
}

/** Queries, keys and values of tokens' rows. */
function partsOfRows(k: Kernels, config: LlamaConfig, rows: Value, shape: BatchShape): Value[] {
  const { H, K, h } = sizesOf(config, shape);
  return k.split(rows, [H * h, K * h, K * h], 1);
}

/**
 * The shapes of queries (part 0) or keys as they are normed and as tokens' rows, that of the norm's weights, and whether each head
 * has its own of them.
 */
function layoutOf(config: LlamaConfig, part: number, shape: BatchShape) {
  const { H, K, h, B, T } = sizesOf(config, shape);
  const { qkNorm } = partsOf(config);
  const N = B * T;
  const heads = part === 0 ? H : K;
  const each = qkNorm === "each-head";
  const width = qkNorm === "projection" ? heads * h : h;
  return {
    rows: each ? [N, heads, h] : [N * heads * h / width, width],
    of: each ? [heads, h] : [width],
    side: [N, heads * h] as const,
    each,
  };
}
