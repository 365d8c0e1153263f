import { readJsonl } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A short Python function, one input of it, and what it gives. */
export interface CruxevalProblem {
  /** `cruxeval/` and the number that the set gives it, from 0. */
  id: string;
  /** A module that defines `f`. */
  code: string;
  /** The arguments as Python code, without parentheses. */
  input: string;
  /** The result as Python code. */
  output: string;
  /** The split. */
  split: "test";
}

/** CRUXEval's 800 functions (arXiv 2401.03065). */
export const cruxeval: PublicSet<CruxevalProblem> = publicSet({
  name: "cruxeval",
  title: "800 Python functions with an input and its output, arXiv 2401.03065",
  licence: "MIT",
  origin: {
    kind: "repository",
    repository: "facebookresearch/cruxeval",
    commit: "190faf16d175b5847b0af05d937872b1fb395942",
    folder: "data/",
  },
  files: { "cruxeval.jsonl": "8368b81047dc5014e4caf5a2f97604eff7644e0ecd7415e3ceeb184bbc2e0c96" },
  async *read(set) {
    for await (const record of readJsonl(await set.file("cruxeval.jsonl"))) {
      const { id, code, input, output } = record as Record<string, string>;
      yield { id: id.replace("sample_", "cruxeval/"), code, input, output, split: "test" };
    }
  },
});
