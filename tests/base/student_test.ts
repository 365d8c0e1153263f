import assert from "node:assert/strict";
import { studentQuantile } from "../../lib/base/mod.ts";

Deno.test("studentQuantile() gives the printed tables", () => {
  const table: [number, number, number][] = [
    [0.975, 1, 12.706],
    [0.975, 2, 4.303],
    [0.975, 3, 3.182],
    [0.975, 9, 2.262],
    [0.975, 30, 2.042],
    [0.975, 120, 1.980],
    [0.95, 5, 2.015],
    [0.995, 4, 4.604],
    [0.8, 10, 0.879],
    [0.9995, 1, 636.619],
  ];
  for (const [p, freedom, printed] of table) {
    assert(Math.abs(studentQuantile(p, freedom) - printed) < 6e-4, `${p}, ${freedom}`);
    assert.equal(studentQuantile(1 - p, freedom).toFixed(6), (-studentQuantile(p, freedom)).toFixed(6));
  }
});

Deno.test("studentQuantile() has its closed forms at one and two degrees of freedom", () => {
  for (const p of [0.51, 0.6, 0.9, 0.999]) {
    assert(Math.abs(studentQuantile(p, 1) / Math.tan(Math.PI * (p - 0.5)) - 1) < 1e-9);
    const two = (2 * p - 1) * Math.sqrt(2 / (4 * p * (1 - p)));
    assert(Math.abs(studentQuantile(p, 2) / two - 1) < 1e-9);
  }
});

Deno.test("studentQuantile() takes fractions of a degree, becomes normal, and refuses the rest", () => {
  assert(studentQuantile(0.975, 2.5) < studentQuantile(0.975, 2));
  assert(studentQuantile(0.975, 2.5) > studentQuantile(0.975, 3));
  assert(Math.abs(studentQuantile(0.975, Infinity) - 1.959963984540054) < 1e-6);
  assert(Math.abs(studentQuantile(0.975, 5000) - 1.96044) < 1e-4);
  assert.equal(studentQuantile(0.5, 3), 0);
  assert.throws(() => studentQuantile(1, 3), /p must be in \(0, 1\): current value is 1/);
  assert.throws(() => studentQuantile(0.9, 0), /degreesOfFreedom must be > 0: current value is 0/);
  assert.throws(() => studentQuantile(NaN, 1), RangeError);
});
