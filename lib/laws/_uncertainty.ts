import { type Interval, studentQuantile } from "../base/mod.ts";
import { eigenSymmetric } from "./_linear.ts";
import type { Minimum } from "./_lbfgs.ts";
import { limitOf, riseOf } from "./_limit.ts";
import { paddedSize } from "./_machine.ts";
import { levenbergMarquardt } from "./_newton.ts";
import { atBound, fromSearch, type Problem } from "./_problem.ts";
import { normalEquations } from "./_vector.ts";

/** What the curvature at an optimum says. */
export interface Uncertainty {
  condition: number;
  effectiveObservations: number;
  residualVariance: number;
  /** Degrees of freedom of that variance; below one there is none. */
  freedom: number;
  /** Standard error of each free parameter on the search scale; NaN on a bound. */
  errors: Float64Array;
  /** Covariance of the free parameters on the search scale, row by row; zero for those on a bound. */
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
  const { lower, upper, options: { delta } } = fine;
  const m = u.length;
  const residuals = fine.residuals(u);
  const { owner } = fine.prepared;
  const { weights, leans } = fine.options;
  // What a residual pulls by: the slope of its loss.
  const pull = (i: number) => {
    const r = Math.min(Math.max(residuals[i], -delta), delta);
    return leans && r > 0 ? leans[i] * r : r;
  };
  // The Hessian of the expected loss: the mean slope of psi times the product of derivatives. The Hessian of the sum itself
  // jumps wherever a residual passes delta.
  const H = gram(coarse, u);
  const loose = Array.from(u, (_, i) => i).filter((i) => !atBound(u[i], lower[i], upper[i]));
  const size = loose.length;
  const A = new Float64Array(size * size);
  loose.forEach((i, r) => loose.forEach((j, c) => A[r * size + c] = H[i * m + j]));
  const { values, vectors } = eigenSymmetric(A, size);
  const largest = values[size - 1] ?? 1;
  const condition = size === 0 ? 1 : values[0] > 1e-16 * largest ? largest / values[0] : Infinity;
  const flat: number[][] = [];
  for (let k = 0; k < size && values[k] <= FLATTEST * largest; k++) {
    flat.push(loose.filter((_, r) => Math.abs(vectors[r * size + k]) > 1e-3));
  }
  // What a flat direction or a bound holds takes no degree of freedom.
  const used = size - flat.length;
  let counted = 0;
  let slopes = 0;
  let squares = 0;
  let psi = 0;
  let lagged = 0;
  let pairs = 0;
  for (let i = 0; i < residuals.length; i++) {
    const w = weights?.[i] ?? 1;
    if (w === 0) continue;
    const r = pull(i);
    counted++;
    const lean = residuals[i] > 0 ? leans?.[i] ?? 1 : 1;
    slopes += lean;
    squares += lean * lean;
    psi += w * r * r;
    if (i > 0 && owner[i] === owner[i - 1]) {
      const before = pull(i - 1);
      lagged += r * before;
      pairs += (r * r + before * before) / 2;
    }
  }
  const rho = pairs > 0 ? Math.min(Math.max(lagged / pairs, 0), 0.99) : 0;
  const effectiveObservations = counted * (1 - rho) / (1 + rho);
  const inside = shareInside(residuals.filter((_, i) => (weights?.[i] ?? 1) > 0), used, delta);
  const slope = inside * slopes / Math.max(counted, 1);
  // Where few values weigh the most, the parameters take more of them (Kish's effective size).
  const lost = used * (squares > 0 ? counted * squares / slopes ** 2 : 1);
  const residualVariance = psi / Math.max(counted - lost, 1) / slope * (1 + rho) / (1 - rho);
  // A spread told by the middle of the residuals is told by fewer of them: a median's efficiency is 0.4 and less.
  const freedom = (counted - lost) * (1 - rho) / (1 + rho) * (0.6 + 0.4 * inside);

