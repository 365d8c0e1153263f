import { ofKind, Random, takes, wholeNumber } from "../base/mod.ts";
import { eigenSymmetric } from "./_linear.ts";
import { fromSearch, toSearch } from "./_problem.ts";
import type { Fit } from "./fit.ts";

/**
 * Parameter sets that the data allow about as well as the optimum: normal draws on the search scale by the fit's covariance,
 * kept within the bounds. Along directions that the data do not tell, draws spread by one e-fold at most.
 *
 * @param options `draws` is how many, 40 by default; `seed` names the random stream, 1 by default.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { drawParameters, fitLaw, onePowerLaw } from "midtrain/laws";
 *
 * const learningRates = new Float64Array(100).fill(1), steps = [3, 8, 24, 50, 99];
 * const fit = fitLaw(onePowerLaw, [{ name: "run", learningRates, steps, losses: [2.51, 2.33, 2.2, 2.14, 2.1] }]);
 * const draws = drawParameters(fit, { draws: 10 });
 * assert(draws.every(({ L0 }) => Math.abs(L0! - fit.parameters.L0!) < 1));
 * ```
 */
export function drawParameters<Datum>(
  fit: Fit<Datum>,
  options: { draws?: number | undefined; seed?: number | string | undefined } = {},
): Record<string, number>[] {
  takes("Cannot draw parameters", options, "draws?, seed?");
  ofKind("Cannot draw parameters", { fit }, "an object with law, parameters");
  const { draws = 40, seed = 1 } = options;
  wholeNumber("Cannot draw parameters", { draws }, ">= 1");
  const random = new Random(seed);
  const { parameters } = fit.law;
  const free = parameters.filter(({ name }) => name in fit.intervals);
  const m = free.length;
  const { values, vectors } = eigenSymmetric(fit.covariance, m);
  const spread = values.map((value) => Math.sqrt(1 / (1 / Math.max(value, 1e-300) + 1)));
  return Array.from({ length: draws }, () => {
    const z = spread.map((width) => width * random.normal());
    const drawn = { ...fit.parameters };
    free.forEach((parameter, i) => {
      let u = toSearch(parameter, fit.parameters[parameter.name]);
      for (let k = 0; k < m; k++) u += vectors[i * m + k] * z[k];
      drawn[parameter.name] = Math.min(Math.max(fromSearch(parameter, u), parameter.lower), parameter.upper);
    });
    return drawn;
  });
}
