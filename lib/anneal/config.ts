import { inRange, must, ofKind, oneOf, takes, wholeNumber } from "../base/mod.ts";
import { checkParts } from "./_check_parts.ts";
import { blockShapes, outerShapes, sizeOf } from "./_shapes.ts";
import { attentionOf, type LlamaConfig, partsOf } from "./parts.ts";

export type { LlamaConfig } from "./parts.ts";

/**
 * A named shape.
 *
 * - `1M`: byte-level, trains on two CPU cores in minutes
 * - `10M`: 8,192 tokens, for fits of laws on one machine
 * - `60M`: 32,000 tokens, a proxy model
 * - `135M`, `360M`: the shapes of SmolLM2 (arXiv:2502.02737, table of sizes)
 * - `1B`: the shape of Llama 3.2 1B
 */
export type Preset = "1M" | "10M" | "60M" | "135M" | "360M" | "1B";

const SHAPES: Record<Preset, LlamaConfig> = {
  "1M": shape(257, 128, 5, 2, 2, 352, 256, 1e4),
  "10M": shape(8192, 320, 7, 5, 5, 864, 512, 1e4),
  "60M": shape(32000, 576, 12, 9, 3, 1536, 1024, 1e4),
  "135M": shape(49152, 576, 30, 9, 3, 1536, 8192, 1e5),
  "360M": shape(49152, 960, 32, 15, 5, 2560, 8192, 1e5),
  "1B": shape(128256, 2048, 16, 32, 8, 8192, 131072, 5e5),
};

/** How a message on a configuration begins. */
const CANNOT = "Cannot make a model";

function shape(
  vocabularySize: number,
  width: number,
  layers: number,
  heads: number,
  keyValueHeads: number,
  feedForward: number,
  context: number,
  ropeBase: number,
): LlamaConfig {
  return {
    vocabularySize,
    width,
    layers,
    heads,
    keyValueHeads,
    feedForward,
    context,
    ropeBase,
    tieEmbeddings: true,
    normEpsilon: 1e-5,
  };
}

/**
 * A checked configuration: a preset of a Llama, with any field changed; {@linkcode DecoderParts} make other decoders of it.
 *
 * @param preset The named shape to start from.
 * @param changes Fields that differ from it.
 * @throws {RangeError} If the fields do not fit together.
 * @example A byte-level model with one key-value head for every two query heads
 * ```ts
 * import assert from "node:assert/strict";
 * import { llamaConfig } from "midtrain/anneal";
 *
 * const config = llamaConfig("1M", { keyValueHeads: 1 });
 * assert.equal(config.heads / config.keyValueHeads, 2);
 * assert.throws(() => llamaConfig("1M", { heads: 3 }), /width must be a multiple/);
 * ```
 */
export function llamaConfig(preset: Preset, changes: Partial<LlamaConfig> = {}): LlamaConfig {
  takes(
    "Cannot make a model",
    changes,
    "vocabularySize?, width?, layers?, heads?, keyValueHeads?, feedForward?, context?, ropeBase?, rope?, tieEmbeddings?, normEpsilon?, qkNorm?, " +
      "headWidth?, rotaryWidth?, rotatedLayers?, slidingWindow?, queryScale?, clipQkv?, biases?, norm?, activation?, gated?, parallel?, " +
      "scales?, softCaps?, huggingFace?",
  );
  oneOf(CANNOT, { preset }, SHAPES);
  return checkConfig({ ...SHAPES[preset], ...changes });
}

/**
 * Check that a configuration describes a model, and give it back.
 *
 * @throws {RangeError} If a field lies outside its range or two do not fit together.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkConfig, llamaConfig } from "midtrain/anneal";
 *
 * const config = llamaConfig("10M");
 * assert.equal(checkConfig(config), config);
 * assert.throws(() => checkConfig({ ...config, layers: 0 }), /layers must be a whole number >= 1: current value is 0/);
 * ```
 */
export function checkConfig(config: LlamaConfig): LlamaConfig {
  ofKind("Cannot make a model", { config }, "an object with width, layers, heads, vocabularySize");
  const { vocabularySize, width, layers, heads, keyValueHeads, feedForward, context } = config;
  wholeNumber(
    CANNOT,
    { vocabularySize, width, layers, heads, keyValueHeads, feedForward, context },
    ">= 1",
  );
  const { ropeBase, normEpsilon } = config;
  inRange(CANNOT, { ropeBase, normEpsilon }, "a finite number > 0");
  checkParts(CANNOT, config);
  must(CANNOT, `keyValueHeads must divide heads (${heads})`, keyValueHeads, heads % keyValueHeads === 0);
  return config;
}

/**
 * How many parameters a model has; a tied output layer counts once.
 *
 * @example SmolLM2-135M has 134,515,008
 * ```ts
 * import assert from "node:assert/strict";
 * import { countParameters, llamaConfig } from "midtrain/anneal";
 *
 * assert.equal(countParameters(llamaConfig("135M")), 134_515_008);
 * ```
 */
export function countParameters(config: LlamaConfig): number {
  ofKind("Cannot count parameters", { config }, "an object with width, layers, heads, vocabularySize");
  const count = (shapes: Record<string, number[]>) =>
    Object.values(shapes).reduce((sum, shape) => sum + sizeOf(shape), 0);
  checkConfig(config);
  return count(outerShapes(config)) + config.layers * count(blockShapes(config));
}

/**
 * Floating-point operations of one training step (forward and backward) for each token: 6 for every weight in a matrix
 * product, the output layer among them, and in each layer 12 * heads * head width * context for attention, the causal half
 * not subtracted (the convention of PaLM, arXiv:2204.02311, appendix B); a layer with a sliding window counts that instead of
 * the context.
 *
 * @param config The model.
 * @param context Tokens in a sequence. @default {config.context}
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { flopsPerToken, llamaConfig } from "midtrain/anneal";
 *
 * const config = llamaConfig("1M");
 * assert(flopsPerToken(config, 128) < flopsPerToken(config, 256));
 * ```
 */
export function flopsPerToken(config: LlamaConfig, context: number = config?.context): number {
  ofKind(
    "Cannot count the operations of a token",
    { config },
    "an object with width, layers, heads, vocabularySize",
  );
  const { vocabularySize, width, layers, heads } = checkConfig(config);
  const inBlock = Object.values(blockShapes(config)).filter((shape) => shape.length === 2).map(sizeOf);
  const products = layers * inBlock.reduce((sum, size) => sum + size, 0) + vocabularySize * width;
  let seen = layers * context;
  if (config.slidingWindow) {
    seen = 0;
    for (let layer = 0; layer < layers; layer++) {
      seen += attentionOf(config, layer, context).window ?? context;
    }
  }
  return 6 * products + 12 * heads * partsOf(config).headWidth * seen;
}
