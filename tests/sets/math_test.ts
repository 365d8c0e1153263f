import assert from "node:assert/strict";
import { math500 } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(
  math500,
  "math500 holds 500 problems of seven subjects, each with its answer in a box",
  async () => {
    const problems = await Array.fromAsync(math500.read());
    assert.equal(problems.length, 500);
    assert.equal(new Set(problems.map(({ id }) => id)).size, 500);
    assert.equal(new Set(problems.map(({ subject }) => subject)).size, 7);
    assert(problems.every(({ level, answer }) => level >= 1 && level <= 5 && answer !== ""));
    assert(problems.every(({ solution }) => solution.includes("\\boxed") || solution.includes("\\fbox")));
  },
);
