import { type BatchShape, sizesOf } from "./_sizes.ts";
import { byToken, cut, type Heads, overlay, type TileGradient, tilesOf, upTo } from "./attention_core.ts";
import type { LlamaConfig } from "./config.ts";
import type { Kernels, Value } from "./kernels.ts";
import { norm, normGradient, type NormTrace } from "./norm.ts";
import { rotate, rotation } from "./rotation.ts";

/** Queries, keys and values of every tile out of the projection `[N, (H + 2K) * h]`. */
export function project(
  k: Kernels,
  config: LlamaConfig,
  qkv: Value,
  weight: (name: string) => Value,
  shape: BatchShape,
): { heads: Heads; headNorms: NormTrace[] } {
  const { H, K, h, B, T } = sizesOf(config, shape);
  const n = tilesOf(T);
  const tables = rotation(k, config, T);
  const weights = normNames(config).map(weight);
  const found = k.fused([qkv, ...tables, ...weights], (k, [qkv, cos, sin, ...weights]) => {
    const perHead = k.transpose(k.reshape(qkv, [B, T, H + 2 * K, h]), [0, 2, 1, 3]);
    const [q, unrotated, value] = k.split(perHead, [H, K, K], 1) as [Value, Value, Value];
    const norms = weights.map((weight, i) => norm(k, [q, unrotated][i], weight, config.normEpsilon));
    const turned = (x: Value) => rotate(k, x, cos, sin, h / 2);
    const query = k.scale(turned(norms[0]?.output ?? q), 1 / Math.sqrt(h)); // [B, H, T, h]
    const key = turned(norms[1]?.output ?? unrotated); // [B, K, T, h]
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

/** The gradient by what {@linkcode project} read, its parameters' put into `gradients`. */
export function projectGradient(
  k: Kernels,
  config: LlamaConfig,
  tiles: readonly TileGradient[],
  saved: readonly NormTrace[],
  weight: (name: string) => Value,
  gradients: Record<string, Value>,
  shape: BatchShape,
): Value {
  const { H, K, h, B, T } = sizesOf(config, shape);
  const n = tiles.length;
  const C = T / n;
  const names = normNames(config);
  const inputs = [
    ...tiles.map(({ dQuery }) => dQuery),
    ...tiles.map(({ dKey }) => dKey),
    ...tiles.map(({ dValue }) => dValue),
    ...rotation(k, config, T),
    ...saved.flatMap(({ unit, inverse }, i) => [unit, inverse, weight(names[i])]),
  ];
  const found = k.fused(inputs, (k, values) => {
    const take = (count: number) => values.splice(0, count);
    const byRows = (x: Value, axis: number) => k.split(x, Array<number>(n).fill(C), axis);
    const dQueries = take(n);
    const dKeys = overlay(k, take(n), T);
    const dValues = overlay(k, take(n), T);
    const [cos, sin] = take(2).map((table) => byRows(table, 0)) as [Value[], Value[]];
    const norms = names.map(() => {
      const [unit, inverse, weight] = take(3) as [Value, Value, Value];
      return { units: byRows(unit, 2), inverses: byRows(inverse, 2), weight, dWeights: [] as Value[] };
    });
    const rows = dQueries.map((dQuery, i) => {
      const back = (d: Value, part: number): Value => {
        const turned = rotate(k, d, cos[i], k.negative(sin[i]), h / 2);
        const norm = norms[part];
        if (norm === undefined) return turned;
        const saved = { unit: norm.units[i], inverse: norm.inverses[i] };
        const { dInput, dWeight } = normGradient(k, turned, saved, norm.weight, [0, 1, 2]);
        norm.dWeights.push(dWeight);
        return dInput;
      };
      const scaled = k.scale(k.reshape(dQuery, [B, H, C, h]), 1 / Math.sqrt(h));
      return byToken(k, k.concat([back(scaled, 0), back(dKeys[i], 1), dValues[i]], 1), [
        B,
        C,
        (H + 2 * K) * h,
      ]);
    });
    return [...rows, ...norms.map(({ dWeights }) => k.total(dWeights))];
  });
  names.forEach((name, i) => gradients[name] = found[n + i]);
  return k.reshape(k.concat(found.slice(0, n), 1), [B * T, (H + 2 * K) * h]);
}

/** The weights of the norms of queries and of keys, by name. */
function normNames(config: LlamaConfig): string[] {
  return config.qkNorm ? ["queryNorm", "keyNorm"] : [];
}
