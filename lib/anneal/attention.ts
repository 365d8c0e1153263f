import type { LlamaConfig } from "./config.ts";
import type { Kernels, Value } from "./kernels.ts";
import { type Norm, norm, normGradient } from "./norm.ts";
import { rotate, SCALED, UNSCALED } from "./rotation.ts";

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
  queryNorm?: Norm;
  keyNorm?: Norm;
  /** Rotated keys, and values: `[B, K, T, h]`. */
  key: Value;
  value: Value;
  tiles: Tile[];
  /** What the heads found, side by side `[N, H*h]`. */
  mixed: Value;
}

/** Some rows of the attention matrix: C queries, and the S keys up to the last of them. */
interface Tile {
  /** Rotated and scaled `[B, K, G*C, h]`: query heads of one group lie side by side as rows. */
  query: Value;
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
  const { H, K, G, h, B, T } = sizesOf(config, shape);
  const inputNorm = norm(k, input, weight("attentionNorm"), config.normEpsilon);
  const qkv = k.matMul(inputNorm.output, weight("qkv"), { transposeB: true }); // [N, (H + 2K) * h]
  const perHead = k.transpose(k.reshape(qkv, [B, T, H + 2 * K, h]), [0, 2, 1, 3]);
  const [q, unrotated, value] = k.split(perHead, [H, K, K], 1) as [Value, Value, Value];
  const normed = (x: Value, name: string) =>
    config.qkNorm ? norm(k, x, weight(name), config.normEpsilon) : undefined;
  const queryNorm = normed(q, "queryNorm"), keyNorm = normed(unrotated, "keyNorm");
  const query = rotate(k, queryNorm?.output ?? q, config, T, SCALED); // [B, H, T, h]
  const key = rotate(k, keyNorm?.output ?? unrotated, config, T, UNSCALED); // [B, K, T, h]

  const tiles = cut(k, query, config, shape).map((query, i): Tile => {
    const { C, S } = tileOf(i, T);
    const scores = k.batchMatMul(query, upTo(k, key, i, config, shape), { transposeB: true });
    const allowed = k.add(k.reshape(scores, [B, H, C, S]), bias(k, i, segments, shape));
    const weights = k.reshape(k.softmax(allowed), [B, K, G * C, S]);
    return { query, weights, heads: k.batchMatMul(weights, upTo(k, value, i, config, shape)) };
  });
  const heads = join(k, tiles.map(({ heads }) => heads), config, shape);
  const mixed = k.reshape(k.transpose(heads, [0, 2, 1, 3]), [B * T, H * h]);
  return {
    output: k.matMul(mixed, weight("attentionOutput"), { transposeB: true }),
    trace: { inputNorm, ...(queryNorm && keyNorm && { queryNorm, keyNorm }), key, value, tiles, mixed },
  };
}

