import { normHeads, normHeadsGradient } from "./_head_norms.ts";
import { type BatchShape, sizesOf } from "./_sizes.ts";
import type { Kernels, Value } from "./kernels.ts";
import type { NormTrace } from "./norm.ts";
import { type LayerAttention, type LlamaConfig, partsOf } from "./parts.ts";
import { rotation } from "./rotation.ts";

/** What {@linkcode ownMix} leaves for its backward pass. */
export interface OwnTrace {
  /** What the operator read. */
  inputs: Value[];
  sizes: Record<string, number>;
  /** Of each row of scores the logarithm of the sum of powers `[B, H, T]`. */
  logSums: Value;
  /** Of queries, then of keys; none without QK-norm. */
  norms: NormTrace[];
}

/**
 * Whether the kit's own operator computes a model's attention: all but caps of the scores. Those keep TensorFlow's operators,
 * whose memory grows as the square of the context.
 */
export function ownFits(k: Kernels, config: LlamaConfig): boolean {
  return k.own && config.softCaps?.attention === undefined;
}

/**
 * What the heads find `[N, H*h]` in projections `[N, (H + 2K) * h]`, by the kit's own operator: it rotates, and reads and writes
 * tokens' rows as they lie. What is cut off or normed is so before.
 */
export function ownMix(
  k: Kernels,
  config: LlamaConfig,
  projected: Value,
  weight: (name: string) => Value,
  { rotary, window, segments }: LayerAttention & { segments: Value | undefined },
  shape: BatchShape,
): { mixed: Value; trace: OwnTrace } {
  const { H, K, h, T } = sizesOf(config, shape);
  const cut = config.clipQkv === undefined ? projected : k.clip(projected, config.clipQkv);
  const { qkv, norms } = normHeads(k, config, cut, weight, shape);
  const still = () => k.table("no rotation", () => new Float32Array(0), [T, 0]);
  const tables = rotary === "none" ? [still(), still()] : rotation(k, config, rotary, T);
  const documents = segments ?? k.table("no segments", () => new Int32Array(0), [0]);
  const inputs = [qkv, ...tables, documents, k.scalar(partsOf(config).queryScale)];
  const sizes = { heads: H, keyHeads: K, width: h, context: T, window: window ?? 0 };
  const [mixed, logSums] = k.ownOperator("Attention", inputs, sizes, 2) as [Value, Value];
  return { mixed, trace: { inputs, sizes, logSums, norms } };
}

/** The gradient by the projections that {@linkcode ownMix} read, once cut off; its parameters' are put into `gradients`. */
export function ownMixGradient(
  k: Kernels,
  config: LlamaConfig,
  dMixed: Value,
  mixed: Value,
  { inputs, sizes, logSums, norms }: OwnTrace,
  weight: (name: string) => Value,
  gradients: Record<string, Value>,
  shape: BatchShape,
): Value {
  const [dQkv] = k.ownOperator("AttentionGradient", [...inputs, mixed, logSums, dMixed], sizes, 1) as [Value];
  return normHeadsGradient(k, config, dQkv, norms, weight, gradients, shape);
}
