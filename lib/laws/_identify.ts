import type { Interval } from "../base/mod.ts";
import { holdParameters } from "./_held.ts";
import { eigenSymmetric } from "./_linear.ts";
import { fromSearch, type Problem } from "./_problem.ts";

/** What the curvature at an optimum says. */
export interface Uncertainty {
  condition: number;
  intervals: Record<string, Interval>;
  effectiveObservations: number;
  residualVariance: number;
  /** Standard error of each free parameter on the search scale; NaN on a bound. */
  errors: Float64Array;
  /** Their covariance, row by row; zero for those on a bound. */
  covariance: Float64Array;
  /** For each direction along which no prediction changes, the free parameters that it moves. */
  flat: number[][];
}

/** Standard errors of the M-estimate from the Hessian at `u`, with residuals along a curve counted as far as they are new. */
export function uncertaintyOf<Datum>(
  fine: Problem<Datum>,
  coarse: Problem<Datum>,
  u: Float64Array,
): Uncertainty {
  const { law, lower, upper, options: { delta } } = fine;
  const m = u.length;
  const residuals = fine.residuals(u);
  const { owner } = fine.prepared;
  const weights = fine.options.weights;
  let psi = 0;
  let inside = 0;
  let total = 0;
  let lagged = 0;
  let pairs = 0;
  for (let i = 0; i < residuals.length; i++) {
    const w = weights?.[i] ?? 1;
    const r = Math.min(Math.max(residuals[i], -delta), delta);
    psi += w * r * r;
    if (Math.abs(residuals[i]) <= delta) inside += w;
    total += w;
    if (i > 0 && owner[i] === owner[i - 1] && w > 0) {
      const before = Math.min(Math.max(residuals[i - 1], -delta), delta);
      lagged += r * before;
      pairs += (r * r + before * before) / 2;
    }
  }
  const rho = pairs > 0 ? Math.min(Math.max(lagged / pairs, 0), 0.99) : 0;
  const effectiveObservations = total * (1 - rho) / (1 + rho);
  const variance = psi / Math.max(total - m, 1) / Math.max(inside / total, 1 / total);
  const residualVariance = variance * (1 + rho) / (1 - rho);

  // The Hessian of the expected loss: the mean slope of psi times the product of derivatives. The Hessian of the sum itself
  // jumps wherever a residual passes delta.
  const H = gram(coarse, u);
  for (let i = 0; i < H.length; i++) H[i] *= Math.max(inside, 1) / total;
  const loose = Array.from(u, (_, i) => i).filter((i) => !atBound(u[i], lower[i], upper[i]));
  const size = loose.length;
  const A = new Float64Array(size * size);
  loose.forEach((i, r) => loose.forEach((j, c) => A[r * size + c] = H[i * m + j]));
  const { values, vectors } = eigenSymmetric(A, size);
  const largest = values[size - 1] ?? 1;
  const condition = size === 0 ? 1 : values[0] > 1e-16 * largest ? largest / values[0] : Infinity;
  const errors = new Float64Array(m).fill(NaN);
  const intervals: Record<string, Interval> = {};
  const covariance = new Float64Array(m * m);
  const flat: number[][] = [];
  for (let k = 0; k < size && values[k] <= FLATTEST * largest; k++) {
    flat.push(loose.filter((_, r) => Math.abs(vectors[r * size + k]) > 1e-3));
  }
  loose.forEach((i, r) =>
    loose.forEach((j, c) => {
      let sum = 0;
      // A direction without curvature makes only those parameters uncertain that it moves.
      for (let k = 0; k < size; k++) {
        sum += vectors[r * size + k] * vectors[c * size + k] / Math.max(values[k], 1e-16 * largest);
      }
      covariance[i * m + j] = sum * residualVariance;
      if (i === j) errors[i] = Math.sqrt(covariance[i * m + i]);
    })
  );
  fine.free.forEach((j, i) => {
    const parameter = law.parameters[j];
    const lost = flat.some((moved) => moved.includes(i));
    const half = lost ? Infinity : 1.959963984540054 * (Number.isNaN(errors[i]) ? 0 : errors[i]);
    const ends = [u[i] - half, u[i] + half]
      .map((end) => fromSearch(parameter, Math.min(Math.max(end, lower[i]), upper[i])));
    intervals[parameter.name] = {
      estimate: fromSearch(parameter, u[i]),
      low: Math.min(...ends),
      high: Math.max(...ends),
    };
  });
  return { condition, intervals, effectiveObservations, residualVariance, errors, covariance, flat };
}

/** The weighted sum of products of the residuals' derivatives. */
function gram<Datum>(problem: Problem<Datum>, u: Float64Array): Float64Array {
  const m = u.length;
  const { weights } = problem.options;
  const { here: { residuals, columns }, here } = problem.workspace();
  const n = residuals.length;
  problem.linearise(u, here);
  const H = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (weights?.[i] ?? 1) * columns[a * n + i] * columns[b * n + i];
      H[a * m + b] = H[b * m + a] = sum;
    }
  }
  return H;
}

/** A curvature below this share of the greatest is none: the prediction moves by less than its rounding. */
const FLATTEST = 1e-13;