  const errors = new Float64Array(m).fill(NaN);
  const covariance = new Float64Array(m * m);
  loose.forEach((i, r) =>
    loose.forEach((j, c) => {
      let sum = 0;
      // A direction without curvature makes only those parameters uncertain that it moves.
      for (let k = 0; k < size; k++) {
        sum += vectors[r * size + k] * vectors[c * size + k] / Math.max(values[k], 1e-16 * largest);
      }
      covariance[i * m + j] = sum * residualVariance / slope;
      if (i === j) errors[i] = Math.sqrt(covariance[i * m + i]);
    })
  );
  return { condition, effectiveObservations, residualVariance, freedom, errors, covariance, flat };
}

/**
 * 95 % intervals by profile: where the objective, all other parameters fitted again, has risen by what chance would raise it.
 * On data simulated under five laws they hold the truth as often as they say (`verify coverage`). A parameter along a flat
 * direction has its bounds, and so has each where no degree of freedom is left.
 *
 * @param others Where other starts ended: those that fit as well within chance belong to the interval too.
 */
export function intervalsOf<Datum>(
  problem: Problem<Datum>,
  u: Float64Array,
  { flat, freedom, residualVariance, errors }: Uncertainty,
  others: readonly Minimum[],
): Record<string, Interval> {
  const { law, free, lower, upper } = problem;
  const reach = studentQuantile(0.975, Math.max(freedom, 1));
  const least = Math.min(problem.value(u), levenbergMarquardt(problem, u, 60).value);
  const rise = riseOf(problem, least, reach * reach * residualVariance);
  const rivals = others.filter(({ value }) => value - least < rise).map(({ x }) => x);
  return Object.fromEntries(free.map((j, i) => {
    const parameter = law.parameters[j];
    const open = freedom <= 0 || flat.some((moved) => moved.includes(i));
    const first = Math.min(reach * errors[i] || 0.1, 3);
    const ends = [-1, 1].map((side) => {
      if (open) return (side < 0 ? lower : upper)[i];
      const limitFrom = (from: Float64Array) =>
        limitOf(problem, { u: from, least, rise }, i, side, first, { most: 12, within: 0.01 }).u;
      const limit = limitFrom(u);
      const furthest = rivals.reduce((a, b) => side * (b[i] - a[i]) > 0 ? b : a, u);
      return side * (furthest[i] - limit) > 1e-9 ? limitFrom(furthest) : limit;
    }).map((end) => fromSearch(parameter, end));
    return [parameter.name, {
      estimate: fromSearch(parameter, u[i]),
      low: Math.min(...ends),
      high: Math.max(...ends),
    }];
  }));
}

/**
 * The share of residuals within delta, by the normal distribution whose half lies where half of them lies. Counting them is
 * no estimate where they are a handful; and as many residuals as there are parameters are small only because the fit goes
 * through their values, so these are left out.
 */
function shareInside(residuals: Float64Array, parameters: number, delta: number): number {
  const sizes = residuals.map(Math.abs).sort().subarray(parameters);
  const half = Math.ceil(sizes.length / 2);
  const scale = sizes.length === 0
    ? 0
    : sizes[half - 1] / studentQuantile((1 + half / (sizes.length + 1)) / 2, Infinity);
  return scale === 0 || delta === Infinity ? 1 : 1 - 2 * normalTail(delta / scale);
}

/** P(Z > z) for z >= 0 (Abramowitz and Stegun 7.1.26: to 1e-7). */
function normalTail(z: number): number {
  const t = 1 / (1 + 0.3275911 * z / Math.SQRT2);
  const series = t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return series * Math.exp(-z * z / 2) / 2;
}

/** The weighted sum of products of the residuals' derivatives. */
function gram<Datum>(problem: Problem<Datum>, u: Float64Array): Float64Array {
  const m = u.length;
  const { weights } = problem.options;
  const { here: { residuals, columns }, here } = problem.workspace();
  const n = residuals.length;
  problem.linearise(u, here);
  const H = new Float64Array(m * m);
  const size = paddedSize(n);
  const derivatives = Array.from({ length: m }, (_, a) => columns.subarray(a * size, a * size + n));
  normalEquations(derivatives, weights ?? new Float64Array(n).fill(1), residuals, H, new Float64Array(m));
  return H;
}

/** A curvature below this share of the greatest is none: the prediction moves by less than its rounding. */
const FLATTEST = 1e-13;
