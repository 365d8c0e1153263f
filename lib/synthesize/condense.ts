import { inRange, must, oneOf, takes } from "../base/mod.ts";
import { sameLanguage } from "./_languages.ts";
import { inventedFigures } from "./_numbers.ts";
import { type Markdown, partPrompts, readParts } from "./_parts.ts";
import { loops, speaksOfText } from "./_text_fault.ts";
import { copiedShare, newNames, wordKey, wordsOf } from "./checks.ts";
import type { Method } from "./method.ts";

/** Options of {@linkcode condense}. */
export interface CondenseOptions {
  /** The most tokens of a page that one prompt holds; small models lose the thread of more. @default {80} */
  maxPartTokens?: number;
  /** Parts with fewer words are left out: there is nothing to shorten. @default {20} */
  minWords?: number;
  /** Output words for one input word: less or more is rejected. @default {[0.3, 0.9]} */
  lengthRatio?: readonly [number, number];
  /** The largest share of words in copied runs of eight, see `copiedShare`. @default {0.6} */
  maxCopied?: number;
  /** The smallest share of the words of five letters and more that the page has too, in some form. @default {0.6} */
  minGrounded?: number;
  /** What becomes of Markdown's marks. @default {"keep"} */
  markdown?: Markdown;
  /** Sampling temperature. @default {0.2} */
  temperature?: number;
}

const instruction =
  "You are an assistant who rewrites texts. Rewrite the input text so that it is more concise while preserving its core meaning.";

/**
 * A page said again in fewer words, one new text for each of its parts of a few sentences: what a model of 135 million
 * parameters can do. The instruction stands alone, as the system's, and the part alone, as the user's, as such models were
 * taught.
 *
 * Rejected is all that `rephrase` rejects (truncated, refused, echoed, of another language, too short or too long, copied, a
 * loop, of the text instead of its matter, with invented numbers or names), and texts too few of whose long words come from
 * the page, which quote what it does not say, or say I or you where it does not: small models wander off.
 *
 * Whether a sentence says of the right thing what the page says of it, no count of words can tell. Of passages of speeches since
 * 1946 the embedded model's texts pass in 39 % [32.5 %, 45.9 %] of 200; of 55 that had passed, one reader found 26 true to
 * their passage and well said, and none of 10 made of mails (the checks on quotations and speakers came after, and would
 * have rejected two of the 55). Read some, or ask `judge` with a larger model.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { condense, Random } from "midtrain/synthesize";
 *
 * const method = condense({ minWords: 8 });
 * const text = "The whale, which is a mammal and no fish, must rise to the surface of the sea in order to breathe.";
 * const page = { id: "0", source: "web", meta: {}, text };
 * const [prompt] = method.build(page, new Random(1));
 * const read = async (text: string) => (await method.read([{ prompt, text }], page))[0];
 * assert("text" in await read("The whale, a mammal, must rise to the surface to breathe."));
 * assert.equal((await read("Sailors feared whales since ancient times, as harpoons show.") as { rejected: string }).rejected, "not from the page");
 * ```
 */
export function condense(options: CondenseOptions = {}): Method {
  takes(
    "Cannot condense",
    options,
    "maxPartTokens?, minWords?, lengthRatio?, maxCopied?, minGrounded?, markdown?, temperature?",
  );
  const {
    maxPartTokens = 80,
    minWords = 20,
    lengthRatio = [0.3, 0.9],
    maxCopied = 0.6,
    minGrounded = 0.6,
    markdown = "keep",
    temperature = 0.2,
  } = options;
  const [least, most] = lengthRatio;
  const ascending = least >= 0 && least < most;
  must("Cannot condense", "lengthRatio must be two numbers >= 0, ascending", lengthRatio, ascending);
  inRange("Cannot condense", { maxCopied, minGrounded }, "in [0, 1]");
  oneOf("Cannot condense", { markdown }, ["keep", "strip"]);
  const cause = (text: string, part: string, plain: string) => {
    const ratio = wordsOf(text).length / wordsOf(part).length;
    if (copiedShare(text, instruction) > 0) return "prompt echo";
    if (ratio < least) return "too short";
    if (ratio > most) return "too long";
    if (!sameLanguage(text, part)) return "another language";
    if (copiedShare(text, part) > maxCopied) return "copied";
    if (loops(text, part, 0.15)) return "loop";
    if (speaksOfText(text, part)) return "speaks of the text";
    if (inventedFigures(text, part).length > 0) return "invented numbers";
    if (newNames(text, part).length > 0) return "invented names";
    if (inventedQuotation(plain, part)) return "invented quotation";
    if (anotherSpeaker(plain, part)) return "another speaker";
    if (groundedShare(plain, part) < minGrounded) return "not from the page";
  };
  return {
    id: "condense@1",
    settings: { lengthRatio: [...lengthRatio], maxCopied, minGrounded, markdown },
    kind: "distill",
    build: ({ text }) =>
      partPrompts(text, {
        maxPartTokens,
        minWords,
        temperature,
        instruction,
        // As many words as may be accepted, and half as much again for tokens.
        maxTokens: (words) => Math.ceil(words * most * 1.5),
      }).map((prompt) => ({
        ...prompt,
        messages: [{ role: "system" as const, content: instruction }, {
          role: "user" as const,
          content: prompt.part!,
        }],
      })),
    read: (answers) => readParts(answers, { cause, markdown }),
  };
}

/** The share of a text's long words that stand in the source in some form; 1 where it has none. */
function groundedShare(text: string, source: string): number {
  const known = new Set(wordsOf(source).map(stem));
  const long = wordsOf(text).filter((word) => word.length >= 5);
  return long.length === 0 ? 1 : long.filter((word) => known.has(stem(word))).length / long.length;
}

/** Whether a text quotes what its source does not say. */
function inventedQuotation(text: string, source: string): boolean {
  const said = wordKey(source);
  const quoted = text.matchAll(/"([^"\n]+)"|“([^”\n]+)”|„([^“\n]+)“|«([^»\n]+)»/g);
  return Array.from(quoted, (groups) => groups.slice(1).find((one) => one !== undefined)!)
    .some((quotation) => !said.includes(wordKey(quotation)));
}

/** Whether a text says I or you where its English source does not: then the model has begun to speak itself. */
function anotherSpeaker(text: string, source: string): boolean {
  return [/\b(?:i|me|my)\b/i, /\b(?:you|your|yours)\b/i].some((who) => who.test(text) && !who.test(source));
}

/** The beginning that forms of a word share, near enough: five letters of `continue` and `continuing`. */
function stem(word: string): string {
  return word.slice(0, 5);
}
