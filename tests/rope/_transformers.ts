// deno-lint-ignore-file camelcase -- the names of config.json

/** Sizes of every configuration below that states none. */
export const tiny = { hidden_size: 256, num_attention_heads: 4, max_position_embeddings: 512 };

/**
 * What the rotary modules of transformers 5.24.0 hold for small configurations of each type: by layer type ("" where there is
 * one) the number of pairs, the second frequency, the last one, and the attention factor; in float32, printed to 7 digits.
 */
export const peers: readonly {
  types: string;
  config: Record<string, unknown>;
  layers: Record<string, readonly [pairs: number, second: number, last: number, attentionFactor: number]>;
}[] = [
  {
    types: "arcee aria_text blt_patcher chameleon cohere2 dbrx deepseek_ocr2_encoder deepseek_ocr2_text " +
      "diffllama doge dots1 esmc eurobert exaone4 exaone_moe falcon falcon_h1 granite granite_docling_text " +
      "granite_swa granitemoe granitemoe_swa granitemoeshared hunyuan_v1_dense hunyuan_v1_moe " +
      "hunyuan_vl_text hyperclovax idefics jais2 kyutai_speech_to_text llama mimi ministral mistral moshi " +
      "nanochat olmo olmo2 olmo_hybrid olmoe qwen2 qwen2_moe qwen3_moe qwen3_omni_moe_talker_text " +
      "starcoder2 unlimited_ocr_text voxtral_realtime_text glm4v_text glm_image_text glm_ocr_text phi3 " +
      "phi4_multimodal gpt_neox_japanese glm glm4 qwen3_5_moe_text qwen3_5_text qwen3_next",
    config: { ...tiny },
    layers: { "": [32, 0.7498942, 0.0001333522, 1.0] },
  },
  {
    types: "arcee aria_text blt_patcher chameleon cohere2 dbrx deepseek_ocr2_encoder deepseek_ocr2_text " +
      "diffllama doge dots1 esmc eurobert exaone4 exaone_moe falcon falcon_h1 granite granite_docling_text " +
      "granite_swa granitemoe granitemoe_swa granitemoeshared hyperclovax idefics jais2 " +
      "kyutai_speech_to_text llama mimi mistral moshi nanochat olmo olmo2 olmo_hybrid olmoe qwen2 qwen2_moe " +
      "qwen3_moe qwen3_omni_moe_talker_text starcoder2 unlimited_ocr_text voxtral_realtime_text " +
      "jina_embeddings_v3 nomic_bert gte bitnet blt cohere csm ernie4_5_moe flex_olmo mllama_text_model " +
      "muse_spark_text qwen3_vl_moe_text emu3_text_model lfm2 lfm2_moe qwen2_5_omni_text qwen2_5_vl_text " +
      "qwen2_vl_text qwen3_omni_moe_text smollm3 glm4v_text glm_image_text glm_ocr_text glm glm4 " +
      "qwen3_5_moe_text qwen3_5_text qwen3_next apertus apertus1p5_text gpt_oss openai_privacy_filter",
    config: {
      ...tiny,
      rope_theta: 50000.0,
      rope_scaling: { rope_type: "yarn", factor: 4.0, original_max_position_embeddings: 128 },
    },
    layers: { "": [32, 0.6536852, 7.01153e-06, 1.138629] },
  },
  {
    types: "afmoe flint hrm_text jetmoe kolibri1 lara_mini molmo2_text muse_glimmer_text qwen3 seed_oss " +
      "qwen3_omni_moe_talker_code_predictor cohere2_moe",
    config: { ...tiny },
    layers: { "": [64, 0.8659644, 0.0001154782, 1.0] },
  },
  {
    types: "afmoe flint hrm_text jetmoe kolibri1 lara_mini molmo2_text muse_glimmer_text qwen3 seed_oss " +
      "qwen3_omni_moe_talker_code_predictor helium ernie4_5 llama4_text paddleocr_vl_text qwen3_vl_text " +
      "qwen2_5_omni_talker solar_open minimax_m2 minimax_m3_vl_text hy_v3 cwm ministral3",
    config: {
      ...tiny,
      rope_theta: 50000.0,
      rope_scaling: { rope_type: "yarn", factor: 4.0, original_max_position_embeddings: 128 },
    },
    layers: { "": [64, 0.8092732, 5.92095e-06, 1.138629] },
  },
  {
    types: "granitemoehybrid",
    config: { ...tiny, position_embedding_type: "rope" },
    layers: { "": [32, 0.7498942, 0.0001333522, 1.0] },
  },
  {
    types: "granitemoehybrid",
    config: {
      ...tiny,
      position_embedding_type: "rope",
      rope_theta: 50000.0,
      rope_scaling: { rope_type: "yarn", factor: 4.0, original_max_position_embeddings: 128 },
    },
    layers: { "": [32, 0.6536852, 7.01153e-06, 1.138629] },
  },
  {
    types: "esm",
    config: { ...tiny, position_embedding_type: "rotary" },
    layers: { "": [32, 0.7498942, 0.0001333522, 1.0] },
  },
  {
    types: "zamba2",
    config: { ...tiny, use_mem_rope: true, attention_head_dim: 64 },
    layers: { "": [32, 0.7498942, 0.0001333522, 1.0] },
  },
  {
    types: "zamba2",
    config: {
      ...tiny,
      use_mem_rope: true,
      attention_head_dim: 64,
      rope_theta: 50000.0,
      rope_scaling: { rope_type: "yarn", factor: 4.0, original_max_position_embeddings: 128 },
    },
    layers: { "": [32, 0.6536852, 7.01153e-06, 1.138629] },
  },
  {
    types: "gemma gemma2 t5_gemma_module vaultgemma qwen4_exp_text",
    config: { ...tiny },
    layers: { "": [128, 0.930572, 0.0001074608, 1.0] },
  },
  {
    types: "gemma gemma2 t5_gemma_module vaultgemma qwen4_exp_text",
    config: {
      ...tiny,
      rope_theta: 50000.0,
      rope_scaling: { rope_type: "yarn", factor: 4.0, original_max_position_embeddings: 128 },
    },
    layers: { "": [128, 0.8997999, 5.441025e-06, 1.138629] },
  },
  { types: "jina_embeddings_v3", config: { ...tiny }, layers: { "": [32, 0.7338255, 6.813608e-05, 1.0] } },
  { types: "nomic_bert", config: { ...tiny }, layers: { "": [32, 0.8058422, 0.001240938, 1.0] } },
  { types: "gte", config: { ...tiny }, layers: { "": [32, 0.687656, 9.088847e-06, 1.0] } },
  { types: "helium", config: { ...tiny }, layers: { "": [64, 0.8353626, 1.197085e-05, 1.0] } },
  {
    types: "bitnet blt cohere csm ernie4_5_moe flex_olmo mllama_text_model muse_spark_text qwen3_vl_moe_text",
    config: { ...tiny },
    layers: { "": [32, 0.6636013, 3.013858e-06, 1.0] },
  },
  {
    types: "ernie4_5 llama4_text paddleocr_vl_text qwen3_vl_text",
    config: { ...tiny },
    layers: { "": [64, 0.8146172, 2.455141e-06, 1.0] },
  },
  {
    types:
      "emu3_text_model lfm2 lfm2_moe minimax mixtral phimoe qwen2_5_omni_text qwen2_5_vl_text qwen2_vl_text " +
      "qwen3_omni_moe_text",
    config: { ...tiny },
    layers: { "": [32, 0.6493816, 1.539927e-06, 1.0] },
  },
  {
    types: "qwen2_5_omni_talker solar_open",
    config: { ...tiny },
    layers: { "": [64, 0.8058422, 1.240938e-06, 1.0] },
  },
  { types: "smollm3", config: { ...tiny }, layers: { "": [32, 0.6354667, 7.868233e-07, 1.0] } },
  {
    types: "minimax_m2 minimax_m3_vl_text",
    config: { ...tiny },
    layers: { "": [64, 0.78583, 2.54508e-07, 1.0] },
  },
  { types: "hy_v3", config: { ...tiny }, layers: { "": [64, 0.7760344, 1.154782e-07, 1.0] } },
  {
    types: "gpt_neox_japanese",
    config: {
      ...tiny,
      rotary_emb_base: 50000.0,
      rope_scaling: { rope_type: "yarn", factor: 4.0, original_max_position_embeddings: 128 },
    },
    layers: { "": [32, 0.6536852, 7.01153e-06, 1.138629] },
  },
  {
    types: "bamba glm4_moe glm4v_moe_text nemotron persimmon phi recurrent_gemma",
    config: { ...tiny },
    layers: { "": [16, 0.5623413, 0.0001778279, 1.0] },
  },
  {
    types: "bamba glm4_moe glm4v_moe_text nemotron persimmon phi",
    config: {
      ...tiny,
      rope_theta: 50000.0,
      rope_scaling: { rope_type: "yarn", factor: 4.0, original_max_position_embeddings: 128 },
    },
    layers: { "": [16, 0.4322483, 9.832312e-06, 1.138629] },
  },
  { types: "stablelm gpt_neox", config: { ...tiny }, layers: { "": [8, 0.3162278, 0.0003162278, 1.0] } },
  {
    types: "stablelm",
    config: {
      ...tiny,
      rope_theta: 50000.0,
      rope_scaling: { rope_type: "yarn", factor: 4.0, original_max_position_embeddings: 128 },
    },
    layers: { "": [8, 0.1939501, 1.933487e-05, 1.138629] },
  },
  {
    types: "gpt_neox",
    config: {
      ...tiny,
      rotary_emb_base: 50000.0,
      rope_scaling: { rope_type: "yarn", factor: 4.0, original_max_position_embeddings: 128 },
    },
    layers: { "": [8, 0.1939501, 1.933487e-05, 1.138629] },
  },
  {
    types: "axk1 axk2 deepseek_v2 deepseek_v3 deepseek_v32 glm4_moe_lite glm_moe_dsa hy_v4 minicpm3 youtu",
    config: { ...tiny, qk_rope_head_dim: 32, qk_nope_head_dim: 32 },
    layers: { "": [16, 0.5623413, 0.0001778279, 1.0] },
  },
  {
    types: "axk1 axk2 deepseek_v2 deepseek_v3 deepseek_v32 glm4_moe_lite glm_moe_dsa hy_v4 minicpm3 youtu " +
      "bailing_hybrid",
    config: {
      ...tiny,
      qk_rope_head_dim: 32,
      qk_nope_head_dim: 32,
      rope_theta: 50000.0,
      rope_scaling: { rope_type: "yarn", factor: 4.0, original_max_position_embeddings: 128 },
    },
    layers: { "": [16, 0.4322483, 9.832312e-06, 1.138629] },
  },
  {
    types: "bailing_hybrid",
    config: { ...tiny, qk_rope_head_dim: 32, qk_nope_head_dim: 32 },
    layers: { "": [16, 0.377021, 4.42062e-07, 1.0] },
  },
  {
    types: "longcat_flash",
    config: { ...tiny, qk_rope_head_dim: 64, qk_nope_head_dim: 32 },
    layers: { "": [32, 0.6042964, 1.654817e-07, 1.0] },
  },
  {
    types: "longcat_flash",
    config: {
      ...tiny,
      qk_rope_head_dim: 64,
      qk_nope_head_dim: 32,
      rope_theta: 50000.0,
      rope_scaling: { rope_type: "yarn", factor: 4.0, original_max_position_embeddings: 128 },
    },
    layers: { "": [32, 0.6536852, 7.01153e-06, 1.138629] },
  },
  {
    types: "gemma3_text gemma3n_text t5gemma2_decoder t5gemma2_text",
    config: { ...tiny },
    layers: {
      full_attention: [128, 0.8976871, 1.113974e-06, 1.0],
      sliding_attention: [128, 0.930572, 0.0001074608, 1.0],
    },
  },
  {
    types: "gemma3_text gemma3n_text t5gemma2_decoder t5gemma2_text",
    config: {
      ...tiny,
      rope_theta: 50000.0,
      rope_scaling: { rope_type: "yarn", factor: 4.0, original_max_position_embeddings: 128 },
    },
    layers: {
      full_attention: [128, 0.8997999, 5.441025e-06, 1.138629],
      sliding_attention: [128, 0.930572, 0.0001074608, 1.0],
    },
  },
  {
    types: "modernbert modernbert-decoder",
    config: { ...tiny },
    layers: {
      full_attention: [32, 0.687656, 9.088847e-06, 1.0],
      sliding_attention: [32, 0.7498942, 0.0001333522, 1.0],
    },
  },
  {
    types: "modernbert modernbert-decoder",
    config: {
      ...tiny,
      rope_scaling: { rope_type: "yarn", factor: 4.0, original_max_position_embeddings: 128 },
    },
    layers: {
      full_attention: [32, 0.6303514, 2.272212e-06, 1.138629],
      sliding_attention: [32, 0.698765, 3.333804e-05, 1.138629],
    },
  },
  {
    types: "olmo3",
    config: { ...tiny },
    layers: {
      full_attention: [32, 0.6636013, 3.013858e-06, 1.0],
      sliding_attention: [32, 0.6636013, 3.013858e-06, 1.0],
    },
  },
  {
    types: "olmo3",
    config: {
      ...tiny,
      rope_theta: 50000.0,
      rope_scaling: { rope_type: "yarn", factor: 4.0, original_max_position_embeddings: 128 },
    },
    layers: {
      full_attention: [32, 0.6536852, 7.01153e-06, 1.138629],
      sliding_attention: [32, 0.6636013, 3.013858e-06, 1.0],
    },
  },
  {
    types: "mistral4",
    config: {
      ...tiny,
      qk_rope_head_dim: 64,
      qk_nope_head_dim: 64,
      rope_parameters: {
        rope_type: "yarn",
        factor: 4.0,
        original_max_position_embeddings: 128,
        rope_theta: 50000.0,
      },
    },
    layers: { "": [32, 0.6536852, 7.01153e-06, 1.138629] },
  },
  {
    types: "mistral_large4_text",
    config: {
      ...tiny,
      qk_rope_head_dim: 32,
      qk_nope_head_dim: 32,
      rope_parameters: {
        rope_type: "yarn",
        factor: 4.0,
        original_max_position_embeddings: 128,
        rope_theta: 50000.0,
      },
    },
    layers: { "": [16, 0.4322483, 9.832312e-06, 1.138629] },
  },
  {
    types: "beam",
    config: {
      rope_parameters: {
        sliding_attention: { rope_type: "default", rope_theta: 10000.0 },
        full_attention: null,
      },
      head_dim: 128,
      hidden_size: 5120,
      num_attention_heads: 48,
      max_position_embeddings: 8192,
    },
    layers: { sliding_attention: [64, 0.8659644, 0.0001154782, 1.0] },
  },
  {
    types: "deepseek_v4",
    config: {
      ...tiny,
      rope_parameters: {
        main: { rope_type: "default", rope_theta: 10000.0, partial_rotary_factor: 0.125 },
        compress: { rope_theta: 160000.0, rope_type: "default", partial_rotary_factor: 0.125 },
      },
      head_dim: 512,
    },
    layers: { main: [32, 0.7498942, 0.0001333522, 1.0], compress: [32, 0.687656, 9.088847e-06, 1.0] },
  },
  {
    types: "dory",
    config: {
      ...tiny,
      rope_parameters: {
        full_attention: { rope_type: "default", rope_theta: 10000000.0 },
        sliding_attention: { rope_type: "default", rope_theta: 10000.0 },
      },
      head_dim: 256,
    },
    layers: {
      full_attention: [128, 0.8816831, 1.134194e-07, 1.0],
      sliding_attention: [128, 0.930572, 0.0001074608, 1.0],
    },
  },
  {
    types: "dots3_note_text",
    config: {
      rope_parameters: {
        sliding_attention: { rope_type: "default", rope_theta: 50000.0, partial_rotary_factor: 0.25 },
        indexed_attention: { rope_type: "default", rope_theta: 80000000.0, partial_rotary_factor: 0.25 },
      },
      head_dim: 256,
      hidden_size: 5120,
      num_attention_heads: 128,
      max_position_embeddings: 524288,
    },
    layers: {
      indexed_attention: [32, 0.5662764, 2.207403e-08, 1.0],
      sliding_attention: [32, 0.7131111, 2.804612e-05, 1.0],
    },
  },
  {
    types: "laguna",
    config: {
      ...tiny,
      rope_parameters: {
        full_attention: { rope_type: "default", rope_theta: 500000.0, partial_rotary_factor: 0.5 },
        sliding_attention: { rope_type: "default", rope_theta: 10000.0, partial_rotary_factor: 1.0 },
      },
      head_dim: 128,
    },
    layers: { full_attention: [32, 0.6636013, 3.013858e-06, 1.0] },
  },
  {
    types: "lfm3",
    config: {
      ...tiny,
      rope_parameters: {
        sliding_attention: { rope_type: "default", rope_theta: 10000.0 },
        full_attention: { rope_type: "proportional", rope_theta: 1000000.0, partial_rotary_factor: 0.5 },
      },
      head_dim: 128,
    },
    layers: {
      full_attention: [64, 0.8058422, 0.0, 1.0],
      sliding_attention: [64, 0.8659644, 0.0001154782, 1.0],
    },
  },
  {
    types: "mellum",
    config: {
      ...tiny,
      rope_parameters: {
        full_attention: { rope_type: "default", rope_theta: 500000.0 },
        sliding_attention: { rope_type: "default", rope_theta: 10000.0 },
      },
      head_dim: 128,
    },
    layers: { full_attention: [64, 0.8146172, 2.455141e-06, 1.0] },
  },
  {
    types: "mimo_v2_flash",
    config: {
      ...tiny,
      rope_parameters: {
        full_attention: { rope_type: "default", rope_theta: 5000000.0, partial_rotary_factor: 0.334 },
        sliding_attention: { rope_type: "default", rope_theta: 10000.0, partial_rotary_factor: 0.334 },
      },
      head_dim: 192,
    },
    layers: {
      full_attention: [32, 0.6175287, 3.238715e-07, 1.0],
      sliding_attention: [32, 0.7498942, 0.0001333522, 1.0],
    },
  },
  {
    types: "neomme",
    config: {
      ...tiny,
      rope_parameters: {
        full_attention: { rope_type: "default", rope_theta: 1000000.0, partial_rotary_factor: 0.25 },
        sliding_attention: { rope_type: "default", rope_theta: 10000.0, partial_rotary_factor: 1.0 },
      },
      head_dim: 64,
    },
    layers: {
      full_attention: [8, 0.1778279, 5.623413e-06, 1.0],
      sliding_attention: [32, 0.7498942, 0.0001333522, 1.0],
    },
  },
  {
    types: "step3p5",
    config: {
      ...tiny,
      rope_parameters: { full_attention: { rope_type: "default", rope_theta: 10000.0 } },
      head_dim: 128,
    },
    layers: { full_attention: [64, 0.8659644, 0.0001154782, 1.0] },
  },
  {
    types: "ultrabert",
    config: {
      ...tiny,
      rope_parameters: {
        sliding_attention: { rope_type: "default", rope_theta: 10000.0 },
        full_attention: { rope_type: "default", rope_theta: 2560000.0 },
      },
      head_dim: 64,
    },
    layers: {
      full_attention: [32, 0.6305833, 6.194661e-07, 1.0],
      sliding_attention: [32, 0.7498942, 0.0001333522, 1.0],
    },
  },
  {
    types: "zaya",
    config: {
      ...tiny,
      rope_parameters: {
        hybrid: { rope_type: "default", rope_theta: 5000000.0, partial_rotary_factor: 0.5 },
        hybrid_sliding: { rope_type: "default", rope_theta: 10000.0, partial_rotary_factor: 0.5 },
      },
      head_dim: 128,
    },
    layers: { hybrid: [32, 0.6175287, 3.238715e-07, 1.0] },
  },
  {
    types: "diffusion_gemma_text gemma4_text gemma4_unified_text",
    config: {
      ...tiny,
      global_head_dim: 512,
      rope_parameters: {
        sliding_attention: { rope_type: "default", rope_theta: 10000.0 },
        full_attention: { rope_type: "proportional", partial_rotary_factor: 0.25, rope_theta: 1000000.0 },
      },
      head_dim: 256,
    },
    layers: {
      full_attention: [256, 0.9474635, 0.0, 1.0],
      sliding_attention: [128, 0.930572, 0.0001074608, 1.0],
    },
  },
  {
    types: "embedding_gemma2_text",
    config: {
      ...tiny,
      global_head_dim: 512,
      rope_parameters: {
        sliding_attention: { rope_type: "default", rope_theta: 10000.0 },
        full_attention: { rope_type: "default", rope_theta: 1000000.0 },
      },
      head_dim: 256,
    },
    layers: {
      full_attention: [256, 0.9474635, 1.05545e-06, 1.0],
      sliding_attention: [128, 0.930572, 0.0001074608, 1.0],
    },
  },
];
