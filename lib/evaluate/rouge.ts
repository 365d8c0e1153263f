import { mean, ofKind, takes } from "../base/mod.ts";
import { stem } from "./_porter.ts";

/** One kind of overlap. */
export interface RougeScore {
  /** The share of the prediction that stands in the reference. */
  precision: number;
  /** The share of the reference that stands in the prediction. */
  recall: number;
  /** Their harmonic mean. */
  f1: number;
}

/** The overlaps of two texts, by the names of `rouge_score`. */
export interface RougeScores {
  /** Words. */
  rouge1: RougeScore;
  /** Pairs of words that follow each other. */
  rouge2: RougeScore;
  /** The longest sequence of words in common. */
  rougeL: RougeScore;
  /** The same, of each line of the reference with all lines of the prediction. */
  rougeLsum: RougeScore;
}

/** Options of {@linkcode rouge}. */
export interface RougeOptions {
  /** Whether words of four letters and more are stemmed as Porter's and NLTK's stemmers do. @default {false} */
  stemmed?: boolean;
}

/**
 * The overlap of a text with references (Lin 2004), as Google's `rouge_score` 0.1.2 counts it: words are runs of a-z and 0-9
 * in small letters; of several references each kind takes the one with the largest F1. Sentences for `rougeLsum` are lines.
 *
 * @throws {RangeError} If there is no reference.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rouge } from "midtrain/evaluate";
 *
 * const { rouge1, rougeL } = rouge("The quick brown dog jumps on the log.", ["The quick brown fox jumps over the lazy dog"]);
 * assert.deepEqual([rouge1.precision, rouge1.recall.toFixed(4)], [0.75, "0.6667"]);
 * assert.deepEqual([rougeL.precision, rougeL.recall.toFixed(4)], [0.625, "0.5556"]);
 * ```
 */
export function rouge(
  prediction: string,
  references: readonly string[],
  options: RougeOptions = {},
): RougeScores {
  const cannot = "Cannot measure ROUGE";
  takes(cannot, options, "stemmed?");
  ofKind(cannot, { prediction }, "a text");
  ofKind(cannot, { references }, "a list of texts");
  if (references.length === 0) throw new RangeError(`${cannot} as references must not be empty`);
  const { stemmed = false } = options;
  const words = linesOf(prediction, stemmed);
  const all = references.map((reference) => scoresOf(words, linesOf(reference, stemmed)));
  const best = (kind: keyof RougeScores) =>
    all.map((scores) => scores[kind]).reduce((best, score) => score.f1 > best.f1 ? score : best);
  return {
    rouge1: best("rouge1"),
    rouge2: best("rouge2"),
    rougeL: best("rougeL"),
    rougeLsum: best("rougeLsum"),
  };
}

/**
 * SCROLLS's one number for summaries (Shaham et al. 2022, arXiv 2201.03533): the geometric mean of the mean F1 of ROUGE-1, -2
 * and -L, each over all items; from 0 to 1.
 *
 * @throws {RangeError} If there are no scores.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rouge, rougeGeometricMean } from "midtrain/evaluate";
 *
 * const scores = [rouge("a small house", ["a small house"]), rouge("one", ["two"])];
 * assert.equal(rougeGeometricMean(scores).toFixed(6), "0.500000");
 * ```
 */
export function rougeGeometricMean(scores: readonly RougeScores[]): number {
  ofKind("Cannot average ROUGE", { scores }, "a list of objects with rouge1, rouge2, rougeL");
  if (scores.length === 0) throw new RangeError("Cannot average ROUGE as scores must not be empty");
  const [one, two, longest] = (["rouge1", "rouge2", "rougeL"] as const).map((kind) =>
    mean(scores.map((score) => score[kind].f1))
  );
  return Math.cbrt(one * two * longest);
}

/** The words of each line that has a character. */
function linesOf(text: string, stemmed: boolean): string[][] {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const words = line.toLowerCase().match(/[a-z0-9]+/g) ?? [];
    return stemmed ? words.map((word) => word.length > 3 ? stem(word) : word) : words;
  });
}

function scoresOf(prediction: readonly string[][], reference: readonly string[][]): RougeScores {
  const [given, gold] = [prediction.flat(), reference.flat()];
  return {
    rouge1: ofGrams(given, gold, 1),
    rouge2: ofGrams(given, gold, 2),
    rougeL: score(commonAt(gold, given).length, given.length, gold.length),
    rougeLsum: ofLines(prediction, reference),
  };
}

function score(same: number, given: number, gold: number): RougeScore {
  const precision = same / Math.max(given, 1);
  const recall = same / Math.max(gold, 1);
  return { precision, recall, f1: same === 0 ? 0 : 2 * precision * recall / (precision + recall) };
}

function ofGrams(given: readonly string[], gold: readonly string[], n: number): RougeScore {
  const grams = ([given, gold] as const).map((words) => {
    const counts = new Map<string, number>();
    for (let i = 0; i + n <= words.length; i++) {
      const gram = words.slice(i, i + n).join(" ");
      counts.set(gram, (counts.get(gram) ?? 0) + 1);
    }
    return counts;
  });
  let same = 0;
  for (const [gram, count] of grams[1]) same += Math.min(count, grams[0].get(gram) ?? 0);
  const of = (words: readonly string[]) => Math.max(0, words.length - n + 1);
  return score(same, of(given), of(gold));
}

/** Each line of the reference with the union of its longest sequences in the prediction's lines; no word is counted twice. */
function ofLines(prediction: readonly string[][], reference: readonly string[][]): RougeScore {
  const counts = [prediction, reference].map((lines) => {
    const counts = new Map<string, number>();
    for (const word of lines.flat()) counts.set(word, (counts.get(word) ?? 0) + 1);
    return counts;
  });
  let same = 0;
  for (const line of reference) {
    const union = new Set(prediction.flatMap((other) => commonAt(line, other)));
    for (const at of [...union].sort((a, b) => a - b)) {
      const word = line[at];
      if (!counts.every((count) => (count.get(word) ?? 0) > 0)) continue;
      same++;
      for (const count of counts) count.set(word, count.get(word)! - 1);
    }
  }
  return score(same, prediction.flat().length, reference.flat().length);
}

/** The places in the reference of one longest common sequence; which of several, decides as `rouge_score` does. */
function commonAt(reference: readonly string[], other: readonly string[]): number[] {
  const width = other.length + 1;
  const table = new Uint32Array((reference.length + 1) * width);
  for (let i = 1; i <= reference.length; i++) {
    for (let j = 1; j < width; j++) {
      table[i * width + j] = reference[i - 1] === other[j - 1]
        ? table[(i - 1) * width + j - 1] + 1
        : Math.max(table[(i - 1) * width + j], table[i * width + j - 1]);
    }
  }
  const places: number[] = [];
  let i = reference.length;
  let j = other.length;
  while (i > 0 && j > 0) {
    if (reference[i - 1] === other[j - 1]) {
      places.push(--i);
      j--;
    } else if (table[i * width + j - 1] > table[(i - 1) * width + j]) j--;
    else i--;
  }
  return places.reverse();
}
