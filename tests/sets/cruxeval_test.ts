import assert from "node:assert/strict";
import { cruxeval } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(cruxeval, "cruxeval holds 800 functions, each with an input and its output", async () => {
  const problems = await Array.fromAsync(cruxeval.read());
  assert.deepEqual(problems.map(({ id }) => id), Array.from({ length: 800 }, (_, i) => `cruxeval/${i}`));
  assert(problems.every(({ code, output }) => code.includes("def f(") && output !== ""));
});
