import { takes } from "../base/mod.ts";
import { checkOptions } from "./_bounds.ts";
import type { Rule } from "./rule.ts";

/** Options of {@linkcode c4}. */
export interface C4Options {
  /** The fewest sentences that must be left. @default {5} */
  minSentences?: number;
  /** The fewest words of a line. @default {3} */
  minLineWords?: number;
  /** The longest word of a line, in UTF-16 units. @default {1000} */
  maxWordUnits?: number;
  /** Whether a line must end in terminal punctuation; FineWeb says no. @default {true} */
  terminalPunctuation?: boolean;
}

const policies = [
  "terms of use",
  "privacy policy",
  "cookie policy",
  "uses cookies",
  "use of cookies",
  "use cookies",
];

/**
 * The rules of C4 (arXiv 1910.10683, section 2.2), in datatrove's reading: lines that end in no terminal punctuation, are
 * too short, hold an endless word, speak of JavaScript or of a policy go; a page with a curly bracket or lorem ipsum, or
 * with too few sentences left, goes whole. Citation marks such as `[12]` and `[edit]` are taken out.
 *
 * The list of bad words is left out, as it is in FineWeb.
 *
 * `deno task verify rules` has datatrove's filter beside it: of 300 documents they keep and drop 296 alike.
 *
 * @throws {RangeError} If an option is not >= 0.
 * @example Lines go, the rest stays
 * ```ts
 * import assert from "node:assert/strict";
 * import { c4 } from "midtrain/select";
 *
 * const { judge } = c4({ minSentences: 2 });
 * assert.equal(judge("Home | About\nIt rained all day.[3]\nThe river rose.").text, "It rained all day.\nThe river rose.");
 * assert.equal(judge("Then write f() { return 1; } and run it.").reason, "a curly bracket");
 * ```
 */
export function c4(options: C4Options = {}): Rule {
  takes(
    "Cannot build the rule c4",
    options,
    "minSentences?, minLineWords?, maxWordUnits?, terminalPunctuation?",
  );
  const { minSentences = 5, minLineWords = 3, maxWordUnits = 1000, terminalPunctuation = true } = options;
  checkOptions("c4", options as Record<string, unknown>);

  return {
    name: "c4",
    judge(text) {
      const lines = text.split("\n");
      const kept: string[] = [];
      let sentences = 0;
      const statistics = () => ({ lines: lines.length, keptLines: kept.length, sentences });
      for (const raw of lines) {
        const words = raw.trim().split(/\s+/);
        if (words.some((word) => word.length > maxWordUnits)) continue;
        const line = raw.trim().replaceAll(/\[\d*\]|\[edit\]|\[citation needed\]/g, "");
        if (terminalPunctuation && (!/[.?!"']$/.test(line) || line.endsWith("..."))) continue;
        if (words.length < minLineWords) continue;
        const lower = line.toLowerCase();
        if (lower.includes("lorem ipsum")) {
          return { keep: false, reason: "lorem ipsum", statistics: statistics() };
        }
        if (lower.includes("javascript")) continue;
        if (line.includes("{")) return { keep: false, reason: "a curly bracket", statistics: statistics() };
        if (policies.some((phrase) => lower.includes(phrase))) continue;
        sentences += countSentences(line);
        kept.push(line);
      }
      if (sentences < minSentences) {
        return { keep: false, reason: `fewer than ${minSentences} sentences`, statistics: statistics() };
      }
      return { keep: true, statistics: statistics(), text: kept.join("\n").trim() };
    },
  };
}

/** Sentences of a line: an end mark before a space and a capital, a quote or a digit starts another. */
function countSentences(line: string): number {
  return 1 + (line.match(/[.?!]['")\]’”]?\s+(?=['"(\[‘“]?[\p{Lu}\p{N}])/gu)?.length ?? 0);
}
