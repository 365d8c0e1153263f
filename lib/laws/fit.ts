import type { Interval } from "../base/mod.ts";
import { identify, uncertaintyOf } from "./_identify.ts";
import { lbfgs, type Minimum } from "./_lbfgs.ts";
import { levenbergMarquardt, polish } from "./_newton.ts";
import { Problem } from "./_problem.ts";
import { project } from "./_project.ts";
import { startsOf } from "./_starts.ts";
import { type FittedLaw, type Law, parameterArray } from "./law.ts";

/** How a law is fitted. */
export interface FitOptions {
  /** Where the Huber loss of a residual turns from square to linear; Infinity gives least squares. @default {1e-3} */
  delta?: number;
  /** Residuals of the logarithm of the value, or of the value. @default {"log"} */
  scale?: "log" | "linear";
  /** How many starts, the best of the law's grid; or the starts themselves. @default {8} */
  starts?: number | readonly Readonly<Record<string, number>>[];
  /** Parameters held at a value. */
  fixed?: Readonly<Record<string, number>>;
  /** Lower and upper bounds of parameters, narrower than the law's own: a paper's bounds belong to its fit. @default {the law's} */
  bounds?: Readonly<Record<string, readonly [number, number]>>;
  /** Weight of each datum (curve or run) in the sum. @default {1 each} */
  weights?: ArrayLike<number>;
  /**
   * In the laws over all pairs of steps the search sums learning-rate changes as one where they lie closer together than this
   * share of their distance from the measured step. The final polish and the objective are exact; 0 searches exactly too.
   * @default {0.25}
   */
  grouping?: number;
}

/** How one start ended. */
export interface Start {
  /** Where it began. */
  initial: Record<string, number>;
  /** Where it ended. */
  final: Record<string, number>;
  /** The objective there, with the search's grouping. */
  objective: number;
  /** Quasi-Newton and Levenberg-Marquardt iterations. */
  iterations: number;
  /** Whether the gradient vanished. */
  converged: boolean;
  /** Why it stopped. */
  why: "gradient" | "no decrease" | "iterations" | "not finite";
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
  /** 95 % intervals from the curvature at the optimum; {@linkcode profileLikelihood} and {@linkcode bootstrapLaw} give better ones. */
  intervals: Record<string, Interval>;
  /** One sentence for each parameter that the data do not tell. */
  notIdentified: string[];
  /** How many values were fitted. */
  observations: number;
  /** How many independent ones they amount to: residuals along a curve follow each other. */
  effectiveObservations: number;
  /** Variance of a residual, for the likelihood ratio: an objective above the least by half of it times 3.84 is out of the 95 % region. */
  residualVariance: number;
  /** Covariance of the parameters that were not fixed, row by row, on the search scale (their `transform`); by curvature. */
  covariance: Float64Array;
}

/** One search, laid out: shared by fit, profile and bootstrap. */
export interface Search<Datum> {
  coarse: Problem<Datum>;
  fine: Problem<Datum>;
}

/** Check options and lay a fit out. */
export function prepareSearch<Datum>(
  law: Law<Datum>,
  data: readonly Datum[],
  options: FitOptions,
): Search<Datum> {
  const { delta = 1e-3, scale = "log", fixed = {}, bounds = {}, weights, grouping = 0.25 } = options;
  if (!(delta > 0)) {
    throw new RangeError(`Cannot fit ${law.name} as delta must be > 0: current value is ${delta}`);
  }
  if (!(grouping >= 0 && grouping <= 1)) {
    throw new RangeError(
      `Cannot fit ${law.name} as grouping must be in [0, 1]: current value is ${grouping}`,
    );
  }
  if (data.length === 0) throw new TypeError(`Cannot fit ${law.name} as there are no data`);
  for (const name of Object.keys(fixed)) {
    if (!law.parameters.some((parameter) => parameter.name === name)) {
      throw new TypeError(`Cannot fix ${name} as ${law.name} has no such parameter`);
    }
  }
  for (const [name, [low, high]] of Object.entries(bounds)) {
    const parameter = law.parameters.find((one) => one.name === name);
    if (!parameter) throw new TypeError(`Cannot bound ${name} as ${law.name} has no such parameter`);
    if (!(low >= parameter.lower && low < high && high <= parameter.upper)) {
      throw new RangeError(
        `Cannot bound ${name} of ${law.name} as bounds must ascend within ${parameter.lower} to ${parameter.upper}: current values are ${low} and ${high}`,
      );
    }
  }
  const exact = law.prepare(data);
  const { observed, owner } = exact;
  const free = law.parameters.length - Object.keys(fixed).length;
  if (observed.length < free) {
    throw new RangeError(
      `Cannot fit ${law.name} as its ${free} free parameters need as many values: the data hold ${observed.length}`,
    );
  }
  for (let i = 0; i < observed.length; i++) {
    if (!Number.isFinite(observed[i]) || (scale === "log" && observed[i] <= 0)) {
      throw new RangeError(
        `Cannot fit ${law.name} as values must be finite${
          scale === "log" ? " and positive" : ""
        }: value ${i} is ${observed[i]}`,
      );
    }
  }
  if (weights && weights.length !== data.length) {
    throw new TypeError(
      `Cannot fit ${law.name} as weights must be one a datum: ${weights.length} for ${data.length}`,
    );
  }
  const wrong = Array.from(weights ?? []).find((weight) => !(weight >= 0 && weight < Infinity));
  if (wrong !== undefined) {
    throw new RangeError(
      `Cannot fit ${law.name} as weights must be finite and >= 0: current value is ${wrong}`,
    );
  }
  const loss = {
    delta,
    scale,
    fixed,
    bounds,
    ...(weights ? { weights: Float64Array.from(owner, (d) => weights[d]) } : {}),
  };
  const fine = new Problem(law, exact, loss);
  if (!law.pairSums || grouping === 0) return { coarse: fine, fine };
  return { coarse: new Problem(law, law.prepare(data, { grouping }), loss), fine };
}

