import { ofKind, takes } from "../base/mod.ts";
import { checkOptions, judgeBounds, repeated, share } from "./_bounds.ts";
import { tokenizerOf } from "./_tokens.ts";
import type { Rule } from "./rule.ts";

/** Options of {@linkcode fineweb}. */
export interface FinewebOptions {
  /** The least share of lines that end in terminal punctuation. @default {0.12} */
  minPunctuatedLineFraction?: number;
  /** The greatest share of short lines. @default {0.67} */
  maxShortLineFraction?: number;
  /** What a short line is at most, in UTF-16 units. @default {30} */
  shortLineUnits?: number;
  /** The greatest share of characters in lines that stand again. @default {0.01} */
  maxDuplicateUnitFraction?: number;
  /** The most line breaks for each token. @default {0.3} */
  maxLineBreaksPerToken?: number;
  /** The texts' language, such as `zh` or `cmn_Hani`: those without spaces between words are cut by a dictionary. @default {one with spaces} */
  language?: string | undefined;
}

/**
 * The rules that FineWeb adds (arXiv 2406.17557, section 3.6): lines with end marks, short lines, repeated lines, line
 * breaks for each word. Empty lines do not count.
 *
 * `deno task verify rules` has datatrove's filter beside it: of 300 documents they keep and drop 299 alike.
 *
 * @throws {RangeError} If an option is not >= 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fineweb } from "midtrain/select";
 *
 * const { judge } = fineweb();
 * assert.equal(judge("It rained all day, and the river rose to the bridge.").keep, true);
 * assert.equal(judge("Home\nAbout us\nContact").reason, "too few lines end in punctuation");
 * ```
 */
export function fineweb(options: FinewebOptions = {}): Rule {
  takes(
    "Cannot build the rule fineweb",
    options,
    "minPunctuatedLineFraction?, maxShortLineFraction?, shortLineUnits?, maxDuplicateUnitFraction?, maxLineBreaksPerToken?, language?",
  );
  const {
    minPunctuatedLineFraction = 0.12,
    maxShortLineFraction = 0.67,
    shortLineUnits = 30,
    maxDuplicateUnitFraction = 0.01,
    maxLineBreaksPerToken = 0.3,
  } = options;
  const { language } = options;
  if (language !== undefined) ofKind("Cannot build the rule fineweb", { language }, "a text");
  checkOptions("fineweb", options as Record<string, unknown>);
  const tokenize = tokenizerOf(language);

  return {
    name: "fineweb",
    judge(text) {
      const lines = text.split("\n").filter((line) => line.trim() !== "");
      const breaks = text.split("\n").length - 1;
      const statistics = {
        punctuatedLineFraction: share(lines.filter(isPunctuated).length, lines.length),
        shortLineFraction: share(lines.filter((line) => line.length <= shortLineUnits).length, lines.length),
        duplicateUnitFraction: share(repeated(lines).units, text.length - breaks),
        lineBreaksPerToken: share(breaks, tokenize(text).count),
      };
      if (lines.length === 0) return { keep: false, reason: "empty", statistics };
      return judgeBounds(statistics, [
        [
          "too few lines end in punctuation",
          statistics.punctuatedLineFraction,
          { min: minPunctuatedLineFraction },
        ],
        ["too many short lines", statistics.shortLineFraction, { max: maxShortLineFraction }],
        [
          "too many characters in duplicate lines",
          statistics.duplicateUnitFraction,
          { max: maxDuplicateUnitFraction },
        ],
        ["too many line breaks", statistics.lineBreaksPerToken, { max: maxLineBreaksPerToken }],
      ]);
    },
  };
}

function isPunctuated(line: string): boolean {
  return /\p{Sentence_Terminal}$/u.test(line);
}