/** Whether a value lies on a bound, within what the search resolves. */
export function atBound(u: number, lower: number, upper: number, within = 1e-7): boolean {
  return u - lower <= within * Math.max(1, Math.abs(lower)) ||
    upper - u <= within * Math.max(1, Math.abs(upper));
}

/** Sentences on the parameters that the data do not tell, those that are open together first. */
export function identify<Datum>(
  problem: Problem<Datum>,
  u: Float64Array,
  uncertainty: Uncertainty,
  known: readonly string[],
): string[] {
  const told = [...known, ...together(problem, uncertainty)];
  told.push(...onBounds(problem, u, told));
  told.push(...eachParameter(problem, u, uncertainty, told));
  return [...told, ...tooFew(problem)];
}

/** What the parameters are not told together. */
function together<Datum>({ law, free }: Problem<Datum>, { flat }: Uncertainty): string[] {
  const names = free.map((j) => law.parameters[j].name);
  return groupsOf(flat).map(({ moved, directions }) => {
    const those = moved.map((i) => names[i]).join(", ");
    return moved.length === 1
      ? `${those} of ${law.name} is not identified: no prediction of these data changes with it`
      : `${those} of ${law.name} are not identified: these data tell only ${
        Math.max(moved.length - directions, 0)
      } of ${moved.length} combinations of them, and whatever the others are fits alike`;
  });
}

/** That there are no more values than parameters. */
function tooFew<Datum>({ law, free, prepared, options: { weights } }: Problem<Datum>): string[] {
  const counted = weights ? weights.filter((weight) => weight > 0).length : prepared.observed.length;
  return counted > free.length ? [] : [
    `The ${free.length} free parameters of ${law.name} are as many as the values: it goes through them whatever the truth is, and its intervals say nothing`,
  ];
}

/** Directions that share a parameter, as one group. */
function groupsOf(flat: readonly number[][]): { moved: number[]; directions: number }[] {
  const groups: { moved: number[]; directions: number }[] = [];
  for (const direction of flat) {
    const touching = groups.filter(({ moved }) => moved.some((i) => direction.includes(i)));
    const moved = [...new Set([...direction, ...touching.flatMap((group) => group.moved)])].sort((a, b) =>
      a - b
    );
    const directions = touching.reduce((sum, group) => sum + group.directions, 1);
    groups.splice(0, groups.length, ...groups.filter((group) => !touching.includes(group)), {
      moved,
      directions,
    });
  }
  return groups;
}

/** The words of a sentence, among them the parameters that it speaks of. */
function wordsOf(sentence: string): string[] {
  return sentence.split(/[ ,]+/);
}

/** Sentences on the parameters that end on a bound. */
function onBounds<Datum>(problem: Problem<Datum>, u: Float64Array, told: readonly string[]): string[] {
  const { law, lower, upper } = problem;
  const spoken = new Set(told.flatMap(wordsOf));
  return problem.free.flatMap((j, i) => {
    const parameter = law.parameters[j];
    return spoken.has(parameter.name) || !atBound(u[i], lower[i], upper[i], 1e-3) ? [] : [
      `${parameter.name} of ${law.name} is not identified: the fit ends on its bound ${
        show(fromSearch(parameter, u[i]))
      }, and the data would take it further`,
    ];
  });
}

/** Sentences on the parameters one by one, but for those that are spoken of already. */
function eachParameter<Datum>(
  problem: Problem<Datum>,
  u: Float64Array,
  { intervals, residualVariance }: Uncertainty,
  told: readonly string[],
): string[] {
  const { law, lower, upper } = problem;
  const least = problem.value(u);
  const rise = Math.max(3.841459 * residualVariance / 2, problem.floor);
  const spoken = new Set(told.flatMap(wordsOf));
  return problem.free.flatMap((j, i) => {
    const parameter = law.parameters[j];
    const { name, transform } = parameter;
    const { estimate, low, high } = intervals[name];
    if (spoken.has(name)) return [];
    const ends = [lower[i], upper[i]].map((end) => fromSearch(parameter, end)).sort((a, b) => a - b);
    if (near(low, ends[0]) && near(high, ends[1])) {
      return `${name} of ${law.name} is not identified: by curvature anything within its bounds, ${
        show(low)
      } to ${show(high)}, fits these data`;
    }
    // The test that curvature alone may miss: a third, or three times, of the value, with all others fitted again.
    const probes = transform === "identity" ? [0] : [u[i] - Math.log(3), u[i] + Math.log(3)];
    const flat = probes.some((place) =>
      place > lower[i] && place < upper[i] && holdParameters(problem, i, u, place, 15).value - least < rise
    );
    if (!flat) return [];
    return transform === "identity"
      ? `${name} of ${law.name} is weakly identified: ${
        show(estimate)
      }, but zero fits these data as well within chance`
      : `${name} of ${law.name} is weakly identified: its objective is flat around ${
        show(estimate)
      }, and a value three times off fits these data as well within chance (by curvature ${show(low)} to ${
        show(high)
      })`;
  });
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b));
}

function show(value: number): string {
  const size = Math.abs(value);
  return size > 0 && (size < 1e-4 || size >= 1e6)
    ? value.toExponential(2).replace(/\.?0*e\+?/, "e")
    : Number(value.toPrecision(3)).toString();
}
