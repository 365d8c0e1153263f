import assert from "node:assert/strict";
import { backend } from "../../lib/anneal/mod.ts";
import { bindingOf, ELEMENT } from "../../lib/anneal/_binding.ts";
import { compile } from "../../lib/anneal/compile.ts";
import { outputGradient } from "../../lib/anneal/output.ts";
import type { Kernels, Precision, Value } from "../../lib/anneal/kernels.ts";
import { Random } from "../../lib/base/mod.ts";
import { NEEDS, needsTensorflow, tinyConfig } from "./_models.ts";

const random = new Random("own operators");

function drawn(count: number): Float32Array {
  return Float32Array.from({ length: count }, () => random.normal());
}

/** What a computation of the engine `native` gives for matrices. */
async function compute(
  matrices: [values: Float32Array | Int32Array, shape: number[]][],
  body: (k: Kernels, inputs: Value[]) => readonly Value[],
  precision: Precision = "float32",
): Promise<Float32Array[]> {
  const binding = bindingOf((await backend()).tf);
  const typeOf = (values: Float32Array | Int32Array) => values instanceof Float32Array ? "float32" : "int32";
  const placeholders = matrices.map(([values, shape]) => ({ shape, type: typeOf(values) } as const));
  const key = `test: ${body} ${JSON.stringify(placeholders)}`;
  const ids = matrices.map(([values, shape]) => binding.createTensor(shape, ELEMENT[typeOf(values)], values));
  try {
    return compile(binding, { key, placeholders, precision, body }, "native")(ids).map((id) => {
      const values = Float32Array.from(binding.tensorDataSync(id));
      binding.deleteTensor(id);
      return values;
    });
  } finally {
    for (const id of ids) binding.deleteTensor(id);
  }
}

const SHAPES = [[1, 1, 1], [12, 32, 64], [13, 67, 33], [200, 5, 7], [3, 900, 70], [97, 2, 1]];

Deno.test(
  `products of any shape and layout are those of numbers in double precision ${NEEDS}`,
  needsTensorflow,
  async () => {
    for (const [rows, depth, columns] of SHAPES) {
      for (const [transposeA, transposeB] of [[false, false], [false, true], [true, false], [true, true]]) {
        const [a, b] = [drawn(rows * depth), drawn(depth * columns)];
        const shapeA = transposeA ? [depth, rows] : [rows, depth];
        const shapeB = transposeB ? [columns, depth] : [depth, columns];
        for (const [precision, tolerance] of [["float32", 1e-6], ["bfloat16", 1e-2]] as const) {
          const [product] = await compute(
            [[a, shapeA], [b, shapeB]],
            // The key of a computation holds its text, not what it has captured.
            transposeA
              ? transposeB
                ? (k, [a, b]) => [k.matMul(a, b, { transposeA: true, transposeB: true })]
                : (k, [a, b]) => [k.matMul(a, b, { transposeA: true })]
              : transposeB
              ? (k, [a, b]) => [k.matMul(a, b, { transposeB: true })]
              : (k, [a, b]) => [k.matMul(a, b)],
            precision,
          );
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < columns; j++) {
              let sum = 0;
              let size = 0;
              for (let l = 0; l < depth; l++) {
                const x = a[transposeA ? l * rows + i : i * depth + l];
                const y = b[transposeB ? j * depth + l : l * columns + j];
                sum += x * y;
                size += Math.abs(x * y);
              }
              const found = product[i * columns + j];
              assert(
                Math.abs(found - sum) <= tolerance * size,
                `${rows} x ${depth} x ${columns}, ${transposeA} ${transposeB}, ${precision}: ${found}, not ${sum}`,
              );
            }
          }
        }
      }
    }
  },
);

Deno.test(`equal computations give equal bits, run after run ${NEEDS}`, needsTensorflow, async () => {
  const [a, b] = [drawn(300 * 700), drawn(700 * 130)];
  const product = () => compute([[a, [300, 700]], [b, [700, 130]]], (k, [a, b]) => [k.matMul(a, b)]);
  const [first] = await product();
  for (let again = 0; again < 5; again++) assert.deepEqual((await product())[0], first);
});

Deno.test(`a NaN among the factors reaches the product ${NEEDS}`, needsTensorflow, async () => {
  for (const precision of ["float32", "bfloat16"] as const) {
    const a = Float32Array.of(1, NaN, 3, 4);
    const [product] = await compute(
      [[a, [2, 2]], [Float32Array.of(1, 0, 0, 1), [2, 2]]],
      (k, [a, b]) => [k.matMul(a, b)],
      precision,
    );
    assert.deepEqual([...product].map(Number.isNaN), [true, true, false, false]);
  }
});

Deno.test(
  `factors that do not fit are refused with the operator's name ${NEEDS}`,
  needsTensorflow,
  async () => {
    await assert.rejects(
      compute([[drawn(6), [2, 3]], [drawn(8), [4, 2]]], (k, [a, b]) => [k.matMul(a, b)]),
      /MidtrainProduct: the factors' inner axes must agree/,
    );
  },
);

Deno.test(
  `losses and gradients taken from some rows of logits at a time are those of all in double precision ${NEEDS}`,
  needsTensorflow,
  async () => {
    // At this vocabulary 256 rows are held at a time: two full parts, and what is left.
    const [N, V, D] = [600, 16_411, 4];
    const config = tinyConfig({ vocabularySize: V, width: 8, heads: 1, keyValueHeads: 1 });
    const zLoss = 0.1;
    const [hidden, output, counts] = [drawn(N * D), drawn(V * D), drawn(N).map(Math.abs)];
    const targets = Int32Array.from({ length: N }, () => random.int(V));
    const [[loss], byHidden, byOutput] = await compute(
      [[hidden, [N, D]], [output, [V, D]], [targets, [N]], [counts, [N, 1]]],
      (k, [hidden, embedding, targets, weights]) => {
        const inputs = { hidden, targets, weights, parameters: { embedding } };
        const { loss, dHidden, dOutput } = outputGradient(k, config, inputs, zLoss, N);
        return [loss, dHidden, dOutput];
      },
    );
    let sum = 0;
    const dHidden = new Float64Array(N * D);
    const dOutput = new Float64Array(V * D);
    const logits = new Float64Array(V);
    for (let i = 0; i < N; i++) {
      const row = hidden.subarray(i * D, (i + 1) * D);
      let powers = 0;
      for (let v = 0; v < V; v++) {
        logits[v] = 0;
        for (let d = 0; d < D; d++) logits[v] += row[d] * output[v * D + d];
        powers += Math.exp(logits[v]);
      }
      const logPartition = Math.log(powers);
      sum += counts[i] * (logPartition - logits[targets[i]]);
      for (let v = 0; v < V; v++) {
        const rise = Math.exp(logits[v]) / powers * (1 + 2 * zLoss * logPartition);
        const slope = counts[i] / N * (rise - Number(v === targets[i]));
        for (let d = 0; d < D; d++) {
          dHidden[i * D + d] += slope * output[v * D + d];
          dOutput[v * D + d] += slope * row[d];
        }
      }
    }
    assert(Math.abs(loss - sum / N) < 1e-5, `loss ${loss}, not ${sum / N}`);
    for (
      const [name, found, expected] of [["hidden states", byHidden, dHidden], [
        "layer",
        byOutput,
        dOutput,
      ]] as const
    ) {
      const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      expected.forEach((x, i) =>
        assert(Math.abs(x - found[i]) < 2e-5 * largest, `gradient by ${name}, ${i}: ${found[i]}, not ${x}`)
      );
    }
  },
);
