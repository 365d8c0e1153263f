import { backward, factor, forward } from "./_cholesky.ts";

/** A smooth convex function of the shares. */
export interface Convex {
  /** Its gradient at `x`, into `gradient`; returns the value. */
  gradient(x: Float64Array, gradient: Float64Array): number;
  /** Its Hessian at `x`, into `hessian`, row by row. */
  hessian(x: Float64Array, hessian: Float64Array): void;
  /** Whether it grows without bound in slope towards a share of 0, so that no share ends there. */
  barrier: boolean;
}

/** A minimum over the capped simplex. */
export interface Minimum {
  /** The shares. */
  x: Float64Array;
  /** Newton steps taken. */
  iterations: number;
  /** What {@linkcode kktResidual} gives: 0 exactly where all KKT conditions hold. */
  residual: number;
}

/** A share at its bound within this is put onto it. */
const SNAP = 1e-7;

/** The weights of the barrier, one after another; the last leaves bounds closer than {@linkcode SNAP}. */
const BARRIERS = Array.from({ length: 7 }, (_, i) => 10 ** -(2 * i + 1));

/** The largest change of a logarithm in one step. */
const REACH = 100;

/**
 * Minimise a convex function over shares that sum to 1 and lie in `[0, upper]`: a logarithmic barrier that vanishes (Boyd and
 * Vandenberghe, Convex Optimization, section 11.3) with Newton steps taken in the logarithm of the shares, where a divergence
 * is nearly quadratic; then without barrier on the face it ends on, so that shares at a bound are exactly there. npm's solvers
 * know linear and quadratic programs only.
 *
 * @param upper Caps, each > 0, with a sum >= 1; Infinity for none.
 */
export function minimizeOnCappedSimplex(f: Convex, upper: Float64Array): Minimum {
  const n = upper.length;
  const room = upper.reduce((sum, cap) => sum + Math.min(cap, 1), 0);
  const start = upper.map((cap) => Math.min(cap, 1) / room);
  const all = Array.from(start.keys());
  if (n === 1 || room <= 1 + 1e-12) {
    return { x: start, iterations: 0, residual: kktResidual(f, start, upper) };
  }
  let x: Float64Array = start;
  let iterations = 0;
  for (const weight of BARRIERS) {
    const centre = centreOf(f, upper, x, { weight, free: all });
    x = centre.x;
    iterations += centre.iterations;
  }
  const face = faceOf(x, upper, f.barrier);
  const free = all.filter((i) => face[i] > 0 && face[i] < upper[i]);
  const last = free.length < 2 ? { x: face, iterations: 0 } : centreOf(f, upper, face, { weight: 0, free });
  const [inner, outer] = [x, last.x].map((x) => ({ x, residual: kktResidual(f, x, upper) }));
  const best = outer.residual <= inner.residual ? outer : inner;
  return { ...best, iterations: iterations + last.iterations };
}

/** Shares close to a bound put onto it, the others scaled to fill up. */
function faceOf(x: Float64Array, upper: Float64Array, noZeros: boolean): Float64Array {
  const face = x.map((share, i) => upper[i] - share < SNAP ? upper[i] : share < SNAP && !noZeros ? 0 : share);
  let held = 0;
  let rest = 0;
  for (let i = 0; i < x.length; i++) {
    if (face[i] === upper[i]) held += face[i];
    else rest += face[i];
  }
  return rest > 0 ? face.map((share, i) => share === upper[i] ? share : share * (1 - held) / rest) : face;
}

