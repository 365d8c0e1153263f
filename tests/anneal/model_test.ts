import assert from "node:assert/strict";
import { backend, type LlamaConfig, type Parameters } from "../../lib/anneal/mod.ts";
import { bindingOf } from "../../lib/anneal/_binding.ts";
import { compile, type KernelEngine } from "../../lib/anneal/compile.ts";
import type { BatchShape } from "../../lib/anneal/_sizes.ts";
import { lossAndGradients } from "../../lib/anneal/model.ts";
import { tokenLosses } from "../../lib/anneal/output.ts";
import { rotaryTables } from "../../lib/anneal/rotation.ts";
import { initialParameters, parameterShapes } from "../../lib/anneal/parameters.ts";
import { Reference } from "../../lib/anneal/reference.ts";
import { yarn } from "../../lib/rope/mod.ts";
import { mean, Random } from "../../lib/base/mod.ts";
import { NEEDS, needsTensorflow, tinyConfig } from "./_models.ts";

/** A context too short for tiles of attention, and one that is cut into two. */
const SHORT = { batch: 2, context: 7 };
const TILED = { batch: 1, context: 128 };
const VOCABULARY = 11;

/** What is computed. */
interface Case {
  config: LlamaConfig;
  masked?: boolean;
  shape?: BatchShape;
  zLoss?: number;
  recompute?: boolean;
}

/** Parameters of ordinary size, so that no gradient is lost in rounding. */
function parametersOf(config: LlamaConfig): Parameters {
  const parameters = initialParameters(config, 5);
  const random = new Random("sizes");
  for (const [name, values] of Object.entries(parameters)) {
    const scale = /Norm$/.test(name) ? 1 : 10;
    for (let i = 0; i < values.length; i++) values[i] = scale * values[i] + 0.1 * random.normal();
  }
  return parameters;
}

/** Tokens, targets and, masked or not, documents of three tokens and of the rest of fifty, one after another. */
function dataOf({ batch, context }: BatchShape): Record<"tokens" | "targets" | "segments", Int32Array> {
  const random = new Random("tokens");
  const ids = () => Int32Array.from({ length: batch * context }, () => random.int(VOCABULARY));
  return {
    tokens: ids(),
    targets: ids(),
    segments: ids().map((_, i) => 2 * Math.floor(i / 50) + Number(i % context % 50 >= 3)),
  };
}

type Result = { loss: number; gradients: Record<string, Float32Array> };

async function byHand(
  { config, masked = false, shape = SHORT, zLoss = 0, recompute = false }: Case,
  engine: KernelEngine,
): Promise<Result> {
  const N = shape.batch * shape.context;
  const data = dataOf(shape);
  const binding = bindingOf((await backend()).tf);
  const parameters = parametersOf(config);
  const shapes = Object.entries(parameterShapes(config));
  const names = shapes.map(([name]) => name);
  const ids = { shape: [N], type: "int32" as const };
  const run = compile(binding, {
    key: `gradients ${JSON.stringify(config)} ${config.rope?.inverseFrequencies} ${
      JSON.stringify([masked, shape, zLoss, recompute])
    }`,
    placeholders: [
      ...shapes.map(([, sizes]) => ({ shape: sizes, type: "float32" as const })),
      ids,
      ids,
      ...(masked ? [{ shape: [shape.batch, shape.context], type: "int32" as const }] : []),
    ],
    precision: "float32",
    body: (k, values) => {
      const [tokens, targets, segments] = values.slice(names.length);
      const named = Object.fromEntries(names.map((name, i) => [name, values[i]]));
      const inputs = { parameters: named, tokens: tokens, targets: targets };
      const { loss, gradients } = lossAndGradients(
        k,
        config,
        segments === undefined ? inputs : { ...inputs, segments },
        shape,
        { zLoss, recompute },
      );
      return [loss, ...names.map((name) => gradients[name])];
    },
  }, engine);
  const inputs = [
    ...shapes.map(([name, sizes]) => binding.createTensor(sizes, 1, parameters[name])),
    binding.createTensor([N], 3, data.tokens),
    binding.createTensor([N], 3, data.targets),
    ...(masked ? [binding.createTensor([shape.batch, shape.context], 3, data.segments)] : []),
  ];
  const outputs = run(inputs).map((id) => {
    const values = Float32Array.from(binding.tensorDataSync(id));
    binding.deleteTensor(id);
    return values;
  });
  for (const id of inputs) binding.deleteTensor(id);
  return {
    loss: outputs[0][0],
    gradients: Object.fromEntries(names.map((name, i) => [name, outputs[i + 1]])),
  };
}

