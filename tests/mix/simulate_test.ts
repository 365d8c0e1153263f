import assert from "node:assert/strict";
import { numpyDirichlet, type Rows, simulateOptimum } from "../../lib/mix/mod.ts";

const domains = ["web", "code", "math"];
const candidates = numpyDirichlet([1, 1, 1], { rows: 5000, seed: 1 });
/** Least at web 0.2, code 0.5, math 0.3. */
const bowl = (rows: Rows) =>
  Float64Array.from(rows, (row) => (row[0] - 0.2) ** 2 + (row[1] - 0.5) ** 2 + (row[2] - 0.3) ** 2);

Deno.test("simulateOptimum() finds the least of a bowl, and caps move it to their edge", () => {
  const { unconstrained, feasible, broken } = simulateOptimum(bowl, candidates, {
    domains,
    top: 20,
    maxShare: { code: 0.4 },
  });
  for (const [name, share] of Object.entries({ web: 0.2, code: 0.5, math: 0.3 })) {
    assert(Math.abs(unconstrained.mixture[name] - share) < 0.02, name);
  }
  assert(feasible.mixture.code <= 0.4 && feasible.mixture.code > 0.37);
  assert(feasible.predicted > unconstrained.predicted);
  assert.deepEqual([broken, unconstrained.candidates], [["code"], 5000]);
});

Deno.test("simulateOptimum() without caps gives one optimum twice", () => {
  const { unconstrained, feasible, broken } = simulateOptimum(bowl, candidates, { domains });
  assert.deepEqual(feasible, unconstrained);
  assert.deepEqual(broken, []);
});

Deno.test("simulateOptimum() says which caps leave no room, and which cap most candidates break", () => {
  const run = (maxShare: Record<string, number>, top = 128) =>
    simulateOptimum(bowl, candidates, { domains, maxShare, top });
  assert.throws(
    () => run({ web: 0.2, code: 0.3, math: 0.25 }),
    /"web" 0.2, "code" 0.3, "math" 0.25 sum to 0.75/,
  );
  assert.throws(
    () => run({ web: 0.001 }),
    /128 candidates must keep the caps: \d+ of 5000 do, and \d+ break that of "web", 0.001/,
  );
  assert.throws(() => run({ books: 0.5 }), /current value is 0.5 for "books"/);
  assert.throws(() => run({ web: NaN }), /current value is NaN for "web"/);
  assert.throws(() => run({}, 6000), /top must be a whole number in \[1, 5000\]: current value is 6000/);
  assert.throws(
    () => simulateOptimum(bowl, candidates, { domains: ["web"] }),
    /each of 1 domains: they have 3/,
  );
});
