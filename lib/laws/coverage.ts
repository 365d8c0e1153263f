import {
  inRange,
  ofKind,
  oneOf,
  quantile,
  Random,
  studentQuantile,
  takes,
  wholeNumber,
} from "../base/mod.ts";
import { resample } from "./bootstrap.ts";
import { atBound, fromSearch, toSearch } from "./_problem.ts";
import { type Fit, fitLaw } from "./fit.ts";
import { checkInside, type FittedLaw, predictLaw } from "./law.ts";
import { profileLikelihood } from "./profile.ts";
import type { FitOptions } from "./search.ts";

/** Options of {@linkcode measureCoverage}. */
export interface CoverageOptions extends FitOptions {
  /** The standard deviation of the noise on the logarithm of a loss; of the middle part of Student's distribution for heavy tails. */
  noise: number;
  /** Normal noise, or Student's with three degrees of freedom. @default {"normal"} */
  tails?: "normal" | "heavy" | undefined;
  /** How many sets of data are simulated. @default {60} */
  sets?: number | undefined;
  /** Resamples of a bootstrap of each; 0 for none. @default {0} */
  resamples?: number | undefined;
  /** Names the random stream. @default {1} */
  seed?: number | string | undefined;
}

/** How often one kind of interval held the truth. */
export interface Coverage {
  /** The parameter. */
  parameter: string;
  /** How the interval was made; `shown` is what {@linkcode fitLaw} gives. */
  interval: "shown" | "profile" | "curvature" | "bootstrap";
  /** How often it should hold the truth. */
  confidence: number;
  /** How often it did, among the fits that gave one. */
  coverage: number;
  /** The share of fits that set no limit on either side: no interval was shown. */
  withheld: number;
  /** How many fits. */
  sets: number;
}

/** Anything with losses: a run with one, or a curve with many. */
interface Measured {
  steps?: ArrayLike<number>;
}

/**
 * How often intervals hold the truth: data are simulated under a law on a design, fitted, and the intervals compared with the
 * parameters that made the data, at 90 and 95 %. What an interval promises can be checked before a plan is built on it.
 *
 * @param truth The law and the parameters that make the data.
 * @param design Where it is measured: runs or curves; their losses are not read.
 * @throws {RangeError} If an option or a parameter is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { measureCoverage, powerFloorLaw } from "midtrain/laws";
 *
 * const design = Array.from({ length: 12 }, (_, i) => ({ amount: 1e8 * 2 ** i, loss: 1 }));
 * const truth = { law: powerFloorLaw, parameters: { E: 2, A: 300, alpha: 0.3 } };
 * const table = measureCoverage(truth, design, { noise: 2e-3, sets: 40 });
 * const shown = table.filter(({ interval }) => interval === "shown");
 * assert(shown.length === 3 && shown.every(({ coverage }) => coverage > 0.8));
 * ```
 */
export function measureCoverage<Datum extends object>(
  truth: FittedLaw<Datum>,
  design: readonly Datum[],
  options: CoverageOptions,
): Coverage[] {
  const cannot = "Cannot measure coverage";
  takes(
    cannot,
    options,
    "noise, tails?, sets?, resamples?, seed?, delta?, scale?, asymmetry?, starts?, fixed?, bounds?, weights?, grouping?",
  );
  ofKind(cannot, { truth }, "an object with law, parameters");
  ofKind(cannot, { design }, "a list");
  const { noise, tails = "normal", sets = 60, resamples = 0, seed = 1, ...fitOptions } = options;
  inRange(cannot, { noise }, "> 0");
  oneOf(cannot, { tails }, ["normal", "heavy"]);
  wholeNumber(cannot, { sets }, ">= 1");
  wholeNumber(cannot, { resamples }, ">= 0");
  checkInside(truth.law, truth.parameters);
  const count = design.reduce((sum, datum) => sum + ((datum as Measured).steps?.length ?? 1), 0);
  const exact = predictLaw(truth, withLosses(design, new Float64Array(count).fill(1)));
  const tallies = new Map<string, Tally>();
  for (let set = 0; set < sets; set++) {
    const random = new Random(seed).fork(set);
    const values = exact.map((loss) => loss * Math.exp(noise * draw(random, tails)));
    const data = withLosses(design, values);
    const fit = fitLaw(truth.law, data, fitOptions);
    const samples = resamples > 0 ? resample(fit, data, { ...fitOptions, seed: set }, 0, resamples) : [];
    for (const confidence of [0.9, 0.95]) {
      tally(tallies, truth, fit, { confidence, data, samples, fitOptions });
    }
  }
  return [...tallies.values()].map(({ held, given, ...row }) => ({
    ...row,
    coverage: given === 0 ? NaN : held / given,
    withheld: 1 - given / sets,
    sets,
  }));
}

