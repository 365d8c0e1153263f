import {
  described,
  inRange,
  type Interval,
  mean,
  ofKind,
  quantile,
  Random,
  said,
  takes,
  wholeNumber,
} from "../base/mod.ts";
import { solveSpd } from "./_linear.ts";

/** One run of an IsoFLOP sweep. */
export interface IsoflopPoint {
  /** The training budget. */
  flops: number;
  /** Parameters. */
  params: number;
  /** The final loss, in nats per token. */
  loss: number;
}

/** The best size at one budget. */
export interface IsoflopMinimum {
  /** The training budget; the geometric mean of its runs', which may lie 5 % apart. */
  flops: number;
  /** The parameters of least loss. */
  params: number;
  /** The loss there. */
  loss: number;
  /** Curvature of the loss in the squared logarithm of size: small means that many sizes do as well. */
  curvature: number;
  /** How many runs the parabola stands on. */
  runs: number;
}

/** What approach 2 finds. */
export interface IsoflopFit {
  /** One minimum a budget, ascending. */
  minima: IsoflopMinimum[];
  /** The budgets that gave none, with the reason. */
  refused: { flops: number; reason: string }[];
  /** The law of the minima: `params = coefficient * flops^exponent`. */
  power: PowerFit;
}

/** A power law through points. */
export interface PowerFit {
  /** The factor. */
  coefficient: number;
  /** The exponent. */
  exponent: number;
  /** 95 % interval of the exponent, by resampling points; without limits where fewer than three x are given. */
  interval: Interval;
}

/** Options of {@linkcode fitPowerLaw}. */
export interface PowerFitOptions {
  /** Weight of each point's residual (not of its square), as `numpy.polyfit` takes them; usually 1 / standard deviation of ln y. @default {1 each} */
  weights?: ArrayLike<number> | undefined;
  /** Bootstrap resamples for the interval. @default {1000} */
  resamples?: number | undefined;
  /** Names the random stream. @default {1} */
  seed?: number | string | undefined;
}

/**
 * A power law by weighted least squares of logarithms: how `params ~ flops^a` is read off IsoFLOP minima, Kaplan's or
 * Chinchilla's (2406.19146, section 3).
 *
 * @throws {TypeError} If lengths differ or there are fewer than two points.
 * @throws {RangeError} If a value or weight is not finite and positive, or all x are equal.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitPowerLaw } from "midtrain/laws";
 *
 * const { exponent } = fitPowerLaw([1e18, 1e19, 1e20], [1e8, Math.sqrt(10) * 1e8, 1e9]);
 * assert(Math.abs(exponent - 0.5) < 1e-12);
 * ```
 */
export function fitPowerLaw(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: PowerFitOptions = {},
): PowerFit {
  takes("Cannot fit a power law", options, "weights?, resamples?, seed?");
  ofKind("Cannot fit a power law", { x, y }, "a list");
  const { weights, resamples = 1000, seed = 1 } = options;
  wholeNumber("Cannot fit a power law", { resamples }, ">= 1");
  const n = x.length;
  if (n < 2 || y.length !== n || (weights && weights.length !== n)) {
    throw new TypeError(
      `Cannot fit a power law as x, y and weights must have one length >= 2: they have ${n}, ${y.length} and ${
        weights?.length ?? n
      }`,
    );
  }
  for (let i = 0; i < n; i++) {
    for (const value of [x[i], y[i], weights?.[i] ?? 1]) {
      if (!(value > 0 && value < Infinity)) {
        throw new RangeError(
          `Cannot fit a power law as every value must be finite and positive: point ${i} holds ${value}`,
        );
      }
    }
  }
  const logX = Float64Array.from(x, Math.log);
  const logY = Float64Array.from(y, Math.log);
  const squared = Float64Array.from(x, (_, i) => (weights?.[i] ?? 1) ** 2);
  const line = fitLine(logX, logY, squared, (i) => i);
  if (!line) throw new RangeError(`Cannot fit a power law as all x are equal: current value is ${x[0]}`);
  const random = new Random(seed);
  const draws: number[] = [];
  for (let r = 0; r < resamples; r++) {
    const drawn = Int32Array.from({ length: n }, () => random.int(n));
    const other = fitLine(logX, logY, squared, (i) => drawn[i]);
    if (other) draws.push(other.slope);
  }
  // A line goes through two places whatever its slope should be.
  const open = new Set(logX).size < 3 || draws.length === 0;
  const [low, high] = open ? [-Infinity, Infinity] : [quantile(draws, 0.025), quantile(draws, 0.975)];
  const power: PowerFit = {
    coefficient: Math.exp(line.intercept),
    exponent: line.slope,
    interval: { estimate: line.slope, low, high },
  };
  return described(power, ({ coefficient, interval }) => [
    `y = ${coefficient.toPrecision(4)} x^a with a = ${said(interval)}, 95 % by resampling points`,
  ]);
}

function fitLine(
  x: Float64Array,
  y: Float64Array,
  weights: Float64Array,
  index: (i: number) => number,
): { slope: number; intercept: number } | undefined {
  let w = 0;
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < x.length; i++) {
    const k = index(i);
    w += weights[k];
    meanX += weights[k] * x[k];
    meanY += weights[k] * y[k];
  }
  meanX /= w;
  meanY /= w;
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < x.length; i++) {
    const k = index(i);
    const dx = x[k] - meanX;
    xx += weights[k] * dx * dx;
    xy += weights[k] * dx * (y[k] - meanY);
  }
  if (!(xx > 1e-20 * w)) return undefined;
  return { slope: xy / xx, intercept: meanY - xy / xx * meanX };
}

