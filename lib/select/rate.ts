import { distinct, each, inRange, ofKind, takes, wholeNumber } from "../base/mod.ts";
import type { Document, Documents } from "../data/mod.ts";
import type { DocumentRater, Rated, Rating } from "./document_rater.ts";
import { KeptRatings } from "./_kept_ratings.ts";

/** Options of {@linkcode rate}. */
export interface RateOptions {
  /** Where ratings are kept in `ratings.jsonl`: a rerun rates only what is not there. @default {none is kept} */
  folder?: string | undefined;
  /** How many documents the rater is given at a time. @default {64} */
  batch?: number | undefined;
  /** Gives the work up; what was rated stays in the folder. */
  signal?: AbortSignal | undefined;
}

/**
 * Rate documents as they pass, by any rater, in their order.
 *
 * With a folder the work outlives its process: each batch is on the disk before it is given, by id and by a hash of the text,
 * and what the rater could not tell is kept with its cause.
 *
 * @throws {TypeError} If the rater is none.
 * @throws {RangeError} If the folder belongs to another rater, or another process rates into it.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rate, trainRater } from "midtrain/select";
 *
 * const rater = trainRater([{ text: "sea", label: "good" }, { text: "spam", label: "bad" }], { positive: "good" });
 * const document = { id: "0", text: "the sea", source: "x", meta: {} };
 * for await (const { score } of rate([document], rater)) assert(score > 0.5);
 * ```
 */
export async function* rate(
  documents: Documents,
  rater: DocumentRater,
  options: RateOptions = {},
): AsyncGenerator<Rated> {
  const cannot = "Cannot rate documents";
  takes(cannot, options, "folder?, batch?, signal?");
  ofKind(cannot, { rater }, "an object with name, rateDocuments");
  const { folder, batch = 64, signal } = options;
  wholeNumber(cannot, { batch }, ">= 1");
  using kept = await KeptRatings.open(cannot, folder, rater);
  for await (const some of batches(cannot, documents, batch)) {
    const ratings = await kept.rate(some, signal);
    for (const [at, document] of some.entries()) yield { document, ...ratings[at] };
  }
}

/** A document with what each of several raters says of it. */
export interface RatedByAll {
  /** The document, untouched. */
  document: Document;
  /** The ratings by the raters' names. */
  ratings: Readonly<Record<string, Rating>>;
}

/** Options of {@linkcode rateByAll}. */
export interface RateByAllOptions extends RateOptions {
  /** Where ratings are kept, a folder within it for each rater. @default {none is kept} */
  folder?: string | undefined;
}

/**
 * Rate documents by several raters: what ensembles and the agreement of raters are made from.
 *
 * @throws {RangeError} If two raters have one name.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rateByAll } from "midtrain/select";
 *
 * const length = { name: "length", rateDocuments: (some: readonly { text: string }[]) =>
 *   some.map(({ text }) => ({ score: text.length, known: true })) };
 * const documents = [{ id: "0", text: "the sea", source: "x", meta: {} }];
 * const [{ ratings }] = await Array.fromAsync(rateByAll(documents, [length]));
 * assert.deepEqual(ratings, { length: { score: 7, known: true } });
 * ```
 */
export async function* rateByAll(
  documents: Documents,
  raters: readonly DocumentRater[],
  options: RateByAllOptions = {},
): AsyncGenerator<RatedByAll> {
  const cannot = "Cannot rate documents";
  takes(cannot, options, "folder?, batch?, signal?");
  ofKind(cannot, { raters }, "a list of objects with name, rateDocuments");
  distinct(cannot, { "names of raters": raters.map(({ name }) => name) });
  const { folder, batch = 64, signal } = options;
  wholeNumber(cannot, { batch }, ">= 1");
  const kept: KeptRatings[] = [];
  try {
    for (const rater of raters) {
      const own = folder === undefined ? undefined : `${folder}/${encodeURIComponent(rater.name)}`;
      kept.push(await KeptRatings.open(cannot, own, rater));
    }
    for await (const some of batches(cannot, documents, batch)) {
      const all = await Promise.all(kept.map((one) => one.rate(some, signal)));
      for (const [at, document] of some.entries()) {
        yield {
          document,
          ratings: Object.fromEntries(raters.map(({ name }, r) => [name, all[r][at]])),
        };
      }
    }
  } finally {
    for (const one of kept) one[Symbol.dispose]();
  }
}

/**
 * Put labels beside their documents, as a rating that nobody doubts: what people or another program wrote into a table.
 *
 * @param labels Rows with `id` and `score`, as `readJsonl` or a table of CSV gives them.
 * @throws {RangeError} If a label's document is not there, stands twice, or its score is no number.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { joinLabels } from "midtrain/select";
 *
 * const documents = [{ id: "a", text: "Sea.", source: "x", meta: {} }, { id: "b", text: "Spam.", source: "x", meta: {} }];
 * const [{ document, score }] = await joinLabels(documents, [{ id: "b", score: 0 }]);
 * assert.deepEqual([document.text, score], ["Spam.", 0]);
 * ```
 */
export async function joinLabels(
  documents: Documents,
  labels: Iterable<{ id: string; score: number }>,
): Promise<Rated[]> {
  const cannot = "Cannot join labels";
  ofKind(cannot, { labels }, "a list or another iterable that is no stream");
  const scores = new Map<string, number>();
  for (const label of labels) {
    ofKind(cannot, { "each label": label }, "an object with id, score");
    inRange(cannot, { [`the score of ${label.id}`]: label.score }, "finite and >= -1e300");
    distinct(cannot, { "ids of labels": scores.has(label.id) ? [label.id, label.id] : [] });
    scores.set(label.id, label.score);
  }
  const rated: Rated[] = [];
  for await (const document of each(cannot, { documents }, "an object with id, text")) {
    const score = scores.get(document.id);
    if (score === undefined) continue;
    scores.delete(document.id);
    rated.push({ document, score, known: true });
  }
  if (scores.size > 0) {
    const [first] = scores.keys();
    throw new RangeError(
      `${cannot} as each must have its document: ${scores.size} have none, such as ${first}`,
    );
  }
  return rated;
}

async function* batches(cannot: string, documents: Documents, batch: number): AsyncGenerator<Document[]> {
  let some: Document[] = [];
  for await (const document of each(cannot, { documents }, "an object with id, text")) {
    some.push(document);
    if (some.length < batch) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
