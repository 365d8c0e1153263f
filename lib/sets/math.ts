import { ofKind } from "../base/mod.ts";
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

/** A problem of MATH as its publisher has it: the answer stands in a box of the solution. */
export type MathRecord = Omit<MathProblem, "answer" | "split">;

/**
 * Problems of MATH out of a file of JSON Lines with `problem` and `solution`, in the publisher's form (`type`, `level` as
 * `Level 5`) or MATH-500's (`subject`, `unique_id`): for all 5,000, or for examples in front. What a record lacks is `""` and
 * 0; the id is its place then.
 *
 * @throws {SyntaxError} While iterating: if a record has no problem or no solution.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readMath } from "midtrain/sets";
 *
 * const path = await Deno.makeTempFile();
 * const record = { problem: "What is $1+1$?", solution: "$\\boxed{2}$.", level: "Level 1", type: "Algebra" };
 * await Deno.writeTextFile(path, JSON.stringify(record));
 * const [{ id, subject, level }] = await Array.fromAsync(readMath(path));
 * assert.deepEqual([id, subject, level], ["math/0", "Algebra", 1]);
 * ```
 */
export async function* readMath(path: string): AsyncGenerator<MathRecord> {
  ofKind("Cannot read MATH", { path }, "a text");
  let at = 0;
  for await (const record of readJsonl(path)) {
    const { problem, solution, unique_id, type, subject, level } = Object(record) as Record<string, unknown>;
    if (typeof problem !== "string" || typeof solution !== "string") {
      throw new SyntaxError(
        `Cannot read MATH as record ${at + 1} of ${path} must have problem and solution: it has ${
          Object.keys(Object(record)).join(", ") || "neither"
        }`,
      );
    }
    yield {
      id: typeof unique_id === "string" ? unique_id : `math/${at}`,
      ...{ problem, solution },
      subject: String(subject ?? type ?? ""),
      level: Number(/\d+/.exec(String(level ?? ""))?.[0] ?? 0),
    };
    at++;
  }
}
