import { takes, wholeNumber } from "../base/mod.ts";
import { checkTargets, type Rows } from "./_rows.ts";
import { type Booster, type LightGbm, openLightGbm, type Validation } from "./lightgbm.ts";
import type { MixtureModel, MixtureRegressor } from "./regressor.ts";

/** Options of {@linkcode boostedTrees}. */
export interface BoostedTreesOptions {
  /** The most rounds of boosting. @default {1000} */
  rounds?: number;
  /** What each tree adds. @default {0.01} */
  learningRate?: number;
  /**
   * What decides the rounds. `folds`: cross-validation on the rows that are fitted. `validation`: other rows; training stops
   * when a metric on them has not become smaller for 3 rounds. With the test rows there, as in RegMix's published
   * numbers, the answers have chosen the model that is then graded on them.
   * @default {{ folds: 5 }}
   */
  stop?: { folds: number } | { validation: Validation };
}

/**
 * Gradient-boosted trees by LightGBM with RegMix's parameters (arXiv:2407.01492).
 *
 * Fold `k` of `n` holds every n-th row from row `k` on; the rounds taken are those with the least squared error over all
 * rows, each predicted when it was held out.
 *
 * @throws {RangeError} If there are fewer than 2 folds; on fitting, if there are fewer than 2 rows a fold.
 * @example
 * ```ts ignore
 * import { boostedTrees } from "midtrain/mix";
 *
 * const x = Array.from({ length: 64 }, (_, i) => [i / 64, 1 - i / 64]);
 * using model = await boostedTrees().fit(x, x.map(([a]) => 3 - a));
 * model.predict([[0.5, 0.5]]); // about 2.5
 * ```
 */
export function boostedTrees(options: BoostedTreesOptions = {}): MixtureRegressor {
  takes("Cannot fit trees", options, "rounds?, learningRate?, stop?");
  const { rounds = 1000, learningRate = 0.01, stop = { folds: 5 } } = options;
  if ("folds" in stop) wholeNumber("Cannot cross-validate", { folds: stop.folds }, ">= 2");
  const settings = { rounds, parameters: { learning_rate: learningRate, seed: 42, metric: ["l1", "l2"] } };
  return {
    name: "validation" in stop ? "LightGBM, stopped on the test" : "LightGBM",
    async fit(x, y) {
      const lightgbm = await openLightGbm();
      if ("validation" in stop) {
        const booster = lightgbm.train(x, y, { ...settings, validation: stop.validation, patience: 3 });
        return model(booster, `${booster.rounds} rounds`);
      }
      checkTargets(y, x.length, "fit trees");
      if (x.length < 2 * stop.folds) {
        throw new RangeError(
          `Cannot fit trees as ${stop.folds} folds need at least ${
            2 * stop.folds
          } rows: there are ${x.length}`,
        );
      }
      const best = bestRounds(lightgbm, x, Array.from(y), { ...settings, folds: stop.folds });
      return model(
        lightgbm.train(x, y, { ...settings, rounds: best }),
        `${best} rounds by ${stop.folds} folds`,
      );
    },
  };
}

/** The rounds with the least squared error over all rows, each predicted when its fold was held out. */
function bestRounds(
  lightgbm: LightGbm,
  x: Rows,
  y: number[],
  { folds, ...settings }: { folds: number; rounds: number; parameters: Record<string, number | string[]> },
): number {
  const error = new Float64Array(settings.rounds);
  for (let fold = 0; fold < folds; fold++) {
    const held = <T>(_: T, i: number) => i % folds === fold;
    const kept = <T>(_: T, i: number) => i % folds !== fold;
    const validation = { x: x.filter(held), y: y.filter(held) };
    using booster = lightgbm.train(x.filter(kept), y.filter(kept), { ...settings, validation });
    const { l2 } = booster.history as { l2: number[] };
    // A fold whose trees can split no further keeps its last error.
    for (let i = 0; i < error.length; i++) {
      error[i] += validation.y.length * (l2[Math.min(i, l2.length - 1)] ?? 0);
    }
  }
  return error.indexOf(Math.min(...error)) + 1;
}

function model(booster: Booster, summary: string): MixtureModel {
  return {
    summary,
    predict: (x) => booster.predict(x),
    [Symbol.dispose]: () => booster[Symbol.dispose](),
  };
}
