import { inRange, must, oneOf, wholeNumber } from "../base/mod.ts";
import type { Minimum } from "./_lbfgs.ts";
import { levenbergMarquardt } from "./_newton.ts";
import { Problem } from "./_problem.ts";
import { openingsOf } from "./_openings.ts";
import { project } from "./_project.ts";
import {
  checkInside,
  type FittedLaw,
  type Law,
  namedParameters,
  type Observations,
  parameterArray,
} from "./law.ts";

/** How a law is fitted. */
export interface FitOptions {
  /** Where the Huber loss of a residual turns from square to linear; Infinity gives least squares. @default {1e-3} */
  delta?: number | undefined;
  /** Residuals of the logarithm of the value, or of the value. @default {"log"} */
  scale?: "log" | "linear" | undefined;
  /**
   * How many times as much an overestimate costs as an underestimate of the same size. Above 1 the law runs below most values:
   * the loss that a run without mishap reaches. Below 1 it runs above most: a plan that must not promise too much.
   * @default {1}
   */
  asymmetry?: number | undefined;
  /** How many starts, the best of the law's grid; or the starts themselves. @default {8} */
  starts?: number | readonly Readonly<Record<string, number>>[] | undefined;
  /** Parameters held at a value. */
  fixed?: Readonly<Record<string, number>> | undefined;
  /** Lower and upper bounds of parameters, narrower than the law's own: a paper's bounds belong to its fit. @default {the law's} */
  bounds?: Readonly<Record<string, readonly [number, number]>> | undefined;
  /** Weight of each datum (curve or run) in the sum. @default {1 each} */
  weights?: ArrayLike<number> | undefined;
  /**
   * In the laws over all pairs of steps the search sums learning-rate changes as one where they lie closer together than this
   * share of their distance from the measured step. The final polish and the objective are exact; 0 searches exactly too.
   * @default {0.25}
   */
  grouping?: number | undefined;
}

/** One search, laid out: shared by fit, profile and bootstrap. */
export interface Search<Datum> {
  /** The law on the data with grouped sums, where it has such. */
  coarse: Problem<Datum>;
  /** With exact sums. */
  fine: Problem<Datum>;
}

/** Check options and lay a fit out. */
export function prepareSearch<Datum>(
  law: Law<Datum>,
  data: readonly Datum[],
  options: FitOptions,
): Search<Datum> {
  const { delta = 1e-3, scale = "log", asymmetry = 1, grouping = 0.25 } = options;
  const { fixed = {}, bounds = {}, weights } = options;
  const cannot = `Cannot fit ${law.name}`;
  inRange(cannot, { delta }, "> 0");
  inRange(cannot, { grouping }, "in [0, 1]");
  inRange(cannot, { asymmetry }, "in [0.01, 100]");
  oneOf(cannot, { scale }, ["log", "linear"]);
  if (data.length === 0) throw new TypeError(`${cannot} as there are no data`);
  checkParameters(law, fixed, bounds);
  const exact = law.prepare(data);
  checkWeights(cannot, weights, data.length);
  checkValues(law, exact, { scale, fixed, weights });
  const loss = {
    delta,
    scale,
    fixed,
    bounds,
    weights: weights && Float64Array.from(exact.owner, (d) => weights[d]),
    leans: asymmetry === 1 ? undefined : new Float64Array(exact.observed.length).fill(asymmetry),
  };
  const fine = new Problem(law, exact, loss);
  if (!law.pairSums || grouping === 0) return { coarse: fine, fine };
  return { coarse: new Problem(law, law.prepare(data, { grouping }), loss), fine };
}

function checkParameters<Datum>(
  law: Law<Datum>,
  fixed: NonNullable<FitOptions["fixed"]>,
  bounds: NonNullable<FitOptions["bounds"]>,
): void {
  const named = (name: string) => law.parameters.find((parameter) => parameter.name === name);
  const names = law.parameters.map(({ name }) => name).join(", ");
  const unknown = `${law.name} has no such parameter: it has ${names}`;
  for (const name of Object.keys(fixed)) {
    const parameter = named(name);
    if (!parameter) throw new TypeError(`Cannot fix ${name} as ${unknown}`);
    const [low, high] = bounds[name] ?? [parameter.lower, parameter.upper];
    inRange(`Cannot fix ${name} of ${law.name}`, { [name]: fixed[name] }, `in [${low}, ${high}]`);
  }
  for (const [name, [low, high]] of Object.entries(bounds)) {
    const parameter = named(name);
    if (!parameter) throw new TypeError(`Cannot bound ${name} as ${unknown}`);
    if (!(low >= parameter.lower && low < high && high <= parameter.upper)) {
      throw new RangeError(
        `Cannot bound ${name} of ${law.name} as bounds must ascend within ${parameter.lower} to ${parameter.upper}: current values are ${low} and ${high}`,
      );
    }
  }
}

