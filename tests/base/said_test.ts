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

Deno.test("said() without decimals rounds to what the interval lets one know", () => {
  const written = [[2.4985723, 2.4971, 2.5002], [-1.59e-6, -0.0221, 0.0221], [1.5e-7, 1.2e-7, 1.9e-7]]
    .map(([estimate, low, high]) => said({ estimate, low, high }));
  assert.deepEqual(written, [
    "2.4986 [2.4971, 2.5002]",
    "0.000 [-0.022, 0.022]",
    "1.50e-7 [1.20e-7, 1.90e-7]",
  ]);
  assert.equal(said({ estimate: 123456, low: 121000, high: 129000 }), "123,500 [121,000, 129,000]");
  assert.equal(said({ estimate: 0.72, low: 1e-6, high: 1e15 }), "0.72 [1e-6, 1e15]");
  assert.equal(said({ estimate: 0, low: 0, high: 0 }), "0 [0, 0]");
  assert.equal(said({ estimate: 1.23456, low: NaN, high: NaN }), "1.235");
  assert.equal(said({ estimate: 1.2, low: 1.1, high: Infinity }), "1.2 [1.1, Infinity]");
});
