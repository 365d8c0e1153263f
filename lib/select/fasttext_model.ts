import { ofKind, takes, writeAtomic } from "../base/mod.ts";
import { Rater } from "./rater.ts";

/** What begins a fastText model, and the version of the format that is read and written. */
const MAGIC = 793712314;
const VERSION = 12;
const PREFIX = "__label__";
/** fastText's numbers for the supervised model and its losses. */
const SUPERVISED = 3;
const SOFTMAX = 3;

/** Options of {@linkcode readFastText}. */
export interface ReadFastTextOptions {
  /** The label whose probability is the score, with or without `__label__`. */
  positive: string;
}

/**
 * Read a classifier that fastText trained (`model.bin`): the same words, runs of words and tables, so the same
 * probabilities. Raters published as fastText models are read by it.
 *
 * Read are supervised models with softmax loss, without subwords and not quantised: the layout of `FastText::saveModel`,
 * version 12.
 *
 * @param path The file; it is read whole.
 * @throws {Deno.errors.InvalidData} If the file is none, is not whole, or is of a kind that is not read; the message says which.
 * @throws {RangeError} If it does not know the positive label.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFastText, trainRater, writeFastText } from "midtrain/select";
 *
 * const examples = [{ text: "the sea", label: "good" }, { text: "cheap pills", label: "bad" }];
 * const rater = trainRater(examples, { positive: "good", buckets: 64, epochs: 20 });
 * const path = await Deno.makeTempFile({ suffix: ".bin" });
 * await writeFastText(path, rater);
 * const same = await readFastText(path, { positive: "__label__good" });
 * assert.equal(same.label("the sea"), "good");
 * await Deno.remove(path);
 * ```
 */
export async function readFastText(path: string, options: ReadFastTextOptions): Promise<Rater> {
  takes("Cannot read the fastText model", options, "positive");
  ofKind("Cannot read the fastText model", { path }, "a text");
  const fail = (problem: string) =>
    new Deno.errors.InvalidData(`Cannot read the fastText model ${path}: ${problem}`);
  const reader = new Reader(await Deno.readFile(path), () => fail("it is not whole"));
  if (reader.bytes.length < 8 || reader.int32() !== MAGIC) throw fail("it is no fastText model");
  const version = reader.int32();
  if (version !== VERSION) throw fail(`it has version ${version}, and ${VERSION} is read`);
  const args = Array.from({ length: 12 }, () => reader.int32());
  const [dimensions, , , , , wordNgrams, loss, model, buckets, , maxSubword] = args as number[];
  reader.skip(8);
  if (model !== SUPERVISED) throw fail("it holds word vectors and is no classifier");
  if (loss !== SOFTMAX) throw fail("it was trained with another loss than softmax");
  if (maxSubword > 0) throw fail("it uses subwords (maxn > 0)");

  reader.skip(4);
  const wordCount = reader.int32();
  const labelCount = reader.int32();
  reader.skip(8);
  if (reader.int64() > 0) throw fail("it is pruned");
  const entries = Array.from({ length: wordCount + labelCount }, () => {
    const word = reader.text();
    reader.skip(9);
    return word;
  });
  if (reader.byte() !== 0) throw fail("it is quantised");
  const rows = reader.int64();
  const columns = reader.int64();
  if (columns !== dimensions || rows !== wordCount + buckets) {
    throw fail(`its table has ${rows} rows of ${columns}`);
  }
  const input = reader.floats(rows * columns);
  if (reader.byte() !== 0) throw fail("its output is quantised");
  reader.skip(16);
  const output = reader.floats(labelCount * dimensions);
  const labels = entries.slice(wordCount).map((label) => label.replace(PREFIX, ""));
  const positive = options.positive.replace(PREFIX, "");
  return new Rater({
    labels,
    positive,
    dimensions: dimensions,
    wordNgrams: Math.max(1, wordNgrams),
    buckets: Math.max(1, buckets),
    words: entries.slice(0, wordCount),
    ids: Uint32Array.from({ length: buckets }, (_, id) => id),
    input,
    output,
  });
}

