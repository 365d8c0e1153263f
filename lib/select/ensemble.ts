import {
  described,
  type Description,
  inRange,
  type Interval,
  must,
  ofKind,
  oneOf,
  quantile,
  takes,
  wholeNumber,
} from "../base/mod.ts";
import type { Document } from "../data/mod.ts";
import { spearman } from "./agreement.ts";
import type { DocumentRater, Rating } from "./document_rater.ts";
import { fitRidge } from "./_linear.ts";
import type { RatedByAll } from "./rate.ts";

/** Several raters as one. */
export interface Ensemble extends DocumentRater {
  /** The score of a document that each of the raters has rated. */
  combine(ratings: Readonly<Record<string, Rating>>): Rating;
  /** For each rater the scores at which the next bucket begins. */
  readonly thresholds: Readonly<Record<string, readonly number[]>>;
}

/** Options of {@linkcode rankEnsemble}. */
export interface RankEnsembleOptions {
  /** `max`: a document is as good as its best bucket; `mean`: as the mean of its buckets. @default {"max"} */
  combine?: "max" | "mean" | undefined;
  /** How many buckets each rater's scores are cut in, equally many documents of the sample in each. @default {20} */
  buckets?: number | undefined;
  /** Names it. @default {"ensemble/max" or "ensemble/mean"} */
  name?: string | undefined;
}

/**
 * Raters joined by rank, so that their scales do not matter: each score becomes its bucket, 0 to 19, among the scores of a
 * sample, and a document has the highest, as in Nemotron-CC (arXiv 2412.02595, section 2.2), or the mean of them.
 *
 * A rating that is not known has no say; a document that no rater knows is not known.
 *
 * @param raters The raters, to rate further documents with.
 * @param sample What they say of a random sample of the documents, by `rateByAll`: some thousands are enough for 20 buckets.
 * @throws {RangeError} If a rater knows fewer documents of the sample than there are buckets.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rankEnsemble, rateByAll } from "midtrain/select";
 *
 * const rater = (name: string, score: (text: string) => number) => ({ name,
 *   rateDocuments: (some: readonly { text: string }[]) => some.map(({ text }) => ({ score: score(text), known: true })) });
 * const raters = [rater("long", (text) => text.length), rater("short", (text) => 1 / text.length)];
 * const documents = [1, 2, 3, 4].map((n) => ({ id: `${n}`, text: "a".repeat(n), source: "x", meta: {} }));
 * const sample = await Array.fromAsync(rateByAll(documents, raters));
 * const ensemble = rankEnsemble(raters, sample, { buckets: 4 });
 * assert.deepEqual(sample.map(({ ratings }) => ensemble.combine(ratings).score), [3, 2, 2, 3]);
 * ```
 */
export function rankEnsemble(
  raters: readonly DocumentRater[],
  sample: readonly RatedByAll[],
  options: RankEnsembleOptions = {},
): Ensemble {
  const cannot = "Cannot join raters";
  takes(cannot, options, "combine?, buckets?, name?");
  const { combine = "max", buckets = 20, name = `ensemble/${combine}` } = options;
  oneOf(cannot, { combine }, ["max", "mean"]);
  const thresholds = thresholdsOf(cannot, { raters, sample, buckets });
  return ensembleOf(
    name,
    { raters, thresholds },
    (found) =>
      combine === "max"
        ? Math.max(...found.map(({ bucket }) => bucket))
        : found.reduce((sum, { bucket }) => sum + bucket, 0) / found.length,
  );
}

/** Options of {@linkcode stackRaters}. */
export interface StackRatersOptions {
  /** How many buckets each rater's scores are cut in. @default {20} */
  buckets?: number | undefined;
  /** The strengths of regularisation among which leaving one out chooses. @default {0.1, 1 and 10} */
  ridges?: readonly number[] | undefined;
  /** Names it. @default {"ensemble/stacked"} */
  name?: string | undefined;
}

/** What {@linkcode stackRaters} found. */
export interface Stacked {
  /** The raters as one, on the labels' scale. */
  ensemble: Ensemble;
  /** For each rater how much its rank counts, from the lowest bucket to the highest, on the labels' scale. */
  weights: Record<string, number>;
  /** What each labelled document is given by the weights that the others' labels give, in their order. */
  crossFitted: number[];
  /** How the cross-fitted scores agree with the labels: Spearman's rank correlation. */
  agreement: Interval;
  /** The same for each rater alone. */
  alone: Record<string, Interval>;
}

/**
 * Raters joined by weights that labels give: ridge regression of the labels on the raters' buckets. Each label is predicted by
 * weights that were fitted without it, so that the agreement is that of unseen documents.
 *
 * @param labelled What the raters say of labelled documents, and the labels. No rater may have been trained on these labels.
 * @throws {RangeError} If a rater knows fewer of them than there are buckets, or the labels are all the same.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rateByAll, stackRaters } from "midtrain/select";
 *
 * const rater = (name: string, at: number) => ({ name, rateDocuments: (some: readonly { text: string }[]) =>
 *   some.map(({ text }) => ({ score: Number(text.split(" ")[at]), known: true })) });
 * const raters = [rater("first", 0), rater("second", 1)];
 * const documents = Array.from({ length: 40 }, (_, i) => ({ id: `${i}`, text: `${i} ${i * 7 % 40}`, source: "x", meta: {} }));
 * const rated = await Array.fromAsync(rateByAll(documents, raters));
 * const { weights } = stackRaters(raters, rated.map((row, i) => ({ ...row, label: i })));
 * assert(weights.first > 10 * Math.abs(weights.second));
 * ```
 */
