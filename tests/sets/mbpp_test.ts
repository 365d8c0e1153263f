import assert from "node:assert/strict";
import { mbpp } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(mbpp, "mbpp holds 974 programs in the paper's four splits", async () => {
  const problems = await Array.fromAsync(mbpp.read());
  const sizes = Map.groupBy(problems, ({ split }) => split);
  assert.deepEqual(
    [...sizes].map(([split, some]) => [split, some.length]),
    [["prompt", 10], ["test", 500], ["validation", 90], ["train", 374]],
  );
  assert.deepEqual([problems[0].id, problems[973].id], ["mbpp/1", "mbpp/974"]);
  assert(problems.every(({ tests }) => tests.length === 3 && tests[0].startsWith("assert")));
});