/** Options of {@linkcode fitIsoflop}. */
export interface IsoflopOptions extends Omit<PowerFitOptions, "weights"> {
  /**
   * Only runs within this loss of a budget's best stand under its parabola, in nats per token; far from the minimum the loss
   * is no parabola.
   * @default {0.3}
   */
  window?: number | undefined;
}

/**
 * Approach 2: at each budget a parabola of loss over the logarithm of size, whose minimum is the best size; then a power law
 * through the minima (2203.15556, section 3.2). A budget whose parabola has no minimum inside its runs is refused with the
 * reason, rather than extrapolated.
 *
 * @throws {RangeError} If a value is not finite and positive, or fewer than two budgets give a minimum.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fitIsoflop } from "midtrain/laws";
 *
 * const points = [1e18, 1e19, 1e20].flatMap((flops) =>
 *   [-1, -0.5, 0, 0.5, 1].map((x) => ({ flops, params: Math.sqrt(flops) * Math.exp(x), loss: 3 + 0.1 * x * x }))
 * );
 * assert(Math.abs(fitIsoflop(points).power.exponent - 0.5) < 1e-9);
 * ```
 */
export function fitIsoflop(points: readonly IsoflopPoint[], options: IsoflopOptions = {}): IsoflopFit {
  takes("Cannot fit IsoFLOP curves", options, "window?, seed?, resamples?");
  ofKind("Cannot fit IsoFLOP curves", { points }, "a list of objects with flops, params, loss");
  const { window = 0.3, ...power } = options;
  inRange("Cannot fit IsoFLOP curves", { window }, "> 0");
  points.forEach(({ flops, params, loss }, i) => {
    if (![flops, params, loss].every((value) => value > 0 && value < Infinity)) {
      throw new RangeError(
        `Cannot fit IsoFLOP curves as flops, params and loss must be finite and positive: point ${i} holds ${flops}, ${params} and ${loss}`,
      );
    }
  });
  const minima: IsoflopMinimum[] = [];
  const refused: IsoflopFit["refused"] = [];
  for (const all of byBudget(points)) {
    const flops = all.every((point) => point.flops === all[0].flops)
      ? all[0].flops
      : Math.exp(mean(all.map((point) => Math.log(point.flops))));
    const best = Math.min(...all.map(({ loss }) => loss));
    const near = all.filter(({ loss }) => loss <= best + window);
    const result = fitParabola(near);
    if (typeof result === "string") refused.push({ flops, reason: result });
    else minima.push({ flops, ...result, runs: near.length });
  }
  if (minima.length < 2) {
    throw new RangeError(
      `Cannot fit IsoFLOP curves as fewer than two budgets have a minimum: ${
        refused.slice(0, 3).map(({ flops, reason }) => `${flops} FLOP: ${reason}`).join("; ")
      }${refused.length > 3 ? `; and ${refused.length - 3} more` : ""}`,
    );
  }
  const fit: IsoflopFit = {
    minima,
    refused,
    power: fitPowerLaw(minima.map(({ flops }) => flops), minima.map(({ params }) => params), power),
  };
  return described(fit, () => [
    {
      rows: minima.map(({ flops, params, loss, runs }) => ({
        "budget (FLOP)": flops.toExponential(2),
        "best size (parameters)": Number(params.toPrecision(3)),
        "loss (nats per token)": Number(loss.toFixed(4)),
        runs,
      })),
    },
    `parameters = ${fit.power.coefficient.toPrecision(3)} FLOP^a with a = ${said(fit.power.interval)}`,
    ...refused.map(({ flops, reason }) => `No minimum at ${flops.toExponential(2)} FLOP: ${reason}`),
  ]);
}

/** How far a run's budget may lie from its sweep's least one: logs of real runs hit a budget within a step or two. */
const BUDGET_TOLERANCE = 0.05;

/** Runs of one budget together, ascending. */
function byBudget(points: readonly IsoflopPoint[]): IsoflopPoint[][] {
  const budgets: IsoflopPoint[][] = [];
  for (const point of [...points].sort((a, b) => a.flops - b.flops)) {
    const last = budgets.at(-1);
    if (last && point.flops <= last[0].flops * (1 + BUDGET_TOLERANCE)) last.push(point);
    else budgets.push([point]);
  }
  return budgets;
}

function fitParabola(points: readonly IsoflopPoint[]): Omit<IsoflopMinimum, "flops" | "runs"> | string {
  if (new Set(points.map(({ params }) => params)).size < 3) {
    return "fewer than three sizes lie near the best loss";
  }
  const logs = points.map(({ params }) => Math.log(params));
  const centre = mean(logs);
  const gram = new Float64Array(9);
  const right = new Float64Array(3);
  const c = new Float64Array(3);
  points.forEach(({ loss }, i) => {
    const x = logs[i] - centre;
    const row = [1, x, x * x];
    for (let a = 0; a < 3; a++) {
      right[a] += row[a] * loss;
      for (let b = 0; b < 3; b++) gram[3 * a + b] += row[a] * row[b];
    }
  });
  if (!solveSpd(gram, right, c)) return "the sizes are too close to each other";
  if (!(c[2] > 0)) return "the loss does not curve upwards";
  const x = -c[1] / (2 * c[2]);
  const log = centre + x;
  if (log < Math.min(...logs) || log > Math.max(...logs)) {
    return "the minimum lies outside the sizes that were run";
  }
  return { params: Math.exp(log), loss: c[0] - c[1] * c[1] / (4 * c[2]), curvature: c[2] };
}
