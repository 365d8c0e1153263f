import { each, Random, refuseRenamed, splitSentences, takes, wholeNumber } from "../base/mod.ts";
import type { Documents } from "../data/mod.ts";

/** One question of a benchmark. */
export interface EvaluationItem {
  /** Names it, unique in an index. */
  id: string;
  /** The text that a model is asked, with its passage where it has one. */
  question: string;
  /** The right answer; looked for behind a match as further evidence. */
  answer?: string;
  /** The benchmark it belongs to. */
  benchmark: string;
}

/** Options of {@linkcode itemsFromDocuments}. */
export interface ItemsFromDocumentsOptions {
  /** How many consecutive sentences make a question; the one after them is the answer. @default {3} */
  sentences?: number;
  /** The fewest words of a question; documents without such a passage give no item. @default {20} */
  minWords?: number;
  /** What the items call their benchmark. @default {"held-out"} */
  benchmark?: string;
  /** Names the random stream. @default {1} */
  seed?: number | string;
}

/**
 * Make evaluation items of held-out documents, one each: a passage of consecutive sentences stands for the question, the
 * sentence after it for the answer. So a decontamination can be tried and measured on any text, without a benchmark.
 *
 * The documents themselves must then stay out of the training text, as a benchmark would.
 *
 * @throws {RangeError} If `sentences` or `minWords` is not a whole number >= 1.
 * @throws {TypeError} If an option is given by its former name.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { itemsFromDocuments } from "midtrain/decontaminate";
 *
 * const text = "Call me Ishmael. Some years ago I thought I would sail about a little. It is a way I have.";
 * const documents = [{ id: "a", text, source: "novel", meta: {} }];
 * const [item] = await itemsFromDocuments(documents, { sentences: 2, minWords: 10 });
 * assert.deepEqual(item, {
 *   id: "held-out/a",
 *   question: "Call me Ishmael. Some years ago I thought I would sail about a little.",
 *   answer: "It is a way I have.",
 *   benchmark: "held-out",
 * });
 * ```
 */
export async function itemsFromDocuments(
  documents: Documents,
  options: ItemsFromDocumentsOptions = {},
): Promise<EvaluationItem[]> {
  refuseRenamed("Cannot make items", options, { minimumWords: "minWords" });
  takes("Cannot make items", options, "sentences?, minWords?, benchmark?, seed?");
  const { sentences = 3, minWords = 20, benchmark = "held-out", seed = 1 } = options;
  wholeNumber("Cannot make items", { sentences, minWords }, ">= 1");
  const items: EvaluationItem[] = [];
  const random = new Random(seed);
  for await (const document of each("Cannot make items", { documents }, "an object with id, text")) {
    const all = splitSentences(document.text).map((sentence) => sentence.trim()).filter((sentence) =>
      sentence
    );
    const starts: number[] = [];
    for (let start = 0; start + sentences < all.length; start++) {
      const words = all.slice(start, start + sentences).join(" ").split(/\s+/).length;
      if (words >= minWords) starts.push(start);
    }
    if (starts.length === 0) continue;
    const start = random.fork(document.id).pick(starts);
    items.push({
      id: `${benchmark}/${document.id}`,
      question: all.slice(start, start + sentences).join(" "),
      answer: all[start + sentences],
      benchmark,
    });
  }
  return items;
}
