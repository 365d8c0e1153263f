import { must, ofKind, type OnProgress, Random, takes, wholeNumber } from "../base/mod.ts";
import { countWords, featuresOf, RUN } from "./_features.ts";
import { addToRows, sumRows } from "./_rows.ts";
import { Rater, softmax } from "./rater.ts";

/** A text with what it is. */
export interface Example {
  /** The text. */
  text: string;
  /** Its class, for example `spam`. */
  label: string;
}

/** Options of {@linkcode trainRater}. */
export interface TrainRaterOptions {
  /** The label whose probability is the score. */
  positive: string;
  /** The length of an embedding. @default {32} */
  dimensions?: number;
  /** The longest run of words that is a feature. @default {2} */
  wordNgrams?: number;
  /** How many buckets runs of words fall in; memory is taken only for those met. @default {2097152} */
  buckets?: number;
  /** How often training passes over the examples. @default {5} */
  epochs?: number;
  /** The learning rate at the start; it falls linearly to 0. @default {0.5} */
  learningRate?: number;
  /** Names the random start and the order of examples. @default {1} */
  seed?: number | string;
  /** Called with progress, in words. */
  onProgress?: OnProgress;
}

/**
 * Train a text rater as fastText's supervised mode does (arXiv 1607.01759; `src/fasttext.cc`, `src/model.cc`): stochastic
 * gradient descent on the softmax of a mean of embeddings, one example at a time, the learning rate falling linearly over
 * the words seen. Same examples, same options, same bytes.
 *
 * It is our own as `fasttext.wasm.js` trains five times slower and needs its input behind an address. Examples are held
 * as hashes, four bytes a feature.
 *
 * @throws {RangeError} If an option is out of range or the examples have fewer than two labels.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { trainRater } from "midtrain/select";
 *
 * const rater = trainRater([
 *   { text: "the whale swam in the sea", label: "good" },
 *   { text: "buy cheap pills now", label: "bad" },
 * ], { positive: "good", epochs: 100 });
 * assert(rater.score("a whale in the sea") > 0.8);
 * assert(rater.score("cheap pills") < 0.2);
 * ```
 */
export function trainRater(examples: Iterable<Example>, options: TrainRaterOptions): Rater {
  const cannot = "Cannot train a rater";
  takes(
    cannot,
    options,
    "positive, dimensions?, wordNgrams?, buckets?, epochs?, learningRate?, seed?, onProgress?",
  );
  ofKind(cannot, { examples }, "a list or another iterable that is no stream");
  const {
    positive,
    dimensions = 32,
    wordNgrams = 2,
    buckets = 1 << 21,
    epochs = 5,
    learningRate = 0.5,
    seed = 1,
    onProgress,
  } = options;
  wholeNumber(cannot, { dimensions, wordNgrams, buckets, epochs }, ">= 1");
  must(cannot, "buckets must be <= 2^30", buckets, buckets <= 2 ** 30);
  must(cannot, "learningRate must be > 0", learningRate, learningRate > 0 && Number.isFinite(learningRate));
  const { prepared, words } = prepare(examples, { wordNgrams, buckets });
  const labels = [...new Set(prepared.map(({ label }) => label))].sort();
  if (labels.length < 2 || !labels.includes(positive)) {
    throw new RangeError(
      `Cannot train a rater as the examples must have two labels or more and positive be one of them: labels are ${
        labels.join(", ") || "none"
      }, positive is ${positive}`,
    );
  }

  const random = new Random(seed);
  const table = new Table({ words: words.length, buckets, dimensions }, random.fork("start"));
  const output = new Float32Array(labels.length * dimensions);
  const hidden = new Float32Array(dimensions);
  const gradient = new Float32Array(dimensions);
  const scores = new Float64Array(labels.length);
  const targets = prepared.map(({ label }) => labels.indexOf(label));
  const total = epochs * prepared.reduce((sum, { words }) => sum + words, 0);
  let done = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const index of random.fork(epoch).shuffle(prepared.map((_, i) => i))) {
      const { features, words } = prepared[index];
      const rate = learningRate * (1 - done / total);
      // Rows are made in the order of training, and stay.
      if (epoch === 0) table.place(features);
      sumRows(hidden, table.input, features);
      const scale = 1 / features.length;
      for (let d = 0; d < dimensions; d++) hidden[d] *= scale;
      for (let label = 0; label < labels.length; label++) {
        let sum = 0;
        const at = label * dimensions;
        for (let d = 0; d < dimensions; d++) sum += hidden[d] * output[at + d];
        scores[label] = sum;
      }
      softmax(scores);
      gradient.fill(0);
      for (let label = 0; label < labels.length; label++) {
        const step = rate * ((label === targets[index] ? 1 : 0) - scores[label]);
        const at = label * dimensions;
        for (let d = 0; d < dimensions; d++) {
          gradient[d] += step * output[at + d];
          output[at + d] += step * hidden[d];
        }
      }
      for (let d = 0; d < dimensions; d++) gradient[d] *= scale;
      addToRows(table.input, gradient, features);
      done += words;
    }
    onProgress?.({ label: "train rater", done, total, unit: "words" });
  }
  return new Rater({ labels, positive, dimensions, wordNgrams, buckets, words, ...table.finish(), output });
}

