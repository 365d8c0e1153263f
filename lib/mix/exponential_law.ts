import { backward, factor, forward } from "./_cholesky.ts";
import { checkTargets, flatten, type Rows } from "./_rows.ts";
import type { MixtureModel, MixtureRegressor } from "./regressor.ts";

/**
 * The exponential law of mixtures, `loss = c + exp(t · r)` with `c > 0`: that of Data Mixing Laws (arXiv:2403.16952), whose
 * `k` is in `t` as shares sum to 1, and the log-linear form of Olmix. Least squares by Levenberg and Marquardt's method from
 * five floors; the best end is taken.
 *
 * @example A law is found again
 * ```ts
 * import assert from "node:assert/strict";
 * import { exponentialLaw } from "midtrain/mix";
 *
 * const law = ([a, b]: number[]) => 2 + Math.exp(0.4 * a - 1.2 * b);
 * const x = Array.from({ length: 21 }, (_, i) => [i / 20, 1 - i / 20]);
 * using model = await exponentialLaw().fit(x, x.map(law));
 * assert(Math.abs(model.predict([[0.3, 0.7]])[0] - law([0.3, 0.7])) < 1e-6);
 * ```
 */
export function exponentialLaw(): MixtureRegressor {
  return {
    name: "exponential law",
    fit(x, y) {
      const { values, rows, columns } = flatten(x, "fit an exponential law");
      checkTargets(y, rows, "fit an exponential law");
      const [low, high] = Array.from(y).reduce(
        ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
        [Infinity, -Infinity],
      );
      if (!(low > 0)) {
        throw new RangeError(
          `Cannot fit an exponential law as every target must be > 0: the least is ${low}`,
        );
      }
      // Targets that differ by rounding alone still need a floor below them.
      const spread = Math.max(high - low, 1e-6 * low);
      const ends = [0.02, 0.2, 0.5, 1, 3].map((part) => {
        const floor = Math.max(low / 100, low - part * spread);
        const slopes = leastSquares(x, Array.from(y, (value) => Math.log(value - floor)));
        return descend(values, y, Float64Array.of(Math.log(floor), ...slopes));
      });
      const { theta } = ends.reduce((a, b) => b.cost < a.cost ? b : a);
      const floor = Math.exp(theta[0]);
      const slopes = theta.subarray(1);
      return Promise.resolve(model(
        columns,
        (row) => floor + Math.exp(dot(row, slopes)),
        `floor ${Number(floor.toPrecision(4))}`,
      ));
    },
  };
}

/**
 * The linear law, `loss = t · r`: ordinary least squares, the plain baseline.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { linearLaw } from "midtrain/mix";
 *
 * using model = await linearLaw().fit([[1, 0], [0, 1], [0.5, 0.5]], [3, 1, 2]);
 * assert(Math.abs(model.predict([[0.25, 0.75]])[0] - 1.5) < 1e-6);
 * ```
 */
export function linearLaw(): MixtureRegressor {
  return {
    name: "linear",
    fit(x, y) {
      const { rows, columns } = flatten(x, "fit a linear law");
      checkTargets(y, rows, "fit a linear law");
      const slopes = leastSquares(x, Array.from(y));
      return Promise.resolve(model(columns, (row) => dot(row, slopes), `${columns} slopes`));
    },
  };
}

function model(columns: number, at: (row: ArrayLike<number>) => number, summary: string): MixtureModel {
  return {
    summary,
    predict(x) {
      if (flatten(x, "predict").columns !== columns) {
        throw new RangeError(
          `Cannot predict as rows must have ${columns} shares: they have ${x[0].length}`,
        );
      }
      return Float64Array.from(x, at);
    },
    [Symbol.dispose]() {},
  };
}

function dot(row: ArrayLike<number>, slopes: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < slopes.length; j++) sum += row[j] * slopes[j];
  return sum;
}

/** Slopes by the normal equations; a ridge of 1e-9 settles what the rows leave open. */
function leastSquares(x: Rows, y: readonly number[]): Float64Array {
  const columns = x[0].length;
  const matrix = new Float64Array(columns * columns);
  const slopes = new Float64Array(columns);
  for (let i = 0; i < x.length; i++) {
    for (let a = 0; a < columns; a++) {
      slopes[a] += x[i][a] * y[i];
      for (let b = 0; b <= a; b++) matrix[a * columns + b] += x[i][a] * x[i][b];
    }
  }
  for (let a = 0; a < columns; a++) matrix[a * columns + a] += 1e-9 * x.length;
  factor(matrix, columns);
  forward(matrix, columns, slopes);
  backward(matrix, columns, slopes);
  return slopes;
}

/** Levenberg and Marquardt's descent from (log floor, slopes). */
function descend(
  x: Float64Array,
  y: ArrayLike<number>,
  start: Float64Array,
): { theta: Float64Array; cost: number } {
  const size = start.length;
  const columns = size - 1;
  const rows = y.length;
  const evaluate = (theta: Float64Array, gradient?: Float64Array, hessian?: Float64Array) => {
    const floor = Math.exp(theta[0]);
    const slopes = theta.subarray(1);
    const row = new Float64Array(size);
    let cost = 0;
    for (let i = 0; i < rows; i++) {
      const shares = x.subarray(i * columns, (i + 1) * columns);
      const part = Math.exp(dot(shares, slopes));
      const gap = floor + part - y[i];
      cost += gap * gap;
      if (!gradient || !hessian) continue;
      row[0] = floor;
      for (let j = 0; j < columns; j++) row[1 + j] = part * shares[j];
      for (let a = 0; a < size; a++) {
        gradient[a] += row[a] * gap;
        for (let b = 0; b <= a; b++) hessian[a * size + b] += row[a] * row[b];
      }
    }
    return cost;
  };
  let theta = start;
  let cost = evaluate(theta);
  let damping = 1e-3;
  for (let iteration = 0; iteration < 200; iteration++) {
    const gradient = new Float64Array(size);
    const hessian = new Float64Array(size * size);
    evaluate(theta, gradient, hessian);
    const before = cost;
    // The damping grows until a step goes down.
    for (; damping < 1e12; damping *= 4) {
      const matrix = hessian.slice();
      const step = gradient.slice();
      for (let a = 0; a < size; a++) matrix[a * size + a] += damping * (hessian[a * size + a] + 1e-12);
      if (!factor(matrix, size)) continue;
      forward(matrix, size, step);
      backward(matrix, size, step);
      const next = theta.map((value, a) => value - step[a]);
      const reached = evaluate(next);
      if (reached < cost) {
        [theta, cost] = [next, reached];
        damping /= 10;
        break;
      }
    }
    if (!(cost < before * (1 - 1e-12))) break;
  }
  return { theta, cost };
}
