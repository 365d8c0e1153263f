import assert from "node:assert/strict";
import { intervals } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

const rows = [
  { label: "general text", estimate: 0.012, low: -0.003, high: 0.027, group: "WSD" },
  { label: "domain text", estimate: -0.213, low: -0.25, high: -0.17, group: "WSD" },
  { label: "general text", estimate: 0.052, low: 0.03, high: 0.077, group: "cosine" },
  { label: "domain text", estimate: -0.183, low: -0.21, high: -0.15, group: "cosine" },
];

Deno.test("intervals() draws one row a label and one colour a group", async () => {
  const options = { title: "Change after mid-training", value: "change in bits per byte", reference: 0 };
  await assertGolden("intervals", intervals(rows, options));
});

Deno.test("intervals() draws plain estimates on a log axis", async () => {
  const data = [{ label: "stable", estimate: 10, low: 1, high: 100 }, {
    label: "decay",
    estimate: 5,
    low: 5,
    high: 5,
  }];
  await assertGolden("intervals-log", intervals(data, { scale: "log" }));
});

Deno.test("intervals() rejects an interval that does not hold its estimate", () => {
  const row = { label: "a", estimate: 3, low: 0, high: 1 };
  assert.throws(() => intervals([row]), { name: "RangeError", message: /a is 0, 3, 1/ });
  assert.throws(() => intervals([{ ...row, high: Infinity }]), RangeError);
});
