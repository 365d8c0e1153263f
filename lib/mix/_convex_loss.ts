import type { MixtureTarget } from "./target.ts";

/** A target's predicted loss as a function of shares in one order. */
export interface ConvexLoss {
  /** The loss at `x`; `weight` times its gradient is added to `gradient`. */
  add(x: Float64Array, weight: number, gradient: Float64Array): number;
  /** Add `weight` times its Hessian, row by row. */
  addCurvature(x: Float64Array, weight: number, hessian: Float64Array): void;
}

/** Below this a share's powers would leave the range of numbers; a mixture cannot tell it from 0. */
const LEAST = 1e-100;

/** The loss that a target predicts. */
export function convexLoss(target: MixtureTarget, names: readonly string[]): ConvexLoss {
  const { form, floor = 0, coefficients, exponents = {} } = target;
  const n = names.length;
  const t = Float64Array.from(names, (name) => coefficients[name]);
  if (form === "additive") return additive(floor, t, Float64Array.from(names, (name) => exponents[name]));
  const dot = (x: Float64Array) => t.reduce((sum, value, i) => sum + value * x[i], 0);
  return {
    add(x, weight, gradient) {
      const sum = dot(x);
      const rise = form === "linear" ? sum : Math.exp(sum);
      const scale = weight * (form === "linear" ? 1 : rise);
      for (let i = 0; i < n; i++) gradient[i] += scale * t[i];
      return floor + rise;
    },
    addCurvature(x, weight, hessian) {
      if (form === "linear") return;
      const scale = weight * Math.exp(dot(x));
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) hessian[i * n + j] += scale * t[i] * t[j];
    },
  };
}

/** `floor + 1 / sum C x^g`: a concave sum as g <= 1, so that its inverse is convex. */
function additive(floor: number, C: Float64Array, g: Float64Array): ConvexLoss {
  const n = C.length;
  const slope = new Float64Array(n);
  const sumAt = (x: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      if (x[i] > 0) sum += C[i] * x[i] ** g[i];
      slope[i] = C[i] * g[i] * Math.max(x[i], LEAST) ** (g[i] - 1);
    }
    return sum;
  };
  return {
    add(x, weight, gradient) {
      const sum = sumAt(x);
      for (let i = 0; i < n; i++) gradient[i] -= weight * slope[i] / (sum * sum);
      return floor + 1 / sum;
    },
    addCurvature(x, weight, hessian) {
      const sum = sumAt(x);
      const scale = 2 * weight / sum ** 3;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) hessian[i * n + j] += scale * slope[i] * slope[j];
        hessian[i * n + i] += weight * slope[i] * (1 - g[i]) / (Math.max(x[i], LEAST) * sum * sum);
      }
    },
  };
}
