import { distinct, type LossCurve, mean, must, ofKind, sum, takes } from "../base/mod.ts";
import { inventedPast } from "./_invented_past.ts";
import { Refit } from "./_refit.ts";
import { simplexWeights } from "./_simplex.ts";
import { type Fit, fitLaw } from "./fit.ts";
import { type FittedLaw, type Law, namedParameters, type Observations } from "./law.ts";
import type { LawPriors } from "./priors.ts";
import type { FitOptions } from "./search.ts";

/** Options of {@linkcode stackLaws}. */
export interface StackOptions extends FitOptions {
  /** What other data say of the laws' parameters, which few curves do not tell; fits that are given are pulled there too. @default {none} */
  priors?: LawPriors | undefined;
  /** Stacks of the same laws on other data: what their held-out curves say of the laws counts as these curves' own. @default {none} */
  experience?: readonly Stack[] | undefined;
}

/** A law in a stack. */
export interface StackMember {
  /** The law, fitted to all curves. */
  fit: Fit<LossCurve>;
  /** Its share of the prediction. */
  weight: number;
  /** Its mean absolute error on curves that it was not fitted to, in nats per token; NaN where none could be held out. */
  error: number;
}

/** A curve that was held out, as the stack of the others predicts it: neither fits nor weights have seen it. */
export interface HeldOutCurve {
  /** The curve. */
  curve: string;
  /** Mean absolute error, nats per token. */
  MAE: number;
  /** The prediction at its end less what was measured there, nats per token. */
  end: number;
  /** Whether its learning rate falls, so that it tells something of decays. */
  decays: boolean;
}

/** Laws averaged by how well they predict curves that they have not seen. Takes the place of a fit in {@linkcode predictCurve}, {@linkcode curveErrors} and {@linkcode planDecay}. */
export interface Stack extends FittedLaw<LossCurve> {
  /** The laws with a weight, the heaviest first. */
  members: StackMember[];
  /** The others. */
  leftOut: StackMember[];
  /** Each curve that could be held out. */
  heldOut: HeldOutCurve[];
  /** Curves with an invented past, what was left out and why, and where nothing could be held out, in sentences. */
  notes: string[];
  /** The mean product of two laws' errors, summed over the held-out curves: by the one's name, then the other's. */
  errorProducts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The options that it was made with. */
  options: StackOptions;
}

/**
 * Average laws by held-out weight. Each law is fitted to all curves, then again without each of them; the weights, none
 * negative and of sum one, are those under which the average errs least, in the mean square, along the curves left out
 * (stacking: Wolpert 1992; Breiman 1996). A law that no held-out curve supports gets no weight and is named.
 *
 * A curve that decays is held out only where another that decays is left; where none can be, all laws weigh the same but for
 * what experience says, and a note says so.
 *
 * @param laws The laws, for example {@linkcode curveLaws}; or fits of them to these very curves.
 * @param options The options of the fits. With an `asymmetry` below 1 the average promises less than the middle of the curves
 * would; the weights are by the mean square all the same.
 * @throws {TypeError} If there is no law.
 * @throws {RangeError} If a fit has another asymmetry; and as {@linkcode fitLaw} does.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lldlLaw, onePowerLaw, predictCurve, stackLaws } from "midtrain/laws";
 *
 * const parameters = { L0: 2.5, A: 0.4, alpha: 0.5, B: 300 }, steps = [100, 200, 300, 400, 500, 600, 699];
 * const curves = [1, 0.5, 0.1].map((end, i) => {
 *   const learningRates = Float64Array.from({ length: 700 }, (_, s) => 1e-3 * (1 + (end - 1) * s / 700));
 *   return { name: `run ${i}`, learningRates, steps, losses: predictCurve({ law: lldlLaw, parameters }, { learningRates, steps }) };
 * });
 * const stack = stackLaws([onePowerLaw, lldlLaw], curves);
 * assert.equal(stack.members[0]!.fit.law.name, "lldl");
 * assert.match(stack.notes[0]!, /one-power is left out/);
 * assert(Math.abs(predictCurve(stack, curves[2]!)[6]! - curves[2]!.losses[6]!) < 1e-6);
 * ```
 */
