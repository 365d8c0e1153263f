import assert from "node:assert/strict";
import { drops } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

const removed = [["no text", 5], ["undecodable", 31], ["not a readable mail", 1]].flatMap(([reason, n]) =>
  Array.from({ length: n as number }, () => ({ reason: reason as string }))
);

Deno.test("drops() draws what was kept, then the reasons, the most frequent first", async () => {
  const kept = { "kept, from HTML": 120, "kept, plain": 240 };
  await assertGolden("drops", drops(removed, { title: "What became of the mails", value: "mails", kept }));
});

Deno.test("drops() joins rare reasons and draws nothing removed as nothing", () => {
  const labels = (spec: Record<string, unknown>) =>
    (spec.data as { values: { label: string; value: number }[] }).values.map(({ label, value }) => [
      label,
      value,
    ]);
  assert.deepEqual(labels(drops(removed, { limit: 1, kept: { kept: 2 } })), [
    ["kept", 2],
    ["undecodable", 31],
    ["2 more", 5],
    ["2 more", 1],
  ]);
  assert.deepEqual(labels(drops([], { kept: { kept: 3 } })), [["kept", 3]]);
});
