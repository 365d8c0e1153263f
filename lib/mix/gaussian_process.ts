import { mean } from "../base/mod.ts";
import { backward, factor, forward } from "./_cholesky.ts";
import { checkTargets, flatten, type Rows } from "./_rows.ts";
import type { MixtureRegressor } from "./regressor.ts";

/**
 * A Gaussian process on mixtures: a squared-exponential kernel over each share, its logarithm and its square root, each
 * scaled to unit deviation. Length scale, signal and noise are those of greatest marginal likelihood (Rasmussen and
 * Williams 2006, section 5.4): the signal in closed form, the other two by a pattern search. Work grows with the cube of the
 * runs: 512 take seconds.
 *
 * Logarithm and root are there because a small share matters by its order of magnitude; 0.001 is added before the logarithm,
 * so that an absent domain has one.
 *
 * @example A smooth function of two shares
 * ```ts
 * import assert from "node:assert/strict";
 * import { gaussianProcess } from "midtrain/mix";
 *
 * const x = Array.from({ length: 21 }, (_, i) => [i / 20, 1 - i / 20]);
 * using model = await gaussianProcess().fit(x, x.map(([a]) => 2 + Math.exp(-3 * a)));
 * assert(Math.abs(model.predict([[0.33, 0.67]])[0] - 2 - Math.exp(-0.99)) < 1e-3);
 * ```
 */
export function gaussianProcess(): MixtureRegressor {
  return {
    name: "Gaussian process",
    fit(x, y) {
      const { columns } = flatten(x, "fit a Gaussian process");
      checkTargets(y, x.length, "fit a Gaussian process");
      const scale = scaling(x, columns);
      const inputs = featuresOf(x, scale);
      const centre = mean(y);
      const targets = Float64Array.from(y, (value) => value - centre);
      const distances = distancesBetween(inputs, inputs);
      const n = x.length;
      const at = (point: Point) => posterior(distances, targets, point);
      let point: Point = { logLength: Math.log(2 * inputs.columns) / 2, logNoise: -7 };
      let best = at(point);
      for (let step = 2; step > 0.1;) {
        const found = neighbours(point, step).map((next) => ({ next, posterior: at(next) }))
          .reduce((a, b) => b.posterior.cost < a.posterior.cost ? b : a);
        if (found.posterior.cost < best.cost) [point, best] = [found.next, found.posterior];
        else step /= 2;
      }
      const { weights } = best;
      const halfPrecision = Math.exp(-2 * point.logLength) / 2;
      return Promise.resolve({
        summary: `length ${short(Math.exp(point.logLength))}, noise ${
          short(Math.sqrt(best.signal * Math.exp(point.logNoise)))
        }`,
        predict(rows: Rows) {
          if (flatten(rows, "predict").columns !== columns) {
            throw new RangeError(
              `Cannot predict as rows must have ${columns} shares: they have ${rows[0].length}`,
            );
          }
          const out = new Float64Array(rows.length);
          // In blocks, as all distances at once are many.
          for (let from = 0; from < rows.length; from += 1024) {
            const block = featuresOf(rows.slice(from, from + 1024), scale);
            const gaps = distancesBetween(block, inputs);
            for (let i = 0; i < block.rows; i++) {
              let sum = centre;
              for (let j = 0; j < n; j++) sum += weights[j] * Math.exp(-halfPrecision * gaps[i * n + j]);
              out[from + i] = sum;
            }
          }
          return out;
        },
        [Symbol.dispose]() {},
      });
    },
  };
}

interface Point {
  logLength: number;
  /** The noise's variance as a share of the signal's. */
  logNoise: number;
}

const short = (value: number) => Number(value.toPrecision(3));

function neighbours({ logLength, logNoise }: Point, step: number): Point[] {
  return [
    { logLength: logLength + step / 2, logNoise },
    { logLength: logLength - step / 2, logNoise },
    { logLength, logNoise: Math.min(2, logNoise + step) },
    // Below this the kernel of near runs is no longer positive definite in doubles.
    { logLength, logNoise: Math.max(-20, logNoise - step) },
  ];
}

const transforms = [
  (r: number) => r,
  (r: number) => Math.log(r + 1e-3),
  (r: number) => Math.sqrt(Math.max(0, r)),
];

interface Features {
  values: Float64Array;
  rows: number;
  columns: number;
}

interface Scaling {
  mean: Float64Array;
  deviation: Float64Array;
}

function raw(x: Rows): Features {
  const shares = x[0].length;
  const columns = 3 * shares;
  const values = new Float64Array(x.length * columns);
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < shares; j++) {
      for (let k = 0; k < 3; k++) values[i * columns + 3 * j + k] = transforms[k](x[i][j]);
    }
  }
  return { values, rows: x.length, columns };
}

/** What makes each feature's mean 0 and its deviation 1 over the rows; one that is constant stays 0. */
function scaling(x: Rows, shares: number): Scaling {
  const { values, rows, columns } = raw(x);
  const middle = new Float64Array(3 * shares);
  const deviation = new Float64Array(3 * shares);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) middle[j] += values[i * columns + j] / rows;
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) deviation[j] += (values[i * columns + j] - middle[j]) ** 2 / rows;
  }
  return {
    mean: middle,
    deviation: deviation.map((variance) => variance > 1e-18 ? Math.sqrt(variance) : Infinity),
  };
}

function featuresOf(x: Rows, scale: Scaling): Features {
  const features = raw(x);
  const { values, columns } = features;
  for (let at = 0; at < values.length; at++) {
    const j = at % columns;
    values[at] = (values[at] - scale.mean[j]) / scale.deviation[j];
  }
  return features;
}

/** Squared distances of all rows of the one to all of the other. */
function distancesBetween(a: Features, b: Features): Float64Array {
  const { columns } = a;
  const out = new Float64Array(a.rows * b.rows);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) {
        const gap = a.values[i * columns + k] - b.values[j * columns + k];
        sum += gap * gap;
      }
      out[i * b.rows + j] = sum;
    }
  }
  return out;
}

/** The weights of the runs at a point, and minus the logarithm of its marginal likelihood but for a constant. */
function posterior(
  distances: Float64Array,
  targets: Float64Array,
  { logLength, logNoise }: Point,
): { weights: Float64Array; signal: number; cost: number } {
  const n = targets.length;
  const halfPrecision = Math.exp(-2 * logLength) / 2;
  const noise = Math.exp(logNoise);
  const kernel = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) kernel[i * n + j] = Math.exp(-halfPrecision * distances[i * n + j]);
    kernel[i * n + i] = 1 + noise;
  }
  const weights = targets.slice();
  if (!factor(kernel, n)) return { weights, signal: 0, cost: Infinity };
  forward(kernel, n, weights);
  let fit = 0;
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) {
    fit += weights[i] ** 2;
    logDeterminant += 2 * Math.log(kernel[i * n + i]);
  }
  backward(kernel, n, weights);
  // Targets that are all the same have no signal; the smallest double keeps the logarithm finite.
  const signal = Math.max(fit / n, Number.MIN_VALUE);
  return { weights, signal, cost: (n * Math.log(signal) + logDeterminant) / 2 };
}
