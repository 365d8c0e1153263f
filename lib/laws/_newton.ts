import type { Minimum } from "./_lbfgs.ts";
import { dot, solveSpd } from "./_linear.ts";
import type { Problem } from "./_problem.ts";

/**
 * Gauss and Newton's method with Levenberg and Marquardt's damping, which follows Nielsen (IMM-REP-1999-05): each step minimises
 * the Huber losses of the linearised residuals inside the bounds. It stops where that promises a decrease below `tolerance`
 * of the objective.
 *
 * @param held The place of a parameter that stays as it is.
 */
export function levenbergMarquardt<Datum>(
  problem: Problem<Datum>,
  start: Float64Array,
  maxIterations: number,
  tolerance = 1e-11,
  held = -1,
): Minimum {
  const m = start.length;
  const { lower, upper, options, floor } = problem;
  const { step: inner, here, there, below, above } = problem.workspace();
  let [now, next] = [here, there];
  let u = start.slice();
  let damping = 1e-6;
  let growth = 2;
  let quiet = 0;
  let f = problem.linearise(u, now);
  const done = (iterations: number, why: Minimum["why"]): Minimum => ({
    x: u,
    value: f,
    iterations,
    converged: why === "gradient",
    why,
  });
  if (!Number.isFinite(f)) return done(0, "not finite");
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (f <= 1e-6 * floor) return done(iteration, "gradient");
    for (let a = 0; a < m; a++) {
      below[a] = a === held ? 0 : Math.max(lower[a] - u[a], -LONGEST);
      above[a] = a === held ? 0 : Math.min(upper[a] - u[a], LONGEST);
    }
    inner.solve(now, options, { lower: below, upper: above, damping, enough: tolerance * f / 10 });
    const { expected } = inner;
    if (expected <= tolerance * f && damping < 1e-2) return done(iteration, "gradient");
    const trial = new Float64Array(m);
    for (let a = 0; a < m; a++) trial[a] = Math.min(Math.max(u[a] + inner.step[a], lower[a]), upper[a]);
    const value = problem.follow(trial, now, next, held);
    const before = f;
    if (value < f) {
      u = trial;
      f = value;
      [now, next] = [next, now];
      const ratio = Math.min((before - value) / expected, 1);
      damping = Math.max(damping * Math.max(1 / 3, 1 - (2 * ratio - 1) ** 3), 1e-15);
      growth = 2;
      quiet = before - value <= 1e-11 * before ? quiet + 1 : 0;
      if (quiet >= 2) return done(iteration + 1, "no decrease");
    } else {
      damping = Math.max(damping, 1e-12) * growth;
      growth *= 2;
      if (damping > 1e14) return done(iteration + 1, "no decrease");
    }
  }
  return done(maxIterations, "iterations");
}

/** The longest step of a parameter on its search scale. */
const LONGEST = 3;

/**
 * Newton's method to the last digits: the gradient of `fine`, the Hessian of `coarse`, which may be the same problem or one
 * with coarser sums.
 */
export function polish<Datum>(
  fine: Problem<Datum>,
  coarse: Problem<Datum>,
  start: Float64Array,
  maxIterations = 30,
): Minimum {
  const m = start.length;
  const { lower, upper } = fine;
  const g = new Float64Array(m);
  const next = new Float64Array(m);
  let u = start;
  let f = fine.gradient(u, g);
  let H = coarse.hessian(u);
  let age = 0;
  let iteration = 0;
  let gain = 0;
  // With the Hessian of coarser sums each step gains a share of what is left: towards zero, as on noise-free data, that is long.
  for (; iteration < maxIterations || (gain > f && iteration < 10 * maxIterations); iteration++) {
    const expected = -dot(g, dampedStep(u, g, H, 0, lower, upper)) / 2;
    // Exact sums are dear: the next step would gain the square of what this one left.
    if (expected <= (fine === coarse ? 1e-11 : 1e-9) * f) break;
    if (++age > 4) {
      H = coarse.hessian(u);
      age = 0;
    }
    gain = 0;
    for (let damping = 0; damping < 1e4 && gain === 0; damping = damping === 0 ? 1e-6 : damping * 100) {
      const step = dampedStep(u, g, H, damping, lower, upper);
      const trial = u.map((value, i) => Math.min(Math.max(value + step[i], lower[i]), upper[i]));
      const value = fine.gradient(trial, next);
      if (!(value < f)) continue;
      gain = f - value;
      u = trial;
      f = value;
      g.set(next);
    }
    if (gain <= (fine === coarse ? 1e-11 : 1e-9) * f) break;
  }
  // What is left to gain, by the curvature: the scale-free measure of convergence.
  const left = -dot(g, dampedStep(u, g, H, 0, lower, upper)) / 2;
  const converged = left <= 1e-9 * f || f <= fine.floor;
  return { x: u, value: f, iterations: iteration, converged, why: converged ? "gradient" : "no decrease" };
}

/** Minus (H + damping diag H)^-1 g over the variables that the bounds let move, no component longer than 3. */
function dampedStep(
  u: Float64Array,
  g: Float64Array,
  H: Float64Array,
  damping: number,
  lower: Float64Array,
  upper: Float64Array,
): Float64Array {
  const m = u.length;
  const held = new Uint8Array(m);
  const step = new Float64Array(m);
  const A = new Float64Array(m * m);
  const b = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    held[i] = (u[i] <= lower[i] && g[i] > 0) || (u[i] >= upper[i] && g[i] < 0) ? 1 : 0;
  }
  for (let round = 0; round < m; round++) {
    let largest = 0;
    for (let i = 0; i < m; i++) if (!held[i]) largest = Math.max(largest, Math.abs(H[i * m + i]));
    // A held variable keeps its row as that of the identity, which solves to no step.
    for (let i = 0; i < m; i++) {
      b[i] = held[i] ? 0 : -g[i];
      for (let j = 0; j < m; j++) A[i * m + j] = held[i] || held[j] ? 0 : H[i * m + j];
      A[i * m + i] += held[i] ? 1 : damping * Math.max(H[i * m + i], 1e-10 * largest) + 1e-300;
    }
    for (let lift = 1e-10; !solveSpd(A, b, step) && lift < 1e6; lift *= 10) {
      for (let i = 0; i < m; i++) if (!held[i]) A[i * m + i] += lift * largest;
    }
    let longest = 0;
    for (let i = 0; i < m; i++) longest = Math.max(longest, Math.abs(step[i]));
    // A variable on its bound that the joint step would push out is held, and the others solved again.
    let out = 0;
    for (let i = 0; i < m; i++) {
      if (longest > 3) step[i] *= 3 / longest;
      if ((u[i] <= lower[i] && step[i] < 0) || (u[i] >= upper[i] && step[i] > 0)) {
        held[i] = 1;
        out++;
      }
    }
    if (out === 0) return step;
  }
  return step.fill(0);
}
