import type { Kernels, Value } from "./kernels.ts";

/** What the gradient of one RMSNorm needs of its forward pass. */
export interface NormTrace {
  /** The input divided by its root mean square. */
  unit: Value;
  /** One over the root mean square, the last axis of size 1. */
  inverse: Value;
}

/** What one RMSNorm leaves. */
export interface Norm extends NormTrace {
  /** The output, of the input's shape. */
  output: Value;
}

/** RMSNorm over the last axis (arXiv:1910.07467). */
export function norm(k: Kernels, input: Value, weight: Value, epsilon: number): Norm {
  const meanSquare = k.mean(k.square(input), [-1], true);
  const inverse = k.inverseSquareRoot(k.add(meanSquare, k.scalar(epsilon)));
  const unit = k.multiply(input, inverse);
  return { output: k.multiply(unit, weight), unit, inverse };
}

/** Gradients by the input and by the weight of {@linkcode norm}. */
export function normGradient(
  k: Kernels,
  dOutput: Value,
  { unit, inverse }: NormTrace,
  weight: Value,
  leadingAxes: readonly number[] = [0],
): { dInput: Value; dWeight: Value } {
  const along = k.multiply(dOutput, unit);
  const dUnit = k.multiply(dOutput, weight);
  const projection = k.mean(k.multiply(along, weight), [-1], true);
  const dInput = k.multiply(inverse, k.subtract(dUnit, k.multiply(unit, projection)));
  return { dInput, dWeight: k.sum(along, leadingAxes) };
}

/**
 * Gradients of a branch that reads the residual stream by an RMSNorm: by the stream, and by the norm's weight.
 *
 * @param dOutputs Gradients by the norm's output; their sum counts.
 * @param dResidual The gradient by the stream behind the branch.
 */
export function residualGradient(
  k: Kernels,
  dOutputs: readonly Value[],
  dResidual: Value,
  { unit, inverse }: NormTrace,
  weight: Value,
): { dInput: Value; dWeight: Value } {
  const [dInput, dWeight] = k.fused(
    [unit, inverse, weight, dResidual, ...dOutputs],
    (k, [unit, inverse, weight, dResidual, ...dOutputs]) => {
      const saved = { unit: unit, inverse: inverse };
      const { dInput, dWeight } = normGradient(k, k.total(dOutputs), saved, weight);
      return [k.add(dResidual, dInput), dWeight];
    },
  ) as [Value, Value];
  return { dInput, dWeight };
}
