import assert from "node:assert/strict";
import {
  type Checkpoint,
  emaWeights,
  initialCheckpoint,
  type LlamaConfig,
  mergeCheckpoints,
  mergeSaved,
  saveCheckpoint,
  train,
} from "../../lib/anneal/mod.ts";
import { mergeWeights } from "../../lib/laws/mod.ts";
import { tinyConfig } from "./_models.ts";
import { grammar, smallestConfig } from "./_models.ts";

const checkpoints = [1, 2, 3].map((seed) => ({
  ...initialCheckpoint(smallestConfig(), seed),
  step: seed,
  tokens: 8 * seed,
}));

Deno.test("mergeCheckpoints() of equal shares is the mean, at the furthest step", () => {
  const merged = mergeCheckpoints(checkpoints);
  assert.deepEqual([merged.step, merged.tokens, merged.optimizer], [3, 24, undefined]);
  const mean = checkpoints.reduce((sum, { weights }) => sum + weights.embedding[5] / 3, 0);
  assert(Math.abs(merged.weights.embedding[5] - mean) < 1e-8);
});

Deno.test("mergeCheckpoints() of one is itself", () => {
  assert.deepEqual(mergeCheckpoints([checkpoints[1]]).weights, checkpoints[1].weights);
});

Deno.test("mergeCheckpoints() with WSM's weights scales each update as the decay would", async () => {
  const taken: Checkpoint[] = [];
  const decay = [0.9, 0.6, 0.2];
  await train({
    config: smallestConfig(),
    sources: [await grammar("web")],
    schedule: () => 1e-2,
    steps: 4,
    batch: 2,
    backend: "cpu",
    checkpointEverySteps: 1,
    onCheckpoint: (checkpoint) => void taken.push(checkpoint),
  });
  assert.deepEqual(taken.map(({ step }) => step), [1, 2, 3, 4]);
  const merged = mergeCheckpoints(taken, { weights: mergeWeights(decay) });
  for (const [name, start] of Object.entries(taken[0].weights)) {
    merged.weights[name].forEach((actual, i) => {
      let expected = start[i];
      decay.forEach((share, j) =>
        expected += share * (taken[j + 1].weights[name][i] - taken[j].weights[name][i])
      );
      assert(Math.abs(actual - expected) < 1e-7, `${name}[${i}] is ${actual}, not ${expected}`);
    });
  }
});

Deno.test("emaWeights() are those of the running average, and no decay keeps the last alone", () => {
  const values = [3, -1, 4, 1.5];
  const weights = emaWeights(4, 0.8);
  const running = values.reduce((average, value) => 0.8 * average + 0.2 * value);
  assert(Math.abs(values.reduce((sum, value, i) => sum + weights[i] * value, 0) - running) < 1e-12);
  assert(Math.abs(weights.reduce((sum, weight) => sum + weight) - 1) < 1e-12);
  assert.deepEqual([...emaWeights(3, 0)], [0, 0, 1]);
  assert.deepEqual([...emaWeights(1, 0.9)], [1]);
  assert.throws(() => emaWeights(0, 0.9), /count must be a whole number >= 1: current value is 0/);
  assert.throws(() => emaWeights(2, 1), /decay must be in \[0, 1\): current value is 1/);
});

Deno.test("mergeSaved() merges checkpoints on disk as those in memory", async () => {
  const folder = await Deno.makeTempDir();
  const weights = emaWeights(3, 0.5);
  const paths = checkpoints.map(({ step }) => `${folder}/step-${step}`);
  for (const [i, path] of paths.entries()) await saveCheckpoint(path, checkpoints[i]);
  assert.deepEqual(await mergeSaved(paths, { weights }), mergeCheckpoints(checkpoints, { weights }));
  await assert.rejects(mergeSaved(paths.slice(1), { weights }), /a weight for each of 2: there are 3/);
});

