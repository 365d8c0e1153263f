/**
 * L-BFGS with box bounds and a strong Wolfe line search (Nocedal and Wright, Numerical Optimization, algorithms 7.4, 3.5 and
 * 3.6; the bounds by projection onto the free variables). Written here as npm's optimisers (`fmin`, `ml-levenberg-marquardt`)
 * know neither bounds nor quasi-Newton steps.
 */

import { dot } from "./_linear.ts";

/** A function to minimise: fills `gradient` at `x` and returns the value (Infinity or NaN where it has none). */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

/** Options of {@linkcode lbfgs}. */
export interface LbfgsOptions {
  /** Lower bounds. */
  lower: Float64Array;
  /** Upper bounds. */
  upper: Float64Array;
  /** Most iterations. */
  maxIterations: number;
  /** Stop when no component of the projected gradient exceeds this times the value. */
  tolerance: number;
}

/** How a minimisation ended. */
export interface Minimum {
  /** The point. */
  x: Float64Array;
  /** The value there. */
  value: number;
  /** Iterations used. */
  iterations: number;
  /** Whether the gradient test was met. */
  converged: boolean;
  /** Why it stopped. */
  why: "gradient" | "no decrease" | "iterations" | "not finite";
}

/** The largest component of the gradient that the bounds let act. */
export function projectedGradient(
  x: Float64Array,
  gradient: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const g = gradient[i];
    if ((x[i] <= lower[i] && g > 0) || (x[i] >= upper[i] && g < 0)) continue;
    largest = Math.max(largest, Math.abs(g));
  }
  return largest;
}

const MEMORY = 10;
const ARMIJO = 1e-4;
const CURVATURE = 0.9;

/** Minimise `objective` from `start` within bounds. */
export function lbfgs(objective: Objective, start: Float64Array, options: LbfgsOptions): Minimum {
  const { lower, upper, maxIterations, tolerance } = options;
  const n = start.length;
  const clamp = (value: number, i: number) => Math.min(Math.max(value, lower[i]), upper[i]);
  let x = start.map(clamp);
  let g = new Float64Array(n);
  let f = objective(x, g);
  if (!Number.isFinite(f)) return { x, value: f, iterations: 0, converged: false, why: "not finite" };
  const S: Float64Array[] = [];
  const Y: Float64Array[] = [];
  const rho: number[] = [];
  const trial = new Float64Array(n);
  const trialGradient = new Float64Array(n);
  const d = new Float64Array(n);
  const done = (iterations: number, why: Minimum["why"]): Minimum => ({
    x,
    value: f,
    iterations,
    converged: why === "gradient",
    why,
  });

  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (projectedGradient(x, g, lower, upper) <= tolerance * Math.max(Math.abs(f), 1e-300)) {
      return done(iteration, "gradient");
    }
    const free = x.map((value, i) =>
      (value <= lower[i] && g[i] > 0) || (value >= upper[i] && g[i] < 0) ? 0 : 1
    );
    twoLoop(g, free, S, Y, rho, d);
    let slope = dot(g, d);
    if (!(slope < 0)) {
      S.length = Y.length = rho.length = 0;
      for (let i = 0; i < n; i++) d[i] = -g[i] * free[i];
      slope = dot(g, d);
      if (!(slope < 0)) return done(iteration, "gradient");
    }
    // Without curvature yet, a first step of at most one unit in any (logarithmic) parameter.
    let step = S.length === 0 ? 1 / Math.max(...d.map(Math.abs)) : 1;
    let bound = Infinity;
    for (let i = 0; i < n; i++) {
      if (d[i] > 0) bound = Math.min(bound, (upper[i] - x[i]) / d[i]);
      if (d[i] < 0) bound = Math.min(bound, (lower[i] - x[i]) / d[i]);
    }
    const evaluate = (length: number) => {
      for (let i = 0; i < n; i++) trial[i] = clamp(x[i] + length * d[i], i);
      const value = objective(trial, trialGradient);
      return Number.isFinite(value) ? value : Infinity;
    };
    let value: number;
    if (step < bound) {
      value = strongWolfe(evaluate, () => dot(trialGradient, d), f, slope, step, bound);
    } else {
      // The step leaves the box: backtrack along its projection, so that many variables may reach their bounds at once.
      for (
        value = evaluate(step);
        !(value < f + ARMIJO * decrease(g, x, trial)) && step > 1e-20;
        value = evaluate(step)
      ) {
        step /= 2;
      }
    }
    if (!(value < f)) {
      if (S.length === 0) return done(iteration, "no decrease");
      S.length = Y.length = rho.length = 0;
      continue;
    }
    const s = new Float64Array(n);
    const y = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      s[i] = trial[i] - x[i];
      y[i] = trialGradient[i] - g[i];
    }
    const sy = dot(s, y);
    if (sy > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y))) {
      if (S.length === MEMORY) {
        S.shift();
        Y.shift();
        rho.shift();
      }
      S.push(s);
      Y.push(y);
      rho.push(1 / sy);
    }
    const stalled = f - value <= 1e-15 * Math.abs(f);
    x = trial.slice();
    g = trialGradient.slice();
    f = value;
    if (stalled) return done(iteration + 1, "no decrease");
  }
  return done(maxIterations, "iterations");
}

