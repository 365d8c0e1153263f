import { dot, solveSpd } from "./_linear.ts";
import { type Kernels, machineOf, paddedSize } from "./_machine.ts";

/** Residuals at a place and their derivatives by the free parameters. */
export interface Linearised {
  predictions: Float64Array;
  residuals: Float64Array;
  /** Column after column, each filled up with zeros to a whole number of eight. */
  columns: Float64Array;
}

/** What the residuals' losses are: see `LossOptions`. */
interface Losses {
  delta: number;
  weights?: Float64Array | undefined;
  leans?: Float64Array | undefined;
}

/** The share of Huber's weight at which a residual beyond delta curves the matrix. */
const FLAT = 0.2;
const FLATTEST = 1e-4;

/**
 * Huber regression on linearised residuals inside a box, with damping: the step of a Gauss-Newton method for a sum that is
 * convex in its residuals but not smooth (Burke and Ferris, Math. Programming 71, 1995). Newton's method with an exact line
 * search on the piecewise quadratic; no law is evaluated, so its iterations cost a tenth of one that is.
 */
export class HuberStep {
  readonly step: Float64Array;
  /** The linearised residuals after the step. */
  readonly rest: Float64Array;
  /** The decrease that the linearised residuals promise. */
  expected = 0;
  /** Doubles an array takes: a whole number of eight. */
  #size: number;
  #scale: Float64Array;
  #gradient: Float64Array;
  #direction: Float64Array;
  #held: Uint8Array;
  #matrix: Float64Array;
  #A: Float64Array;
  #b: Float64Array;

  constructor(readonly observations: number, readonly parameters: number) {
    const m = parameters;
    this.step = new Float64Array(m);
    this.rest = new Float64Array(observations);
    this.#size = paddedSize(observations);
    this.#scale = new Float64Array(m);
    this.#gradient = new Float64Array(m);
    this.#direction = new Float64Array(m);
    this.#held = new Uint8Array(m);
    this.#matrix = new Float64Array(m * m);
    this.#A = new Float64Array(m * m);
    this.#b = new Float64Array(m);
  }

  /**
   * Solve for the step.
   *
   * @param lower How far each parameter may fall: at most zero.
   * @param upper How far each may rise.
   * @param enough A decrease below which nothing is left to gain.
   */
  solve(
    linear: Linearised,
    { delta, weights, leans }: Losses,
    { lower, upper, damping, enough }: {
      lower: Float64Array;
      upper: Float64Array;
      damping: number;
      enough: number;
    },
  ): void {
    const m = this.parameters;
    const { step } = this;
    step.fill(0);
    this.expected = 0;
    const loops = this.#layOut(linear, weights, leans);
    const { kernels, doubles, at, end } = loops;
    let flat = FLAT;
    for (let round = 0; round < 40; round++) {
      this.#curvature(loops, delta, flat, round === 0);
      const direction = this.#newton(lower, upper, damping);
      const slope = dot(this.#gradient, direction);
      if (!(slope < 0)) break;
      doubles.set(direction, loops.out);
      kernels.combine(at.columns, at.rest, 8 * this.#size, at.out, at.change);
      let room = Infinity;
      let ridge = 0;
      let tilt = 0;
      for (let a = 0; a < m; a++) {
        const d = direction[a];
        if (d > 0) room = Math.min(room, (upper[a] - step[a]) / d);
        if (d < 0) room = Math.min(room, (lower[a] - step[a]) / d);
        ridge += damping * this.#scale[a] * d * d;
        tilt += damping * this.#scale[a] * d * step[a];
      }
      const length = search(loops, delta, slope, { tilt, ridge, room });
      kernels.advance(at.rest, end, at.change, at.weights, at.out, length, delta);
      let gain = doubles[loops.out];
      for (let a = 0; a < m; a++) {
        const before = step[a];
        // A step of the full room ends on its bound, whatever rounding says.
        step[a] = Math.min(Math.max(before + length * direction[a], lower[a]), upper[a]);
        gain -= damping * this.#scale[a] * (step[a] * step[a] - before * before) / 2;
      }
      if (!(gain > 0)) break;
      this.expected += gain;
      if (length < room && gain <= Math.max(0.1 * this.expected, enough)) break;
      flat = length > 1 ? Math.max(flat / 4, FLATTEST) : length < 0.5 ? Math.min(flat * 4, 1) : flat;
    }
    const from = m * this.#size;
    for (let i = 0; i < this.observations; i++) this.rest[i] = doubles[from + i];
  }

  /** Put the arrays where the routines read them. */
  #layOut(
    { residuals, columns }: Linearised,
    weights: Float64Array | undefined,
    leans: Float64Array | undefined,
  ): Loops {
    const n = this.observations;
    const m = this.parameters;
    const size = this.#size;
    const { kernels, base, doubles } = machineOf((m + 5) * size + 2 * m + 2);
    const place = (array: number) => base + 8 * array * size;
    doubles.set(columns);
    doubles.set(residuals, m * size);
    if (weights) doubles.set(weights, (m + 1) * size);
    else doubles.fill(1, (m + 1) * size, (m + 2) * size);
    // Whether a value is overestimated counts as it was at the step's begin; the step is tried by the losses themselves.
    for (let i = 0; leans && i < n; i++) if (residuals[i] > 0) doubles[(m + 1) * size + i] *= leans[i];
    for (let i = n; i < size; i++) doubles[m * size + i] = doubles[(m + 1) * size + i] = 0;
    const at = {
      columns: base,
      rest: place(m),
      weights: place(m + 1),
      change: place(m + 2),
      pulls: place(m + 3),
      curves: place(m + 4),
      out: place(m + 5),
    };
    return { kernels, doubles, at, end: at.rest + 8 * size, out: (m + 5) * size };
  }

  /** Gradient and curvature of the damped sum where the step now is; the damping's scale at first. */
  #curvature({ kernels, doubles, at, end, out }: Loops, delta: number, flat: number, first: boolean): void {
    const m = this.parameters;
    const matrix = this.#matrix;
    const bytes = 8 * this.#size;
    kernels.weigh(at.rest, end, at.weights, at.pulls, at.curves, delta, flat * delta);
    for (let a = 0; a < m; a++) {
      kernels.gramRow(at.columns + a * bytes, bytes, at.curves, at.pulls, at.columns, at.out);
      for (let b = 0; b <= a; b++) matrix[a * m + b] = matrix[b * m + a] = doubles[out + b];
      this.#gradient[a] = doubles[out + a + 1];
    }
    if (!first) return;
    let largest = 0;
    for (let a = 0; a < m; a++) largest = Math.max(largest, matrix[a * m + a]);
    for (let a = 0; a < m; a++) this.#scale[a] = Math.max(matrix[a * m + a], 1e-10 * largest);
  }

