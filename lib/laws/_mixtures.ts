import { distinct } from "../base/mod.ts";
import { measured } from "./_records.ts";
import type { Law, Observations, Parameter } from "./law.ts";

/** A run on a mixture of domains. */
export interface MixedRun {
  /** Shares of the training tokens by domain: each at least 0, together 1 within two hundredths (tables are rounded). */
  mixture: Readonly<Record<string, number>>;
  /** The loss, in nats per token; leave it out to predict. */
  loss?: number;
}

/** A law of the loss over mixtures of named domains. */
export interface MixingLaw<Datum extends MixedRun> extends Law<Datum> {
  /** The domains, in the order of its parameters. */
  domains: readonly string[];
  /** Where a fit to these runs begins: a grid over a parameter a domain would have too many points. */
  starts(runs: readonly Datum[]): Record<string, number>[];
}

/** The function that made each law over mixtures: another thread cannot be sent the law, but can make its like. */
export const makers = new WeakMap<object, unknown>();

/** A law over at least two domains, none twice. */
export function mixingLaw<Datum extends MixedRun>(
  make: (domains: readonly string[]) => MixingLaw<Datum>,
  law: MixingLaw<Datum>,
): MixingLaw<Datum> {
  checkDomains(law.name, law.domains);
  makers.set(law, make);
  return law;
}

/** The same parameters for each domain, one domain after the other: `C[web]`, `g[web]`, `C[code]`, `g[code]`. */
export function eachDomain(domains: readonly string[], ...parameters: readonly Parameter[]): Parameter[] {
  return domains.flatMap((domain) => parameters.map((one) => ({ ...one, name: nameOf(one.name, domain) })));
}

/** The same values for each domain. */
export function valuesOf(
  domains: readonly string[],
  values: (at: number) => Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    domains.flatMap((domain, at) =>
      Object.entries(values(at)).map(([name, value]) => [nameOf(name, domain), value])
    ),
  );
}

const nameOf = (parameter: string, domain: string) => `${parameter}[${domain}]`;

/** Runs on mixtures, prepared. */
export interface Mixtures extends Observations {
  /** Row by row in the order of the domains. */
  shares: Float64Array;
}

/** What every law over mixtures prepares: losses, owners and shares. */
export function prepareMixtures(
  law: string,
  runs: readonly MixedRun[],
  domains: readonly string[],
): Mixtures {
  return {
    ...measured(law, runs, "loss"),
    shares: sharesOf(law, runs, domains),
  };
}

/** How far from 1 the shares of a printed mixture may sum: published tables round to three decimals. */
const SUM_TOLERANCE = 0.02;

/** The shares of every run, row by row in the order of the domains, each row made to sum to 1. */
function sharesOf(law: string, runs: readonly MixedRun[], domains: readonly string[]): Float64Array {
  const m = domains.length;
  const shares = new Float64Array(runs.length * m);
  runs.forEach(({ mixture }, i) => {
    let sum = 0;
    domains.forEach((domain, j) => {
      const share = mixture[domain];
      if (share === undefined) {
        throw new TypeError(
          `Cannot use ${law} on run ${i} as its mixture must name "${domain}": it lacks it`,
        );
      }
      if (!(share >= 0 && share < Infinity)) {
        throw new RangeError(
          `Cannot use ${law} on run ${i} as every share must be finite and >= 0: that of "${domain}" is ${share}`,
        );
      }
      shares[i * m + j] = share;
      sum += share;
    });
    const other = Object.keys(mixture).find((name) => mixture[name] !== 0 && !domains.includes(name));
    if (other !== undefined) {
      throw new TypeError(
        `Cannot use ${law} on run ${i} as its mixture must only name ${
          domains.join(", ")
        }: it names "${other}"`,
      );
    }
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
      throw new RangeError(
        `Cannot use ${law} on run ${i} as its shares must sum to 1 within ${SUM_TOLERANCE}: they sum to ${sum}`,
      );
    }
    for (let j = 0; j < m; j++) shares[i * m + j] /= sum;
  });
  return shares;
}

function checkDomains(law: string, domains: readonly string[]): void {
  if (domains.length < 2) {
    throw new RangeError(`Cannot form ${law} as it needs at least 2 domains: there are ${domains.length}`);
  }
  distinct(`Cannot form ${law}`, { domains });
}
