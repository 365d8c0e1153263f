import type { LlamaConfig } from "./config.ts";
import type { Kernels, Value } from "./kernels.ts";
import { type Norm, norm, normGradient, type NormTrace, residualGradient } from "./norm.ts";
import { rotate, rotation } from "./rotation.ts";

/** How many tokens one call sees. */
export interface BatchShape {
  /** Sequences. */
  batch: number;
  /** Tokens in each. */
  context: number;
}

/** What attention leaves for its backward pass. H query heads in K groups of G, head width h, B sequences of T tokens. */
export interface AttentionTrace {
  inputNorm: Norm;
  /** Of queries, then of keys; none without QK-norm. */
  headNorms: NormTrace[];
  tiles: Tile[];
  /** What the heads found, side by side `[N, H*h]`. */
  mixed: Value;
}

/** Some rows of the attention matrix: C queries, and the S keys up to the last of them. */
interface Tile {
  /** Rotated and scaled `[B, K, G*C, h]`: query heads of one group lie side by side as rows. */
  query: Value;
  /** Rotated keys, and values: `[B, K, S, h]`. */
  key: Value;
  value: Value;
  /** Attention weights `[B, K, G*C, S]`. */
  weights: Value;
  /** What each head found `[B, K, G*C, h]`. */
  heads: Value;
}

/** Causal attention of a block `[N, D]`, its norm and projections included, the residual not. */
export function attend(
  k: Kernels,
  config: LlamaConfig,
  input: Value,
  weight: (name: string) => Value,
  segments: Value | undefined,
  shape: BatchShape,
): { output: Value; trace: AttentionTrace } {
  const { H, G, h, K, B, T } = sizesOf(config, shape);
  const n = tilesOf(T);
  const inputNorm = norm(k, input, weight("attentionNorm"), config.normEpsilon);
  const qkv = k.matMul(inputNorm.output, weight("qkv"), { transposeB: true }); // [N, (H + 2K) * h]
  const { queries, keys, values, headNorms } = project(k, config, qkv, weight, shape);
  const tiles = queries.map((query, i): Tile => {
    const { C, S } = tileOf(i, T);
    const key = keys[i];
    const value = values[i];
    const scores = k.reshape(k.batchMatMul(query, key, { transposeB: true }), [B, H, C, S]);
    const weights = k.reshape(k.softmax(k.add(scores, bias(k, i, segments, shape))), [B, K, G * C, S]);
    return { query, key, value, weights, heads: k.batchMatMul(weights, value) };
  });
  const rows = k.fused(
    tiles.map(({ heads }) => heads),
    (k, tiles) => tiles.map((heads) => byToken(k, k.reshape(heads, [B, H, T / n, h]), [B, T / n, H * h])),
  );
  const mixed = k.reshape(k.concat(rows, 1), [B * T, H * h]);
  return {
    output: k.matMul(mixed, weight("attentionOutput"), { transposeB: true }),
    trace: { inputNorm, headNorms, tiles, mixed },
  };
}

/** Queries, keys and values of every tile out of the projection `[N, (H + 2K) * h]`. */
function project(
  k: Kernels,
  config: LlamaConfig,
  qkv: Value,
  weight: (name: string) => Value,
  shape: BatchShape,
): { queries: Value[]; keys: Value[]; values: Value[]; headNorms: NormTrace[] } {
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
    queries,
    keys,
    values,
    headNorms: weights.map((_, i) => ({ unit: found[2 * i], inverse: found[2 * i + 1] })),
  };
}

/** The gradient by what {@linkcode attend} read, its parameters' put into `gradients`; `dOutput` itself is added. */
export function attendGradient(
  k: Kernels,
  config: LlamaConfig,
  dOutput: Value,
  { inputNorm, headNorms, tiles, mixed }: AttentionTrace,
  weight: (name: string) => Value,
  gradients: Record<string, Value>,
  shape: BatchShape,
): Value {
  const { H, h, B, T } = sizesOf(config, shape);
  const n = tiles.length;
  gradients.attentionOutput = k.matMul(dOutput, mixed, { transposeA: true });
  const dMixed = k.matMul(dOutput, weight("attentionOutput"));
  const cutUp = k.fused([dMixed, ...tiles.map(({ heads }) => heads)], (k, [dMixed, ...heads]) => {
    const dHeads = cut(k, k.transpose(k.reshape(dMixed, [B, T, H, h]), [0, 2, 1, 3]), config, shape);
    // The row sums of dWeights * weights, read off the narrow outputs (FlashAttention, arXiv:2205.14135, appendix B.4).
    return [...dHeads, ...dHeads.map((dTile, i) => k.sum(k.multiply(dTile, heads[i]), [-1], true))];
  });
  const perTile = tiles.map(({ query, key, value, weights }, i) => {
    const dTile = cutUp[i]; // [B, K, G*C, h]
    const dWeights = k.batchMatMul(dTile, value, { transposeB: true });
    const [dScores] = k.fused([weights, dWeights, cutUp[n + i]], (k, [weights, dWeights, centre]) => [
      k.multiply(weights, k.subtract(dWeights, centre)),
    ]) as [Value]; // [B, K, G*C, S]
    return {
      dQuery: k.batchMatMul(dScores, key),
      // The sum over a group's query heads is the product's own sum over rows.
      dKey: k.batchMatMul(dScores, query, { transposeA: true }), // [B, K, S, h]
      dValue: k.batchMatMul(weights, dTile, { transposeA: true }),
    };
  });
  const dQkv = projectGradient(k, config, perTile, headNorms, weight, gradients, shape);
  gradients.qkv = k.matMul(dQkv, inputNorm.output, { transposeA: true });
  const { dInput, dWeight } = residualGradient(
    k,
    [k.matMul(dQkv, weight("qkv"))],
    dOutput,
    inputNorm,
    weight("attentionNorm"),
  );
  gradients.attentionNorm = dWeight;
  return dInput;
}

