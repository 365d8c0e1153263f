import { readJsonl } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A Python function to write. */
export interface HumanEvalProblem {
  /** The name that the set gives it, for example `HumanEval/0`. */
  id: string;
  /** The beginning of a module: imports, the function's head, its docstring. */
  prompt: string;
  /** The name of the function. */
  entryPoint: string;
  /** A right body, to be put behind the prompt. */
  solution: string;
  /** Python code that defines `check(candidate)`, which raises where the function is wrong. */
  tests: string;
  /** The split. */
  split: "test";
}

/** HumanEval's 164 functions (arXiv 2107.03374). */
export const humanEval: PublicSet<HumanEvalProblem> = publicSet({
  name: "human-eval",
  title: "164 Python functions to write, with tests, arXiv 2107.03374",
  licence: "MIT",
  origin: {
    kind: "repository",
    repository: "openai/human-eval",
    commit: "6d43fb980f9fee3c892a914eda09951f772ad10d",
    folder: "data/",
  },
  files: { "HumanEval.jsonl.gz": "b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef" },
  async *read(set) {
    for await (const record of readJsonl(await set.file("HumanEval.jsonl.gz"))) {
      const { task_id, prompt, entry_point, canonical_solution, test } = record as Record<string, string>;
      yield {
        id: task_id,
        prompt,
        entryPoint: entry_point,
        solution: canonical_solution,
        tests: test,
        split: "test",
      };
    }
  },
});
