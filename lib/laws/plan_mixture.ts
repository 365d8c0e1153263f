import { type Interval, percent, quantile } from "../base/mod.ts";
import type { MixtureRun } from "./d_cpt.ts";
import { drawParameters } from "./draw.ts";
import type { Fit } from "./fit.ts";
import { type FittedLaw, predictLaw } from "./law.ts";
import { effectiveTokens } from "./repetition.ts";

/** A pool of tokens to train on. */
export interface TokenPool {
  /** What it is called. */
  name: string;
  /** Its tokens before any repetition. */
  uniqueTokens: number;
  /** Whether it is what the run is for, or what it must not forget. */
  role: "domain" | "general";
}

/** What a mixture is planned from. */
export interface MixturePlanOptions {
  /** Tokens to be spent on the mixture. */
  tokens: number;
  /** The pools: at least one of the domain. */
  pools: readonly TokenPool[];
  /** Parameters of the model; needed with mixture laws. */
  params?: number;
  /** Fits of the domain loss by domain share, and of the general loss by general share. @default {none: only repetition is planned} */
  laws?: { domain: FittedLaw<MixtureRun>; general: FittedLaw<MixtureRun> };
  /** How far the general loss may stand above its least over all shares, in nats per token. @default {0.03} */
  tolerance?: number;
  /** Least worth of the repeated tokens against as many fresh ones. @default {0.93, four epochs} */
  leastWorth?: number;
  /** The half-life of repeated data, R_D*. @default {15.387756, the published one} */
  RD?: number;
}

/** One share and what follows from it. */
export interface MixtureChoice {
  /** The share of the domain. */
  share: number;
  /** Passes over the domain's unique tokens. */
  domainEpochs: number;
  /** Passes over the general pools' unique tokens; zero where there is no general pool. */
  generalEpochs: number;
  /** What the mixture's tokens are worth against as many fresh ones. */
  worth: number;
  /** The predicted domain loss, with mixture laws. */
  domainLoss?: number;
  /** The predicted general loss, with mixture laws. */
  generalLoss?: number;
  /** The domain loss above that of the best allowed share, with mixture laws. */
  cost?: number;
}

/** The mixture, and what limits it. */
export interface MixturePlan {
  /** The best allowed share; absent where there are no mixture laws to choose by. */
  choice?: MixtureChoice;
  /** 95 % of the best shares, and of the passes over the domain, that draws of the laws' parameters lead to; where the laws are fits. */
  intervals?: { share: Interval; domainEpochs: Interval };
  /** The greatest share that keeps the worth of repeated domain tokens. */
  maxShare: number;
  /** Shares from 1 to 99 per cent with their consequences. */
  choices: MixtureChoice[];
  /** What was decided and why, in sentences. */
  notes: string[];
}

/**
 * Plan the share of domain data: the least domain loss whose general loss stays within the tolerance and whose repetition is
 * worth its tokens. Repeated tokens count by their worth (2305.16264). Without mixture laws it says what repetition allows and
 * chooses nothing.
 *
 * @throws {TypeError} If there is no domain pool, or laws come without `params`.
 * @throws {RangeError} If a number is out of range.
 * @example 5B domain tokens last for 20B at four epochs
 * ```ts
 * import assert from "node:assert/strict";
 * import { planMixture } from "midtrain/laws";
 *
 * const pools = [{ name: "math", uniqueTokens: 5e9, role: "domain" }, { name: "web", uniqueTokens: 1e12, role: "general" }] as const;
 * const plan = planMixture({ tokens: 50e9, pools });
 * assert(Math.abs(plan.maxShare - 0.4) < 0.02 && plan.choice === undefined);
 * ```
 */
