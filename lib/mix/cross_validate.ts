import { mean, ofKind, takes, wholeNumber } from "../base/mod.ts";
import { predictLaw } from "../laws/mod.ts";
import { fitTarget, lawOver, mixedRuns } from "./_mixture_fit.ts";
import { measuredOn, type ProxyRun, type ProxyRuns, proxyRuns } from "./proxy_runs.ts";

/** Options of {@linkcode crossValidate}. */
export interface CrossValidateOptions {
  /** The law that each loss follows over mixtures, as in {@linkcode proposeFromRuns}. @default {"exponential"} */
  law?: "exponential" | "linear" | "additive";
  /** How many parts the runs are dealt into; each is predicted by a law fitted to the others. @default {5} */
  folds?: number;
}

/** How well a law predicts a loss on mixtures that it has not seen. */
export interface CrossValidation {
  /** The law. */
  law: string;
  /** The target. */
  target: string;
  /** The predicted loss of each run that measured it, by a law fitted without it and its fold, in nats per token. */
  predicted: number[];
  /** The measured ones. */
  measured: number[];
  /** Root mean square of the differences. */
  error: number;
  /** The deviation of the measured losses from their mean: an error as large is no better than the mean. */
  spread: number;
}

/**
 * Predict every run by a law that was fitted without it: whether laws as {@linkcode proposeFromRuns} fits them hold for
 * mixtures that they have not seen. Fold `k` of `n` holds every n-th run from run `k` on.
 *
 * @param runs Proxy runs, or checked ones.
 * @returns One row a target.
 * @throws {RangeError} If a run is wrong, there are fewer than 2 folds, or those outside a fold are fewer than the law has
 *   parameters.
 * @example An exponential loss, by its own law and by a linear one
 * ```ts
 * import assert from "node:assert/strict";
 * import { crossValidate } from "midtrain/mix";
 *
 * const runs = Array.from({ length: 12 }, (_, i) => i / 11)
 *   .map((code) => ({ mixture: { web: 1 - code, code }, losses: { code: 2 + Math.exp(0.5 - 2 * code) } }));
 * const [right] = crossValidate(runs);
 * const [wrong] = crossValidate(runs, { law: "linear" });
 * assert(right.error < 1e-3 * right.spread && wrong.error > 0.1 * wrong.spread);
 * ```
 */
export function crossValidate(
  runs: readonly ProxyRun[] | ProxyRuns,
  options: CrossValidateOptions = {},
): CrossValidation[] {
  takes("Cannot cross-validate", options, "law?, folds?");
  if (!Array.isArray(runs)) {
    ofKind("Cannot cross-validate", { runs }, "an object with domains, targets, shares, losses");
  }
  const { law = "exponential", folds = 5 } = options;
  wholeNumber("Cannot cross-validate", { folds }, ">= 2");
  // The laws divide shares by their sums themselves.
  const checked = Array.isArray(runs) ? proxyRuns(runs, { sums: "keep" }) : runs as ProxyRuns;
  const form = lawOver(checked.domains, law);
  return checked.targets.map((target): CrossValidation => {
    const { x, y } = measuredOn(checked, target);
    const predicted = new Array<number>(y.length);
    for (let fold = 0; fold < folds; fold++) {
      const [held, kept] = [true, false].map((out) =>
        [...y.keys()].filter((i) => (i % folds === fold) === out)
      );
      const shares = (rows: readonly number[]) => ({ ...checked, shares: rows.map((i) => x[i]) });
      const losses = { [target]: Float64Array.from(kept, (i) => y[i]) };
      const { fit } = fitTarget({ ...shares(kept), losses }, target, form);
      predictLaw(fit, mixedRuns(shares(held))).forEach((loss, k) => predicted[held[k]] = loss);
    }
    const measured = [...y];
    const centre = mean(measured);
    return {
      law: form.name,
      target,
      predicted,
      measured,
      error: rootMeanSquare(predicted.map((loss, i) => loss - measured[i])),
      spread: rootMeanSquare(measured.map((loss) => loss - centre)),
    };
  });
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(mean(values.map((value) => value ** 2)));
}
