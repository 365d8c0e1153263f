import { described, type Description, type Interval, ofKind, percent, takes } from "../base/mod.ts";
import { parametersTable } from "./_described.ts";
import { inOrder } from "./_exchange.ts";
import { identify } from "./_identify.ts";
import { inventedPast } from "./_invented_past.ts";
import type { Minimum } from "./_lbfgs.ts";
import { type Openings, openingsOf } from "./_openings.ts";
import { levenbergMarquardt, polish } from "./_newton.ts";
import type { Problem } from "./_problem.ts";
import { intervalsOf, uncertaintyOf } from "./_uncertainty.ts";
import { type FittedLaw, type Law, namedParameters } from "./law.ts";
import { type FitOptions, prepareSearch, runStart, type Search, startsOf } from "./search.ts";

/** How one start ended. */
export interface Start {
  /** Where it began. */
  initial: Record<string, number>;
  /** Where it ended. */
  final: Record<string, number>;
  /** The objective there, with the search's grouping. */
  objective: number;
  /** Levenberg-Marquardt iterations. */
  iterations: number;
  /** Whether the gradient vanished. */
  converged: boolean;
  /** Why it stopped. */
  why: "gradient" | "no decrease" | "iterations" | "not finite";
  /** Whether an earlier start began at the same place, its linear parameters solved for: they are one search. */
  merged: boolean;
}

/** A fitted law, with all that is known about how well. */
export interface Fit<Datum> extends FittedLaw<Datum> {
  /** The least sum of Huber losses found, exact. */
  objective: number;
  /** Every start, the best first. */
  starts: Start[];
  /** Whether the optimum's gradient vanished. */
  converged: boolean;
  /** Condition number of the Hessian on the search scale (logarithms of positive parameters); Infinity when it is singular. */
  condition: number;
  /**
   * 95 % intervals by profile likelihood, for few values by Student's distribution. Where the data set no limit an end is the
   * parameter's bound, and `notIdentified` says so.
   */
  intervals: Record<string, Interval>;
  /** One sentence for each parameter that the data do not tell. */
  notIdentified: string[];
  /** What else to know of the data: a sentence each. */
  notes: string[];
  /** How many times as much an overestimate cost as an underestimate; left out where they cost the same. */
  asymmetry?: number;
  /** How many values were fitted. */
  observations: number;
  /** How many independent ones they amount to: residuals along a curve follow each other. */
  effectiveObservations: number;
  /** Independent observations beyond the parameters that they fix: the degrees of freedom of the residuals' variance. */
  degreesOfFreedom: number;
  /** Variance of a residual, for the likelihood ratio: an objective above the least by half of it times the square of Student's quantile is out of the 95 % region. */
  residualVariance: number;
  /** Covariance of the parameters that were not fixed, row by row, on the search scale (their `transform`); by curvature. */
  covariance: Float64Array;
}

/**
 * Fit a law to data: the least sum of Huber losses of log residuals (2203.15556, section 3.3; the sum, not the mean, so that
 * tolerances bite: 2404.10102), from many starts, within the parameters' bounds.
 *
 * Starts come from the law's grid and from the fits of the laws it contains, so that a larger law never ends worse than a
 * smaller one. Their linear parameters are solved for (variable projection), starts that then coincide are merged, and each
 * runs Levenberg-Marquardt; the best are polished by Newton's method on exact sums. There is no randomness: the same data give the same bits.
 *
 * @throws {TypeError} If there are no data, or an option names an unknown parameter.
 * @throws {RangeError} If a value cannot be fitted; the message names the curve or run.
 * @example Recover a law from its own curve
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitLaw, onePowerLaw, predictCurve } from "midtrain/laws";
 *
 * const learningRates = new Float64Array(1000).fill(1e-3), steps = [50, 100, 200, 400, 600, 800, 999];
 * const parameters = { L0: 2.5, A: 0.4, alpha: 0.5 };
 * const losses = predictCurve({ law: onePowerLaw, parameters }, { learningRates, steps });
 * const fit = fitLaw(onePowerLaw, [{ name: "run", learningRates, steps, losses }]);
 * assert(Math.abs(fit.parameters.alpha! - 0.5) < 1e-6 && fit.converged);
 * ```
 */
export function fitLaw<Datum>(law: Law<Datum>, data: readonly Datum[], options: FitOptions = {}): Fit<Datum> {
  takes(
    "Cannot fit a law",
    options,
    "delta?, scale?, asymmetry?, starts?, fixed?, bounds?, weights?, grouping?",
  );
  ofKind("Cannot fit a law", { law }, "an object with name, parameters, prepare, predict");
  ofKind("Cannot fit a law", { data }, "a list");
  const search = prepareSearch(law, data, options);
  const starts = startsOf(search.coarse, data, options);
  const openings = openingsOf(search.coarse, starts);
  return finish(
    search,
    data,
    starts,
    openings,
    openings.places.map((place) => runStart(search.coarse, place)),
  );
}

