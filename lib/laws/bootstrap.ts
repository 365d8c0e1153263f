import {
  described,
  type Description,
  inRange,
  type Interval,
  mean,
  ofKind,
  percent,
  quantile,
  Random,
  sum,
  takes,
  wholeNumber,
} from "../base/mod.ts";
import { parametersTable } from "./_described.ts";
import { levenbergMarquardt, polish } from "./_newton.ts";
import { Problem } from "./_problem.ts";
import type { Fit } from "./fit.ts";
import { checkMoreValues, checkSame, type FitOptions, prepareSearch, searchOf } from "./search.ts";

/** Options of {@linkcode bootstrapLaw}. */
export interface BootstrapOptions extends FitOptions {
  /** How many resamples. @default {1000} */
  resamples?: number | undefined;
  /** Names the random stream; each resample has its own, so that any split of the work gives the same draws. @default {1} */
  seed?: number | string | undefined;
  /** How sure, as a share. @default {0.95} */
  confidence?: number | undefined;
}

/** What resampling finds. */
export interface Bootstrap {
  /** Percentile intervals by parameter. */
  intervals: Record<string, Interval>;
  /** Standard deviations by parameter. */
  deviations: Record<string, number>;
  /** Every resample's parameters, in the order of the law. */
  samples: Float64Array[];
  /** Resamples whose fit did not converge; they are left out of the intervals. */
  failed: number;
}

/**
 * Intervals by bootstrap: whole data (curves, runs) are drawn with replacement and the law is fitted again from the optimum.
 * Never points within a curve: their residuals follow each other, and resampling them makes intervals far too narrow.
 *
 * Resamples begin at the optimum and do not wander along a valley without a floor: where the fit set no limit (an end of its
 * interval is the parameter's bound), this interval has none either.
 *
 * A handful of curves resamples to few distinct sets; with fewer than six data prefer {@linkcode profileLikelihood}.
 *
 * @param fit What {@linkcode fitLaw} gave.
 * @param data The same data; pass the same fit options too.
 * @throws {RangeError} If there are fewer than two data, no more values than free parameters, or no resample converges.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bootstrapLaw, cooldownGainLaw, fitLaw } from "midtrain/laws";
 *
 * const runs = [1, 2, 4, 8, 16].flatMap((n) => [1, 3, 9].map((d) => ({
 *   params: n * 1e8, tokens: d * 1e10, gain: 0.07 * (n / 10) ** -0.13 * (1 + 0.01 * (-1) ** (n + d)),
 * })));
 * const options = { delta: Infinity }, fit = fitLaw(cooldownGainLaw, runs, options);
 * const { low, high } = bootstrapLaw(fit, runs, { ...options, resamples: 200 }).intervals.a!;
 * assert(low < -0.12 && -0.14 < high);
 * ```
 */
export function bootstrapLaw<Datum>(
  fit: Fit<Datum>,
  data: readonly Datum[],
  options: BootstrapOptions = {},
): Bootstrap {
  takes(
    "Cannot resample",
    options,
    "resamples?, seed?, confidence?, delta?, scale?, asymmetry?, starts?, fixed?, bounds?, weights?, grouping?",
  );
  ofKind("Cannot resample", { fit }, "an object with law, parameters");
  ofKind("Cannot resample", { data }, "a list");
  checkBootstrap(fit, options);
  const { resamples = 1000 } = options;
  return summarize(fit, resample(fit, data, options, 0, resamples), options);
}

/** Throw unless the options of a bootstrap are in their ranges. */
export function checkBootstrap<Datum>(fit: Fit<Datum>, options: BootstrapOptions): void {
  const cannot = `Cannot resample ${fit.law.name}`;
  const { resamples = 1000, confidence = 0.95 } = options;
  wholeNumber(cannot, { resamples }, ">= 1");
  inRange(cannot, { confidence }, "in (0, 1)");
}

/** The resamples from `first` up to `last`: parameters, or undefined where the fit failed. */
export function resample<Datum>(
  fit: Fit<Datum>,
  data: readonly Datum[],
  options: BootstrapOptions,
  first: number,
  last: number,
): (Float64Array | undefined)[] {
  return ends(fit, data, options, first, last).map(({ theta, converged }) => converged ? theta : undefined);
}

/** Where the fits of the resamples ended. */
export function ends<Datum>(
  fit: Fit<Datum>,
  data: readonly Datum[],
  options: BootstrapOptions,
  first: number,
  last: number,
): { theta: Float64Array; converged: boolean }[] {
  if (data.length < 2) {
    throw new RangeError(`Cannot resample as there must be at least two data: there are ${data.length}`);
  }
  const { seed = 1 } = options;
  const { coarse, fine } = prepareSearch(fit.law, data, options);
  checkSame("Cannot resample", fit, fine);
  checkMoreValues("Cannot resample", fine);
  const { owner } = coarse.prepared;
  const weights = new Float64Array(owner.length);
  const counts = new Float64Array(data.length);
  const problem = new Problem(fit.law, coarse.prepared, { ...coarse.options, weights });
  const optimum = searchOf(problem, fit.parameters);
  const random = new Random(seed);
  const base = options.weights;
  return Array.from({ length: last - first }, (_, r) => {
    const draw = random.fork(first + r);
    counts.fill(0);
    for (let i = 0; i < data.length; i++) counts[draw.int(data.length)]++;
    for (let i = 0; i < weights.length; i++) weights[i] = counts[owner[i]] * (base?.[owner[i]] ?? 1);
    let end = levenbergMarquardt(problem, optimum, 100, 1e-8);
    if (!end.converged) end = polish(problem, problem, end.x);
    return { theta: problem.theta(end.x), converged: end.converged && Number.isFinite(end.value) };
  });
}

/** Intervals over resamples. */
export function summarize<Datum>(
  fit: Fit<Datum>,
  resampled: readonly (Float64Array | undefined)[],
  options: BootstrapOptions,
): Bootstrap {
  const { confidence = 0.95 } = options;
  const samples = resampled.filter((sample) => sample !== undefined);
  if (samples.length === 0) {
    throw new RangeError(`Cannot give intervals as none of ${resampled.length} resamples converged`);
  }
  const tail = (1 - confidence) / 2;
  const intervals: Record<string, Interval> = {};
  const deviations: Record<string, number> = {};
  fit.law.parameters.forEach(({ name, lower, upper }, j) => {
    const values = Float64Array.from(samples, (sample) => sample[j]);
    const whole = fit.intervals[name];
    intervals[name] = {
      estimate: fit.parameters[name],
      low: whole && whole.low <= lower * (1 + 1e-9) ? whole.low : quantile(values, tail),
      high: whole && whole.high >= upper * (1 - 1e-9) ? whole.high : quantile(values, 1 - tail),
    };
    const centre = mean(values);
    deviations[name] = Math.sqrt(
      sum(values.map((value) => (value - centre) ** 2)) / Math.max(values.length - 1, 1),
    );
  });
  described(intervals, () => parametersTable(fit.law, intervals));
  const result: Bootstrap = { intervals, deviations, samples, failed: resampled.length - samples.length };
  return described(result, () => tellBootstrap(fit, result, confidence));
}

/** A bootstrap as `show` prints it. */
function tellBootstrap<Datum>(
  { law }: Fit<Datum>,
  { intervals, samples, failed }: Bootstrap,
  confidence: number,
): Description {
  const lost = failed > 0 ? `; ${failed.toLocaleString("en")} did not converge and are left out` : "";
  return [
    ...parametersTable(law, intervals),
    `${percent(confidence)} of ${samples.length.toLocaleString("en")} resamples of whole data${lost}`,
  ];
}
