import { ofKind, takes } from "../base/mod.ts";
import { checkOptions, judgeBounds, share } from "./_bounds.ts";
import { tokenizerOf } from "./_tokens.ts";
import type { Rule } from "./rule.ts";

/** Options of {@linkcode gopherQuality}. */
export interface GopherQualityOptions {
  /** The fewest words; a token without letter or digit is none. @default {50} */
  minWords?: number;
  /** The most words. @default {100000} */
  maxWords?: number;
  /** The least mean length of a word, in UTF-16 units. @default {3} */
  minMeanWordUnits?: number;
  /** The greatest mean length of a word, in UTF-16 units. @default {10} */
  maxMeanWordUnits?: number;
  /** The most `#`, and the most ellipses, for each token. @default {0.1} */
  maxSymbolsPerToken?: number;
  /** The greatest share of lines that start with `•` or `-`. @default {0.9} */
  maxBulletLineFraction?: number;
  /** The greatest share of lines that end in an ellipsis. @default {0.3} */
  maxEllipsisLineFraction?: number;
  /** The least share of tokens with a letter. @default {0.8} */
  minAlphabeticFraction?: number;
  /** How many different stop words must occur. @default {2} */
  minStopWords?: number;
  /** The stop words, in lower case. @default {["the", "be", "to", "of", "and", "that", "have", "with"]} */
  stopWords?: readonly string[];
  /** The texts' language, such as `zh` or `cmn_Hani`: those without spaces between words are cut by a dictionary. @default {one with spaces} */
  language?: string | undefined;
}

/**
 * The quality rules of Gopher (arXiv 2112.11446, appendix A.1.1), in datatrove's reading, which built FineWeb: word count,
 * mean word length, symbols, bullets, ellipses, letters, stop words.
 *
 * `deno task verify rules` has datatrove's filter beside it: of 300 documents they keep and drop 293 alike.
 *
 * @throws {RangeError} If an option is not >= 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { gopherQuality } from "midtrain/select";
 *
 * const { judge } = gopherQuality({ minWords: 5 });
 * assert.equal(judge("To be or not to be: that is the question.").keep, true);
 * assert.equal(judge("1 2 3 4 5 6 7 8 9 10 to be").reason, "mean word length below 3");
 * ```
 */
export function gopherQuality(options: GopherQualityOptions = {}): Rule {
  takes(
    "Cannot build the rule gopher-quality",
    options,
    "minWords?, maxWords?, minMeanWordUnits?, maxMeanWordUnits?, maxSymbolsPerToken?, maxBulletLineFraction?, maxEllipsisLineFraction?, minAlphabeticFraction?, minStopWords?, stopWords?, language?",
  );
  const {
    minWords = 50,
    maxWords = 100_000,
    minMeanWordUnits = 3,
    maxMeanWordUnits = 10,
    maxSymbolsPerToken = 0.1,
    maxBulletLineFraction = 0.9,
    maxEllipsisLineFraction = 0.3,
    minAlphabeticFraction = 0.8,
    minStopWords = 2,
    stopWords = ["the", "be", "to", "of", "and", "that", "have", "with"],
  } = options;
  const { language } = options;
  if (language !== undefined) ofKind("Cannot build the rule gopher-quality", { language }, "a text");
  checkOptions("gopher-quality", options as Record<string, unknown>);
  const tokenize = tokenizerOf(language);
  const stops = new Set(stopWords);
  const longest = Math.max(0, ...stopWords.map((word) => word.length));

  return {
    name: "gopher-quality",
    judge(text) {
      const { count, starts, ends, kinds } = tokenize(text);
      const found = new Set<string>();
      let words = 0;
      let wordUnits = 0;
      let alphabetic = 0;
      for (let i = 0; i < count; i++) {
        const units = ends[i] - starts[i];
        if (kinds[i] & 1) alphabetic++;
        if (kinds[i] & 2) {
          words++;
          wordUnits += units;
        }
        if (units > longest || found.size === stops.size) continue;
        const word = text.slice(starts[i], ends[i]);
        if (stops.has(word)) found.add(word);
      }
      const lines = text.split("\n");
      let bullets = 0;
      let ellipsisLines = 0;
      for (const line of lines) {
        if (/^\s*[•-]/.test(line)) bullets++;
        const end = line.trimEnd();
        if (end.endsWith("...") || end.endsWith("…")) ellipsisLines++;
      }
      const statistics = {
        words,
        meanWordUnits: share(wordUnits, words),
        hashesPerToken: share(text.split("#").length - 1, count),
        ellipsesPerToken: share(text.split("...").length + text.split("…").length - 2, count),
        bulletLineFraction: share(bullets, lines.length),
        ellipsisLineFraction: share(ellipsisLines, lines.length),
        alphabeticFraction: share(alphabetic, count),
        stopWords: found.size,
      };
      return judgeBounds(statistics, [
        [`fewer than ${minWords} words`, words, { min: minWords }],
        [`more than ${maxWords} words`, words, { max: maxWords }],
        [`mean word length below ${minMeanWordUnits}`, statistics.meanWordUnits, { min: minMeanWordUnits }],
        [`mean word length above ${maxMeanWordUnits}`, statistics.meanWordUnits, { max: maxMeanWordUnits }],
        ["too many hash signs", statistics.hashesPerToken, { max: maxSymbolsPerToken }],
        ["too many ellipses", statistics.ellipsesPerToken, { max: maxSymbolsPerToken }],
        ["too many bullet lines", statistics.bulletLineFraction, { max: maxBulletLineFraction }],
        [
          "too many lines that end in an ellipsis",
          statistics.ellipsisLineFraction,
          { max: maxEllipsisLineFraction },
        ],
        ["too few words with a letter", statistics.alphabeticFraction, { min: minAlphabeticFraction }],
        [`fewer than ${minStopWords} stop words`, found.size, { min: minStopWords }],
      ]);
    },
  };
}
