import {
  defaultRope,
  dynamicNtk,
  llama3,
  longRope,
  positionInterpolation,
  proportionalRope,
  type Rope,
} from "./frequencies.ts";
import { yarn, yarnAttentionFactor, type YarnOptions } from "./yarn.ts";

/** The `config.json` of a Hugging Face model, as parsed JSON. */
export type HuggingFaceConfig = Record<string, unknown>;

/** Options of {@linkcode ropeFromConfig}. */
export interface RopeFromConfigOptions {
  /** The length of the sequence at hand, in tokens, for methods that look at it. @default {the model's longest context} */
  length?: number | undefined;
  /** Which layers, where a model rotates its layers differently, for example `sliding_attention`. @default {"full_attention"} */
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
 * @throws {TypeError} If the configuration lacks the head's size, names an unknown method, or is of a family whose several
 * axes order the frequencies anew.
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
  const root = isRecord(config.text_config) ? { ...config, ...config.text_config } : config;
  const { layerType = "full_attention" } = options;
  const family = String(root.model_type ?? "");
  if (REORDERED.test(family)) {
    throw new TypeError(
      `Cannot read a rotary embedding of ${family} as its axes divide the frequencies in an order of their own`,
    );
  }
  const parameters = parametersOf(root, layerType);
  const number = (name: string, fallback?: number) =>
    numberOf(parameters, name) ?? numberOf(root, name) ?? fallback;
  const latent = numberOf(root, "qk_rope_head_dim");
  const headDimensions = latent === undefined
    ? headOf(root, layerType)
    : latent + (numberOf(root, "qk_nope_head_dim") ?? 0);
  const type = String(parameters.rope_type ?? parameters.type ?? "default");
  const share = number("partial_rotary_factor") ?? numberOf(root, "rotary_pct") ?? 1;
  const dimensions = latent ??
    (type === "proportional" ? headDimensions : Math.trunc(headDimensions * share));
  const base = number("rope_theta") ?? numberOf(root, "rotary_emb_base") ?? 10000;
  const context = numberOf(root, "max_position_embeddings");
  const originalContext = number("original_max_position_embeddings", context);
  const factor = number("factor") ?? (context && originalContext ? context / originalContext : undefined);
  const common = { dimensions, base };
  const need = (name: string, value: number | undefined): number => {
    if (value === undefined) {
      throw new TypeError(`Cannot read a rotary embedding as the configuration lacks ${name}`);
    }
    return value;
  };
  const extension = () => ({ ...common, factor: need("factor", factor) });
  const original = () => need("original_max_position_embeddings", originalContext);
  const length = options.length ?? context ?? Infinity;

  const build: Record<string, () => Rope> = {
    default: () => defaultRope(common),
    // Multimodal rotary sections share the plain frequencies.
    mrope: () => defaultRope(common),
    linear: () => positionInterpolation(extension()),
    proportional: () => proportionalRope({ ...common, share, factor: number("factor", 1)! }),
    dynamic: () =>
      dynamicNtk({
        ...extension(),
        originalContext: original(),
        length: need("length", options.length ?? context),
      }),
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
        attentionFactor: numberOf(parameters, "attention_factor"),
      }),
  };
  build.su = build.longrope;
  if (!Object.hasOwn(build, type)) {
    throw new TypeError(
      `Cannot read a rotary embedding as rope_type must be one of ${
        Object.keys(build).join(", ")
      }: current value is "${type}"`,
    );
  }
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

/** Families that rotate by several axes and order the frequencies for it: read plainly they would be wrong in silence. */
const REORDERED = /^(?:ernie4_5_vl|eomt_dinov3|dinov3|musicflamingo)/;

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
function parametersOf(config: HuggingFaceConfig, layerType: string): HuggingFaceConfig {
  const found = config.rope_parameters ?? config.rope_scaling ?? {};
  if (!isRecord(found)) {
    throw new TypeError(
      `Cannot read a rotary embedding as rope_scaling must be an object: current value is ${found}`,
    );
  }
  const byLayer = Object.values(found).length > 0 &&
    Object.values(found).every((value) => value === null || isRecord(value));
  if (!byLayer) {
    // Gemma 3's older form: local layers have a base of their own and are not stretched.
    const local = numberOf(config, "rope_local_base_freq");
    return layerType === "sliding_attention" && local !== undefined ? { rope_theta: local } : found;
  }
  const own = found[layerType];
  if (!isRecord(own)) {
    throw new TypeError(
      `Cannot read a rotary embedding as layerType must be one of ${
        Object.keys(found).join(", ")
      }: current value is "${layerType}"`,
    );
  }
  return own;
}

function isRecord(value: unknown): value is HuggingFaceConfig {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function numberOf(record: HuggingFaceConfig, name: string): number | undefined {
  const value = record[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new TypeError(
      `Cannot read a rotary embedding as ${name} must be a finite number: current value is ${value}`,
    );
  }
  return value;
}

function numbersOf(record: HuggingFaceConfig, name: string): number[] {
  const value = record[name];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "number")) {
    throw new TypeError(
      `Cannot read a rotary embedding as ${name} must be a list of numbers: current value is ${value}`,
    );
  }
  return value;
}

/** The dimensions of a head under the names that models give them, or the width over the heads. */
function headOf(config: HuggingFaceConfig, layerType: string): number {
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
  const stated = own ?? first("head_dim", "attention_head_dim", "kv_channels");
  if (stated !== undefined) return stated;
  const width = first("hidden_size", "d_model", "n_embd");
  const heads = first("num_attention_heads", "n_heads", "n_head");
  if (width === undefined || heads === undefined) {
    throw new TypeError(
      "Cannot read a rotary embedding as the configuration lacks head_dim, and hidden_size and num_attention_heads to derive it",
    );
  }
  return Math.trunc(width / heads);
}
