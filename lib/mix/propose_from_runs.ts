import {
  described,
  type Description,
  inRange,
  type Interval,
  must,
  ofKind,
  percent,
  quantile,
  said,
  takes,
  wholeNumber,
} from "../base/mod.ts";
import { resampleLaw } from "../laws/mod.ts";
import { fitTarget, fittedTarget, freeParameters, lawOver, type ProxyLaw, targetOf } from "./_mixture_fit.ts";
import { apartness, reach, unknown, unsettled } from "./_propose_words.ts";
import { type Mixture, mixture } from "./mixture.ts";
import {
  allowedNames,
  bestOf,
  type Proposal,
  proposeMixture,
  type ProposeMixtureOptions,
  targetLoss,
} from "./propose.ts";
import { type ProxyRun, type ProxyRuns, proxyRuns } from "./proxy_runs.ts";
import type { FittedTarget, MixtureTarget } from "./target.ts";

const cannot = "Cannot propose a mixture";

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
  takes(
    "Cannot propose a mixture",
    options,
    "prior, targets?, law?, resamples?, seed?, confidence?, klWeight?, maxShare?",
  );
  if (!Array.isArray(runs)) {
    ofKind("Cannot propose a mixture", { runs }, "an object with domains, targets, shares, losses");
  }
  const plan = checkOptions(runs, options);
  const { checked, prior, weights, form } = plan;
  const fitted = Object.keys(weights).map((name) => fitTarget(checked, name, form));
  const targetsOf = (parameters: readonly Readonly<Record<string, number>>[]) =>
    fitted.map(({ name }, k) => targetOf(name, weights[name], parameters[k], checked.domains));
  const { klWeight, maxShare } = plan;
  const point = proposeMixture(targetsOf(fitted.map(({ fit }) => fit.parameters)), {
    prior,
    klWeight,
    maxShare,
  });
  const resampled = fitted.map(({ fit, data, fitOptions }) =>
    resampleLaw(fit, data, { ...fitOptions, resamples: plan.resamples, seed: plan.seed })
  );
  const allowed = allowedNames(checked.domains, prior, klWeight, maxShare);
  const samples = Array.from(
    { length: plan.resamples },
    (_, r) =>
      sampleOf(targetsOf(resampled.map((one) => one[r].parameters)), point.mixture, { ...plan, allowed }),
  );
  const intervals = intervalsOf(point, samples, plan);
  return described({
    ...point,
    ...intervals,
    laws: fitted.map((one) => fittedTarget(one, weights[one.name], checked.domains)),
    notes: [
      ...checked.notes,
      ...reach(checked, point.mixture),
      ...unsettled(resampled),
      ...unknown(fitted),
    ],
    summary: `${point.summary}; ${apartness(intervals.indistinct)}`,
  }, tellRunsProposal);
}

function tellRunsProposal({ shares, predicted, prior, gain, summary, notes }: RunsProposal): Description {
  const capped = shares.some(({ cap }) => cap !== undefined);
  return [
    {
      rows: shares.map((share) => ({
        "domain": share.domain,
        "prior": percent(share.prior, 1),
        "proposed share": said(share, (value) => percent(value, 1)),
        ...(capped ? { cap: share.cap === undefined ? "" : percent(share.cap, 1) } : {}),
      })),
    },
    {
      title: "Predicted losses (nats per token)",
      rows: Object.entries(predicted).map(([target, loss]) => ({
        target,
        "prior": Number(prior.losses[target].toFixed(4)),
        "proposed": loss,
      })),
    },
    summary,
    `It saves ${said(gain)} nats of the weighted loss against the prior`,
    ...notes,
  ];
}

/** What is to be done, checked. */
interface Plan
  extends
    Required<Pick<ProposeFromRunsOptions, "klWeight" | "maxShare" | "resamples" | "seed" | "confidence">> {
  checked: ProxyRuns;
  prior: Mixture;
  /** The weight of each target. */
  weights: Record<string, number>;
  form: ProxyLaw;
}