export function planMixture(options: MixturePlanOptions): MixturePlan {
  const { tokens, pools, params, laws, tolerance = 0.03, leastWorth = 0.93, RD = 15.387756 } = options;
  const check = (name: string, value: number, good: boolean, range: string) => {
    if (!good) {
      throw new RangeError(`Cannot plan a mixture as ${name} must be ${range}: current value is ${value}`);
    }
  };
  check("tokens", tokens, tokens > 0 && tokens < Infinity, "finite and positive");
  check("tolerance", tolerance, tolerance >= 0, ">= 0");
  check("leastWorth", leastWorth, leastWorth > 0 && leastWorth <= 1, "in (0, 1]");
  for (const { name, uniqueTokens } of pools) {
    check(
      `uniqueTokens of ${name}`,
      uniqueTokens,
      uniqueTokens > 0 && uniqueTokens < Infinity,
      "finite and positive",
    );
  }
  if (!pools.some(({ role }) => role === "domain")) {
    throw new TypeError("Cannot plan a mixture as no pool is of the domain");
  }
  if (laws && !(params! > 0)) {
    throw new TypeError(`Cannot plan a mixture as its laws need params: current value is ${params}`);
  }
  const unique = (role: TokenPool["role"]) =>
    pools.filter((pool) => pool.role === role).reduce((sum, { uniqueTokens }) => sum + uniqueTokens, 0);
  const domain = unique("domain");
  const general = unique("general");
  const worthOf = (spent: number, fresh: number) =>
    spent <= 0 ? 1 : fresh <= 0 ? NaN : effectiveTokens(fresh, spent / fresh, { RD }) / spent;
  const shares = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
  const plain = shares.map((share): MixtureChoice & { domainWorth: number } => {
    const domainWorth = worthOf(share * tokens, domain);
    const generalWorth = general > 0 ? worthOf((1 - share) * tokens, general) : 1;
    return {
      share,
      domainEpochs: share * tokens / domain,
      generalEpochs: general > 0 ? (1 - share) * tokens / general : 0,
      worth: share * domainWorth + (1 - share) * generalWorth,
      domainWorth,
    };
  });
  const maxShare = Math.max(
    0,
    ...plain.filter(({ domainWorth }) => domainWorth >= leastWorth).map(({ share }) => share),
  );
  const notes = [
    maxShare === 0
      ? `Even 1 % of the domain repeats its ${domain} unique tokens to below ${
        percent(leastWorth, 0)
      } of their worth: spend fewer tokens or find more data`
      : `Up to ${percent(maxShare, 0)} of the domain, ${
        (maxShare * tokens / domain).toFixed(1)
      } passes over it, each token is worth at least ${percent(leastWorth, 0)} of a fresh one`,
    ...(general === 0 ? ["There is no general pool: nothing guards what the model knew"] : []),
  ];
  const strip = ({ domainWorth: _, ...choice }: typeof plain[number]): MixtureChoice => choice;
  if (!laws) {
    notes.push(
      "The share itself cannot be chosen without runs at several shares: fit d-cpt to the domain and the general loss",
    );
    return { maxShare, choices: plain.map(strip), notes };
  }
  const evaluate = (domainLaw: FittedLaw<MixtureRun>, generalLaw: FittedLaw<MixtureRun>) => {
    const runs = plain.map(({ share, worth }) => ({ params: params!, tokens: worth * tokens, share }));
    const domainLoss = predictLaw(domainLaw, runs);
    const generalLoss = predictLaw(generalLaw, runs.map((run) => ({ ...run, share: 1 - run.share })));
    const limit = generalLoss.reduce((a, b) => Math.min(a, b)) + tolerance;
    let best = -1;
    plain.forEach((_, i) => {
      const allowed = generalLoss[i] <= limit && plain[i].domainWorth >= leastWorth;
      if (allowed && (best < 0 || domainLoss[i] < domainLoss[best])) best = i;
    });
    return { domainLoss, generalLoss, best };
  };
  const { domainLoss, generalLoss, best } = evaluate(laws.domain, laws.general);
  const choices = plain.map((choice, i): MixtureChoice => ({
    ...strip(choice),
    domainLoss: domainLoss[i],
    generalLoss: generalLoss[i],
    ...(best >= 0 ? { cost: domainLoss[i] - domainLoss[best] } : {}),
  }));
  if (best < 0) {
    notes.push(
      `No share keeps both the general loss within ${tolerance} nats and the domain's worth: loosen one`,
    );
    return { maxShare, choices, notes };
  }
  const free = domainLoss.indexOf(domainLoss.reduce((a, b) => Math.min(a, b)));
  if (free !== best) {
    notes.push(
      `Without the limits the domain would want ${percent(shares[free], 0)}, ${
        (domainLoss[best] - domainLoss[free]).toFixed(4)
      } nats better`,
    );
  }
  const isFit = (law: FittedLaw<MixtureRun>): law is Fit<MixtureRun> => "covariance" in law;
  const { domain: one, general: two } = laws;
  if (!isFit(one) || !isFit(two)) return { choice: choices[best], maxShare, choices, notes };
  const others = drawParameters(two, { seed: 2 });
  const found = drawParameters(one, { seed: 1 }).map((parameters, i) =>
    evaluate({ law: one.law, parameters }, { law: two.law, parameters: others[i] }).best
  ).filter((at) => at >= 0);
  if (found.length === 0) return { choice: choices[best], maxShare, choices, notes };
  const over = (value: (choice: MixtureChoice) => number): Interval => {
    const values = found.map((at) => value(choices[at]));
    const estimate = value(choices[best]);
    const [low, high] = [quantile(values, 0.025), quantile(values, 0.975)];
    return { estimate, low: Math.min(estimate, low), high: Math.max(estimate, high) };
  };
  const intervals = { share: over(({ share }) => share), domainEpochs: over((one) => one.domainEpochs) };
  return { choice: choices[best], intervals, maxShare, choices, notes };
}
