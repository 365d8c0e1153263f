import assert from "node:assert/strict";
import { type Bar, bars } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

const reasons: Bar[] = [
  { label: "fewer than 50 words", value: 1204 },
  { label: "mean word length outside 3 to 10", value: 310 },
  { label: "duplicate of another document", value: 2045 },
];

Deno.test("bars() draws counts by reason, the largest first", async () => {
  await assertGolden("bars", bars(reasons, { title: "Why documents were removed", value: "documents" }));
});

Deno.test("bars() stacks parts and writes their sum", async () => {
  const data = [
    { label: "general", value: 0.62, part: "human" },
    { label: "general", value: 0.2, part: "synthetic" },
    { label: "math", value: 0.1, part: "human" },
  ];
  await assertGolden("bars-parts", bars(data, { value: "share of tokens", sort: "data" }));
});

Deno.test("bars() sums what lies beyond the limit into one bar", () => {
  const data = Array.from({ length: 25 }, (_, i) => ({ label: `reason ${i}`, value: i }));
  const spec = bars(data, { limit: 5 });
  const [, totals] = spec.layer as { data: { values: { label: string; total: number }[] } }[];
  assert.deepEqual(totals.data.values.at(-1), { label: "20 more", total: 190 });
});

Deno.test("bars() rejects a value that is not finite", () => {
  assert.throws(() => bars([{ label: "a", value: NaN }]), { name: "TypeError", message: /finite value/ });
});
