import { type BatchShape, sizesOf } from "./_sizes.ts";
import type { Kernels, Value } from "./kernels.ts";
import type { LlamaConfig } from "./parts.ts";

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
  /** The scores over their soft cap, inside the tanh's bounds `[B, K, G*C, S]`; none where there is no cap. */
  bent: Value | undefined;
  /** What each head found `[B, K, G*C, h]`. */
  heads: Value;
}

/** What a token may look at, beside the tokens before it. */
export interface Sight {
  /** The number of its document for each token `[B, T]`, int32; others are hidden. */
  segments: Value | undefined;
  /** How many tokens are seen, itself among them. */
  window: number | undefined;
}

/** Gradients by what a tile read. */
export type TileGradient = Record<"dQuery" | "dKey" | "dValue", Value>;

/** What the heads find, side by side `[N, H*h]`: softmax of the scaled products of queries and keys, times the values. */
export function mix(
  k: Kernels,
  config: LlamaConfig,
  { queries, keys, values }: Heads,
  { segments, window }: Sight,
  shape: BatchShape,
): { mixed: Value; tiles: Tile[] } {
  const { H, G, h, K, B, T } = sizesOf(config, shape);
  const n = tilesOf(T);
  const cap = config.softCaps?.attention;
  const tiles = queries.map((query, i): Tile => {
    const { C, S } = tileOf(i, T);
    const key = keys[i];
    const value = values[i];
    const products = k.batchMatMul(query, key, { transposeB: true });
    const bent = cap === undefined ? undefined : k.tanh(k.scale(products, 1 / cap));
    const scores = k.reshape(bent === undefined ? products : k.scale(bent, cap!), [B, H, C, S]);
    const hidden = bias(k, i, { segments, window }, shape);
    const weights = k.reshape(k.softmax(k.add(scores, hidden)), [B, K, G * C, S]);
    return { query, key, value, weights, bent, heads: k.batchMatMul(weights, value) };
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
  return tiles.map(({ query, key, value, weights, bent }, i) => {
    const dTile = cutUp[i]; // [B, K, G*C, h]
    const dWeights = k.batchMatMul(dTile, value, { transposeB: true });
    const read = [weights, dWeights, cutUp[n + i], ...bent === undefined ? [] : [bent]];
    const [dScores] = k.fused(read, (k, [weights, dWeights, centre, bent]) => {
      const dCapped = k.multiply(weights, k.subtract(dWeights, centre));
      // tanh' = 1 - tanh^2
      return [bent === undefined ? dCapped : k.subtract(dCapped, k.multiply(dCapped, k.square(bent)))];
    }) as [Value]; // [B, K, G*C, S]
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
  { segments, window }: Sight,
  { batch: B, context: T }: BatchShape,
): Value {
  const { C, S } = tileOf(i, T);
  const causal = k.table(`causal ${i} ${window}`, () => causalBias(C, S, window), [1, 1, C, S]);
  if (segments === undefined) return causal;
  const part = (from: number, length: number) => k.slice(segments, [0, from], [B, length], "int32");
  const rows = k.reshape(part(S - C, C), [B, 1, C, 1], "int32");
  const columns = k.reshape(part(0, S), [B, 1, 1, S], "int32");
  const foreign = k.subtract(k.equal(rows, columns), k.scalar(1));
  return k.add(causal, k.scale(foreign, -BLOCKED));
}

const BLOCKED = -1e9;

/** For the last C of S tokens: 0 where a token may look, a large negative number beyond itself and behind its window. */
function causalBias(C: number, S: number, window = S): Float32Array {
  return new Float32Array(C * S).map((_, at) => {
    const back = S - C + Math.floor(at / S) - at % S;
    return back < 0 || back >= window ? BLOCKED : 0;
  });
}
