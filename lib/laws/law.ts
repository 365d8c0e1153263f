import { inRange, ofKind } from "../base/mod.ts";

/**
 * How a parameter is searched: as it is, or through the map that makes its natural scale even.
 *
 * - `identity`: the value itself.
 * - `log`: its logarithm, for positive scales and exponents.
 * - `logit`: its place between the bounds, for shares.
 * - `log1m`: the logarithm of one minus the value, for decay factors close to one.
 */
export type Transform = "identity" | "log" | "logit" | "log1m";

/** One parameter of a law. */
export interface Parameter {
  /** The symbol of the paper, spelled out, for example `alpha`. */
  name: string;
  /** Its unit, for example `nats per token`; `1` when it has none. */
  unit: string;
  /** The least value the fit may take. */
  lower: number;
  /** The greatest value the fit may take. */
  upper: number;
  /** The scale on which it is searched. */
  transform: Transform;
}

/** What a law measures itself against, as flat arrays. Each law's `prepare` adds what its `predict` needs. */
export interface Observations {
  /** The measured values, one an observation. */
  observed: Float64Array;
  /** For each observation the index of the datum (curve or run) that holds it. */
  owner: Int32Array;
}

/** How `prepare` may coarsen its sums. */
export interface PrepareOptions {
  /**
   * In the laws that sum over all pairs of steps: how wide a group of learning-rate changes may be against its distance from a
   * measured step to be summed as one. 0 is exact.
   * @default {0}
   */
  grouping?: number;
}

/** A law that this one contains, and where it lies inside. */
export interface Contained<Datum> {
  /** The smaller law. */
  law: Law<Datum>;
  /** This law's parameters at which it equals the smaller one with parameters `inner`. */
  embed(inner: Record<string, number>, data: readonly Datum[]): Record<string, number>;
}

/**
 * A scaling law as data: names, bounds and units of its parameters, its prediction and its analytic gradient. A law of your
 * own is an object of this shape; {@linkcode fitLaw} takes it like any other.
 *
 * @typeParam Datum What one measured unit is: a loss curve, or one run's record. Resampling draws whole data.
 */
export interface Law<Datum> {
  /** The short name. */
  name: string;
  /** The formula in plain text. */
  formula: string;
  /** Where it comes from: paper and section. */
  source: string;
  /** The parameters, in the order that `predict` takes them. */
  parameters: readonly Parameter[];
  /** Names of the parameters in which the prediction is linear; starts take them from least squares. */
  linear: readonly string[];
  /**
   * For each other parameter the one of `linear` that its part of the prediction is multiplied by, where there is just one: the
   * search then moves the linear parameters without predicting again. Leave it out where a parameter acts through several.
   */
  carriers?: Readonly<Record<string, string>>;
  /** Starting values of the other parameters; the search begins at the best points of their product. */
  grid: Readonly<Record<string, readonly number[]>>;
  /** The laws it contains, exactly or as a limit. Its fit starts from theirs too, so it never ends worse. */
  contains?: readonly Contained<Datum>[];
  /**
   * Groups of parameters, each in the same order, that may be exchanged without a change of any prediction: a fit gives them
   * with the first of each group ascending.
   */
  exchangeable?: readonly (readonly string[])[];
  /** Whether it sums over all pairs of steps, so that a search with grouped changes is worth its while. @default {false} */
  pairSums?: boolean;
  /** Check data and lay them out for `predict`. Throws on what cannot be fitted, naming it. */
  prepare(data: readonly Datum[], options?: PrepareOptions): Observations;
  /**
   * Predict every observation.
   *
   * @param theta Parameter values, in order.
   * @param prepared What `prepare` gave.
   * @param predictions Filled, one an observation.
   * @param jacobian Filled when given: entry `j * observations + i` is the derivative of prediction i by parameter j.
   */
  predict(
    theta: Float64Array,
    prepared: Observations,
    predictions: Float64Array,
    jacobian?: Float64Array,
  ): void;
  /** Sentences on what these data cannot tell, whatever the fit. */
  diagnose?(data: readonly Datum[]): string[];
}

/** A law with values for its parameters: what a {@linkcode Fit} is too, or what a paper prints. */
export interface FittedLaw<Datum> {
  /** The law. */
  law: Law<Datum>;
  /** Its parameters by name. */
  parameters: Readonly<Record<string, number>>;
}

/**
 * A law's parameters as the array that `predict` takes.
 *
 * @throws {TypeError} If a parameter is missing or unknown.
 * @throws {RangeError} If a value is not a number.
 */
export function parameterArray<Datum>(
  law: Law<Datum>,
  parameters: Readonly<Record<string, number>>,
): Float64Array {
  const names = law.parameters.map((parameter) => parameter.name);
  for (const name of Object.keys(parameters)) {
    if (!names.includes(name)) {
      throw new TypeError(
        `Cannot set ${law.name} as it has no parameter ${name}: its parameters are ${names.join(", ")}`,
      );
    }
  }
  return Float64Array.from(names, (name) => {
    const value = parameters[name];
    if (value === undefined) {
      throw new TypeError(
        `Cannot set ${law.name} as parameter ${name} is missing: its parameters are ${names.join(", ")}`,
      );
    }
    if (typeof value !== "number" || Number.isNaN(value)) {
      throw new RangeError(`Cannot set ${law.name} as ${name} must be a number: current value is ${value}`);
    }
    return value;
  });
}

/**
 * Throw unless every parameter lies within its law's bounds; a value that rounding put past one is borne.
 *
 * @throws {RangeError} If one lies outside: the message names it.
 */
export function checkInside<Datum>(law: Law<Datum>, parameters: Readonly<Record<string, number>>): void {
  law.parameters.forEach(({ name, lower, upper }) => {
    const value = parameters[name];
    const past = Math.max(lower - value, value - upper);
    if (past > 1e-9 * Math.abs(value) || !Number.isFinite(value)) {
      inRange(`Cannot set ${law.name}`, { [name]: value }, `in [${lower}, ${upper}]`);
    }
  });
}

/** A law's parameters by name, from the array that `predict` takes. */
export function namedParameters<Datum>(law: Law<Datum>, theta: Float64Array): Record<string, number> {
  return Object.fromEntries(law.parameters.map(({ name }, j) => [name, theta[j]]));
}

/**
 * What a law predicts for data, in their order: for curves every measured step, curve after curve; for runs one value each.
 *
 * @throws {TypeError} If a parameter is missing or unknown.
 * @throws {RangeError} If a parameter lies outside the law's bounds.
 * @example The published Chinchilla fit at 1B parameters and 20B tokens
 * ```ts
 * import assert from "node:assert/strict";
 * import { chinchillaLaw, predictLaw } from "midtrain/laws";
 *
 * const parameters = { E: 1.69, A: 406.4, B: 410.7, alpha: 0.34, beta: 0.28 };
 * const [loss] = predictLaw({ law: chinchillaLaw, parameters }, [{ params: 1e9, tokens: 20e9 }]);
 * assert(Math.abs(loss! - 2.58) < 0.01);
 * ```
 */
export function predictLaw<Datum>(fitted: FittedLaw<Datum>, data: readonly Datum[]): Float64Array {
  ofKind("Cannot predict", { fitted }, "an object with law, parameters");
  ofKind("Cannot predict", { data }, "a list");
  const theta = parameterArray(fitted.law, fitted.parameters);
  checkInside(fitted.law, fitted.parameters);
  const prepared = fitted.law.prepare(data);
  const predictions = new Float64Array(prepared.observed.length);
  fitted.law.predict(theta, prepared, predictions);
  return predictions;
}
