import { type Description, percent, sum } from "../base/mod.ts";
import type { Written } from "./_answers.ts";

/** A score over all items. */
export interface Score {
  /** The rule, or the score of choices. */
  rule: string;
  /** The mean over the items. */
  value: number;
  /** The lower end of the 95 % interval for the mean over further items of the kind: Wilson's for counts, else the bootstrap's. */
  low: number;
  /** The upper end. */
  high: number;
}

/** One item as it was answered. */
export interface EvaluatedItem {
  /** The item's name. */
  id: string;
  /** What it counts to. */
  group: string;
  /** The score by each rule: the mean over its samples. */
  scores: Record<string, number>;
  /** Bits per byte of the gold answer; `null` where it was not rated. */
  goldBitsPerByte: number | null;
  /** The gold answer's bytes. */
  goldBytes: number;
  /** The choice that was best, for choices. */
  chosen?: number;
  /** The gold answer's probability among the choices, for choices. */
  goldProbability?: number;
  /** The gold answer's margin before the best wrong one, in nats, for choices. */
  margin?: number;
  /** Tokens of its text that were left out as they did not fit; absent where there are none. */
  cut?: number;
  /** What was written, for texts. */
  written?: Written[];
  /** What each rule took for the answer, a sample each, for texts. */
  extracted?: Record<string, (string | null)[]>;
}

/** What came of an evaluation. */
export interface Evaluation {
  /** The benchmark. */
  benchmark: string;
  /** The benchmark's version. */
  version: number;
  /** The form it was asked in. */
  form: string;
  /** The examples in front. */
  shots: number;
  /** What their draw was seeded by. */
  seed: number;
  /** The model. */
  model: string;
  /** Items. */
  n: number;
  /** The scores, the primary first; none where only gold answers were rated. */
  scores: Score[];
  /** The scores of each group by the primary rule. */
  groups: { group: string; n: number; value: number }[];
  /** Bits per byte of the gold answers: the mean over items, and over all bytes together. `null` where they were not rated. */
  goldBitsPerByte: { items: number; bytes: number } | null;
  /** What a model gets that finds all choices alike; `null` for texts. */
  guessing: number | null;
  /** Items whose choices all scored alike, items that the model could not rate, texts cut at their length, texts without an answer by the primary rule. */
  counts: { tied: number; unscored: number; truncated: number; unextracted: number };
  /** Every item, in the order of the set. */
  items: EvaluatedItem[];
}

/** An evaluation in sentences, and its scores as a table. */
export function tellEvaluation({ benchmark, form, shots, model, n, ...found }: Evaluation): Description {
  const { scores, goldBitsPerByte, guessing, counts, items } = found;
  const shortened = items.flatMap(({ cut }) => cut ?? []);
  const rows = scores.map(({ rule, value, low, high }) => ({
    "score": rule,
    "value": { estimate: value, low, high },
    ...guessing === null ? {} : { "guessing": percent(guessing, 1) },
  }));
  const notes = [
    `${benchmark} (${form}, ${shots} shots): ${n} items, ${model}`,
    ...goldBitsPerByte
      ? [
        `right answers: ${goldBitsPerByte.items.toPrecision(4)} bits per byte as a mean over items, ${
          goldBitsPerByte.bytes.toPrecision(4)
        } over all bytes`,
      ]
      : [],
    ...counts.tied > 0 ? [`${counts.tied} items have every choice alike: a model that says nothing`] : [],
    ...counts.unscored > 0 ? [`${counts.unscored} items could not be rated and count as wrong`] : [],
    ...shortened.length > 0
      ? [
        `Texts of ${shortened.length} items did not fit: ${sum(shortened)} tokens were left out, ${
          Math.max(...shortened)
        } of one at most`,
      ]
      : [],
    ...counts.truncated > 0 ? [`Texts that were cut at their longest: ${counts.truncated}`] : [],
    ...counts.unextracted > 0
      ? [`Texts without an answer that the first rule finds: ${counts.unextracted}`]
      : [],
  ];
  return [...notes, ...rows.length > 0 ? [{ rows }] : []];
}
