// deno-lint-ignore-file camelcase -- the names of config.json
import { type Checkpoint, initialCheckpoint } from "../../anneal/mod.ts";
import { fromHuggingFace } from "../../anneal/config_json.ts";
import { parametersOf, tensorSlices } from "../../anneal/hugging_face.ts";
import { sizeOf } from "../../anneal/_shapes.ts";

/** A decoder as `config.json` describes it. */
export type DecoderConfig = Record<string, unknown> & { model_type: string };

/** Sizes of all cases; several query heads share a key head, and no size is another's. */
const SIZES = {
  vocab_size: 61,
  hidden_size: 32,
  intermediate_size: 40,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 48,
  bos_token_id: 1,
  eos_token_id: 2,
  pad_token_id: null,
};

const LLAMA3 = {
  rope_type: "llama3",
  rope_theta: 5e4,
  factor: 4,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 16,
};
const YARN = { rope_type: "yarn", rope_theta: 5e4, factor: 4, original_max_position_embeddings: 12 };
/** Phi's: long at the cases' length, or short. */
const longrope = (original: number, pairs: number) => ({
  max_position_embeddings: 64,
  original_max_position_embeddings: original,
  rope_parameters: {
    rope_type: "longrope",
    rope_theta: 5e4,
    short_factor: Array.from({ length: pairs }, (_, i) => 1 + i / 8),
    long_factor: Array.from({ length: pairs }, (_, i) => 1 + 2 * i),
    original_max_position_embeddings: original,
  },
});
const DYNAMIC = { rope_type: "dynamic", rope_theta: 5e4, factor: 4 };
const PLAIN = { rope_type: "default", rope_theta: 5e4 };
const FULL = "full_attention";
const SLIDING = "sliding_attention";

