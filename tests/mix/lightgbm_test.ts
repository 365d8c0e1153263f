// deno-lint-ignore-file camelcase -- LightGBM's names
import assert from "node:assert/strict";
import { type Booster, openLightGbm } from "../../lib/mix/mod.ts";
import { available } from "../../lib/native/mod.ts";

const here = await available("lightgbm");
const needs = here ? "" : " (needs `deno task setup --only lightgbm`)";

/** 200 rows of three features on a lattice, and a target of exact arithmetic, so that every language has the same bits. */
const x = Array.from(
  { length: 200 },
  (_, i) => [(i * 37 % 101) / 101, (i * 53 % 97) / 97, (i * 71 % 89) / 89],
);
const y = x.map(([a, b, c]) => a * (1 - b) + c * c);

function test(name: string, fn: () => Promise<void> | void): void {
  Deno.test({ name: name + needs, ignore: !here, fn });
}

function assertPredicts(booster: Booster, expected: number[]): void {
  const predicted = booster.predict(x.slice(0, expected.length));
  for (const [i, value] of expected.entries()) {
    assert(Math.abs(predicted[i] - value) <= 1e-12, `row ${i}: ${predicted[i]} instead of ${value}`);
  }
}

// What Python's lightgbm 4.7.0 predicts for the first rows, after the same rounds with the same parameters.
test("LightGbm.train() predicts what the Python package predicts", async () => {
  const lightgbm = await openLightGbm();
  using booster = lightgbm.train(x, y, { rounds: 60, parameters: { learning_rate: 0.1 } });
  assertPredicts(booster, [
    0.13587275662890158,
    0.8038256518872199,
    0.9995442785247873,
    0.1750124755163293,
    0.4273027017827739,
    1.163895909732126,
  ]);
});

test("LightGbm.train() draws the same rows and features from a seed as the Python package", async () => {
  const lightgbm = await openLightGbm();
  const drawn = { bagging_fraction: 0.7, bagging_freq: 1, feature_fraction: 0.67, seed: 7 };
  using booster = lightgbm.train(x, y, {
    rounds: 60,
    parameters: { learning_rate: 0.05, num_leaves: 8, ...drawn },
  });
  assertPredicts(booster, [
    0.2844248598997771,
    0.8088550811131408,
    0.8965576968960756,
    0.2406588234296591,
    0.4930573350288813,
    1.0247034800231614,
  ]);
});

test("LightGbm.train() stops at the round at which Python's early_stopping stops", async () => {
  const lightgbm = await openLightGbm();
  const parameters = { metric: ["l1", "l2"], learning_rate: 0.3, min_data_in_leaf: 5 };
  using booster = lightgbm.train(x.slice(50), y.slice(50), {
    rounds: 500,
    patience: 3,
    validation: { x: x.slice(0, 50), y: y.slice(0, 50) },
    parameters,
  });
  assert.equal(booster.rounds, 30);
  assertPredicts(booster, [0.2561669161637787, 0.7991492679697172, 0.9719041829135056]);
  const { l1, l2 } = booster.history as { l1: number[]; l2: number[] };
  assert(Math.abs(l1[29] - 0.05778830454016173) < 1e-12 && Math.abs(l2[29] - 0.006805574667494599) < 1e-12);
  assert.deepEqual([l1.length, l2.length], [33, 33]);
});

test("Booster.save() and LightGbm.load() keep every prediction", async () => {
  const lightgbm = await openLightGbm();
  using booster = lightgbm.train(x, y, { rounds: 20 });
  const model = booster.save();
  using again = lightgbm.load(model);
  assert.deepEqual([again.rounds, again.columns], [20, 3]);
  assert.deepEqual(again.predict(x), booster.predict(x));
  assert.equal(again.save(), model);
});

test("LightGbm.load() refuses what is no model, whole", async () => {
  const lightgbm = await openLightGbm();
  using booster = lightgbm.train(x, y, { rounds: 3 });
  const model = booster.save();
  assert.throws(() => lightgbm.load("{}"), { name: "SyntaxError", message: /starts with "\{\}"/ });
  assert.throws(() => lightgbm.load(model.slice(0, 300)), { name: "SyntaxError", message: /300 characters/ });
});

