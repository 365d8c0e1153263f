import type { BatchShape } from "./_sizes.ts";
import { attend, attendGradient, type AttentionTrace } from "./attention.ts";
import type { LlamaConfig } from "./config.ts";
import { feedForward, feedForwardGradient, type FeedForwardTrace } from "./feed_forward.ts";
import type { Kernels, Value } from "./kernels.ts";
import { norm, type NormTrace, residualGradient } from "./norm.ts";

/** What one block leaves for its backward pass. */
export interface BlockTrace {
  attentionNorm: NormTrace;
  attention: AttentionTrace;
  feedForwardNorm: NormTrace;
  feedForward: FeedForwardTrace;
}

/** The parameters of one block by their short names. */
export type Weights = (name: string) => Value;

/** One block of the decoder, from residual stream to residual stream `[N, D]`. */
export function block(
  k: Kernels,
  config: LlamaConfig,
  input: Value,
  weight: Weights,
  segments: Value | undefined,
  shape: BatchShape,
): { output: Value; trace: BlockTrace } {
  const attentionNorm = norm(k, input, weight("attentionNorm"), config.normEpsilon);
  const attended = attend(k, config, attentionNorm.output, weight, segments, shape);
  const residual = k.add(input, attended.output);
  const feedForwardNorm = norm(k, residual, weight("feedForwardNorm"), config.normEpsilon);
  const fed = feedForward(k, config, feedForwardNorm.output, weight);
  return {
    output: k.add(residual, fed.output),
    trace: { attentionNorm, attention: attended.trace, feedForwardNorm, feedForward: fed.trace },
  };
}

/** The gradient by what {@linkcode block} read; its parameters' are put into `gradients` by their short names. */
export function blockGradient(
  k: Kernels,
  config: LlamaConfig,
  dOutput: Value,
  trace: BlockTrace,
  weight: Weights,
  gradients: Record<string, Value>,
  shape: BatchShape,
): Value {
  const behind = (dBranch: Value[], dResidual: Value, name: "attentionNorm" | "feedForwardNorm"): Value => {
    const { dInput, dWeight } = residualGradient(k, dBranch, dResidual, trace[name], weight(name));
    gradients[name] = dWeight;
    return dInput;
  };
  const dFed = feedForwardGradient(k, config, dOutput, trace.feedForward, weight, gradients);
  const dResidual = behind(dFed, dOutput, "feedForwardNorm");
  const dAttended = attendGradient(k, config, dResidual, trace.attention, weight, gradients, shape);
  return behind(dAttended, dResidual, "attentionNorm");
}
