import assert from "node:assert/strict";
import { humanEvalPack } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(
  humanEvalPack,
  "humanEvalPack holds 164 functions in two languages, right and with a bug",
  async () => {
    for (const language of ["python", "javascript"] as const) {
      const problems = await Array.fromAsync(humanEvalPack.read({ language }));
      assert.equal(problems.length, 164);
      for (const { declaration, entryPoint, solution, buggy, tests } of problems) {
        // One name of the set is written otherwise in its program.
        assert(
          declaration.toLowerCase().includes(entryPoint.toLowerCase()) && tests !== "" && solution !== buggy,
        );
      }
    }
    const options: object = { language: "rust" };
    await assert.rejects(humanEvalPack.read(options as never).next(), /python, javascript/);
  },
);