/**
 * Run one start: a few quasi-Newton steps to where residuals have a meaning, the linear parameters solved for under Huber's
 * weights, which jumps the narrow valley that they share with the exponents, then Levenberg-Marquardt down to the floor.
 */
export function runStart<Datum>(problem: Problem<Datum>, start: Float64Array): Minimum {
  const { lower, upper, options: { delta } } = problem;
  const near = lbfgs((u, g) => problem.gradient(u, g), start, {
    lower,
    upper,
    maxIterations: 5,
    tolerance: 1e-6,
  });
  if (near.why === "not finite") return near;
  const trust = problem.residuals(near.x).map((r) => Math.min(1, delta / Math.abs(r)));
  const jumped = problem.search(project(problem, problem.theta(near.x), trust));
  // On a bound a logarithm has no slope to leave it by.
  const inside = jumped.every((u, i) => u === near.x[i] || (u > lower[i] && u < upper[i]));
  const from = inside && problem.value(jumped) < near.value ? jumped : near.x;
  const end = levenbergMarquardt(problem, from, 150, 1e-9);
  return { ...end, iterations: near.iterations + end.iterations };
}

/**
 * Fit a law to data: the least sum of Huber losses of log residuals (2203.15556, section 3.3; the sum, not the mean, so that
 * tolerances bite: 2404.10102), from many starts, within the parameters' bounds.
 *
 * Each start runs L-BFGS, then Levenberg-Marquardt, its linear parameters solved for in between; the best are polished by Newton's method on exact sums. Starts come from
 * the law's grid with its linear parameters solved for (variable projection), and from the fits of the laws it contains, so
 * that a larger law never ends worse than a smaller one. There is no randomness: the same data give the same bits.
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
  const search = prepareSearch(law, data, options);
  const starts = startsOf(search.coarse, data, options);
  return finish(search, data, starts.map((start) => ({ start, end: runStart(search.coarse, start) })));
}

/** The best end of a search without polish: where the fit of a law that contains this one begins. */
export function bestEnd<Datum>(
  law: Law<Datum>,
  data: readonly Datum[],
  options: FitOptions,
): Record<string, number> {
  const { coarse } = prepareSearch(law, data, options);
  const ends = startsOf(coarse, data, options).map((start) => runStart(coarse, start));
  return namedParameters(law, coarse.theta(ends.reduce((a, b) => b.value < a.value ? b : a).x));
}

/** Polish the best ends of a search, and say how well the optimum is known. */
export function finish<Datum>(
  { coarse, fine }: Search<Datum>,
  data: readonly Datum[],
  runs: readonly { start: Float64Array; end: Minimum }[],
): Fit<Datum> {
  const { law } = fine;
  const named = (u: Float64Array) => namedParameters(law, fine.theta(u));
  const ranked = [...runs].sort((a, b) => (a.end.value - b.end.value) || 0);
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
    const astray = fine !== coarse && fine.value(end.x) > 1.1 * end.value;
    const near = astray ? levenbergMarquardt(fine, end.x, 60, 1e-9).x : end.x;
    const polished = polish(fine, coarse, near, fine === coarse ? 30 : 8);
    if (!best || polished.value < best.value) best = polished;
  }
  if (!best) throw new RangeError(`Cannot fit ${law.name} as the search found nothing`);
  const uncertainty = uncertaintyOf(fine, coarse, best.x);
  return {
    law,
    parameters: named(best.x),
    objective: best.value,
    starts: ranked.map(({ start, end }) => ({
      initial: named(start),
      final: named(end.x),
      objective: end.value,
      iterations: end.iterations,
      converged: end.converged,
      why: end.why,
    })),
    converged: best.converged,
    condition: uncertainty.condition,
    intervals: uncertainty.intervals,
    notIdentified: identify(coarse, best.x, uncertainty, law.diagnose?.(data) ?? []),
    observations: fine.prepared.observed.length,
    effectiveObservations: uncertainty.effectiveObservations,
    residualVariance: uncertainty.residualVariance,
    covariance: uncertainty.covariance,
  };
}

/** Parameters by name. */
export function namedParameters<Datum>(law: Law<Datum>, theta: Float64Array): Record<string, number> {
  return Object.fromEntries(law.parameters.map(({ name }, j) => [name, theta[j]]));
}

/** The free parameters of a fit on their search scale. */
export function searchOf<Datum>(
  problem: Problem<Datum>,
  parameters: Readonly<Record<string, number>>,
): Float64Array {
  return problem.search(parameterArray(problem.law, parameters));
}
