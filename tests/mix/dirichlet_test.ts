import assert from "node:assert/strict";
import { dirichletDesign } from "../../lib/mix/mod.ts";

const prior = { web: 0.6, code: 0.3, math: 0.1 };

Deno.test("dirichletDesign() has the mean and the variance of a Dirichlet law", () => {
  const strength = 10;
  const design = dirichletDesign(prior, { runs: 4000, concentration: [strength, strength], seed: 3 });
  for (const [name, share] of Object.entries(prior)) {
    const values = design.map((mixture) => mixture[name]);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    const law = share * (1 - share) / (strength + 1);
    assert(Math.abs(mean - share) < 4 * Math.sqrt(law / values.length), `${name}: mean ${mean}`);
    assert(Math.abs(variance / law - 1) < 0.12, `${name}: variance ${variance} for ${law}`);
  }
});

Deno.test("dirichletDesign() sums to 1 at shapes that underflow", () => {
  for (const mixture of dirichletDesign(prior, { runs: 50, concentration: [1e-4, 1e-3] })) {
    const sum = Object.values(mixture).reduce((a, b) => a + b);
    assert(Math.abs(sum - 1) < 1e-12 && Object.values(mixture).every((share) => share >= 0));
  }
});

Deno.test("dirichletDesign() extends: the first runs are the same in a longer design", () => {
  assert.deepEqual(dirichletDesign(prior, { runs: 5 }), dirichletDesign(prior, { runs: 9 }).slice(0, 5));
  assert.notDeepEqual(dirichletDesign(prior, { runs: 5, seed: 2 }), dirichletDesign(prior, { runs: 5 }));
});

Deno.test("dirichletDesign() keeps caps and sources that stay out", () => {
  for (
    const mixture of dirichletDesign({ ...prior, books: 0 }, { runs: 40, maxShare: { web: 0.7, math: 0.15 } })
  ) {
    assert(mixture.web <= 0.7 && mixture.math <= 0.15 && mixture.books === 0);
  }
});

Deno.test("dirichletDesign() names the cap that leaves nothing", () => {
  assert.throws(
    () => dirichletDesign(prior, { runs: 1, maxShare: { web: 0.2, code: 0.2, math: 0.2 } }),
    /must leave room for a whole mixture: "web" 0.2, "code" 0.2, "math" 0.2 sum to 0.6/,
  );
  assert.throws(
    () => dirichletDesign(prior, { runs: 1, concentration: [1000, 1000], maxShare: { web: 0.1 } }),
    /no draw of 10000 keeps the caps: most break that of "web", 0.1, with a prior of 0.6/,
  );
  assert.throws(
    () => dirichletDesign(prior, { runs: 1, maxShare: { books: 0.1 } }),
    /"books", which the prior lacks/,
  );
  assert.throws(() => dirichletDesign(prior, { runs: 0 }), /current value is 0/);
  assert.throws(
    () => dirichletDesign(prior, { runs: 1, concentration: [2, 1] }),
    /ascending: current value is 2, 1/,
  );
});
