import { ofKind, Random } from "../base/mod.ts";
import { blockShapes, outerShapes, sizeOf } from "./_shapes.ts";
import { checkConfig } from "./config.ts";
import { type LlamaConfig, partsOf } from "./parts.ts";

/**
 * A model's parameters by name. Matrices are `[out, in]`, row by row, as in Hugging Face files; what one product computes
 * lies in one tensor: `qkv` is the rows of the query, key and value projections one after another, `gateUp` those of the
 * gate and up projections (`up` alone where nothing is gated). So Hugging Face's tensors are slices of these without a copy.
 */
export type Parameters = Record<string, Float32Array>;

/**
 * Names and shapes of a model's parameters, in order.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { llamaConfig, parameterShapes } from "midtrain/anneal";
 *
 * const shapes = parameterShapes(llamaConfig("1M", { layers: 1 }));
 * assert.deepEqual(shapes["layers.0.qkv"], [384, 128]);
 * ```
 */
export function parameterShapes(config: LlamaConfig): Record<string, number[]> {
  ofKind("Cannot lay out parameters", { config }, "an object with width, layers, heads, vocabularySize");
  checkConfig(config);
  const { embedding, ...last } = outerShapes(config);
  const block = Object.entries(blockShapes(config));
  const shapes: Record<string, number[]> = { embedding };
  for (let layer = 0; layer < config.layers; layer++) {
    for (const [name, shape] of block) shapes[`layers.${layer}.${name}`] = [...shape];
  }
  return { ...shapes, ...last };
}

/**
 * Fresh parameters: normal with standard deviation 0.02, the two projections that write to the residual stream divided by
 * sqrt(2 * layers) (GPT-2, section 2.3), factors of norms at 1, biases at 0. Each tensor has its own stream, so a deeper model begins with the
 * same first layers' draws.
 *
 * @param config The model.
 * @param seed Names the random stream.
 */
export function initialParameters(config: LlamaConfig, seed: number | string): Parameters {
  const parameters: Parameters = {};
  const root = new Random(seed);
  const ofNorm = partsOf(config).norm.weight === "factor-less-1" ? 0 : 1;
  for (const [name, shape] of Object.entries(parameterShapes(config))) {
    const values = new Float32Array(sizeOf(shape));
    if (shape.length === 1 && !name.endsWith("Bias")) values.fill(ofNorm);
    if (shape.length === 2) {
      const random = root.fork(name);
      const residual = /attentionOutput|down/.test(name);
      const deviation = 0.02 / (residual ? Math.sqrt(2 * config.layers) : 1);
      for (let i = 0; i < values.length; i++) values[i] = deviation * random.normal();
    }
    parameters[name] = values;
  }
  return parameters;
}

/** Room for a model's parameters. */
export function emptyParameters(config: LlamaConfig): Parameters {
  return Object.fromEntries(
    Object.entries(parameterShapes(config)).map(([name, shape]) => [name, new Float32Array(sizeOf(shape))]),
  );
}

/** Whether two models' parameters have the same names and shapes. */
export function sameShapes(a: LlamaConfig, b: LlamaConfig): boolean {
  return JSON.stringify(parameterShapes(a)) === JSON.stringify(parameterShapes(b));
}
