import { ofKind, takes } from "../../base/mod.ts";
import { inPython } from "../_execute.ts";
import { judgeTests, type TestsCheck } from "./_judge_tests.ts";

/** A solution in Python, and what tests it. */
export interface TestedSolution {
  /** The program. */
  solution: string;
  /** Assertions, functions whose names begin with `test`, or classes of unittest. */
  tests: string;
}

/**
 * Whether tests that a model wrote test anything: they must pass on the solution, and fail on a form of it whose functions do
 * nothing and on one at least of up to four in which one number, text, comparison, sum or truth value is changed. A form
 * that a limit of the sandbox stops says nothing. All of it runs there, one process a call, an interpreter a form; `deno task bench code`
 * measures programs that share a process.
 *
 * It says that the tests depend on what the solution computes; whether both are right is for whoever knows the task. A solution that
 * says what is equal (`__eq__` and the like) is refused, as it could pass any test.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { verifyTests } from "midtrain/synthesize";
 *
 * const solution = "def krill(days):\n    return 4 * days";
 * const good = await verifyTests({ solution, tests: "assert krill(2) == 8" });
 * assert.deepEqual(good, { verdict: "good", broken: 2, caught: 2 });
 * const vacuous = await verifyTests({ solution, tests: "assert krill(2) or True" });
 * assert.equal(vacuous.verdict, "vacuous tests");
 * ```
 */
export function verifyTests(tested: TestedSolution): Promise<TestsCheck> {
  takes("Cannot verify tests", tested, "solution, tests");
  const { solution, tests } = tested;
  ofKind("Cannot verify tests", { solution, tests }, "a text");
  return inPython((run) => judgeTests(run, { solution, tests }));
}
