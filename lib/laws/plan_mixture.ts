import {
  described,
  type Description,
  inRange,
  type Interval,
  ofKind,
  percent,
  quantile,
  said,
  sum,
  takes,
} from "../base/mod.ts";
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
  params?: number | undefined;
  /** Fits of the domain loss by domain share, and of the general loss by general share. @default {none: only repetition is planned} */
  laws?: { domain: FittedLaw<MixtureRun>; general: FittedLaw<MixtureRun> } | undefined;
  /** How far the general loss may stand above its least over all shares, in nats per token. @default {0.03} */
  tolerance?: number | undefined;
  /** Least worth of the repeated tokens against as many fresh ones. @default {0.93, four epochs} */
  leastWorth?: number | undefined;
  /** The half-life of repeated data, R_D*. @default {15.387756, the published one} */
  RD?: number | undefined;
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
  takes("Cannot plan a mixture", options, "tokens, pools, params?, laws?, tolerance?, leastWorth?, RD?");
  return described(planned(options), tellMixturePlan);
}

function planned(options: MixturePlanOptions): MixturePlan {
  const plan = checked(options);
  const { laws, tolerance } = plan;
  const shares = priceShares(plan);
  const maxShare = shares.reduce((most, { worthIt, choice: { share } }) => worthIt ? share : most, 0);
  const notes = repetitionNotes(plan, maxShare);
  const plain = shares.map(({ choice }) => choice);
  if (!laws) {
    notes.push(
      "The share itself cannot be chosen without runs at several shares: fit d-cpt to the domain and the general loss",
    );
    return { maxShare, choices: plain, notes };
  }
  const { domainLoss, generalLoss, best } = weigh(laws, shares, plan);
  const choices = plain.map((choice, i): MixtureChoice => ({
    ...choice,
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
  const free = domainLoss.indexOf(Math.min(...domainLoss));
  if (free !== best) {
    notes.push(
      `Without the limits the domain would want ${percent(choices[free].share, 0)}, ${
        (domainLoss[best] - domainLoss[free]).toFixed(4)
      } nats better`,
    );
  }
  const found = bestOfDraws(laws, shares, plan);
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

type MixtureLaws = NonNullable<MixturePlanOptions["laws"]>;
/** The options, and the unique tokens of each role. */
type Checked = ReturnType<typeof checked>;

function checked(options: MixturePlanOptions) {
  const { tokens, pools, params, laws, tolerance = 0.03, leastWorth = 0.93, RD } = options;
  const cannot = "Cannot plan a mixture";
  inRange(cannot, { tokens }, "finite and positive");
  inRange(cannot, { tolerance }, ">= 0");
  inRange(cannot, { leastWorth }, "in (0, 1]");
  ofKind(cannot, { pools }, "a list of objects with name, uniqueTokens, role");
  for (const { name, uniqueTokens } of pools) {
    inRange(cannot, { [`uniqueTokens of ${name}`]: uniqueTokens }, "finite and positive");
  }
  if (!pools.some(({ role }) => role === "domain")) {
    throw new TypeError(`${cannot} as no pool is of the domain`);
  }
  if (laws && !(params! > 0)) {
    throw new TypeError(`${cannot} as its laws need params: current value is ${params}`);
  }
  const unique = (role: TokenPool["role"]) =>
    sum(pools.filter((pool) => pool.role === role).map(({ uniqueTokens }) => uniqueTokens));
  const [domain, general] = [unique("domain"), unique("general")];
  return { tokens, params, laws, tolerance, leastWorth, RD, domain, general };
}

/** A share before any law is asked. */
interface PricedShare {
  choice: MixtureChoice;
  /** Whether the domain's repeated tokens keep their worth. */
  worthIt: boolean;
}

function priceShares({ tokens, domain, general, leastWorth, RD }: Checked): PricedShare[] {
  const worthOf = (spent: number, fresh: number) =>
    spent <= 0 ? 1 : fresh <= 0 ? NaN : effectiveTokens(fresh, spent / fresh, { RD }) / spent;
  return Array.from({ length: 99 }, (_, i) => {
    const share = (i + 1) / 100;
    const domainWorth = worthOf(share * tokens, domain);
    const generalWorth = general > 0 ? worthOf((1 - share) * tokens, general) : 1;
    return {
      choice: {
        share,
        domainEpochs: share * tokens / domain,
        generalEpochs: general > 0 ? (1 - share) * tokens / general : 0,
        worth: share * domainWorth + (1 - share) * generalWorth,
      },
      worthIt: domainWorth >= leastWorth,
    };
  });
}

function repetitionNotes({ tokens, domain, general, leastWorth }: Checked, maxShare: number): string[] {
  return [
    maxShare === 0
      ? `Even 1 % of the domain repeats its ${domain} unique tokens to below ${
        percent(leastWorth, 0)
      } of their worth: spend fewer tokens or find more data`
      : `Up to ${percent(maxShare, 0)} of the domain, ${
        (maxShare * tokens / domain).toFixed(1)
      } passes over it, each token is worth at least ${percent(leastWorth, 0)} of a fresh one`,
    ...(general === 0 ? ["There is no general pool: nothing guards what the model knew"] : []),
  ];
}

/** Both losses at every share, and which allowed share has the least domain loss; -1 where none is allowed. */
function weigh(
  laws: MixtureLaws,
  shares: readonly PricedShare[],
  { tokens, params, tolerance }: Checked,
): { domainLoss: Float64Array; generalLoss: Float64Array; best: number } {
  const runs = shares.map(({ choice: { share, worth } }) => ({
    params: params!,
    tokens: worth * tokens,
    share,
  }));
  const domainLoss = predictLaw(laws.domain, runs);
  const generalLoss = predictLaw(laws.general, runs.map((run) => ({ ...run, share: 1 - run.share })));
  const limit = Math.min(...generalLoss) + tolerance;
  let best = -1;
  shares.forEach(({ worthIt }, i) => {
    const allowed = generalLoss[i] <= limit && worthIt;
    if (allowed && (best < 0 || domainLoss[i] < domainLoss[best])) best = i;
  });
  return { domainLoss, generalLoss, best };
}

/** The best share of each draw of the laws' parameters, where the laws are fits and the draw allows a share. */
function bestOfDraws(
  { domain, general }: MixtureLaws,
  shares: readonly PricedShare[],
  plan: Checked,
): number[] {
  if (!isFit(domain) || !isFit(general)) return [];
  const others = drawParameters(general, { seed: 2 });
  return drawParameters(domain, { seed: 1 }).map((parameters, i) => {
    const drawn = { law: general.law, parameters: others[i] };
    return weigh({ domain: { law: domain.law, parameters }, general: drawn }, shares, plan).best;
  }).filter((at) => at >= 0);
}

function isFit(law: FittedLaw<MixtureRun>): law is Fit<MixtureRun> {
  return "covariance" in law;
}

/** A mixture plan as `show` prints it. */
function tellMixturePlan({ choice, intervals, maxShare, notes }: MixturePlan): Description {
  const row = ({ share, domainEpochs, worth, domainLoss, generalLoss }: MixtureChoice) => ({
    "domain share": intervals ? said(intervals.share, percent) : percent(share),
    "domain epochs": intervals ? intervals.domainEpochs : Number(domainEpochs.toPrecision(3)),
    "worth of its tokens (%)": Number((100 * worth).toPrecision(3)),
    ...(domainLoss === undefined ? {} : { "domain loss (nats per token)": Number(domainLoss.toFixed(4)) }),
    ...(generalLoss === undefined ? {} : { "general loss (nats per token)": Number(generalLoss.toFixed(4)) }),
  });
  return [
    ...choice ? [{ title: "The mixture", rows: [row(choice)] }] : [],
    `The domain's share may be up to ${percent(maxShare)} while its repeated tokens keep their worth`,
    ...notes,
  ];
}
