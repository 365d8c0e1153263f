import type { Kernels, Value } from "./kernels.ts";
import { type LlamaConfig, type NormParts, partsOf } from "./parts.ts";

/** What a norm computes, but for its parameters. */
export interface NormStyle {
  /** By the root mean square, or by mean and deviation. */
  kind: NonNullable<NormParts["kind"]>;
  /** Whether 1 is added to the weights. */
  lessOne: boolean;
  /** Added to the mean square. */
  epsilon: number;
}

/** The parameters of a norm; those that it lacks are undefined. */
export interface NormWeights {
  weight: Value | undefined;
  bias: Value | undefined;
}

/** What the gradient of one norm needs of its forward pass. */
export interface NormTrace {
  /** The input, less its mean where that is taken off, divided by its root mean square. */
  unit: Value;
  /** One over the root mean square, the last axis of size 1. */
  inverse: Value;
}

/** What one norm leaves. */
export interface Norm extends NormTrace {
  /** The output, of the input's shape. */
  output: Value;
}

/** How a model's norms compute. */
export function normStyle(config: LlamaConfig): NormStyle {
  const { kind, weight } = partsOf(config).norm;
  return { kind, lessOne: weight === "factor-less-1", epsilon: config.normEpsilon };
}

/** The parameters of a norm, by the name of its weights. */
export function normWeights(config: LlamaConfig, name: string, weight: (name: string) => Value): NormWeights {
  const { norm } = partsOf(config);
  return {
    weight: norm.weight === "none" ? undefined : weight(name),
    bias: norm.bias ? weight(`${name}Bias`) : undefined,
  };
}

/** RMSNorm (arXiv:1910.07467) or LayerNorm (arXiv:1607.06450) over the last axis. */
export function norm(k: Kernels, input: Value, { weight, bias }: NormWeights, style: NormStyle): Norm {
  const centred = style.kind === "rms" ? input : k.subtract(input, k.mean(input, [-1], true));
  const meanSquare = k.mean(k.square(centred), [-1], true);
  const inverse = k.inverseSquareRoot(k.add(meanSquare, k.scalar(style.epsilon)));
  const unit = k.multiply(centred, inverse);
  const scaled = weight === undefined ? unit : k.multiply(unit, factorOf(k, weight, style));
  return { output: bias === undefined ? scaled : k.add(scaled, bias), unit, inverse };
}

/** The norm of the rows of a residual stream `[N, D]`; by the kit's own operator, where there is one that computes it. */
export function rowNorm(k: Kernels, rows: Value, weights: NormWeights, style: NormStyle): Norm {
  const factor = ownFactor(k, weights, style);
  if (factor === undefined) return norm(k, rows, weights, style);
  const inputs = [rows, factor, k.scalar(style.epsilon)];
  const [output, unit, inverse] = k.ownOperator("Norm", inputs, {}, 3) as [Value, Value, Value];
  return { output, unit, inverse };
}

/** The factors that the kit's own operator takes: of RMSNorm with weights and no bias. */
function ownFactor(k: Kernels, { weight, bias }: NormWeights, style: NormStyle): Value | undefined {
  const fits = k.own && style.kind === "rms" && bias === undefined;
  return fits && weight !== undefined ? factorOf(k, weight, style) : undefined;
}

function factorOf(k: Kernels, weight: Value, { lessOne }: NormStyle): Value {
  return lessOne ? k.add(weight, k.scalar(1)) : weight;
}

/** Gradients by the input and, summed over the leading axes, by the weight of {@linkcode norm}. */
export function normGradient(
  k: Kernels,
  dOutput: Value,
  { unit, inverse }: NormTrace,
  weight: Value | undefined,
  style: NormStyle,
  leadingAxes: readonly number[] = [0],
): { dInput: Value; dWeight: Value } {
  const along = k.multiply(dOutput, unit);
  const factor = weight && factorOf(k, weight, style);
  const dUnit = factor === undefined ? dOutput : k.multiply(dOutput, factor);
  const projection = k.mean(factor === undefined ? along : k.multiply(along, factor), [-1], true);
  const across = k.subtract(dUnit, k.multiply(unit, projection));
  const dCentred = style.kind === "rms" ? across : k.subtract(across, k.mean(dUnit, [-1], true));
  return { dInput: k.multiply(inverse, dCentred), dWeight: k.sum(along, leadingAxes) };
}

/**
 * Gradients of a norm over the rows of a residual stream: by what it read, and by its parameters. Where it begins a branch, the
 * gradient by the stream behind the branch is added to the first.
 *
 * @param dOutputs Gradients by the norm's output; their sum counts.
 * @param dResidual The gradient by the stream behind the branch.
 */
export function rowNormGradient(
  k: Kernels,
  dOutputs: readonly Value[],
  dResidual: Value | undefined,
  trace: NormTrace,
  { weight, bias }: NormWeights,
  style: NormStyle,
): { dInput: Value; dWeight: Value; dBias: Value | undefined } {
  const factor = ownFactor(k, { weight, bias }, style);
  if (factor !== undefined && dOutputs.length <= 2) {
    const none = k.table("none", () => new Float32Array(0), [0]);
    const [first, second = none] = dOutputs;
    const inputs = [trace.unit, trace.inverse, factor, dResidual ?? none, first, second];
    const [dInput, dWeight] = k.ownOperator("NormGradient", inputs, {}, 2) as [Value, Value];
    return { dInput, dWeight, dBias: undefined };
  }
  const optional = [weight, dResidual].filter((value) => value !== undefined);
  const [dInput, dWeight, dBias] = k.fused(
    [trace.unit, trace.inverse, ...optional, ...dOutputs],
    (k, [unit, inverse, ...others]) => {
      const inside = weight === undefined ? undefined : others.shift();
      const behind = dResidual === undefined ? undefined : others.shift();
      const dOutput = k.total(others);
      const { dInput, dWeight } = normGradient(k, dOutput, { unit, inverse }, inside, style);
      return [
        behind === undefined ? dInput : k.add(behind, dInput),
        dWeight,
        ...bias === undefined ? [] : [k.sum(dOutput, [0])],
      ];
    },
  );
  return { dInput, dWeight, dBias };
}