export function stackLaws(
  laws: readonly (Law<LossCurve> | Fit<LossCurve>)[],
  curves: readonly LossCurve[],
  options: StackOptions = {},
): Stack {
  const cannot = "Cannot stack laws";
  const known =
    "delta?, scale?, asymmetry?, starts?, fixed?, bounds?, weights?, grouping?, priors?, experience?";
  takes(cannot, options, known);
  ofKind(cannot, { laws, curves }, "a list");
  if (laws.length === 0) throw new TypeError(`${cannot} as there are none`);
  const { priors = {}, experience = [], ...fitOptions } = options;
  const { asymmetry = 1 } = fitOptions;
  const fits = laws.map((law) => "law" in law ? law : fitLaw(law, curves, fitOptions));
  const names = fits.map(({ law }) => law.name);
  for (const { law, asymmetry: own = 1 } of fits) {
    must(cannot, `asymmetry must be ${own}, that of the fit of ${law.name}`, asymmetry, asymmetry === own);
  }
  distinct(cannot, { laws: names });
  const refits = fits.map((fit) => new Refit(fit, curves, fitOptions, priors[fit.law.name]));
  const folds = foldsOf(curves);
  const without = (held: number) => Float64Array.from(curves, (_, c) => c === held ? 0 : 1);
  const errors = refits.map((refit) =>
    folds.map((held) => refit.errors(refit.parameters(without(held)), held))
  );
  const products = folds.map((_, f) => productsOf(errors.map((rows) => rows[f])));
  // A constant rate tells nothing of decays, in which the laws differ.
  const told = folds.some((held) => falls(curves[held]));
  const elsewhere = experience.map((stack) => experienceOf(stack, names));
  const weightsOf = (matrices: readonly Float64Array[]) =>
    simplexWeights(sumOf([...elsewhere, ...told ? matrices : []], names.length), names.length);
  const weights = atLeast(weightsOf(products), LEAST);
  const members = fits.map((fit, j): StackMember => ({
    fit: priors[fit.law.name] ? { ...fit, parameters: namedParameters(fit.law, refits[j].pulled()) } : fit,
    weight: weights[j],
    error: folds.length > 0 ? mean(errors[j].map(absolute)) : NaN,
  })).sort((a, b) => b.weight - a.weight);
  const heldOut = folds.map((held, f): HeldOutCurve => {
    const own = weightsOf(products.filter((_, other) => other !== f));
    const off = errors[0][f].map((_, i) => sum(fits.map((_, j) => own[j] * errors[j][f][i])));
    const curve = curves[held];
    return { curve: curve.name, MAE: absolute(off), end: off[off.length - 1], decays: falls(curve) };
  });
  const used = members.filter(({ weight }) => weight > 0);
  const leftOut = members.filter(({ weight }) => weight === 0);
  const notes = [...inventedPast(curves), ...notesOf(used, leftOut, heldOut)];
  return {
    ...averageOf(used),
    ...{ members: used, leftOut, heldOut, notes, options },
    errorProducts: byNames(sumOf(products, names.length), names),
  };
}

/** A lesser weight is none. */
const LEAST = 0.01;

/** Weights without those below the least, of sum one again. */
function atLeast(weights: Float64Array, least: number): Float64Array {
  const kept = weights.map((weight) => weight < least ? 0 : weight);
  const total = sum(kept);
  return kept.map((weight) => weight / total);
}

/** Whether a curve's rate falls by its last measured step. */
function falls({ learningRates, steps }: LossCurve): boolean {
  const last = steps[steps.length - 1];
  return learningRates[last] < 0.9 * learningRates.subarray(0, last + 1).reduce((a, b) => Math.max(a, b), 0);
}

