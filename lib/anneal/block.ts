import type { BatchShape } from "./_sizes.ts";
import { attend, attendGradient, type AttentionTrace } from "./attention.ts";
import { feedForward, feedForwardGradient, type FeedForwardTrace } from "./feed_forward.ts";
import type { Kernels, Value } from "./kernels.ts";
import { normStyle, type NormTrace, normWeights, rowNorm, rowNormGradient } from "./norm.ts";
import { attentionOf, type LlamaConfig, partsOf } from "./parts.ts";

/** The norms of a block by the names of their weights. */
type NormName = "attentionNorm" | "attentionPostNorm" | "feedForwardNorm" | "feedForwardPostNorm";

/** What one block leaves for its backward pass. */
export interface BlockTrace {
  norms: Partial<Record<NormName, NormTrace>>;
  attention: AttentionTrace;
  feedForward: FeedForwardTrace;
}

/** The parameters of one block by their short names. */
export type Weights = (name: string) => Value;

/** What a block reads beside its parameters. */
export interface BlockInputs {
  /** Its place in the model, from 0. */
  layer: number;
  /** The residual stream `[N, D]`. */
  input: Value;
  /** The number of its document for each token `[B, T]`, int32. */
  segments: Value | undefined;
}

/** One block of the decoder, from residual stream to residual stream `[N, D]`. */
export function block(
  k: Kernels,
  config: LlamaConfig,
  { layer, input, segments }: BlockInputs,
  weight: Weights,
  shape: BatchShape,
): { output: Value; trace: BlockTrace } {
  const { parallel, norm: { place }, scales: { residual: factor } } = partsOf(config);
  const norms: BlockTrace["norms"] = {};
  const normed = (rows: Value, name: NormName): Value => {
    const found = rowNorm(k, rows, normWeights(config, name, weight), normStyle(config));
    norms[name] = found;
    return found.output;
  };
  const before = (rows: Value, name: NormName) => place === "after" ? rows : normed(rows, name);
  const added = (residual: Value, rows: Value, name: NormName) => {
    const branch = place === "before" ? rows : normed(rows, name);
    return k.add(residual, factor === 1 ? branch : k.scale(branch, factor));
  };
  const read = before(input, "attentionNorm");
  const sight = { ...attentionOf(config, layer, shape.context), segments };
  const attended = attend(k, config, read, weight, sight, shape);
  const residual = added(input, attended.output, "attentionPostNorm");
  const readOnce = parallel === true ? read : before(parallel ? input : residual, "feedForwardNorm");
  const fed = feedForward(k, config, readOnce, weight);
  return {
    output: added(residual, fed.output, "feedForwardPostNorm"),
    trace: { norms, attention: attended.trace, feedForward: fed.trace },
  };
}

/** The gradient by what {@linkcode block} read; its parameters' are put into `gradients` by their short names. */
export function blockGradient(
  k: Kernels,
  config: LlamaConfig,
  dOutput: Value,
  { norms, attention, feedForward }: BlockTrace,
  { layer, weight }: { layer: number; weight: Weights },
  gradients: Record<string, Value>,
  shape: BatchShape,
): Value {
  const { parallel, scales: { residual: factor } } = partsOf(config);
  const through = (dRows: Value[], dResidual: Value | undefined, name: NormName): Value => {
    const trace = norms[name];
    if (trace === undefined) return k.total(dResidual === undefined ? dRows : [dResidual, ...dRows]);
    const weights = normWeights(config, name, weight);
    const found = rowNormGradient(k, dRows, dResidual, trace, weights, normStyle(config));
    if (weights.weight !== undefined) gradients[name] = found.dWeight;
    if (found.dBias !== undefined) gradients[`${name}Bias`] = found.dBias;
    return found.dInput;
  };
  const branch = (dStream: Value, name: NormName) =>
    through([factor === 1 ? dStream : k.scale(dStream, factor)], undefined, name);
  const dFed = feedForwardGradient(
    k,
    config,
    branch(dOutput, "feedForwardPostNorm"),
    feedForward,
    weight,
    gradients,
  );
  const one = parallel === true;
  const dResidual = one ? dOutput : through(dFed, dOutput, "feedForwardNorm");
  const dAttended = attendGradient(
    k,
    config,
    branch(parallel ? dOutput : dResidual, "attentionPostNorm"),
    attention,
    { weight, ...attentionOf(config, layer, shape.context) },
    gradients,
    shape,
  );
  return through(one ? [...dFed, ...dAttended] : dAttended, dResidual, "attentionNorm");
}
