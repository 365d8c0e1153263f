import type { Kernels, Value } from "./kernels.ts";
import type { Activation } from "./parts.ts";

/** An activation's value, and its slope where that is asked for. */
interface Curve {
  value: (k: Kernels, x: Value) => Value;
  slope: (k: Kernels, x: Value) => { value: Value; slope: Value };
}

/** sqrt(2 / pi), and the third-order term of GELU's approximation. */
const WIDTH = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** The functions inside a feed-forward half. */
export const ACTIVATIONS: Record<Activation, Curve> = {
  silu: {
    value: (k, x) => k.multiply(x, k.sigmoid(x)),
    slope: (k, x) => {
      const sigmoid = k.sigmoid(x);
      const value = k.multiply(x, sigmoid);
      // silu' = sigmoid + silu * (1 - sigmoid)
      return { value, slope: k.add(sigmoid, k.subtract(value, k.multiply(value, sigmoid))) };
    },
  },
  gelu: {
    value: (k, x) => k.multiply(x, belowNormal(k, x)),
    slope: (k, x) => {
      const share = belowNormal(k, x);
      const density = k.scale(k.exponential(k.scale(k.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return { value: k.multiply(x, share), slope: k.add(share, k.multiply(x, density)) };
    },
  },
  "gelu-tanh": {
    value: (k, x) => k.multiply(k.scale(x, 0.5), k.add(k.scalar(1), bend(k, x))),
    slope: (k, x) => {
      const bent = bend(k, x);
      const half = k.scale(x, 0.5);
      const share = k.scale(k.add(k.scalar(1), bent), 0.5);
      // The slope of what stands in the tanh.
      const inner = k.add(k.scalar(WIDTH), k.scale(k.square(x), 3 * WIDTH * CUBIC));
      const rise = k.multiply(k.subtract(k.scalar(1), k.square(bent)), inner);
      return { value: k.multiply(x, share), slope: k.add(share, k.multiply(half, rise)) };
    },
  },
  relu: {
    value: (k, x) => k.rectify(x),
    slope: (k, x) => {
      const value = k.rectify(x);
      return { value, slope: k.sign(value) };
    },
  },
};

/** The share of a normal distribution below x. */
function belowNormal(k: Kernels, x: Value): Value {
  return k.scale(k.add(k.scalar(1), k.erf(k.scale(x, Math.SQRT1_2))), 0.5);
}

function bend(k: Kernels, x: Value): Value {
  const cube = k.multiply(x, k.square(x));
  return k.tanh(k.scale(k.add(x, k.scale(cube, CUBIC)), WIDTH));
}