test("LightGbm.train() of one row, and of targets that are all the same, predicts their mean", async () => {
  const lightgbm = await openLightGbm();
  using one = lightgbm.train([[1]], [2.5]);
  assert.deepEqual([...one.predict([[7]])], [2.5]);
  using flat = lightgbm.train(x, new Float64Array(200).fill(3), {
    validation: { x, y: new Float64Array(200).fill(3) },
    patience: 3,
  });
  assert.deepEqual(new Set(flat.predict(x)), new Set([3]));
});

test("LightGbm.train() names what is wrong before LightGBM sees it", async () => {
  const lightgbm = await openLightGbm();
  assert.throws(() => lightgbm.train([], []), /at least one row and one column/);
  assert.throws(() => lightgbm.train([[1, 2], [1]], [1, 2]), /row 0 has 2 values, row 1 has 1/);
  assert.throws(() => lightgbm.train([[1], [NaN]], [1, 2]), /column 0 of row 1 is NaN/);
  assert.throws(() => lightgbm.train([[1], [2]], [1]), /there are 1 for 2 rows/);
  assert.throws(() => lightgbm.train([[1], [2]], [1, Infinity]), /that of row 1 is Infinity/);
  assert.throws(() => lightgbm.train(x, y, { rounds: 0 }), /rounds must be a whole number >= 1/);
  assert.throws(() => lightgbm.train(x, y, { patience: 3 }), /patience needs validation rows/);
  assert.throws(
    () => lightgbm.train(x, y, { validation: { x: [[1]], y: [1] } }),
    /must have 3 features: they have 1/,
  );
  assert.throws(() => lightgbm.train(x, y, { parameters: { "num leaves": 3 } }), /without blanks/);
  assert.throws(() => lightgbm.train(x, y, { parameters: { metric: "l1 objective=l2" } }), /without blanks/);
});

test("LightGbm.train() throws LightGBM's own words", async () => {
  const lightgbm = await openLightGbm();
  assert.throws(
    () => lightgbm.train(x, y, { parameters: { num_leaves: 1 } }),
    /LightGBM says: .*num_leaves/,
  );
});

test("Booster[Symbol.dispose]() frees once, and a disposed booster says so", async () => {
  const lightgbm = await openLightGbm();
  const booster = lightgbm.train(x, y, { rounds: 2 });
  booster[Symbol.dispose]();
  booster[Symbol.dispose]();
  assert.throws(() => booster.predict(x), { name: "TypeError", message: /has been disposed/ });
  assert.throws(() => booster.save(), /has been disposed/);
});

test("a thousand fits leave memory flat", async () => {
  const lightgbm = await openLightGbm();
  const fit = () => {
    using booster = lightgbm.train(x, y, { rounds: 5, validation: { x, y } });
    booster.predict(x.slice(0, 1));
  };
  for (let i = 0; i < 100; i++) fit();
  const before = Deno.memoryUsage().rss;
  for (let i = 0; i < 1000; i++) fit();
  const grown = (Deno.memoryUsage().rss - before) / 1000;
  // A fit that is not freed leaves about 130 kB; V8's own heap may move by some megabytes.
  assert(grown < 16_000, `${grown} bytes a fit`);
});

test("LightGbm.train() refuses a parameter that LightGBM would pass over, and knows every alias", async () => {
  const lightgbm = await openLightGbm();
  assert.throws(() => lightgbm.train(x, y, { rounds: 2, parameters: { lerning_rate: 0.5 } }), {
    name: "TypeError",
    message: "Cannot train a booster as LightGBM has no parameter lerning_rate: did you mean learning_rate?",
  });
  using one = lightgbm.train(x, y, { rounds: 2, parameters: { eta: 0.5, max_leaves: 4 } });
  using same = lightgbm.train(x, y, { rounds: 2, parameters: { learning_rate: 0.5, num_leaves: 4 } });
  assert.deepEqual(one.predict(x), same.predict(x));
});
