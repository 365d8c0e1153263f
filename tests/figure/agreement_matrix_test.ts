import assert from "node:assert/strict";
import { agreementMatrix } from "../../lib/figure/mod.ts";
import { assertGolden } from "./_golden.ts";

Deno.test("agreementMatrix() draws each pair once, and disagreement in another colour", async () => {
  const pairs = [
    { a: "fastText", b: "embedding", value: 0.62 },
    { a: "fastText", b: "model", value: 0.48 },
    { a: "fastText", b: "importance", value: -0.21 },
    { a: "embedding", b: "model", value: 0.81 },
    { a: "embedding", b: "importance", value: 0.05 },
    { a: "model", b: "importance", value: 0.3 },
  ];
  await assertGolden("agreement_matrix", agreementMatrix(pairs, { title: "Four raters of 300 documents" }));
});

Deno.test("agreementMatrix() refuses a rater beside itself and values beyond one", () => {
  assert.throws(() => agreementMatrix([{ a: "x", b: "x", value: 1 }]), {
    message: 'Cannot draw a matrix as the two of a pair must differ: "x" stands twice',
  });
  assert.throws(() => agreementMatrix([{ a: "x", b: "y", value: 1.5 }]), {
    message: "Cannot draw a matrix as the value of x and y must be in [-1, 1]: current value is 1.5",
  });
});