/** The curves without which the others still tell of decays. */
function foldsOf(curves: readonly LossCurve[]): number[] {
  const falling = curves.filter(falls).length;
  return curves.flatMap((curve, c) => curves.length > 1 && falling - Number(falls(curve)) > 0 ? [c] : []);
}

/** Mean products of the laws' errors along one curve, so that a curve counts once however many losses it has. */
function productsOf(errors: readonly Float64Array[]): Float64Array {
  const count = errors.length;
  return Float64Array.from({ length: count * count }, (_, at) => {
    const [a, b] = [errors[Math.floor(at / count)], errors[at % count]];
    return mean(a.map((error, i) => error * b[i]));
  });
}

function byNames(matrix: Float64Array, names: readonly string[]): Stack["errorProducts"] {
  return Object.fromEntries(names.map((a, j) => [
    a,
    Object.fromEntries(names.map((b, k) => [b, matrix[j * names.length + k]])),
  ]));
}

/** The products of another stack's errors, in the order of these laws. */
function experienceOf({ errorProducts }: Stack, names: readonly string[]): Float64Array {
  return Float64Array.from(names.flatMap((a) =>
    names.map((b) => {
      const product = errorProducts[a]?.[b];
      if (product !== undefined) return product;
      const known = Object.keys(errorProducts).join(", ");
      throw new TypeError(
        `Cannot stack laws as experience must be of the same laws: it has ${known}, not ${a} and ${b}`,
      );
    })
  ));
}

function sumOf(matrices: readonly Float64Array[], count: number): Float64Array {
  return Float64Array.from({ length: count * count }, (_, at) => sum(matrices.map((matrix) => matrix[at])));
}

function absolute(errors: Float64Array): number {
  return mean(errors.map(Math.abs));
}

/** The weighted mean of fitted laws as a law of its own, whose parameters are the weights. */
export function averageOf(members: readonly Pick<StackMember, "fit" | "weight">[]): FittedLaw<LossCurve> {
  const thetas = members.map(({ fit }) =>
    Float64Array.from(fit.law.parameters, ({ name }) => fit.parameters[name])
  );
  const names = members.map(({ fit }) => fit.law.name);
  const law: Law<LossCurve> = {
    name: "stack",
    formula: `L = weighted mean of ${names.join(", ")}`,
    source: "this kit",
    parameters: names.map((name) => ({ name, unit: "1", lower: 0, upper: 1, transform: "identity" })),
    linear: names,
    grid: {},
    prepare(curves, options) {
      const each = members.map(({ fit }) => fit.law.prepare(curves, options));
      return { ...each[0], each } as Observations;
    },
    predict(weights, prepared, predictions, jacobian) {
      const n = predictions.length;
      predictions.fill(0);
      (prepared as Observations & { each: Observations[] }).each.forEach((own, j) => {
        const part = new Float64Array(n);
        members[j].fit.law.predict(thetas[j], own, part);
        for (let i = 0; i < n; i++) predictions[i] += weights[j] * part[i];
        jacobian?.set(part, j * n);
      });
    },
  };
  return { law, parameters: Object.fromEntries(members.map(({ weight }, j) => [names[j], weight])) };
}

function notesOf(
  used: readonly StackMember[],
  leftOut: readonly StackMember[],
  heldOut: readonly HeldOutCurve[],
): string[] {
  const unweighed = heldOut.some(({ decays }) => decays)
    ? []
    : ["No curve that decays could be held out to weigh the laws by: add one"];
  if (heldOut.length === 0) return unweighed;
  const error = mean(heldOut.map(({ MAE }) => MAE)).toFixed(4);
  const without = leftOut.map(({ fit, error: own }) =>
    `${fit.law.name} is left out: it errs by ${
      own.toFixed(4)
    } nats on held-out curves and brings nothing to ${
      used.map(({ fit }) => fit.law.name).join(", ")
    }, which err by ${error} together`
  );
  return [...unweighed, ...without];
}
