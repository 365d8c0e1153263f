import assert from "node:assert/strict";
import { numpyDirichlet } from "../../lib/mix/mod.ts";

function assertRows(rows: readonly Float64Array[], expected: readonly number[][]): void {
  assert.equal(rows.length, expected.length);
  for (const [i, row] of expected.entries()) {
    for (const [j, value] of row.entries()) {
      assert(
        Math.abs(rows[i][j] - value) <= 1e-13 * Math.max(1e-300, value) + 1e-16,
        `row ${i}, column ${j}`,
      );
    }
  }
}

// What NumPy 2.4.6 prints for `random.seed(...)` and `random.dirichlet(...)`.
Deno.test("numpyDirichlet() follows NumPy's stream below shape 1", () => {
  assertRows(numpyDirichlet([0.3, 0.7], { rows: 3, seed: 42 }), [
    [0.03794173607432437, 0.9620582639256755],
    [0.10649363203525719, 0.8935063679647429],
    [0.9791818018447256, 0.020818198155274376],
  ]);
});

Deno.test("numpyDirichlet() follows NumPy's stream above, at and far below shape 1", () => {
  assertRows(numpyDirichlet([5, 1, 0.02], { rows: 4, seed: 7 }), [
    [0.9236458777551917, 0.0763541222448082, 9.808699627711328e-17],
    [0.8433626154352496, 0.1566373836630546, 9.016958146671752e-10],
    [0.5888195305090603, 0.4111804694909396, 4.913937642738632e-35],
    [0.9941781679340306, 0.00582183206401579, 1.953572248049616e-12],
  ]);
});

Deno.test("numpyDirichlet() names the concentration or the count that is wrong", () => {
  assert.throws(() => numpyDirichlet([1, 0], { rows: 1 }), /that of column 1 is 0/);
  assert.throws(() => numpyDirichlet([], { rows: 1 }), /that of column 0 is undefined/);
  assert.throws(() => numpyDirichlet([1], { rows: 0 }), /rows must be a whole number >= 1/);
  assert.throws(() => numpyDirichlet([1], { rows: 1, seed: -1 }), /seed one in \[0, 2\^32\)/);
});
