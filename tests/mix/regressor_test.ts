import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import {
  boostedTrees,
  dirichletDesign,
  exponentialLaw,
  gaussianProcess,
  linearLaw,
  uniformMixture,
} from "../../lib/mix/mod.ts";
import { available } from "../../lib/native/mod.ts";

const here = await available("lightgbm");

/** Mixtures of four domains and a loss of known law, with noise. */
function swarm(runs: number, noise = 0): { x: number[][]; y: number[] } {
  const random = new Random("swarm");
  const design = dirichletDesign(uniformMixture(["a", "b", "c", "d"]), {
    runs,
    concentration: [2, 12],
    seed: 3,
  });
  const x = design.map((shares) => Object.values(shares));
  return { x, y: x.map((row) => law(row) + noise * random.normal()) };
}

function law([a, b, c]: number[]): number {
  return 2.5 + Math.exp(-1.5 * a + 0.4 * b - 0.2 * c);
}

const held = swarm(300).x.slice(200);

function error(predicted: Float64Array): number {
  return Math.sqrt(held.reduce((sum, row, i) => sum + (predicted[i] - law(row)) ** 2, 0) / held.length);
}

Deno.test("exponentialLaw() finds its law again from exact and from noisy runs", async () => {
  const { x, y } = swarm(200);
  using exact = await exponentialLaw().fit(x, y);
  assert(error(exact.predict(held)) < 1e-7);
  assert.match(exact.summary, /^floor 2.5/);
  const noisy = swarm(200, 0.01);
  using fitted = await exponentialLaw().fit(noisy.x, noisy.y);
  assert(error(fitted.predict(held)) < 0.004);
});

Deno.test("exponentialLaw() says the one loss where all are equal, or equal but for rounding", async () => {
  const { x } = swarm(40);
  for (const y of [x.map(() => 2), x.map((_, i) => 2 + i % 2 * 4e-16), x.map(() => 2e9)]) {
    using model = await exponentialLaw().fit(x, y);
    assert(model.predict(held).every((value) => Math.abs(value / y[0] - 1) < 1e-5));
  }
});

Deno.test("linearLaw() is least squares: its residuals are orthogonal to every domain", async () => {
  const { x, y } = swarm(60, 0.05);
  using model = await linearLaw().fit(x, y);
  const residuals = model.predict(x).map((value, i) => value - y[i]);
  for (let j = 0; j < 4; j++) {
    assert(Math.abs(x.reduce((sum, row, i) => sum + row[j] * residuals[i], 0)) < 1e-5, `domain ${j}`);
  }
});

Deno.test("linearLaw() and exponentialLaw() give a domain that no run has no say", async () => {
  const { x, y } = swarm(60);
  const wider = x.map((row) => [...row, 0]);
  for (const regressor of [linearLaw(), exponentialLaw()]) {
    using narrow = await regressor.fit(x, y);
    using wide = await regressor.fit(wider, y);
    const [a, b] = [narrow.predict(x), wide.predict(wider)];
    assert(a.every((value, i) => Math.abs(value - b[i]) < 1e-6), regressor.name);
  }
});

Deno.test("gaussianProcess() interpolates a smooth law far below the spread of its targets", async () => {
  const { x, y } = swarm(120);
  using model = await gaussianProcess().fit(x, y);
  assert(error(model.predict(held)) < 0.01);
});

Deno.test("gaussianProcess() takes noise for noise, also where two runs have one mixture", async () => {
  const { x, y } = swarm(100, 0.05);
  const again = new Random("again");
  const twice = x.map((row) => law(row) + 0.05 * again.normal());
  using model = await gaussianProcess().fit([...x, ...x], [...y, ...twice]);
  assert(error(model.predict(held)) < 0.03);
});

Deno.test("gaussianProcess() of one run, and of targets that are all the same, predicts their mean", async () => {
  using one = await gaussianProcess().fit([[0.5, 0.5]], [3]);
  assert.deepEqual([...one.predict([[0.1, 0.9]])], [3]);
  using flat = await gaussianProcess().fit([[0.5, 0.5], [0.2, 0.8], [0.9, 0.1]], [3, 3, 3]);
  assert.deepEqual([...flat.predict([[0.1, 0.9]])], [3]);
});

Deno.test({
  name: "boostedTrees() by cross-validation stops before it learns the noise (needs LightGBM)",
  ignore: !here,
  fn: async () => {
    const { x, y } = swarm(200, 0.1);
    using model = await boostedTrees({ rounds: 400, learningRate: 0.05 }).fit(x, y);
    const rounds = Number(/^(\d+) rounds by 5 folds$/.exec(model.summary)![1]);
    assert(rounds > 10 && rounds < 300, model.summary);
    using long = await boostedTrees({ rounds: 400, learningRate: 0.05, stop: { validation: { x, y } } }).fit(
      x,
      y,
    );
    assert(error(model.predict(held)) < error(long.predict(held)) - 0.005);
  },
});

Deno.test({
  name: "boostedTrees() stopped on rows that it is then graded on looks better there (needs LightGBM)",
  ignore: !here,
  fn: async () => {
    const { x, y } = swarm(120, 0.1);
    const test = { x: held, y: held.map(law) };
    using peeked = await boostedTrees({ stop: { validation: test }, learningRate: 0.05 }).fit(x, y);
    assert.match(peeked.summary, /^\d+ rounds$/);
    assert(error(peeked.predict(held)) < 0.08);
  },
});

Deno.test("every regressor names the row that is wrong", async () => {
  const all = [gaussianProcess(), exponentialLaw(), linearLaw(), ...here ? [boostedTrees()] : []];
  for (const regressor of all) {
    await assert.rejects(
      async () => await regressor.fit([], []),
      /at least one row|at least 10 rows/,
      regressor.name,
    );
    await assert.rejects(
      async () => await regressor.fit([[1, 0]], [1, 2]),
      /there are 2 for 1 rows/,
      regressor.name,
    );
    await assert.rejects(
      async () => await regressor.fit([[1, 0]], [NaN]),
      /that of row 0 is NaN/,
      regressor.name,
    );
  }
  await assert.rejects(async () => await exponentialLaw().fit([[1]], [-1]), /must be > 0: the least is -1/);
  await assert.rejects(
    async () => await boostedTrees().fit([[1, 0], [0, 1]], [1, 2]),
    /5 folds need at least 10 rows: there are 2/,
  );
  assert.throws(() => boostedTrees({ stop: { folds: 1 } }), /folds must be a whole number >= 2/);
  using model = await linearLaw().fit([[1, 0], [0, 1]], [1, 2]);
  assert.throws(() => model.predict([[1]]), /rows must have 2 shares: they have 1/);
});
