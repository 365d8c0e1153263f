import { described, inRange, must, ofKind, takes } from "../base/mod.ts";
import { fieldOf, measured } from "./_records.ts";
import type { Law, Observations, Parameter } from "./law.ts";
import { expAll } from "./_vector.ts";

/** One trained model: how large, on how much, with what loss. */
export interface TrainedRun {
  /** Parameters, by whichever count the fit is meant for. */
  params: number;
  /** Training tokens. */
  tokens: number;
  /** The final loss, in nats per token; leave it out to predict. */
  loss?: number;
}

/** Runs laid out for a law of size and tokens. */
export interface Sizes extends Observations {
  /** Logarithms of the parameters. */
  logN: Float64Array;
  /** Logarithms of the tokens. */
  logD: Float64Array;
  /** Room for a power of each. */
  powers: readonly [Float64Array, Float64Array];
}

/** Check runs and lay them out. */
export function prepareSizes(law: string, runs: readonly TrainedRun[]): Sizes {
  return {
    ...measured(law, runs, "loss"),
    logN: fieldOf(law, runs, "params", "count").map(Math.log),
    logD: fieldOf(law, runs, "tokens", "count").map(Math.log),
    powers: [new Float64Array(runs.length), new Float64Array(runs.length)],
  };
}

/** Parameters of an additive law in size and tokens. */
export const sizeParameters: readonly Parameter[] = [
  { name: "E", unit: "nats per token", lower: 1e-4, upper: 50, transform: "log" },
  { name: "A", unit: "nats per token", lower: 1e-6, upper: 1e15, transform: "log" },
  { name: "B", unit: "nats per token", lower: 1e-6, upper: 1e15, transform: "log" },
  { name: "alpha", unit: "1", lower: 1e-2, upper: 3, transform: "log" },
  { name: "beta", unit: "1", lower: 1e-2, upper: 3, transform: "log" },
];

/**
 * The Chinchilla law, approach 3: an irreducible loss and a power each of size and tokens. It is linear in E, A and B, so
 * that its starts are two-dimensional (variable projection, as in 2603.22339).
 *
 * @example The published refit at Chinchilla's own budget
 * ```ts
 * import assert from "node:assert/strict";
 * import { computeOptimal } from "midtrain/laws";
 *
 * const parameters = { E: 1.817218, A: 477.826, B: 2143.417, alpha: 0.3473105, beta: 0.3671724 };
 * const optimum = computeOptimal({ parameters }, { flops: 5.76e23 });
 * assert(Math.abs(optimum.params / 73.19e9 - 1) < 1e-3);
 * ```
 */
export const chinchillaLaw: Law<TrainedRun> = {
  name: "chinchilla",
  formula: "L = E + A N^-alpha + B D^-beta",
  source:
    "Hoffmann et al. 2022, arXiv 2203.15556, section 3.3; refit by Besiroglu et al. 2024, arXiv 2404.10102",
  parameters: sizeParameters,
  linear: ["E", "A", "B"],
  carriers: { alpha: "A", beta: "B" },
  grid: { alpha: [0.15, 0.25, 0.35, 0.5, 0.7], beta: [0.15, 0.25, 0.35, 0.5, 0.7] },
  prepare: (runs) => prepareSizes("chinchilla", runs),
  predict(theta, prepared, predictions, jacobian) {
    const [E, A, B, alpha, beta] = theta;
    const n = predictions.length;
    const { logN, logD, powers: [sizes, amounts] } = prepared as Sizes;
    expAll(logN, -alpha, sizes);
    expAll(logD, -beta, amounts);
    for (let i = 0; i < n; i++) {
      const size = sizes[i];
      const data = amounts[i];
      predictions[i] = E + A * size + B * data;
      if (!jacobian) continue;
      jacobian[i] = 1;
      jacobian[n + i] = size;
      jacobian[2 * n + i] = data;
      jacobian[3 * n + i] = -A * size * logN[i];
      jacobian[4 * n + i] = -B * data * logD[i];
    }
  },
};

/** The best use of a training budget. */
export interface ComputeOptimum {
  /** Parameters. */
  params: number;
  /** Tokens. */
  tokens: number;
  /** The predicted loss, in nats per token. */
  loss: number;
  /** The exponent a of `params ~ flops^a`. */
  exponent: number;
}

/**
 * The size and tokens of least loss at a budget under `flops = 6 params tokens` (2203.15556, equation 4).
 *
 * @throws {RangeError} If `flops` or one of A, B, alpha and beta is not finite and positive, or E is below 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { computeOptimal } from "midtrain/laws";
 *
 * const parameters = { E: 1.69, A: 400, B: 400, alpha: 0.3, beta: 0.3 };
 * const { params, tokens } = computeOptimal({ parameters }, { flops: 6e20 });
 * assert(Math.abs(params / tokens - 1) < 1e-12);
 * ```
 */
export function computeOptimal(
  fitted: { parameters: Readonly<Record<string, number>> },
  options: { flops: number },
): ComputeOptimum {
  const cannot = "Cannot find the compute optimum";
  takes(cannot, options, "flops");
  ofKind(cannot, { fitted }, "an object with parameters");
  const { E, A, B, alpha, beta } = fitted.parameters as Record<string, number>;
  const { flops } = options;
  inRange(cannot, { flops, A, B, alpha, beta }, "finite and positive");
  inRange(cannot, { E }, "finite and >= 0");
  const G = (alpha * A / (beta * B)) ** (1 / (alpha + beta));
  const exponent = beta / (alpha + beta);
  const params = G * (flops / 6) ** exponent;
  const tokens = flops / 6 / params;
  must(
    cannot,
    `flops must be a count that buys at least one parameter and one token`,
    flops,
    params >= 1 && tokens >= 1,
  );
  const optimum = { params, tokens, loss: E + A * params ** -alpha + B * tokens ** -beta, exponent };
  return described(optimum, ({ params, tokens, loss }) => [{
    rows: [{
      "parameters": Number(params.toPrecision(4)),
      "tokens": Number(tokens.toPrecision(4)),
      "loss (nats per token)": Number(loss.toPrecision(5)),
      "exponent of parameters": Number(exponent.toPrecision(3)),
    }],
  }]);
}
