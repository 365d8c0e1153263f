// deno-lint-ignore-file camelcase -- the names of config.json
import { must } from "../base/mod.ts";
import { CANNOT, type ConfigReader } from "./_config_reader.ts";
import type { Activation, BiasParts, FullParts, LlamaConfig } from "./parts.ts";

/** What one group of keys says of a model, read and written. */
export interface Keys {
  /** The parts that they name; what is not named is as in a Llama. */
  read: (reader: ConfigReader, shape: Shape) => Partial<LlamaConfig>;
  /** What they say of a model. */
  write: (config: LlamaConfig, parts: FullParts) => Record<string, unknown>;
}

/** What is known of a model when its other keys are read. */
export type Shape = Pick<LlamaConfig, "width" | "layers" | "heads">;

/** A wider head is no model: its frequencies would fill the memory before any size is held against the files. */
const WIDEST_HEAD = 65536;

/** A deeper model is none, for the same reason: what holds for some layers is a list of all. */
const MOST_LAYERS = 65536;

/** Parts that all models of a type have, without a key. */
export const always = (parts: Partial<LlamaConfig> | ((shape: Shape) => Partial<LlamaConfig>)): Keys => ({
  read: (_reader, shape) => typeof parts === "function" ? parts(shape) : parts,
  write: () => ({}),
});

/** Keys that must have one value here; null stands for it, as in transformers. */
export const fixed = (values: Record<string, unknown>): Keys => ({
  read: (reader) => {
    for (const [name, value] of Object.entries(values)) {
      reader.expect(name, `${value}`, (found) => found === value, value);
    }
    return {};
  },
  write: () => ({}),
});

/**
 * A head's width. Types differ in what stands for a key left out, and whether the key is always written, where it says
 * something, or never.
 */
export const headWidth = (written: "always" | "if-other" | "never", usual?: number): Keys => ({
  read: (reader, { width, heads }) => {
    const quotient = width / heads;
    const found = written === "never"
      ? reader.expect(
        "head_dim",
        "hidden_size / num_attention_heads",
        (value) => value === quotient,
        quotient,
      )
      : reader.whole("head_dim", usual ?? (Number.isInteger(quotient) ? quotient : undefined));
    must(CANNOT, `head_dim must be at most ${WIDEST_HEAD}`, found, found as number <= WIDEST_HEAD);
    return found === quotient ? {} : { headWidth: found as number };
  },
  write: ({ width, heads }, { headWidth }) =>
    written === "always" || written === "if-other" && headWidth !== width / heads
      ? { head_dim: headWidth }
      : {},
});

/** A bias of queries, keys, values and what the heads found; `usual` stands for a key left out. */
const biasOfAttention = (usual: boolean): Keys => ({
  read: (reader) =>
    reader.flag("attention_bias", usual) ? { biases: { qkv: true, attentionOutput: true } } : {},
  write: (_config, { biases }) => ({ attention_bias: biases.qkv && biases.attentionOutput }),
});

/** The bias that most types have not. */
export const attentionBias = biasOfAttention(false);

/** The bias that GPT-NeoX has. */
export const attentionBiasUnlessOff = biasOfAttention(true);

/** As many heads of keys and values as of queries. */
export const sameHeads: Keys = {
  read: (reader, { heads }) => {
    reader.expect("num_key_value_heads", `num_attention_heads = ${heads}`, (value) => value === heads, heads);
    return {};
  },
  write: () => ({}),
};

/** A bias of queries, keys and values. */
export const qkvBias: Keys = {
  read: (reader) => reader.flag("use_qkv_bias", false) ? { biases: { qkv: true } } : {},
  write: (_config, { biases }) => ({ use_qkv_bias: biases.qkv }),
};

/** A bias of the feed-forward half. */
export const mlpBias: Keys = {
  read: (reader) => reader.flag("mlp_bias", false) ? { biases: { feedForward: true } } : {},
  write: (_config, { biases }) => ({ mlp_bias: biases.feedForward }),
};

