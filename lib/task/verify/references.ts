/**
 * Numbers that the laws, schedules and rotary embeddings are held to: published ones with their source, and the least
 * objectives known on the public data. The tests and `deno task verify:laws` read them here.
 * @module
 */
import type { HuggingFaceConfig } from "../../rope/mod.ts";
import type { Errors } from "../../laws/mod.ts";
import type { IsoflopSetting } from "../../data/mod.ts";

/** The sizes of the multi-power law's public curves, in million parameters. */
export const sizes = [25, 100, 400] as const;

/** The curves that the multi-power law's authors fit; the other six of a size are held out. */
export const trainCurves = ["cosine_24000", "constant_24000", "wsdcon_9"];

/** Parameters that the repository of 2503.12811 prints, and their errors averaged over the six held-out curves. */
export const multiPower: Record<
  (typeof sizes)[number],
  { parameters: Record<string, number>; errors: Errors }
> = {
  25: {
    parameters: {
      ...{ L0: 3.040454, A: .524686, alpha: .507869, B: 363.7875 },
      ...{ C: 2.065608, beta: .582790, gamma: .641423 },
    },
    errors: { R2: .998802, MAE: .003760, RMSE: .004652, PredE: .001102, WorstE: .004095 },
  },
  100: {
    parameters: {
      ...{ L0: 2.651448, A: .601152, alpha: .452958, B: 437.9464 },
      ...{ C: 2.132456, beta: .597852, gamma: .655236 },
    },
    errors: { R2: .998301, MAE: .004348, RMSE: .005919, PredE: .001425, WorstE: .005829 },
  },
  400: {
    parameters: {
      ...{ L0: 2.374745, A: .654212, alpha: .428787, B: 523.4246 },
      ...{ C: 2.024627, beta: .593505, gamma: .634725 },
    },
    errors: { R2: .997763, MAE: .004836, RMSE: .007305, PredE: .001680, WorstE: .009948 },
  },
};

/** The optimum of LLDL that the authors of 2503.12811 start from. */
export const lldlOptimum: Record<(typeof sizes)[number], Record<string, number>> = {
  25: { L0: 3.147763, A: .525613, alpha: .498723, B: 378.1832 },
  100: { L0: 2.776247, A: .606934, alpha: .442104, B: 456.8696 },
  400: { L0: 2.510182, A: .669610, alpha: .408167, B: 541.6199 },
};

/** The least training objectives known, rounded up in the last digit. */
export const leastObjectives: Record<(typeof sizes)[number], Record<string, number>> = {
  25: {
    ...{ "one-power": 3.3675e-3, "lldl": 2.4819e-4, "momentum": 2.0795e-4, "mel": 2.0915e-4 },
    ...{ "no-gamma": 1.6165e-4, "step-power": 1.2255e-4, "functional": 1.6115e-4, "multi-power": 1.3845e-4 },
  },
  100: {
    ...{ "one-power": 4.9235e-3, "lldl": 2.2102e-4, "momentum": 1.2895e-4, "mel": 1.2765e-4 },
    ...{ "no-gamma": 1.0005e-4, "step-power": 5.385e-5, "functional": 1.0145e-4, "multi-power": 2.6545e-5 },
  },
  400: {
    ...{ "one-power": 6.3375e-3, "lldl": 3.3518e-4, "momentum": 2.2495e-4, "mel": 1.9495e-4 },
    ...{ "no-gamma": 1.1595e-4, "step-power": 9.335e-5, "functional": 1.1755e-4, "multi-power": 7.885e-5 },
  },
};

/** The Chinchilla refit of 2404.10102: without the five runs of greatest loss, and with them. */
export const chinchilla = {
  runs: { all: 245, kept: 240 },
  kept: {
    objective: 1.018274e-3,
    parameters: { E: 1.817218, A: 477.826, B: 2143.417, alpha: .3473105, beta: .3671724 },
    /** At 5.76e23 FLOP. */
    optimum: { params: 73.19e9, tokens: 1.3116e12, exponent: .5139 },
  },
  all: { objective: 1.826011e-3, parameters: { beta: .453049 } },
  /** 95 % from 4,000 resamples, as published. */
  intervals: { E: [1.769, 1.871], alpha: [.317, .373], beta: [.331, .415], A: [285, 744] },
} as const;

