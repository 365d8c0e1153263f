import { each, inRange, ofKind, takes, wholeNumber, WordScanner } from "../base/mod.ts";
import type { Document, Documents } from "../data/mod.ts";
import { type Candidate, candidateFinder } from "./_candidates.ts";
import type { Contamination } from "./contamination.ts";
import { type EvaluationIndex, type SearchIndex, searchIndexOf } from "./evaluation_index.ts";

/** What makes unit vectors of texts: `openModel()`, `openEmbedder()`, or one's own. */
export interface TextEmbedder {
  /** One unit vector a text, in their order. */
  embed(
    texts: readonly string[],
    options?: { signal?: AbortSignal },
  ): Promise<readonly Float32Array[] | { vectors: readonly Float32Array[] }>;
}

/** Options of {@linkcode findRephrased}. */
export interface FindRephrasedOptions {
  /** What embeds the items and the texts. */
  model: TextEmbedder;
  /**
   * The least cosine of a call. What two questions on one topic have depends on the model and grows with the number of items:
   * measure it on texts that hold none of them.
   *
   * @default {0.82}
   */
  threshold?: number;
  /** Documents of at most so many words are compared as they are, with every item; of longer ones, what shares rare words. @default {150} */
  wholeWords?: number;
  /** Stops the search. */
  signal?: AbortSignal;
}

/** A call with the document it was made in. */
export interface RephrasedCall extends Contamination {
  /** The document's id. */
  document: string;
}

/** What is embedded of an item or a text: the first 1,200 characters. */
const mostCharacters = 1200;
const batchTexts = 32;

/**
 * Find items that documents say in other words, by the cosine of embeddings: all items against documents of about an item's
 * length, as synthetic and instruction data have them, and in longer documents the runs of sentences that share an item's rare
 * words. Calls have the rule `embedding`; on a CPU some thirty texts are embedded a second.
 *
 * Two questions on one topic may be as near as a question and its rephrasing: let {@linkcode judgeContamination} or a person
 * decide. Of items and texts the first 1,200 characters are read, fewer where the model reads less.
 *
 * @param documents The texts, read one at a time.
 * @param index The items.
 * @throws {RangeError} If an option is out of its range, or the model gives not one vector a text.
 * @example A made-up embedder, which knows two words
 * ```ts
 * import assert from "node:assert/strict";
 * import { buildIndex, findRephrased, type TextEmbedder } from "midtrain/decontaminate";
 *
 * const model: TextEmbedder = {
 *   embed: (texts) =>
 *     Promise.resolve(texts.map((text) => Float32Array.of(Number(/ducks/.test(text)), Number(/ships/.test(text))))),
 * };
 * const index = buildIndex([{ id: "q1", question: "How many eggs lay sixteen ducks?", benchmark: "own" }]);
 * const documents = ["A lot of ducks, a lot of eggs: what is it?", "The ships sail."].map((text, i) => ({ id: `d${i}`, text, source: "", meta: {} }));
 * const calls = await Array.fromAsync(findRephrased(documents, index, { model }));
 * assert.deepEqual(calls.map(({ document, item, rule, score }) => [document, item, rule, score]), [["d0", "q1", "embedding", 1]]);
 * ```
 */
export async function* findRephrased(
  documents: Documents,
  index: EvaluationIndex,
  options: FindRephrasedOptions,
): AsyncGenerator<RephrasedCall> {
  const cannot = "Cannot find rephrased items";
  takes(cannot, options, "model, threshold?, wholeWords?, signal?");
  const { model, threshold = 0.82, wholeWords = 150, signal } = options;
  ofKind(cannot, { model }, "an object with embed");
  inRange(cannot, { threshold }, "in [-1, 1]");
  wholeNumber(cannot, { wholeWords }, ">= 0");
  const search = searchIndexOf(index, cannot);
  const embed = (texts: readonly string[]) => embedAll(texts, model, signal);
  const items = await embed(search.items.map(({ question }) => question));
  const candidates = candidateFinder(search);
  const scanner = new WordScanner();
  let batch: Asked[] = [];
  const finish = async function* () {
    const vectors = await embed(batch.map(({ text }) => text));
    for (const [at, { document, start, text, against }] of batch.entries()) {
      const compared = against ?? items.keys();
      for (const item of compared) {
        const score = cosine(vectors[at], items[item]);
        if (score >= threshold) yield callOf(search, { item, score, start, text, document });
      }
    }
    batch = [];
  };
  for await (const document of each(cannot, { documents }, "an object with id, text")) {
    const { text } = document;
    const count = scanner.scan(text);
    if (count === 0) continue;
    if (count <= wholeWords) batch.push({ document, start: 0, text });
    else batch.push(...askedOf(document, candidates(text)));
    if (batch.length >= batchTexts) yield* finish();
  }
  yield* finish();
}

/** A text to embed: a document, or a part of one against the items that it may hold. */
interface Asked {
  document: Document;
  start: number;
  text: string;
  against?: number[];
}

/** The candidates' texts, each once. */
function askedOf(document: Document, candidates: readonly Candidate[]): Asked[] {
  const places = Map.groupBy(candidates, ({ start, end }) => `${start} ${end}`);
  return [...places.values()].map((same) => ({
    document,
    start: same[0].start,
    text: document.text.slice(same[0].start, same[0].end),
    against: same.map(({ item }) => item),
  }));
}

function callOf(
  { items }: SearchIndex,
  { item, score, start, text, document }: {
    item: number;
    score: number;
    start: number;
    text: string;
    document: Document;
  },
): RephrasedCall {
  const { id, benchmark, answer } = items[item];
  const end = start + text.length;
  const after = document.text.slice(start, end + 300).toLowerCase();
  return {
    document: document.id,
    item: id,
    benchmark,
    rule: "embedding",
    score,
    start,
    end,
    matched: text,
    answer: answer === undefined || answer.trim() === ""
      ? "unknown"
      : after.includes(answer.trim().toLowerCase())
      ? "present"
      : "absent",
  };
}

/** One vector a text; a text that is longer than the model reads is cut in half until it is not. */
async function embedAll(
  texts: readonly string[],
  model: TextEmbedder,
  signal: AbortSignal | undefined,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  const ask = async (some: readonly string[]): Promise<readonly Float32Array[]> => {
    try {
      const answer = await model.embed(some, signal ? { signal } : {});
      const given = "vectors" in answer ? answer.vectors : answer;
      if (given.length === some.length) return given;
      throw new RangeError(
        `Cannot find rephrased items as the model must give one vector a text: of ${some.length} texts it gave ${given.length}`,
      );
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ContextLengthError") throw error;
      if (some.length > 1) {
        const each: Float32Array[] = [];
        for (const text of some) each.push(...await ask([text]));
        return each;
      }
      if (some[0].length < 2) throw error;
      return await ask([some[0].slice(0, Math.ceil(some[0].length / 2)).toWellFormed()]);
    }
  };
  for (let from = 0; from < texts.length; from += batchTexts) {
    const some = texts.slice(from, from + batchTexts).map((text) =>
      text.slice(0, mostCharacters).toWellFormed()
    );
    vectors.push(...await ask(some));
  }
  return vectors;
}

function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
