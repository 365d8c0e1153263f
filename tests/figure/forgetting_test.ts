import assert from "node:assert/strict";
import { forgetting } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

Deno.test("forgetting() draws what went each way, and the difference that is left", async () => {
  const changes = [
    {
      task: "arc-easy",
      forgotten: 70,
      gained: 40,
      n: 570,
      difference: { estimate: -0.053, low: -0.088, high: -0.018 },
    },
    {
      task: "hellaswag",
      forgotten: 52,
      gained: 55,
      n: 1000,
      difference: { estimate: 0.003, low: -0.017, high: 0.023 },
    },
    {
      task: "gsm8k",
      forgotten: 3,
      gained: 110,
      n: 1319,
      difference: { estimate: 0.081, low: 0.066, high: 0.097 },
    },
  ];
  await assertGolden("forgetting", forgetting(changes, { title: "Before and after the decay" }));
});

Deno.test("forgetting() refuses more changes than items", () => {
  const difference = { estimate: 0, low: 0, high: 0 };
  assert.throws(() => forgetting([{ task: "arc", forgotten: 3, gained: 3, n: 5, difference }]), {
    message:
      "Cannot draw what was forgotten as what arc lost and gained of 5 items must be in [0, 1]: current value is 1.2",
  });
});
