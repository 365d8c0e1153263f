import assert from "node:assert/strict";
import { qmsum } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(qmsum, "QMSum's validation split asks 272 summaries of 35 meetings", async () => {
  const asked = await Array.fromAsync(qmsum.read());
  assert.deepEqual([asked.length, new Set(asked.map(({ meeting }) => meeting)).size], [272, 35]);
  assert(asked.every(({ query, answer }) => query !== "" && answer !== ""));
});
