import { ofKind } from "../base/mod.ts";
import { type Mixture, mixture } from "./mixture.ts";
import { olmo3 } from "./_olmo3.ts";
import { smollm3 } from "./_smollm3.ts";
import type { PublishedMixture, SourceKind } from "./published.ts";

const olmo2 = {
  model: "OLMo 2",
  stage: "mid-training",
  kinds: {
    "Filtered DCLM": "web",
    "FLAN": "instruction",
    "Stack Exchange": "qa",
    "peS2o": "knowledge",
    "Wikipedia": "knowledge",
    "Dolmino Math": "math",
  },
  source: "arXiv:2501.00656v3, Table 13",
} as const;
const pile = {
  stage: "pre-training",
  source: "arXiv:2305.10429 and its released weights, 256k vocabulary",
} as const;

/** Published mixtures, first of all those of mid-training. */
export const publishedMixtures: readonly PublishedMixture[] = [
  {
    ...olmo2,
    name: "dolmino-50B",
    budgetTokens: 50e9,
    percent: {
      "Filtered DCLM": 47.2,
      "FLAN": 16.6,
      "Stack Exchange": 2.45,
      "peS2o": 5.85,
      "Wikipedia": 7.11,
      "Dolmino Math": 20.8,
    },
  },
  {
    ...olmo2,
    name: "dolmino-100B",
    budgetTokens: 100e9,
    percent: {
      "Filtered DCLM": 50.2,
      "FLAN": 16.7,
      "Stack Exchange": 2.47,
      "peS2o": 9.52,
      "Wikipedia": 3.57,
      "Dolmino Math": 17.5,
    },
  },
  {
    ...olmo2,
    name: "dolmino-300B",
    budgetTokens: 300e9,
    percent: {
      "Filtered DCLM": 51.9,
      "FLAN": 11.3,
      "Stack Exchange": 1.68,
      "peS2o": 19.4,
      "Wikipedia": 4.86,
      "Dolmino Math": 10.8,
    },
  },
  ...olmo3,
  {
    name: "olmo3-microanneal",
    model: "Olmo 3",
    stage: "probe",
    budgetTokens: 10e9,
    percent: { "candidate": 50, "web": 50 },
    source: "arXiv:2512.13961v2, microanneals: 5B candidate and 5B web tokens",
  },
  {
    name: "llama3-annealing-probe",
    model: "Llama 3 8B",
    stage: "probe",
    budgetTokens: 40e9,
    percent: { "candidate": 30, "default mix": 70 },
    kinds: { "candidate": "math", "default mix": "replay" },
    source: "arXiv:2407.21783, section 3.1.3",
  },
  {
    name: "replay-weak-shift",
    model: "models of 405M and 10B of the Pile on SlimPajama",
    stage: "continual",
    percent: { "new corpus": 95, "old corpus": 5 },
    source: "arXiv:2403.08763, tables 2, 4 and 12: a replay of 5 %",
  },
  {
    name: "replay-strong-shift",
    model: "a model of 405M of the Pile on German",
    stage: "continual",
    percent: { "new corpus": 75, "old corpus": 25 },
    source: "arXiv:2403.08763, tables 2, 4 and 12: one of six shares, see replayAblation",
  },
  ...smollm3,
  {
    ...pile,
    name: "pile",
    model: "The Pile, shares by size",
    percent: {
      "Pile-CC": 11.21,
      "PubMed Central": 10.71,
      "Books3": 6.76,
      "OpenWebText2": 12.47,
      "ArXiv": 10.52,
      "Github": 4.27,
      "FreeLaw": 3.86,
      "StackExchange": 9.29,
      "USPTO Backgrounds": 4.2,
      "PubMed Abstracts": 8.45,
      "Gutenberg (PG-19)": 1.99,
      "OpenSubtitles": 1.24,
      "Wikipedia (en)": 9.19,
      "DM Mathematics": 1.98,
      "Ubuntu IRC": 0.74,
      "BookCorpus2": 0.44,
      "EuroParl": 0.43,
      "HackerNews": 0.75,
      "YoutubeSubtitles": 0.42,
      "PhilPapers": 0.27,
      "NIH ExPorter": 0.52,
      "Enron Emails": 0.3,
    },
  },
  {
    ...pile,
    name: "doremi-pile",
    model: "DoReMi, 280M proxy",
    percent: {
      "Pile-CC": 60.57,
      "PubMed Central": 0.46,
      "Books3": 2.24,
      "OpenWebText2": 10.19,
      "ArXiv": 0.36,
      "Github": 1.79,
      "FreeLaw": 0.43,
      "StackExchange": 1.53,
      "USPTO Backgrounds": 0.36,
      "PubMed Abstracts": 1.13,
      "Gutenberg (PG-19)": 0.72,
      "OpenSubtitles": 0.47,
      "Wikipedia (en)": 6.99,
      "DM Mathematics": 0.18,
      "Ubuntu IRC": 0.93,
      "BookCorpus2": 0.61,
      "EuroParl": 0.62,
      "HackerNews": 1.34,
      "YoutubeSubtitles": 5.02,
      "PhilPapers": 2.74,
      "NIH ExPorter": 0.63,
      "Enron Emails": 0.7,
    },
  },
];

