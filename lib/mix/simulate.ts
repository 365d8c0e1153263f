import { ofKind, takes, wholeNumber } from "../base/mod.ts";
import { flatten, type Rows } from "./_rows.ts";
import type { Mixture } from "./mixture.ts";

const cannot = "Cannot simulate mixtures";

/** Options of {@linkcode simulateOptimum}. */
export interface SimulateOptimumOptions {
  /** The domains, in the order of the candidates' shares. */
  domains: readonly string[];
  /** How many of the best candidates are averaged. One alone would be the one that the regression flatters most. @default {128} */
  top?: number;
  /** The largest share by domain, see {@linkcode repetitionCaps}. @default {1 for every domain} */
  maxShare?: Readonly<Record<string, number>>;
}

/** The mean of the best candidates. */
export interface SimulatedOptimum {
  /** Its shares. */
  mixture: Mixture;
  /** The predicted target, averaged over the candidates that were. */
  predicted: number;
  /** Candidates that it was chosen from. */
  candidates: number;
}

/** The best of simulated mixtures, with and without caps. */
export interface Simulation {
  /** Among candidates that keep every cap. Caps hold for the mean as well. */
  feasible: SimulatedOptimum;
  /** Among all candidates: what the caps cost is the difference. */
  unconstrained: SimulatedOptimum;
  /** Domains whose cap the unconstrained optimum breaks. */
  broken: string[];
}

/**
 * The simulated optimum of RegMix (arXiv:2407.01492, section 3.3): predict the target of many mixtures and average the
 * best. The unconstrained optimum stands beside the feasible one, as a reader must see what the caps took away.
 *
 * @param predict Predicts a target to be made small, for example {@linkcode MixtureModel}'s `predict`.
 * @param candidates Rows of shares, for example of {@linkcode numpyDirichlet} or {@linkcode dirichletDesign}.
 * @throws {RangeError} If caps leave no whole mixture, or fewer candidates than are averaged keep them: the message names
 *   the caps.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { numpyDirichlet, simulateOptimum } from "midtrain/mix";
 *
 * const candidates = numpyDirichlet([1, 1], { rows: 2000 });
 * const { feasible, unconstrained, broken } = simulateOptimum(
 *   (rows) => Float64Array.from(rows, (row) => 3 - row[0]),
 *   candidates,
 *   { domains: ["web", "code"], top: 20, maxShare: { web: 0.6 } },
 * );
 * assert(unconstrained.mixture.web > 0.98 && feasible.mixture.web <= 0.6);
 * assert.deepEqual(broken, ["web"]);
 * ```
 */
export function simulateOptimum(
  predict: (rows: Rows) => ArrayLike<number>,
  candidates: Rows,
  options: SimulateOptimumOptions,
): Simulation {
  takes("Cannot simulate mixtures", options, "domains, top?, maxShare?");
  ofKind("Cannot simulate mixtures", { predict }, "a function");
  ofKind("Cannot simulate mixtures", { candidates }, "a list of lists");
  const { domains, top = 128, maxShare = {} } = options;
  const { columns } = flatten(candidates, "simulate mixtures");
  if (columns !== domains.length) {
    throw new RangeError(
      `${cannot} as candidates must have a share of each of ${domains.length} domains: they have ${columns}`,
    );
  }
  wholeNumber(cannot, { top }, `in [1, ${candidates.length}]`);
  const caps = checkCaps(domains, maxShare);
  const predicted = predict(candidates);
  const order = [...candidates.keys()].sort((a, b) => predicted[a] - predicted[b]);
  const mean = (best: readonly number[], among: number): SimulatedOptimum => ({
    mixture: Object.fromEntries(
      domains.map((name, j) => [name, best.reduce((sum, at) => sum + candidates[at][j], 0) / best.length]),
    ),
    predicted: best.reduce((sum, at) => sum + predicted[at], 0) / best.length,
    candidates: among,
  });
  const keeps = order.filter((at) => caps.every((cap, j) => candidates[at][j] <= cap));
  if (keeps.length < top) {
    const breaks = domains.map((name, j) => ({
      name,
      cap: caps[j],
      count: candidates.filter((row) => row[j] > caps[j]).length,
    })).sort((a, b) => b.count - a.count)[0];
    throw new RangeError(
      `${cannot} as ${top} candidates must keep the caps: ${keeps.length} of ${candidates.length} do, and ${breaks.count} break that of "${breaks.name}", ${breaks.cap}`,
    );
  }
  const unconstrained = mean(order.slice(0, top), order.length);
  return {
    feasible: mean(keeps.slice(0, top), keeps.length),
    unconstrained,
    broken: domains.filter((name, j) => unconstrained.mixture[name] > caps[j]),
  };
}

function checkCaps(domains: readonly string[], maxShare: Readonly<Record<string, number>>): number[] {
  for (const [name, cap] of Object.entries(maxShare)) {
    if (!domains.includes(name) || !(cap >= 0)) {
      throw new RangeError(
        `${cannot} as maxShare must give domains a share >= 0: current value is ${cap} for "${name}"`,
      );
    }
  }
  const caps = domains.map((name) => maxShare[name] ?? 1);
  const room = caps.reduce((sum, cap) => sum + cap, 0);
  if (room < 1) {
    throw new RangeError(
      `${cannot} as caps must leave room for a whole one: ${
        domains.map((name, j) => `"${name}" ${caps[j]}`).join(", ")
      } sum to ${Number(room.toPrecision(6))}`,
    );
  }
  return caps;
}
