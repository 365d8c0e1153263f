import type { BatchShape } from "./_sizes.ts";
import { mix, mixGradient, type Tile } from "./attention_core.ts";
import type { LlamaConfig } from "./config.ts";
import type { Kernels, Value } from "./kernels.ts";
import type { NormTrace } from "./norm.ts";
import { project, projectGradient } from "./projections.ts";

/** What attention leaves for its backward pass. */
export interface AttentionTrace {
  /** What it read `[N, D]`. */
  input: Value;
  /** Of queries, then of keys; none without QK-norm. */
  headNorms: NormTrace[];
  tiles: Tile[];
  /** What the heads found, side by side `[N, H*h]`. */
  mixed: Value;
}

/** Causal attention of a block `[N, D]`: its projections, neither the norm before it nor the residual. */
export function attend(
  k: Kernels,
  config: LlamaConfig,
  input: Value,
  weight: (name: string) => Value,
  segments: Value | undefined,
  shape: BatchShape,
): { output: Value; trace: AttentionTrace } {
  const qkv = k.matMul(input, weight("qkv"), { transposeB: true }); // [N, (H + 2K) * h]
  const { heads, headNorms } = project(k, config, qkv, weight, shape);
  const { mixed, tiles } = mix(k, config, heads, segments, shape);
  return {
    output: k.matMul(mixed, weight("attentionOutput"), { transposeB: true }),
    trace: { input, headNorms, tiles, mixed },
  };
}

/** The gradient by what {@linkcode attend} read, in parts that add up; its parameters' are put into `gradients`. */
export function attendGradient(
  k: Kernels,
  config: LlamaConfig,
  dOutput: Value,
  { input, headNorms, tiles, mixed }: AttentionTrace,
  weight: (name: string) => Value,
  gradients: Record<string, Value>,
  shape: BatchShape,
): Value[] {
  gradients.attentionOutput = k.matMul(dOutput, mixed, { transposeA: true });
  const dMixed = k.matMul(dOutput, weight("attentionOutput"));
  const perTile = mixGradient(k, config, dMixed, tiles, shape);
  const dQkv = projectGradient(k, config, perTile, headNorms, weight, gradients, shape);
  gradients.qkv = k.matMul(dQkv, input, { transposeA: true });
  return [k.matMul(dQkv, weight("qkv"))];
}
