import { oneOf, takes } from "../base/mod.ts";
import { readJsonl } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A function of HumanEval in one language, right and with a bug. */
export interface HumanEvalPackProblem {
  /** The name that the set gives it, for example `Python/0`. */
  id: string;
  /** Imports and the function's head, without a docstring. */
  declaration: string;
  /** A right body, to be put behind the declaration. */
  solution: string;
  /** A body with a bug. */
  buggy: string;
  /** What kind of bug. */
  bug: string;
  /** What the function does, in English. */
  docstring: string;
  /** The name of the function. */
  entryPoint: string;
  /** Code that calls the function and tells where it is wrong: by `assert`, in JavaScript by `console.assert`. */
  tests: string;
  /** The split. */
  split: "test";
}

/** In which language. */
export interface HumanEvalPackOptions {
  /** The language. */
  language: "python" | "javascript";
}

const FILES = {
  python: "python/data/humanevalpack.jsonl",
  javascript: "js/data/humanevalpack.jsonl",
};

/** HumanEvalPack's 164 functions with a bug each, in Python and JavaScript (arXiv 2308.07124). */
export const humanEvalPack: PublicSet<HumanEvalPackProblem, HumanEvalPackOptions> = publicSet({
  name: "human-eval-pack",
  title: "164 functions, right and with a bug, in Python and JavaScript, arXiv 2308.07124",
  licence: "MIT",
  origin: {
    kind: "repository",
    repository: "bigcode-project/octopack",
    commit: "e17a8f6470264286bc6a52eb8263582083bf3bf6",
    folder: "evaluation/create/humaneval-x/data/",
  },
  files: {
    [FILES.python]: "b1376d72be4bd016a62ad043d9de3846edb8d63edf1222da802a31330c14c3a7",
    [FILES.javascript]: "04c86c1fac5f33818d9187cba278ed1dfc66cc259372dd8342126aa580fb7569",
  },
  async *read(set, options) {
    takes("Cannot collect bugs", options, "language");
    const { language } = options;
    oneOf("Cannot collect bugs", { language }, Object.keys(FILES));
    for await (const record of readJsonl(await set.file(FILES[language]))) {
      const { task_id, declaration, canonical_solution, buggy_solution, bug_type, docstring, ...rest } =
        record as Record<string, string>;
      yield {
        ...{ id: task_id, declaration, solution: canonical_solution, buggy: buggy_solution },
        ...{ bug: bug_type, docstring, entryPoint: rest.entry_point, tests: rest.test, split: "test" },
      };
    }
  },
});
