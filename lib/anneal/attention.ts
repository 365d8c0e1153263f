import type { BatchShape } from "./_sizes.ts";
import { mix, mixGradient, type Tile } from "./attention_core.ts";
import type { Kernels, Value } from "./kernels.ts";
import { ownFits, ownMix, ownMixGradient, type OwnTrace } from "./own_attention.ts";
import type { NormTrace } from "./norm.ts";
import { type LayerAttention, type LlamaConfig, partsOf } from "./parts.ts";
import { project, projectGradient } from "./projections.ts";

/** What attention leaves for its backward pass. */
export interface AttentionTrace {
  /** What it read `[N, D]`. */
  input: Value;
  /** Queries, keys and values side by side as the product gave them `[N, (H + 2K) * h]`; kept where they are cut off. */
  qkv: Value | undefined;
  /** Of queries, then of keys; none without QK-norm. */
  headNorms: NormTrace[];
  tiles: Tile[];
  /** What the heads found, side by side `[N, H*h]`. */
  mixed: Value;
  /** What the kit's own operator left in place of tiles. */
  own?: OwnTrace;
}

/** Causal attention of a block `[N, D]`: its projections, neither the norm before it nor the residual. */
export function attend(
  k: Kernels,
  config: LlamaConfig,
  input: Value,
  weight: (name: string) => Value,
  { rotary, window, segments }: LayerAttention & { segments: Value | undefined },
  shape: BatchShape,
): { output: Value; trace: AttentionTrace } {
  const { biases } = partsOf(config);
  const written = (mixed: Value): Value => {
    const output = k.matMul(mixed, weight("attentionOutput"), { transposeB: true });
    return biases.attentionOutput ? k.add(output, weight("attentionOutputBias")) : output;
  };
  const product = k.matMul(input, weight("qkv"), { transposeB: true }); // [N, (H + 2K) * h]
  const qkv = biases.qkv ? k.add(product, weight("qkvBias")) : product;
  const kept = config.clipQkv === undefined ? undefined : qkv;
  if (ownFits(k, config)) {
    const { mixed, trace } = ownMix(k, config, qkv, weight, { rotary, window, segments }, shape);
    return {
      output: written(mixed),
      trace: { input, qkv: kept, headNorms: [], tiles: [], mixed, own: trace },
    };
  }
  const { heads, headNorms } = project(k, config, qkv, weight, rotary, shape);
  const { mixed, tiles } = mix(k, config, heads, { segments, window }, shape);
  return { output: written(mixed), trace: { input, qkv: kept, headNorms, tiles, mixed } };
}

/** The gradient by what {@linkcode attend} read, in parts that add up; its parameters' are put into `gradients`. */
export function attendGradient(
  k: Kernels,
  config: LlamaConfig,
  dOutput: Value,
  { input, qkv, headNorms, tiles, mixed, own }: AttentionTrace,
  { weight, rotary }: { weight: (name: string) => Value; rotary: LayerAttention["rotary"] },
  gradients: Record<string, Value>,
  shape: BatchShape,
): Value[] {
  const { biases } = partsOf(config);
  gradients.attentionOutput = k.matMul(dOutput, mixed, { transposeA: true });
  if (biases.attentionOutput) gradients.attentionOutputBias = k.sum(dOutput, [0]);
  const dMixed = k.matMul(dOutput, weight("attentionOutput"));
  const back = () => {
    const perTile = mixGradient(k, config, dMixed, tiles, shape);
    return projectGradient(k, config, { tiles: perTile, headNorms, rotary }, weight, gradients, shape);
  };
  const dClipped = own ? ownMixGradient(k, config, dMixed, mixed, own, weight, gradients, shape) : back();
  const dQkv = qkv === undefined
    ? dClipped
    : k.multiply(dClipped, k.equal(qkv, k.clip(qkv, config.clipQkv!), "float32"));
  gradients.qkv = k.matMul(dQkv, input, { transposeA: true });
  if (biases.qkv) gradients.qkvBias = k.sum(dQkv, [0]);
  return [k.matMul(dQkv, weight("qkv"))];
}