export function stackRaters(
  raters: readonly DocumentRater[],
  labelled: readonly (RatedByAll & { label: number })[],
  options: StackRatersOptions = {},
): Stacked {
  const cannot = "Cannot stack raters";
  takes(cannot, options, "buckets?, ridges?, name?");
  const { buckets = 20, ridges = [0.1, 1, 10], name = "ensemble/stacked" } = options;
  ofKind(cannot, { labelled }, "a list of objects with ratings, label");
  const thresholds = thresholdsOf(cannot, { raters, sample: labelled, buckets });
  const labels = labelled.map(({ label }) => label);
  inRange(
    cannot,
    Object.fromEntries(labels.map((label, at) => [`labelled[${at}].label`, label])),
    "finite and >= -1e300",
  );
  must(cannot, "the labels must differ", labels[0], labels.some((label) => label !== labels[0]));
  ofKind(cannot, { ridges }, "a list of numbers");
  wholeNumber(cannot, { "the number of ridges": ridges.length }, ">= 1");
  // A rater that does not know a document says what it says of the average one.
  const shareOf = (rater: string, rating: Rating) =>
    rating.known ? bucketOf(thresholds[rater], rating.score) / (buckets - 1) - 0.5 : 0;
  const rows = labelled.map(({ ratings }) => raters.map(({ name }) => shareOf(name, ratings[name])));
  const fits = ridges.map((ridge) => {
    const fit = fitRidge({ rows, columns: raters.length }, labels, ridge);
    return { fit, loss: fit.leftOut.reduce((sum, value, i) => sum + (value - labels[i]) ** 2, 0) };
  });
  const { fit } = fits.reduce((a, b) => b.loss < a.loss ? b : a);
  const weights = Object.fromEntries(raters.map(({ name }, at) => [name, fit.weights[at]]));
  const alone = Object.fromEntries(raters.map(({ name }) => {
    const known = labelled.filter(({ ratings }) => ratings[name].known);
    return [name, spearman(known.map(({ ratings }) => ratings[name].score), known.map(({ label }) => label))];
  }));
  const stacked: Stacked = {
    ensemble: ensembleOf(
      name,
      { raters, thresholds },
      (found) =>
        found.reduce(
          (sum, { rater, bucket }) => sum + weights[rater] * (bucket / (buckets - 1) - 0.5),
          fit.bias,
        ),
    ),
    weights,
    crossFitted: [...fit.leftOut],
    agreement: spearman(fit.leftOut, labels),
    alone,
  };
  return described(stacked, tellStacked);
}

function tellStacked({ weights, agreement, alone, crossFitted }: Stacked): Description {
  const singles = Object.entries(alone).map(([rater, one]) => ({
    rater,
    weight: weights[rater],
    "Spearman with the labels": one,
  }));
  return [
    {
      rows: [...singles, {
        rater: "stacked, cross-fitted",
        weight: "",
        "Spearman with the labels": agreement,
      }],
    },
    `By ${crossFitted.length} labels`,
  ];
}

/** Checks the raters and their sample, and cuts each one's known scores into buckets of equally many documents. */
function thresholdsOf(
  cannot: string,
  { raters, sample, buckets }: {
    raters: readonly DocumentRater[];
    sample: readonly RatedByAll[];
    buckets: number;
  },
): Record<string, number[]> {
  ofKind(cannot, { raters }, "a list of objects with name, rateDocuments");
  wholeNumber(cannot, { "the number of raters": raters.length }, ">= 1");
  ofKind(cannot, { sample }, "a list of objects with ratings");
  wholeNumber(cannot, { buckets }, "in [2, 1000]");
  return Object.fromEntries(raters.map(({ name }) => {
    const scores = sample.map(({ ratings }, at) => {
      must(
        cannot,
        `sample[${at}] must be rated by ${name}`,
        Object.keys(ratings),
        ratings[name] !== undefined,
      );
      return ratings[name];
    }).filter(({ known }) => known).map(({ score }) => score);
    must(
      cannot,
      `${name} must know ${buckets} documents of the sample`,
      scores.length,
      scores.length >= buckets,
    );
    const sorted = Float64Array.from(scores).sort();
    const ends = Array.from({ length: buckets - 1 }, (_, i) => quantile(sorted, (i + 1) / buckets));
    return [name, ends];
  }));
}

/** How many thresholds a score reaches. */
function bucketOf(thresholds: readonly number[], score: number): number {
  let low = 0;
  let high = thresholds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (thresholds[middle] <= score) low = middle + 1;
    else high = middle;
  }
  return low;
}

function ensembleOf(
  name: string,
  { raters, thresholds }: { raters: readonly DocumentRater[]; thresholds: Record<string, number[]> },
  scoreOf: (found: { rater: string; bucket: number }[]) => number,
): Ensemble {
  const combine = (ratings: Readonly<Record<string, Rating>>): Rating => {
    const known = raters.filter(({ name }) => ratings[name]?.known);
    if (known.length === 0) return { score: NaN, known: false, cause: "no rater knows it" };
    const found = known.map(({ name }) => ({
      rater: name,
      bucket: bucketOf(thresholds[name], ratings[name].score),
    }));
    return { score: scoreOf(found), known: true };
  };
  return {
    name,
    thresholds,
    combine,
    async rateDocuments(documents: readonly Document[], options) {
      const all = await Promise.all(raters.map((rater) => rater.rateDocuments(documents, options)));
      return documents.map((_, at) =>
        combine(Object.fromEntries(raters.map(({ name }, r) => [name, all[r][at]])))
      );
    },
  };
}