/** The minimum of the function and its barrier over the free shares, whose sum stays as it is. */
function centreOf(
  f: Convex,
  upper: Float64Array,
  start: Float64Array,
  { weight, free }: { weight: number; free: readonly number[] },
): { x: Float64Array; iterations: number } {
  const n = start.length;
  const m = free.length;
  const gradient = new Float64Array(n);
  const trial = new Float64Array(n);
  const whole = new Float64Array(n * n);
  const hessian = new Float64Array(m * m);
  const total = free.reduce((sum, i) => sum + start[i], 0);
  const value = (x: Float64Array, gradient: Float64Array) => {
    let sum = f.gradient(x, gradient);
    for (const i of free) {
      const space = upper[i] - x[i];
      if (!(space > 0)) return Infinity;
      if (weight === 0) continue;
      sum -= weight * Math.log(x[i]);
      gradient[i] -= weight / x[i];
      if (space === Infinity) continue;
      sum -= weight * Math.log(space);
      gradient[i] += weight / space;
    }
    return Number.isNaN(sum) ? Infinity : sum;
  };
  let x: Float64Array = start;
  let now = value(x, gradient);
  let iterations = 0;
  for (let certain = 0; iterations < 100 && certain < 3; iterations++) {
    f.hessian(x, whole);
    // In logarithms: everything by the shares, and changes that keep their sum.
    free.forEach((i, a) => {
      free.forEach((j, b) => hessian[a * m + b] = whole[i * n + j] * x[i] * x[j]);
      hessian[a * m + a] += weight * (1 + (x[i] / (upper[i] - x[i])) ** 2);
    });
    const mean = free.reduce((sum, i) => sum + gradient[i] * x[i], 0) / total;
    const fall = Float64Array.from(free, (i) => (mean - gradient[i]) * x[i]);
    const step = fall.slice();
    if (!saddle(hessian, step, Float64Array.from(free, (i) => x[i]))) break;
    const decrement = step.reduce((sum, change, a) => sum + change * fall[a], 0);
    if (!(decrement > 0)) break;
    const along = (length: number) => {
      const moved = x.slice();
      free.forEach((i, a) => moved[i] *= Math.exp(length * step[a]));
      const scale = total / free.reduce((sum, i) => sum + moved[i], 0);
      for (const i of free) moved[i] *= scale;
      return moved;
    };
    // Close to the minimum the value's rounding hides the decrease, and full steps converge.
    if (decrement < 1e-11 * Math.max(Math.abs(now), 1)) certain++;
    let length = Math.min(
      1,
      REACH / step.reduce((largest, change) => Math.max(largest, Math.abs(change)), 0),
    );
    let next = along(length);
    let reached = value(next, trial);
    while (certain === 0 && !(reached <= now - 1e-4 * length * decrement) && length > 1e-12) {
      length /= 2;
      next = along(length);
      reached = value(next, trial);
    }
    if (!Number.isFinite(reached) || (certain === 0 && reached > now)) break;
    [x, now] = [next, reached];
    gradient.set(trial);
  }
  return { x, iterations };
}

/** Solve `H d + rise c = right` with `c . d = 0`; `right` becomes d. False where H is not positive definite. */
function saddle(hessian: Float64Array, right: Float64Array, c: Float64Array): boolean {
  const n = right.length;
  const solved = c.slice();
  // Flat directions, where there are fewer losses than domains, must not stop the others.
  for (let i = 0; i < n; i++) hessian[i * n + i] += 1e-14 * hessian[i * n + i] + 1e-300;
  if (!factor(hessian, n)) return false;
  for (const b of [right, solved]) {
    forward(hessian, n, b);
    backward(hessian, n, b);
  }
  const dot = (values: Float64Array) => values.reduce((sum, value, i) => sum + value * c[i], 0);
  const rise = dot(right) / dot(solved);
  for (let i = 0; i < n; i++) right[i] -= rise * solved[i];
  return right.every(Number.isFinite);
}

/** The largest change of a share by a gradient step, of length 1 at most, projected back onto the capped simplex. */
export function kktResidual(f: Convex, x: Float64Array, upper: Float64Array): number {
  const gradient = new Float64Array(x.length);
  f.gradient(x, gradient);
  const length = gradient.reduce((largest, slope) => Math.max(largest, Math.abs(slope)), 1);
  const back = project(x.map((share, i) => share - gradient[i] / length), upper);
  return back.reduce((largest, share, i) => Math.max(largest, Math.abs(share - x[i])), 0);
}

/** The nearest point of the capped simplex: every entry lowered by one amount, then cut to [0, cap]. */
function project(x: Float64Array, upper: Float64Array): Float64Array {
  const cut = (amount: number) =>
    x.map((value, i) => Math.min(Math.max(value - amount, 0), Math.min(upper[i], 1)));
  const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  let low = x.reduce((a, b) => Math.min(a, b)) - 1;
  let high = x.reduce((a, b) => Math.max(a, b));
  while (true) {
    const middle = (low + high) / 2;
    if (!(middle > low && middle < high)) break;
    if (sum(cut(middle)) > 1) low = middle;
    else high = middle;
  }
  // Bisection ends within rounding; the part between is exact on the entries that are not cut.
  const ends = cut(low);
  const free = Array.from(ends.keys()).filter((i) => ends[i] > 0 && ends[i] < Math.min(upper[i], 1));
  const over = sum(ends) - 1;
  return ends.map((value, i) => free.includes(i) ? value - over / free.length : value);
}
