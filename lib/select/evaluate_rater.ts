import {
  described,
  type Description,
  inRange,
  type Interval,
  ofKind,
  percent,
  takes,
  wilson,
} from "../base/mod.ts";
import type { Rater } from "./rater.ts";
import type { Example } from "./train_rater.ts";

/** Options of {@linkcode evaluateRater}. */
export interface EvaluateRaterOptions {
  /** What scores at least this is called positive. @default {0.5} */
  threshold?: number;
}

/** How good a rater is on texts it has not seen. Intervals are 95 %; `null` stands for a share of nothing. */
export interface RaterEvaluation {
  /** The threshold used. */
  threshold: number;
  /** How many texts there were. */
  items: number;
  /** Called positive, and are. */
  truePositives: number;
  /** Called positive, and are not. */
  falsePositives: number;
  /** Called negative, and are not. */
  falseNegatives: number;
  /** Called negative, and are. */
  trueNegatives: number;
  /** The share of what it calls positive that is, with Wilson's interval. */
  precision: Interval | null;
  /** The share of the positive that it calls so, with Wilson's interval. */
  recall: Interval | null;
  /** The share of texts it calls right, with Wilson's interval. */
  accuracy: Interval;
  /** The harmonic mean of precision and recall; its interval is Wilson's on TP / (TP + FP + FN), which F1 rises with. */
  f1: Interval | null;
  /** The probability that a positive text scores above a negative one, with Hanley and McNeil's interval (1982). */
  auc: Interval | null;
  /** What a rater that always calls the more frequent class scores: the accuracy to beat. */
  majorityAccuracy: number;
  /** Each text's label and score, in the order given: the data of a histogram. */
  scores: { label: string; score: number }[];
}

/**
 * Measure a rater on held-out texts.
 *
 * @throws {RangeError} If there is no text or the threshold lies outside [0, 1].
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { evaluateRater, trainRater } from "midtrain/select";
 *
 * const rater = trainRater([{ text: "sea", label: "good" }, { text: "spam", label: "bad" }], { positive: "good" });
 * const { precision, auc } = evaluateRater(rater, [{ text: "the sea", label: "good" }, { text: "the spam", label: "bad" }]);
 * assert.equal(precision?.estimate, 1);
 * assert.equal(auc?.estimate, 1);
 * ```
 */
export function evaluateRater(
  rater: Rater,
  examples: Iterable<Example>,
  options: EvaluateRaterOptions = {},
): RaterEvaluation {
  takes("Cannot evaluate a rater", options, "threshold?");
  ofKind("Cannot evaluate a rater", { rater }, "an object with score");
  ofKind("Cannot evaluate a rater", { examples }, "a list or another iterable that is no stream");
  const { threshold = 0.5 } = options;
  const { positive } = rater.weights;
  inRange("Cannot evaluate a rater", { threshold }, "in [0, 1]");
  const scores = Array.from(examples, (example) => {
    ofKind("Cannot evaluate a rater", { "each example": example }, "an object with text, label");
    return { label: example.label, score: rater.score(example.text) };
  });
  if (scores.length === 0) {
    throw new RangeError("Cannot evaluate a rater as there must be texts: there are none");
  }
  let truePositives = 0;
  let falsePositives = 0;
  let falseNegatives = 0;
  let trueNegatives = 0;
  for (const { label, score } of scores) {
    if (label === positive) score >= threshold ? truePositives++ : falseNegatives++;
    else score >= threshold ? falsePositives++ : trueNegatives++;
  }
  const items = scores.length;
  const positives = truePositives + falseNegatives;
  const of = (part: number, whole: number) => whole === 0 ? null : wilson(part, whole);
  const overlap = of(truePositives, truePositives + falsePositives + falseNegatives);
  return described({
    threshold,
    items,
    truePositives,
    falsePositives,
    falseNegatives,
    trueNegatives,
    precision: of(truePositives, truePositives + falsePositives),
    recall: of(truePositives, positives),
    accuracy: wilson(truePositives + trueNegatives, items),
    f1: overlap && {
      estimate: f1(overlap.estimate),
      low: f1(overlap.low),
      high: f1(overlap.high),
    },
    auc: auc(scores, positive),
    majorityAccuracy: Math.max(positives, items - positives) / items,
    scores,
  }, tellEvaluation);
}

function tellEvaluation(one: RaterEvaluation): Description {
  const { precision, recall, f1, auc, accuracy } = one;
  return [
    {
      rows: Object.entries({ precision, recall, f1, auc, accuracy }).map(([measure, value]) => ({
        measure,
        value,
      })),
    },
    `${one.items} texts at threshold ${one.threshold}: ${one.truePositives} right and ${one.falsePositives} wrong among those kept, ${one.trueNegatives} right and ${one.falseNegatives} wrong among those left; the larger class alone is ${
      percent(one.majorityAccuracy, 1)
    }`,
  ];
}

function f1(overlap: number): number {
  return 2 * overlap / (1 + overlap);
}

/** The Mann-Whitney statistic over mid-ranks, so that ties count half. */
function auc(scores: readonly { label: string; score: number }[], positive: string): Interval | null {
  const sorted = [...scores].sort((a, b) => a.score - b.score);
  let rankSum = 0;
  let positives = 0;
  for (let i = 0; i < sorted.length;) {
    let end = i;
    while (end < sorted.length && sorted[end].score === sorted[i].score) end++;
    for (let j = i; j < end; j++) {
      if (sorted[j].label !== positive) continue;
      positives++;
      rankSum += (i + 1 + end) / 2;
    }
    i = end;
  }
  const negatives = sorted.length - positives;
  if (positives === 0 || negatives === 0) return null;
  const estimate = (rankSum - positives * (positives + 1) / 2) / (positives * negatives);
  const square = estimate * estimate;
  const q1 = estimate / (2 - estimate);
  const q2 = 2 * square / (1 + estimate);
  const variance =
    (estimate * (1 - estimate) + (positives - 1) * (q1 - square) + (negatives - 1) * (q2 - square)) /
    (positives * negatives);
  const half = 1.959963984540054 * Math.sqrt(Math.max(0, variance));
  return { estimate, low: Math.max(0, estimate - half), high: Math.min(1, estimate + half) };
}
