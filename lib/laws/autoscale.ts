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

/** A run on a mixture with its tokens. */
export interface MixedTokens extends MixedRun {
  /** Training tokens in all, in a unit of your choice that is the same for every run. */
  tokens: number;
}

interface Prepared extends Mixtures {
  tokens: Float64Array;
}

/** Where starts lie: what a domain gets from the others, against the run's own tokens. */
const SHARED = [0.01, 0.1, 1];

/**
 * AutoScale: the loss is a floor and a power for each domain of its tokens, to which the other domains add `n0` as if it had
 * been seen already. Best shares change with the tokens, which is what it is for. As published it has no factor before the
 * powers, so that the unit of the tokens is part of it: take one in which a run has some hundreds.
 *
 * @param domains Names of the domains, at least two.
 * @throws {RangeError} If there are fewer than two domains or one stands twice.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { autoScaleLaw, predictLaw } from "midtrain/laws";
 *
 * const parameters = { E: 1, "n0[web]": 1, "gamma[web]": 0.5, "n0[code]": 9, "gamma[code]": 0.5 };
 * const run = { mixture: { web: 0.5, code: 0.5 }, tokens: 30 };
 * assert.equal(predictLaw({ law: autoScaleLaw(["web", "code"]), parameters }, [run])[0], 1 + 1 / 4 + 1 / Math.sqrt(24));
 * ```
 */
export function autoScaleLaw(domains: readonly string[]): MixingLaw<MixedTokens> {
  ofKind("Cannot form a mixing law", { domains }, "a list of texts");
  const name = "autoscale";
  const m = domains.length;
  return mixingLaw(autoScaleLaw, {
    name,
    domains,
    formula: "L = E + sum_j (n0_j + r_j D)^-gamma_j",
    source: "Kang et al. 2024, arXiv 2407.20177, section 4, as in allenai/olmix",
    parameters: [
      { name: "E", unit: "nats per token", lower: 1e-6, upper: 50, transform: "log" },
      ...eachDomain(
        domains,
        { name: "n0", unit: "tokens", lower: 1e-3, upper: 1e16, transform: "log" },
        { name: "gamma", unit: "1", lower: 1e-4, upper: 3, transform: "log" },
      ),
    ],
    linear: ["E"],
    grid: {},
    prepare: (runs): Prepared => ({
      ...prepareMixtures(name, runs, domains),
      tokens: fieldOf(name, runs, "tokens"),
    }),
    predict(theta, prepared, predictions, jacobian) {
      const n = predictions.length;
      const { shares, tokens } = prepared as Prepared;
      for (let i = 0; i < n; i++) {
        predictions[i] = theta[0];
        if (jacobian) jacobian[i] = 1;
        for (let j = 0; j < m; j++) {
          const seen = theta[1 + 2 * j] + shares[i * m + j] * tokens[i];
          const gamma = theta[2 + 2 * j];
          const log = Math.log(seen);
          const power = Math.exp(-gamma * log);
          predictions[i] += power;
          if (!jacobian) continue;
          jacobian[(1 + 2 * j) * n + i] = -gamma * power / seen;
          jacobian[(2 + 2 * j) * n + i] = -power * log;
        }
      }
    },
    starts(runs) {
      const { observed, tokens } = this.prepare(runs) as Prepared;
      const least = Math.min(...observed);
      const level = sum(tokens) / tokens.length;
      return SHARED.map((shared) => ({
        E: Math.max(0.5 * least, 1e-3),
        ...valuesOf(domains, () => ({ n0: shared * level, gamma: 0.1 })),
      }));
    },
  });
}
