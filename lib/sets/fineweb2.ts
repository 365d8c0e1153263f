import { parse } from "yaml";
import { ofKind } from "../base/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** FineWeb-2's thresholds for one language; `languageRules` of `midtrain/select` makes its rules. */
export interface Fineweb2Language {
  /** The language with its script, such as `deu_Latn`. */
  language: string;
  /** The least score of GlotLID, in [0, 1]. */
  languageScore: number;
  /** The greatest share of lines that stand again. */
  maxDuplicateLineFraction: number;
  /** The greatest share of characters in the most frequent run of n words, by n. */
  maxTopGramFraction: Record<number, number>;
  /** The greatest share of characters in runs of n words that stand again, by n. */
  maxDuplicateGramFraction: Record<number, number>;
  /** The least share of lines that end in terminal punctuation. */
  minPunctuatedLineFraction: number;
  /** The most line breaks for each word. */
  maxLineBreaksPerToken: number;
  /** The least mean length of a word, in characters. */
  minMeanWordUnits: number;
  /** The greatest mean length of a word, in characters. */
  maxMeanWordUnits: number;
  /** The least share of words with a letter; the source calls it `max_non_alpha_words_ratio` and uses it as this. */
  minAlphabeticFraction: number;
  /** The most frequent words, of which two must occur. */
  stopWords: string[];
}

/** Thresholds and stop words of FineWeb-2 (arXiv 2506.20920) for eight languages; `readFineweb2Language` reads any of its 1,929. */
export const fineweb2: PublicSet<Fineweb2Language> = publicSet({
  name: "fineweb2",
  title: "FineWeb-2's filter thresholds and stop words of eight languages, arXiv 2506.20920",
  licence: "Apache-2.0",
  origin: {
    kind: "repository",
    repository: "huggingface/fineweb-2",
    commit: "d0defb24f193bb9a5a11b8b14524a03c4858e1b6",
    folder: "configs/",
  },
  files: {
    "arb_Arab.yml": "b2529e73357547984e4ac2026b8de109bbbe7226ad7053c781d5a075dfedbd5a",
    "cmn_Hani.yml": "cf7c589709fbfc6b7f61c31603ed2977dfabe923e423623884c6cf099706c15e",
    "deu_Latn.yml": "17da6e3a755940ceac4e75db9a94b0faf244449e2c775754948be2b67a25fc9b",
    "fra_Latn.yml": "983705f1bf359f3bf8314f59dce7ae36d96465e78cc5f29ae227dfe614e2f6a9",
    "hin_Deva.yml": "1193093dee89519067536893f7b21319e380745a10fe4ce3e6727b4fe3995ed3",
    "jpn_Jpan.yml": "83d1b7f6674c2cac92a27f7d1603d8eb25b76ba6f3ee99e90c09cf93448de2c8",
    "rus_Cyrl.yml": "0f4b40e216f7ff0331744b5352aa77d6995250e4ad50cd82153955044b04e0f1",
    "spa_Latn.yml": "e12d70780ea055746252e2d9780894c48b66b2267d71cd18cce21c4dcefab202",
  },
  async *read(set) {
    for (const path of await set.paths()) yield await readFineweb2Language(await set.file(path));
  },
});

/**
 * Read one language's file of FineWeb-2's folder `configs`, from a clone of your own.
 *
 * @param path The file; its name is the language's, such as `por_Latn.yml`.
 * @throws {Deno.errors.InvalidData} If it is no such file.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFineweb2Language } from "midtrain/sets";
 *
 * const path = `${await Deno.makeTempDir()}/por_Latn.yml`;
 * await Deno.writeTextFile(path, `dup_line_frac: 0.3
 * dup_n_grams: [[5, 0.1]]
 * language_score: 0.8
 * line_punct_thr: 0.1
 * max_avg_word_length: 10
 * max_non_alpha_words_ratio: 0.8
 * min_avg_word_length: 3
 * new_line_ratio: 0.2
 * stopwords: [de, a, o]
 * top_n_grams: [[2, 0.2]]
 * `);
 * const { language, stopWords } = await readFineweb2Language(path);
 * assert.deepEqual([language, stopWords], ["por_Latn", ["de", "a", "o"]]);
 * ```
 */
export async function readFineweb2Language(path: string): Promise<Fineweb2Language> {
  ofKind("Cannot read a language's thresholds", { path }, "a text");
  const fail = (problem: string) =>
    new Deno.errors.InvalidData(`Cannot read the thresholds of ${path}: ${problem}`);
  let config: Record<string, unknown>;
  try {
    config = parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw error;
    throw fail("it is no YAML");
  }
  const number = (name: string) => {
    const value = config?.[name];
    if (typeof value !== "number") throw fail(`it has no number ${name}`);
    return value;
  };
  const byLength = (name: string) => {
    const pairs = config?.[name];
    if (!Array.isArray(pairs)) throw fail(`it has no list ${name}`);
    return Object.fromEntries(pairs as [number, number][]);
  };
  const { stopwords } = config ?? {};
  if (!Array.isArray(stopwords)) throw fail("it has no list stopwords");
  return {
    language: path.split(/[/\\]/).at(-1)!.replace(/\.ya?ml$/, ""),
    languageScore: number("language_score"),
    maxDuplicateLineFraction: number("dup_line_frac"),
    maxTopGramFraction: byLength("top_n_grams"),
    maxDuplicateGramFraction: byLength("dup_n_grams"),
    minPunctuatedLineFraction: number("line_punct_thr"),
    maxLineBreaksPerToken: number("new_line_ratio"),
    minMeanWordUnits: number("min_avg_word_length"),
    maxMeanWordUnits: number("max_avg_word_length"),
    minAlphabeticFraction: number("max_non_alpha_words_ratio"),
    // YAML reads some words as other things: no, on.
    stopWords: stopwords.map(String),
  };
}
