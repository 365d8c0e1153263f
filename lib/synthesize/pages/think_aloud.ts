import { inRange, takes, wholeNumber } from "../../base/mod.ts";
import { sameLanguage } from "../_languages.ts";
import { stripMarks } from "../_markdown.ts";
import { partPrompts } from "../_parts.ts";
import { loops, lostAnswer } from "../_text_fault.ts";
import { copiedShare, wordsOf } from "../checks.ts";
import type { Accepted, Answer, Method, Rejected } from "../method.ts";
import { verifySolution } from "../verify_solution.ts";

/** Options of {@linkcode thinkAloud}. */
export interface ThinkAloudOptions {
  /** The most tokens of a page that one thought follows; with `Infinity` one thought stands at the page's end. @default {Infinity} */
  maxPartTokens?: number;
  /** Pages, or parts of them, with fewer words are not thought about. @default {30} */
  minWords?: number;
  /** Thoughts with fewer words are rejected. @default {30} */
  minThoughtWords?: number;
  /** The most tokens of a thought. @default {1024} */
  maxThoughtTokens?: number;
  /** The largest share of a thought in runs of eight words copied from its part, see `copiedShare`. @default {0.4} */
  maxCopied?: number;
  /** Sampling temperature. @default {0.7} */
  temperature?: number;
}

/**
 * A page followed by what an expert thinks who reads it (thinking augmented pre-training, arXiv:2509.20186: every document is trained on with a
 * generated thinking trajectory behind it, which unfolds what is hard in it). With `maxPartTokens` each part of the page is followed by a thought
 * of its own, which stretches the page into a longer one (the second kind of megadoc, arXiv:2603.18534).
 *
 * The new text is the whole page as it stands, with the thoughts in it; `meta.thoughts` says where these stand, in UTF-16 code units. A thought is
 * rejected that is truncated, refuses, is too short, copies its part, echoes the instruction, falls into a loop, changes the language, or holds an equation that is wrong; a page
 * all of whose thoughts are gives no text. What a thought says beside the page is for a judge.
 *
 * The embedded model of 135M parameters says what the writer does with his readers, and thinks nothing about the matter: it passes, as no check tells that from thought.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random, thinkAloud } from "midtrain/synthesize";
 *
 * const method = thinkAloud({ minWords: 3, minThoughtWords: 5 });
 * const page = { id: "1", text: "Whales breathe air, and they can drown.", source: "sea", meta: {} };
 * const [prompt] = method.build(page, new Random(1));
 * const text = "Odd at first: an animal that lives in water dies of water, as it has lungs.";
 * const [result] = await method.read([{ prompt, text }], page);
 * assert.equal("text" in result && result.text, `${page.text}\n\n${text}`);
 * ```
 */
export function thinkAloud(options: ThinkAloudOptions = {}): Method {
  const cannot = "Cannot think aloud";
  const own = "maxPartTokens?, minWords?, minThoughtWords?, maxThoughtTokens?, maxCopied?, temperature?";
  takes(cannot, options, own);
  const { maxPartTokens = Infinity, minWords = 30, minThoughtWords = 30, maxThoughtTokens = 1024 } = options;
  const { maxCopied = 0.4, temperature = 0.7 } = options;
  inRange(cannot, { maxPartTokens, minWords, minThoughtWords, temperature }, ">= 0");
  inRange(cannot, { maxCopied }, "in [0, 1]");
  wholeNumber(cannot, { maxThoughtTokens }, ">= 1");
  return {
    id: "pages/think-aloud@1",
    settings: { minThoughtWords, maxCopied },
    kind: "distill",
    build: ({ text }) =>
      partPrompts(text, {
        maxPartTokens,
        minWords,
        temperature,
        instruction,
        maxTokens: () => maxThoughtTokens,
      }),
    read(answers, { text }) {
      const read = answers.map((answer) => faultOf(answer, { minThoughtWords, maxCopied }));
      const lost = read.filter((one) => one !== undefined);
      const kept = answers.filter((_, at) => read[at] === undefined);
      if (kept.length === 0) return lost;
      const first = read.indexOf(undefined);
      return [{ ...withThoughts(text, kept), answer: first } satisfies Accepted, ...lost];
    },
  };
}

const instruction =
  "Read the text below like an expert of its subject who thinks aloud while reading. Go to what is hard or says much: why it is so, what it rests on, what follows from it, what one would check. Work it out step by step; pass over what is plain. Do not tell the text again. Write the thinking only.";

function faultOf(
  answer: Answer,
  { minThoughtWords, maxCopied }: { minThoughtWords: number; maxCopied: number },
): Rejected | undefined {
  const lost = lostAnswer(answer);
  if (lost) return lost;
  const { text, prompt: { part = "" } } = answer;
  const cause = copiedShare(text, instruction) > 0
    ? "prompt echo"
    : wordsOf(text).length < minThoughtWords
    ? "too short"
    : !sameLanguage(text, part)
    ? "another language"
    : copiedShare(text, part) > maxCopied
    ? "copied"
    : loops(text, part)
    ? "loop"
    : verifySolution(stripMarks(text)).wrong.length > 0
    ? "wrong arithmetic"
    : undefined;
  return cause === undefined ? undefined : { rejected: cause, sample: text };
}

/** The page with each thought behind its part. */
function withThoughts(page: string, answers: Answer[]): Pick<Accepted, "text" | "meta"> {
  let text = "";
  let at = 0;
  const thoughts = answers.map(({ text: thought, prompt: { span } }): [number, number] => {
    const end = span![1];
    text += `${page.slice(at, end)}\n\n`;
    at = end;
    const start = text.length;
    text += thought;
    return [start, text.length];
  });
  const rest = page.slice(at);
  // White space parts what follows; at the end of the page there is nothing to part.
  return {
    text: rest.trim() === "" ? text : text + (/^\s/.test(rest) ? rest : `\n\n${rest}`),
    meta: { thoughts },
  };
}
