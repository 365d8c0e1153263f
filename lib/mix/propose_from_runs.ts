import { type Interval, quantile } from "../base/mod.ts";
import {
  additiveMixingLaw,
  exponentialMixingLaw,
  type Fit,
  fitMixingLaw,
  linearMixingLaw,
  type MixingLaw,
  predictLaw,
  resampleLaw,
  type SizedMixedRun,
} from "../laws/mod.ts";
import { type Mixture, mixture } from "./mixture.ts";
import {
  allowedNames,
  bestOf,
  type MixtureTarget,
  type Proposal,
  proposeMixture,
  type ProposeMixtureOptions,
  targetLoss,
} from "./propose.ts";
import { type ProxyRun, type ProxyRuns, proxyRuns } from "./proxy_runs.ts";

/** Options of {@linkcode proposeFromRuns}. */
export interface ProposeFromRunsOptions extends ProposeMixtureOptions {
  /** The losses that count, with their weights. @default {all that were measured, evenly} */
  targets?: Record<string, number>;
  /**
   * The law that each loss follows over mixtures. The additive one has two parameters a domain and needs as many runs; on
   * RegMix's it ranks unseen mixtures best.
   * @default {"exponential"}
   */
  law?: "exponential" | "linear" | "additive";
  /** Bootstrap resamples over the runs. @default {200} */
  resamples?: number;
  /** Names the bootstrap's random stream. @default {1} */
  seed?: number | string;
  /** How sure intervals are, as a share. @default {0.95} */
  confidence?: number;
}

/** One domain's share in a proposal. */
export interface ProposedShare extends Interval {
  /** The domain. */
  domain: string;
  /** Its share in the prior. */
  prior: number;
  /** Its cap, where it has one below 1. */
  cap?: number;
}

/** A target's law as it was fitted to runs. */
export interface FittedTarget extends MixtureTarget {
  /** Root mean square of its errors on the runs, in nats per token. */
  rootMeanSquareError: number;
  /** One sentence for each parameter that the runs do not tell. */
  notIdentified: string[];
}

/** A proposal with what the runs say about its certainty. */
export interface RunsProposal extends Proposal {
  /** Every share with its interval over resampled runs, the largest first. */
  shares: ProposedShare[];
  /** Domains whose shares the runs cannot tell apart, group by group. */
  indistinct: string[][];
  /** What the proposed mixture saves against the prior, in nats of the weighted loss, over resampled runs. */
  gain: Interval;
  /** The predicted loss of each target at the proposed mixture, over resampled runs. */
  predicted: Record<string, Interval>;
  /** The fitted laws: what {@linkcode proposeMixture} takes, for example with other caps. */
  laws: FittedTarget[];
  /** What a reader must know of the runs, the fits and how far the proposal reaches beyond what was tried. */
  notes: string[];
}

/**
 * From proxy runs to a mixture: a law is fitted to every target, {@linkcode proposeMixture} finds the optimum, and both are
 * done again on runs drawn with replacement, the same draw for every target. So every share has an interval, and the summary
 * says which shares the runs cannot tell apart. Intervals hold the noise of runs and the choice of mixtures, not that the law
 * may be wrong, nor the step from the proxy's size to a larger one; they are widened to hold the estimate.
 *
 * @param runs Proxy runs, or checked ones.
 * @throws {TypeError} If runs and prior name different domains.
 * @throws {RangeError} If a run is wrong, there are fewer runs than a law has parameters, or an option is out of range.
 * @example Eight runs over two domains
 * ```ts
 * import assert from "node:assert/strict";
 * import { proposeFromRuns } from "midtrain/mix";
 *
 * const runs = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8].map((code, i) => ({
 *   mixture: { web: 1 - code, code },
 *   losses: { code: 1 + Math.exp(-2 * code) + 1e-3 * (-1) ** i, web: 2 + Math.exp(code) + 1e-3 * (-1) ** i },
 * }));
 * const { shares, gain } = proposeFromRuns(runs, { prior: { web: 0.9, code: 0.1 }, klWeight: 0.01, resamples: 50 });
 * assert.deepEqual(shares.map(({ domain }) => domain), ["web", "code"]);
 * assert(gain.low > 0);
 * ```
 */
