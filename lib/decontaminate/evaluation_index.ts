import { gramHashes, type WordOptions, WordScanner } from "../base/mod.ts";
import { GramTable } from "./_gram_table.ts";
import type { EvaluationItem } from "./items.ts";

/** Words of the n-grams that find short items and that seed the LCS rule. */
export const seedWords = 5;

/**
 * The fewest distinct words of an n-gram that says anything. Runs such as `0 0 0 0` or `a b a b` are met everywhere: they
 * are most of what n-gram rules call falsely.
 */
const leastDistinct = 4;

/** Evaluation items made ready for search; see {@linkcode buildIndex}. */
export interface EvaluationIndex {
  /** The items, as given. */
  readonly items: readonly EvaluationItem[];
  /** Ids of items that no rule can see, as they have fewer than 5 words or fewer than 4 distinct ones. */
  readonly unchecked: readonly string[];
  /** What becomes of numbers, in the items and in the documents. */
  readonly digits: "keep" | "zero";
  /** The word hashes of each question. */
  readonly _words: readonly Uint32Array[];
  /** The word hashes of each answer, empty where there is none. */
  readonly _answers: readonly Uint32Array[];
  /**
   * Every n-gram of the items with at least `fromWords` words. Made at the first call.
   * @ignore
   */
  _grams(n: number, fromWords: number): GramTable;
  /**
   * The first 5 words of the items that can be checked and have fewer than `belowWords`. Made at the first call.
   * @ignore
   */
  _beginnings(belowWords: number): GramTable;
}

/**
 * Make evaluation items ready for {@linkcode decontaminate} and {@linkcode findContamination}.
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
export function buildIndex(items: Iterable<EvaluationItem>, options: WordOptions = {}): EvaluationIndex {
  const { digits = "keep" } = options;
  const held = [...items];
  const scanner = new WordScanner({ digits });
  const ids = new Set<string>();
  for (const { id } of held) {
    if (ids.has(id)) {
      throw new TypeError(
        `Cannot index evaluation items as their ids must be unique: ${JSON.stringify(id)} is twice`,
      );
    }
    ids.add(id);
  }
  const scan = (text: string) => scanner.hashes.slice(0, scanner.scan(text));
  const words = held.map(({ question }) => scan(question));
  const answers = held.map(({ answer }) => scan(answer ?? ""));
  const isChecked = (own: Uint32Array) => own.length >= seedWords && new Set(own).size >= leastDistinct;
  const tables = new Map<string, GramTable>();
  const table = (
    key: string,
    postings: () => Generator<{ gram: number; item: number; position: number }>,
  ) => {
    if (!tables.has(key)) tables.set(key, new GramTable([...postings()]));
    return tables.get(key)!;
  };
  return {
    items: held,
    unchecked: held.filter((_, item) => !isChecked(words[item])).map(({ id }) => id),
    digits,
    _words: words,
    _answers: answers,
    _grams: (n, fromWords) =>
      table(`${n} from ${fromWords}`, function* () {
        for (const [item, own] of words.entries()) {
          if (own.length < Math.max(n, fromWords)) continue;
          for (const [position, gram] of gramHashes(own, n).entries()) {
            if (new Set(own.subarray(position, position + n)).size >= leastDistinct) {
              yield { gram, item, position };
            }
          }
        }
      }),
    _beginnings: (belowWords) =>
      table(`below ${belowWords}`, function* () {
        for (const [item, own] of words.entries()) {
          if (own.length >= belowWords || !isChecked(own)) continue;
          yield { gram: gramHashes(own.subarray(0, seedWords), seedWords)[0], item, position: 0 };
        }
      }),
  };
}
