import assert from "node:assert/strict";
import { backend, initialCheckpoint, type LlamaConfig } from "../../lib/anneal/mod.ts";
import type { Batch } from "../../lib/anneal/batches.ts";
import type { Engine, Learner, LearnerOptions } from "../../lib/anneal/learner.ts";
import { openLearner, resolveEngine } from "../../lib/anneal/open_learner.ts";
import { checkOptimizer } from "../../lib/anneal/optimizer.ts";
import { Random } from "../../lib/base/mod.ts";
import { NEEDS, needsTensorflow, smallestConfig, tinyConfig } from "./_models.ts";

const CONTEXT = 8;

function batchOf(sequences: number, seed: number): Batch {
  const random = new Random(seed);
  const ids = () => Int32Array.from({ length: sequences * CONTEXT }, () => random.int(257));
  return { tokens: ids(), targets: ids() };
}

function open(engine: Engine, config: LlamaConfig, changes: Partial<LearnerOptions> = {}): Promise<Learner> {
  return openLearner(initialCheckpoint(config, 1), {
    config,
    batch: 2,
    context: CONTEXT,
    maskDocuments: false,
    optimizer: checkOptimizer({}),
    precision: "float32",
    engine,
    ...(engine === "reference" && { backend: "cpu" as const }),
    ...changes,
  });
}

/** The largest difference between two states' weights. */
function distance(a: Record<string, Float32Array>, b: Record<string, Float32Array>): number {
  return Math.max(
    ...Object.keys(a).map((name) => Math.max(...a[name].map((x, i) => Math.abs(x - b[name][i])))),
  );
}

for (const engine of ["reference", "eager", "traced", "fused", "native"] as const) {
  const kernels = engine !== "reference";
  const options = kernels ? needsTensorflow : {};
  Deno.test(
    `a batch passed through in pieces gives the update of the whole: ${engine}${kernels ? ` ${NEEDS}` : ""}`,
    options,
    async () => {
      const config = smallestConfig();
      const optimizer = checkOptimizer({ clip: 0.5, zLoss: 1e-2 });
      using whole = await open(engine, config, { batch: 6, optimizer });
      using pieces = await open(engine, config, { batch: 2, optimizer });
      for (let step = 0; step < 3; step++) {
        const batch = batchOf(6, step);
        const [a, b] = [await whole.step(batch, 1e-2), await pieces.step(batch, 1e-2)];
        assert(Math.abs(a.loss - b.loss) < 1e-5, `${a.loss} against ${b.loss}`);
        assert(
          Math.abs(a.gradientNorm - b.gradientNorm) < 1e-5,
          `${a.gradientNorm} against ${b.gradientNorm}`,
        );
        assert(a.gradientNorm > 0.5, "the gradient must be clipped, or the norm decides nothing");
      }
      const [a, b] = [await whole.read(), await pieces.read()];
      assert(distance(a.weights, b.weights) < 1e-4);
      assert.equal(b.optimizer!.updates, 3);
    },
  );
}

Deno.test(`every engine takes the reference's steps ${NEEDS}`, needsTensorflow, async () => {
  const config = tinyConfig({ qkNorm: true });
  const optimizer = checkOptimizer({ clip: 0.5, zLoss: 1e-2, weightDecay: 1 });
  const after = async (engine: Engine, recompute: boolean) => {
    using learner = await open(engine, config, { optimizer, recompute });
    for (let step = 0; step < 4; step++) await learner.step(batchOf(2, step), 1e-2);
    return await learner.read();
  };
  const expected = await after("reference", false);
  for (
    const [engine, recompute] of [
      ["eager", false],
      ["traced", false],
      ["traced", true],
      ["fused", true],
      ["native", false],
      ["native", true],
    ] as const
  ) {
    const actual = await after(engine, recompute);
    // Adam divides by the root of small numbers, which enlarges rounding early on.
    assert(distance(actual.weights, expected.weights) < 2e-3, `${engine}, weights`);
    assert(distance(actual.optimizer!.first, expected.optimizer!.first) < 1e-5, `${engine}, first moments`);
    assert(
      distance(actual.optimizer!.second, expected.optimizer!.second) < 1e-5,
      `${engine}, second moments`,
    );
  }
});