/** Every type with each of its parts on and off, by what is particular. */
export const CASES: Readonly<Record<string, DecoderConfig>> = Object.fromEntries(
  ([
    ["llama", {}],
    ["llama", { tie_word_embeddings: true, rope_parameters: LLAMA3 }],
    ["llama", { head_dim: 12, attention_bias: true, mlp_bias: true, hidden_act: "gelu" }],
    ["llama", { max_position_embeddings: 12, rope_parameters: DYNAMIC }],
    ["llama", { max_position_embeddings: 30, rope_parameters: DYNAMIC }],
    ["mistral", { sliding_window: null, head_dim: 12 }],
    ["mistral", { sliding_window: 5, rms_norm_eps: 1e-2 }],
    ["qwen2", {}],
    ["qwen2", {
      use_sliding_window: true,
      sliding_window: 5,
      max_window_layers: 1,
      tie_word_embeddings: true,
    }],
    ["qwen3", { head_dim: 16 }],
    ["qwen3", { head_dim: 8, attention_bias: true, num_key_value_heads: 1, rope_parameters: YARN }],
    ["olmo", {}],
    ["olmo", { clip_qkv: 0.5, attention_bias: true }],
    ["olmo2", {}],
    ["olmo2", { attention_bias: true, num_key_value_heads: 4, hidden_act: "relu" }],
    ["olmo3", { sliding_window: 5, layer_types: [SLIDING, FULL, SLIDING] }],
    ["olmo3", {
      sliding_window: 5,
      layer_types: [SLIDING, SLIDING, FULL],
      rope_parameters: { [FULL]: YARN, [SLIDING]: PLAIN },
    }],
    ["smollm3", { no_rope_layer_interval: 2 }],
    ["smollm3", {
      no_rope_layers: [0, 1, 1],
      use_sliding_window: true,
      sliding_window: 5,
      mlp_bias: true,
      tie_word_embeddings: false,
    }],
    ["phi", {}],
    ["phi3", {}],
    ["phi3", { sliding_window: 5, partial_rotary_factor: 0.75 }],
    ["phi3", longrope(16, 4)],
    ["phi3", longrope(32, 4)],
    ["granite", {
      embedding_multiplier: 6,
      residual_multiplier: 0.4,
      attention_multiplier: 0.2,
      logits_scaling: 3,
    }],
    ["granite", { attention_bias: true, mlp_bias: true, tie_word_embeddings: true }],
    ["gemma", { head_dim: 8 }],
    ["gemma", { head_dim: 12, num_key_value_heads: 1, attention_bias: true }],
    ["gemma2", { head_dim: 12, sliding_window: 5, query_pre_attn_scalar: 20 }],
    ["gemma2", {
      head_dim: 8,
      attn_logit_softcapping: 2.5,
      final_logit_softcapping: 3.5,
      sliding_window: 48,
    }],
    ["gemma2", { head_dim: 8, attn_logit_softcapping: null, final_logit_softcapping: null }],
    ["gemma3_text", {
      head_dim: 12,
      sliding_window: 5,
      sliding_window_pattern: 2,
      query_pre_attn_scalar: 12,
    }],
    ["gemma3_text", {
      head_dim: 8,
      sliding_window: 5,
      layer_types: [SLIDING, FULL, FULL],
      final_logit_softcapping: 3.5,
      rope_parameters: {
        [FULL]: { rope_type: "linear", rope_theta: 1e6, factor: 8 },
        [SLIDING]: { rope_type: "default", rope_theta: 500 },
      },
    }],
    ["gpt_neox", { num_key_value_heads: 4 }],
    ["gpt_neox", {
      num_key_value_heads: 4,
      use_parallel_residual: false,
      attention_bias: false,
      hidden_act: "relu",
      tie_word_embeddings: true,
      rope_parameters: { ...PLAIN, partial_rotary_factor: 0.5 },
    }],
    ["stablelm", {}],
    ["stablelm", { use_qkv_bias: true, qk_layernorm: true, use_parallel_residual: true }],
    ["cohere", { logit_scale: 0.5 }],
    ["cohere", { use_qk_norm: true, attention_bias: true, tie_word_embeddings: false }],
  ] as const).map(([model_type, parts]) => {
    const said = JSON.stringify(parts).replaceAll(/["{}\]]|_attention|\[/g, "").slice(0, 90);
    return [said === "" ? model_type : `${model_type}: ${said}`, { ...SIZES, ...parts, model_type }];
  }),
);

/** Whole numbers that look random, the same in Python: MurmurHash3's last mixing of a counter. */
function mixed(counter: number): number {
  let x = counter >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Numbers in [-1, 1), named by a text (FNV-1a) and a seed. */
export function uniform(name: string, seed: number, count: number): Float64Array {
  let hash = 0x811c9dc5 ^ seed;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return Float64Array.from({ length: count }, (_, i) => mixed(hash + i) / 2 ** 31 - 1);
}

/** A model of such a configuration whose weights a formula gives. */
export function decoderOf(json: DecoderConfig, seed: number): Checkpoint {
  const config = fromHuggingFace(json);
  const gemma = json.model_type.startsWith("gemma");
  const tensors = Object.fromEntries(
    tensorSlices(config).map(({ name, shape }) => {
      const values = uniform(name, seed, sizeOf(shape));
      const norm = name.includes("norm");
      const size = norm ? 0.3 : name.endsWith(".bias") ? 0.4 : 0.25;
      const around = norm && name.endsWith(".weight") && !gemma ? 1 : 0;
      return [name, Float32Array.from(values, (x) => around + size * x)];
    }),
  );
  return { ...initialCheckpoint(config, seed), weights: parametersOf(config, tensors) };
}

/** Token ids of a sequence, special ones left out. */
export function tokensOf(json: DecoderConfig, seed: number, count: number): number[] {
  const free = (json.vocab_size as number) - 3;
  return Array.from(uniform("tokens", seed, count), (x) => 3 + Math.floor((x + 1) / 2 * free));
}
