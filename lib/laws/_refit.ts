import { type LossCurve, Random } from "../base/mod.ts";
import { levenbergMarquardt } from "./_newton.ts";
import type { Problem } from "./_problem.ts";
import { Pulls } from "./_pulls.ts";
import type { Fit } from "./fit.ts";
import type { ParameterPrior } from "./priors.ts";
import { type FitOptions, prepareSearch, searchOf } from "./search.ts";

/** A law fitted again and again to the same curves under other weights, each time from the optimum under equal ones. */
export class Refit {
  #problem: Problem<LossCurve>;
  #exact: Problem<LossCurve>;
  #pulls: Pulls;
  #optimum: Float64Array;
  #weights: Float64Array;
  #owner: Int32Array;
  #own: FitOptions["weights"];

  constructor(
    fit: Fit<LossCurve>,
    curves: readonly LossCurve[],
    options: FitOptions,
    priors: Readonly<Record<string, ParameterPrior>> = {},
  ) {
    const { coarse, fine } = prepareSearch(fit.law, curves, options);
    this.#pulls = new Pulls(fit, priors, coarse.options);
    this.#problem = this.#pulls.on(coarse);
    this.#exact = this.#pulls.on(fine);
    this.#weights = this.#problem.options.weights!;
    this.#owner = coarse.prepared.owner;
    this.#optimum = searchOf(this.#problem, fit.parameters);
    this.#own = options.weights;
  }

  /** The parameters under equal weights, by exact sums. */
  pulled(): Float64Array {
    return this.#exact.theta(levenbergMarquardt(this.#exact, this.#optimum, 40, 1e-9).x);
  }

  /** The parameters under one weight a curve. */
  parameters(weights: ArrayLike<number>): Float64Array {
    const owner = this.#owner;
    for (let i = 0; i < owner.length; i++) {
      this.#weights[i] = weights[owner[i]] * (this.#own?.[owner[i]] ?? 1);
    }
    return this.#problem.theta(levenbergMarquardt(this.#problem, this.#optimum, 40, 1e-6).x);
  }

  /**
   * Parameters as other curves of their kind might have given them: each curve weighs as much as an exponential draw says
   * (the Bayesian bootstrap, Rubin 1981, which loses no curve where there are few), and priors lie elsewhere in their spread.
   * Draw `d` weighs the curves alike for every law.
   */
  draw(seed: number | string, d: number): Float64Array {
    const random = new Random(seed).fork(d);
    const { owner } = this.#problem.prepared;
    const weights = Float64Array.from(
      { length: owner[owner.length - 1] + 1 },
      () => -Math.log(1 - random.next()),
    );
    this.#pulls.move(random);
    this.#problem.changed();
    const drawn = this.parameters(weights);
    this.#pulls.move();
    this.#problem.changed();
    return drawn;
  }

  /** What those parameters predict above what was measured along one curve. */
  errors(theta: Float64Array, curve: number): Float64Array {
    const { prepared, predictions } = this.#problem;
    this.#problem.predict(theta);
    const off = predictions.map((loss, i) => loss - prepared.observed[i]);
    return off.filter((_, i) => this.#owner[i] === curve);
  }
}
