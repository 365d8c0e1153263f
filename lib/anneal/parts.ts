/** Rotary frequencies given one by one, as the methods of `midtrain/rope` make them. */
export interface RotaryFrequencies {
  /** One angular frequency (radians per token) for each pair of dimensions that turn: `width / heads / 2` of them. */
  inverseFrequencies: Float64Array;
  /** Factor on the cosine and sine tables (YaRN section 3.4). @default {1} */
  attentionFactor?: number;
  /** What holds in their place where a sequence is long. @default nothing: they hold at every length */
  longer?: LongerFrequencies;
  /** How Hugging Face's `config.json` describes them (`rope_scaling`), for checkpoints that others load. */
  scaling?: Record<string, unknown>;
}

/**
 * Frequencies of sequences longer than the model was first trained on: either given (LongRoPE, arXiv:2402.13753) or of a base that
 * grows with the length (dynamic NTK). All sequences of a pass have those of its length, as in transformers, which takes the
 * longest of a batch; in training that is the window's.
 */
export interface LongerFrequencies {
  /** The longest sequence, in tokens, that keeps the others. */
  than: number;
  /** One angular frequency (radians per token) for each pair. @default those of the growing base */
  inverseFrequencies?: Float64Array;
  /** How much faster the base's stretch grows than the length: `factor` of `dynamicNtk`. @default none: frequencies are given */
  factor?: number;
}

/** Layers whose attention looks back a number of tokens only (Mistral, arXiv:2310.06825, section 2). */
export interface SlidingWindow {
  /** How many tokens each sees, itself among them. */
  tokens: number;
  /** Which layers. @default all */
  layers?: readonly boolean[];
  /** The base of these layers' rotary frequencies. @default the model's */
  ropeBase?: number;
  /** Their frequencies. @default those of `ropeBase` where that is given, else the model's */
  rope?: RotaryFrequencies;
}

/** The norms of a decoder, but for those of queries and keys, which follow `kind` and `weight`. */
export interface NormParts {
  /** By the root mean square (arXiv:1910.07467), or by mean and deviation (arXiv:1607.06450). @default {"rms"} */
  kind?: "rms" | "layer";
  /** Where in a half of a block: before it, between it and the residual stream (OLMo 2), or both (Gemma 2). @default {"before"} */
  place?: "before" | "after" | "both";
  /** A factor for each dimension, one that is given less 1 (Gemma), or none (OLMo). @default {"factor"} */
  weight?: "factor" | "factor-less-1" | "none";
  /** Whether a bias is added. @default {false} */
  bias?: boolean;
}

/** Which products of a decoder add a bias; none in a Llama. */
export interface BiasParts {
  /** Queries, keys and values (Qwen 2). */
  qkv?: boolean;
  /** What the heads found. */
  attentionOutput?: boolean;
  /** Both layers of the feed-forward half. */
  feedForward?: boolean;
  /** The output layer (Phi). */
  output?: boolean;
}

/** The function inside a feed-forward half; `gelu-tanh` is GELU's approximation (arXiv:1606.08415, section 2). */
export type Activation = "silu" | "gelu" | "gelu-tanh" | "relu";

/** Types of Hugging Face's `config.json` that are read and written. */
export type HuggingFaceType =
  | "llama"
  | "mistral"
  | "qwen2"
  | "qwen3"
  | "olmo"
  | "olmo2"
  | "olmo3"
  | "smollm3"
  | "phi"
  | "phi3"
  | "granite"
  | "gemma"
  | "gemma2"
  | "gemma3_text"
  | "gpt_neox"
  | "stablelm"
  | "cohere";

