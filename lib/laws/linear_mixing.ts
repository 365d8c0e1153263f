import { checkDomains, type MixedRun, type Mixtures, prepareMixtures } from "./_mixtures.ts";
import type { MixingLaw } from "./mixing_law.ts";

/**
 * The linear mixing law: the loss is the mean, by shares, of what each domain alone would give. What the others must beat.
 *
 * @param domains Names of the domains, at least two.
 * @throws {RangeError} If there are fewer than two domains or one stands twice.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { linearMixingLaw, predictLaw } from "midtrain/laws";
 *
 * const fitted = { law: linearMixingLaw(["web", "code"]), parameters: { "b[web]": 3, "b[code]": 4 } };
 * assert.equal(predictLaw(fitted, [{ mixture: { web: 0.75, code: 0.25 } }])[0], 3.25);
 * ```
 */
export function linearMixingLaw(domains: readonly string[]): MixingLaw<MixedRun> {
  const name = "linear-mixing";
  const m = domains.length;
  const names = domains.map((domain) => `b[${domain}]`);
  checkDomains(name, domains);
  return {
    name,
    domains,
    formula: "L = sum_j b_j r_j",
    source: "Chen et al. 2024, arXiv 2411.05735, section 3 (identity link)",
    parameters: names.map((name) => ({
      name,
      unit: "nats per token",
      lower: -1e3,
      upper: 1e3,
      transform: "identity",
    })),
    linear: names,
    grid: {},
    prepare: (runs) => prepareMixtures(name, runs, domains),
    predict(theta, prepared, predictions, jacobian) {
      const n = predictions.length;
      const { shares } = prepared as Mixtures;
      for (let i = 0; i < n; i++) {
        predictions[i] = 0;
        for (let j = 0; j < m; j++) {
          predictions[i] += theta[j] * shares[i * m + j];
          if (jacobian) jacobian[j * n + i] = shares[i * m + j];
        }
      }
    },
    starts: (runs) => {
      const level = runs.reduce((sum, { loss = 0 }) => sum + loss, 0) / runs.length;
      return [Object.fromEntries(names.map((name) => [name, level]))];
    },
  };
}