/**
 * Write a rater as a fastText model that `fasttext predict` and its bindings read. fastText holds a row for each bucket,
 * met or not: 4 × dimensions × (words + buckets) bytes, 268 MB at the defaults of `trainRater`; train with fewer buckets
 * for a smaller file.
 *
 * fastText also counts runs that training never met, as rows of zeros: its labels are the same, and its probabilities for
 * texts with such runs are nearer to each other.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { trainRater, writeFastText } from "midtrain/select";
 *
 * const examples = [{ text: "the sea", label: "good" }, { text: "cheap pills", label: "bad" }];
 * const path = await Deno.makeTempFile({ suffix: ".bin" });
 * await writeFastText(path, trainRater(examples, { positive: "good", buckets: 64, dimensions: 8 }));
 * assert((await Deno.stat(path)).size > 4 * 8 * 64);
 * await Deno.remove(path);
 * ```
 */
export async function writeFastText(path: string, rater: Rater): Promise<void> {
  ofKind("Cannot write the fastText model", { path }, "a text");
  ofKind("Cannot write the fastText model", { rater }, "an object with score");
  await writeAtomic(path, parts(rater));
}

function* parts({ weights }: Rater): Generator<Uint8Array> {
  const { labels, dimensions, wordNgrams, buckets, words, ids, input, output } = weights;
  const args = [dimensions, 5, 5, 1, 5, wordNgrams, SOFTMAX, SUPERVISED, buckets, 0, 0, 100];
  yield little("int32", [MAGIC, VERSION, ...args]);
  yield little("float64", [1e-4]);
  yield little("int32", [words.length + labels.length, words.length, labels.length]);
  yield little("int64", [words.length, -1]);
  for (const [at, word] of [...words, ...labels.map((label) => PREFIX + label)].entries()) {
    yield encoder.encode(word);
    yield new Uint8Array([0]);
    yield little("int64", [1]);
    yield new Uint8Array([at < words.length ? 0 : 1]);
  }
  yield new Uint8Array([0]);
  yield little("int64", [words.length + buckets, dimensions]);
  yield raw(input.subarray(0, words.length * dimensions));
  const rows = new Int32Array(buckets).fill(-1);
  for (const [row, id] of ids.entries()) rows[id] = words.length + row;
  // A thousand buckets at a time, as their whole table may be large.
  for (let from = 0; from < buckets; from += 1000) {
    const count = Math.min(1000, buckets - from);
    const table = new Float32Array(count * dimensions);
    for (let at = 0; at < count; at++) {
      const row = rows[from + at] * dimensions;
      if (row >= 0) table.set(input.subarray(row, row + dimensions), at * dimensions);
    }
    yield raw(table);
  }
  yield new Uint8Array([0]);
  yield little("int64", [labels.length, dimensions]);
  yield raw(output);
}

const encoder = new TextEncoder();

function little(type: "int32" | "int64" | "float64", values: number[]): Uint8Array {
  const size = type === "int32" ? 4 : 8;
  const view = new DataView(new ArrayBuffer(size * values.length));
  for (const [at, value] of values.entries()) {
    if (type === "int32") view.setInt32(4 * at, value, true);
    else if (type === "int64") view.setBigInt64(8 * at, BigInt(value), true);
    else view.setFloat64(8 * at, value, true);
  }
  return new Uint8Array(view.buffer);
}

/** Numbers as they lie in memory: the platforms that Deno runs on are little-endian, as the format is. */
function raw(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Little-endian values one after another; past the end it throws. */
class Reader {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #end: () => Error;
  #at = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>, end: () => Error) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = end;
  }

  skip(count: number): number {
    const from = this.#at;
    if (!(count >= 0) || from + count > this.bytes.length) throw this.#end();
    this.#at += count;
    return from;
  }

  byte(): number {
    return this.bytes[this.skip(1)];
  }

  int32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }

  int64(): number {
    return Number(this.#view.getBigInt64(this.skip(8), true));
  }

  /** Up to the next zero. */
  text(): string {
    const end = this.bytes.indexOf(0, this.#at);
    if (end < 0) throw this.#end();
    const from = this.skip(end + 1 - this.#at);
    return new TextDecoder().decode(this.bytes.subarray(from, end));
  }

  floats(count: number): Float32Array {
    const from = this.skip(4 * count);
    return new Float32Array(this.bytes.slice(from, from + 4 * count).buffer);
  }
}
