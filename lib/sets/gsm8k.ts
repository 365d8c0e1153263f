import { must, ofKind, takes } from "../base/mod.ts";
import { type Document, documentId, readJsonl } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A grade-school mathematics problem with its worked answer. */
export interface Gsm8kProblem {
  /** Made of its split and its place there: the set names none. */
  id: string;
  /** The problem, as published. */
  question: string;
  /** The steps to the answer, with the calculator's marks `<<16-3-4=9>>`. */
  working: string;
  /** The last number, as text. */
  answer: string;
  /** `train` to learn from, `test` to evaluate on and to decontaminate against; never both in a training sample. */
  split: "train" | "test";
}

/** GSM8K's 7,473 problems to learn from and 1,319 to test on (arXiv:2110.14168). */
export const gsm8k: PublicSet<Gsm8kProblem, { split: "train" | "test" }> = publicSet({
  name: "gsm8k",
  title: "8,792 grade-school mathematics problems with worked answers, arXiv 2110.14168",
  licence: "MIT",
  origin: {
    kind: "repository",
    repository: "openai/grade-school-math",
    commit: "3101c7d5072418e28b9008a6636bde82a006892c",
    folder: "grade_school_math/data/",
  },
  files: {
    "test.jsonl": "3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14",
    "train.jsonl": "17f347dc51477c50d4efb83959dbb7c56297aba886e5544ee2aaed3024813465",
  },
  async *read(set, options) {
    takes("Cannot collect word problems", options, "split");
    const { split } = options;
    must(
      "Cannot collect word problems",
      "split must be train or test",
      split,
      ["train", "test"].includes(split),
    );
    let at = 0;
    for await (const record of readJsonl(await set.file(`${split}.jsonl`))) {
      const { question, answer: worked } = record as { question?: string; answer?: string };
      const [, working, answer] = /^([\s\S]*?)\n#### (.+)$/.exec(worked ?? "") ?? [];
      if (typeof question !== "string" || working === undefined) {
        throw new SyntaxError(
          `Cannot read a word problem as line ${at + 1} has no question or no #### answer`,
        );
      }
      yield { id: documentId(`gsm8k/${split}`, at++), question, working, answer, split };
    }
  },
});

/**
 * A problem with its worked answer as a Document, the calculator's marks taken out. `meta` holds `problem`, `answer` and
 * `split`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { gsm8kDocument } from "midtrain/sets";
 *
 * const working = "He has 3+4=<<3+4=7>>7 apples.";
 * const problem = { id: "0", question: "How many apples?", working, answer: "7", split: "train" } as const;
 * assert.equal(gsm8kDocument(problem).text, "Question: How many apples?\nHe has 3+4=7 apples.\nAnswer: 7");
 * ```
 */
export function gsm8kDocument(problem: Gsm8kProblem): Document {
  ofKind("Cannot form a document", { problem }, "an object with id, question, working, answer, split");
  const { id, question, working, answer, split } = problem;
  const asked = question.trim();
  const steps = working.replace(/<<.*?>>/g, "");
  return {
    id,
    text: `Question: ${asked}\n${steps}\nAnswer: ${answer}`,
    source: `gsm8k/${split}`,
    meta: { problem: asked, answer, split },
  };
}
