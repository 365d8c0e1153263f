import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import { histogram } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

type Row = { label: string; from: number; to: number; value: number };
const rows = (spec: Record<string, unknown>) => (spec.data as { values: Row[] }).values;

Deno.test("histogram() draws two labels over the same bins with a threshold", async () => {
  const random = new Random(1);
  const data = Array.from({ length: 900 }, (_, i) => ({
    score: i % 3 ? 0.3 + 0.12 * random.normal() : 0.7 + 0.1 * random.normal(),
    label: i % 3 ? "spam" : "ham",
  }));
  await assertGolden("histogram", histogram(data, { title: "Rater scores", thresholds: [0.55], bins: 20 }));
});

Deno.test("histogram() counts every finite score once, the largest in the last bin", () => {
  const spec = histogram([0, 0.5, 1, 1, NaN, Infinity].map((score) => ({ score })), { bins: 2 });
  assert.deepEqual(rows(spec).map((row) => row.value), [1, 3]);
  assert.equal((spec.title as { subtitle: string }).subtitle, "4 documents, 2 without a score");
});

Deno.test("histogram() draws shares that sum to 1 for each label", () => {
  const data = [{ score: 1, label: "a" }, { score: 2, label: "a" }, { score: 2, label: "b" }];
  const values = rows(histogram(data, { bins: 2, height: "share" }));
  assert.deepEqual(values.map((row) => row.value), [0.5, 0.5, 0, 1]);
});

Deno.test("histogram() draws equal scores as one bin of width 1", () => {
  const values = rows(histogram([{ score: 3 }, { score: 3 }], { bins: 1 }));
  assert.deepEqual(values, [{ label: "", from: 2.5, to: 3.5, value: 2 }]);
});

Deno.test("histogram() rejects half a bin", () => {
  assert.throws(() => histogram([], { bins: 0.5 }), { name: "RangeError", message: /current value is 0.5/ });
});
