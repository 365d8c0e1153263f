import assert from "node:assert/strict";
import { percent, said } from "../../lib/base/mod.ts";

Deno.test("percent() writes three significant digits, or so many decimals", () => {
  assert.deepEqual([0, 0.1, 0.12345, 1, 1e-6].map((share) => percent(share)), [
    "0 %",
    "10 %",
    "12.3 %",
    "100 %",
    "0.0001 %",
  ]);
  assert.deepEqual([0, 0.12345, 1].map((share) => percent(share, 1)), ["0.0 %", "12.3 %", "100.0 %"]);
  assert.equal(percent(0.126, 0), "13 %");
});

Deno.test("said() writes an interval by decimals or by a function", () => {
  const interval = { estimate: 0.5, low: 0.25, high: 0.75 };
  assert.equal(said(interval, 2), "0.50 [0.25, 0.75]");
  assert.equal(said(interval, (share) => percent(share, 1)), "50.0 % [25.0 %, 75.0 %]");
});
