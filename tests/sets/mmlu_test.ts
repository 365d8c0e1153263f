import assert from "node:assert/strict";
import { mmlu } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(mmlu, "mmlu holds five development questions a subject and 14,042 to test on", async () => {
  const dev = await Array.fromAsync(mmlu.read({ split: "dev" }));
  const test = await Array.fromAsync(mmlu.read({ split: "test" }));
  assert.deepEqual([dev.length, test.length], [285, 14042]);
  assert([...Map.groupBy(dev, ({ subject }) => subject).values()].every((some) => some.length === 5));
  assert.equal(new Set(test.map(({ subject }) => subject)).size, 57);
  const all = [...dev, ...test];
  assert(all.every(({ choices, answer }) => choices.length === 4 && choices[answer] !== undefined));
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
});
