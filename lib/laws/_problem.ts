import { HuberStep, type Linearised } from "./_huber_step.ts";
import { solveSpd } from "./_linear.ts";
import { paddedSize } from "./_machine.ts";
import type { Law, Observations, Parameter } from "./law.ts";
import { logAll, normalEquations } from "./_vector.ts";

/** What is minimised: the sum of weighted Huber losses of residuals, on the logarithm or on the value itself. */
export interface LossOptions {
  /** Where the Huber loss turns from square to linear; Infinity for least squares. */
  delta: number;
  /** Residuals of logarithms, or of values. */
  scale: "log" | "linear";
  /** One weight an observation. */
  weights?: Float64Array | undefined;
  /** What an observation's weight is multiplied by where the law predicts too much; left out where it is one everywhere. */
  leans?: Float64Array | undefined;
  /** Parameters held at a value. */
  fixed?: Readonly<Record<string, number>> | undefined;
  /** Bounds narrower than the law's own. */
  bounds?: Readonly<Record<string, readonly [number, number]>> | undefined;
}

/** A parameter's value on its search scale. */
export function toSearch({ transform, lower, upper }: Parameter, value: number): number {
  switch (transform) {
    case "identity":
      return value;
    case "log":
      return Math.log(value);
    case "log1m":
      return Math.log1p(-value);
    case "logit":
      return Math.log((value - lower) / (upper - value));
  }
}

/** The value at a place on the search scale. */
export function fromSearch({ transform, lower, upper }: Parameter, u: number): number {
  switch (transform) {
    case "identity":
      return u;
    case "log":
      return Math.exp(u);
    case "log1m":
      return -Math.expm1(u);
    case "logit":
      return lower + (upper - lower) / (1 + Math.exp(-u));
  }
}

function slope({ transform, lower, upper }: Parameter, value: number): number {
  switch (transform) {
    case "identity":
      return 1;
    case "log":
      return value;
    case "log1m":
      return value - 1;
    case "logit":
      return (value - lower) * (upper - value) / (upper - lower);
  }
}

/** What a search writes into. */
interface Workspace {
  step: HuberStep;
  here: Linearised;
  there: Linearised;
  below: Float64Array;
  above: Float64Array;
  /** For the linear parameters' equations: all of them, and all but one. */
  normal: { gram: Float64Array; right: Float64Array; move: Float64Array }[];
}

/** A law on data as a function of the free parameters on their search scale; buffers are made once. */
export class Problem<Datum> {
  readonly law: Law<Datum>;
  readonly prepared: Observations;
  readonly options: LossOptions;
  readonly free: readonly number[];
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly predictions: Float64Array;
  readonly jacobian: Float64Array;
  #theta: Float64Array;
  #slopes: Float64Array;
  /** The parameters of what `predictions` holds, and whether `jacobian` holds its derivatives. */
  #known: Float64Array;
  #knownSlopes = false;
  #logs: Float64Array;
  #residuals: Float64Array;
  #column: Float64Array;
  /** Places of the free parameters in which the law is linear. */
  #linear: readonly number[];
  #workspace: Workspace | undefined;

