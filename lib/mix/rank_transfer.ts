import { type Interval, ofKind, quantile, Random, takes } from "../base/mod.ts";
import { rankCorrelation } from "./_ranks.ts";
import { measuredOn, type ProxyRuns } from "./proxy_runs.ts";
import type { MixtureRegressor } from "./regressor.ts";

/** Options of {@linkcode rankTransfer}. */
export interface RankTransferOptions {
  /** Bootstrap resamples over the test's mixtures. @default {1000} */
  resamples?: number;
  /** Names the bootstrap's random stream. @default {1} */
  seed?: number | string;
}

/** How well a regression ranks the mixtures of another set of runs. */
export interface RankTransferRow {
  /** The regression. */
  regressor: string;
  /** The target. */
  target: string;
  /** The test's name. */
  test: string;
  /** Runs tested. */
  runs: number;
  /** Spearman's correlation of predicted and measured, ties at their mean rank, with an interval at 95 % over mixtures. */
  spearman: Interval;
  /** What was fitted. */
  fit: string;
}

/**
 * Fit a regression to small runs, one fit a target, and see how it ranks other runs, for example of larger models: losses
 * of other sizes lie elsewhere, so only the order can carry over.
 *
 * @param regressor Fitted once a target on all runs that measured it.
 * @param train The runs to fit.
 * @param tests Runs over the same domains, by name. Targets they lack are not tested.
 * @throws {RangeError} If a test has other domains.
 * @example A law fitted on eight runs ranks eight others
 * ```ts
 * import assert from "node:assert/strict";
 * import { linearLaw, proxyRuns, rankTransfer } from "midtrain/mix";
 *
 * const run = (web: number, base: number) => ({ mixture: { web, code: 1 - web }, losses: { code: base + web } });
 * const small = proxyRuns(Array.from({ length: 8 }, (_, i) => run(i / 8, 3)));
 * const large = proxyRuns(Array.from({ length: 8 }, (_, i) => run((i + 0.5) / 8, 2)));
 * const [row] = await rankTransfer(linearLaw(), small, { large });
 * assert.equal(row.spearman.estimate, 1);
 * ```
 */
export async function rankTransfer(
  regressor: MixtureRegressor,
  train: ProxyRuns,
  tests: Readonly<Record<string, ProxyRuns>>,
  options: RankTransferOptions = {},
): Promise<RankTransferRow[]> {
  takes("Cannot test a regressor", options, "resamples?, seed?");
  ofKind("Cannot test a regressor", { regressor }, "an object with name, fit");
  ofKind("Cannot test a regressor", { train }, "an object with domains, targets, shares, losses");
  ofKind("Cannot test a regressor", { tests }, "an object");
  const { resamples = 1000, seed = 1 } = options;
  const rows: RankTransferRow[] = [];
  for (const [name, { domains }] of Object.entries(tests)) {
    if (domains.join("\n") !== train.domains.join("\n")) {
      throw new RangeError(
        `Cannot test on ${name} as its domains must be ${train.domains.join(", ")}: they are ${
          domains.join(", ")
        }`,
      );
    }
  }
  for (const target of train.targets) {
    const { x, y } = measuredOn(train, target);
    using model = await regressor.fit(x, y);
    for (const [test, runs] of Object.entries(tests)) {
      if (!runs.targets.includes(target)) continue;
      const measured = measuredOn(runs, target);
      const predicted = model.predict(measured.x);
      rows.push({
        regressor: regressor.name,
        target,
        test,
        runs: predicted.length,
        spearman: interval(predicted, measured.y, resamples, new Random(`${seed}/${target}/${test}`)),
        fit: model.summary,
      });
    }
  }
  return rows;
}

function interval(a: Float64Array, b: Float64Array, resamples: number, random: Random): Interval {
  const estimate = rankCorrelation(a, b);
  const n = a.length;
  const draws: number[] = [];
  for (let r = 0; r < resamples; r++) {
    const at = Array.from({ length: n }, () => random.int(n));
    const value = rankCorrelation(at.map((i) => a[i]), at.map((i) => b[i]));
    if (!Number.isNaN(value)) draws.push(value);
  }
  return draws.length === 0
    ? { estimate, low: NaN, high: NaN }
    : { estimate, low: quantile(draws, 0.025), high: quantile(draws, 0.975) };
}
