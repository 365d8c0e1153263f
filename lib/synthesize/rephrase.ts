import { inRange, must, oneOf, takes } from "../base/mod.ts";
import { loops, speaksOfText } from "./_text_fault.ts";
import { sameLanguage } from "./_languages.ts";
import { inventedFigures } from "./_numbers.ts";
import { checkCopies, copySettings, type Markdown, partPrompts, readParts } from "./_parts.ts";
import { questions } from "./_shapes.ts";
import { copiedWords, newNames, wordsOf } from "./checks.ts";
import type { Method } from "./method.ts";

/** How a rephrased text reads. */
export type RephraseStyle =
  /** Short sentences and common words. */
  | "plain"
  /** The sober, dense style of a reference work. */
  | "encyclopaedic"
  /** Terse and learned, for scholars only. */
  | "scholarly"
  /** A conversation of questions and answers. */
  | "question-answer";

/** Options of {@linkcode rephrase}. */
export interface RephraseOptions {
  /** The most tokens of a page that one prompt holds; longer pages are cut by `segments`, with `Infinity` none is. @default {300} */
  maxPartTokens?: number;
  /** Whether the texts of a page's parts become one text; it is lost where a part is. @default {false} */
  join?: boolean;
  /** How many texts are asked for, of each part or, joined, of the page; `meta.copy` counts them from 0, and one that says the same as another is lost. @default {1} */
  count?: number;
  /** Parts with fewer words are left out: there is nothing to say anew. @default {20} */
  minWords?: number;
  /** Output words for one input word: less or more is rejected. @default {[0.3, 2]} */
  lengthRatio?: readonly [number, number];
  /** The largest share of words in copied runs of eight, see `copiedShare`. @default {0.6} */
  maxCopied?: number;
  /** How many names may stand in the output that are not in the input. @default {0} */
  maxNewNames?: number;
  /** What becomes of Markdown's marks (headings, bold); they are never counted as words. @default {"keep"} */
  markdown?: Markdown;
  /** Sampling temperature. @default {0.5} */
  temperature?: number;
}

const instructions: Record<RephraseStyle, string> = {
  "plain":
    "Say the text below again in plain English, with short sentences and common words. Keep all facts, names and numbers. Add nothing. Write the new text only.",
  "encyclopaedic":
    "Rewrite the text below as a passage of an encyclopaedia: sober, precise, in full sentences. Keep all facts, names and numbers. Add nothing. Write the new passage only.",
  "scholarly":
    "Rewrite the text below as a scholar would for other scholars: terse, with learned words and the terms of the field. Keep all facts, names and numbers. Add nothing. Write the new text only.",
  "question-answer":
    'Turn the text below into a conversation between a reader who asks and an expert who answers. Begin each question with "Question:" and each answer with "Answer:". Take every fact, name and number from the text. Add nothing.',
};

/**
 * A page said anew in one of WRAP's four styles (arXiv:2401.16380: easy, medium, hard, question-answer), one new text for
 * each part of it. WRAP trains on real and rephrased text one to one.
 *
 * Rejected are answers that are truncated, refuse, echo the instruction, change the language, are much shorter or longer,
 * copy the page, fall into a loop, speak of the text instead of its matter, or hold a number, name or address that the page
 * does not have. Numbers count by their value (`four` is `4`, those of lists are none), names by capital letters inside
 * sentences (not in German). Whether a number or name stands in its right place is for a judge: see `judge`.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rephrase } from "midtrain/synthesize";
 *
 * assert.equal(rephrase("encyclopaedic").id, "rephrase/encyclopaedic@1");
 * ```
 */
export function rephrase(style: RephraseStyle, options: RephraseOptions = {}): Method {
  takes(
    "Cannot rephrase",
    options,
    "maxPartTokens?, join?, count?, minWords?, lengthRatio?, maxCopied?, maxNewNames?, markdown?, temperature?",
  );
  const {
    maxPartTokens = 300,
    join = false,
    count = 1,
    minWords = 20,
    lengthRatio = [0.3, 2],
    maxCopied = 0.6,
    maxNewNames = 0,
    markdown = "keep",
    temperature = 0.5,
  } = options;
  oneOf("Cannot rephrase", { style }, instructions);
  const copies = { count, join };
  checkCopies("Cannot rephrase", copies, temperature);
  oneOf("Cannot rephrase", { markdown }, ["keep", "strip"]);
  inRange("Cannot rephrase", { maxPartTokens, minWords, maxNewNames, temperature }, ">= 0");
  inRange("Cannot rephrase", { maxCopied }, "in [0, 1]");
  const [least, most] = lengthRatio;
  const ascending = least >= 0 && least < most;
  must("Cannot rephrase", "lengthRatio must be two numbers >= 0, ascending", lengthRatio, ascending);
  const instruction = instructions[style];
  const instructionWords = wordsOf(instruction);
  const cause = (_: string, part: string, text: string) => {
    const words = wordsOf(text);
    const partWords = wordsOf(part);
    const ratio = words.length / partWords.length;
    if (copiedWords(words, instructionWords) > 0) return "prompt echo";
    if (ratio < least) return "too short";
    if (ratio > most) return "too long";
    if (!sameLanguage(text, part)) return "another language";
    if (copiedWords(words, partWords) > maxCopied) return "copied";
    if (loops(text, part)) return "loop";
    if (speaksOfText(text, part)) return "speaks of the text";
    if (inventedFigures(text, part).length > 0) return "invented numbers";
    const names = newNames(text, part).filter((name) => name !== "Question" && name !== "Answer");
    if (names.length > maxNewNames) return "invented names";
    if (style === "question-answer") return questions(text);
  };
  return {
    id: `rephrase/${style}@1`,
    settings: { lengthRatio: [...lengthRatio], maxCopied, maxNewNames, markdown, ...copySettings(copies) },
    kind: "distill",
    build: ({ text }) =>
      partPrompts(text, {
        maxPartTokens,
        minWords,
        temperature,
        instruction,
        count,
        // As many words as may be accepted, and half as much again for tokens.
        maxTokens: (words) => Math.ceil(words * most * 1.5),
      }),
    read: (answers) => readParts(answers, { cause, markdown, copies }),
  };
}
