import assert from "node:assert/strict";
import { initialCheckpoint, type MuonScale, parameterShapes } from "../../lib/anneal/mod.ts";
import { tensorSlices } from "../../lib/anneal/hugging_face.ts";
import type { Engine } from "../../lib/anneal/learner.ts";
import { openLearner } from "../../lib/anneal/open_learner.ts";
import { checkOptimizer, type OptimizerOptions } from "../../lib/anneal/optimizer.ts";
import { Random } from "../../lib/base/mod.ts";
import { NEEDS, needsTensorflow, tinyConfig } from "./_models.ts";

const config = tinyConfig({ qkNorm: true });
const CONTEXT = 8;
const RATE = 1e-2;

function batchOf(seed: number) {
  const random = new Random(seed);
  const ids = () => Int32Array.from({ length: 2 * CONTEXT }, () => random.int(257));
  return { tokens: ids(), targets: ids() };
}

async function after(engine: Engine, steps: number, options: OptimizerOptions) {
  using learner = await openLearner(initialCheckpoint(config, 1), {
    ...{ config, batch: 2, context: CONTEXT, maskDocuments: false, precision: "float32", engine },
    optimizer: checkOptimizer(options),
    ...(engine === "reference" && { backend: "cpu" as const }),
  });
  for (let step = 0; step < steps; step++) await learner.step(batchOf(step), RATE);
  return await learner.read();
}

/** A matrix in float64, row by row. */
interface Matrix {
  rows: number;
  columns: number;
  values: Float64Array;
}

function product(a: Matrix, b: Matrix): Matrix {
  const values = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.columns; j++) {
      for (let k = 0; k < a.columns; k++) {
        values[i * b.columns + j] += a.values[i * a.columns + k] * b.values[k * b.columns + j];
      }
    }
  }
  return { rows: a.rows, columns: b.columns, values };
}

function transposed({ rows, columns, values }: Matrix): Matrix {
  return {
    rows: columns,
    columns: rows,
    values: Float64Array.from(
      { length: rows * columns },
      (_, n) => values[(n % rows) * columns + (n / rows | 0)],
    ),
  };
}

/** Keller Jordan's iteration, written once more in float64. */
function orthogonal(matrix: Matrix): Float64Array {
  let x = matrix.rows > matrix.columns ? transposed(matrix) : matrix;
  const norm = Math.max(Math.hypot(...x.values), 1e-7);
  x = { ...x, values: x.values.map((value) => value / norm) };
  for (let i = 0; i < 5; i++) {
    const gram = product(x, transposed(x));
    const square = product(gram, gram);
    const inner = {
      ...gram,
      values: gram.values.map((value, n) => -4.775 * value + 2.0315 * square.values[n]),
    };
    const turned = product(inner, x);
    x = { ...x, values: x.values.map((value, n) => 3.4445 * value + turned.values[n]) };
  }
  return (matrix.rows > matrix.columns ? transposed(x) : x).values;
}

for (
  const [scale, engine] of [["match-rms-adamw", "traced"], ["original", "fused"]] as [MuonScale, Engine][]
) {
  Deno.test(
    `a step of Muon is that of each projection in float64, scaled by ${scale}: ${engine} ${NEEDS}`,
    needsTensorflow,
    async () => {
      const muon = { scale, momentum: 0.9, rateFactor: 2 };
      const options = { muon, weightDecay: 0.3, clip: Infinity };
      const start = initialCheckpoint(config, 1).weights;
      const { weights, optimizer } = await after(engine, 1, options);
      let seen = 0;
      for (const { name, parameter, offset, shape } of tensorSlices(config)) {
        if (!/layers\..*_proj/.test(name)) continue;
        const [rows, columns] = shape as [number, number];
        const part = (values: Float32Array) => values.subarray(offset, offset + rows * columns);
        // After one step the running mean is a tenth of the gradient, and Nesterov's step a tenth and nine hundredths.
        const mean = part(optimizer!.first[parameter]);
        const step = orthogonal({ rows, columns, values: Float64Array.from(mean, (value) => 1.9 * value) });
        const size = scale === "original"
          ? Math.max(1, rows / columns) ** 0.5
          : 0.2 * Math.max(rows, columns) ** 0.5;
        part(weights[parameter]).forEach((weight, i) => {
          const expected = part(start[parameter])[i] * (1 - RATE * 2 * 0.3) - RATE * 2 * size * step[i];
          assert(Math.abs(weight - expected) < 2e-6, `${name}: ${weight}, expected ${expected}`);
        });
        assert(part(optimizer!.second[parameter]).every((value) => value === 0));
        seen++;
      }
      assert.equal(seen, 14);
    },
  );
}

