import { oneOf, takes } from "../base/mod.ts";
import { copiedShare, sameWords, wordsOf } from "./checks.ts";
import { lostAnswer } from "./_text_fault.ts";
import { isTask } from "./_instruction.ts";
import { labelled, withoutLabel } from "./_labels.ts";
import type { Method } from "./method.ts";

/** How an instruction grows. */
export type Growth =
  /** One more demand. */
  | "constrain"
  /** A special case instead of the general. */
  | "concretise"
  /** More steps of reasoning. */
  | "reason"
  /** Another task of the same field, rarer and as hard. */
  | "broaden";

/** Options of {@linkcode evolveInstruction}. */
export interface EvolveInstructionOptions {
  /** Sampling temperature. @default {0.8} */
  temperature?: number;
  /** How many words may be added; longer ones run away over the rounds. @default {40} */
  maxAddedWords?: number;
}

const asks: Record<Growth, string> = {
  constrain: "Rewrite the task below so that it has one more demand that is hard but fair.",
  concretise: "Rewrite the task below for one special case, with the names and numbers that it needs.",
  reason: "Rewrite the task below so that it can only be done by several steps of reasoning.",
  broaden:
    "Write another task of the same field as the one below, as hard, but of a kind that is seldom asked.",
};

/**
 * An instruction made deeper or broader, in the manner of Evol-Instruct (arXiv:2304.12244), without its answer. Chain rounds
 * by running it over its own output, and watch `diversity` by round: the process collapses when it feeds on itself too long.
 *
 * Reads `meta.question`, else the text. Rejected are answers that repeat the seed, echo the instruction, speak of "the task below" or "the given prompt",
 * answer the task instead of setting one, grow too long, or lose all words of a seed that they should deepen.
 *
 * @throws {RangeError} If the growth is none of the four.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { evolveInstruction, Random } from "midtrain/synthesize";
 *
 * const page = { id: "1", text: "Explain why whales rise to breathe.", source: "", meta: {} };
 * const method = evolveInstruction("constrain"), [prompt] = method.build(page, new Random(1));
 * const text = "Explain in three sentences why whales rise to breathe, without the word lung.";
 * assert.deepEqual(await method.read([{ prompt, text }], page), [{ text, meta: { question: text, growth: "constrain" } }]);
 * ```
 */
export function evolveInstruction(growth: Growth, options: EvolveInstructionOptions = {}): Method {
  takes("Cannot evolve an instruction", options, "temperature?, maxAddedWords?");
  const { temperature = 0.8, maxAddedWords = 40 } = options;
  oneOf("Cannot evolve an instruction", { growth }, asks);
  const instruction = `${
    asks[growth]
  } Add at most twenty words. Do not do the task. Write the new task only.`;
  const causeOf = (task: string, seed: string) => {
    const words = wordsOf(task);
    const seedWords = new Set(wordsOf(seed).filter((word) => word.length > 3));
    if (copiedShare(task, instruction) > 0) return "prompt echo";
    if (words.length < 3) return "too short";
    if (sameWords(task, seed)) return "seed repeated";
    if (/\b(?:given|rewritten|above|below) (?:task|prompt|text)\b|#(?:new|given|rewritten) /i.test(task)) {
      return "speaks of the prompt";
    }
    if (labelled(task, "Answer").length > 0 || !isTask(task, seed)) return "answers instead of asking";
    if (words.length > wordsOf(seed).length + maxAddedWords) return "too long";
    const kept = words.some((word) => seedWords.has(word));
    if (growth !== "broaden" && seedWords.size > 0 && !kept) return "another task";
  };
  return {
    id: `evolve-instruction/${growth}@1`,
    settings: { maxAddedWords },
    kind: "evolve",
    build({ text, meta }) {
      const part = (typeof meta.question === "string" ? meta.question : text).trim();
      if (part === "") return [];
      return [{
        messages: [{ role: "user", content: `${instruction}\n\nTask:\n${part}` }],
        maxTokens: 40 + 2 * (wordsOf(part).length + maxAddedWords),
        temperature,
        part,
      }];
    },
    read([answer]) {
      const lost = lostAnswer(answer);
      if (lost) return [lost];
      const task = withoutLabel(answer.text, "Exercise");
      const cause = causeOf(task, answer.prompt.part!);
      return cause ? [{ rejected: cause, sample: task }] : [{ text: task, meta: { question: task, growth } }];
    },
  };
}
