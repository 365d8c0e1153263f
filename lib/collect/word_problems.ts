import { type Document, documentId, findFile, readJsonl } from "../data/mod.ts";

/** Options of {@linkcode wordProblems}. */
export interface WordProblemsOptions {
  /** `train` to learn from, `test` to evaluate on and to decontaminate against; never both in a training sample. */
  split: "train" | "test";
}

/**
 * GSM8K's grade-school mathematics problems (arXiv:2110.14168) with their worked answers as Documents, the calculator's marks
 * taken out. `meta` holds `problem`, `answer` (the last number, as text) and `split`. The data set comes from the mirror or
 * the network, see `midtrain/data`.
 *
 * @throws {RangeError} If `split` is unknown.
 * @throws {Deno.errors.NotFound} If the file is neither on this machine nor reached.
 * @throws {SyntaxError} If a record is not as GSM8K's are.
 * @example
 * ```ts ignore
 * import assert from "node:assert/strict";
 * import { wordProblems } from "midtrain/collect";
 *
 * for await (const { text } of wordProblems({ split: "train" })) assert.match(text, /^Question: [^]*\nAnswer: /);
 * ```
 */
export async function* wordProblems(options: WordProblemsOptions): AsyncGenerator<Document> {
  const { split } = options;
  if (!["train", "test"].includes(split)) {
    throw new RangeError(
      `Cannot collect word problems as split must be train or test: current value is ${split}`,
    );
  }
  const source = `gsm8k/${split}`;
  let at = 0;
  for await (const record of readJsonl(await findFile("gsm8k", `${split}.jsonl`))) {
    const { question, answer: worked } = record as { question?: string; answer?: string };
    const [, working, answer] = /^([\s\S]*?)\n#### (.+)$/.exec(worked ?? "") ?? [];
    if (typeof question !== "string" || working === undefined) {
      throw new SyntaxError(`Cannot read a word problem as line ${at + 1} has no question or no #### answer`);
    }
    const problem = question.trim();
    const steps = working.replace(/<<.*?>>/g, "");
    yield {
      id: documentId(source, at++),
      text: `Question: ${problem}\n${steps}\nAnswer: ${answer}`,
      source,
      meta: { problem, answer, split },
    };
  }
}