/** Polish the best ends of a search, and say how well the optimum is known. */
export function finish<Datum>(
  { coarse, fine }: Search<Datum>,
  data: readonly Datum[],
  starts: readonly Float64Array[],
  { of }: Openings,
  found: readonly Minimum[],
): Fit<Datum> {
  const { law } = fine;
  const ends = found.map((end) => ({ ...end, x: inOrder(coarse, end.x) }));
  const named = (u: Float64Array) => namedParameters(law, fine.theta(u));
  const ranked = starts.map((start, i) => ({ start, end: ends[of[i]], merged: of.indexOf(of[i]) !== i }))
    .sort((a, b) => (a.end.value - b.end.value) || 0);
  if (!Number.isFinite(ranked[0]?.end.value)) {
    throw new RangeError(`Cannot fit ${law.name} as no start has a finite objective: check the data's range`);
  }
  // Ends of one objective are one optimum; the exact sums decide between those that the search puts close together.
  const distinct = ranked.filter(({ end }, i) =>
    end.value <= ranked[0].end.value * 1.02 && (i === 0 || end.value > ranked[i - 1].end.value * (1 + 1e-4))
  );
  let best: Minimum | undefined;
  for (const { end } of fine === coarse ? ranked.slice(0, 1) : distinct.slice(0, 3)) {
    // Where groups were too coarse for these curves, the exact sums first have to find their own basin.
    const astray = fine !== coarse && fine.value(end.x, true) > 1.1 * end.value;
    const near = astray ? levenbergMarquardt(fine, end.x, 60, 1e-9).x : end.x;
    const polished = polish(fine, coarse, near, fine === coarse ? 30 : 8);
    if (!best || polished.value < best.value) best = polished;
  }
  if (!best) throw new RangeError(`Cannot fit ${law.name} as the search found nothing`);
  const uncertainty = uncertaintyOf(fine, coarse, best.x);
  const intervals = intervalsOf(coarse, best.x, uncertainty, ends);
  return describedFit({
    law,
    parameters: named(best.x),
    objective: best.value,
    starts: ranked.map(({ start, end, merged }) => ({
      initial: named(start),
      final: named(end.x),
      objective: end.value,
      iterations: end.iterations,
      converged: end.converged,
      why: end.why,
      merged,
    })),
    converged: best.converged,
    condition: uncertainty.condition,
    intervals,
    notIdentified: identify(coarse, best.x, uncertainty, intervals, law.diagnose?.(data) ?? []),
    notes: [...inventedPast(data), ...leaning(fine, best.x)],
    ...(fine.options.leans ? { asymmetry: fine.options.leans[0] } : {}),
    observations: fine.prepared.observed.length,
    effectiveObservations: uncertainty.effectiveObservations,
    degreesOfFreedom: uncertainty.freedom,
    residualVariance: uncertainty.residualVariance,
    covariance: uncertainty.covariance,
  });
}

/** A fit that says itself how it is shown. */
export function describedFit<Datum>(fit: Fit<Datum>): Fit<Datum> {
  described(fit.intervals, (intervals) => parametersTable(fit.law, intervals));
  return described(fit, tellFit);
}

/** A fit as `show` prints it. */
function tellFit<Datum>(fit: Fit<Datum>): Description {
  const { law, parameters, intervals, objective, converged, observations, effectiveObservations } = fit;
  const independent = Number(effectiveObservations.toPrecision(2)).toLocaleString("en");
  const end = converged ? "converged" : "not converged: the gradient has not vanished";
  return [
    ...parametersTable(law, intervals, parameters),
    `${law.name}: ${law.formula} (${law.source})`,
    `${observations.toLocaleString("en")} values, worth ${independent} independent ones; objective ${
      objective.toExponential(2)
    }; ${end}. Intervals are 95 %, by profile likelihood`,
    ...fit.notIdentified,
    ...fit.notes,
  ];
}

/** What to say of a fit that is no middle of the data. */
function leaning<Datum>(problem: Problem<Datum>, u: Float64Array): string[] {
  const { leans } = problem.options;
  if (!leans) return [];
  const residuals = problem.residuals(u);
  const above = residuals.filter((residual) => residual < 0).length / residuals.length;
  return [
    `An overestimate costs ${leans[0]} times as much as an underestimate: ${
      percent(above)
    } of the values lie above the fit, which is no middle of them`,
  ];
}
