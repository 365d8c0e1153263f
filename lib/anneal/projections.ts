import { headNormNames } from "./_head_norms.ts";
import { type BatchShape, sizesOf } from "./_sizes.ts";
import { byToken, cut, type Heads, overlay, type TileGradient, tilesOf, upTo } from "./attention_core.ts";
import type { Kernels, Value } from "./kernels.ts";
import { type Norm, norm, normGradient, normStyle, type NormTrace } from "./norm.ts";
import { type LayerAttention, type LlamaConfig, partsOf } from "./parts.ts";
import { rotate, rotation } from "./rotation.ts";

/** Queries, keys and values of every tile out of the projection `[N, (H + 2K) * h]`: cut off, normed, rotated and scaled. */
export function project(
  k: Kernels,
  config: LlamaConfig,
  qkv: Value,
  weight: (name: string) => Value,
  rotary: LayerAttention["rotary"],
  shape: BatchShape,
): { heads: Heads; headNorms: NormTrace[] } {
  const { H, K, h, B, T } = sizesOf(config, shape);
  const { qkNorm, queryScale } = partsOf(config);
  const n = tilesOf(T);
  const tables = tablesOf(k, config, rotary, T);
  const weights = headNormNames(config).map(weight);
  const found = k.fused([qkv, ...tables, ...weights], (k, [qkv, ...others]) => {
    const turn = turning(k, config, others.splice(0, tables.length));
    const parts = split(k, config, qkv, shape);
    const norms: Norm[] = others.map((weight, i) =>
      norm(k, parts[i], { weight: ofHeads(k, config, weight, i), bias: undefined }, normStyle(config))
    );
    const [q, unrotated, value] = parts.map((part, i) => {
      const rows = norms[i]?.output ?? part;
      return qkNorm === "projection" ? byHead(k, rows, [B, T, i === 0 ? H : K, h]) : rows;
    }) as [Value, Value, Value];
    const query = k.scale(turn(q), queryScale); // [B, H, T, h]
    const key = turn(unrotated); // [B, K, T, h]
    const seen = (x: Value) => Array.from({ length: n }, (_, i) => upTo(k, x, i, config, shape));
    return [
      ...cut(k, query, config, shape),
      ...seen(key),
      ...seen(value),
      ...norms.flatMap(({ unit, inverse }) => [unit, inverse]),
    ];
  });
  const [queries, keys, values] = [0, 1, 2].map(() => found.splice(0, n)) as [Value[], Value[], Value[]];
  return {
    heads: { queries, keys, values },
    headNorms: weights.map((_, i) => ({ unit: found[2 * i], inverse: found[2 * i + 1] })),
  };
}

/** Queries, keys and values `[B, heads, T, h]`; where all heads are normed as one, `[B, T, heads * h]`. */
function split(k: Kernels, config: LlamaConfig, qkv: Value, shape: BatchShape): Value[] {
  const { H, K, h, B, T } = sizesOf(config, shape);
  const rows = config.clipQkv === undefined ? qkv : k.clip(qkv, config.clipQkv);
  if (partsOf(config).qkNorm === "projection") {
    return k.split(k.reshape(rows, [B, T, (H + 2 * K) * h]), [H * h, K * h, K * h], 2);
  }
  return k.split(byHead(k, rows, [B, T, H + 2 * K, h]), [H, K, K], 1);
}

/** What the gradient of {@linkcode project} reads. */
interface ProjectTrace {
  tiles: readonly TileGradient[];
  headNorms: readonly NormTrace[];
  rotary: LayerAttention["rotary"];
}

