import type { HuggingFaceConfig } from "../../rope/mod.ts";

const heads = (dimensions: number) => ({ hidden_size: dimensions * 32, num_attention_heads: 32 });

const long = (from: number, to: number) =>
  Array.from({ length: 48 }, (_, i) => from * (to / from) ** (i / 47));

/** Real models' configurations, and made ones for what no small list of models covers, to be laid beside transformers. */
export const peerRopes: readonly {
  model: string;
  config: HuggingFaceConfig & { model_type: string };
  length?: number;
  layerType?: string;
}[] = [
  { model: "Llama 2 7B", config: { model_type: "llama", ...heads(128), max_position_embeddings: 4096 } },
  {
    model: "Llama 3.1 8B",
    config: {
      ...{ model_type: "llama", ...heads(128), rope_theta: 5e5, max_position_embeddings: 131072 },
      rope_scaling: {
        ...{ rope_type: "llama3", factor: 8, low_freq_factor: 1, high_freq_factor: 4 },
        original_max_position_embeddings: 8192,
      },
    },
  },
  {
    model: "Llama 3.2 1B, rope_parameters",
    config: {
      ...{ model_type: "llama", ...heads(64), max_position_embeddings: 131072 },
      rope_parameters: {
        ...{ rope_type: "llama3", rope_theta: 5e5, factor: 32, low_freq_factor: 1, high_freq_factor: 4 },
        original_max_position_embeddings: 8192,
      },
    },
  },
  {
    model: "Llama linear times 4",
    config: { model_type: "llama", ...heads(128), rope_scaling: { rope_type: "linear", factor: 4 } },
  },
  ...[2048, 6000, 16384].map((length) => ({
    model: `Llama dynamic NTK times 2 at ${length}`,
    config: {
      ...{ model_type: "llama", ...heads(128), max_position_embeddings: 4096 },
      rope_scaling: { rope_type: "dynamic", factor: 2 },
    },
    length,
  })),
  {
    model: "Qwen2.5 YaRN times 4",
    config: {
      ...{ model_type: "qwen2", hidden_size: 3584, num_attention_heads: 28, rope_theta: 1e6 },
      ...{ max_position_embeddings: 32768 },
      rope_scaling: { type: "yarn", factor: 4, original_max_position_embeddings: 32768 },
    },
  },
  {
    model: "Qwen3 YaRN times 4",
    config: {
      ...{ model_type: "qwen3", hidden_size: 4096, num_attention_heads: 32, head_dim: 128, rope_theta: 1e6 },
      ...{ max_position_embeddings: 40960 },
      rope_scaling: { rope_type: "yarn", factor: 4, original_max_position_embeddings: 32768 },
    },
  },
  {
    model: "DeepSeek-V3",
    config: {
      ...{
        model_type: "deepseek_v3",
        qk_rope_head_dim: 64,
        qk_nope_head_dim: 128,
        max_position_embeddings: 163840,
      },
      rope_theta: 10000,
      rope_scaling: {
        ...{ type: "yarn", factor: 40, original_max_position_embeddings: 4096 },
        ...{ beta_fast: 32, beta_slow: 1, mscale: 1, mscale_all_dim: 1 },
      },
    },
  },
  {
    model: "gpt-oss 20B",
    config: {
      ...{
        model_type: "gpt_oss",
        head_dim: 64,
        hidden_size: 2880,
        num_attention_heads: 64,
        rope_theta: 150000,
      },
      ...{ max_position_embeddings: 131072 },
      rope_scaling: {
        ...{ rope_type: "yarn", factor: 32, original_max_position_embeddings: 4096 },
        ...{ beta_fast: 32, beta_slow: 1, truncate: false },
      },
    },
  },
  ...["full_attention", "sliding_attention"].map((layerType) => ({
    model: `Gemma 3 4B, ${layerType}`,
    config: {
      ...{ model_type: "gemma3_text", head_dim: 256, hidden_size: 2560, num_attention_heads: 8 },
      ...{ max_position_embeddings: 131072, rope_theta: 1e6, rope_local_base_freq: 1e4 },
      rope_scaling: { rope_type: "linear", factor: 8 },
    },
    layerType,
  })),
  ...[1024, 8192].map((length) => ({
    model: `Phi-3 with LongRoPE at ${length}`,
    config: {
      ...{ model_type: "phi3", hidden_size: 3072, num_attention_heads: 32, max_position_embeddings: 131072 },
      original_max_position_embeddings: 4096,
      rope_scaling: { type: "longrope", short_factor: long(1, 2), long_factor: long(1.08, 64) },
    },
    length,
  })),
  {
    model: "GLM-4 9B, half of the head",
    config: {
      ...{ model_type: "glm4", hidden_size: 4096, num_attention_heads: 32, head_dim: 128 },
      ...{ partial_rotary_factor: 0.5, rope_theta: 10000 },
    },
  },
  {
    model: "Pythia, a quarter of the head",
    config: {
      model_type: "gpt_neox",
      hidden_size: 2048,
      num_attention_heads: 16,
      rotary_pct: 0.25,
      rotary_emb_base: 10000,
    },
  },
  ...["full_attention", "sliding_attention"].map((layerType) => ({
    model: `Gemma 4, ${layerType}`,
    config: {
      ...{
        model_type: "gemma4_text",
        head_dim: 256,
        global_head_dim: 512,
        hidden_size: 2304,
        num_attention_heads: 8,
      },
      rope_parameters: {
        sliding_attention: { rope_type: "default", rope_theta: 1e4 },
        full_attention: { rope_type: "proportional", partial_rotary_factor: 0.25, rope_theta: 1e6 },
      },
    },
    layerType,
  })),
  {
    model: "SmolLM3 3B",
    config: { model_type: "smollm3", hidden_size: 2048, num_attention_heads: 16, rope_theta: 5e6 },
  },
];
