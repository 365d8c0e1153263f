import { gramHashes, mix32, ofKind, oneOf, takes, type WordOptions, WordScanner } from "../base/mod.ts";
import { readable } from "./_readable.ts";
import { GramTable } from "./_gram_table.ts";
import type { EvaluationItem } from "./items.ts";

/** Words of the n-grams that find short items and that seed the LCS rule. */
export const seedWords = 5;

/**
 * The fewest distinct words of an n-gram that says anything. Runs such as `0 0 0 0` or `a b a b` are met everywhere: they
 * are most of what n-gram rules call falsely.
 */
const leastDistinct = 4;

/** How items and documents are read; the same for both. */
export interface IndexOptions extends WordOptions {
  /**
   * What becomes of number words: `digits` reads `forty-eight` as `48`, up to ninety-nine, in English.
   *
   * @default {"keep"}
   */
  numbers?: "keep" | "digits";
}

/** Evaluation items made ready for search; {@linkcode buildIndex} makes it. */
export interface EvaluationIndex {
  /** The items, as given. */
  readonly items: readonly EvaluationItem[];
  /** Ids of items that no rule can see, as they and their answers have fewer than 4 distinct words. */
  readonly unchecked: readonly string[];
  /** What becomes of numbers, in the items and in the documents. */
  readonly digits: "keep" | "zero";
  /** What becomes of number words, in the items and in the documents. */
  readonly numbers: "keep" | "digits";
}

/**
 * Make evaluation items ready for {@linkcode decontaminate} and {@linkcode findContamination}.
 *
 * Words are compared without case, accents and punctuation; words that a line's end broke are whole, `&nbsp;` is a space,
 * and `1,000` is `1000`, in the items and in the documents.
 *
 * @param items The items; questions are compared, answers only looked for behind a match.
 * @throws {TypeError} If two items have one id, as calls could not be told apart.
 * @example Items that are too short are named, not passed over
 * ```ts
 * import assert from "node:assert/strict";
 * import { buildIndex } from "midtrain/decontaminate";
 *
 * const index = buildIndex([
 *   { id: "a", question: "What is 3 + 4?", benchmark: "sums" },
 *   { id: "b", question: "Who is he?", benchmark: "sums" },
 * ]);
 * assert.deepEqual(index.unchecked, ["b"]);
 * ```
 */
export function buildIndex(items: Iterable<EvaluationItem>, options: IndexOptions = {}): EvaluationIndex {
  takes("Cannot index evaluation items", options, "digits?, numbers?");
  const { numbers = "keep" } = options;
  oneOf("Cannot index evaluation items", { numbers }, ["keep", "digits"]);
  ofKind("Cannot index evaluation items", { items }, "a list or another iterable that is no stream");
  return new SearchIndex(items, options);
}

/** Every {@linkcode EvaluationIndex} is one; what the rules search is not for others. */
export class SearchIndex implements EvaluationIndex {
  readonly items: readonly EvaluationItem[];
  readonly unchecked: readonly string[];
  readonly digits: "keep" | "zero";
  readonly numbers: "keep" | "digits";
  /** The word hashes of each question. */
  readonly words: readonly Uint32Array[];
  /** The word hashes of each answer, empty where there is none. */
  readonly answers: readonly Uint32Array[];
  readonly #tables = new Map<string, GramTable>();

  constructor(items: Iterable<EvaluationItem>, { digits = "keep", numbers = "keep" }: IndexOptions) {
    const held = [...items];
    ofKind(
      "Cannot index evaluation items",
      { items: held },
      "a list of objects with id, question, benchmark",
    );
    const ids = new Set<string>();
    for (const { id } of held) {
      if (ids.has(id)) {
        throw new TypeError(
          `Cannot index evaluation items as their ids must be unique: ${JSON.stringify(id)} is twice`,
        );
      }
      ids.add(id);
    }
    const scanner = new WordScanner({ digits });
    const scan = (text: string) => scanner.hashes.slice(0, scanner.scan(readable(text, this)));
    this.items = held;
    this.digits = digits;
    this.numbers = numbers;
    this.words = held.map(({ question }) => scan(question));
    this.answers = held.map(({ answer }) => scan(answer ?? ""));
    this.unchecked = held.filter((_, item) => !isChecked(this.words[item]) && !this.isShort(item)).map((
      { id },
    ) => id);
  }

  /** Whether an item is too short for runs of words, and can be seen by its line or its answer. */
  isShort(item: number): boolean {
    return !isChecked(this.words[item]) && this.words[item].length > 0 &&
      (this.standsAlone(item) || this.hasTellingAnswer(item));
  }

  /** Whether a line that holds a short item and nothing else holds that item. */
  standsAlone(item: number): boolean {
    return new Set(this.words[item]).size >= leastDistinct;
  }

  /** Whether a short item with its answer close behind is that item: a letter is no answer. */
  hasTellingAnswer(item: number): boolean {
    return new Set([...this.words[item], ...this.answers[item]]).size >= leastDistinct &&
      !/^\P{N}?$/u.test((this.items[item].answer ?? "").trim());
  }

  /** The first words of the short items. Made at the first call. */
  shortItems(): GramTable {
    return this.#table(
      "short",
      (own, item) => this.isShort(item) ? [{ gram: mix32(own[0]), position: 0 }] : [],
    );
  }

  /** Every n-gram of the items with at least `fromWords` words and fewer than `belowWords`. Made at the first call. */
  grams(n: number, fromWords: number, belowWords = Infinity): GramTable {
    return this.#table(
      `${n} from ${fromWords} below ${belowWords}`,
      (own) =>
        own.length < Math.max(n, fromWords) || own.length >= belowWords
          ? []
          : [...gramHashes(own, n)].map((gram, position) => ({ gram, position })).filter(({ position }) =>
            new Set(own.subarray(position, position + n)).size >= leastDistinct
          ),
    );
  }

  /**
   * The first 5 words of the items that can be checked and have fewer than `belowWords`, those of their answers counted too
   * where that is said. Made at the first call.
   */
  beginnings(belowWords: number, { withAnswers = false } = {}): GramTable {
    return this.#table(
      `below ${belowWords}${withAnswers ? " with answers" : ""}`,
      (own, item) =>
        own.length + (withAnswers ? this.answers[item].length : 0) < belowWords && isChecked(own)
          ? [{ gram: gramHashes(own.subarray(0, seedWords), seedWords)[0], position: 0 }]
          : [],
    );
  }

  #table(
    key: string,
    gramsOf: (own: Uint32Array, item: number) => { gram: number; position: number }[],
  ): GramTable {
    let table = this.#tables.get(key);
    if (!table) {
      const postings = this.words.flatMap((own, item) =>
        gramsOf(own, item).map((gram) => ({ ...gram, item }))
      );
      table = new GramTable(postings);
      this.#tables.set(key, table);
    }
    return table;
  }
}

/** An index as the rules search it. @throws {TypeError} If it was made in another way; the message begins with `cannot`. */
export function searchIndexOf(index: EvaluationIndex, cannot: string): SearchIndex {
  if (index instanceof SearchIndex) return index;
  ofKind(cannot, { index }, "an object with items");
  throw new TypeError(`${cannot} as the index must be one that buildIndex() made`);
}

function isChecked(words: Uint32Array): boolean {
  return words.length >= seedWords && new Set(words).size >= leastDistinct;
}
