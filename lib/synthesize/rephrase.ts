import { must, oneOf, takes } from "../base/mod.ts";
import { copiedShare, newNames, numbersOf, sameLanguage, wordsOf } from "./checks.ts";
import { partPrompts, readParts } from "./_parts.ts";
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
  /** The most tokens of a page that one prompt holds; longer pages are cut by `segments`. @default {300} */
  maxPartTokens?: number;
  /** Parts with fewer words are left out: there is nothing to say anew. @default {20} */
  minWords?: number;
  /** Output words for one input word: less or more is rejected. @default {[0.3, 2]} */
  lengthRatio?: readonly [number, number];
  /** The largest share of words in copied runs of eight, see `copiedShare`. @default {0.6} */
  maxCopied?: number;
  /** How many names may stand in the output that are not in the input. @default {0} */
  maxNewNames?: number;
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
 * copy the page, or hold a number or name that the page does not have.
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
    "maxPartTokens?, minWords?, lengthRatio?, maxCopied?, maxNewNames?, temperature?",
  );
  const {
    maxPartTokens = 300,
    minWords = 20,
    lengthRatio = [0.3, 2],
    maxCopied = 0.6,
    maxNewNames = 0,
    temperature = 0.5,
  } = options;
  oneOf("Cannot rephrase", { style }, instructions);
  const [least, most] = lengthRatio;
  const ascending = least >= 0 && least < most;
  must("Cannot rephrase", "lengthRatio must be two numbers >= 0, ascending", lengthRatio, ascending);
  const instruction = instructions[style];
  const cause = (text: string, part: string) => {
    const ratio = wordsOf(text).length / wordsOf(part).length;
    if (copiedShare(text, instruction) > 0) return "prompt echo";
    if (ratio < least) return "too short";
    if (ratio > most) return "too long";
    if (!sameLanguage(text, part)) return "another language";
    if (copiedShare(text, part) > maxCopied) return "copied";
    const numbers = new Set(numbersOf(part));
    if (numbersOf(text).some((number) => !numbers.has(number))) return "invented numbers";
    const names = newNames(text, part).filter((name) => name !== "Question" && name !== "Answer");
    if (names.length > maxNewNames) return "invented names";
    if (style === "question-answer" && !/^Question:[\s\S]*\nAnswer:/m.test(text)) return "malformed";
  };
  return {
    id: `rephrase/${style}@1`,
    settings: { lengthRatio: [...lengthRatio], maxCopied, maxNewNames },
    kind: "distill",
    build: ({ text }) =>
      partPrompts(text, {
        maxPartTokens,
        minWords,
        temperature,
        instruction,
        // As many words as may be accepted, and half as much again for tokens.
        maxTokens: (words) => Math.ceil(words * most * 1.5),
      }),
    read: (answers) => readParts(answers, { cause }),
  };
}