function decrease(g: Float64Array, x: Float64Array, trial: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += g[i] * (trial[i] - x[i]);
  return sum;
}

/** The quasi-Newton direction in the free variables, into `d`. */
function twoLoop(
  g: Float64Array,
  free: Float64Array,
  S: Float64Array[],
  Y: Float64Array[],
  rho: number[],
  d: Float64Array,
): void {
  const n = g.length;
  const m = S.length;
  const a = new Float64Array(m);
  for (let i = 0; i < n; i++) d[i] = -g[i] * free[i];
  for (let k = m - 1; k >= 0; k--) {
    a[k] = rho[k] * dot(S[k], d);
    for (let i = 0; i < n; i++) d[i] -= a[k] * Y[k][i];
  }
  if (m > 0) {
    const scale = 1 / (rho[m - 1] * dot(Y[m - 1], Y[m - 1]));
    for (let i = 0; i < n; i++) d[i] *= scale;
  }
  for (let k = 0; k < m; k++) {
    const b = rho[k] * dot(Y[k], d);
    for (let i = 0; i < n; i++) d[i] += (a[k] - b) * S[k][i];
  }
  for (let i = 0; i < n; i++) d[i] *= free[i];
}

/** A step that meets the strong Wolfe conditions, or the best found; leaves its point and gradient evaluated. */
function strongWolfe(
  evaluate: (step: number) => number,
  slopeAt: () => number,
  f: number,
  slope: number,
  first: number,
  bound: number,
): number {
  let below = 0;
  let belowValue = f;
  let belowSlope = slope;
  let step = first;
  for (let attempt = 0; attempt < 20; attempt++) {
    const value = evaluate(step);
    if (value > f + ARMIJO * step * slope || (attempt > 0 && value >= belowValue)) {
      return zoom(evaluate, slopeAt, f, slope, below, belowValue, belowSlope, step, value);
    }
    const here = slopeAt();
    if (Math.abs(here) <= -CURVATURE * slope || step >= bound) return value;
    if (here >= 0) return zoom(evaluate, slopeAt, f, slope, step, value, here, below, belowValue);
    below = step;
    belowValue = value;
    belowSlope = here;
    step = Math.min(step * 2.5, bound);
  }
  return evaluate(below);
}

function zoom(
  evaluate: (step: number) => number,
  slopeAt: () => number,
  f: number,
  slope: number,
  low: number,
  lowValue: number,
  lowSlope: number,
  high: number,
  highValue: number,
): number {
  for (let attempt = 0; attempt < 25; attempt++) {
    const width = high - low;
    // The minimum of the parabola through the low end's value and slope and the high end's value, kept inside.
    let step = low - lowSlope * width * width / (2 * (highValue - lowValue - lowSlope * width));
    const inside = Math.abs(width) * 0.1;
    if (!(Math.abs(step - low) > inside && Math.abs(high - step) > inside)) step = low + width / 2;
    const value = evaluate(step);
    if (value > f + ARMIJO * step * slope || value >= lowValue) {
      high = step;
      highValue = value;
    } else {
      const here = slopeAt();
      if (Math.abs(here) <= -CURVATURE * slope) return value;
      if (here * width >= 0) {
        high = low;
        highValue = lowValue;
      }
      low = step;
      lowValue = value;
      lowSlope = here;
    }
    if (Math.abs(high - low) <= 1e-14 * Math.max(low, high)) break;
  }
  return evaluate(low);
}