/** The gradient by what {@linkcode attend} read, its parameters' put into `gradients`. */
export function attendGradient(
  k: Kernels,
  config: LlamaConfig,
  dOutput: Value,
  { inputNorm, queryNorm, keyNorm, key, value, tiles, mixed }: AttentionTrace,
  weight: (name: string) => Value,
  gradients: Record<string, Value>,
  shape: BatchShape,
): Value {
  const { H, K, h, B, T } = sizesOf(config, shape);
  gradients.attentionOutput = k.matMul(dOutput, mixed, { transposeA: true });
  const dMixed = k.reshape(k.matMul(dOutput, weight("attentionOutput")), [B, T, H, h]);
  const dHeads = cut(k, k.transpose(dMixed, [0, 2, 1, 3]), config, shape);
  const perTile = tiles.map(({ query, weights, heads }, i) => {
    const dTile = dHeads[i]!; // [B, K, G*C, h]
    const dWeights = k.batchMatMul(dTile, upTo(k, value, i, config, shape), { transposeB: true });
    // The row sums of dWeights * weights, read off the narrow outputs (FlashAttention, arXiv:2205.14135, appendix B.4).
    const centre = k.sum(k.multiply(dTile, heads), [-1], true);
    const dScores = k.multiply(weights, k.subtract(dWeights, centre)); // [B, K, G*C, S]
    return {
      dQuery: k.batchMatMul(dScores, upTo(k, key, i, config, shape)),
      // The sum over a group's query heads is the product's own sum over rows.
      dKey: k.batchMatMul(dScores, query, { transposeA: true }), // [B, K, S, h]
      dValue: k.batchMatMul(weights, dTile, { transposeA: true }),
    };
  });
  const dQuery = join(k, perTile.map(({ dQuery }) => dQuery), config, shape);
  const dKey = overlay(k, perTile.map(({ dKey }) => dKey), T),
    dValue = overlay(k, perTile.map(({ dValue }) => dValue), T);
  const unnormed = (d: Value, name: "queryNorm" | "keyNorm", saved?: Norm): Value => {
    if (!saved) return d;
    const { dInput, dWeight } = normGradient(k, d, saved, weight(name), [0, 1, 2]);
    gradients[name] = dWeight;
    return dInput;
  };
  const dQ = unnormed(rotate(k, dQuery, config, T, SCALED, -1), "queryNorm", queryNorm);
  const dK = unnormed(rotate(k, dKey, config, T, UNSCALED, -1), "keyNorm", keyNorm);
  const dPerHead = k.transpose(k.concat([dQ, dK, dValue], 1), [0, 2, 1, 3]);
  const dQkv = k.reshape(dPerHead, [B * T, (H + 2 * K) * h]);
  gradients.qkv = k.matMul(dQkv, inputNorm.output, { transposeA: true });
  const { dInput, dWeight } = normGradient(
    k,
    k.matMul(dQkv, weight("qkv")),
    inputNorm,
    weight("attentionNorm"),
  );
  gradients.attentionNorm = dWeight;
  return dInput;
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
  const { K, G, h, B, T } = sizesOf(config, shape), n = tilesOf(T), C = T / n;
  const parts = n === 1 ? [x] : k.split(k.reshape(x, [B, K, G, T, h]), Array(n).fill(C), 3);
  return parts.map((part) => k.reshape(part, [B, K, G * C, h]));
}

/** The tiles' rows `[B, K, G*C, h]` as one `[B, H, T, h]`. */
function join(k: Kernels, tiles: readonly Value[], config: LlamaConfig, shape: BatchShape): Value {
  const { H, K, G, h, B, T } = sizesOf(config, shape), C = T / tiles.length;
  const parts = tiles.map((tile) => k.reshape(tile, [B, K, G, C, h]));
  return k.reshape(parts.length === 1 ? parts[0]! : k.concat(parts, 3), [B, H, T, h]);
}

/** The keys or values `[B, K, T, h]` that tile i sees. */
function upTo(k: Kernels, x: Value, i: number, config: LlamaConfig, shape: BatchShape): Value {
  const { K, h, B, T } = sizesOf(config, shape), { S } = tileOf(i, T);
  return S === T ? x : k.slice(x, [0, 0, 0, 0], [B, K, S, h]);
}

/** The sum of tensors over the first tile's keys, the first two tiles' keys, ... as one over all keys. */
function overlay(k: Kernels, tiles: readonly Value[], T: number): Value {
  const n = tiles.length;
  if (n === 1) return tiles[0]!;
  const pieces = tiles.map((tile, i) => k.split(tile, Array(i + 1).fill(T / n), 2));
  return k.concat(tiles.map((_, j) => k.total(pieces.slice(j).map((piece) => piece[j]!))), 2);
}

/** Added to a tile's scores: a large negative number where a token must not look. `[1 or B, 1, C, S]`. */
function bias(
  k: Kernels,
  i: number,
  segments: Value | undefined,
  { batch: B, context: T }: BatchShape,
): Value {
  const { C, S } = tileOf(i, T), causal = k.table(`causal ${i}`, () => causalBias(C, S), [1, 1, C, S]);
  if (segments === undefined) return causal;
  const part = (from: number, length: number) => k.slice(segments, [0, from], [B, length], "int32");
  const rows = k.reshape(part(S - C, C), [B, 1, C, 1], "int32"),
    columns = k.reshape(part(0, S), [B, 1, 1, S], "int32");
  const foreign = k.subtract(k.equal(rows, columns), k.scalar(1));
  return k.add(causal, k.scale(foreign, -BLOCKED));
}

const BLOCKED = -1e9;

/** For the last C of S tokens: 0 where a token may look, a large negative number beyond itself. */
function causalBias(C: number, S: number): Float32Array {
  return new Float32Array(C * S).map((_, at) => at % S > S - C + Math.floor(at / S) ? BLOCKED : 0);
}
