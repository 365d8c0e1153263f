import { ofKind, sum } from "../base/mod.ts";
import {
  eachDomain,
  type MixedRun,
  type MixingLaw,
  mixingLaw,
  type Mixtures,
  prepareMixtures,
  valuesOf,
} from "./_mixtures.ts";
import { fieldOf } from "./_records.ts";
import { sizeParameters } from "./chinchilla.ts";

/** A run on a mixture with its size and tokens. */
export interface SizedMixedRun extends MixedRun {
  /** Parameters of the model. */
  params: number;
  /** Training tokens in all. */
  tokens: number;
}

interface Prepared extends Mixtures {
  logShares: Float64Array;
  logN: Float64Array;
  logD: Float64Array;
}

const POWERS = [0.2, 0.5, 1];

/**
 * Apple's additive law: size, tokens and mixture each add their own part, so that the best mixture is the same at every
 * scale. Exponents of shares are at most 1, so that the loss is convex in the mixture and the best one is unique. Where all
 * runs have one size or one number of tokens, hold that part's `A` and `alpha`, or `B` and `beta`.
 *
 * @param domains Names of the domains, at least two.
 * @throws {RangeError} If there are fewer than two domains or one stands twice.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { additiveMixingLaw, predictLaw } from "midtrain/laws";
 *
 * const law = additiveMixingLaw(["web", "code"]), size = { E: 1, A: 100, alpha: 0.5, B: 100, beta: 0.5 };
 * const parameters = { ...size, "C[web]": 2, "g[web]": 1, "C[code]": 6, "g[code]": 1 };
 * const run = { mixture: { web: 0.5, code: 0.5 }, params: 1e6, tokens: 1e8 };
 * assert(Math.abs(predictLaw({ law, parameters }, [run])[0]! - (1 + 1 / 4 + 0.1 + 0.01)) < 1e-12);
 * ```
 */
export function additiveMixingLaw(domains: readonly string[]): MixingLaw<SizedMixedRun> {
  ofKind("Cannot form a mixing law", { domains }, "a list of texts");
  const name = "additive-mixing";
  const m = domains.length;
  return mixingLaw(additiveMixingLaw, {
    name,
    domains,
    formula: "L = E + 1 / sum_j C_j r_j^g_j + A N^-alpha + B D^-beta",
    source: "Shukor et al. 2025, arXiv 2507.09404, equation 4",
    parameters: [
      ...sizeParameters,
      ...eachDomain(
        domains,
        { name: "C", unit: "tokens per nat", lower: 1e-9, upper: 1e6, transform: "log" },
        { name: "g", unit: "1", lower: 1e-3, upper: 1, transform: "log" },
      ),
    ],
    linear: ["E", "A", "B"],
    grid: {},
    prepare(runs): Prepared {
      const mixtures = prepareMixtures(name, runs, domains);
      return {
        ...mixtures,
        logShares: mixtures.shares.map(Math.log),
        logN: fieldOf(name, runs, "params").map(Math.log),
        logD: fieldOf(name, runs, "tokens").map(Math.log),
      };
    },
    predict(theta, prepared, predictions, jacobian) {
      const n = predictions.length;
      const { shares, logShares, logN, logD } = prepared as Prepared;
      const [E, A, B, alpha, beta] = theta;
      for (let i = 0; i < n; i++) {
        const size = Math.exp(-alpha * logN[i]);
        const data = Math.exp(-beta * logD[i]);
        let total = 0;
        for (let j = 0; j < m; j++) {
          const at = i * m + j;
          if (shares[at] > 0) total += theta[5 + 2 * j] * Math.exp(theta[6 + 2 * j] * logShares[at]);
        }
        predictions[i] = E + A * size + B * data + 1 / total;
        if (!jacobian) continue;
        jacobian[i] = 1;
        jacobian[n + i] = size;
        jacobian[2 * n + i] = data;
        jacobian[3 * n + i] = -A * size * logN[i];
        jacobian[4 * n + i] = -B * data * logD[i];
        for (let j = 0; j < m; j++) {
          const at = i * m + j;
          const power = shares[at] > 0 ? Math.exp(theta[6 + 2 * j] * logShares[at]) : 0;
          jacobian[(5 + 2 * j) * n + i] = -power / (total * total);
          jacobian[(6 + 2 * j) * n + i] = power === 0
            ? 0
            : -theta[5 + 2 * j] * power * logShares[at] / (total * total);
        }
      }
    },
    starts(runs) {
      const { observed, logN, logD } = this.prepare(runs) as Prepared;
      const least = Math.min(...observed);
      // Each part starts as large as a tenth of the loss.
      const middle = (logs: Float64Array) => Math.exp(0.3 * sum(logs) / logs.length);
      return POWERS.map((power) => ({
        E: 0.5 * least,
        A: 0.1 * least * middle(logN),
        alpha: 0.3,
        B: 0.1 * least * middle(logD),
        beta: 0.3,
        ...valuesOf(domains, () => ({ C: 3 / least, g: power })),
      }));
    },
  });
}
