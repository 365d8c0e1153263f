import { ofKind } from "../base/mod.ts";
import { boundedLeastSquares } from "./_linear.ts";
import {
  eachDomain,
  type MixedRun,
  type MixingLaw,
  mixingLaw,
  type Mixtures,
  prepareMixtures,
  valuesOf,
} from "./_mixtures.ts";

/** Shares of the least loss at which the floor of a start may lie. */
const FLOORS = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.995];

/**
 * The data mixing law: a floor and the exponential of a weighted sum of shares.
 *
 * Published with a scale too, `c + k exp(sum t r)`. As shares sum to 1 the scale is not a parameter: `k exp(t . r) =
 * exp((t + ln k) . r)`. So this is at once the law of M domains, of two (`c + exp(k r + b)` with `k = t1 - t2` and `b = t2`),
 * and Olmix's log-linear form.
 *
 * @param domains Names of the domains, at least two.
 * @throws {RangeError} If there are fewer than two domains or one stands twice.
 * @example The published two-domain fit for GitHub at 70M, 30k steps
 * ```ts
 * import assert from "node:assert/strict";
 * import { exponentialMixingLaw, predictLaw } from "midtrain/laws";
 *
 * const k = -1.6405, b = -0.6819, parameters = { c: 1.11, "t[github]": k + b, "t[pile-cc]": b };
 * const law = exponentialMixingLaw(["github", "pile-cc"]);
 * const [loss] = predictLaw({ law, parameters }, [{ mixture: { github: 0.5, "pile-cc": 0.5 } }]);
 * assert(Math.abs(loss! - (1.11 + Math.exp(k / 2 + b))) < 1e-12);
 * ```
 */
export function exponentialMixingLaw(domains: readonly string[]): MixingLaw<MixedRun> {
  ofKind("Cannot form a mixing law", { domains }, "a list of texts");
  const name = "exponential-mixing";
  const m = domains.length;
  return mixingLaw(exponentialMixingLaw, {
    name,
    domains,
    formula: "L = c + exp(sum_j t_j r_j)",
    source: "Ye et al. 2024, arXiv 2403.16952, equation 5; log-linear in allenai/olmix",
    parameters: [
      { name: "c", unit: "nats per token", lower: 0, upper: 50, transform: "identity" },
      ...eachDomain(domains, {
        name: "t",
        unit: "ln nats per token",
        lower: -60,
        upper: 60,
        transform: "identity",
      }),
    ],
    linear: [],
    grid: {},
    prepare: (runs) => prepareMixtures(name, runs, domains),
    predict(theta, prepared, predictions, jacobian) {
      const n = predictions.length;
      const { shares } = prepared as Mixtures;
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < m; j++) sum += theta[j + 1] * shares[i * m + j];
        const rise = Math.exp(sum);
        predictions[i] = theta[0] + rise;
        if (!jacobian) continue;
        jacobian[i] = 1;
        for (let j = 0; j < m; j++) jacobian[(j + 1) * n + i] = rise * shares[i * m + j];
      }
    },
    starts(runs) {
      const { observed, shares } = this.prepare(runs) as Mixtures;
      const n = runs.length;
      const columns = domains.map((_, j) => Float64Array.from({ length: n }, (_, i) => shares[i * m + j]));
      const least = Math.min(...observed);
      // With the floor held the logarithm of the rest is linear; its weights keep the error that of the loss.
      return FLOORS.map((part) => {
        const rest = observed.map((loss) => Math.max(loss - part * least, 1e-6));
        const t = boundedLeastSquares(
          columns,
          rest.map(Math.log),
          rest.map((value) => value * value),
          new Array(m).fill(-60),
        );
        return { c: part * least, ...valuesOf(domains, (j) => ({ t: Math.min(t[j], 60) })) };
      });
    },
  });
}