const ACTIVATIONS: Record<string, Activation> = {
  silu: "silu",
  swish: "silu",
  gelu: "gelu",
  gelu_pytorch_tanh: "gelu-tanh",
  gelu_new: "gelu-tanh",
  relu: "relu",
};

/** The function inside a feed-forward half; `usual` stands for a key left out, and is written for its like. */
export const activation = (usual = "silu", key = "hidden_act"): Keys => ({
  read: (reader) => {
    const names = Object.keys(ACTIVATIONS);
    const found = ACTIVATIONS[
      reader.one(key, usual, ...names.filter((name) => name !== usual))
    ];
    return found === "silu" ? {} : { activation: found };
  },
  write: (_config, { activation }) => ({
    [key]: ACTIVATIONS[usual] === activation
      ? usual
      : Object.keys(ACTIVATIONS).find((name) => ACTIVATIONS[name] === activation),
  }),
});

/** The activation of the first Gemma, whose `gelu` always meant the approximation. */
export const gemmaActivation: Keys = {
  read: (reader) => {
    reader.one("hidden_activation", "gelu_pytorch_tanh", "gelu");
    const name = reader.one("hidden_act", "gelu_pytorch_tanh", "gelu", "silu", "relu");
    const found = name === "gelu" ? "gelu-tanh" : ACTIVATIONS[name];
    return found === "silu" ? {} : { activation: found };
  },
  write: activation("gelu_pytorch_tanh").write,
};

/** What stands in the norms' square roots; types without the key have one value. */
export const epsilon = (key: string, usual: number): Keys => ({
  read: (reader) => ({ normEpsilon: reader.number(key, usual) }),
  write: ({ normEpsilon }) => ({ [key]: normEpsilon }),
});

/** Whether the output layer is the embedding. */
export const tied = (usual: boolean): Keys => ({
  read: (reader) => ({ tieEmbeddings: reader.flag("tie_word_embeddings", usual) }),
  write: ({ tieEmbeddings }) => ({ tie_word_embeddings: tieEmbeddings }),
});

const FULL = "full_attention";
const SLIDING = "sliding_attention";

/** Which layers slide: as `layer_types` says, or by a rule where it says nothing. */
function slidingLayers(reader: ConfigReader, layers: number, rule: (layer: number) => boolean): boolean[] {
  checkDepth(layers);
  const types = reader.expect(
    "layer_types",
    `${FULL} or ${SLIDING} for each of ${layers} layers`,
    (value) =>
      value === null || Array.isArray(value) && value.length === layers &&
        value.every((type) => type === FULL || type === SLIDING),
    null,
  ) as string[] | null;
  return types?.map((type) => type === SLIDING) ?? Array.from({ length: layers }, (_, layer) => rule(layer));
}

/** No layer slides. */
export const noWindow: Keys = {
  read: (reader, { layers }) => {
    const off = reader.one("use_sliding_window", false) === false &&
      reader.json.use_sliding_window === false;
    if (off) reader.value("sliding_window");
    else reader.expect("sliding_window", "null", (value) => value === null, null);
    const allFull = (value: unknown) =>
      value === null ||
      Array.isArray(value) && value.length === layers && value.every((type) => type === FULL);
    reader.expect("layer_types", `${FULL} for each of ${layers} layers`, allFull, null);
    return {};
  },
  write: () => ({}),
};

/** All layers slide, or none. */
export const windowOfAll = (usual?: number): Keys => ({
  read: (reader, { layers }) => {
    const tokens = reader.optional("sliding_window", usual);
    const type = tokens === undefined ? FULL : SLIDING;
    const alike = (value: unknown) =>
      value === null ||
      Array.isArray(value) && value.length === layers && value.every((item) => item === type);
    reader.expect("layer_types", `${type} for each of ${layers} layers`, alike, null);
    return tokens === undefined ? {} : { slidingWindow: { tokens } };
  },
  write: ({ slidingWindow }) => ({ sliding_window: slidingWindow?.tokens ?? null }),
});

