import { dot, solveSpd } from "./_linear.ts";

/** Residuals at a place and their derivatives by the free parameters, column after column. */
export interface Linearised {
  predictions: Float64Array;
  residuals: Float64Array;
  columns: Float64Array;
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
  #change: Float64Array;
  #curves: Float64Array;
  #column: Float64Array;
  #scale: Float64Array;
  #gradient: Float64Array;
  #direction: Float64Array;
  #matrix: Float64Array;
  #A: Float64Array;
  #b: Float64Array;

  constructor(readonly observations: number, readonly parameters: number) {
    const [n, m] = [observations, parameters];
    this.step = new Float64Array(m);
    this.rest = new Float64Array(n);
    this.#change = new Float64Array(n);
    this.#curves = new Float64Array(n);
    this.#column = new Float64Array(n);
    this.#scale = new Float64Array(m);
    this.#gradient = new Float64Array(m);
    this.#direction = new Float64Array(m);
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
    { residuals, columns }: Linearised,
    { delta, weights }: { delta: number; weights?: Float64Array | undefined },
    { lower, upper, damping, enough }: {
      lower: Float64Array;
      upper: Float64Array;
      damping: number;
      enough: number;
    },
  ): void {
    const n = this.observations;
    const m = this.parameters;
    const { rest } = this;
    const change = this.#change;
    const { step } = this;
    step.fill(0);
    rest.set(residuals);
    this.expected = 0;
    let flat = FLAT;
    for (let round = 0; round < 40; round++) {
      this.#curvature(columns, delta, weights, flat, round === 0);
      const direction = this.#newton(lower, upper, damping);
      const slope = dot(this.#gradient, direction);
      if (!(slope < 0)) return;
      change.fill(0);
      for (let a = 0; a < m; a++) {
        const d = direction[a];
        if (d === 0) continue;
        const start = a * n;
        for (let i = 0; i < n; i++) change[i] += d * columns[start + i];
      }
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
      const length = this.#search(delta, weights, slope, { tilt, ridge, room });
      let gain = 0;
      for (let i = 0; i < n; i++) {
        const before = rest[i];
        const after = rest[i] = before + length * change[i];
        const was = before < 0 ? -before : before;
        const is = after < 0 ? -after : after;
        const loss = (was <= delta ? was * was / 2 : delta * (was - delta / 2)) -
          (is <= delta ? is * is / 2 : delta * (is - delta / 2));
        gain += weights ? weights[i] * loss : loss;
      }
      for (let a = 0; a < m; a++) {
        const before = step[a];
        // A step of the full room ends on its bound, whatever rounding says.
        step[a] = Math.min(Math.max(before + length * direction[a], lower[a]), upper[a]);
        gain -= damping * this.#scale[a] * (step[a] * step[a] - before * before) / 2;
      }
      if (!(gain > 0)) return;
      this.expected += gain;
      if (length < room && gain <= Math.max(0.1 * this.expected, enough)) return;
      flat = length > 1 ? Math.max(flat / 4, FLATTEST) : length < 0.5 ? Math.min(flat * 4, 1) : flat;
    }
  }

  /** Gradient and curvature of the damped sum where the step now is; the damping's scale at first. */
  #curvature(
    columns: Float64Array,
    delta: number,
    weights: Float64Array | undefined,
    flat: number,
    first: boolean,
  ): void {
    const n = this.observations;
    const m = this.parameters;
    const { rest } = this;
    const pulls = this.#change;
    const curves = this.#curves;
    const column = this.#column;
    const matrix = this.#matrix;
    for (let i = 0; i < n; i++) {
      const r = rest[i];
      const size = r < 0 ? -r : r;
      const w = weights ? weights[i] : 1;
      if (size <= delta) {
        pulls[i] = w * r;
        curves[i] = w;
      } else {
        pulls[i] = r < 0 ? -w * delta : w * delta;
        curves[i] = flat * w * delta / size;
      }
    }
    for (let a = 0; a < m; a++) {
      const start = a * n;
      let pull = 0;
      for (let i = 0; i < n; i++) {
        const d = columns[start + i];
        pull += pulls[i] * d;
        column[i] = curves[i] * d;
      }
      this.#gradient[a] = pull;
      for (let b = 0; b <= a; b++) {
        const second = b * n;
        let product = 0;
        for (let i = 0; i < n; i++) product += column[i] * columns[second + i];
        matrix[a * m + b] = matrix[b * m + a] = product;
      }
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
    const held = new Uint8Array(m);
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

  /** How far to go along a direction: to where the derivative of the sum, piecewise linear, is small. */
  #search(
    delta: number,
    weights: Float64Array | undefined,
    slope: number,
    { tilt, ridge, room }: { tilt: number; ridge: number; room: number },
  ): number {
    const n = this.observations;
    const { rest } = this;
    const change = this.#change;
    let low = 0;
    let high = Infinity;
    let t = Math.min(1, room);
    for (let pass = 0; pass < 12; pass++) {
      let first = tilt + t * ridge;
      let second = ridge;
      for (let i = 0; i < n; i++) {
        const c = change[i];
        const w = weights ? weights[i] : 1;
        const r = rest[i] + t * c;
        if (r > delta) first += w * delta * c;
        else if (r < -delta) first -= w * delta * c;
        else {
          first += w * r * c;
          second += w * c * c;
        }
      }
      if (Math.abs(first) <= -0.1 * slope || (t === room && first < 0)) return t;
      if (first < 0) low = t;
      else high = t;
      const next = t - first / second;
      const inside = next > low && next < high;
      t = Math.min(inside ? next : high === Infinity ? 4 * t : (low + high) / 2, room);
    }
    return low || t;
  }
}
