import { ofKind, takes } from "../../base/mod.ts";
import { type QualityQuestion, readQuality } from "../../sets/mod.ts";
import type { Benchmark } from "../benchmark.ts";
import { askLong, checkLongText, type LongTextOptions } from "./_long_text.ts";

/**
 * QuALITY: questions about articles of some 5,000 words, with four choices (arXiv 2112.08608). The group `difficult` holds the
 * questions that most readers in a hurry missed.
 *
 * @param path A file of its publisher, as `readQuality` of the room `sets` takes it.
 * @throws {RangeError} If an option is out of range.
 * @example A miniature of one question
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkBenchmark, quality } from "midtrain/evaluate";
 *
 * const path = await Deno.makeTempFile();
 * const question = { question: "Who sails?", question_unique_id: "1_A", options: ["Ahab", "Bildad", "Cook", "Dough-Boy"], gold_label: 1, difficult: 1 };
 * await Deno.writeTextFile(path, JSON.stringify({ article_id: "1", title: "T", article: "Ahab sails.", questions: [question] }));
 * const [{ rule, gold, silent }] = await checkBenchmark(quality(path));
 * assert.deepEqual([rule, gold, silent], ["acc", 1, 0.25]);
 * ```
 */
export function quality(path: string, options: LongTextOptions = {}): Benchmark<QualityQuestion> {
  const cannot = "Cannot ask QuALITY";
  takes(cannot, options, "context?, tokenizer?, leaveOut?");
  ofKind(cannot, { path }, "a text");
  checkLongText(cannot, options);
  const letters = "ABCDEFGHIJ";
  return {
    name: "quality",
    title: "QuALITY: questions about long articles, four choices",
    source: "Pang et al. 2022, arXiv 2112.08608",
    version: 1,
    items: () => readQuality(path),
    group: ({ difficult }) => difficult ? "difficult" : "not difficult",
    forms: {
      rc: {
        ...{ source: "lm-eval 0.4.13, tasks/scrolls, its prompt", shots: 0, draw: "first" },
        ask: ({ article, question, choices, answer }) =>
          askLong(article, (text) => {
            const context = `${text}\n\nQuestion: ${question}\nAnswer:`;
            const unconditional = "Answer:";
            return {
              choices: choices.map((choice) => ({ context, continuation: ` ${choice}` })),
              gold: answer,
              unconditional,
            };
          }, options),
      },
      mc: {
        ...{ source: "midtrain: the choices by letter", shots: 0, draw: "first" },
        ask: ({ article, question, choices, answer }) =>
          askLong(article, (text) => {
            const lettered = choices.map((choice, i) => `${letters[i]}. ${choice}`).join("\n");
            const context = `${text}\n\nQuestion: ${question}\n${lettered}\nAnswer:`;
            return {
              choices: choices.map((_, i) => ({ context, continuation: ` ${letters[i]}` })),
              gold: answer,
            };
          }, options),
      },
    },
    leak: ({ question, choices, answer }) => ({ question, answer: choices[answer] }),
  };
}
