import { inRange, knownOptions } from "../base/mod.ts";
import {
  CANNOT,
  checkKeys,
  checkLayerType,
  familyOf,
  type HuggingFaceConfig,
  isRecord,
  numberOf,
  numbersOf,
  refuseLayerType,
  typeOf,
} from "./_config_checks.ts";
import { families, type Family } from "./_families.ts";
import {
  defaultRope,
  dynamicNtk,
  llama3,
  longRope,
  ntkAware,
  positionInterpolation,
  proportionalRope,
  type Rope,
} from "./frequencies.ts";
import { yarn, yarnAttentionFactor, type YarnOptions } from "./yarn.ts";

/** Options of {@linkcode ropeFromConfig}. */
export interface RopeFromConfigOptions {
  /** The length of the sequence at hand, in tokens, for methods that look at it. @default {the model's longest context} */
  length?: number | undefined;
  /** Which layers, where a model rotates its layers differently, for example `sliding_attention`. @default {"full_attention", or those that rotate} */
  layerType?: string | undefined;
}

/** What {@linkcode ropeFromConfig} reads. */
export interface ConfiguredRope extends Rope {
  /** Dimensions of a head that are rotated; the others are passed through. */
  dimensions: number;
  /** Dimensions of a head in all. */
  headDimensions: number;
  /** The base, `rope_theta`. */
  base: number;
  /** The scale of the attention logits before the softmax, multiplier included. */
  softmaxScale: number;
}

/**
 * The rotary embedding of a Hugging Face model from its `config.json`: the newer `rope_parameters` (also by layer type) and
 * the older `rope_scaling`, partial rotation, and DeepSeek's latent attention with its own softmax scale.
 *
 * A type's own defaults are those of transformers. What is not understood is refused by name: a type without a rotary
 * embedding, an unknown one that says nothing of one, fields that look like one's, and what a method does not read. So are the
 * `full_attention` layers of Cohere 2 and EXAONE 4 where they are asked for by name, as they do not rotate; which single layers
 * of Llama 4 and SmolLM3 do not, their `no_rope_layers` says.
 *
 * PhiMoE differs from transformers 5.24 on purpose: beyond the original length the long factors hold, as it was published, where
 * transformers takes the long `mscale` and keeps the short factors.
 *
 * @throws {TypeError} If the configuration lacks the head's size, or something in it is not understood.
 * @throws {RangeError} If a value is out of range.
 * @example Llama 3.2 1B
 * ```ts
 * import assert from "node:assert/strict";
 * import { ropeFromConfig } from "midtrain/rope";
 *
 * const rope = ropeFromConfig({
 *   hidden_size: 2048, num_attention_heads: 32, rope_theta: 500000, max_position_embeddings: 131072,
 *   rope_scaling: {
 *     rope_type: "llama3", factor: 32, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192,
 *   },
 * });
 * assert.equal(rope.dimensions, 64);
 * assert.ok(Math.abs(rope.inverseFrequencies[31]! / 9.41831e-8 - 1) < 1e-5);
 * ```
 */