/** The gradient by what {@linkcode project} read, once cut off; its parameters' are put into `gradients`. */
export function projectGradient(
  k: Kernels,
  config: LlamaConfig,
  { tiles, headNorms, rotary }: ProjectTrace,
  weight: (name: string) => Value,
  gradients: Record<string, Value>,
  shape: BatchShape,
): Value {
  const { H, K, h, B, T } = sizesOf(config, shape);
  const { qkNorm, queryScale } = partsOf(config);
  const whole = qkNorm === "projection";
  const n = tiles.length;
  const C = T / n;
  const names = headNormNames(config);
  const tables = tablesOf(k, config, rotary, T);
  const inputs = [
    ...tiles.map(({ dQuery }) => dQuery),
    ...tiles.map(({ dKey }) => dKey),
    ...tiles.map(({ dValue }) => dValue),
    ...tables,
    ...headNorms.flatMap(({ unit, inverse }, i) => [unit, inverse, weight(names[i])]),
  ];
  const found = k.fused(inputs, (k, values) => {
    const take = (count: number) => values.splice(0, count);
    const byRows = (x: Value, axis: number) => k.split(x, Array<number>(n).fill(C), axis);
    const dQueries = take(n);
    const dKeys = overlay(k, take(n), T);
    const dValues = overlay(k, take(n), T);
    const rowTables = take(tables.length).map((table) => byRows(table, 0));
    const rowAxis = whole ? 1 : 2;
    const norms = names.map((_, part) => {
      const [unit, inverse, weight] = take(3) as [Value, Value, Value];
      return {
        units: byRows(unit, rowAxis),
        inverses: byRows(inverse, rowAxis),
        weight: ofHeads(k, config, weight, part),
        dWeights: [] as Value[],
      };
    });
    const rows = dQueries.map((dQuery, i) => {
      const turnBack = turning(k, config, rowTables.map((table) => table[i]), true);
      const back = (d: Value, part: number): Value => {
        const turned = turnBack(d);
        const heads = part === 0 ? H : K;
        const outside = whole ? byToken(k, turned, [B, C, heads * h]) : turned;
        const norm = norms[part];
        if (norm === undefined) return outside;
        const saved = { unit: norm.units[i], inverse: norm.inverses[i] };
        const axes = whole ? [0, 1] : qkNorm === "each-head" ? [0, 2] : [0, 1, 2];
        const { dInput, dWeight } = normGradient(k, outside, saved, norm.weight, normStyle(config), axes);
        norm.dWeights.push(qkNorm === "each-head" ? k.reshape(dWeight, [heads * h]) : dWeight);
        return dInput;
      };
      const scaled = k.scale(k.reshape(dQuery, [B, H, C, h]), queryScale);
      const dQ = back(scaled, 0);
      const dK = back(dKeys[i], 1);
      const side = [B, C, (H + 2 * K) * h];
      return whole
        ? k.concat([dQ, dK, byToken(k, dValues[i], [B, C, K * h])], 2)
        : byToken(k, k.concat([dQ, dK, dValues[i]], 1), side);
    });
    return [...rows, ...norms.map(({ dWeights }) => k.total(dWeights))];
  });
  names.forEach((name, i) => gradients[name] = found[n + i]);
  return k.reshape(k.concat(found.slice(0, n), 1), [B * T, (H + 2 * K) * h]);
}

/** The rows `[N, heads * h]` of tokens, head by head `[B, heads, T, h]`. */
function byHead(k: Kernels, rows: Value, shape: readonly number[]): Value {
  return k.transpose(k.reshape(rows, shape), [0, 2, 1, 3]);
}

/** The tables of a layer's rotation; none where nothing turns. */
function tablesOf(k: Kernels, config: LlamaConfig, rotary: LayerAttention["rotary"], T: number): Value[] {
  return rotary === "none" ? [] : rotation(k, config, rotary, T);
}

/** How `[B, heads, rows, h]` are turned by tables, or turned back. */
function turning(
  k: Kernels,
  config: LlamaConfig,
  [cos, sin]: readonly Value[],
  back = false,
): (x: Value) => Value {
  if (cos === undefined) return (x) => x;
  const { headWidth, rotaryWidth } = partsOf(config);
  return (x) => rotate(k, x, cos, back ? k.negative(sin) : sin, rotaryWidth / 2, headWidth - rotaryWidth);
}

/** The weights of a norm of queries (part 0) or keys as they meet `[B, heads, T, h]` or `[B, T, heads * h]`. */
function ofHeads(k: Kernels, config: LlamaConfig, weight: Value, part: number): Value {
  const { headWidth, qkNorm } = partsOf(config);
  const heads = part === 0 ? config.heads : config.keyValueHeads;
  return qkNorm === "each-head" ? k.reshape(weight, [heads, 1, headWidth]) : weight;
}