/**
 * A published mixture by name, with its percentages made into shares that sum to 1.
 *
 * @param name One of the names in {@linkcode publishedMixtures}.
 * @throws {RangeError} If there is none of that name.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { publishedMixture } from "midtrain/mix";
 *
 * const { mixture, byKind } = publishedMixture("olmo3-dolmino-100B");
 * assert.equal(mixture["CraneCode"].toFixed(2), "0.10");
 * assert.equal(byKind!.instruction.toFixed(3), "0.061");
 * ```
 */
export function publishedMixture(name: string): PublishedMixture & {
  /** The shares of tokens. */
  mixture: Mixture;
  /** Their sums by kind of text, where the mixture has kinds. */
  byKind?: Mixture;
} {
  ofKind("Cannot find a published mixture", { name }, "a text");
  const found = publishedMixtures.find((one) => one.name === name);
  if (!found) {
    throw new RangeError(
      `Cannot find a published mixture named "${name}": names are ${
        publishedMixtures.map((one) => one.name).join(", ")
      }`,
    );
  }
  const whole = { ...found, mixture: mixture(found.percent) };
  return found.kinds ? { ...whole, byKind: sharesByKind(whole.mixture, found.kinds) } : whole;
}

function sharesByKind(shares: Mixture, kinds: Readonly<Record<string, SourceKind>>): Mixture {
  const sums: Record<string, number> = {};
  for (const [source, share] of Object.entries(shares)) {
    sums[kinds[source]] = (sums[kinds[source]] ?? 0) + share;
  }
  return mixture(sums);
}

/** What replay buys, in one published ablation. */
export interface ReplayAblation {
  /** The share of the old corpus in training on the new one. */
  replay: number;
  /** The loss on the old corpus, in nats per token: what is forgotten. */
  oldLoss: number;
  /** The loss on the new corpus, in nats per token: what is learnt. */
  newLoss: number;
}

/** A 405M model of the Pile trained on German, by how much of the Pile is replayed (arXiv:2403.08763, tables 2, 4 and 12). */
export const replayAblation: readonly ReplayAblation[] = [
  { replay: 0, oldLoss: 3.56, newLoss: 1.11 },
  { replay: 0.01, oldLoss: 2.83, newLoss: 1.12 },
  { replay: 0.05, oldLoss: 2.57, newLoss: 1.12 },
  { replay: 0.1, oldLoss: 2.46, newLoss: 1.13 },
  { replay: 0.25, oldLoss: 2.33, newLoss: 1.16 },
  { replay: 0.5, oldLoss: 2.24, newLoss: 1.22 },
];
