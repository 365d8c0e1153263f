import assert from "node:assert/strict";
import { quixbugs } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(quixbugs, "quixbugs holds 40 programs, right and with a bug, with their tests", async () => {
  const problems = await Array.fromAsync(quixbugs.read());
  assert.equal(problems.length, 40);
  for (const { id, entryPoint, solution, buggy, tests } of problems) {
    assert.equal(id, `quixbugs/${entryPoint}`);
    assert(solution.includes(`def ${entryPoint}(`) && solution !== buggy && tests.includes(entryPoint));
  }
});