export function ropeFromConfig(
  config: HuggingFaceConfig,
  options: RopeFromConfigOptions = {},
): ConfiguredRope {
  knownOptions(CANNOT, options, ["length", "layerType"]);
  if (!isRecord(config)) {
    throw new TypeError(`${CANNOT} as the configuration must be an object: it is ${config}`);
  }
  if (options.length !== undefined) inRange(CANNOT, { length: options.length }, "> 0");
  const root = isRecord(config.text_config) ? { ...config, ...config.text_config } : config;
  const { type: modelType, family } = familyOf(root);
  const { layerType = "full_attention" } = options;
  if (options.layerType !== undefined) checkLayerType(root, { type: modelType, family }, layerType);
  const parameters = parametersOf(root, modelType, family, layerType);
  const number = (name: string, fallback?: number) =>
    numberOf(parameters, name) ?? numberOf(root, name) ?? fallback;
  const latent = numberOf(root, "qk_rope_head_dim");
  const headDimensions = latent === undefined
    ? headOf(root, layerType, family.head)
    : latent + (numberOf(root, "qk_nope_head_dim") ?? 0);
  const type = typeOf(parameters);
  checkKeys(parameters, type);
  const share = one(parameters, SHARES) ?? one(root, SHARES) ?? family.share ?? 1;
  if (share !== 1 && families.has(modelType) && family.share === undefined && !family.partial) {
    throw new TypeError(
      `${CANNOT} of ${modelType} as it turns whole heads: the configuration asks for ${share} of them`,
    );
  }
  const dimensions = latent ?? rotaryOf(root, modelType, family) ??
    (type === "proportional" ? headDimensions : Math.trunc(headDimensions * share));
  const base = baseOf(parameters, root, family);
  const context = one(root, CONTEXTS);
  const originalContext = originalOf(parameters, root) ?? context;
  const factor = number("factor") ?? (context && originalContext ? context / originalContext : undefined);
  const common = { dimensions, base };
  const need = (name: string, value: number | undefined): number => {
    if (value === undefined) throw new TypeError(`${CANNOT} as the configuration lacks ${name}`);
    return value;
  };
  const extension = () => ({ ...common, factor: need("factor", factor) });
  const original = () => need("original_max_position_embeddings", originalContext);
  const length = options.length ?? context ?? Infinity;

  const build: Record<string, () => Rope> = {
    default: () => defaultRope(common),
    linear: () => positionInterpolation(extension()),
    proportional: () => proportionalRope({ ...common, share, factor: number("factor", 1)! }),
    dynamic: () => {
      const alpha = numberOf(parameters, "alpha");
      // HunYuan's fixed stretch of the base, whatever the length.
      return alpha ? ntkAware({ ...common, factor: alpha }) : dynamicNtk({
        ...extension(),
        originalContext: original(),
        length: need("length", options.length ?? context),
      });
    },
    llama3: () =>
      llama3({
        ...extension(),
        originalContext: original(),
        lowFrequencyFactor: number("low_freq_factor", 1)!,
        highFrequencyFactor: number("high_freq_factor", 4)!,
      }),
    yarn: () => yarn({ ...extension(), originalContext: original(), ...yarnOptions(parameters) }),
    longrope: () =>
      longRope({
        ...extension(),
        originalContext: original(),
        shortFactors: numbersOf(parameters, "short_factor"),
        longFactors: numbersOf(parameters, "long_factor"),
        length,
        attentionFactor: numberOf(parameters, length > original() ? "long_mscale" : "short_mscale") ??
          numberOf(parameters, "attention_factor"),
      }),
  };
  const rope = build[type]();
  const mscaleAllDimensions = numberOf(parameters, "mscale_all_dim");
  const softmaxMultiplier = latent !== undefined && type !== "default" && mscaleAllDimensions
    ? yarnAttentionFactor(need("factor", factor), mscaleAllDimensions) ** 2
    : 1;
  return {
    ...rope,
    dimensions,
    headDimensions,
    base,
    softmaxMultiplier,
    softmaxScale: softmaxMultiplier / Math.sqrt(headDimensions),
  };
}