  constructor(law: Law<Datum>, prepared: Observations, options: LossOptions) {
    const { fixed = {}, bounds = {} } = options;
    const { parameters } = law;
    const n = prepared.observed.length;
    this.law = law;
    this.prepared = prepared;
    this.options = options;
    this.free = parameters.map((_, j) => j).filter((j) => !(parameters[j].name in fixed));
    this.#linear = this.free.filter((j) => law.linear.includes(parameters[j].name));
    this.#theta = Float64Array.from(parameters, ({ name }) => fixed[name] ?? NaN);
    this.#slopes = new Float64Array(parameters.length);
    this.#known = new Float64Array(parameters.length).fill(NaN);
    this.predictions = new Float64Array(n);
    this.jacobian = new Float64Array(n * parameters.length);
    this.#residuals = new Float64Array(n);
    this.#column = new Float64Array(n);
    this.#logs = prepared.observed.slice();
    if (options.scale === "log") logAll(this.#logs);
    const ends = this.free.map((j) => {
      const parameter = parameters[j];
      const limits = bounds[parameter.name] ?? [parameter.lower, parameter.upper];
      const [a, b] = limits.map((value) => toSearch(parameter, value));
      return [Math.max(Math.min(a, b), -700), Math.min(Math.max(a, b), 700)];
    });
    this.lower = Float64Array.from(ends, ([low]) => low);
    this.upper = Float64Array.from(ends, ([, high]) => high);
  }

  /** All parameters, fixed ones included, at a place on the search scale. The array is a copy. */
  theta(u: Float64Array): Float64Array {
    return this.#set(u).slice();
  }

  /** The free parameters of `theta` on their search scale, inside the bounds. */
  search(theta: ArrayLike<number>): Float64Array {
    return Float64Array.from(this.free, (j, i) => {
      const u = toSearch(this.law.parameters[j], theta[j]);
      return Math.min(Math.max(Number.isNaN(u) ? this.lower[i] : u, this.lower[i]), this.upper[i]);
    });
  }

  /** An objective that rounding alone leaves: where data lie on the law there is nothing below it to gain. */
  get floor(): number {
    const { scale, weights } = this.options;
    const { observed } = this.prepared;
    let sum = 0;
    for (let i = 0; i < observed.length; i++) {
      sum += (weights?.[i] ?? 1) * (scale === "log" ? 1 : observed[i] ** 2);
    }
    return 1e-24 * sum;
  }

  /** Fill `predictions`, with `slopes` the `jacobian` too; what they hold already is not predicted again. */
  predict(theta: Float64Array, slopes = false): void {
    const known = this.#known;
    if ((this.#knownSlopes || !slopes) && theta.every((value, j) => value === known[j])) return;
    this.law.predict(theta, this.prepared, this.predictions, slopes ? this.jacobian : undefined);
    known.set(theta);
    this.#knownSlopes = slopes;
  }

  /** The law has changed: what it predicted counts no more. */
  changed(): void {
    this.#known.fill(NaN);
  }

  /** The objective; with `slopes` where derivatives are asked for next. */
  value(u: Float64Array, slopes = false): number {
    this.predict(this.#set(u), slopes);
    return this.#loss();
  }

  /** The objective and its gradient. */
  gradient(u: Float64Array, gradient: Float64Array): number {
    this.predict(this.#set(u), true);
    const value = this.#loss();
    const { scale, delta, weights, leans } = this.options;
    const n = this.predictions.length;
    const residuals = this.#residuals;
    const { jacobian, predictions } = this;
    // What each prediction's derivative is multiplied by.
    for (let i = 0; i < n; i++) {
      const r = residuals[i];
      const psi = r > delta ? delta : r < -delta ? -delta : r;
      const pull = leans && r > 0 ? leans[i] * psi : psi;
      residuals[i] = (weights ? weights[i] * pull : pull) / (scale === "log" ? predictions[i] : 1);
    }
    this.free.forEach((j, a) => {
      let sum = 0;
      let at = j * n;
      for (let i = 0; i < n; i++, at++) sum += residuals[i] * jacobian[at];
      gradient[a] = sum * this.#slopes[j];
    });
    return value;
  }

  /** Room for a search, made once. */
  workspace(): Workspace {
    const m = this.free.length;
    const n = this.predictions.length;
    const room = (): Linearised => ({
      predictions: new Float64Array(n),
      residuals: new Float64Array(n),
      columns: new Float64Array(paddedSize(n) * m),
    });
    return this.#workspace ??= {
      step: new HuberStep(n, m),
      here: room(),
      there: room(),
      below: new Float64Array(m),
      above: new Float64Array(m),
      normal: [0, -1].map((less) => {
        const k = Math.max(this.#linear.length + less, 0);
        return { gram: new Float64Array(k * k), right: new Float64Array(k), move: new Float64Array(k) };
      }),
    };
  }

  /** The objective; what the law predicts, residuals and their derivatives by the free parameters go into `linear`. */
  linearise(u: Float64Array, linear: Linearised): number {
    this.predict(this.#set(u), true);
    return this.#fill(linear);
  }

  /**
   * As `linearise`, at the end of a step that was solved on `from`: the parameters in which the law is linear are set so that
   * its predictions come as near as they can to those that the step was promised. Along a curved valley, where those
   * parameters follow the others, a straight step leaves its floor; this one does not (variable projection). `u` is changed.
   */
  follow(u: Float64Array, from: Linearised, linear: Linearised, held = -1): number {
    const theta = this.#set(u);
    const { law, predictions, jacobian, options: { weights, leans, delta, scale } } = this;
    this.predict(theta, true);
    const at = this.#linear.filter((j) => j !== this.free[held]);
    const n = predictions.length;
    const k = at.length;
    if (k === 0) return this.#fill(linear);
    const { rest } = this.workspace().step;
    const log = scale === "log";
    const trust = this.#column;
    const short = this.#residuals;
    for (let i = 0; i < n; i++) {
      const change = rest[i] - from.residuals[i];
      // The exponential's series where it suffices.
      const promised = !log ? from.predictions[i] + change : from.predictions[i] *
        (change > -1e-2 && change < 1e-2
          ? 1 + change * (1 + change / 2 * (1 + change / 3))
          : Math.exp(change));
      short[i] = promised - predictions[i];
      const size = Math.abs(rest[i]);
      const lean = leans && rest[i] > 0 ? leans[i] : 1;
      const w = (weights ? weights[i] : 1) * lean * (size <= delta ? 1 : delta / size);
      trust[i] = log ? w / (promised * promised) : w;
    }
    const { gram, right, move } = this.workspace().normal[this.#linear.length - k];
    normalEquations(at.map((j) => jacobian.subarray(j * n, (j + 1) * n)), trust, short, gram, right);
    if (!solveSpd(gram, right, move)) return this.#fill(linear);
    const moved = u.slice();
    for (let a = 0; a < k; a++) {
      const place = this.free.indexOf(at[a]);
      const value = moved[place] = toSearch(law.parameters[at[a]], theta[at[a]] + move[a]);
      // On a bound a logarithm has no slope to leave it by.
      if (!(value > this.lower[place] && value < this.upper[place])) return this.#fill(linear);
    }
    const before = at.map((j) => theta[j]);
    u.set(moved);
    this.#set(u);
    if (law.carriers) this.#carry(law.carriers, at, before);
    else this.predict(this.#theta, true);
    return this.#fill(linear);
  }

  /** Predictions and derivatives where the linear parameters are what they now are, from those where they were `before`. */
  #carry(
    carriers: NonNullable<Law<Datum>["carriers"]>,
    at: readonly number[],
    before: readonly number[],
  ): void {
    const { predictions, jacobian, law: { parameters } } = this;
    const n = predictions.length;
    at.forEach((j, a) => {
      const move = this.#theta[j] - before[a];
      const first = j * n;
      for (let i = 0; i < n; i++) predictions[i] += move * jacobian[first + i];
    });
    for (const j of this.free) {
      const a = at.findIndex((linear) => parameters[linear].name === carriers[parameters[j].name]);
      if (a < 0) continue;
      const ratio = this.#theta[at[a]] / before[a];
      const first = j * n;
      for (let i = 0; i < n; i++) jacobian[first + i] *= ratio;
    }
    // Moved sums are rounded otherwise than predicted ones, and no bit may hang on the way here.
    this.changed();
  }

  #fill({ predictions: kept, residuals, columns }: Linearised): number {
    const value = this.#loss();
    const { predictions, jacobian } = this;
    const n = predictions.length;
    const size = paddedSize(n);
    const divide = this.#column;
    kept.set(predictions);
    residuals.set(this.#residuals);
    const log = this.options.scale === "log";
    for (let i = 0; i < n; i++) divide[i] = log ? 1 / predictions[i] : 1;
    for (let a = 0; a < this.free.length; a++) {
      const j = this.free[a];
      const slope = this.#slopes[j];
      const from = j * n;
      const to = a * size;
      for (let i = 0; i < n; i++) columns[to + i] = slope * jacobian[from + i] * divide[i];
    }
    return value;
  }

  /** The Hessian, by central differences of the analytic gradient. */
  hessian(u: Float64Array): Float64Array {
    const m = u.length;
    const H = new Float64Array(m * m);
    const above = new Float64Array(m);
    const below = new Float64Array(m);
    const at = u.slice();
    for (let a = 0; a < m; a++) {
      const h = 1e-4 * Math.max(1, Math.abs(u[a]) / 10);
      at[a] = u[a] + h;
      this.gradient(at, above);
      at[a] = u[a] - h;
      this.gradient(at, below);
      at[a] = u[a];
      for (let b = 0; b < m; b++) H[a * m + b] = (above[b] - below[b]) / (2 * h);
    }
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < a; b++) H[a * m + b] = H[b * m + a] = (H[a * m + b] + H[b * m + a]) / 2;
    }
    return H;
  }

  /** Residuals at a point, on the scale of the loss. */
  residuals(u: Float64Array): Float64Array {
    this.predict(this.#set(u));
    this.#loss();
    return this.#residuals.slice();
  }

  #set(u: Float64Array): Float64Array {
    const { parameters } = this.law;
    this.free.forEach((j, i) => {
      // Rounding in exp(log(bound)) must not leave the box.
      const value = fromSearch(parameters[j], u[i]);
      this.#theta[j] = Math.min(Math.max(value, parameters[j].lower), parameters[j].upper);
      this.#slopes[j] = slope(parameters[j], value);
    });
    return this.#theta;
  }

  #loss(): number {
    const { predictions } = this;
    const { scale, delta, weights, leans } = this.options;
    const logs = this.#logs;
    const residuals = this.#residuals;
    let sum = 0;
    if (scale === "log") logAll(predictions, residuals);
    else residuals.set(predictions);
    for (let i = 0; i < predictions.length; i++) {
      const r = residuals[i] -= logs[i];
      const size = r < 0 ? -r : r;
      let loss = size <= delta ? size * size / 2 : delta * (size - delta / 2);
      if (leans && r > 0) loss *= leans[i];
      sum += weights ? weights[i] * loss : loss;
    }
    return Number.isNaN(sum) ? Infinity : sum;
  }
}

/** Whether a value lies on a bound, within what the search resolves. */
export function atBound(u: number, lower: number, upper: number, within = 1e-7): boolean {
  return u - lower <= within * Math.max(1, Math.abs(lower)) ||
    upper - u <= within * Math.max(1, Math.abs(upper));
}
