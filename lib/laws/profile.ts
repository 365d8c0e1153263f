import {
  described,
  type Description,
  inRange,
  type Interval,
  ofKind,
  percent,
  studentQuantile,
  takes,
  wholeNumber,
} from "../base/mod.ts";
import { parametersTable } from "./_described.ts";
import { limitOf, riseOf } from "./_limit.ts";
import { levenbergMarquardt } from "./_newton.ts";
import { fromSearch, type Problem, toSearch } from "./_problem.ts";
import type { Fit } from "./fit.ts";
import { checkMoreValues, checkSame, type FitOptions, prepareSearch, searchOf } from "./search.ts";

/** One parameter's profile: the least objective at each of its values, all others refitted. */
export interface Profile {
  /** The parameter. */
  parameter: string;
  /** Values of the parameter, ascending, and the least objective there. */
  points: { value: number; objective: number }[];
  /** The objective that bounds the interval. */
  threshold: number;
  /** Where the profile crosses the threshold; a bound of the parameter where it does not. */
  interval: Interval;
  /** Whether the profile crosses below and above: where it does not, the data set no limit on that side. */
  closed: { low: boolean; high: boolean };
  /** A sentence when the data set no limit on a side. */
  warning?: string;
}

/** Options of {@linkcode profileLikelihood}. */
export interface ProfileOptions extends FitOptions {
  /** Which parameters. @default {all that were not fixed} */
  parameters?: readonly string[] | undefined;
  /** How sure, as a share. @default {0.95} */
  confidence?: number | undefined;
  /** Most points on each side. @default {25} */
  pointsPerSide?: number | undefined;
}

/**
 * Intervals by profile likelihood: each parameter is moved away from its optimum while all others are fitted again, until the
 * objective has risen by what chance would raise it. Unlike curvature it shows a flat valley for what it is.
 *
 * The likelihood ratio uses the robust variance of the residuals, with residuals that follow each other along a curve
 * counted as far as they are new (`fit.residualVariance`). Curves are profiled with the grouping of the search.
 *
 * @param fit What {@linkcode fitLaw} gave.
 * @param data The same data; pass the same options too.
 * @throws {RangeError} If there are no more values than free parameters.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitLaw, onePowerLaw, predictCurve, profileLikelihood } from "midtrain/laws";
 *
 * const learningRates = new Float64Array(1000).fill(1e-3), steps = Array.from({ length: 30 }, (_, i) => 100 + 30 * i);
 * const exact = predictCurve({ law: onePowerLaw, parameters: { L0: 2.5, A: 0.4, alpha: 0.5 } }, { learningRates, steps });
 * const curve = { name: "run", learningRates, steps, losses: exact.map((loss, i) => loss + 1e-3 * (-1) ** i) };
 * const [alpha] = profileLikelihood(fitLaw(onePowerLaw, [curve]), [curve], { parameters: ["alpha"] });
 * assert(alpha!.interval.low < 0.5 && 0.5 < alpha!.interval.high);
 * ```
 */
export function profileLikelihood<Datum>(
  fit: Fit<Datum>,
  data: readonly Datum[],
  options: ProfileOptions = {},
): Profile[] {
  takes(
    "Cannot profile",
    options,
    "parameters?, confidence?, pointsPerSide?, delta?, scale?, asymmetry?, starts?, fixed?, bounds?, weights?, grouping?",
  );
  ofKind("Cannot profile", { fit }, "an object with law, parameters");
  ofKind("Cannot profile", { data }, "a list");
  const { confidence = 0.95, pointsPerSide = 25, fixed = {} } = options;
  const { law } = fit;
  const cannot = `Cannot profile ${law.name}`;
  inRange(cannot, { confidence }, "in (0, 1)");
  wholeNumber(cannot, { pointsPerSide }, ">= 1");
  const names = options.parameters ??
    law.parameters.map(({ name }) => name).filter((name) => !(name in fixed));
  const { coarse, fine } = prepareSearch(law, data, options);
  checkSame("Cannot profile", fit, fine);
  checkMoreValues("Cannot profile", fine);
  const quantile = studentQuantile((1 + confidence) / 2, Math.max(fit.degreesOfFreedom, 1)) ** 2;
  const profiles = names.map((name) => {
    const parameter = law.parameters.find((one) => one.name === name);
    if (!parameter || name in fixed) {
      throw new TypeError(`Cannot profile ${name} as it is no free parameter of ${law.name}`);
    }
    return profile(coarse, fit, name, quantile * fit.residualVariance, pointsPerSide);
  });
  return described(profiles, () => tellProfiles(fit, profiles, confidence));
}