Deno.test("mergeCheckpoints() names what does not fit", () => {
  const [a, b] = checkpoints as [Checkpoint, Checkpoint];
  assert.throws(() => mergeCheckpoints([]), /there must be one: there is none/);
  assert.throws(() => mergeCheckpoints([a, b], { weights: [1] }), /a weight for each of 2: there are 1/);
  assert.throws(() => mergeCheckpoints([a, b], { weights: [1, 1] }), /they add up to 2/);
  assert.throws(() => mergeCheckpoints([a, b], { weights: [NaN, 1] }), /weight 0 is NaN/);
  const other = initialCheckpoint(smallestConfig({ layers: 2 }), 1);
  assert.throws(() => mergeCheckpoints([a, other]), /checkpoint 1 differs from the first/);
});

Deno.test("mergeCheckpoints() names the field in which two configurations differ", () => {
  const first = initialCheckpoint(smallestConfig(), 1);
  const rope = { inverseFrequencies: Float64Array.of(1, 0.5) };
  const changes: [Partial<LlamaConfig>, RegExp][] = [
    [{ heads: 1, keyValueHeads: 1 }, /differs from the first in heads: 1 and 2/],
    [{ ropeBase: 5e5 }, /differs from the first in ropeBase: 500000 and 10000/],
    [{ normEpsilon: 1e-6 }, /in normEpsilon: 0\.000001 and 0\.00001/],
    [{ context: 32 }, /in context: 32 and 16/],
    [{ rope }, /in rope\.inverseFrequencies: 1, 0\.5 and undefined/],
    [{ qkNorm: true }, /in qkNorm: true and false/],
  ];
  for (const [change, why] of changes) {
    const second = { ...first, config: smallestConfig(change) };
    assert.throws(() => mergeCheckpoints([first, second]), why);
  }
  // What is another way to say the same is no difference.
  const said = smallestConfig({ qkNorm: false });
  assert.equal(mergeCheckpoints([first, { ...first, config: said }]).config, first.config);
});

Deno.test("slerp keeps lengths on the arc that two tensors span, each projection by itself", () => {
  const config = tinyConfig();
  const [a, b] = [1, 2].map((seed) => initialCheckpoint(config, seed));
  const norm = (values: Float32Array) => Math.hypot(...values);
  // Two of one length at a right angle.
  const half = a.weights["layers.0.down"].length / 2;
  a.weights["layers.0.down"].fill(1, 0, half).fill(0, half);
  b.weights["layers.0.down"].fill(0, 0, half).fill(1, half);
  const third =
    mergeCheckpoints([a, b], { method: "slerp", weights: [2 / 3, 1 / 3] }).weights["layers.0.down"];
  assert(Math.abs(norm(third) - norm(a.weights["layers.0.down"])) < 1e-5);
  assert(Math.abs(third[0] - Math.cos(Math.PI / 6)) < 1e-6 && Math.abs(third.at(-1)! - 0.5) < 1e-6);
  // The rows of queries alone decide theirs: doubled keys change nothing of them.
  const queries = (of: typeof a) =>
    mergeCheckpoints([of, b], { method: "slerp", weights: [0.5, 0.5] }).weights["layers.0.qkv"].slice(
      0,
      16 * 16,
    );
  const before = queries(a);
  const keys = a.weights["layers.0.qkv"].subarray(16 * 16);
  keys.set(keys.map((x) => 2 * x));
  assert.deepEqual(queries(a), before);
  // The ends are the models themselves.
  const { weights } = mergeCheckpoints([a, b], { method: "slerp", weights: [0, 1] });
  for (const [name, values] of Object.entries(b.weights)) {
    values.forEach((value, i) => assert(Math.abs(value - weights[name][i]) < 1e-7));
  }
  assert.throws(() => mergeCheckpoints([a, b], { method: "slerp", weights: [1.5, -0.5] }), {
    message: "Cannot merge checkpoints as weights must be >= 0 by slerp: current value is 1.5,-0.5",
  });
});
