import type { Kernels, Value } from "./kernels.ts";

/** What one RMSNorm leaves for its backward pass. */
export interface Norm {
  /** The output, of the input's shape. */
  output: Value;
  /** The input divided by its root mean square. */
  unit: Value;
  /** One over the root mean square, the last axis of size 1. */
  inverse: Value;
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
  { unit, inverse }: Norm,
  weight: Value,
  leadingAxes: readonly number[] = [0],
): { dInput: Value; dWeight: Value } {
  const along = k.multiply(dOutput, unit), dUnit = k.multiply(dOutput, weight);
  const projection = k.mean(k.multiply(along, weight), [-1], true);
  const dInput = k.multiply(inverse, k.subtract(dUnit, k.multiply(unit, projection)));
  return { dInput, dWeight: k.sum(along, leadingAxes) };
}