/** Parts in which other decoders differ from a Llama; each left out is as in a Llama. */
export interface DecoderParts {
  /** Width of a head (`head_dim`). @default width / heads */
  headWidth?: number;
  /** How many dimensions of a head turn, from the first on; even (GPT-NeoX, arXiv:2204.06745, section 2.1). @default all */
  rotaryWidth?: number;
  /** Which layers turn queries and keys; the others know no positions (NoPE, arXiv:2305.19466). @default all */
  rotatedLayers?: readonly boolean[];
  /** Layers that look back a number of tokens only. @default none */
  slidingWindow?: SlidingWindow;
  /** Factor of the scores before softmax. @default 1 / sqrt(headWidth) */
  queryScale?: number;
  /**
   * Whether queries and keys are normed before they are rotated (arXiv:2302.05442, section 2): each head with the same weights
   * (`true`, as Qwen 3 does), each with its own (`each-head`), or all heads of a token as one (`projection`, as OLMo 2 does).
   * @default {false}
   */
  qkNorm?: boolean | "each-head" | "projection";
  /** Queries, keys and values are cut off at this size (OLMo). @default never */
  clipQkv?: number;
  /** Which products add a bias. @default none */
  biases?: BiasParts;
  /** The norms. @default RMSNorm with weights, before each half of a block */
  norm?: NormParts;
  /** The function inside a feed-forward half. @default {"silu"} */
  activation?: Activation;
  /** Whether it is the gate of a second product (arXiv:2002.05202) rather than what the last product reads. @default {true} */
  gated?: boolean;
  /**
   * Whether both halves of a block read the same input, under one norm (`true`, as GPT-J) or each under its own (`own-norms`, as
   * GPT-NeoX), rather than one after the other. @default {false}
   */
  parallel?: boolean | "own-norms";
  /** Factors of embeddings, of what each half of a block adds, and of logits. @default {1} */
  scales?: { embedding?: number; residual?: number; logits?: number };
  /**
   * Sizes c that scores of attention and logits are held below, as c * tanh(x / c) (Gemma 2, arXiv:2408.00118). With the first
   * all scores are kept for the gradient: memory grows as the square of the context, as it does for every model on an engine other
   * than `native`; without it as the context. @default none
   */
  softCaps?: { attention?: number; logits?: number };
  /** Its type in Hugging Face's `config.json`, and what else stood there. @default the first type that has its parts */
  huggingFace?: {
    type?: HuggingFaceType;
    /** Keys that leave what is computed as it is, token ids for example; written back. */
    keys?: Readonly<Record<string, unknown>>;
  };
}

/**
 * The shape of a decoder: everything that decides which tensors it has and what they compute. These fields make a Llama;
 * the optional ones of {@linkcode DecoderParts} say in which parts a model is none.
 */
export interface LlamaConfig extends DecoderParts {
  /** Distinct token ids; ids lie in [0, vocabularySize). */
  vocabularySize: number;
  /** Width of the residual stream (`hidden_size`). */
  width: number;
  /** Decoder blocks (`num_hidden_layers`). */
  layers: number;
  /** Query heads (`num_attention_heads`); must divide `width` into an even head width, unless `headWidth` is given. */
  heads: number;
  /** Key and value heads (`num_key_value_heads`); must divide `heads`. */
  keyValueHeads: number;
  /** Inner width of the feed-forward half (`intermediate_size`). */
  feedForward: number;
  /** Longest sequence in tokens (`max_position_embeddings`). */
  context: number;
  /** Base of the rotary frequencies (`rope_theta`). */
  ropeBase: number;
  /** Frequencies that replace the ones of `ropeBase`. */
  rope?: RotaryFrequencies;
  /** Whether the output layer is the embedding itself. */
  tieEmbeddings: boolean;
  /** Added to the mean square inside norms. */
  normEpsilon: number;
}

/** What attention is in one layer. */
export interface LayerAttention {
  /** How many tokens are seen; all where it is undefined. */
  window: number | undefined;
  /** Which frequencies turn queries and keys; none in a layer without positions. */
  rotary: "global" | "local" | "none";
}

