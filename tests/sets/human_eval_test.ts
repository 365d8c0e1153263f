import assert from "node:assert/strict";
import { humanEval } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(
  humanEval,
  "humanEval holds 164 functions, each with its head, its tests and a right body",
  async () => {
    const problems = await Array.fromAsync(humanEval.read());
    assert.equal(problems.length, 164);
    assert.deepEqual(problems.map(({ id }) => id), problems.map((_, i) => `HumanEval/${i}`));
    for (const { prompt, entryPoint, solution, tests } of problems) {
      assert(prompt.includes(`def ${entryPoint}(`) && tests.includes("def check(") && solution.trim() !== "");
    }
  },
);