function profile<Datum>(
  whole: Problem<Datum>,
  fit: Fit<Datum>,
  name: string,
  deviance: number,
  most: number,
): Profile {
  const { law } = fit;
  const j = law.parameters.findIndex((parameter) => parameter.name === name);
  const parameter = law.parameters[j];
  const place = whole.free.indexOf(j);
  const u = searchOf(whole, fit.parameters);
  // With the search's grouping the optimum may lie elsewhere by a trifle; the rise counts from there.
  const least = Math.min(whole.value(u), levenbergMarquardt(whole, u, 60).value);
  const rise = riseOf(whole, least, deviance);
  const points = [{ u: u[place], objective: least }];
  const first = firstStep(fit, name, u[place]);
  const { low, high } = fit.intervals[name];
  const ends = [-1, 1].map((side) => {
    const bound = (side < 0 ? whole.lower : whole.upper)[place];
    // Along a flat direction other parameters' bounds, or rounding, would end the profile: the data do not.
    const open = [low, high].some((end) =>
      Math.abs(toSearch(parameter, end) - bound) <= 1e-9 * Math.max(1, Math.abs(bound))
    );
    const limit = limitOf(whole, { u, least, rise }, place, side, first, {
      most,
      within: 1e-3,
      tell: (u, objective) => points.push({ u, objective }),
    });
    return open ? { u: bound, closed: false } : limit;
  });
  const values = ends.map(({ u }) => fromSearch(parameter, u));
  const swap = values[0] > values[1];
  const [below, above] = swap ? [1, 0] : [0, 1];
  const closed = { low: ends[below].closed, high: ends[above].closed };
  const open = [...(closed.low ? [] : ["below"]), ...(closed.high ? [] : ["above"])].join(" or ");
  return {
    parameter: name,
    points: points.map(({ u, objective }) => ({ value: fromSearch(parameter, u), objective })).sort((a, b) =>
      a.value - b.value
    ),
    threshold: least + rise,
    interval: { estimate: fit.parameters[name], low: values[below], high: values[above] },
    closed,
    ...(open
      ? {
        warning:
          `${name} of ${law.name} has no limit ${open}: its profile stays flat as far as it was followed`,
      }
      : {}),
  };
}

/** A third of the way to the end of the fit's interval. */
function firstStep<Datum>(fit: Fit<Datum>, name: string, u: number): number {
  const { low, high } = fit.intervals[name];
  const parameter = fit.law.parameters.find((one) => one.name === name)!;
  const ends = [low, high].map((value) => Math.abs(toSearch(parameter, value) - u));
  const half = Math.max(...ends.filter((end) => Number.isFinite(end) && end > 0), 0);
  return half > 0 ? Math.min(half / 3, 2) : 0.1;
}

function tellProfiles<Datum>(
  { law }: Fit<Datum>,
  profiles: readonly Profile[],
  confidence: number,
): Description {
  return [
    ...parametersTable(
      law,
      Object.fromEntries(profiles.map(({ parameter, interval }) => [parameter, interval])),
    ),
    `${percent(confidence)} by profile likelihood`,
    ...profiles.flatMap(({ warning }) => warning ?? []),
  ];
}