/** Some layers slide, once that is switched on. */
export const switchedWindow: Keys = {
  read: (reader, { layers }) => {
    const on = reader.flag("use_sliding_window", false);
    const tokens = reader.optional("sliding_window", 4096);
    const from = reader.expect("max_window_layers", "a number", (value) => typeof value === "number", 28);
    const slide = slidingLayers(reader, layers, (layer) => on && layer >= (from as number));
    if (!on || tokens === undefined) {
      const rule = `layer_types must be ${FULL} in every layer where use_sliding_window is false`;
      must(CANNOT, rule, slide.map((slides) => slides ? SLIDING : FULL), slide.every((slides) => !slides));
      return {};
    }
    return { slidingWindow: { tokens, layers: slide } };
  },
  write: (config) =>
    config.slidingWindow
      ? {
        use_sliding_window: true,
        sliding_window: config.slidingWindow.tokens,
        max_window_layers: layerTypes(config).indexOf(SLIDING),
        layer_types: layerTypes(config),
      }
      : {},
};

function checkDepth(layers: number): void {
  must(CANNOT, `num_hidden_layers must be at most ${MOST_LAYERS}`, layers, layers <= MOST_LAYERS);
}

function layerTypes({ layers, slidingWindow }: LlamaConfig): string[] {
  checkDepth(layers);
  return Array.from(
    { length: layers },
    (_, layer) => slidingWindow && (slidingWindow.layers?.[layer] ?? true) ? SLIDING : FULL,
  );
}

/** Some layers slide, by a rule where no list is given. */
export const patternedWindow = (
  usual: number,
  rule: (reader: ConfigReader) => (layer: number) => boolean,
): Keys => ({
  read: (reader, { layers }) => {
    const tokens = reader.optional("sliding_window", usual);
    const slide = slidingLayers(reader, layers, rule(reader));
    if (!slide.includes(true)) return {};
    if (tokens === undefined) reader.whole("sliding_window");
    return { slidingWindow: { tokens: tokens!, layers: slide } };
  },
  write: (config) => ({
    layer_types: layerTypes(config),
    sliding_window: config.slidingWindow?.tokens ?? usual,
  }),
});

/** SmolLM3's layers without positions, and the window that they may have. */
export const layersWithoutPositions: Keys = {
  read: (reader, { layers }) => {
    checkDepth(layers);
    const every = reader.whole("no_rope_layer_interval", 4);
    const list = reader.expect(
      "no_rope_layers",
      `0 or 1 for each of ${layers} layers`,
      (value) =>
        value === null || Array.isArray(value) && value.length === layers &&
          value.every((item) => item === 0 || item === 1),
      null,
    ) as number[] | null;
    const turned = list?.map((item) => item === 1) ??
      Array.from({ length: layers }, (_, layer) => (layer + 1) % every !== 0);
    const on = reader.flag("use_sliding_window", false);
    const tokens = reader.optional("sliding_window");
    const slides = on && tokens !== undefined;
    const slide = slidingLayers(reader, layers, (layer) => slides && !turned[layer]);
    const rule = `layer_types must be ${FULL} in every layer where no window is used`;
    const types = slide.map((item) => item ? SLIDING : FULL);
    must(CANNOT, rule, types, slides || !slide.includes(true));
    return {
      ...turned.includes(false) && { rotatedLayers: turned },
      ...slide.includes(true) && { slidingWindow: { tokens: tokens!, layers: slide } },
    };
  },
  write: (config) => ({
    no_rope_layers: layerTypes(config).map((_, i) => (config.rotatedLayers?.[i] ?? true) ? 1 : 0),
    use_sliding_window: config.slidingWindow !== undefined,
    sliding_window: config.slidingWindow?.tokens ?? null,
    layer_types: layerTypes(config),
  }),
};