Deno.test(
  `every engine takes the reference's steps by Muon, averages with them ${NEEDS}`,
  needsTensorflow,
  async () => {
    const options: OptimizerOptions = {
      ...{ muon: {}, weightDecay: 1, clip: 0.5, ema: 0.7 },
      undecayed: ["embedding"],
    };
    const expected = await after("reference", 4, options);
    assert.deepEqual(Object.keys(expected.average!), Object.keys(parameterShapes(config)));
    for (const engine of ["eager", "traced", "fused", "native"] as const) {
      const actual = await after(engine, 4, options);
      for (const group of ["weights", "average"] as const) {
        for (const [name, values] of Object.entries(expected[group]!)) {
          const far = Math.max(...values.map((value, i) => Math.abs(value - actual[group]![name][i])));
          // Small gradients' signs decide AdamW's first steps; Muon's matrices have no such leverage.
          assert(
            far < (/_|qkv|gateUp|down|attentionOutput/.test(name) ? 2e-4 : 2e-3),
            `${engine} ${group} ${name}: ${far}`,
          );
        }
      }
    }
  },
);

Deno.test(`a moving average is that of the weights after each step ${NEEDS}`, needsTensorflow, async () => {
  const start = initialCheckpoint(config, 1).weights;
  const [first, second] = [await after("traced", 1, { ema: 0.9 }), await after("traced", 2, { ema: 0.9 })];
  for (const name of ["embedding", "layers.1.down", "finalNorm"]) {
    second.average![name].forEach((average, i) => {
      const once = 0.9 * start[name][i] + 0.1 * first.weights[name][i];
      assert(Math.abs(first.average![name][i] - once) < 1e-6);
      assert(Math.abs(average - (0.9 * once + 0.1 * second.weights[name][i])) < 1e-6);
    });
  }
  assert.equal((await after("traced", 1, {})).average, undefined);
});

Deno.test(`weight decay reaches what it is to reach and nothing else ${NEEDS}`, needsTensorflow, async () => {
  const untied = tinyConfig({ qkNorm: true, tieEmbeddings: false });
  const moved = async (engine: "traced" | "reference", undecayed?: OptimizerOptions["undecayed"]) => {
    const run = async (weightDecay: number) => {
      using learner = await openLearner(initialCheckpoint(untied, 1), {
        ...{ config: untied, batch: 2, context: CONTEXT, maskDocuments: false, precision: "float32", engine },
        optimizer: checkOptimizer({ weightDecay, ...(undecayed && { undecayed }) }),
        ...(engine === "reference" && { backend: "cpu" as const }),
      });
      await learner.step(batchOf(1), RATE);
      return (await learner.read()).weights;
    };
    const [without, with_] = [await run(0), await run(10)];
    const names = Object.keys(without).filter((name) => without[name].some((x, i) => x !== with_[name][i]));
    return names.map((name) => name.replace(/^layers\.\d\./, "")).filter((name, i, all) =>
      all.indexOf(name) === i
    );
  };
  const matrices = ["embedding", "qkv", "attentionOutput", "gateUp", "down", "output"];
  for (const engine of ["traced", "reference"] as const) {
    assert.deepEqual(await moved(engine), matrices);
    assert.deepEqual(
      (await moved(engine, ["embedding"])).sort(),
      [...matrices.slice(1), "attentionNorm", "queryNorm", "keyNorm", "feedForwardNorm", "finalNorm"].sort(),
    );
    assert.deepEqual(await moved(engine, ["vectors", "embedding", "output"]), matrices.slice(1, -1));
  }
});