/** Fits of the Gemstones (2502.06857) by delta; at 1e-4 after cooldown the published fit stopped at 2.059406e-4 with beta .690. */
export const gemstones = [
  { phase: "before", delta: 1e-3, objective: 1.951532e-3, lnE: .77732, alpha: .31176, beta: .67989 },
  { phase: "after", delta: 1e-3, objective: 1.964086e-3, lnE: .72986, alpha: .30036, beta: .58017 },
  { phase: "before", delta: 1e-4, objective: 2.035364e-4, lnE: .77646, alpha: .31039, beta: .68655 },
  { phase: "after", delta: 1e-4, objective: 2.047791e-4, lnE: .73230, alpha: .30064, beta: .58597 },
] as const;

/** The five exponents of 2406.19146 on RefinedWeb, to four digits. */
export const kaplanExponents: Record<IsoflopSetting, string> = {
  "kaplan": "0.8353",
  "last-layer": "0.7065",
  "short-warmup": "0.6020",
  "cosine-decay": "0.5715",
  "tuned": "0.4969",
};

/** Data repetition (2305.16264): the C4 coefficients, the published constants with their R2, and an optimum of the 182 runs, which is one of several. */
export const repetition = {
  fixed: {
    E: Math.exp(0.6254804),
    A: Math.exp(6.255414),
    B: Math.exp(7.3049974),
    alpha: 0.3526596,
    beta: 0.3526596,
  },
  published: { RD: 15.387756, RN: 5.309743, R2: 0.7722046084968408 },
  withoutRepetition: { R2: 0.4451684378759986 },
  optimum: { RD: 46.990, objective: 0.015807379 },
  /** Worth of one of so many epochs against fresh tokens. */
  worth: [[4, "0.931"], [8, "0.828"], [16, "0.661"], [40, "0.379"]],
} as const;

/** ln(gain) = ln k + a ln(N / 1e9) + b ln(D / 1e10) by least squares on the Gemstones' 199 cooldowns. */
export const cooldownGain = { lnK: -2.66560, a: -0.13373, b: 0.01946, R2: 0.7501 };

/** Critical mixture ratios (2407.17467, table 5) at 100 units of 0.2B tokens, in per cent. */
export const criticalMixtures = [
  { model: "460M", a: 0.22524761, s: 0.26944345, b: -0.48139982, percent: "29.8" },
  { model: "940M", a: 0.7520627, s: 0.13720245, b: -1.06581937, percent: "34.9" },
  { model: "1.6B", a: -2.36384831, s: -0.15125569, b: 1.59223649, percent: "41.4" },
  { model: "3.1B", a: -2.5368197, s: -0.42071423, b: 0.84375368, percent: "47.8" },
] as const;

/** D-CPT (2406.01375, table 5): general loss by domain share, 3 % above the initial loss tolerated. */
export const dCptTable = {
  points: [[.9, 2.9052], [.91, 2.9193], [.92, 2.9376], [.924, 2.9445], [.93, 2.9644], [.94, 2.9848], [
    1,
    3.4667,
  ]]
    .map(([share, loss]) => ({ share: share!, loss: loss! })),
  limit: 2.8602 * 1.03,
  crossing: "0.924454",
};

/** The convex bound (2501.18965) with G = D = 1 over 400 steps of a schedule made for 401, and at its best scale. */
export const convexBounds: readonly {
  schedule: string;
  rate: (x: number) => number;
  bound: string;
  best?: string;
}[] = [
  { schedule: "constant", rate: () => 1, bound: "3.784965", best: "0.137545" },
  { schedule: "cosine", rate: (x) => (1 + Math.cos(Math.PI * x)) / 2, bound: "1.074030", best: "0.103386" },
  { schedule: "WSD 20 %", rate: _wsd(0.2, (x) => 1 - x), bound: "2.155649", best: "0.109323" },
  {
    schedule: "WSD 20 % 1-sqrt",
    rate: _wsd(0.2, (x) => 1 - Math.sqrt(x)),
    bound: "1.999645",
    best: "0.107288",
  },
  { schedule: "WSD 50 %", rate: _wsd(0.5, (x) => 1 - x), bound: "1.577833" },
  { schedule: "linear to zero", rate: (x) => 1 - x, bound: "1.017662", best: "0.100630" },
];

function _wsd(share: number, shape: (x: number) => number): (x: number) => number {
  return (x) => x < 1 - share ? 1 : shape((x - 1 + share) / share);
}

const heads = (dimensions: number) => ({ hidden_size: dimensions * 32, num_attention_heads: 32 });

/**
 * Rotary embeddings of models: the attention factor, and the frequencies of pairs 0, d/6, d/4 and d/2 - 1 of d rotated
 * dimensions; those of Llama 2 by YaRN and of Llama 3 are in the tests of transformers.
 */
export const ropeModels: readonly {
  model: string;
  config: HuggingFaceConfig;
  attentionFactor: number;
  frequencies: readonly number[];
}[] = [
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
];

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
