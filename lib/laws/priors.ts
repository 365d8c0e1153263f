import { mean, ofKind, sum } from "../base/mod.ts";
import { fromSearch, toSearch } from "./_problem.ts";
import type { FittedLaw } from "./law.ts";

/** What other data say of a parameter. */
export interface ParameterPrior {
  /** Where it lay. */
  centre: number;
  /** How far it spreads, on the parameter's search scale: of a positive one in e-folds. */
  spread: number;
}

/** Priors by a law's name and its parameter's. */
export type LawPriors = Readonly<Record<string, Readonly<Record<string, ParameterPrior>>>>;

/** Fits to one collection of runs share its text, batch and optimiser: data of another are no nearer than this. */
const LEAST_SPREAD = 0.3;

/**
 * What fits of one law to other data say of its parameters: their mean on the search scale, and twice their deviation, 0.3
 * at least, since other data differ by more than the model. Never learn them from curves that are to be predicted.
 *
 * @param parameters Which parameters: those that do not depend on the model, as exponents.
 * @throws {TypeError} If there are fewer than two fits.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { learnPriors, onePowerLaw } from "midtrain/laws";
 *
 * const fits = [0.4, 0.6].map((alpha) => ({ law: onePowerLaw, parameters: { L0: 2, A: 1, alpha } }));
 * const { alpha } = learnPriors(fits, ["alpha"])["one-power"]!;
 * assert(alpha!.centre > 0.48 && alpha!.centre < 0.5 && alpha!.spread > 0.4);
 * ```
 */
export function learnPriors<Datum>(
  fits: readonly FittedLaw<Datum>[],
  parameters: readonly string[],
): LawPriors {
  ofKind("Cannot learn priors", { fits, parameters }, "a list");
  if (fits.length < 2) {
    throw new TypeError(`Cannot learn priors as there must be two fits or more: there are ${fits.length}`);
  }
  const { law } = fits[0];
  const priors = parameters.map((name) => {
    const parameter = law.parameters.find((one) => one.name === name);
    if (!parameter) throw new TypeError(`Cannot learn priors as ${law.name} has no parameter ${name}`);
    const places = fits.map((fit) => toSearch(parameter, fit.parameters[name]));
    const centre = mean(places);
    const deviation = Math.sqrt(sum(places.map((place) => (place - centre) ** 2)) / (places.length - 1));
    return [name, {
      centre: fromSearch(parameter, centre),
      spread: Math.max(2 * deviation, LEAST_SPREAD),
    }] as const;
  });
  return { [law.name]: Object.fromEntries(priors) };
}
