import {
  activation,
  always,
  attentionBias,
  attentionBiasUnlessOff,
  caps,
  clip,
  epsilon,
  fixed,
  gemmaActivation,
  headWidth,
  type Keys,
  layersWithoutPositions,
  logitScale,
  mlpBias,
  multipliers,
  noBiasedHeadNorms,
  noWindow,
  ownHeadNorms,
  parallelResidual,
  patternedWindow,
  qkvBias,
  queryScalar,
  sameHeads,
  switchedWindow,
  tied,
  together,
  windowOfAll,
} from "./_config_keys.ts";
import type { HuggingFaceType } from "./parts.ts";

/** How models of one type are described in Hugging Face's files. */
export interface ModelType {
  /** The class that computes it. */
  architecture: string;
  /** Its keys beside sizes and rotary embedding. */
  keys: Keys;
  /** How its rotary embedding is written: layers that slide have a base of their own, or a description of their own; or by its own names. */
  rope?: "local-base" | "by-layer-type" | "rotary-names";
  /** What differs in the names of its tensors from a Llama's. */
  tensors?: TensorNames;
}

/** What may differ in the names of a type's tensors. */
export interface TensorNames {
  /** Queries, keys and values lie in one tensor, gate and up too; `by-head`: those of each head side by side (GPT-NeoX). */
  fused?: boolean | "by-head";
  /** Dimensions that turn together lie side by side, not half a head apart. */
  interleaved?: boolean;
  /** Names for others. */
  renamed?: Readonly<Record<string, string>>;
  /** The norms of single heads are tensors of their own. */
  normOfHead?: boolean;
}

const LAYER_NORM = { norm: { kind: "layer", bias: true } } as const;
const GEMMA = [
  tied(true),
  epsilon("rms_norm_eps", 1e-6),
  headWidth("always", 256),
  attentionBias,
  always(({ width }) => ({ scales: { embedding: Math.sqrt(width) } })),
  fixed({ use_bidirectional_attention: false }),
];

