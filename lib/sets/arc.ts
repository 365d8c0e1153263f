import { oneOf, takes } from "../base/mod.ts";
import { readJsonl } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A science question of ARC with its choices. */
export interface ArcQuestion {
  /** The name that ARC gives it. */
  id: string;
  /** The question. */
  question: string;
  /** Three to five answers, without their letters. */
  choices: string[];
  /** Which of them is right, from 0. */
  answer: number;
  /** Which of ARC's two sets it stands in. */
  part: "easy" | "challenge";
  /** The split. */
  split: "validation";
}

/** ARC-Easy's 570 and ARC-Challenge's 299 validation questions (arXiv 1803.05457). */
export const arc: PublicSet<ArcQuestion, { part: "easy" | "challenge" }> = publicSet({
  name: "arc",
  title: "ARC-Easy and ARC-Challenge, validation: science questions with four choices",
  licence: "CC BY-SA 4.0",
  origin: { kind: "derived", folder: "arc", from: "allenai/ai2_arc" },
  files: {
    "ARC-Challenge.validation.jsonl": "b20cb4ffda1c57f81882a3b86a6c1d5068d2a680d404f3b5d146db88ef2b1d8d",
    "ARC-Easy.validation.jsonl": "eeab6a3fbad4abad16b9eb52c489e1e9e59d545e040a304e7d618515d8a28874",
  },
  async *read(set, options) {
    takes("Cannot read arc", options, "part");
    const { part } = options;
    oneOf("Cannot read arc", { part }, ["easy", "challenge"]);
    const name = { easy: "ARC-Easy", challenge: "ARC-Challenge" }[part];
    for await (const record of readJsonl(await set.file(`${name}.validation.jsonl`))) {
      const { id, question, choices: { text, label }, answerKey } = record as {
        id: string;
        question: string;
        choices: { text: string[]; label: string[] };
        answerKey: string;
      };
      yield { id, question, choices: text, answer: label.indexOf(answerKey), part, split: "validation" };
    }
  },
});
