import assert from "node:assert/strict";
import { gemstones } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(gemstones, "gemstones holds 199 cooldowns and 220 points along the constant rate", async () => {
  const [before, after, hot] = await Promise.all(
    (["before", "after", "hot"] as const).map((phase) => Array.fromAsync(gemstones.read({ phase }))),
  );
  assert.deepEqual([before.length, after.length, hot.length], [199, 199, 220]);
  assert(before.every(({ shape }, i) => shape === after[i].shape));
  assert(after[0].loss < before[0].loss);
});
