import assert from "node:assert/strict";
import { humanEvalInfilling } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(
  humanEvalInfilling,
  "humanEvalInfilling holds 1,033 lines and 164 spans that fit their gaps",
  async () => {
    const lines = await Array.fromAsync(humanEvalInfilling.read({ kind: "single-line" }));
    const spans = await Array.fromAsync(humanEvalInfilling.read({ kind: "random-span-light" }));
    assert.deepEqual([lines.length, spans.length], [1033, 164]);
    const whole = new Map<string, string>();
    for (const { id, prompt, solution, suffix, entryPoint } of lines) {
      const [name] = /HumanEval\/\d+/.exec(id)!;
      // Empty lines are not among the gaps.
      const text = (prompt + solution + suffix).replace(/\n\s*\n/g, "\n");
      assert(text.includes(`def ${entryPoint}(`));
      assert.equal(text, whole.get(name) ?? text);
      whole.set(name, text);
    }
    assert.equal(whole.size, 164);
    const options: object = { kind: "multi-line" };
    await assert.rejects(humanEvalInfilling.read(options as never).next(), /single-line, random-span-light/);
  },
);