/** Granite's multipliers. */
export const multipliers: Keys = {
  read: (reader) => ({
    scales: {
      embedding: reader.number("embedding_multiplier", 1),
      residual: reader.number("residual_multiplier", 1),
      logits: 1 / reader.number("logits_scaling", 1),
    },
    queryScale: reader.number("attention_multiplier", 1),
  }),
  write: (_config, { scales, queryScale }) => ({
    embedding_multiplier: scales.embedding,
    residual_multiplier: scales.residual,
    logits_scaling: plain(1 / scales.logits),
    attention_multiplier: queryScale,
  }),
};

/** Cohere's factor of logits. */
export const logitScale: Keys = {
  read: (reader) => ({ scales: { logits: reader.number("logit_scale", 0.0625) } }),
  write: (_config, { scales }) => ({ logit_scale: scales.logits }),
};

/** Gemma's scale of queries. */
export const queryScalar: Keys = {
  read: (reader) => ({ queryScale: 1 / Math.sqrt(reader.number("query_pre_attn_scalar", 256)) }),
  write: (_config, { queryScale }) => ({ query_pre_attn_scalar: plain(queryScale ** -2) }),
};

/** A number freed of what rounding left: 12.000000000000002 was 12. */
function plain(x: number): number {
  return Number(x.toPrecision(14));
}

/** Gemma 2's caps, or the one that Gemma 3 may have. */
export const caps = (usual: { attention?: number; logits?: number }, ofAttention: boolean): Keys => ({
  read: (reader) => {
    const logits = reader.optional("final_logit_softcapping", usual.logits);
    const attention = ofAttention ? reader.optional("attn_logit_softcapping", usual.attention) : undefined;
    if (!ofAttention) reader.one("attn_logit_softcapping", null);
    const softCaps = { ...logits !== undefined && { logits }, ...attention !== undefined && { attention } };
    return Object.keys(softCaps).length > 0 ? { softCaps } : {};
  },
  write: ({ softCaps }) => ({
    final_logit_softcapping: softCaps?.logits ?? null,
    attn_logit_softcapping: softCaps?.attention ?? null,
  }),
});

/** Where queries, keys and values are cut off. */
export const clip: Keys = {
  read: (reader) => {
    const clipQkv = reader.optional("clip_qkv");
    return clipQkv === undefined ? {} : { clipQkv };
  },
  write: ({ clipQkv }) => ({ clip_qkv: clipQkv ?? null }),
};

/** A norm of each head's queries and keys with weights of its own, where it is switched on. */
export const ownHeadNorms = (key: string): Keys => ({
  read: (reader) => reader.flag(key, false) ? { qkNorm: "each-head" } : {},
  write: (_config, { qkNorm }) => ({ [key]: qkNorm === "each-head" }),
});

/** Phi's norms of queries and keys, which have biases that none is computed with here. */
export const noBiasedHeadNorms: Keys = {
  read: (reader) => {
    const rule = "false, as norms of queries and keys with biases are not computed here";
    reader.expect("qk_layernorm", rule, (value) => value === false, false);
    return {};
  },
  write: () => ({}),
};

/** Halves side by side: with one norm where that is switched on (StableLM), or each with its own until it is switched off. */
export const parallelResidual = (kind: true | "own-norms"): Keys => ({
  read: (reader) => reader.flag("use_parallel_residual", kind === "own-norms") ? { parallel: kind } : {},
  write: (_config, { parallel }) => ({ use_parallel_residual: parallel === kind }),
});

/** Several groups of keys as one. */
export function together(groups: readonly Keys[]): Keys {
  return {
    read: (reader, shape) => {
      const found = groups.map((group) => group.read(reader, shape));
      const parts = Object.assign({}, ...found) as Partial<LlamaConfig>;
      const biases = Object.assign({}, ...found.map(({ biases }) => biases)) as BiasParts;
      return Object.keys(biases).length > 0 ? { ...parts, biases } : parts;
    },
    write: (config, parts) => Object.assign({}, ...groups.map((group) => group.write(config, parts))),
  };
}
