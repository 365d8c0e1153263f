import { type LlamaConfig, partsOf } from "./parts.ts";

/** Shapes of one block's parameters by their short names, in order. */
export function blockShapes(config: LlamaConfig): Record<string, number[]> {
  const { width: D, heads: H, keyValueHeads: K, feedForward: F } = config;
  const { headWidth: h, qkNorm, biases, norm, gated, parallel } = partsOf(config);
  const qkv = (H + 2 * K) * h;
  const inner = gated ? { gateUp: 2 * F } : { up: F };
  const ofHeads = (heads: number) => qkNorm === "head" ? h : heads * h;
  const bias = (on: boolean, name: string, size: number) => on ? { [`${name}Bias`]: [size] } : {};
  const normed = (on: boolean, name: string) =>
    on ? { ...norm.weight !== "none" && { [name]: [D] }, ...bias(norm.bias, name, D) } : {};
  return {
    ...normed(norm.place !== "after", "attentionNorm"),
    qkv: [qkv, D],
    ...bias(biases.qkv, "qkv", qkv),
    ...qkNorm && { queryNorm: [ofHeads(H)], keyNorm: [ofHeads(K)] },
    attentionOutput: [D, H * h],
    ...bias(biases.attentionOutput, "attentionOutput", D),
    ...normed(norm.place !== "before", "attentionPostNorm"),
    ...normed(norm.place !== "after" && parallel !== true, "feedForwardNorm"),
    ...Object.fromEntries(Object.entries(inner).map(([name, rows]) => [name, [rows, D]])),
    ...Object.assign(
      {},
      ...Object.entries(inner).map(([name, rows]) => bias(biases.feedForward, name, rows)),
    ),
    down: [D, F],
    ...bias(biases.feedForward, "down", D),
    ...normed(norm.place !== "before", "feedForwardPostNorm"),
  };
}

/** The matrices of one block by their short names, each with the rows of the projections that lie in it one after another. */
export function blockProjections(config: LlamaConfig): Record<string, number[]> {
  const { heads: H, keyValueHeads: K, feedForward: F } = config;
  const { headWidth: h } = partsOf(config);
  const several: Record<string, number[]> = { qkv: [H * h, K * h, K * h], gateUp: [F, F] };
  const matrices = Object.entries(blockShapes(config)).filter(([, shape]) => shape.length === 2);
  return Object.fromEntries(matrices.map(([name, [rows]]) => [name, several[name] ?? [rows]]));
}

/** Shapes of the parameters outside of blocks. */
export function outerShapes(config: LlamaConfig): Record<string, number[]> {
  const { vocabularySize: V, width: D, tieEmbeddings } = config;
  const { biases, norm } = partsOf(config);
  return {
    embedding: [V, D],
    ...norm.weight !== "none" && { finalNorm: [D] },
    ...norm.bias && { finalNormBias: [D] },
    ...!tieEmbeddings && { output: [V, D] },
    ...biases.output && { outputBias: [V] },
  };
}

/** How many elements a tensor of a shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
