// deno-lint-ignore-file camelcase -- the names of config.json
import type { HuggingFaceConfig } from "../rope/mod.ts";
import { MODEL_TYPES } from "./_model_types.ts";
import { readConfig } from "./_read_config.ts";
import { checkConfig } from "./config.ts";
import {
  computed,
  type HuggingFaceType,
  type LlamaConfig,
  partsOf,
  type RotaryFrequencies,
} from "./parts.ts";

/** How a message on a configuration that has no name begins. */
const CANNOT = "Cannot write a model's configuration for Hugging Face";

/**
 * Read Hugging Face's `config.json` of a decoder of a type that is computed here. A key that is not known to leave the
 * computation as it is, is refused by its name: a list of those that change it would never be whole. Null stands for a key left
 * out.
 *
 * The context of a model with dynamic NTK is the one that its factor is for, as files then say the trained one.
 *
 * @throws {RangeError} If it describes another type, or one with parts that this room does not compute.
 */
export function fromHuggingFace(json: HuggingFaceConfig): LlamaConfig {
  const { config, type, kept } = readConfig(json);
  const huggingFace = {
    ...typeOf(config) !== type && { type },
    ...Object.keys(kept).length > 0 && { keys: kept },
  };
  return Object.keys(huggingFace).length > 0 ? { ...config, huggingFace } : config;
}

/**
 * Our configuration as Hugging Face's `config.json`. Frequencies it has no name for go under `midtrain`.
 *
 * @throws {RangeError} If no type has the model's parts together.
 */
export function toHuggingFace(config: LlamaConfig): Record<string, unknown> {
  return { ...config.huggingFace?.keys, ...written(config, typeOf(config)) };
}

/**
 * The text of {@linkcode toHuggingFace}. Python's strict readers take no 30 where they want 30.0.
 *
 * @throws {RangeError} If no type has the model's parts together.
 */
export function configText(config: LlamaConfig): string {
  const text = JSON.stringify(toHuggingFace(config), null, 2);
  return text.replace(FLOATS, "$1.0") + "\n";
}

/** Whole numbers as values of keys that transformers declares as `float` alone. */
const FLOATS =
  /("(?:final_logit_softcapping|attn_logit_softcapping|logit_scale|clip_qkv|(?:rms|layer)_norm_eps|initializer_range)": -?\d+)(?=,?$)/gm;

/**
 * The type under which a model is written: the one that it names, else the first that says all of its parts, as reading back
 * tells.
 *
 * @throws {RangeError} If there is none; the message names a part that the type cannot say.
 */
export function typeOf(config: LlamaConfig): HuggingFaceType {
  const { type } = config.huggingFace ?? {};
  if (type !== undefined && !Object.hasOwn(MODEL_TYPES, type)) {
    const names = Object.keys(MODEL_TYPES).join(", ");
    throw new RangeError(`${CANNOT} as huggingFace.type must be one of ${names}: current value is ${type}`);
  }
  let first: string | undefined;
  for (const candidate of type === undefined ? Object.keys(MODEL_TYPES) as HuggingFaceType[] : [type]) {
    const lack = difference(config, candidate);
    if (lack === undefined) return candidate;
    first ??= lack;
  }
  throw new RangeError(
    type === undefined
      ? `${CANNOT} as no model type says these parts together: llama lacks ${first}`
      : `${CANNOT} as the model type ${type} must say all of its parts: it lacks ${first}`,
  );
}

/** The first part that is another one when a configuration written as a type is read again. */
function difference(config: LlamaConfig, type: HuggingFaceType): string | undefined {
  const wanted = computed(config);
  let found: Record<string, unknown>;
  try {
    found = computed(readConfig(written(config, type)).config);
  } catch (error) {
    // The configuration itself was checked: what is wrong is what the type makes of it.
    checkConfig(config);
    return (error as Error).message.replace(/^.*? as /, "");
  }
  const name = Object.keys(wanted).find((name) => found[name] !== wanted[name]);
  return name === undefined ? undefined : `${name} ${wanted[name]}`.slice(0, 80);
}

function written(config: LlamaConfig, type: HuggingFaceType): Record<string, unknown> {
  const { architecture, keys: own } = MODEL_TYPES[type];
  const keys: Record<string, unknown> = {
    architectures: [architecture],
    model_type: type,
    vocab_size: config.vocabularySize,
    hidden_size: config.width,
    intermediate_size: config.feedForward,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    // Where dynamic frequencies begin; their factor says how far they go.
    max_position_embeddings: config.rope?.longer?.factor === undefined
      ? config.context
      : config.rope.longer.than,
    ...own.write(config, partsOf(config)),
    ...rotary(config, type),
    torch_dtype: "float32",
  };
  // A run's folder is known again by this text: keys that were always written keep their places.
  const first = ORDER.filter((key) => key in keys);
  return Object.fromEntries([...new Set([...first, ...Object.keys(keys)])].map((key) => [key, keys[key]]));
}

const ORDER = [
  ...["architectures", "model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers"],
  ...["num_attention_heads", "num_key_value_heads", "head_dim", "max_position_embeddings", "rms_norm_eps"],
  ...["rope_theta", "rope_scaling", "hidden_act", "attention_bias", "mlp_bias", "tie_word_embeddings"],
  "torch_dtype",
];

function rotary(config: LlamaConfig, type: HuggingFaceType): Record<string, unknown> {
  const { rope, ropeBase, slidingWindow } = config;
  const { headWidth, rotaryWidth } = partsOf(config);
  const longer = rope?.longer;
  const unnamed = rope && !rope.scaling && {
    midtrain: {
      inverse_frequencies: [...rope.inverseFrequencies],
      attention_factor: rope.attentionFactor ?? 1,
      ...longer?.inverseFrequencies && {
        longer: { than: longer.than, inverse_frequencies: [...longer.inverseFrequencies] },
      },
    },
  };
  const share = rotaryWidth / headWidth;
  const shared = share === 1 && !SHARED.includes(type) ? {} : { partial_rotary_factor: share };
  switch (MODEL_TYPES[type].rope) {
    case "by-layer-type": {
      const described = (base: number, rope: RotaryFrequencies | undefined) => ({
        rope_type: "default",
        ...rope?.scaling,
        rope_theta: base,
      });
      const local = slidingWindow?.ropeBase ?? ropeBase;
      const own = slidingWindow?.ropeBase !== undefined || slidingWindow?.rope !== undefined;
      return {
        rope_parameters: {
          full_attention: described(ropeBase, rope),
          sliding_attention: described(local, own ? slidingWindow?.rope : rope),
        },
        ...unnamed,
      };
    }
    case "rotary-names":
      return {
        rotary_emb_base: ropeBase,
        rotary_pct: share,
        rope_scaling: rope?.scaling ?? null,
        ...unnamed,
      };
    case "local-base":
      return {
        rope_theta: ropeBase,
        rope_local_base_freq: slidingWindow?.ropeBase ?? ropeBase,
        rope_scaling: rope?.scaling ?? null,
        ...unnamed,
      };
    default:
      return { rope_theta: ropeBase, rope_scaling: rope?.scaling ?? null, ...shared, ...unnamed };
  }
}

/** Types of which a part of a head turns unless something else is said. */
const SHARED: readonly HuggingFaceType[] = ["stablelm", "phi"];
