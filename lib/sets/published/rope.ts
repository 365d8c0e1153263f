/**
 * What the rotary embeddings are held to: tables of frequencies and factors, published or computed by transformers. The tests
 * and the tasks that verify read them here.
 * @module
 */

const heads = (dimensions: number) => ({ hidden_size: dimensions * 32, num_attention_heads: 32 });

/**
 * Rotary embeddings of models: the attention factor, and the frequencies of pairs 0, d/6, d/4 and d/2 - 1 of d rotated
 * dimensions; those of Llama 2 by YaRN and of Llama 3 are in the tests of transformers.
 */
export const ropeModels = [
  {
    model: "Qwen2.5 stretched 4 times by YaRN",
    config: {
      ...heads(128),
      rope_theta: 1e6,
      max_position_embeddings: 32768,
      rope_scaling: { type: "yarn", factor: 4, original_max_position_embeddings: 32768 },
    },
    attentionFactor: 1.138629436,
    frequencies: [1, 1.07461e-2, 6.02941e-4, 3.10234e-7],
  },
  {
    model: "Llama 2 at 64k by YaRN",
    config: {
      ...heads(128),
      max_position_embeddings: 65536,
      rope_scaling: { type: "yarn", factor: 16, original_max_position_embeddings: 4096 },
    },
    attentionFactor: 1.277258872,
    frequencies: [1, 4.69409e-2, 5.67308e-3, 7.21739e-6],
  },
  {
    model: "DeepSeek-V3",
    config: {
      qk_rope_head_dim: 64,
      qk_nope_head_dim: 128,
      max_position_embeddings: 163840,
      rope_scaling: {
        type: "yarn",
        factor: 40,
        original_max_position_embeddings: 4096,
        mscale: 1,
        mscale_all_dim: 1,
      },
    },
    attentionFactor: 1,
    frequencies: [1, 5.62341e-2, 5.5e-3, 3.3338e-6],
  },
  {
    model: "gpt-oss without truncation",
    config: {
      head_dim: 64,
      rope_theta: 150000,
      rope_parameters: {
        rope_type: "yarn",
        factor: 32,
        original_max_position_embeddings: 4096,
        truncate: false,
      },
    },
    attentionFactor: 1.346573590,
    frequencies: [1, 1.9335e-2, 4.56484e-4, 3.02351e-7],
  },
  {
    model: "Olmo 3 by layer type",
    config: {
      head_dim: 128,
      rope_parameters: {
        sliding_attention: { rope_type: "default", rope_theta: 5e5 },
        full_attention: {
          rope_type: "yarn",
          rope_theta: 5e5,
          factor: 8,
          original_max_position_embeddings: 8192,
        },
      },
    },
    attentionFactor: 1.207944154,
    frequencies: [1, 1.14073e-2, 3.95148e-4, 3.06893e-7],
  },
  {
    model: "Llama 3.1 8B",
    config: {
      ...heads(128),
      rope_theta: 5e5,
      rope_scaling: { rope_type: "llama3", factor: 8, original_max_position_embeddings: 8192 },
    },
    attentionFactor: 1,
    frequencies: [1, 1.34904e-2, 5.24846e-4, 3.06893e-7],
  },
  {
    model: "Llama 3.2 1B",
    config: {
      ...heads(64),
      rope_theta: 5e5,
      rope_scaling: { rope_type: "llama3", factor: 32, original_max_position_embeddings: 8192 },
    },
    attentionFactor: 1,
    frequencies: [1, 1.65604e-2, 4.29557e-4, 9.41831e-8],
  },
] as const;

/** DeepSeek's softmax multiplier and scale at a factor of 40 with heads of 192, by `mscale_all_dim`. */
export const softmaxScales = [
  { model: "DeepSeek-V3", mscale: 1, multiplier: 1.8738542, scale: 0.1352338 },
  { model: "DeepSeek-V2", mscale: 0.707, multiplier: 1.5896262, scale: 0.1147214 },
] as const;

/** Llama 2's base under dynamic NTK times two at three lengths, and under NTK-aware scaling times four. */
export const ntkBases = {
  aware: 40889.942,
  dynamic: [[6000, 19499.278], [8192, 30527.737], [16384, 72195.860]],
} as const;

/** YaRN's factor on cosine and sine (transformers), and the paper's temperature. */
export const yarnTemperatures = [
  [2, 1.069315, 0.874559],
  [4, 1.138629, 0.771321],
  [8, 1.207944, 0.685340],
  [16, 1.277259, 0.612974],
  [32, 1.346574, 0.551493],
] as const;
