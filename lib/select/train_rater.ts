import { type OnProgress, Random } from "../base/mod.ts";
import { countWords, featuresOf } from "./_features.ts";
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
  /** How many buckets words and runs of words fall in, a power of two; memory is taken only for those met. @default {2097152} */
  buckets?: number;
  /** How often training passes over the examples. @default {5} */
  epochs?: number;
  /** The learning rate at the start; it falls linearly to 0. @default {0.5} */
  learningRate?: number;
  /** Names the random start and the order of examples. @default {1} */
  seed?: number | string;
  /** Hears of progress, in words. */
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
  for (const [name, value] of Object.entries({ dimensions, wordNgrams, buckets, epochs })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(
        `Cannot train a rater as ${name} must be a whole number >= 1: current value is ${value}`,
      );
    }
  }
  if (Math.log2(buckets) % 1 !== 0 || buckets > 2 ** 30) {
    throw new RangeError(
      `Cannot train a rater as buckets must be a power of two <= 2^30: current value is ${buckets}`,
    );
  }
  if (!(learningRate > 0 && Number.isFinite(learningRate))) {
    throw new RangeError(
      `Cannot train a rater as learningRate must be > 0: current value is ${learningRate}`,
    );
  }
  const prepared = _prepare(examples, { wordNgrams, buckets });
  const labels = [...new Set(prepared.map(({ label }) => label))].sort();
  if (labels.length < 2 || !labels.includes(positive)) {
    throw new RangeError(
      `Cannot train a rater as the examples must have two labels or more and positive be one of them: labels are ${
        labels.join(", ") || "none"
      }, positive is ${positive}`,
    );
  }

  const random = new Random(seed), table = new _Table(buckets, dimensions, random.fork("start"));
  const output = new Float32Array(labels.length * dimensions);
  const hidden = new Float32Array(dimensions), gradient = new Float32Array(dimensions);
  const scores = new Float64Array(labels.length),
    targets = prepared.map(({ label }) => labels.indexOf(label));
  const total = epochs * prepared.reduce((sum, { words }) => sum + words, 0);
  let done = 0, rows = new Int32Array(1024);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const index of random.fork(epoch).shuffle(prepared.map((_, i) => i))) {
      const { features, words } = prepared[index]!, rate = learningRate * (1 - done / total);
      if (rows.length < features.length) rows = new Int32Array(features.length * 2);
      hidden.fill(0);
      for (let i = 0; i < features.length; i++) {
        const at = rows[i] = table.rowOf(features[i]!) * dimensions, input = table.input;
        for (let d = 0; d < dimensions; d++) hidden[d]! += input[at + d]!;
      }
      const scale = 1 / features.length, input = table.input;
      for (let d = 0; d < dimensions; d++) hidden[d]! *= scale;
      for (let label = 0; label < labels.length; label++) {
        let sum = 0;
        for (let d = 0, at = label * dimensions; d < dimensions; d++) sum += hidden[d]! * output[at + d]!;
        scores[label] = sum;
      }
      softmax(scores);
      gradient.fill(0);
      for (let label = 0; label < labels.length; label++) {
        const step = rate * ((label === targets[index] ? 1 : 0) - scores[label]!);
        for (let d = 0, at = label * dimensions; d < dimensions; d++) {
          gradient[d]! += step * output[at + d]!;
          output[at + d]! += step * hidden[d]!;
        }
      }
      for (let d = 0; d < dimensions; d++) gradient[d]! *= scale;
      for (let i = 0; i < features.length; i++) {
        const at = rows[i]!;
        for (let d = 0; d < dimensions; d++) input[at + d]! += gradient[d]!;
      }
      done += words;
    }
    onProgress?.({ label: "train rater", done, total, unit: "words" });
  }
  return new Rater({ labels, positive, dimensions, wordNgrams, buckets, ...table.finish(), output });
}

interface _Prepared {
  features: Uint32Array;
  label: string;
  words: number;
}

function _prepare(examples: Iterable<Example>, shape: { wordNgrams: number; buckets: number }): _Prepared[] {
  const prepared: _Prepared[] = [];
  for (const { text, label } of examples) {
    if (typeof text !== "string" || typeof label !== "string") {
      throw new TypeError(
        `Cannot train a rater as an example must have a text and a label: example ${prepared.length} has ${typeof text} and ${typeof label}`,
      );
    }
    prepared.push({ features: featuresOf(text, shape).slice(), label, words: countWords(text) });
  }
  return prepared;
}

/** Rows of embeddings, made when a bucket is first met. */
class _Table {
  input: Float32Array;
  #ids: Uint32Array;
  #rows: Int32Array;
  #count = 0;
  #dimensions: number;
  #random: Random;

  constructor(buckets: number, dimensions: number, random: Random) {
    this.#rows = new Int32Array(buckets).fill(-1);
    this.#ids = new Uint32Array(1024);
    this.input = new Float32Array(1024 * dimensions);
    this.#dimensions = dimensions;
    this.#random = random;
  }

  rowOf(bucket: number): number {
    const row = this.#rows[bucket]!;
    return row >= 0 ? row : this.#add(bucket);
  }

  finish(): { ids: Uint32Array; input: Float32Array } {
    return {
      ids: this.#ids.slice(0, this.#count),
      input: this.input.slice(0, this.#count * this.#dimensions),
    };
  }

  #add(bucket: number): number {
    const row = this.#count++;
    if (row === this.#ids.length) {
      const ids = new Uint32Array(row * 2), input = new Float32Array(row * 2 * this.#dimensions);
      ids.set(this.#ids);
      input.set(this.input);
      this.#ids = ids;
      this.input = input;
    }
    this.#ids[row] = bucket;
    this.#rows[bucket] = row;
    // Uniform in [-1/d, 1/d), as in fastText.
    for (let d = 0, at = row * this.#dimensions; d < this.#dimensions; d++) {
      this.input[at + d] = (this.#random.uint32() / 2 ** 31 - 1) / this.#dimensions;
    }
    return row;
  }
}
