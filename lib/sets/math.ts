import { readJsonl } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A problem of a mathematics competition. */
export interface MathProblem {
  /** The name that the set gives it, for example `test/precalculus/807.json`. */
  id: string;
  /** The problem, in LaTeX. */
  problem: string;
  /** A worked solution that boxes its answer. */
  solution: string;
  /** The answer, in LaTeX. */
  answer: string;
  /** The field, for example `Number Theory`. */
  subject: string;
  /** From 1, easy, to 5. */
  level: number;
  /** The split. */
  split: "test";
}

/** MATH-500 (arXiv 2305.20050): 500 of the 5,000 test problems of MATH (arXiv 2103.03874). */
export const math500: PublicSet<MathProblem> = publicSet({
  name: "math",
  title: "MATH-500: 500 competition mathematics problems of MATH's test split, arXiv 2305.20050",
  licence: "MIT",
  origin: {
    kind: "repository",
    repository: "ZubinGou/math-evaluation-harness",
    commit: "db77bc6bb2a17c90ed2d63e88ebd8c40a82858c5",
    folder: "data/math_oai/",
  },
  files: { "test.jsonl": "35dc41080a3680858b27fa7e0533d2d547825316fc5dafe5d316f4ccc5a06132" },
  async *read(set) {
    for await (const record of readJsonl(await set.file("test.jsonl"))) {
      const { unique_id, level, ...fields } = record as
        & { level: number }
        & {
          [field in "unique_id" | "problem" | "solution" | "answer" | "subject"]: string;
        };
      yield { id: unique_id, ...fields, level, split: "test" };
    }
  },
});