async function byAutodiff({ config, masked = false, shape = SHORT, zLoss = 0 }: Case): Promise<Result> {
  const data = dataOf(shape);
  const { tf } = await backend({ prefer: "cpu" });
  const parameters = parametersOf(config);
  return tf.tidy(() => {
    const tensors = Object.fromEntries(
      Object.entries(parameterShapes(config)).map((
        [name, shape],
      ) => [name, tf.tensor(parameters[name], shape)]),
    );
    const ids = (values: Int32Array) => tf.tensor1d(values, "int32");
    const { loss, gradients } = new Reference(tf, config).lossAndGradients(
      tensors,
      ids(data.tokens),
      ids(data.targets),
      shape,
      masked ? ids(data.segments) : undefined,
      zLoss,
    );
    return {
      loss: loss.dataSync()[0],
      gradients: Object.fromEntries(
        Object.entries(gradients).map(([name, gradient]) => [name, gradient.dataSync() as Float32Array]),
      ),
    };
  });
}

function assertSameGradients(actual: Result, expected: Result, tolerance: number): void {
  assert(Math.abs(actual.loss - expected.loss) < tolerance, `loss ${actual.loss}, expected ${expected.loss}`);
  assert.deepEqual(Object.keys(actual.gradients).sort(), Object.keys(expected.gradients).sort());
  for (const [name, gradient] of Object.entries(expected.gradients)) {
    const scale = Math.max(...gradient.map(Math.abs));
    assert(scale > 1e-4, `the gradient of ${name} must not vanish, or nothing is compared`);
    const worst = gradient.reduce(
      (most, x, i) => Math.max(most, Math.abs(x - actual.gradients[name][i])),
      0,
    );
    assert(worst / scale < tolerance, `gradient of ${name} is off by ${worst / scale} of its largest`);
  }
}

const dimensions = 4;
const FULL = tinyConfig({ vocabularySize: VOCABULARY, keyValueHeads: 4 });
const GROUPED = tinyConfig({ vocabularySize: VOCABULARY, tieEmbeddings: false });
const YARN = tinyConfig({
  vocabularySize: VOCABULARY,
  keyValueHeads: 1,
  rope: yarn({ dimensions, factor: 4, originalContext: 8 }),
});
const parts = (changes: Partial<LlamaConfig>) => tinyConfig({ vocabularySize: VOCABULARY, ...changes });
const NORMED = tinyConfig({ vocabularySize: VOCABULARY, qkNorm: true });
const CASES: Record<string, Case> = {
  "full attention, tied": { config: FULL },
  "full attention, tied, documents masked": { config: FULL, masked: true },
  "grouped attention, untied": { config: GROUPED },
  "grouped attention, untied, documents masked": { config: GROUPED, masked: true },
  "one key-value head, YaRN": { config: YARN },
  "tiles of grouped attention": { config: GROUPED, shape: TILED },
  "tiles, documents masked, queries and keys normed": { config: NORMED, shape: TILED, masked: true },
  "queries and keys normed": { config: NORMED },
  "wide heads, biases": {
    config: parts({
      headWidth: 6,
      biases: { qkv: true, attentionOutput: true, feedForward: true, output: true },
      tieEmbeddings: false,
    }),
    zLoss: 0.1,
  },
  "norms behind each half, all heads of a token normed as one": {
    config: parts({ norm: { place: "after" }, qkNorm: "projection" }),
    shape: TILED,
  },
  "norms on both sides less 1, caps, a window in every other layer": {
    config: parts({
      norm: { place: "both", weight: "factor-less-1" },
      qkNorm: true,
      activation: "gelu-tanh",
      softCaps: { attention: 2, logits: 3 },
      slidingWindow: { tokens: 5, layers: [true, false], ropeBase: 50 },
      scales: { embedding: 4 },
      queryScale: 0.4,
    }),
    shape: TILED,
    masked: true,
    zLoss: 0.1,
  },
  "LayerNorm with biases, halves side by side, part of a head turned, nothing gated": {
    config: parts({
      norm: { kind: "layer", bias: true },
      parallel: true,
      rotaryWidth: 2,
      gated: false,
      activation: "gelu",
      biases: { feedForward: true },
    }),
  },
  "halves side by side, each under its own norm": {
    config: parts({ norm: { kind: "layer", bias: true }, parallel: "own-norms", biases: { qkv: true } }),
    recompute: true,
  },
  "norms without weights, a layer without positions, values cut off": {
    config: parts({
      norm: { kind: "layer", weight: "none" },
      rotatedLayers: [true, false],
      clipQkv: 1.5,
      biases: { qkv: true },
      activation: "relu",
    }),
    recompute: true,
  },
  "multipliers, each head normed with its own weights": {
    config: parts({
      scales: { embedding: 3, residual: 0.4, logits: 0.7 },
      queryScale: 0.3,
      norm: { kind: "layer" },
      qkNorm: "each-head",
      biases: { output: true },
    }),
    shape: TILED,
    masked: true,
  },
  "z-loss": { config: GROUPED, zLoss: 0.1 },
  "blocks computed again": { config: GROUPED, masked: true, recompute: true },
};

