import {
  bootstrapMean,
  described,
  type Description,
  type Interval,
  type LossCurve,
  mean,
  ofKind,
  takes,
} from "../base/mod.ts";
import { checkCurve } from "./curve.ts";
import { type Fit, fitLaw } from "./fit.ts";
import { inventedPast } from "./_invented_past.ts";
import type { FittedLaw, Law } from "./law.ts";
import { predictCurve } from "./predict_curve.ts";
import type { FitOptions } from "./search.ts";

/** How far predictions lie from measurements. */
export interface Errors {
  /** Share of the variance explained; NaN where all measurements are equal. */
  R2: number;
  /** Mean absolute error, nats per token. */
  MAE: number;
  /** Root of the mean squared error, nats per token. */
  RMSE: number;
  /** Mean error relative to the measured value. */
  PredE: number;
  /** Greatest error relative to the measured value. */
  WorstE: number;
}

/**
 * The five errors that the schedule-aware laws are compared by (2503.12811, section 4.1).
 *
 * @throws {TypeError} If the two differ in length, or are empty.
 * @throws {RangeError} If a value is not finite, or a measured one is zero, so that no error is relative to it.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { predictionErrors } from "midtrain/laws";
 *
 * const { MAE, WorstE } = predictionErrors([2, 4], [2, 5]);
 * assert.equal(MAE, 0.5);
 * assert.equal(WorstE, 0.2);
 * ```
 */
export function predictionErrors(predicted: ArrayLike<number>, measured: ArrayLike<number>): Errors {
  ofKind("Cannot compare predictions", { predicted, measured }, "a list");
  const n = measured.length;
  if (n === 0 || predicted.length !== n) {
    throw new TypeError(
      `Cannot compare predictions as both must have one length > 0: they have ${predicted.length} and ${n}`,
    );
  }
  const centre = mean(measured);
  let squares = 0;
  let spread = 0;
  let absolute = 0;
  let relative = 0;
  let worst = 0;
  for (let i = 0; i < n; i++) {
    const error = Math.abs(predicted[i] - measured[i]);
    if (!Number.isFinite(error)) {
      throw new RangeError(
        `Cannot compare predictions as all must be finite: number ${i} is ${predicted[i]} for ${measured[i]}`,
      );
    }
    if (measured[i] === 0) {
      throw new RangeError(`Cannot compare predictions as measured values must not be 0: number ${i} is`);
    }
    squares += error * error;
    spread += (measured[i] - centre) ** 2;
    absolute += error;
    relative += error / Math.abs(measured[i]);
    worst = Math.max(worst, error / Math.abs(measured[i]));
  }
  return {
    R2: spread > 0 ? 1 - squares / spread : NaN,
    MAE: absolute / n,
    RMSE: Math.sqrt(squares / n),
    PredE: relative / n,
    WorstE: worst,
  };
}

/** One law on one curve. */
export interface CurveErrors extends Errors {
  /** The law's name. */
  law: string;
  /** The curve's name. */
  curve: string;
  /** Whether the curve was fitted or held out. */
  part: "train" | "test";
}

/** Laws side by side. */
export interface Comparison {
  /** One row a law: errors averaged over the held-out curves, the best MAE first. */
  table: (Errors & {
    /** The law's name. */
    law: string;
    /** How many parameters it has. */
    parameters: number;
    /** Its training objective. */
    objective: number;
    /** Mean absolute error on the fitted curves. */
    trainMAE: number;
    /** 95 % interval of the held-out MAE, by resampling curves; without ends where only one was held out. */
    interval: Interval;
    /** How many of its parameters the curves do not tell. */
    notIdentified: number;
  })[];
  /** Every law on every curve. */
  curves: CurveErrors[];
  /** The fits, in the order of the laws. */
  fits: Fit<LossCurve>[];
  /** Curves with an invented past, in a sentence. */
  notes: string[];
}

/**
 * Fit several laws to the same curves and score them on schedules they have not seen. Choose by the held-out errors, never by
 * the training objective: a law with more parameters wins that one by construction.
 *
 * @param train The curves to fit.
 * @param options `test` holds the curves to score; the rest are the options of each fit.
 * @throws {TypeError} If there is no law or no held-out curve.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compareLaws, lldlLaw, onePowerLaw, predictCurve } from "midtrain/laws";
 *
 * const parameters = { L0: 2.5, A: 0.4, alpha: 0.5, B: 300 }, steps = [100, 200, 300, 400, 500, 600, 699];
 * const curves = [1, 0.5, 0.1].map((end, i) => {
 *   const learningRates = Float64Array.from({ length: 700 }, (_, s) => 1e-3 * (1 + (end - 1) * s / 700));
 *   return { name: `run ${i}`, learningRates, steps, losses: predictCurve({ law: lldlLaw, parameters }, { learningRates, steps }) };
 * });
 * const { table } = compareLaws([onePowerLaw, lldlLaw], curves.slice(0, 2), { test: curves.slice(2) });
 * assert.equal(table[0]!.law, "lldl");
 * ```
 */
