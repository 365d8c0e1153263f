import { type LossCurve, mean, ofKind, takes, wholeNumber } from "../base/mod.ts";
import type { Run } from "./run.ts";

/** Options of {@linkcode lossCurve}. */
export interface LossCurveOptions {
  /** Take losses measured on this held-out source. @default the training losses */
  source?: string;
  /** Training losses are averaged over this many steps, and stand at the middle of them. @default {1} */
  windowSteps?: number;
  /** Leave out losses before this step, which no law describes. The learning rates stay whole. @default {0} */
  fromStep?: number;
}

/**
 * The whole curve of a model that was trained in one run or several, each from the checkpoint of the one before.
 *
 * @param name What the curve is called.
 * @param runs The runs, in order, from the model's first step.
 * @throws {RangeError} If the runs do not join, or nothing was measured on `source`.
 * @example A stable phase and a decay
 * ```ts
 * import assert from "node:assert/strict";
 * import { lossCurve } from "midtrain/anneal";
 *
 * const record = (step: number, learningRate: number, loss: number) => ({
 *   step, learningRate, loss, tokens: 8 * step + 8, gradientNorm: 1, tokensPerSecond: 1,
 * });
 * const stable = { log: [record(0, 1, 5), record(1, 1, 4)], evaluations: [] };
 * const decay = { log: [record(2, 0.5, 3)], evaluations: [] };
 * const { learningRates, losses } = lossCurve("decayed", [stable, decay]);
 * assert.deepEqual([[...learningRates], [...losses]], [[1, 1, 0.5], [5, 4, 3]]);
 * ```
 */
export function lossCurve(
  name: string,
  runs: readonly Pick<Run, "log" | "evaluations">[],
  options: LossCurveOptions = {},
): LossCurve<Float64Array> {
  takes("Cannot form the curve of a run", options, "source?, windowSteps?, fromStep?");
  ofKind("Cannot form the curve of a run", { name }, "a text");
  ofKind("Cannot form the curve of a run", { runs }, "a list of objects with log, evaluations");
  const { source, windowSteps = 1, fromStep = 0 } = options;
  const log = runs.flatMap((run) => run.log);
  wholeNumber(`Cannot form the curve ${name}`, { windowSteps }, ">= 1");
  log.forEach(({ step }, i) => {
    if (step !== i) {
      throw new RangeError(
        `Cannot form the curve ${name} as its runs must follow one another from step 0: record ${i} is of step ${step}`,
      );
    }
  });
  const learningRates = Float64Array.from(log, ({ learningRate }) => learningRate);
  const measured: [number, number][] = [];
  if (source === undefined) {
    for (let first = 0; first + windowSteps <= log.length; first += windowSteps) {
      const window = log.slice(first, first + windowSteps);
      measured.push([first + Math.floor((windowSteps - 1) / 2), mean(window.map(({ loss }) => loss))]);
    }
  } else {
    for (const evaluation of runs.flatMap(({ evaluations }) => evaluations)) {
      // Measured after that many steps: the last rate that led to it is the one before.
      if (evaluation.source === source) measured.push([evaluation.step - 1, evaluation.loss]);
    }
  }
  const points = measured.filter(([step]) => step >= fromStep);
  if (points.length === 0) {
    const what = source === undefined ? `${windowSteps} steps` : `a loss on ${source}`;
    const from = fromStep > 0 ? ` from step ${fromStep}` : "";
    throw new RangeError(`Cannot form the curve ${name} as its runs must hold ${what}${from}: they do not`);
  }
  return {
    name,
    learningRates,
    steps: Float64Array.from(points, ([step]) => step),
    losses: Float64Array.from(points, ([, loss]) => loss),
  };
}