for (const [what, example] of Object.entries(CASES)) {
  Deno.test(`lossAndGradients() agrees with autodiff: ${what} ${NEEDS}`, needsTensorflow, async () => {
    const expected = await byAutodiff(example);
    for (const engine of ["eager", "traced", "fused", "native"] as const) {
      assertSameGradients(await byHand(example, engine), expected, 2e-5);
    }
  });
}

Deno.test(`lossAndGradients() compiled by XLA agrees with autodiff ${NEEDS}`, needsTensorflow, async () => {
  const example = { config: NORMED, masked: true, zLoss: 0.1, recompute: true };
  assertSameGradients(await byHand(example, "xla"), await byAutodiff(example), 2e-5);
});

Deno.test(`tokenLosses() loses no digits where all logits are large ${NEEDS}`, needsTensorflow, async () => {
  const binding = bindingOf((await backend()).tf);
  const offset = 10_000;
  const logits = binding.createTensor([2, 3], 1, Float32Array.of(0, 1, -1, 2, 2, 2).map((x) => x + offset));
  const targets = binding.createTensor([2], 3, Int32Array.of(1, 0));
  const expected = [Math.log(1 + Math.exp(-1) + Math.exp(-2)), Math.log(3)];
  for (const engine of ["eager", "traced", "fused", "native", "xla"] as const) {
    const [id] = compile(binding, {
      key: "test: losses of large logits",
      placeholders: [{ shape: [2, 3], type: "float32" }, { shape: [2], type: "int32" }],
      precision: "float32",
      body: (k, [logits, targets]) => [tokenLosses(k, logits, targets, { batch: 1, context: 2 })],
    }, engine)([logits, targets]);
    const losses = binding.tensorDataSync(id);
    binding.deleteTensor(id);
    expected.forEach((loss, i) =>
      assert(Math.abs(losses[i] - loss) < 1e-6, `${engine}: ${losses[i]}, not ${loss}`)
    );
  }
  for (const id of [logits, targets]) binding.deleteTensor(id);
});

Deno.test("Reference gradients agree with finite differences along every parameter", async () => {
  const config = { ...YARN, qkNorm: true };
  const zLoss = 0.1;
  const { tf } = await backend({ prefer: "cpu" });
  const { gradients } = await byAutodiff({ config, masked: true, zLoss });
  const parameters = parametersOf(config);
  const data = dataOf(SHORT);
  const model = new Reference(tf, config);
  const shapes = parameterShapes(config);
  const lossAt = (name: string, values: Float32Array) =>
    tf.tidy(() => {
      const tensors = Object.fromEntries(
        Object.entries(shapes).map(([key, shape]) => [
          key,
          tf.tensor(key === name ? values : parameters[key], shape),
        ]),
      );
      const ids = (list: Int32Array) => tf.tensor1d(list, "int32");
      const logits = model.logits(tensors, ids(data.tokens), SHORT, ids(data.segments)).dataSync();
      // The objective in float64: float32 would drown the difference.
      return mean(Array.from(data.targets, (target, i) => {
        const row = Array.from(logits.subarray(i * VOCABULARY, (i + 1) * VOCABULARY));
        const logPartition = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
        return logPartition - row[target] + zLoss * logPartition ** 2;
      }));
    });
  for (const name of Object.keys(shapes)) {
    // Along the gradient itself the slope is its norm, the largest there is to measure.
    const gradient = gradients[name];
    const norm = Math.hypot(...gradient);
    const step = 0.02;
    const moved = (by: number) => parameters[name].map((x, i) => x + by * gradient[i] / norm);
    const at = (by: number) => lossAt(name, moved(by));
    const slope = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
    assert(Math.abs(slope / norm - 1) < 5e-3, `slope of ${name} is ${slope}, its gradient's norm ${norm}`);
  }
});

Deno.test("rotaryTables() turn pair i by position * base^(-2i/h), times the attention factor", () => {
  const { cos, sin } = rotaryTables(tinyConfig({ ropeBase: 100 }), 3);
  assert.deepEqual([...cos.slice(4)], [Math.cos(2), Math.cos(0.2)].map(Math.fround));
  assert.deepEqual([...sin.slice(2, 4)], [Math.sin(1), Math.sin(0.1)].map(Math.fround));
  const rope = { inverseFrequencies: Float64Array.of(1, 0.5), attentionFactor: 2 };
  assert.equal(rotaryTables(tinyConfig({ rope }), 2).cos[3], Math.fround(2 * Math.cos(0.5)));
});
