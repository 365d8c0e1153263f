import type { Interval } from "../base/mod.ts";
import { holdParameters } from "./_held.ts";
import { eigenSymmetric } from "./_linear.ts";
import { fromSearch, Problem } from "./_problem.ts";

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
  const H = new Float64Array(m * m);
  new Problem(law, coarse.prepared, { ...coarse.options, delta: Infinity }).normal(
    u,
    new Float64Array(m),
    H,
    1,
  );
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
    const half = 1.959963984540054 * (Number.isNaN(errors[i]) ? 0 : errors[i]);
    const ends = [u[i] - half, u[i] + half]
      .map((end) => fromSearch(parameter, Math.min(Math.max(end, lower[i]), upper[i])));
    intervals[parameter.name] = {
      estimate: fromSearch(parameter, u[i]),
      low: Math.min(...ends),
      high: Math.max(...ends),
    };
  });
  return { condition, intervals, effectiveObservations, residualVariance, errors, covariance };
}

/** Whether a value lies on a bound, within what the search resolves. */
export function atBound(u: number, lower: number, upper: number): boolean {
  return u - lower <= 1e-7 * Math.max(1, Math.abs(lower)) || upper - u <= 1e-7 * Math.max(1, Math.abs(upper));
}

/** Sentences on the parameters that the data do not tell. */
export function identify<Datum>(
  problem: Problem<Datum>,
  u: Float64Array,
  uncertainty: Uncertainty,
  known: readonly string[],
): string[] {
  const { law, lower, upper } = problem;
  const { intervals, residualVariance } = uncertainty;
  const least = problem.value(u);
  const rise = 3.841459 * residualVariance / 2;
  return [
    ...known,
    ...problem.free.flatMap((j, i) => {
      const { name, transform } = law.parameters[j];
      const { estimate, low, high } = intervals[name];
      if (known.some((sentence) => sentence.split(/[ ,]+/).includes(name))) return [];
      if (atBound(u[i], lower[i], upper[i])) {
        return `${name} of ${law.name} is not identified: the fit ends on its bound ${
          show(estimate)
        }, and the data would take it further`;
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
    }),
  ];
}

function show(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