  /** Newton's direction over the parameters that the box lets move. */
  #newton(lower: Float64Array, upper: Float64Array, damping: number): Float64Array {
    const m = this.parameters;
    const { step } = this;
    const g = this.#gradient;
    const d = this.#direction;
    const held = this.#held;
    for (let a = 0; a < m; a++) {
      g[a] += damping * this.#scale[a] * step[a];
      held[a] = (step[a] <= lower[a] && g[a] > 0) || (step[a] >= upper[a] && g[a] < 0) ? 1 : 0;
    }
    for (let round = 0; round < m; round++) {
      let largest = 0;
      for (let a = 0; a < m; a++) if (!held[a]) largest = Math.max(largest, this.#matrix[a * m + a]);
      for (let a = 0; a < m; a++) {
        this.#b[a] = held[a] ? 0 : -g[a];
        for (let b = 0; b < m; b++) {
          this.#A[a * m + b] = held[a] || held[b] ? 0 : this.#matrix[a * m + b];
        }
        this.#A[a * m + a] += held[a] ? 1 : damping * this.#scale[a] + 1e-300;
      }
      for (let lift = 1e-10; !solveSpd(this.#A, this.#b, d) && lift < 1e6; lift *= 10) {
        for (let a = 0; a < m; a++) if (!held[a]) this.#A[a * m + a] += lift * largest;
      }
      // A parameter on its bound that the joint step would push out is held, and the others solved again.
      let out = 0;
      for (let a = 0; a < m; a++) {
        if ((step[a] <= lower[a] && d[a] < 0) || (step[a] >= upper[a] && d[a] > 0)) {
          held[a] = 1;
          out++;
        }
      }
      if (out === 0) return d;
    }
    return d.fill(0);
  }
}

/** Where the arrays of a step lie. */
interface Loops {
  kernels: Kernels;
  doubles: Float64Array;
  /** Addresses in bytes: columns one behind the other, then the residuals. */
  at: Record<"columns" | "rest" | "weights" | "change" | "pulls" | "curves" | "out", number>;
  /** The end of the residuals. */
  end: number;
  /** The place of `out` among the doubles. */
  out: number;
}

/** How far to go along a direction: to where the derivative of the sum, piecewise linear, is small. */
function search(
  { kernels, doubles, at, end, out }: Loops,
  delta: number,
  slope: number,
  { tilt, ridge, room }: { tilt: number; ridge: number; room: number },
): number {
  let low = 0;
  let high = Infinity;
  let t = Math.min(1, room);
  for (let pass = 0; pass < 12; pass++) {
    kernels.probe(at.rest, end, at.change, at.weights, at.out, t, delta);
    const first = tilt + t * ridge + doubles[out];
    const second = ridge + doubles[out + 1];
    if (Math.abs(first) <= -0.1 * slope || (t === room && first < 0)) return t;
    if (first < 0) low = t;
    else high = t;
    const next = t - first / second;
    const inside = next > low && next < high;
    t = Math.min(inside ? next : high === Infinity ? 4 * t : (low + high) / 2, room);
  }
  return low || t;
}
