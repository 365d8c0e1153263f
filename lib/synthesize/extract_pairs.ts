import { takes, wholeNumber } from "../base/mod.ts";
import { lostAnswer, speaksOfText, textFault } from "./_text_fault.ts";
import { pairsIn } from "./_labels.ts";
import { partPrompts } from "./_parts.ts";
import { wordKey, wordsOf } from "./checks.ts";
import type { Accepted, Answer, Method, Rejected } from "./method.ts";

/** Options of {@linkcode extractPairs}. */
export interface ExtractPairsOptions {
  /** The most pairs asked of one part. @default {3} */
  maxPairs?: number;
  /** The most tokens of a page that one prompt holds. @default {400} */
  maxPartTokens?: number;
  /** Parts with fewer words are left out. @default {20} */
  minWords?: number;
  /** The most words of an answer. @default {40} */
  maxAnswerWords?: number;
  /** Sampling temperature. @default {0.2} */
  temperature?: number;
}

/**
 * Questions with answers that stand in the page word for word, or none (the extraction stage of WebInstruct,
 * arXiv:2405.03548, held to the letter of the page).
 *
 * Each pair becomes a text of its own, `Question: …` and `Answer: …`, with `question` and `answer` in `meta`. Rejected are
 * answers that the page does not have (compared by words, without case or punctuation), answers that are the question over
 * again, questions that speak of "the passage", and pairs that stand twice. Whether the answer is that of the question is for
 * a judge: see `judge`. A part in which the model finds none counts as
 * `no pairs`.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { extractPairs, Random } from "midtrain/synthesize";
 *
 * const method = extractPairs({ minWords: 3 });
 * const page = { id: "0", source: "web", meta: {}, text: "The Pequod sailed from Nantucket on Christmas Day." };
 * const [prompt] = method.build(page, new Random(1));
 * const text = "Question: From where did the Pequod sail?\nAnswer: Nantucket\nQuestion: Who led her?\nAnswer: Ahab";
 * const [first, second] = await method.read([{ prompt, text }], page);
 * assert.equal("text" in first && first.text, "Question: From where did the Pequod sail?\nAnswer: Nantucket");
 * assert.equal("rejected" in second && second.rejected, "answer not in the page");
 * ```
 */
export function extractPairs(options: ExtractPairsOptions = {}): Method {
  takes(
    "Cannot extract pairs",
    options,
    "maxPairs?, maxPartTokens?, minWords?, maxAnswerWords?, temperature?",
  );
  const { maxPairs = 3, maxPartTokens = 400, minWords = 20, maxAnswerWords = 40, temperature = 0.2 } =
    options;
  wholeNumber("Cannot extract pairs", { maxPairs, maxAnswerWords }, ">= 1");
  return {
    id: "extract/pairs@1",
    settings: { maxAnswerWords },
    kind: "extract",
    build: ({ text }) =>
      partPrompts(text, {
        maxPartTokens,
        minWords,
        temperature,
        label: "Page",
        instruction:
          `Read the page below. Write at most ${maxPairs} questions that it answers. Copy each answer from the page, word for word, as short as it can be. Write one line that begins with "Question:" and one line that begins with "Answer:" for each. If the page answers no question, write only NONE.`,
        maxTokens: () => maxPairs * (40 + 2 * maxAnswerWords),
      }),
    read(answers) {
      const seen = new Set<string>();
      return answers.flatMap((answer, at) => readPart(answer, { at, seen, maxAnswerWords }));
    },
  };
}

function readPart(
  answer: Answer,
  { at, seen, maxAnswerWords }: { at: number; seen: Set<string>; maxAnswerWords: number },
): (Accepted | Rejected)[] {
  // A truncated answer still has its whole pairs, but its last one may be cut.
  const truncated = answer.fault === "truncated";
  const lostWhole = lostAnswer(answer);
  if (lostWhole && !truncated) return [lostWhole];
  const found = pairsIn(answer.text);
  const whole = truncated ? found.slice(0, -1) : found;
  const cut = truncated ? [lostWhole!] : [];
  if (whole.length + cut.length === 0) {
    return [{ rejected: /^\W*none\b/i.test(answer.text) ? "no pairs" : "malformed", sample: answer.text }];
  }
  const { part = "", span } = answer.prompt;
  const page = wordKey(part);
  const results = whole.map(({ question, answer: said }): Accepted | Rejected => {
    // What stands after an empty line is no part of a copied answer.
    const [reply] = said.split(/\n\s*\n/);
    const text = `Question: ${question}\nAnswer: ${reply}`;
    const key = wordKey(question);
    const lost = (rejected: string) => ({ rejected, sample: text });
    const words = wordsOf(reply);
    if (key.trim() === "") return lost("malformed");
    if (words.length === 0) return lost("empty answer");
    if (words.length > maxAnswerWords) return lost("answer too long");
    if (speaksOfText(question, part)) return lost("speaks of the text");
    const fault = textFault(text, part);
    if (fault) return lost(fault);
    if (!page.includes(wordKey(reply))) return lost("answer not in the page");
    if (key.includes(wordKey(reply))) return lost("answer in the question");
    if (seen.has(key)) return lost("pair stands twice");
    seen.add(key);
    const meta = { question, answer: reply, ...(span ? { parts: [span] } : {}) };
    return { text, meta, answer: at };
  });
  return [...results, ...cut];
}
