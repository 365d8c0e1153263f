import { type BatchShape, sizesOf } from "./_sizes.ts";
import type { LlamaConfig } from "./config.ts";
import type { Kernels, Value } from "./kernels.ts";

/** Queries, keys and values of every tile; see {@linkcode Tile}. */
export interface Heads {
  queries: Value[];
  keys: Value[];
  values: Value[];
}

/** Some rows of the attention matrix: C queries, and the S keys up to the last of them. */
export interface Tile {
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

/** Gradients by what a tile read. */
export type TileGradient = Record<"dQuery" | "dKey" | "dValue", Value>;

/** What the heads find, side by side `[N, H*h]`: softmax of the scaled products of queries and keys, times the values. */
export function mix(
  k: Kernels,
  config: LlamaConfig,
  { queries, keys, values }: Heads,
  segments: Value | undefined,
  shape: BatchShape,
): { mixed: Value; tiles: Tile[] } {
  const { H, G, h, K, B, T } = sizesOf(config, shape);
  const n = tilesOf(T);
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
  return { mixed: k.reshape(k.concat(rows, 1), [B * T, H * h]), tiles };
}

/** Gradients by what {@linkcode mix} read. */
export function mixGradient(
  k: Kernels,
  config: LlamaConfig,
  dMixed: Value,
  tiles: readonly Tile[],
  shape: BatchShape,
): TileGradient[] {
  const { H, h, B, T } = sizesOf(config, shape);
  const n = tiles.length;
  const cutUp = k.fused([dMixed, ...tiles.map(({ heads }) => heads)], (k, [dMixed, ...heads]) => {
    const dHeads = cut(k, k.transpose(k.reshape(dMixed, [B, T, H, h]), [0, 2, 1, 3]), config, shape);
    // The row sums of dWeights * weights, read off the narrow outputs (FlashAttention, arXiv:2205.14135, appendix B.4).
    return [...dHeads, ...dHeads.map((dTile, i) => k.sum(k.multiply(dTile, heads[i]), [-1], true))];
  });
  return tiles.map(({ query, key, value, weights }, i) => {
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
}

/**
 * How many tiles a context is cut into. What lies above the diagonal costs products, exponentials and memory for nothing:
 * with n tiles (n - 1) / 2n of all is left out. Below 64 rows products get slower by more than that.
 */
export function tilesOf(T: number): number {
  return [8, 4, 2].find((n) => T % n === 0 && T / n >= 64) ?? 1;
}

/** Rows and keys of tile i. */
function tileOf(i: number, T: number): { C: number; S: number } {
  const C = T / tilesOf(T);
  return { C, S: (i + 1) * C };
}

/** `[B, H, T, h]` as the rows of each tile: `[B, K, G*C, h]`. */
export function cut(k: Kernels, x: Value, config: LlamaConfig, shape: BatchShape): Value[] {
  const { K, G, h, B, T } = sizesOf(config, shape);
  const n = tilesOf(T);
  const C = T / n;
  const parts = k.split(k.reshape(x, [B, K, G, T, h]), Array<number>(n).fill(C), 3);
  return parts.map((part) => k.reshape(part, [B, K, G * C, h]));
}

/** `[B, heads, rows, h]` as the tokens' rows. */
export function byToken(k: Kernels, x: Value, shape: readonly number[]): Value {
  return k.reshape(k.transpose(x, [0, 2, 1, 3]), shape);
}

/** The keys or values `[B, K, T, h]` that tile i sees. */
export function upTo(k: Kernels, x: Value, i: number, config: LlamaConfig, shape: BatchShape): Value {
  const { K, h, B, T } = sizesOf(config, shape);
  const { S } = tileOf(i, T);
  return S === T ? x : k.slice(x, [0, 0, 0, 0], [B, K, S, h]);
}

/** The sum of tensors over the first tile's keys, the first two tiles' keys, ...: for each tile's own rows. */
export function overlay(k: Kernels, tiles: readonly Value[], T: number): Value[] {
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