Deno.test(
  `AdamW on kernels follows its closed form for one parameter ${NEEDS}`,
  needsTensorflow,
  async () => {
    const config = smallestConfig();
    const optimizer = checkOptimizer({ weightDecay: 0.3, clip: Infinity, epsilon: 1e-3 });
    const rate = 0.05;
    const [beta1, beta2] = optimizer.betas;
    const start = initialCheckpoint(config, 1).weights;
    for (const engine of ["traced", "fused", "native", "xla"] as const) {
      using learner = await open(engine, config, { optimizer });
      await learner.step(batchOf(2, 1), rate);
      const { weights, optimizer: moments } = await learner.read();
      for (const name of ["layers.0.down", "finalNorm"]) {
        const decay = name === "finalNorm" ? 0 : 0.3;
        weights[name].forEach((weight, i) => {
          // After one update the moments are the gradient and its square, scaled.
          const gradient = moments!.first[name][i] / (1 - beta1);
          assert(Math.abs(moments!.second[name][i] - (1 - beta2) * gradient ** 2) < 1e-7);
          const expected = start[name][i] * (1 - rate * decay) -
            rate * gradient / (Math.abs(gradient) + 1e-3);
          assert(Math.abs(weight - expected) < 1e-5, `${engine}, ${name}: ${weight}, expected ${expected}`);
        });
      }
    }
  },
);

for (const engine of ["traced", "fused", "native"] as const) {
  const name = `restore() goes back to what was held, as often as asked: ${engine} ${NEEDS}`;
  Deno.test(name, needsTensorflow, async () => {
    const config = smallestConfig();
    using learner = await open(engine, config);
    learner.hold();
    const fresh = await learner.read();
    await learner.step(batchOf(2, 1), 1e-2);
    learner.restore();
    assert.deepEqual(await learner.read(), fresh);
    await learner.step(batchOf(2, 1), 1e-2);
    learner.hold();
    const one = await learner.read();
    for (let attempt = 0; attempt < 2; attempt++) {
      await learner.step(batchOf(2, 2), 1e-2);
      assert.notDeepEqual(await learner.read(), one);
      learner.restore();
      assert.deepEqual(await learner.read(), one);
    }
  });
}

for (const engine of ["traced", "fused", "native", "xla"] as const) {
  Deno.test(
    `a step that finds no finite loss changes nothing: ${engine} ${NEEDS}`,
    needsTensorflow,
    async () => {
      const config = smallestConfig();
      const start = initialCheckpoint(config, 1);
      start.weights.finalNorm.fill(NaN);
      using learner = await openLearner(start, {
        config,
        batch: 2,
        context: CONTEXT,
        maskDocuments: false,
        optimizer: checkOptimizer({}),
        precision: "float32",
        engine,
      });
      const { updated } = await learner.step(batchOf(2, 1), 1e-2);
      assert.equal(updated, false);
      assert.deepEqual((await learner.read()).weights, start.weights);
    },
  );
}

Deno.test(
  `bfloat16 products train beside float32 weights: losses near, weights finer than bfloat16 ${NEEDS}`,
  needsTensorflow,
  async () => {
    const config = tinyConfig();
    for (const engine of ["eager", "traced", "fused", "native", "xla"] as const) {
      using wide = await open("traced", config);
      using narrow = await open(engine, config, { precision: "bfloat16" });
      for (let step = 0; step < 3; step++) {
        const [a, b] = [await wide.step(batchOf(2, step), 1e-3), await narrow.step(batchOf(2, step), 1e-3)];
        assert(Math.abs(a.loss - b.loss) < 0.02, `${engine}: ${a.loss} against ${b.loss}`);
        assert.notEqual(a.loss, b.loss, "products must have been rounded");
      }
      const { weights } = await narrow.read();
      const bits = new Uint32Array(weights["layers.0.qkv"].buffer);
      assert(bits.some((word) => word & 0xffff), "the weights keep the bits that bfloat16 has not");
    }
  },
);

Deno.test("an engine is refused what it cannot do", async () => {
  const refuses = (options: Parameters<typeof resolveEngine>[0], message: RegExp) =>
    assert.rejects(resolveEngine({ backend: "cpu", ...options }), message);
  await refuses({ engine: "traced" }, /engine must be reference on the cpu backend: current value is traced/);
  await refuses(
    { precision: "bfloat16" },
    /precision must be float32 on the engine reference: current value is bfloat16/,
  );
  await refuses(
    { recompute: true },
    /recompute must be false on the engine reference: current value is true/,
  );
  await refuses(
    { precision: "float16" as "float32" },
    /must be float32 or bfloat16: current value is float16/,
  );
  assert.equal(await resolveEngine({ backend: "cpu" }), "reference");
});

Deno.test(
  `an engine that is not in the table is refused with those that are ${NEEDS}`,
  needsTensorflow,
  async () => {
    await assert.rejects(resolveEngine({ engine: "jit" as "xla" }), {
      name: "RangeError",
      message:
        "Cannot run the model as engine must be one of native, traced, fused, xla, eager, reference: current value is jit",
    });
  },
);

Deno.test(`by default the device alone decides for an engine ${NEEDS}`, needsTensorflow, async () => {
  const { device } = await backend();
  assert.equal(await resolveEngine({}), device === "cpu" ? "native" : "xla");
});
