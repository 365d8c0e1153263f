import { readJsonl } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A classic algorithm with a bug in one line. */
export interface QuixbugsProblem {
  /** `quixbugs/` and its name, which is the function's as well. */
  id: string;
  /** The name of the function. */
  entryPoint: string;
  /** The program with the bug. */
  buggy: string;
  /** The right program. */
  solution: string;
  /** What it does, as a docstring. */
  docstring: string;
  /** Python code that raises where the function is wrong. */
  tests: string;
  /** The split. */
  split: "test";
}

/** QuixBugs' 40 Python programs (doi 10.1145/3135932.3135941), as OctoPack has them. */
export const quixbugs: PublicSet<QuixbugsProblem> = publicSet({
  name: "quixbugs",
  title: "40 classic algorithms in Python with a bug in one line, doi 10.1145/3135932.3135941",
  licence: "MIT",
  origin: {
    kind: "repository",
    repository: "bigcode-project/octopack",
    commit: "e17a8f6470264286bc6a52eb8263582083bf3bf6",
    folder: "evaluation/other/QuixBugs/",
  },
  files: {
    "quixbugs_python.jsonl": "7322b63b31c2e20c7e05b97ef05e674e30eed5601df5cce7545a1a77031bf4d3",
  },
  async *read(set) {
    for await (const record of readJsonl(await set.file("quixbugs_python.jsonl"))) {
      const { name, buggy_program, solution, docstring, tests } = record as Record<string, string>;
      const id = `quixbugs/${name}`;
      yield { id, entryPoint: name, buggy: buggy_program, solution, docstring, tests, split: "test" };
    }
  },
});
