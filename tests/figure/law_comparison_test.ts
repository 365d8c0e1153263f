import assert from "node:assert/strict";
import { lawComparison, type LawErrors } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

const errors = (law: string, estimate: number): LawErrors => ({
  law,
  estimate,
  low: estimate * 0.7,
  high: estimate * 1.4,
  curves: [
    { curve: "constant", part: "train", error: estimate / 3 },
    { curve: "cosine", part: "held-out", error: estimate * 0.8 },
    { curve: "WSD", part: "held-out", error: estimate * 1.2 },
  ],
});

Deno.test("lawComparison() puts the law of least held-out error first", async () => {
  const spec = lawComparison([errors("one-power", 0.03), errors("momentum", 0.004), errors("lldl", 0.006)], {
    title: "Held-out errors of three laws",
  });
  const [{ layer: [{ encoding }] }] = spec.layer as [{ layer: [{ encoding: { y: { sort: string[] } } }] }];
  assert.deepEqual(encoding.y.sort, ["momentum", "lldl", "one-power"]);
  await assertGolden("law_comparison", spec);
});

Deno.test("lawComparison() draws a mean without an interval where one curve was held out", async () => {
  const lone = { ...errors("momentum", 0.004), low: NaN, high: NaN };
  await assertGolden("law_comparison-lone", lawComparison([lone], { scale: "linear" }));
});

Deno.test("lawComparison() names the law whose error cannot be drawn", () => {
  assert.throws(() => lawComparison([]), /there must be a law/);
  assert.throws(() => lawComparison([errors("lldl", 0)]), /positive on a log axis: lldl has 0/);
  assert.throws(() => lawComparison([errors("mel", NaN)], { scale: "linear" }), /finite: mel has NaN/);
});