/** What attention is in a layer at sequences of T tokens. */
export function attentionOf(
  { slidingWindow, rotatedLayers }: DecoderParts,
  layer: number,
  T: number,
): LayerAttention {
  const slides = slidingWindow !== undefined && (slidingWindow.layers?.[layer] ?? true);
  const own = slides && (slidingWindow.ropeBase !== undefined || slidingWindow.rope !== undefined);
  const still = rotatedLayers !== undefined && !rotatedLayers[layer];
  return {
    window: slides && slidingWindow.tokens < T ? slidingWindow.tokens : undefined,
    rotary: still ? "none" : own ? "local" : "global",
  };
}

/** A configuration's parts with nothing left out, but for what has no number. */
export interface FullParts {
  headWidth: number;
  rotaryWidth: number;
  queryScale: number;
  qkNorm: false | "head" | "each-head" | "projection";
  biases: Required<BiasParts>;
  norm: Required<NormParts>;
  activation: Activation;
  gated: boolean;
  parallel: boolean | "own-norms";
  scales: { embedding: number; residual: number; logits: number };
}

/** Every part, those left out as in a Llama. */
export function partsOf(config: LlamaConfig): FullParts {
  const { headWidth = config.width / config.heads, qkNorm = false } = config;
  return {
    headWidth,
    rotaryWidth: config.rotaryWidth ?? headWidth,
    queryScale: config.queryScale ?? 1 / Math.sqrt(headWidth),
    qkNorm: qkNorm === true ? "head" : qkNorm,
    biases: { qkv: false, attentionOutput: false, feedForward: false, output: false, ...config.biases },
    norm: { kind: "rms", place: "before", weight: "factor", bias: false, ...config.norm },
    activation: config.activation ?? "silu",
    gated: config.gated ?? true,
    parallel: config.parallel ?? false,
    scales: { embedding: 1, residual: 1, logits: 1, ...config.scales },
  };
}

/**
 * All that decides what a configuration computes, as texts and numbers by field: equal where two compute the same from the
 * same parameters.
 */
export function computed(config: LlamaConfig): Record<string, unknown> {
  const { rope, slidingWindow, rotatedLayers, softCaps, clipQkv } = config;
  const { biases, norm, scales, ...parts } = partsOf(config);
  const { vocabularySize, width, layers, heads, keyValueHeads, feedForward, context } = config;
  const { ropeBase, tieEmbeddings, normEpsilon } = config;
  const list = (layers: readonly boolean[] | undefined) =>
    layers && !layers.every((layer) => layer) ? layers.map(Number).join("") : "all";
  const turned = (name: string, rope: RotaryFrequencies | undefined) => ({
    [`${name}.inverseFrequencies`]: rope && rope.inverseFrequencies.join(", "),
    [`${name}.attentionFactor`]: rope && (rope.attentionFactor ?? 1),
    [`${name}.longer`]: rope?.longer &&
      [rope.longer.than, rope.longer.factor, rope.longer.inverseFrequencies].join(", "),
  });
  // A window that no layer has is none.
  const window = slidingWindow?.layers?.every((layer) => !layer) ? undefined : slidingWindow;
  const local = window?.ropeBase !== undefined || window?.rope !== undefined;
  return {
    ...{ vocabularySize, width, layers, heads, keyValueHeads, feedForward, context },
    ...{ ropeBase, tieEmbeddings, normEpsilon, clipQkv },
    ...parts,
    qkNorm: parts.qkNorm === "head" || parts.qkNorm,
    ...withName("biases", biases),
    ...withName("norm", norm),
    ...withName("scales", scales),
    ...withName("softCaps", { attention: undefined, logits: undefined, ...softCaps }),
    ...turned("rope", rope),
    rotatedLayers: list(rotatedLayers),
    "slidingWindow.tokens": window?.tokens,
    "slidingWindow.layers": window && list(window.layers),
    "slidingWindow.ropeBase": window && (window.ropeBase ?? ropeBase),
    ...turned("slidingWindow.rope", local ? window.rope : window && rope),
  };
}

/** The members of a part by their full names. */
export function withName(name: string, group: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(group).map(([key, value]) => [`${name}.${key}`, value]));
}
