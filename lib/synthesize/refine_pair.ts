import { takes } from "../base/mod.ts";
import { lostAnswer } from "./_text_fault.ts";
import { pairsIn } from "./_labels.ts";
import { copiedShare, wordsOf } from "./checks.ts";
import type { Method } from "./method.ts";
import { verifySolution } from "./verify_solution.ts";

/** Options of {@linkcode refinePair}. */
export interface RefinePairOptions {
  /** Sampling temperature. @default {0.3} */
  temperature?: number;
}

/**
 * A question-answer pair made presentable: the refinement stage of WebInstruct (arXiv:2405.03548): formatting, missing steps,
 * and an answer corrected only where it is plainly wrong. Run it once for each of two models to have both views.
 *
 * Reads `meta.question` and `meta.answer`, as `extractPairs` leaves them. `meta` of the new text holds the refined `question`
 * and `answer`, the pair `before`, and `changed`: `nothing`, `question`, `answer` or `both`, by words. Rejected are answers
 * without both headings, empty ones, echoes of the instruction, and sums that are wrong.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random, refinePair } from "midtrain/synthesize";
 *
 * const page = { id: "1", text: "", source: "web", meta: { question: "whats 2+2", answer: "4" } };
 * const method = refinePair(), [prompt] = method.build(page, new Random(1));
 * const text = "Revised Question: What is 2 + 2?\nRevised Answer: 4";
 * const [refined] = await method.read([{ prompt, text }], page);
 * assert.equal("text" in refined && refined.text, "Question: What is 2 + 2?\nAnswer: 4");
 * assert.equal("text" in refined && refined.meta?.changed, "question");
 * ```
 */
export function refinePair(options: RefinePairOptions = {}): Method {
  takes("Cannot refine a pair", options, "temperature?");
  const { temperature = 0.3 } = options;
  return {
    id: "refine/pair@1",
    kind: "extract",
    build({ meta: { question, answer } }) {
      if (typeof question !== "string" || typeof answer !== "string") return [];
      return [{
        messages: [{
          role: "user",
          content: `${instruction}\n\nQuestion: ${question}\nAnswer: ${answer}`,
        }],
        maxTokens: 200 + 4 * (wordsOf(question).length + wordsOf(answer).length),
        temperature,
      }];
    },
    read([answer], { meta }) {
      const lost = lostAnswer(answer);
      if (lost) return [lost];
      const sample = answer.text;
      const [{ question: asked, answer: answered } = { question: "", answer: "" }] = pairsIn(sample);
      if (asked === "" || answered === "") return [{ rejected: "malformed", sample }];
      if (copiedShare(sample, instruction) > 0) return [{ rejected: "prompt echo", sample }];
      // A question that is a sum, and an answer that is its number.
      const [, sum] = /(\d[\d\s.,+*/×÷()−-]*\d)\s*[?？]$/.exec(asked) ?? [];
      const equation = sum && /^[$€£]?[\d.,−-]+\.?$/.test(answered) ? `${sum} = ${answered}` : "";
      if (verifySolution(`${answered}\n${equation}`).wrong.length > 0) {
        return [{ rejected: "wrong arithmetic", sample }];
      }
      const changed = [
        ...(same(asked, meta.question) ? [] : ["question"]),
        ...(same(answered, meta.answer) ? [] : ["answer"]),
      ];
      return [{
        text: `Question: ${asked}\nAnswer: ${answered}`,
        meta: {
          question: asked,
          answer: answered,
          before: { question: meta.question!, answer: meta.answer! },
          changed: changed.length === 2 ? "both" : changed[0] ?? "nothing",
        },
      }];
    },
  };
}

const instruction =
  'Make the pair of question and answer below ready for a textbook: repair its formatting and formulas, make the question clear without its page, and add the steps that lead to the answer. Change what the answer says only if it is plainly wrong. Write a line begun with "Revised Question:" and then "Revised Answer:".';

/** By words and signs: spaces and case do not count. */
function same(a: string, b: unknown): boolean {
  return typeof b === "string" && a.toLowerCase().replace(/\s+/g, "") === b.toLowerCase().replace(/\s+/g, "");
}