function checkOptions(runs: readonly ProxyRun[] | ProxyRuns, options: ProposeFromRunsOptions): Plan {
  const { law = "exponential", klWeight = 0.05, maxShare = {} } = options;
  const { resamples = 200, seed = 1, confidence = 0.95 } = options;
  const checked = Array.isArray(runs) ? proxyRuns(runs) : runs as ProxyRuns;
  const { domains } = checked;
  const prior = mixture(options.prior);
  if ([...domains].sort().join("\n") !== Object.keys(prior).sort().join("\n")) {
    throw new TypeError(
      `${cannot} as runs and prior must name the same domains: runs have ${domains.join(", ")}, the prior ${
        Object.keys(prior).join(", ")
      }`,
    );
  }
  wholeNumber(cannot, { resamples }, ">= 20");
  inRange(cannot, { confidence }, "in (0, 1)");
  const weights = options.targets ?? Object.fromEntries(checked.targets.map((name) => [name, 1]));
  const form = lawOver(domains, law);
  for (const name of Object.keys(weights)) {
    const rule = `targets must be of ${checked.targets.join(", ")}`;
    must(cannot, rule, `"${name}"`, checked.losses[name] !== undefined);
    const measured = checked.losses[name].filter((loss) => !Number.isNaN(loss)).length;
    const least = freeParameters(form);
    const enough =
      `runs that measured "${name}" must be more than ${least}, as many as the ${law} law has parameters`;
    must(cannot, enough, measured, measured > least);
  }
  return { checked, prior, weights, form, klWeight, maxShare, resamples, seed, confidence };
}

/** What one resample's laws propose, and what they predict of the proposal. */
interface Sample {
  shares: Mixture;
  /** The loss of each target at the proposal. */
  losses: number[];
  /** What the proposal saves against the prior. */
  gain: number;
}

function sampleOf(
  targets: readonly MixtureTarget[],
  proposed: Mixture,
  { prior, klWeight, maxShare, allowed }: Plan & { allowed: readonly string[] },
): Sample {
  const total = targets.reduce((sum, { weight }) => sum + weight!, 0);
  const losses = targets.map((target) => targetLoss(target, proposed));
  return {
    shares: bestOf(allowed, maxShare, { targets, prior, klWeight }).mixture,
    losses,
    gain: targets.reduce(
      (sum, target, k) => sum + target.weight! / total * (targetLoss(target, prior) - losses[k]),
      0,
    ),
  };
}

/** What the samples say about the certainty of a proposal. */
function intervalsOf(
  point: Proposal,
  samples: readonly Sample[],
  { checked: { domains }, prior, weights, maxShare, confidence }: Plan,
): Pick<RunsProposal, "shares" | "indistinct" | "gain" | "predicted"> {
  const [below, above] = [(1 - confidence) / 2, (1 + confidence) / 2];
  const interval = (estimate: number, valueOf: (sample: Sample) => number): Interval => {
    const values = samples.map(valueOf);
    return {
      estimate,
      low: Math.min(estimate, quantile(values, below)),
      high: Math.max(estimate, quantile(values, above)),
    };
  };
  const shares = domains.map((domain): ProposedShare => ({
    domain,
    prior: prior[domain],
    ...(maxShare[domain] < 1 ? { cap: maxShare[domain] } : {}),
    ...interval(point.mixture[domain], (sample) => sample.shares[domain]),
  })).sort((a, b) => b.estimate - a.estimate);
  const apart = (a: string, b: string) =>
    quantile(samples.map((sample) => sample.shares[a] - sample.shares[b]), below) > 0;
  return {
    shares,
    indistinct: groupsOf(shares.map(({ domain }) => domain), apart),
    gain: interval(point.prior.loss - point.loss, (sample) => sample.gain),
    predicted: Object.fromEntries(
      Object.keys(weights).map((name, k) => [name, interval(point.losses[name], ({ losses }) => losses[k])]),
    ),
  };
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
