import assert from "node:assert/strict";
import { permutation } from "../../lib/anneal/_permutation.ts";

Deno.test("permutation() meets every place exactly once, whatever the length", () => {
  for (const n of [1, 2, 3, 4, 5, 16, 17, 63, 1000, 4097]) {
    const at = permutation(n, "seed");
    const places = Array.from({ length: n }, (_, i) => at(i));
    assert.deepEqual([...places].sort((a, b) => a - b), Array.from({ length: n }, (_, i) => i));
  }
});

Deno.test("permutation() is another one under another seed, and the same one again under its own", () => {
  const order = (seed: string) => Array.from({ length: 100 }, (_, i) => permutation(100, seed)(i));
  assert.deepEqual(order("a"), order("a"));
  assert.notDeepEqual(order("a"), order("b"));
});

Deno.test("permutation() sends each place to all places equally often over seeds", () => {
  const n = 10;
  const seeds = 5000;
  const counts = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let seed = 0; seed < seeds; seed++) {
    const at = permutation(n, `${seed}`);
    for (let i = 0; i < n; i++) counts[i][at(i)]++;
  }
  // Each of 10 rows is a chi-square of 9 degrees of freedom: 33.7 is its 1 in 10,000.
  for (const row of counts) {
    const chiSquare = row.reduce((sum, count) => sum + (count - seeds / n) ** 2 / (seeds / n), 0);
    assert(chiSquare < 33.7, `${chiSquare}`);
  }
});

Deno.test("permutation() reaches far places of a source of 2^40 windows", () => {
  const n = 2 ** 40 + 1;
  const at = permutation(n, "large");
  const places = Array.from({ length: 1000 }, (_, i) => at(i));
  assert(places.every((place) => Number.isSafeInteger(place) && place >= 0 && place < n));
  assert.equal(new Set(places).size, 1000);
  assert(places.some((place) => place > n * 0.9) && places.some((place) => place < n * 0.1));
});
