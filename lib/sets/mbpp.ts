import { readJsonl } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A short Python program to write. */
export interface MbppProblem {
  /** `mbpp/` and the number that the set gives it. */
  id: string;
  /** What to write, in English. */
  prompt: string;
  /** A right program. */
  solution: string;
  /** Python code to run before the tests; mostly empty. */
  setup: string;
  /** Three assertions; they show the name of the function. */
  tests: string[];
  /** Further assertions of some problems. */
  challengeTests: string[];
  /** The split, by number: 1 to 10 for prompts, 11 to 510 to test, 511 to 600 to validate, the rest to train. */
  split: "prompt" | "test" | "validation" | "train";
}

/** MBPP's 974 programs (arXiv 2108.07732). */
export const mbpp: PublicSet<MbppProblem> = publicSet({
  name: "mbpp",
  title: "974 short Python programs to write, with tests, arXiv 2108.07732",
  licence: "CC-BY-4.0 (data)",
  origin: {
    kind: "repository",
    repository: "deepseek-ai/DeepSeek-Coder",
    commit: "2f9fd85927c669dae3c0fbb2d607274023af243e",
    folder: "Evaluation/MBPP/data/",
  },
  files: { "mbpp.jsonl": "ccf64ceae9c5403bf50a044cb6d505bfd2a2963ee58338ba268fd65beab92a9f" },
  async *read(set) {
    for await (const record of readJsonl(await set.file("mbpp.jsonl"))) {
      const { task_id, text, code, test_setup_code, test_list, challenge_test_list } = record as {
        task_id: number;
        text: string;
        code: string;
        test_setup_code: string;
        test_list: string[];
        challenge_test_list: string[];
      };
      yield {
        id: `mbpp/${task_id}`,
        prompt: text,
        solution: code,
        setup: test_setup_code,
        tests: test_list,
        challengeTests: challenge_test_list,
        split: splitOf(task_id),
      };
    }
  },
});

function splitOf(number: number): MbppProblem["split"] {
  return number <= 10 ? "prompt" : number <= 510 ? "test" : number <= 600 ? "validation" : "train";
}
