import { writeAtomic } from "../base/mod.ts";
import type { Document } from "../data/mod.ts";
import { END_MARK, type FeatureOptions, featuresOf, RUN } from "./_features.ts";
import type { DocumentRater, Rating } from "./document_rater.ts";

/** What a rater is made of; {@linkcode trainRater} makes one. */
export interface RaterWeights {
  /** The labels, sorted. */
  labels: readonly string[];
  /** The label whose probability is the score. */
  positive: string;
  /** The length of an embedding. */
  dimensions: number;
  /** The longest run of words that is a feature. */
  wordNgrams: number;
  /** How many buckets runs of words fall in, at most 2^30. */
  buckets: number;
  /** The words that training met, each the row of `input` at its place; `</s>` ends a text. */
  words: readonly string[];
  /** The buckets that training met; their rows follow those of the words. */
  ids: Uint32Array;
  /** Embeddings, `words.length + ids.length` rows of `dimensions`. */
  input: Float32Array;
  /** One row of `dimensions` for each label. */
  output: Float32Array;
}

const magic = "midtrain rater 2\n";

/**
 * A linear text rater in the manner of fastText (arXiv 1607.01759): the mean of the embeddings of words and runs of words,
 * then a softmax over the labels. Words and runs that training never met say nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Rater, trainRater } from "midtrain/select";
 *
 * const examples = [
 *   { text: "the whale swam in the sea", label: "good" },
 *   { text: "buy cheap pills now", label: "bad" },
 * ];
 * const rater = trainRater(examples, { positive: "good", epochs: 50 });
 * const path = `${await Deno.makeTempDir()}/rater.bin`;
 * await rater.save(path);
 * assert.equal((await Rater.load(path)).score("a whale"), rater.score("a whale"));
 * ```
 */
export class Rater implements DocumentRater {
  /** What it is made of. */
  readonly weights: RaterWeights;
  /** `fasttext/` and the positive label. */
  readonly name: string;
  #rows: Int32Array;
  #features: FeatureOptions;
  #hidden: Float64Array;
  #positive: number;
  #end: number;
  #known = false;

  /**
   * A rater over trained weights.
   *
   * @throws {RangeError} If the parts do not fit together.
   */
  constructor(weights: RaterWeights) {
    const { labels, positive, dimensions, wordNgrams, buckets, words, ids, input, output } = weights;
    const problem = labels.length < 2
      ? "there must be two labels or more"
      : !labels.includes(positive)
      ? `positive must be one of ${labels.join(", ")}: current value is ${positive}`
      : !(buckets >= 1 && buckets <= 2 ** 30)
      ? `buckets must be in [1, 2^30]: current value is ${buckets}`
      : input.length !== (words.length + ids.length) * dimensions ||
          output.length !== labels.length * dimensions
      ? "its tables must have the sizes that words, ids, labels and dimensions say"
      : ids.some((id) => id >= buckets)
      ? "every id must be below buckets"
      : undefined;
    if (problem) throw new RangeError(`Cannot make a rater as ${problem}`);
    this.weights = weights;
    this.name = `fasttext/${positive}`;
    this.#rows = new Int32Array(buckets).fill(-1);
    for (let row = 0; row < ids.length; row++) this.#rows[ids[row]] = words.length + row;
    const numbers = new Map(words.map((word, id) => [word, id]));
    this.#features = { wordNgrams, buckets, wordId: (word) => numbers.get(word) ?? -1 };
    this.#hidden = new Float64Array(dimensions);
    this.#positive = labels.indexOf(positive);
    this.#end = words.indexOf(END_MARK);
  }

