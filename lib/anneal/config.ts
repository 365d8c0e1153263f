import { inRange, must, ofKind, oneOf, takes, wholeNumber } from "../base/mod.ts";

/** Rotary frequencies given one by one, as the methods of `midtrain/rope` make them. */
export interface RotaryFrequencies {
  /** One angular frequency (radians per token) for each pair of dimensions: `width / heads / 2` of them. */
  inverseFrequencies: Float64Array;
  /** Factor on the cosine and sine tables (YaRN section 3.4). @default {1} */
  attentionFactor?: number;
  /** How Hugging Face's `config.json` describes them (`rope_scaling`), for checkpoints that others load. */
  scaling?: Record<string, unknown>;
}

/** The shape of a Llama decoder: everything that decides which tensors it has and what they compute. */
export interface LlamaConfig {
  /** Distinct token ids; ids lie in [0, vocabularySize). */
  vocabularySize: number;
  /** Width of the residual stream (`hidden_size`). */
  width: number;
  /** Decoder blocks (`num_hidden_layers`). */
  layers: number;
  /** Query heads (`num_attention_heads`); must divide `width` into an even head width. */
  heads: number;
  /** Key and value heads (`num_key_value_heads`); must divide `heads`. */
  keyValueHeads: number;
  /** Inner width of the SwiGLU block (`intermediate_size`). */
  feedForward: number;
  /** Longest sequence in tokens (`max_position_embeddings`). */
  context: number;
  /** Base of the rotary frequencies (`rope_theta`). */
  ropeBase: number;
  /** Frequencies that replace the ones of `ropeBase`. */
  rope?: RotaryFrequencies;
  /** Whether the output layer is the embedding itself. */
  tieEmbeddings: boolean;
  /** Added to the mean square inside RMSNorm. */
  normEpsilon: number;
  /**
   * Whether each head's queries and keys are normed before they are rotated (arXiv:2302.05442, section 2; placed as in Qwen3,
   * under whose name such a model is written). @default {false}
   */
  qkNorm?: boolean;
}

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
 * A checked Llama configuration: a preset, with any field changed.
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
    "vocabularySize?, width?, layers?, heads?, keyValueHeads?, feedForward?, context?, ropeBase?, rope?, tieEmbeddings?, normEpsilon?, qkNorm?",
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
  const headWidth = width / heads;
  must(CANNOT, `width must be a multiple of 2 * heads (${heads} heads)`, width, headWidth % 2 === 0);
  must(CANNOT, `keyValueHeads must divide heads (${heads})`, keyValueHeads, heads % keyValueHeads === 0);
  const { ropeBase, normEpsilon, rope } = config;
  inRange(CANNOT, { ropeBase, normEpsilon }, "a finite number > 0");
  if (rope) {
    const { inverseFrequencies, attentionFactor = 1 } = rope;
    must(
      CANNOT,
      `rope.inverseFrequencies must hold width / heads / 2 = ${headWidth / 2} numbers`,
      inverseFrequencies.length,
      inverseFrequencies.length === headWidth / 2,
    );
    inverseFrequencies.forEach((frequency, i) =>
      inRange(CANNOT, { [`rope.inverseFrequencies[${i}]`]: frequency }, "a finite number >= 0")
    );
    inRange(CANNOT, { "rope.attentionFactor": attentionFactor }, "a finite number > 0");
  }
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
  const { vocabularySize, width, layers, tieEmbeddings } = checkConfig(config);
  const embeddings = vocabularySize * width * (tieEmbeddings ? 1 : 2);
  const norms = 2 * width + (config.qkNorm ? 2 * width / config.heads : 0);
  return embeddings + width + layers * (blockWeights(config) + norms);
}

/** Weights of one block that take part in a matrix product. */
function blockWeights({ width, heads, keyValueHeads, feedForward }: LlamaConfig): number {
  const headWidth = width / heads;
  return width * headWidth * (2 * heads + 2 * keyValueHeads) + 3 * width * feedForward;
}

/**
 * Floating-point operations of one training step (forward and backward) for each token: 6 for every weight in a matrix
 * product, the output layer among them, and 12 * layers * width * context for attention, the causal half not subtracted
 * (the convention of PaLM, arXiv:2204.02311, appendix B).
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
  const { vocabularySize, width, layers } = checkConfig(config);
  const products = layers * blockWeights(config) + vocabularySize * width;
  return 6 * products + 12 * layers * width * context;
}
