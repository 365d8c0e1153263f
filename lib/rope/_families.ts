/** What the configurations of a type leave to the type, as transformers 5.24.0 fills it in. */
export interface Family {
  /** The base where none is given. @default {10000} */
  base?: number;
  /** A head's dimensions where none are given. @default {the width over the heads} */
  head?: number;
  /** The share of a head that turns where none is given. @default {1} */
  share?: number;
  /** Whether a share in the configuration is read: other types turn whole heads whatever it says. @default {if `share` stands here} */
  partial?: boolean;
  /** Turned dimensions where `rotary_dim` is not given. */
  rotaryDimensions?: number;
  /** The base of the `sliding_attention` layers where none is given. These layers are not stretched. */
  local?: number;
  /** Whether those layers are stretched too. */
  localStretched?: boolean;
  /** Fields without which the type has sizes or a scaling of its own. */
  needs?: readonly (readonly string[])[];
  /** Fields of a rotary embedding that the type does not read. */
  ignores?: readonly string[];
}

const ROPE = ["rope_parameters", "rope_scaling"];
const LATENT = { needs: [["qk_rope_head_dim"]] };
const STATED = { needs: [ROPE] };

const ROWS: readonly (readonly [Family, string])[] = [
  [
    {},
    "arcee aria_text blt_patcher chameleon cohere2 dbrx deepseek_ocr2_encoder deepseek_ocr2_text diffllama doge dots1 " +
    "esmc eurobert exaone4 exaone_moe falcon falcon_h1 granite granite_docling_text granite_swa granitemoe granitemoe_swa " +
    "granitemoeshared hunyuan_v1_dense hunyuan_v1_moe hunyuan_vl_text hyperclovax idefics jais2 " +
    "kyutai_speech_to_text llama mimi ministral mistral moshi nanochat olmo olmo2 olmo_hybrid olmoe qwen2 qwen2_moe qwen3_moe " +
    "qwen3_omni_moe_talker_text starcoder2 unlimited_ocr_text voxtral_realtime_text",
  ],
  [
    { head: 128 },
    "afmoe flint hrm_text jetmoe kolibri1 lara_mini molmo2_text muse_glimmer_text qwen3 seed_oss " +
    "qwen3_omni_moe_talker_code_predictor",
  ],
  [{ needs: [["position_embedding_type"]] }, "granitemoehybrid"],
  [{ needs: [["position_embedding_type"]], ignores: ROPE }, "esm"],
  [{ head: 128, ignores: ["rope_scaling"] }, "cohere2_moe"],
  [{ needs: [["use_mem_rope"], ["attention_head_dim"]] }, "zamba2"],
  [{ head: 256 }, "gemma gemma2 t5_gemma_module vaultgemma"],
  [{ base: 2e4 }, "jina_embeddings_v3"],
  [{ base: 1e3 }, "nomic_bert"],
  [{ base: 1.6e5 }, "gte"],
  [{ base: 1e5, head: 128 }, "helium"],
  [
    { base: 5e5 },
    "bitnet blt cohere csm ernie4_5_moe flex_olmo mllama_text_model muse_spark_text qwen3_vl_moe_text",
  ],
  [{ base: 5e5, head: 128 }, "ernie4_5 llama4_text paddleocr_vl_text qwen3_vl_text"],
  [
    { base: 1e6 },
    "emu3_text_model lfm2 lfm2_moe minimax mixtral phimoe qwen2_5_omni_text qwen2_5_vl_text qwen2_vl_text qwen3_omni_moe_text",
  ],
  [{ base: 1e6, head: 128 }, "qwen2_5_omni_talker"],
  [{ base: 1e6, head: 128, partial: true }, "solar_open"],
  [{ base: 2e6 }, "smollm3"],
  [{ base: 5e6, head: 128, partial: true }, "minimax_m2 minimax_m3_vl_text"],
  [{ base: 11158840, head: 128 }, "hy_v3"],
  [{ partial: true }, "glm4v_text glm_image_text glm_ocr_text phi3 phi4_multimodal"],
  [{ partial: true, ignores: ["rope_theta"] }, "gpt_neox_japanese"],
  [{ partial: true, head: 256 }, "qwen4_exp_text"],
  [{ share: 0.5 }, "bamba glm4_moe glm4v_moe_text nemotron persimmon phi recurrent_gemma"],
  [{ share: 0.5, head: 128 }, "glm glm4"],
  [{ share: 0.25 }, "stablelm"],
  [{ share: 0.25, ignores: ["rope_theta"] }, "gpt_neox"],
  [{ share: 0.25, head: 256 }, "qwen3_5_moe_text qwen3_5_text qwen3_next"],
  // Another type's code by its authors: half of a head turns, and `rope_ratio` stretches the base (THUDM's modeling_chatglm.py).
  [{ share: 0.5 }, "chatglm"],
  [{ rotaryDimensions: 64 }, "gptj codegen"],
  [
    LATENT,
    "axk1 axk2 deepseek_v2 deepseek_v3 deepseek_v32 glm4_moe_lite glm_moe_dsa hy_v4 hy_v4_vl_text minicpm3 youtu",
  ],
  [{ base: 6e6, ...LATENT }, "bailing_hybrid"],
  [{ base: 1e7, ...LATENT }, "longcat_flash"],
  [{ base: 1e6, head: 256, local: 1e4 }, "gemma3_text gemma3n_text t5gemma2_decoder t5gemma2_text"],
  [
    { base: 1.6e5, local: 1e4, localStretched: true, ignores: ["rope_theta"] },
    "modernbert modernbert-decoder",
  ],
  [{ base: 5e5, local: 5e5 }, "olmo3"],
  [{ partial: true, ...STATED }, "apertus apertus1p5_text gpt_oss openai_privacy_filter"],
  [{ partial: true, head: 128, ...STATED }, "cwm ministral3"],
  [{ partial: true, needs: [["qk_rope_head_dim"], ["rope_parameters"]] }, "mistral4 mistral_large4_text"],
  [
    { partial: true, needs: [["head_dim"], ["rope_parameters"]] },
    "beam deepseek_v4 dory dots3_note_text laguna lfm3 mellum mimo_v2_flash neomme step3p5 ultrabert zaya",
  ],
  [
    { partial: true, needs: [["head_dim"], ["global_head_dim", "per_layer_config"], ["rope_parameters"]] },
    "diffusion_gemma_text embedding_gemma2_text gemma4_text gemma4_unified_text",
  ],
];

