import { fieldOf, measured } from "./_records.ts";
import type { Law, Observations } from "./law.ts";

interface Prepared extends Observations {
  logN: Float64Array;
  logD: Float64Array;
}

/** A law `k (params / N0)^a (tokens / D0)^b` for one field of a record. */
export function powerProduct<Datum extends { params: number; tokens: number }>(
  options: {
    name: string;
    source: string;
    field: keyof Datum & string;
    unit: string;
    params: number;
    tokens: number;
  },
): Law<Datum> {
  const { name, field, unit, params, tokens, source } = options;
  const per = (symbol: string, value: number) => value === 1 ? symbol : `(${symbol} / ${value})`;
  return {
    name,
    formula: `${field} = k ${per("N", params)}^a ${per("D", tokens)}^b`,
    source,
    parameters: [
      { name: "k", unit, lower: 1e-30, upper: 1e30, transform: "log" },
      { name: "a", unit: "1", lower: -5, upper: 5, transform: "identity" },
      { name: "b", unit: "1", lower: -5, upper: 5, transform: "identity" },
    ],
    linear: ["k"],
    grid: { a: [-0.5, 0, 0.5], b: [-0.5, 0, 0.5] },
    prepare(records): Prepared {
      return {
        ...measured(name, records, field),
        logN: fieldOf(name, records, "params", "count").map((value) => Math.log(value / params)),
        logD: fieldOf(name, records, "tokens", "count").map((value) => Math.log(value / tokens)),
      };
    },
    predict([k, a, b], prepared, predictions, jacobian) {
      const n = predictions.length;
      const { logN, logD } = prepared as Prepared;
      for (let i = 0; i < n; i++) {
        const shape = Math.exp(a * logN[i] + b * logD[i]);
        predictions[i] = k * shape;
        if (!jacobian) continue;
        jacobian[i] = shape;
        jacobian[n + i] = k * shape * logN[i];
        jacobian[2 * n + i] = k * shape * logD[i];
      }
    },
  };
}