/** The types that are read and written, the plainest first. */
export const MODEL_TYPES: Record<HuggingFaceType, ModelType> = {
  llama: {
    architecture: "LlamaForCausalLM",
    keys: together([
      tied(false),
      epsilon("rms_norm_eps", 1e-6),
      headWidth("always"),
      attentionBias,
      mlpBias,
      activation(),
      noWindow,
      fixed({ rope_interleaved: false }),
    ]),
  },
  qwen3: {
    architecture: "Qwen3ForCausalLM",
    keys: together([
      tied(false),
      epsilon("rms_norm_eps", 1e-6),
      headWidth("always", 128),
      attentionBias,
      activation(),
      switchedWindow,
      always({ qkNorm: true }),
    ]),
  },
  qwen2: {
    architecture: "Qwen2ForCausalLM",
    keys: together([
      tied(false),
      epsilon("rms_norm_eps", 1e-6),
      headWidth("if-other"),
      activation(),
      switchedWindow,
      always({ biases: { qkv: true } }),
    ]),
  },
  mistral: {
    architecture: "MistralForCausalLM",
    keys: together([
      tied(false),
      epsilon("rms_norm_eps", 1e-6),
      headWidth("always"),
      activation(),
      windowOfAll(4096),
    ]),
  },
  olmo: {
    architecture: "OlmoForCausalLM",
    keys: together([
      tied(false),
      headWidth("if-other"),
      attentionBias,
      activation(),
      noWindow,
      clip,
      always({ norm: { kind: "layer", weight: "none" }, normEpsilon: 1e-5 }),
    ]),
  },
  olmo2: {
    architecture: "Olmo2ForCausalLM",
    keys: together([
      tied(false),
      epsilon("rms_norm_eps", 1e-5),
      headWidth("if-other"),
      attentionBias,
      activation(),
      noWindow,
      always({ norm: { place: "after" }, qkNorm: "projection" }),
    ]),
  },
  olmo3: {
    architecture: "Olmo3ForCausalLM",
    rope: "by-layer-type",
    keys: together([
      tied(false),
      epsilon("rms_norm_eps", 1e-5),
      headWidth("if-other"),
      attentionBias,
      activation(),
      patternedWindow(4096, () => (layer) => (layer + 1) % 4 !== 0),
      always({ norm: { place: "after" }, qkNorm: "projection" }),
    ]),
  },
  smollm3: {
    architecture: "SmolLM3ForCausalLM",
    keys: together([
      tied(true),
      epsilon("rms_norm_eps", 1e-6),
      headWidth("if-other"),
      attentionBias,
      mlpBias,
      activation(),
      layersWithoutPositions,
    ]),
  },
  phi3: {
    architecture: "Phi3ForCausalLM",
    tensors: { fused: true },
    keys: together([
      tied(false),
      epsilon("rms_norm_eps", 1e-5),
      headWidth("if-other"),
      activation(),
      windowOfAll(),
      fixed({ attention_bias: false }),
    ]),
  },
  granite: {
    architecture: "GraniteForCausalLM",
    keys: together([
      tied(false),
      epsilon("rms_norm_eps", 1e-6),
      headWidth("if-other"),
      attentionBias,
      mlpBias,
      activation(),
      noWindow,
      multipliers,
    ]),
  },
  gemma: {
    architecture: "GemmaForCausalLM",
    keys: together([...GEMMA, gemmaActivation, noWindow, always({ norm: { weight: "factor-less-1" } })]),
  },
  gemma2: {
    architecture: "Gemma2ForCausalLM",
    keys: together([
      ...GEMMA,
      activation("gelu_pytorch_tanh", "hidden_activation"),
      fixed({ hidden_act: "gelu_pytorch_tanh" }),
      patternedWindow(4096, () => (layer) => layer % 2 === 0),
      queryScalar,
      caps({ attention: 50, logits: 30 }, true),
      always({ norm: { place: "both", weight: "factor-less-1" } }),
    ]),
  },
  "gemma3_text": {
    architecture: "Gemma3ForCausalLM",
    rope: "local-base",
    keys: together([
      ...GEMMA,
      activation("gelu_pytorch_tanh", "hidden_activation"),
      patternedWindow(4096, (reader) => {
        reader.value("_sliding_window_pattern");
        const every = reader.whole("sliding_window_pattern", 6);
        return (layer) => (layer + 1) % every !== 0;
      }),
      queryScalar,
      caps({}, false),
      always({ norm: { place: "both", weight: "factor-less-1" }, qkNorm: true }),
    ]),
  },
  "gpt_neox": {
    architecture: "GPTNeoXForCausalLM",
    rope: "rotary-names",
    tensors: {
      fused: "by-head",
      renamed: {
        "model.embed_tokens": "gpt_neox.embed_in",
        "model.layers": "gpt_neox.layers",
        "model.norm": "gpt_neox.final_layer_norm",
        "lm_head": "embed_out",
        self_attn: "attention",
        qkv_proj: "query_key_value",
        o_proj: "dense",
        up_proj: "dense_h_to_4h",
        down_proj: "dense_4h_to_h",
      },
    },
    keys: together([
      tied(false),
      epsilon("layer_norm_eps", 1e-5),
      headWidth("never"),
      sameHeads,
      attentionBiasUnlessOff,
      activation("gelu"),
      noWindow,
      parallelResidual("own-norms"),
      always({ ...LAYER_NORM, gated: false, biases: { feedForward: true } }),
    ]),
  },
  stablelm: {
    architecture: "StableLmForCausalLM",
    tensors: {
      renamed: { q_norm: "q_layernorm", k_norm: "k_layernorm" },
      normOfHead: true,
    },
    keys: together([
      tied(false),
      epsilon("layer_norm_eps", 1e-5),
      headWidth("never"),
      qkvBias,
      activation(),
      noWindow,
      ownHeadNorms("qk_layernorm"),
      parallelResidual(true),
      always(LAYER_NORM),
    ]),
  },
  phi: {
    architecture: "PhiForCausalLM",
    tensors: {
      renamed: {
        o_proj: "dense",
        up_proj: "fc1",
        down_proj: "fc2",
        "model.norm": "model.final_layernorm",
      },
    },
    keys: together([
      tied(false),
      epsilon("layer_norm_eps", 1e-5),
      headWidth("if-other"),
      activation("gelu_new"),
      noWindow,
      noBiasedHeadNorms,
      always({
        ...LAYER_NORM,
        parallel: true,
        gated: false,
        biases: { qkv: true, attentionOutput: true, feedForward: true, output: true },
      }),
    ]),
  },
  cohere: {
    architecture: "CohereForCausalLM",
    tensors: { interleaved: true },
    keys: together([
      tied(true),
      epsilon("layer_norm_eps", 1e-5),
      headWidth("if-other"),
      attentionBias,
      activation(),
      noWindow,
      ownHeadNorms("use_qk_norm"),
      logitScale,
      always({ norm: { kind: "layer" }, parallel: true }),
    ]),
  },
};

/** What other types have that is not computed here, by what their names match. */
export const LACKING: readonly (readonly [RegExp, string])[] = [
  [/mixtral|moe|deepseek|gpt_oss|dbrx|minimax|llama4|jamba|kimi|dots1|hy_v3/, "routed experts"],
  [/mamba|rwkv|xlstm|recurrent|_next|falcon_h1|bamba|zamba|nemotron_h|lfm2/, "recurrent layers"],
  [
    /^(gpt2|gpt_neo|opt|codegen|openai-gpt|gpt_bigcode|biogpt|xglm|ctrl)$/,
    "learned positions or layers of its own kind",
  ],
  [/^(bloom|mpt|falcon)$/, "ALiBi or layers of its own kind"],
  [/^(gptj|persimmon|gpt_neox_japanese)/, "a block of its own kind"],
  [
    /vl|vision|llava|mllama|^gemma3$|^gemma3n|^mistral3$|omni|audio/,
    "inputs other than text: its text model alone is read",
  ],
  [/^(t5|bart|umt5|mt5|pegasus|marian)|bert|encoder|electra/, "an encoder"],
];
