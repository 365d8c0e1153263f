import { type BatchShape, sizesOf } from "./_sizes.ts";
import type { Kernels, Value } from "./kernels.ts";
import { type LayerAttention, type LlamaConfig, partsOf } from "./parts.ts";
import { rotation } from "./rotation.ts";

/** What {@linkcode ownMix} leaves for its backward pass. */
export interface OwnTrace {
  /** What it read. */
  inputs: Value[];
  sizes: Record<string, number>;
  /** Of each row of scores the logarithm of the sum of powers `[B, H, T]`. */
  logSums: Value;
}

/** Whether the kit's own operator computes a model's attention: neither norms between projections and rotation, nor caps. */
export function ownFits(k: Kernels, config: LlamaConfig): boolean {
  const { qkNorm } = partsOf(config);
  return k.own && qkNorm === false && config.clipQkv === undefined &&
    config.softCaps?.attention === undefined;
}

/**
 * What the heads find `[N, H*h]` in projections `[N, (H + 2K) * h]`, by the kit's own operator: it rotates, and reads and writes
 * tokens' rows as they lie.
 */
export function ownMix(
  k: Kernels,
  config: LlamaConfig,
  qkv: Value,
  { rotary, window, segments }: LayerAttention & { segments: Value | undefined },
  shape: BatchShape,
): { mixed: Value; trace: OwnTrace } {
  const { H, K, h, T } = sizesOf(config, shape);
  const still = () => k.table("no rotation", () => new Float32Array(0), [T, 0]);
  const tables = rotary === "none" ? [still(), still()] : rotation(k, config, rotary, T);
  const documents = segments ?? k.table("no segments", () => new Int32Array(0), [0]);
  const inputs = [qkv, ...tables, documents, k.scalar(partsOf(config).queryScale)];
  const sizes = { heads: H, keyHeads: K, width: h, context: T, window: window ?? 0 };
  const [mixed, logSums] = k.ownOperator("Attention", inputs, sizes, 2) as [Value, Value];
  return { mixed, trace: { inputs, sizes, logSums } };
}

/** The gradient by the projections that {@linkcode ownMix} read. */
export function ownMixGradient(
  k: Kernels,
  dMixed: Value,
  mixed: Value,
  { inputs, sizes, logSums }: OwnTrace,
): Value {
  return k.ownOperator("AttentionGradient", [...inputs, mixed, logSums, dMixed], sizes, 1)[0];
}