  /** The probability of each label, in the order of `weights.labels`; they sum to 1. */
  probabilities(text: string): Float64Array {
    const { labels, dimensions, input, output } = this.weights;
    const hidden = this.#hidden.fill(0);
    let met = 0;
    let known = false;
    for (const feature of featuresOf(text, this.#features)) {
      const row = feature >= RUN ? this.#rows[feature - RUN] : feature;
      if (row < 0) continue;
      met++;
      known ||= row !== this.#end;
      const at = row * dimensions;
      for (let d = 0; d < dimensions; d++) hidden[d] += input[at + d];
    }
    this.#known = known;
    const scores = new Float64Array(labels.length);
    for (let label = 0; label < labels.length; label++) {
      let sum = 0;
      const at = label * dimensions;
      for (let d = 0; d < dimensions; d++) sum += hidden[d] * output[at + d];
      scores[label] = met === 0 ? 0 : sum / met;
    }
    return softmax(scores);
  }

  /** The probability of the positive label, in [0, 1]. */
  score(text: string): number {
    return this.probabilities(text)[this.#positive];
  }

  /** The score, and whether the text has a word or run that training met; where not, any such text gets this score. */
  rated(text: string): Rating {
    return { score: this.score(text), known: this.#known };
  }

  /** The same for documents, in their order. */
  rateDocuments(documents: readonly Document[]): Rating[] {
    return documents.map(({ text }) => this.rated(text));
  }

  /** The most probable label; the first of equals. */
  label(text: string): string {
    const all = this.probabilities(text);
    return this.weights.labels[all.indexOf(Math.max(...all))];
  }

  /** Write the rater as one file, whole or not at all. Numbers are little-endian 32-bit floats. */
  async save(path: string): Promise<void> {
    const { words, ids, input, output, ...header } = this.weights;
    const bytes = (part: Uint32Array | Float32Array) =>
      new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    const names = new TextEncoder().encode(words.join("\n"));
    const sizes = { ...header, words: words.length, names: names.length, runs: ids.length };
    await writeAtomic(path, [
      magic + JSON.stringify(sizes) + "\n",
      names,
      bytes(ids),
      bytes(input),
      bytes(output),
    ]);
  }

  /**
   * Read a rater that {@linkcode Rater.save} wrote.
   *
   * @throws {Deno.errors.InvalidData} If the file is not whole or is no rater.
   */
  static async load(path: string): Promise<Rater> {
    const file = await Deno.readFile(path);
    const fail = (problem: string) =>
      new Deno.errors.InvalidData(`Cannot read the rater ${path}: ${problem}`);
    const head = file.indexOf(10);
    const end = file.indexOf(10, head + 1);
    const text = new TextDecoder();
    if (text.decode(file.subarray(0, head + 1)) !== magic || end < 0) throw fail("it is no rater");
    const { words, names, runs, ...header } = JSON.parse(text.decode(file.subarray(head + 1, end)));
    const sizes = [runs, (words + runs) * header.dimensions, header.labels.length * header.dimensions];
    const expected = end + 1 + names + 4 * (sizes[0] + sizes[1] + sizes[2]);
    if (file.length !== expected) throw fail(`it must have ${expected} bytes: it has ${file.length}`);
    const joined = text.decode(file.subarray(end + 1, end + 1 + names));
    // Copied, as the numbers start at no multiple of four.
    const body = file.slice(end + 1 + names).buffer;
    return new Rater({
      ...header,
      words: words === 0 ? [] : joined.split("\n"),
      ids: new Uint32Array(body, 0, sizes[0]),
      input: new Float32Array(body, 4 * sizes[0], sizes[1]),
      output: new Float32Array(body, 4 * (sizes[0] + sizes[1]), sizes[2]),
    });
  }
}

/** Scores to probabilities, in place. */
export function softmax(scores: Float64Array): Float64Array {
  let max = -Infinity;
  let sum = 0;
  for (const score of scores) max = Math.max(max, score);
  for (let i = 0; i < scores.length; i++) sum += scores[i] = Math.exp(scores[i] - max);
  for (let i = 0; i < scores.length; i++) scores[i] /= sum;
  return scores;
}
