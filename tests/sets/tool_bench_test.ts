import assert from "node:assert/strict";
import { toolBench } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(
  toolBench,
  "ToolBench's examples are 10 queries and 9 trajectories, each with the tools at hand",
  async () => {
    const examples = await Array.fromAsync(toolBench.read());
    assert.equal(examples.filter(({ kind }) => kind === "query").length, 10);
    assert.equal(examples.length, 19);
    assert(examples.every(({ tools, query }) => tools.length > 0 && query !== ""));
  },
);
