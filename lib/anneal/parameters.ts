import { ofKind, Random } from "../base/mod.ts";
import { checkConfig, type LlamaConfig } from "./config.ts";

/**
 * A model's parameters by name. Matrices are `[out, in]`, row by row, as in Hugging Face files; what one product computes
 * lies in one tensor: `qkv` is the rows of the query, key and value projections one after another, `gateUp` those of the
 * gate and up projections. So Hugging Face's tensors are slices of these without a copy.
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
  const { vocabularySize, width, layers, heads, keyValueHeads, feedForward } = checkConfig(config);
  const headWidth = width / heads;
  const shapes: Record<string, number[]> = { embedding: [vocabularySize, width] };
  for (let layer = 0; layer < layers; layer++) {
    Object.assign(shapes, {
      [`layers.${layer}.attentionNorm`]: [width],
      [`layers.${layer}.qkv`]: [(heads + 2 * keyValueHeads) * headWidth, width],
      ...(config.qkNorm && {
        [`layers.${layer}.queryNorm`]: [headWidth],
        [`layers.${layer}.keyNorm`]: [headWidth],
      }),
      [`layers.${layer}.attentionOutput`]: [width, heads * headWidth],
      [`layers.${layer}.feedForwardNorm`]: [width],
      [`layers.${layer}.gateUp`]: [2 * feedForward, width],
      [`layers.${layer}.down`]: [width, feedForward],
    });
  }
  shapes.finalNorm = [width];
  if (!config.tieEmbeddings) shapes.output = [vocabularySize, width];
  return shapes;
}

/**
 * Fresh parameters: normal with standard deviation 0.02, the two projections that write to the residual stream divided by
 * sqrt(2 * layers) (GPT-2, section 2.3), norms at 1. Each tensor has its own stream, so a deeper model begins with the
 * same first layers' draws.
 *
 * @param config The model.
 * @param seed Names the random stream.
 */
export function initialParameters(config: LlamaConfig, seed: number | string): Parameters {
  const parameters: Parameters = {};
  const root = new Random(seed);
  for (const [name, shape] of Object.entries(parameterShapes(config))) {
    const values = new Float32Array(sizeOf(shape)).fill(1);
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

/** How many elements a tensor of a shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
