import { takes } from "../base/mod.ts";
import { fieldOf, measured } from "./_records.ts";
import { chinchillaLaw, sizeParameters, type TrainedRun } from "./chinchilla.ts";
import type { Law, Observations, Parameter } from "./law.ts";

/** A run that may have seen its data several times. */
export interface RepeatedRun extends TrainedRun {
  /** Tokens before any repetition; at most `tokens`. */
  uniqueTokens: number;
}

interface Prepared extends Observations {
  params: Float64Array;
  tokens: Float64Array;
  unique: Float64Array;
}

const halfLife = (name: string): Parameter => ({
  name,
  unit: "repetitions",
  lower: 1e-2,
  upper: 1e9,
  transform: "log",
});

/**
 * The data-constrained law of Muennighoff et al.: the r-th repetition of data, and parameters beyond what the unique data
 * warrant, are worth exponentially less. `RD` and `RN` are the paper's R_D* and R_N*: the repetitions after which the worth
 * of one more has fallen to 1/e. Fix the other five to a fit on unrepeated runs, as the authors do, or fit all.
 *
 * @example Four epochs are worth 93 % of as much fresh data
 * ```ts
 * import assert from "node:assert/strict";
 * import { effectiveTokens } from "midtrain/laws";
 *
 * assert(Math.abs(effectiveTokens(1, 4, { RD: 15.387756 }) / 4 - 0.9314) < 1e-4);
 * ```
 */
export const repetitionLaw: Law<RepeatedRun> = {
  name: "repetition",
  formula:
    "L = E + A N'^-alpha + B D'^-beta, D' = U_D (1 + RD (1 - exp(-R_D / RD))), R_D = D / U_D - 1, N' alike",
  source: "Muennighoff et al. 2023, arXiv 2305.16264, section 3",
  parameters: [...sizeParameters, halfLife("RD"), halfLife("RN")],
  linear: ["E"],
  grid: { alpha: [0.35], beta: [0.35], A: [500], B: [1500], RD: [3, 15, 60, 250], RN: [2, 8, 30] },
  contains: [{ law: chinchillaLaw as Law<RepeatedRun>, embed: (inner) => ({ ...inner, RD: 1e6, RN: 1e6 }) }],
  prepare(runs): Prepared {
    const unique = fieldOf("repetition", runs, "uniqueTokens", "count");
    const tokens = fieldOf("repetition", runs, "tokens", "count");
    tokens.forEach((value, i) => {
      if (value < unique[i] * (1 - 1e-9)) {
        throw new RangeError(
          `Cannot use repetition on record ${i} as uniqueTokens must be at most tokens: current values are ${
            unique[i]
          } and ${value}`,
        );
      }
    });
    return {
      ...measured("repetition", runs, "loss"),
      params: fieldOf("repetition", runs, "params", "count"),
      tokens,
      unique,
    };
  },
  predict(theta, prepared, predictions, jacobian) {
    const [E, A, B, alpha, beta, RD, RN] = theta;
    const n = predictions.length;
    const { params, tokens, unique } = prepared as Prepared;
    const sum = alpha + beta;
    const logG = Math.log(alpha * A / (beta * B)) / sum;
    for (let i = 0; i < n; i++) {
      // Parameters that the unique tokens warrant: the compute-optimal size for that much data.
      const logD = Math.log(unique[i]);
      const logBest = (1 + beta / alpha) * logG + beta / alpha * logD;
      const bounded = logBest < Math.log(params[i]);
      const U = bounded ? Math.exp(logBest) : params[i];
      const excess = params[i] / U - 1;
      const leftN = Math.exp(-excess / RN);
      const N = U * (1 + RN * (1 - leftN));
      const repeats = Math.max(tokens[i] / unique[i] - 1, 0);
      const leftD = Math.exp(-repeats / RD);
      const D = unique[i] * (1 + RD * (1 - leftD));
      const size = A * Math.exp(-alpha * Math.log(N));
      const data = B * Math.exp(-beta * Math.log(D));
      predictions[i] = E + size + data;
      if (!jacobian) continue;
      const byN = -alpha * size / N;
      const byD = -beta * data / D;
      // How the warranted size moves with the parameters, through the effective size.
      const byLogU = bounded ? byN * U * (1 + RN * (1 - leftN) - leftN * params[i] / U) : 0;
      const ratio = 1 + beta / alpha;
      const logUnit = logG + logD;
      jacobian[i] = 1;
      jacobian[n + i] = size / A + byLogU * ratio / sum / A;
      jacobian[2 * n + i] = data / B - byLogU * ratio / sum / B;
      jacobian[3 * n + i] = -size * Math.log(N) +
        byLogU * (ratio * (1 / alpha - logG) / sum - beta / alpha ** 2 * logUnit);
      jacobian[4 * n + i] = -data * Math.log(D) +
        byLogU * (ratio * (-1 / beta - logG) / sum + logUnit / alpha);
      jacobian[5 * n + i] = byD * unique[i] * (1 - leftD - repeats / RD * leftD);
      jacobian[6 * n + i] = byN * U * (1 - leftN - excess / RN * leftN);
    }
  },
};

/**
 * What `epochs` passes over `uniqueTokens` are worth, in tokens of fresh data (2305.16264, equation 5).
 *
 * @param options `RD` is R_D*, the repetitions until one more is worth 1/e. The published value is 15.39; the data behind it
 * allow anything from 10 to thousands (95 % by profile likelihood).
 * @throws {RangeError} If `uniqueTokens` or `RD` is not positive, `RD` is not finite, or `epochs` is below 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { effectiveTokens } from "midtrain/laws";
 *
 * assert.equal(effectiveTokens(1e9, 1), 1e9);
 * assert.equal(effectiveTokens(1e9, 0.5), 0.5e9);
 * ```
 */
export function effectiveTokens(
  uniqueTokens: number,
  epochs: number,
  options: { RD?: number | undefined } = {},
): number {
  takes("Cannot count effective tokens", options, "RD?");
  const { RD = 15.387756 } = options;
  if (!(uniqueTokens > 0 && epochs >= 0 && RD > 0 && RD < Infinity)) {
    throw new RangeError(
      `Cannot count effective tokens as uniqueTokens must be positive, RD finite and positive, and epochs >= 0: current values are ${uniqueTokens}, ${RD} and ${epochs}`,
    );
  }
  return uniqueTokens * (epochs <= 1 ? epochs : 1 + RD * -Math.expm1(-(epochs - 1) / RD));
}
