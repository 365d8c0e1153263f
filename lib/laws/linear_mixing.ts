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
  ofKind("Cannot form a mixing law", { domains }, "a list of texts");
  const name = "linear-mixing";
  const m = domains.length;
  const parameters = eachDomain(domains, {
    name: "b",
    unit: "nats per token",
    lower: -1e3,
    upper: 1e3,
    transform: "identity",
  });
  return mixingLaw(linearMixingLaw, {
    name,
    domains,
    formula: "L = sum_j b_j r_j",
    source: "Chen et al. 2024, arXiv 2411.05735, section 3 (identity link)",
    parameters,
    linear: parameters.map(({ name }) => name),
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
      const level = sum(runs.map(({ loss = 0 }) => loss)) / runs.length;
      return [valuesOf(domains, () => ({ b: level }))];
    },
  });
}
