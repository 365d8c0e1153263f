import { oneOf } from "../base/mod.ts";
import {
  additiveMixingLaw,
  exponentialMixingLaw,
  type Fit,
  fitMixingLaw,
  linearMixingLaw,
  type MixingLaw,
  predictLaw,
  type SizedMixedRun,
} from "../laws/mod.ts";
import type { ProxyRuns } from "./proxy_runs.ts";
import type { FittedTarget, MixtureTarget } from "./target.ts";

const laws = { exponential: exponentialMixingLaw, linear: linearMixingLaw, additive: additiveMixingLaw };

/** The law that a loss follows over mixtures. */
export type LawName = keyof typeof laws;

/** A law over domains, as it is fitted to proxy runs. */
export type ProxyLaw = MixingLaw<SizedMixedRun>;

/** The law of a name. */
export function lawOver(domains: readonly string[], name: LawName): ProxyLaw {
  oneOf("Cannot fit a mixing law", { law: name }, laws);
  return laws[name](domains) as ProxyLaw;
}

/** All runs are of one size and length, so the additive law's parts for these are held out of the way. */
const held = { A: 1e-6, alpha: 0.3, B: 1e-6, beta: 0.3 };

function heldOf(law: ProxyLaw): Record<string, number> {
  return law.name === "additive-mixing" ? held : {};
}

/** How many parameters a law has that runs must tell. */
export function freeParameters(law: ProxyLaw): number {
  return law.parameters.length - Object.keys(heldOf(law)).length;
}

/** A target's law, with what {@linkcode resampleLaw} needs to fit it again. */
export interface TargetFit {
  name: string;
  fit: Fit<SizedMixedRun>;
  data: SizedMixedRun[];
  fitOptions: { weights: number[]; scale: "linear"; delta: number; fixed: Record<string, number> };
}

/**
 * One target's law. Runs that lack the target stay in the list with weight 0, so that all targets resample alike.
 *
 * @throws {RangeError} If fewer runs measured the target than the law has parameters.
 */
export function fitTarget(runs: ProxyRuns, name: string, law: ProxyLaw): TargetFit {
  const { domains, losses } = runs;
  const measured = losses[name];
  const data = mixedRuns(runs).map((run, i) => ({
    ...run,
    loss: Number.isNaN(measured[i]) ? 1 : measured[i],
  }));
  const present = data.filter((_, i) => !Number.isNaN(measured[i]));
  const fixed = heldOf(law);
  const free = freeParameters(law);
  if (present.length < free) {
    throw new RangeError(
      `Cannot fit "${name}" as its law over ${domains.length} domains needs at least ${free} runs: ${present.length} measured it`,
    );
  }
  const weights = Array.from(measured, (loss) => Number.isNaN(loss) ? 0 : 1);
  const fitOptions = { weights, scale: "linear" as const, delta: 0.02, fixed };
  return {
    name,
    data,
    fitOptions,
    fit: fitMixingLaw(law, data, { ...fitOptions, starts: law.starts(present) }),
  };
}

/** The mixtures of runs as the laws take them. */
export function mixedRuns({ domains, shares }: Pick<ProxyRuns, "domains" | "shares">): SizedMixedRun[] {
  return shares.map((row) => ({
    params: 1,
    tokens: 1,
    mixture: Object.fromEntries(domains.map((domain, j) => [domain, row[j]])),
  }));
}

/** A target with the errors of its law. */
export function fittedTarget(
  { name, fit, data, fitOptions: { weights } }: TargetFit,
  weight: number,
  domains: readonly string[],
): FittedTarget {
  const errors = predictLaw(fit, data).map((loss, i) => loss - data[i].loss!);
  const squares = errors.reduce((total, error, i) => total + weights[i] * error * error, 0);
  return {
    ...targetOf(name, weight, fit.parameters, domains),
    rootMeanSquareError: Math.sqrt(squares / weights.reduce((a, b) => a + b)),
    notIdentified: fit.notIdentified,
  };
}

/** The target that a law's parameters make. */
export function targetOf(
  name: string,
  weight: number,
  parameters: Readonly<Record<string, number>>,
  domains: readonly string[],
): MixtureTarget {
  const each = (symbol: string) =>
    Object.fromEntries(domains.map((domain) => [domain, parameters[`${symbol}[${domain}]`]]));
  if ("E" in parameters) {
    const floor = parameters.E + parameters.A + parameters.B;
    return { name, weight, form: "additive", floor, coefficients: each("C"), exponents: each("g") };
  }
  return "c" in parameters
    ? { name, weight, form: "exponential", floor: parameters.c, coefficients: each("t") }
    : { name, weight, form: "linear", coefficients: each("b") };
}