type Tally = Pick<Coverage, "parameter" | "interval" | "confidence"> & { held: number; given: number };

/** Count for one fit, kind by kind, whether an interval was given and whether it held the truth. */
function tally<Datum>(
  tallies: Map<string, Tally>,
  truth: FittedLaw<Datum>,
  fit: Fit<Datum>,
  { confidence, data, samples, fitOptions }: {
    confidence: number;
    data: readonly Datum[];
    samples: readonly (Float64Array | undefined)[];
    fitOptions: FitOptions;
  },
): void {
  const { law } = truth;
  const free = law.parameters.filter(({ name }) => name in fit.intervals);
  const count = (
    parameter: string,
    interval: Coverage["interval"],
    ends: { low: number; high: number } | undefined,
  ) => {
    const key = `${parameter} ${interval} ${confidence}`;
    const row = tallies.get(key) ?? { parameter, interval, confidence, held: 0, given: 0 };
    tallies.set(key, row);
    if (!ends) return;
    row.given++;
    const value = truth.parameters[parameter];
    if (ends.low <= value && value <= ends.high) row.held++;
  };
  const profiles = confidence === 0.95 ? [] : profileLikelihood(fit, data, { ...fitOptions, confidence });
  const reach = studentQuantile((1 + confidence) / 2, Math.max(fit.degreesOfFreedom, 1));
  free.forEach((parameter, i) => {
    const { name, lower, upper } = parameter;
    const shown = fit.intervals[name];
    const open = shown.low <= lower * (1 + 1e-9) && shown.high >= upper * (1 - 1e-9);
    if (confidence === 0.95) count(name, "shown", open ? undefined : shown);
    else count(name, "profile", open ? undefined : profiles[i].interval);
    const u = toSearch(parameter, fit.parameters[name]);
    const [low, high] = [lower, upper].map((end) => toSearch(parameter, end)).sort((a, b) => a - b);
    const half = reach * Math.sqrt(fit.covariance[i * free.length + i]);
    const ends = [u - half, u + half].map((end) => fromSearch(parameter, Math.min(Math.max(end, low), high)));
    const curved = { low: Math.min(...ends), high: Math.max(...ends) };
    count(name, "curvature", open || atBound(u, low, high) ? undefined : curved);
    if (samples.length === 0) return;
    const place = law.parameters.indexOf(parameter);
    const drawn = samples.flatMap((sample) => sample ? [sample[place]] : []);
    const tail = (1 - confidence) / 2;
    count(
      name,
      "bootstrap",
      open || drawn.length === 0
        ? undefined
        : { low: quantile(drawn, tail), high: quantile(drawn, 1 - tail) },
    );
  });
}

/** A draw with median zero: of a spread of one in its middle part. */
function draw(random: Random, tails: "normal" | "heavy"): number {
  const z = random.normal();
  if (tails === "normal") return z;
  const squares = random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2;
  return z / Math.sqrt(squares / 3);
}

function withLosses<Datum extends object>(design: readonly Datum[], values: Float64Array): Datum[] {
  let at = 0;
  return design.map((datum) => {
    const { steps } = datum as Measured;
    if (!steps) return { ...datum, loss: values[at++] };
    const losses = values.slice(at, at + steps.length);
    at += steps.length;
    return { ...datum, losses };
  });
}