/** Names of the base, of the share of a head that turns, and of the longest context. */
const BASES = ["rope_theta", "rotary_emb_base", "global_rope_theta"];
const SHARES = ["partial_rotary_factor", "rotary_pct", "rope_pct", "rotary_emb_fraction"];
const CONTEXTS = ["max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "n_ctx"];

/** The one value that stands under several names; two that differ are a contradiction. */
function one(record: HuggingFaceConfig, names: readonly string[]): number | undefined {
  const given = names.filter((name) => numberOf(record, name) !== undefined);
  const other = given.find((name) => record[name] !== record[given[0]]);
  if (other !== undefined) {
    throw new TypeError(
      `${CANNOT} as ${given[0]} and ${other} are one value: they are ${record[given[0]]} and ${
        record[other]
      }`,
    );
  }
  return numberOf(record, given[0] ?? names[0]);
}

/** The trained context, which stands at either place; transformers would take one of two that differ without a word. */
function originalOf(parameters: HuggingFaceConfig, root: HuggingFaceConfig): number | undefined {
  const name = "original_max_position_embeddings";
  const [inner, outer] = [numberOf(parameters, name), numberOf(root, name)];
  if (inner !== undefined && outer !== undefined && inner !== outer) {
    throw new TypeError(
      `${CANNOT} as ${name} is one value at both of its places: it is ${inner} with the frequencies and ${outer} beside them`,
    );
  }
  return inner ?? outer;
}

function baseOf(parameters: HuggingFaceConfig, root: HuggingFaceConfig, family: Family): number {
  const attention = isRecord(root.attn_config) ? numberOf(root.attn_config, "rope_theta") : undefined;
  const byLayer = root.layer_rope_theta;
  if (Array.isArray(byLayer)) {
    const bases = [...new Set(byLayer.filter((base) => base !== 0))];
    if (bases.length === 1) return numberOf({ rope_theta: bases[0] }, "rope_theta")!;
    throw new TypeError(`${CANNOT} as layer_rope_theta has a base a layer: they are ${bases.join(", ")}`);
  }
  const base = numberOf(parameters, "rope_theta") ?? one(root, BASES) ?? attention ?? family.base ?? 10000;
  return base * (numberOf(root, "rope_ratio") ?? 1);
}

/** Turned dimensions where the configuration counts them. */
function rotaryOf(root: HuggingFaceConfig, modelType: string, family: Family): number | undefined {
  if (root.rotary_dim === null && family.rotaryDimensions) {
    throw new TypeError(`${CANNOT} of ${modelType} as rotary_dim must be a number: current value is null`);
  }
  return numberOf(root, "rotary_dim") ?? family.rotaryDimensions;
}

function yarnOptions(
  parameters: HuggingFaceConfig,
): Omit<YarnOptions, "dimensions" | "factor" | "originalContext"> {
  const { truncate } = parameters;
  return {
    betaFast: numberOf(parameters, "beta_fast"),
    betaSlow: numberOf(parameters, "beta_slow"),
    attentionFactor: numberOf(parameters, "attention_factor"),
    mscale: numberOf(parameters, "mscale"),
    mscaleAllDimensions: numberOf(parameters, "mscale_all_dim"),
    truncate: typeof truncate === "boolean" ? truncate : undefined,
  };
}

/** `rope_parameters`, by layer type where it is so divided, else `rope_scaling`. */
function parametersOf(
  config: HuggingFaceConfig,
  modelType: string,
  family: Family,
  layerType: string,
): HuggingFaceConfig {
  const found = config.rope_parameters ?? config.rope_scaling ?? {};
  if (!isRecord(found)) {
    throw new TypeError(`${CANNOT} as rope_scaling must be an object: current value is ${found}`);
  }
  const byLayer = Object.values(found).length > 0 &&
    Object.values(found).every((value) => value === null || isRecord(value));
  if (!byLayer) {
    const local = numberOf(config, "rope_local_base_freq") ?? numberOf(config, "local_rope_theta") ??
      family.local;
    if (family.local !== undefined && Object.keys(config.rope_parameters ?? {}).length > 0) {
      throw new TypeError(
        `${CANNOT} of ${modelType} as its rope_parameters must be given by layer type: they are not`,
      );
    }
    // Local layers have a base of their own and, but for ModernBERT's, are not stretched.
    if (layerType !== "sliding_attention" || local === undefined) return found;
    return {
      ...(family.localStretched ? found : {}),
      rope_theta: local,
    };
  }
  const own = found[layerType];
  if (!isRecord(own)) {
    if (own === null) throw new TypeError(`${CANNOT} as its ${layerType} layers have none`);
    refuseLayerType(layerType, Object.keys(found));
  }
  return own as HuggingFaceConfig;
}

/** The dimensions of a head under the names that models give them, else its type's, else the width over the heads. */
function headOf(config: HuggingFaceConfig, layerType: string, usual: number | undefined): number {
  const first = (...names: string[]) => {
    for (const name of names) {
      const value = numberOf(config, name);
      if (value !== undefined) return value;
    }
  };
  // Gemma 4's full attention has wider heads: given once, or by the index of each layer.
  const index = Array.isArray(config.layer_types) ? config.layer_types.indexOf(layerType) : -1;
  const [, layer] = Object.entries(isRecord(config.per_layer_config) ? config.per_layer_config : {})
    .find(([key]) => Number(key) === index) ?? [];
  const own = isRecord(layer)
    ? numberOf(layer, "head_dim")
    : layerType === "full_attention"
    ? numberOf(config, "global_head_dim")
    : undefined;
  const stated = own ?? first("head_dim", "attention_head_dim", "kv_channels") ?? usual;
  if (stated !== undefined) return stated;
  const width = first("hidden_size", "d_model", "n_embd");
  const heads = first("num_attention_heads", "n_heads", "n_head");
  if (width === undefined || heads === undefined) {
    throw new TypeError(
      `${CANNOT} as the configuration lacks head_dim, and hidden_size and num_attention_heads to derive it`,
    );
  }
  return Math.trunc(width / heads);
}
