import { oneOf, takes } from "../base/mod.ts";
import { readJsonl } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A function of HumanEval with a gap. */
export interface InfillingProblem {
  /** The name that the set gives it, for example `SingleLineInfilling/HumanEval/0/L0`. */
  id: string;
  /** What stands before the gap. */
  prompt: string;
  /** What stands behind it. */
  suffix: string;
  /** What was taken out. */
  solution: string;
  /** The name of the function. */
  entryPoint: string;
  /** Python code that defines `check(candidate)`, which raises where the function is wrong. */
  tests: string;
  /** The split. */
  split: "test";
}

/** Which gaps: each line of each function, or one random span a function. */
export interface InfillingOptions {
  /** The kind of gap. */
  kind: "single-line" | "random-span-light";
}

const FILES = {
  "single-line": "HumanEval-SingleLineInfilling.jsonl.gz",
  "random-span-light": "HumanEval-RandomSpanInfillingLight.jsonl.gz",
};

/** HumanEval with gaps (arXiv 2207.14255): 1,033 single lines, 164 random spans. */
export const humanEvalInfilling: PublicSet<InfillingProblem, InfillingOptions> = publicSet({
  name: "human-eval-infilling",
  title: "HumanEval's functions with a gap to fill: 1,033 lines, 164 spans, arXiv 2207.14255",
  licence: "MIT",
  origin: {
    kind: "repository",
    repository: "openai/human-eval-infilling",
    commit: "88062ff9859c875d04db115b698ed4b0f0395170",
    folder: "data/",
  },
  files: {
    [FILES["single-line"]]: "1277073e7ddce163ef68598c2bca777f688a53df99422f097e37362090f88e1f",
    [FILES["random-span-light"]]: "1432250ecac0cb56e6f97f8faf0970419ef892a98fda7e1f5aa4c4b87209b760",
  },
  async *read(set, options) {
    takes("Cannot collect gaps", options, "kind");
    const { kind } = options;
    oneOf("Cannot collect gaps", { kind }, Object.keys(FILES));
    for await (const record of readJsonl(await set.file(FILES[kind]))) {
      const { task_id, prompt, suffix, canonical_solution, entry_point, test } = record as Record<
        string,
        string
      >;
      yield {
        ...{ id: task_id, prompt, suffix, solution: canonical_solution },
        ...{ entryPoint: entry_point, tests: test, split: "test" },
      };
    }
  },
});