/** Types of language models with a rotary embedding, by `model_type`. */
export const families: ReadonlyMap<string, Family> = new Map(
  ROWS.flatMap(([family, names]) => names.split(" ").map((name) => [name, family] as const)),
);

/** The type of the text model inside, where a configuration holds several models and names none for the text. */
export const textTypes: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ("apertus1p5 aria deepseek_ocr2 diffusion_gemma dots3_note embedding_gemma2 gemma3 gemma3n gemma4 gemma4_unified glm4v glm4v_moe " +
      "glm_image glm_ocr granite_docling hunyuan_vl hy_v4_vl llama4 minimax_m3_vl mistral_large4 molmo2 muse_glimmer muse_spark " +
      "paddleocr_vl qwen2_5_vl qwen2_vl qwen3_5 qwen3_5_moe qwen3_vl qwen3_vl_moe qwen4_exp unlimited_ocr")
      .split(" ").map((name) => [name, `${name}_text`]),
  ),
  ...{ emu3: "emu3_text_model", mllama: "mllama_text_model", step3p7: "step3p5" },
  ...{ t5gemma: "t5_gemma_module", t5gemma2: "t5gemma2_decoder", t5gemma2_encoder: "t5gemma2_text" },
};

/** Types that do not rotate, though some of their configurations hold a base. */
export const still: ReadonlySet<string> = new Set(
  ("albert bart bert bert-generation big_bird bigbird_pegasus biogpt blenderbot bloom camembert cpmant ctrl deberta deberta-v2 distilbert electra ernie " +
    "falcon_mamba flaubert fnet funnel glm5_next_text gpt-sw3 gpt2 gpt_bigcode gpt_neo jamba kimi_linear led longformer longt5 m2m_100 " +
    "mamba mamba2 marian mbart megatron-bert mpnet mpt mt5 nemotron_h openai-gpt opt pegasus plbart reformer rembert roberta rwkv " +
    "squeezebert switch_transformers t5 umt5 whisper xglm xlm xlm-roberta xlm-roberta-xl xlnet xlstm xmod zamba")
    .split(" "),
);

/** Types whose `full_attention` layers do not rotate: never, or where the others have a sliding window. */
export const stillInFull: Readonly<Record<string, "always" | "beside a window">> = {
  cohere2: "always",
  "cohere2_moe": "always",
  exaone4: "beside a window",
  "exaone_moe": "beside a window",
};

/** Types that rotate by several axes, or pad their heads: read plainly they would be wrong in silence. */
export const REORDERED =
  /^(?:ernie4_5_vl|eomt_dinov3|dinov3|musicflamingo|moonshine|clvp|efficientloftr|esmfold|cosmos3_edge|cohere_compass)/;
