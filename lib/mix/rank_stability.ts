import {
  described,
  type Description,
  distinct,
  inRange,
  ofKind,
  oneOf,
  percent,
  takes,
} from "../base/mod.ts";
import {
  type MixtureResult,
  type RankAgreement,
  rankAgreement,
  type RankAgreementOptions,
} from "./rank_agreement.ts";

const cannot = "Cannot judge a ranking's stability";

/** The same mixtures trained at one scale. */
export interface ScaleResults {
  /** What it is called. */
  name: string;
  /** Parameters of its models. */
  params: number;
  /** Tokens that each was trained on. */
  tokens: number;
  /** What each mixture reached, in one order for all scales. */
  results: readonly MixtureResult[];
}

/** Options of {@linkcode rankStability}. */
export interface RankStabilityOptions extends RankAgreementOptions {
  /** The scale that decisions are made for. @default {the one of most compute} */
  target?: string;
  /** The decision accuracy that a proxy must reach, by the lower end of its interval. @default {0.8} */
  required?: number;
}

/** How one scale's ranking agrees with the target's. */
export interface StabilityRow extends RankAgreement {
  /** The scale. */
  name: string;
  /** Parameters. */
  params: number;
  /** Tokens. */
  tokens: number;
  /** Training compute of one mixture against the target's, `params * tokens` of both. */
  relativeCompute: number;
}

/** The stability of a ranking over scales. */
export interface RankStability {
  /** The target's name. */
  target: string;
  /** Every other scale, by compute. */
  rows: StabilityRow[];
  /** The cheapest scale that reaches what is required, itself and every dearer one; undefined where none does. */
  smallest?: StabilityRow;
  /** What was found, in a sentence. */
  summary: string;
}

/**
 * How small a proxy may be: the agreement of each scale's ranking with that of the target scale, and the cheapest scale from
 * which on every one decides well enough. The survey (arXiv:2510.23081) calls it ranking invariance and takes it for granted;
 * here it is measured.
 *
 * @param scales At least two; the same mixtures in each.
 * @throws {RangeError} If there are fewer than two scales, a name stands twice, a size is not > 0, or the target is none of
 * them; and as {@linkcode rankAgreement} does.
 * @example A noisy small scale, a good one, and the target
 * ```ts
 * import assert from "node:assert/strict";
 * import { rankStability } from "midtrain/mix";
 *
 * const results = Array.from({ length: 30 }, (_, i) => i / 30), noisy = results.map((value, i) => value + 2 * ((7 * i) % 5));
 * const { smallest, summary } = rankStability([
 *   { name: "1M", params: 1e6, tokens: 1e8, results: noisy },
 *   { name: "10M", params: 1e7, tokens: 1e9, results },
 *   { name: "1B", params: 1e9, tokens: 1e11, results },
 * ], { resamples: 100 });
 * assert.equal(smallest?.name, "10M");
 * assert.equal(summary, "10M is the smallest proxy that decides as 1B does in at least 80 % of pairs, at 0.01 % of its compute");
 * ```
 */
export function rankStability(
  scales: readonly ScaleResults[],
  options: RankStabilityOptions = {},
): RankStability {
  takes("Cannot judge a ranking's stability", options, "target?, required?, resamples?, seed?, confidence?");
  ofKind(
    "Cannot judge a ranking's stability",
    { scales },
    "a list of objects with name, params, tokens, results",
  );
  const { required = 0.8, target: named, ...agreementOptions } = options;
  if (scales.length < 2) {
    throw new RangeError(
      `${cannot} as there must be at least 2 scales: there are ${scales.length}`,
    );
  }
  inRange(cannot, { required }, "in (0, 1]");
  distinct(cannot, { scales: scales.map(({ name }) => name) });
  for (const { name, params, tokens } of scales) {
    if (!(params > 0 && tokens > 0 && params * tokens < Infinity)) {
      throw new RangeError(
        `${cannot} as params and tokens must be finite and > 0: "${name}" has ${params} and ${tokens}`,
      );
    }
  }
  const compute = ({ params, tokens }: ScaleResults) => params * tokens;
  const sorted = [...scales].sort((a, b) => compute(a) - compute(b));
  const wanted = named ?? sorted.at(-1)!.name;
  oneOf(cannot, { "the target": wanted }, scales.map(({ name }) => name));
  const target = scales.find(({ name }) => name === wanted)!;
  const rows = sorted.filter((scale) => scale !== target).map((scale): StabilityRow => ({
    name: scale.name,
    params: scale.params,
    tokens: scale.tokens,
    relativeCompute: compute(scale) / compute(target),
    ...rankAgreement(scale.results, target.results, agreementOptions),
  }));
  const short = rows.findLastIndex(({ decisionAccuracy }) => decisionAccuracy.low < required);
  const smallest = rows[short + 1];
  return described({
    target: target.name,
    rows,
    ...(smallest ? { smallest } : {}),
    summary: smallest
      ? `${smallest.name} is the smallest proxy that decides as ${target.name} does in at least ${
        percent(required)
      } of pairs, at ${percent(smallest.relativeCompute)} of its compute`
      : `No proxy decides surely as ${target.name} does in ${percent(required)} of pairs: ${
        rows.at(-1)!.name
      } comes to ${percent(rows.at(-1)!.decisionAccuracy.estimate)}, and its interval reaches down to ${
        percent(rows.at(-1)!.decisionAccuracy.low)
      }`,
  }, tellStability);
}

function tellStability({ rows, summary }: RankStability): Description {
  return [{
    rows: rows.map(({ name, params, tokens, relativeCompute, decisionAccuracy, spearman, pairs }) => ({
      "proxy": name,
      "parameters": params,
      tokens,
      "compute (of the target's)": percent(relativeCompute),
      "decides alike (share of pairs)": decisionAccuracy,
      "Spearman": spearman,
      pairs,
    })),
  }, summary];
}