/** The gradient by what {@linkcode project} read, its parameters' put into `gradients`. */
function projectGradient(
  k: Kernels,
  config: LlamaConfig,
  tiles: readonly Record<"dQuery" | "dKey" | "dValue", Value>[],
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

function sizesOf({ heads: H, keyValueHeads: K, width }: LlamaConfig, { batch: B, context: T }: BatchShape) {
  return { H, K, G: H / K, h: width / H, B, T };
}

/**
 * How many tiles a context is cut into. What lies above the diagonal costs products, exponentials and memory for nothing:
 * with n tiles (n - 1) / 2n of all is left out. Below 64 rows products get slower by more than that.
 */
function tilesOf(T: number): number {
  return [8, 4, 2].find((n) => T % n === 0 && T / n >= 64) ?? 1;
}

/** Rows and keys of tile i. */
function tileOf(i: number, T: number): { C: number; S: number } {
  const C = T / tilesOf(T);
  return { C, S: (i + 1) * C };
}

/** `[B, H, T, h]` as the rows of each tile: `[B, K, G*C, h]`. */
function cut(k: Kernels, x: Value, config: LlamaConfig, shape: BatchShape): Value[] {
  const { K, G, h, B, T } = sizesOf(config, shape);
  const n = tilesOf(T);
  const C = T / n;
  const parts = k.split(k.reshape(x, [B, K, G, T, h]), Array<number>(n).fill(C), 3);
  return parts.map((part) => k.reshape(part, [B, K, G * C, h]));
}

/** `[B, heads, rows, h]` as the tokens' rows. */
function byToken(k: Kernels, x: Value, shape: readonly number[]): Value {
  return k.reshape(k.transpose(x, [0, 2, 1, 3]), shape);
}

/** The keys or values `[B, K, T, h]` that tile i sees. */
function upTo(k: Kernels, x: Value, i: number, config: LlamaConfig, shape: BatchShape): Value {
  const { K, h, B, T } = sizesOf(config, shape);
  const { S } = tileOf(i, T);
  return S === T ? x : k.slice(x, [0, 0, 0, 0], [B, K, S, h]);
}

/** The sum of tensors over the first tile's keys, the first two tiles' keys, ...: for each tile's own rows. */
function overlay(k: Kernels, tiles: readonly Value[], T: number): Value[] {
  const pieces = tiles.map((tile, i) => k.split(tile, Array<number>(i + 1).fill(T / tiles.length), 2));
  return tiles.map((_, j) => k.total(pieces.slice(j).map((piece) => piece[j])));
}

/** Added to a tile's scores: a large negative number where a token must not look. `[1 or B, 1, C, S]`. */
function bias(
  k: Kernels,
  i: number,
  segments: Value | undefined,
  { batch: B, context: T }: BatchShape,
): Value {
  const { C, S } = tileOf(i, T);
  const causal = k.table(`causal ${i}`, () => causalBias(C, S), [1, 1, C, S]);
  if (segments === undefined) return causal;
  const part = (from: number, length: number) => k.slice(segments, [0, from], [B, length], "int32");
  const rows = k.reshape(part(S - C, C), [B, 1, C, 1], "int32");
  const columns = k.reshape(part(0, S), [B, 1, 1, S], "int32");
  const foreign = k.subtract(k.equal(rows, columns), k.scalar(1));
  return k.add(causal, k.scale(foreign, -BLOCKED));
}

const BLOCKED = -1e9;

/** For the last C of S tokens: 0 where a token may look, a large negative number beyond itself. */
function causalBias(C: number, S: number): Float32Array {
  return new Float32Array(C * S).map((_, at) => at % S > S - C + Math.floor(at / S) ? BLOCKED : 0);
}