export function compareLaws(
  laws: readonly Law<LossCurve>[],
  train: readonly LossCurve[],
  options: FitOptions & { test: readonly LossCurve[] },
): Comparison {
  takes(
    "Cannot compare laws",
    options,
    "test, delta?, scale?, asymmetry?, starts?, fixed?, bounds?, weights?, grouping?",
  );
  ofKind("Cannot compare laws", { laws }, "a list of objects with name, parameters, prepare, predict");
  ofKind("Cannot compare laws", { train }, "a list of objects with name, learningRates, steps, losses");
  const { test, ...fitOptions } = options;
  if (!Array.isArray(test)) {
    throw new TypeError(`Cannot compare laws as test must be an array: it is ${test}`);
  }
  if (laws.length === 0) throw new TypeError("Cannot compare laws as there are none");
  return comparison(laws.map((law) => fitLaw(law, train, fitOptions)), train, test);
}

/**
 * Score fits made elsewhere, for example by {@linkcode fitLaws} on all cores; as {@linkcode compareLaws} does.
 *
 * @throws {TypeError} If there is no held-out curve.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { comparison, fitLaw, onePowerLaw } from "midtrain/laws";
 *
 * const learningRates = new Float64Array(100).fill(1), steps = [3, 24, 99];
 * const curve = { name: "run", learningRates, steps, losses: [2.5, 2.2, 2.1] };
 * const { table } = comparison([fitLaw(onePowerLaw, [curve])], [curve], [curve]);
 * assert(table[0]!.MAE < 1e-6);
 * ```
 */
export function comparison(
  fits: readonly Fit<LossCurve>[],
  train: readonly LossCurve[],
  test: readonly LossCurve[],
): Comparison {
  ofKind("Cannot compare laws", { fits }, "a list of objects with law, parameters");
  ofKind("Cannot compare laws", { train, test }, "a list of objects with name, learningRates, steps, losses");
  if (test.length === 0) throw new TypeError("Cannot compare laws as there is no held-out curve");
  const curves = fits.flatMap((fit) =>
    (["train", "test"] as const).flatMap((part) =>
      (part === "train" ? train : test).map((curve): CurveErrors => ({
        law: fit.law.name,
        curve: curve.name,
        part,
        ...curveErrors(fit, curve),
      }))
    )
  );
  const table = fits.map((fit, f) => {
    const rows = curves.slice(f * (train.length + test.length), (f + 1) * (train.length + test.length));
    const seen = rows.slice(0, train.length);
    const held = rows.slice(train.length);
    const average = (key: keyof Errors) => mean(held.map((row) => row[key]));
    return {
      law: fit.law.name,
      parameters: fit.law.parameters.length,
      objective: fit.objective,
      trainMAE: mean(seen.map((row) => row.MAE)),
      R2: average("R2"),
      MAE: average("MAE"),
      interval: interval(held.map((row) => row.MAE)),
      RMSE: average("RMSE"),
      PredE: average("PredE"),
      WorstE: average("WorstE"),
      notIdentified: fit.notIdentified.length,
    };
  });
  const notes = inventedPast([...train, ...test]);
  return described(
    { table: table.sort((a, b) => a.MAE - b.MAE), curves, fits: [...fits], notes },
    tellComparison,
  );
}

/** Of the mean over curves, not over points: the errors along a curve follow each other. */
function interval(errors: readonly number[]): Interval {
  return errors.length > 1 ? bootstrapMean(errors) : { estimate: errors[0], low: NaN, high: NaN };
}

/**
 * The errors of a fitted law, or of published parameters, on one curve.
 *
 * @throws {TypeError|RangeError} If the curve could not be fitted either: one that diverged tells nothing of a law.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { curveErrors, onePowerLaw } from "midtrain/laws";
 *
 * const curve = { name: "run", learningRates: Float64Array.of(1, 3), steps: [0, 1], losses: [3, 2.5] };
 * assert.equal(curveErrors({ law: onePowerLaw, parameters: { L0: 2, A: 1, alpha: 0.5 } }, curve).MAE, 0);
 * ```
 */
export function curveErrors(fitted: FittedLaw<LossCurve>, curve: LossCurve): Errors {
  ofKind("Cannot compare predictions", { fitted }, "an object with law, parameters");
  ofKind("Cannot compare predictions", { curve }, "an object with name, learningRates, steps, losses");
  checkCurve(curve);
  return predictionErrors(predictCurve(fitted, curve), curve.losses);
}

/** A comparison of laws as `show` prints it. */
function tellComparison({ table, curves, notes }: Comparison): Description {
  const held = new Set(curves.filter(({ part }) => part === "test").map(({ curve }) => curve));
  return [
    {
      rows: table.map((row) => ({
        "law": row.law,
        "held-out error (nats per token)": row.interval,
        "fitted curves (nats per token)": Number(row.trainMAE.toPrecision(3)),
        "worst error (%)": Number((100 * row.WorstE).toFixed(2)),
        "R²": Number(row.R2.toFixed(4)),
        "parameters": row.parameters,
        "not identified": row.notIdentified,
      })),
    },
    `Mean absolute errors, the best held-out one first; held out: ${[...held].join(", ")}`,
    ...notes,
  ];
}