export function proposeFromRuns(
  runs: readonly ProxyRun[] | ProxyRuns,
  options: ProposeFromRunsOptions,
): RunsProposal {
  const {
    law = "exponential",
    resamples = 200,
    seed = 1,
    confidence = 0.95,
    klWeight = 0.05,
    maxShare = {},
  } = options;
  const checked = Array.isArray(runs) ? proxyRuns(runs) : runs as ProxyRuns;
  const { domains } = checked;
  const prior = mixture(options.prior);
  const other = [...domains, ...Object.keys(prior)].find((name) =>
    !domains.includes(name) || !(name in prior)
  );
  if (other !== undefined) {
    throw new TypeError(
      `Cannot propose a mixture as runs and prior must name the same domains: "${other}" stands in one of them`,
    );
  }
  if (!(Number.isSafeInteger(resamples) && resamples >= 20)) {
    throw new RangeError(
      `Cannot propose a mixture as resamples must be a whole number >= 20: current value is ${resamples}`,
    );
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(
      `Cannot propose a mixture as confidence must be in (0, 1): current value is ${confidence}`,
    );
  }
  const weights = options.targets ?? Object.fromEntries(checked.targets.map((name) => [name, 1]));
  const form = forms[law](domains) as MixingLaw<SizedMixedRun>;
  const fitted = Object.keys(weights).map((name) => fit(checked, name, form));
  const targetsOf = (parameters: readonly Readonly<Record<string, number>>[]) =>
    fitted.map(({ name }, k) => target(name, weights[name], parameters[k], domains));
  const point = proposeMixture(targetsOf(fitted.map(({ fit }) => fit.parameters)), {
    ...options,
    prior,
    klWeight,
    maxShare,
  });

  const draws = fitted.map(({ fit, data, fitOptions }) =>
    resampleLaw(fit, data, { ...fitOptions, resamples, seed })
  );
  const allowed = allowedNames(domains, prior, klWeight, maxShare);
  const samples: { shares: Mixture; gain: number; losses: number[] }[] = [];
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  for (let r = 0; r < resamples; r++) {
    const parameters = draws.map((draw) => draw[r].parameters);
    const targets = targetsOf(parameters);
    const losses = targets.map((target) => targetLoss(target, point.mixture));
    samples.push({
      shares: bestOf(allowed, maxShare, { targets, prior, klWeight }).mixture,
      losses,
      gain: targets.reduce(
        (sum, target, k) => sum + target.weight! / total * (targetLoss(target, prior) - losses[k]),
        0,
      ),
    });
  }
  const interval = (estimate: number, values: number[]): Interval => ({
    estimate,
    low: Math.min(estimate, quantile(values, (1 - confidence) / 2)),
    high: Math.max(estimate, quantile(values, (1 + confidence) / 2)),
  });
  const shares = domains.map((domain): ProposedShare => ({
    domain,
    prior: prior[domain],
    ...(maxShare[domain] < 1 ? { cap: maxShare[domain] } : {}),
    ...interval(point.mixture[domain], samples.map((sample) => sample.shares[domain])),
  })).sort((a, b) => b.estimate - a.estimate);
  const apart = (a: string, b: string) =>
    quantile(samples.map((sample) => sample.shares[a] - sample.shares[b]), (1 - confidence) / 2) > 0;
  const indistinct = groupsOf(shares.map(({ domain }) => domain), apart);
  return {
    ...point,
    shares,
    indistinct,
    gain: interval(point.prior.loss - point.loss, samples.map(({ gain }) => gain)),
    predicted: Object.fromEntries(
      fitted.map((
        { name },
        k,
      ) => [name, interval(point.losses[name], samples.map(({ losses }) => losses[k]))]),
    ),
    laws: fitted.map(({ name, fit, data, fitOptions }) => ({
      ...target(name, weights[name], fit.parameters, domains),
      rootMeanSquareError: rootMeanSquare(
        predictLaw(fit, data).map((loss, i) => loss - data[i].loss!),
        fitOptions.weights,
      ),
      notIdentified: fit.notIdentified,
    })),
    notes: [
      ...checked.notes,
      ...reach(checked, point.mixture),
      ...unsettled(draws.map((draw) => draw.filter(({ converged }) => !converged).length), resamples),
      ...unknown(fitted),
    ],
    summary: `${point.summary}; ${apartness(indistinct)}`,
  };
}