function checkValues<Datum>(
  law: Law<Datum>,
  { observed, owner }: Observations,
  { scale, fixed, weights }: Pick<FitOptions, "weights"> & { scale: "log" | "linear"; fixed: object },
): void {
  const free = law.parameters.length - Object.keys(fixed).length;
  const counted = weights ? owner.filter((d) => weights[d] > 0).length : observed.length;
  if (counted < Math.max(free, 1)) {
    throw new RangeError(
      `Cannot fit ${law.name} as its ${free} free parameters need as many values${
        weights ? " of a weight > 0" : ""
      }: the data hold ${counted}`,
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
}

function checkWeights(cannot: string, weights: FitOptions["weights"], count: number): void {
  if (!weights) return;
  if (weights.length !== count) {
    throw new TypeError(`${cannot} as weights must be one a datum: ${weights.length} for ${count}`);
  }
  const wrong = Array.from(weights).find((weight) => !(weight >= 0 && weight < Infinity));
  must(cannot, "weights must be finite and >= 0", wrong, wrong === undefined);
}

/** Run one opening down to the floor. */
export function runStart<Datum>(problem: Problem<Datum>, place: Float64Array): Minimum {
  return levenbergMarquardt(problem, place, 200, 1e-9);
}

/** The starts of a fit on the search scale: those given, or the best of the grid; and the optima of the contained laws. */
export function startsOf<Datum>(
  problem: Problem<Datum>,
  data: readonly Datum[],
  options: FitOptions,
): Float64Array[] {
  const { law } = problem;
  const { starts = 8, fixed = {} } = options;
  const list: Float64Array[] = [];
  if (typeof starts !== "number") {
    if (starts.length === 0) throw new TypeError(`Cannot fit ${law.name} as starts must not be empty`);
    list.push(...starts.map((start) => {
      checkInside(law, { ...start, ...fixed });
      return searchOf(problem, { ...start, ...fixed });
    }));
  } else {
    wholeNumber(`Cannot fit ${law.name}`, { starts }, ">= 1");
    list.push(...gridStarts(problem, starts, fixed));
  }
  for (const { law: inner, embed } of law.contains ?? []) {
    // A held parameter may cut the smaller law out of this one.
    if (Object.keys(fixed).length > 0) break;
    const { bounds: _, ...rest } = options;
    list.push(searchOf(problem, embed(bestEnd(inner, data, { ...rest, starts: 3 }), data)));
  }
  return list;
}

function gridStarts<Datum>(
  problem: Problem<Datum>,
  count: number,
  fixed: Readonly<Record<string, number>>,
): Float64Array[] {
  const { law } = problem;
  const linear = Object.fromEntries(law.linear.map((name) => [name, 1]));
  let points: Record<string, number>[] = [{ ...fixed }];
  for (const [name, values] of Object.entries(law.grid)) {
    if (name in fixed) continue;
    points = points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
  }
  return points
    .map((point) => problem.search(project(problem, parameterArray(law, { ...linear, ...point }))))
    .map((u) => ({ u, value: problem.value(u) }))
    .filter(({ value }) => Number.isFinite(value))
    .sort((a, b) => a.value - b.value)
    .slice(0, count)
    .map(({ u }) => u);
}

/** The best end of a search without polish: where the fit of a law that contains this one begins. */
function bestEnd<Datum>(
  law: Law<Datum>,
  data: readonly Datum[],
  options: FitOptions,
): Record<string, number> {
  const { coarse } = prepareSearch(law, data, options);
  const ends = openingsOf(coarse, startsOf(coarse, data, options)).places.map((place) =>
    runStart(coarse, place)
  );
  return namedParameters(law, coarse.theta(ends.reduce((a, b) => b.value < a.value ? b : a).x));
}

/** Throw unless the data and options are those of the fit: its optimum then has the objective that it had. */
export function checkSame<Datum>(
  cannot: string,
  fit: FittedLaw<Datum> & { objective: number },
  problem: Problem<Datum>,
): void {
  const now = problem.value(searchOf(problem, fit.parameters));
  if (Math.abs(now - fit.objective) <= 1e-6 * fit.objective + problem.floor) return;
  throw new RangeError(
    `${cannot} ${fit.law.name} as data and options must be those of the fit: its objective is ${fit.objective} and that of these ${now}`,
  );
}

/** Throw unless there are more values than free parameters: a law that goes through all of them leaves nothing to judge it by. */
export function checkMoreValues<Datum>(
  cannot: string,
  { law, free, prepared, options }: Problem<Datum>,
): void {
  const values = options.weights?.filter((weight) => weight > 0).length ?? prepared.observed.length;
  inRange(`${cannot} ${law.name}`, { values }, `> ${free.length}`);
}

/** The free parameters of a fit on their search scale. */
export function searchOf<Datum>(
  problem: Problem<Datum>,
  parameters: Readonly<Record<string, number>>,
): Float64Array {
  return problem.search(parameterArray(problem.law, parameters));
}