interface Prepared {
  /** Features; once the first epoch has met them, where their rows start. */
  features: Uint32Array;
  label: string;
  words: number;
}

function prepare(
  examples: Iterable<Example>,
  shape: { wordNgrams: number; buckets: number },
): { prepared: Prepared[]; words: string[] } {
  const prepared: Prepared[] = [];
  const numbers = new Map<string, number>();
  const wordId = (word: string) => {
    const known = numbers.get(word);
    if (known !== undefined) return known;
    // A copy, as a slice would hold its whole text in memory.
    numbers.set(decoder.decode(encoder.encode(word)), numbers.size);
    return numbers.size - 1;
  };
  for (const example of examples) {
    ofKind("Cannot train a rater", { "each example": example }, "an object with text, label");
    const { text, label } = example;
    if (typeof text !== "string" || typeof label !== "string") {
      throw new TypeError(
        `Cannot train a rater as an example must have a text and a label: example ${prepared.length} has ${typeof text} and ${typeof label}`,
      );
    }
    const features = featuresOf(text, { ...shape, wordId }).slice();
    prepared.push({ features, label, words: countWords(text) });
  }
  return { prepared, words: [...numbers.keys()] };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Rows of embeddings: those of words, then those of runs of words, made when a bucket is first met. */
class Table {
  input: Float32Array;
  readonly #words: number;
  readonly #dimensions: number;
  readonly #random: Random;
  #ids = new Uint32Array(1024);
  #rows: Int32Array;
  #runs = 0;

  constructor(
    { words, buckets, dimensions }: { words: number; buckets: number; dimensions: number },
    random: Random,
  ) {
    this.#words = words;
    this.#dimensions = dimensions;
    this.#random = random;
    this.#rows = new Int32Array(buckets).fill(-1);
    this.input = new Float32Array((words + 1024) * dimensions);
    for (let row = 0; row < words; row++) this.#start(row);
  }

  /** Put in the place of each feature where its row starts. */
  place(features: Uint32Array): void {
    for (let i = 0; i < features.length; i++) features[i] = this.#rowOf(features[i]) * this.#dimensions;
  }

  finish(): { ids: Uint32Array; input: Float32Array } {
    return {
      ids: this.#ids.slice(0, this.#runs),
      input: this.input.slice(0, (this.#words + this.#runs) * this.#dimensions),
    };
  }

  #rowOf(feature: number): number {
    if (feature < RUN) return feature;
    const row = this.#rows[feature - RUN];
    return row >= 0 ? row : this.#add(feature - RUN);
  }

  #add(bucket: number): number {
    const run = this.#runs++;
    const row = this.#words + run;
    if (run === this.#ids.length) {
      const ids = new Uint32Array(run * 2);
      const input = new Float32Array((this.#words + run * 2) * this.#dimensions);
      ids.set(this.#ids);
      input.set(this.input);
      this.#ids = ids;
      this.input = input;
    }
    this.#ids[run] = bucket;
    this.#rows[bucket] = row;
    this.#start(row);
    return row;
  }

  /** Uniform in [-1/d, 1/d), as in fastText. */
  #start(row: number): void {
    const at = row * this.#dimensions;
    for (let d = 0; d < this.#dimensions; d++) {
      this.input[at + d] = (this.#random.uint32() / 2 ** 31 - 1) / this.#dimensions;
    }
  }
}
