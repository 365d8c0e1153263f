import type { Interval } from "../base/mod.ts";
import { _held } from "./_held.ts";
import { _eigenSymmetric } from "./_linear.ts";
import { _fromSearch, _Problem } from "./_problem.ts";

/** What the curvature at an optimum says. */
export interface _Uncertainty {
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
export function _uncertainty<Datum>(
  fine: _Problem<Datum>,
  coarse: _Problem<Datum>,
  u: Float64Array,
): _Uncertainty {
  const { law, lower, upper, options: { delta } } = fine, m = u.length;
  const residuals = fine.residuals(u), { owner } = fine.prepared, weights = fine.options.weights;
  let psi = 0, inside = 0, total = 0, lagged = 0, pairs = 0;
  for (let i = 0; i < residuals.length; i++) {
    const w = weights?.[i] ?? 1, r = Math.min(Math.max(residuals[i], -delta), delta);
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
  new _Problem(law, coarse.prepared, { ...coarse.options, delta: Infinity }).normal(
    u,
    new Float64Array(m),
    H,
    1,
  );
  for (let i = 0; i < H.length; i++) H[i] *= Math.max(inside, 1) / total;
  const loose = Array.from(u, (_, i) => i).filter((i) => !_atBound(u[i], lower[i], upper[i]));
  const size = loose.length, A = new Float64Array(size * size);
  loose.forEach((i, r) => loose.forEach((j, c) => A[r * size + c] = H[i * m + j]));
  const { values, vectors } = _eigenSymmetric(A, size), largest = values[size - 1] ?? 1;
  const condition = size === 0 ? 1 : values[0] > 1e-16 * largest ? largest / values[0] : Infinity;
  const errors = new Float64Array(m).fill(NaN), intervals: Record<string, Interval> = {};
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
    const parameter = law.parameters[j], half = 1.959963984540054 * (Number.isNaN(errors[i]) ? 0 : errors[i]);
    const ends = [u[i] - half, u[i] + half]
      .map((end) => _fromSearch(parameter, Math.min(Math.max(end, lower[i]), upper[i])));
    intervals[parameter.name] = {
      estimate: _fromSearch(parameter, u[i]),
      low: Math.min(...ends),
      high: Math.max(...ends),
    };
  });
  return { condition, intervals, effectiveObservations, residualVariance, errors, covariance };
}

/** Whether a value lies on a bound, within what the search resolves. */
export function _atBound(u: number, lower: number, upper: number): boolean {
  return u - lower <= 1e-7 * Math.max(1, Math.abs(lower)) || upper - u <= 1e-7 * Math.max(1, Math.abs(upper));
}

/** Sentences on the parameters that the data do not tell. */
export function _identify<Datum>(
  problem: _Problem<Datum>,
  u: Float64Array,
  uncertainty: _Uncertainty,
  known: readonly string[],
): string[] {
  const { law, lower, upper } = problem, { intervals, residualVariance } = uncertainty;
  const least = problem.value(u), rise = 3.841459 * residualVariance / 2;
  return [
    ...known,
    ...problem.free.flatMap((j, i) => {
      const { name, transform } = law.parameters[j], { estimate, low, high } = intervals[name];
      if (known.some((sentence) => sentence.split(/[ ,]+/).includes(name))) return [];
      if (_atBound(u[i], lower[i], upper[i])) {
        return `${name} of ${law.name} is not identified: the fit ends on its bound ${
          show(estimate)
        }, and the data would take it further`;
      }
      // The test that curvature alone may miss: a third, or three times, of the value, with all others fitted again.
      const probes = transform === "identity" ? [0] : [u[i] - Math.log(3), u[i] + Math.log(3)];
      const flat = probes.some((place) =>
        place > lower[i] && place < upper[i] && _held(problem, i, u, place, 15).value - least < rise
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
