import { inRange, ofKind } from "../base/mod.ts";
import { fineweb } from "./fineweb.ts";
import { gopherQuality } from "./gopher_quality.ts";
import { gopherRepetition } from "./gopher_repetition.ts";
import type { Rule } from "./rule.ts";

/** What rules need to know of a language: a row of `fineweb2` in `midtrain/sets`, or your own. */
export interface LanguageThresholds {
  /** The language with its script, such as `deu_Latn`. */
  language: string;
  /** The greatest share of lines that stand again. */
  maxDuplicateLineFraction: number;
  /** The greatest share of characters in the most frequent run of n words, by n. */
  maxTopGramFraction: Readonly<Record<number, number>>;
  /** The greatest share of characters in runs of n words that stand again, by n. */
  maxDuplicateGramFraction: Readonly<Record<number, number>>;
  /** The least share of lines that end in terminal punctuation. */
  minPunctuatedLineFraction: number;
  /** The most line breaks for each word. */
  maxLineBreaksPerToken: number;
  /** The least mean length of a word, in UTF-16 units. */
  minMeanWordUnits: number;
  /** The greatest mean length of a word, in UTF-16 units. */
  maxMeanWordUnits: number;
  /** The least share of words with a letter. */
  minAlphabeticFraction: number;
  /** Two of these must occur. */
  stopWords: readonly string[];
}

/**
 * FineWeb-2's rules for a language (arXiv 2506.20920): Gopher's repetition, FineWeb's lines and Gopher's quality with that
 * language's thresholds and stop words. As there, duplicate paragraphs and short lines have no bound, and a tenth of the
 * characters may stand in duplicate lines. Words of languages without spaces are cut by `Intl.Segmenter`, where the source takes
 * a tokenizer for each.
 *
 * @throws {TypeError} If a threshold is missing.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { languageRules } from "midtrain/select";
 *
 * const rules = languageRules({
 *   language: "deu_Latn",
 *   maxDuplicateLineFraction: 0.263,
 *   maxTopGramFraction: { 2: 0.169 },
 *   maxDuplicateGramFraction: { 5: 0.141 },
 *   minPunctuatedLineFraction: 0,
 *   maxLineBreaksPerToken: 0.152,
 *   minMeanWordUnits: 0,
 *   maxMeanWordUnits: 15,
 *   minAlphabeticFraction: 0.774,
 *   stopWords: ["der", "und", "die"],
 * });
 * assert.deepEqual(rules.map(({ name }) => name), ["gopher-repetition", "fineweb", "gopher-quality"]);
 * ```
 */
export function languageRules(thresholds: LanguageThresholds): Rule[] {
  const cannot = "Cannot build the rules of a language";
  ofKind(
    cannot,
    { thresholds },
    "an object with language, maxDuplicateLineFraction, maxTopGramFraction, maxDuplicateGramFraction, minPunctuatedLineFraction, maxLineBreaksPerToken, minMeanWordUnits, maxMeanWordUnits, minAlphabeticFraction, stopWords",
  );
  const { language, stopWords, maxDuplicateLineFraction } = thresholds;
  ofKind(cannot, { language }, "a text");
  ofKind(cannot, { stopWords }, "a list of texts");
  inRange(cannot, { maxDuplicateLineFraction }, "in [0, 1]");
  const repetition = gopherRepetition({
    language,
    maxDuplicateFraction: 1,
    maxDuplicateUnitFraction: 1,
    maxTopGramFraction: thresholds.maxTopGramFraction,
    maxDuplicateGramFraction: thresholds.maxDuplicateGramFraction,
  });
  return [
    {
      ...repetition,
      judge(text) {
        const verdict = repetition.judge(text);
        // The source bounds lines here and leaves paragraphs alone.
        return verdict.statistics.duplicateLineFraction > maxDuplicateLineFraction
          ? { ...verdict, keep: false, reason: "too many duplicate lines" }
          : verdict;
      },
    },
    fineweb({
      language,
      minPunctuatedLineFraction: thresholds.minPunctuatedLineFraction,
      maxShortLineFraction: 1,
      maxDuplicateUnitFraction: 0.1,
      maxLineBreaksPerToken: thresholds.maxLineBreaksPerToken,
    }),
    gopherQuality({
      language,
      minMeanWordUnits: thresholds.minMeanWordUnits,
      maxMeanWordUnits: thresholds.maxMeanWordUnits,
      minAlphabeticFraction: thresholds.minAlphabeticFraction,
      stopWords,
    }),
  ];
}
