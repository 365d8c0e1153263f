import type { LossCurve, Random } from "../base/mod.ts";
import { fromSearch, type LossOptions, Problem, toSearch } from "./_problem.ts";
import type { Fit } from "./fit.ts";
import type { Law, Observations, Parameter } from "./law.ts";
import type { ParameterPrior } from "./priors.ts";

/** The residual of a parameter one spread from its prior, in deltas: small, so that the pull stays square. */
const SMALL = 0.01;

/**
 * Pulls of a law's parameters towards what other data say, each as one more observation: its residual is the distance from
 * the prior, its weight makes it as heavy as a normal density beside residuals of the fit's variance.
 */
export class Pulls {
  #law: Law<LossCurve>;
  #pulled: { j: number; parameter: Parameter; prior: ParameterPrior }[];
  #centres = new Float64Array(0);
  #unit: number;
  #weight: number;
  #log: boolean;

  constructor(
    { law, residualVariance }: Fit<LossCurve>,
    priors: Readonly<Record<string, ParameterPrior>>,
    { delta, scale, fixed = {} }: LossOptions,
  ) {
    this.#law = law;
    this.#pulled = law.parameters.flatMap((parameter, j) => {
      const prior = priors[parameter.name];
      return prior && !(parameter.name in fixed) ? [{ j, parameter, prior }] : [];
    });
    this.#unit = SMALL * Math.min(delta, 1e-3);
    this.#weight = residualVariance / this.#unit ** 2;
    this.#log = scale === "log";
    this.move();
  }

  /** Put each prior's centre at a draw from its spread; without a random stream back to where it is. */
  move(random?: Random): void {
    this.#centres = Float64Array.from(
      this.#pulled,
      ({ parameter, prior: { centre, spread } }) =>
        toSearch(parameter, centre) + (random ? spread * random.normal() : 0),
    );
  }

  /** The problem with the pulls behind its observations; its weights can be written to. */
  on({ prepared, options }: Problem<LossCurve>): Problem<LossCurve> {
    const count = prepared.observed.length;
    const more = this.#pulled.length;
    const observed = new Float64Array(count + more).fill(1);
    observed.set(prepared.observed);
    const owner = new Int32Array(count + more).fill(-1);
    owner.set(prepared.owner);
    const weights = new Float64Array(count + more).fill(this.#weight);
    for (let i = 0; i < count; i++) weights[i] = options.weights?.[i] ?? 1;
    // A prior pulls from either side alike.
    const leans = options.leans && new Float64Array(count + more).fill(1);
    leans?.set(options.leans!);
    return new Problem(this.#pulledLaw(prepared, count), { observed, owner }, { ...options, weights, leans });
  }

  #pulledLaw(inner: Observations, count: number): Law<LossCurve> {
    const law = this.#law;
    const own = new Float64Array(count);
    const slopes = new Float64Array(count * law.parameters.length);
    return {
      ...law,
      predict: (theta, _, predictions, jacobian) => {
        law.predict(theta, inner, own, jacobian && slopes);
        predictions.set(own);
        const n = predictions.length;
        for (let j = 0; jacobian && j < theta.length; j++) {
          jacobian.set(slopes.subarray(j * count, (j + 1) * count), j * n);
          jacobian.fill(0, j * n + count, (j + 1) * n);
        }
        this.#pulled.forEach(({ j, parameter, prior: { spread } }, i) => {
          const u = toSearch(parameter, theta[j]);
          const off = this.#unit * (u - this.#centres[i]) / spread;
          const at = count + i;
          predictions[at] = this.#log ? Math.exp(off) : 1 + off;
          if (!jacobian) return;
          const STEP = 1e-5;
          const slope = (fromSearch(parameter, u + STEP) - fromSearch(parameter, u - STEP)) / (2 * STEP);
          jacobian[j * n + at] = (this.#log ? predictions[at] : 1) * this.#unit / spread / slope;
        });
      },
    };
  }
}