const forms = { exponential: exponentialMixingLaw, linear: linearMixingLaw, additive: additiveMixingLaw };

/** All runs are of one size and length, so the additive law's parts for these are held out of the way. */
const held = { A: 1e-6, alpha: 0.3, B: 1e-6, beta: 0.3 };

interface Fitted {
  name: string;
  fit: Fit<SizedMixedRun>;
  data: SizedMixedRun[];
  fitOptions: { weights: number[]; scale: "linear"; delta: number; fixed: Record<string, number> };
}

/** One target's law. Runs that lack the target stay in the list with weight 0, so that all targets resample alike. */
function fit(
  { domains, shares, losses, targets }: ProxyRuns,
  name: string,
  law: MixingLaw<SizedMixedRun>,
): Fitted {
  const measured = losses[name];
  if (!measured) {
    throw new RangeError(
      `Cannot propose a mixture as targets must be of ${targets.join(", ")}: current value is "${name}"`,
    );
  }
  const data = shares.map((row, i): SizedMixedRun => ({
    params: 1,
    tokens: 1,
    mixture: Object.fromEntries(domains.map((domain, j) => [domain, row[j]])),
    loss: Number.isNaN(measured[i]) ? 1 : measured[i],
  }));
  const present = data.filter((_, i) => !Number.isNaN(measured[i]));
  const fixed = law.name === "additive-mixing" ? held : {};
  const free = law.parameters.length - Object.keys(fixed).length;
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

function rootMeanSquare(errors: Float64Array, weights: readonly number[]): number {
  const sum = errors.reduce((total, error, i) => total + weights[i] * error * error, 0);
  return Math.sqrt(sum / weights.reduce((a, b) => a + b));
}

function target(
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

/** Longest stretches of the ranking whose first and last cannot be told apart. */
function groupsOf(names: readonly string[], apart: (a: string, b: string) => boolean): string[][] {
  const groups: string[][] = [];
  let reached = 0;
  names.forEach((name, from) => {
    let to = from;
    while (to + 1 < names.length && !apart(name, names[to + 1])) to++;
    if (to > from && to > reached) {
      groups.push(names.slice(from, to + 1));
      reached = to;
    }
  });
  return groups;
}

function apartness(groups: readonly string[][]): string {
  if (groups.length === 0) return "the runs tell every share from the next";
  const list = (names: readonly string[]) =>
    names.length === 2 ? names.join(" and ") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `the runs cannot tell apart the shares of ${groups.map(list).join(", nor those of ")}`;
}

/** Shares that lie beyond every run's. */
function reach({ domains, shares }: ProxyRuns, proposed: Mixture): string[] {
  return domains.flatMap((domain, j) => {
    const tried = shares.map((row) => row[j]);
    const most = Math.max(...tried);
    const least = Math.min(...tried);
    const share = proposed[domain];
    const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
    if (share > most + 1e-6) {
      return [`${domain} at ${percent(share)} lies above the most that was tried, ${percent(most)}`];
    }
    if (share < least - 1e-6) {
      return [`${domain} at ${percent(share)} lies below the least that was tried, ${percent(least)}`];
    }
    return [];
  });
}

function unknown(fitted: readonly Fitted[]): string[] {
  const weak = fitted.filter(({ fit }) => fit.notIdentified.length > 0);
  if (weak.length === 0) return [];
  const counts = weak.map(({ name, fit }) => `${fit.notIdentified.length} in the law of ${name}`).join(", ");
  return [`The runs do not tell every parameter (${counts}): see notIdentified of each law`];
}

/** Laws whose parameters did not settle in some resamples. */
function unsettled(counts: readonly number[], all: number): string[] {
  const most = Math.max(...counts);
  return most === 0 ? [] : [
    `In up to ${most} of ${all} resamples a law's parameters did not settle: some lie in a flat valley or at a bound`,
  ];
}
