// deno-lint-ignore-file camelcase -- the names of config.json
import { nearest, notNumber } from "../base/mod.ts";
import { families, type Family, REORDERED, still, stillInFull, textTypes } from "./_families.ts";

/** The `config.json` of a Hugging Face model, as parsed JSON. */
export type HuggingFaceConfig = Record<string, unknown>;

/** What a message begins with where a configuration cannot be read. */
export const CANNOT = "Cannot read a rotary embedding";

/** Fields of a configuration that are read, and those that leave the frequencies alone. */
const READ = [
  "rope_theta rope_scaling rope_parameters rope_local_base_freq global_rope_theta local_rope_theta layer_rope_theta",
  "partial_rotary_factor rotary_pct rope_pct rotary_emb_fraction rotary_emb_base rotary_dim rope_ratio qk_rope_head_dim",
].join(" ").split(" ");
const IGNORED =
  "no_rope_layers no_rope_layer_interval rope_interleave rope_interleaved rotary_emb_interleaved".split(" ");

/** What each method reads of `rope_parameters` or `rope_scaling`. */
const YARN = ["beta_fast", "beta_slow", "mscale", "mscale_all_dim", "attention_factor", "truncate"];
const KEYS: Record<string, readonly string[]> = {
  default: [],
  linear: ["factor"],
  proportional: ["factor"],
  dynamic: ["factor", "original_max_position_embeddings", "alpha"],
  llama3: ["factor", "original_max_position_embeddings", "low_freq_factor", "high_freq_factor"],
  // Mistral's scaling of queries by their position is no part of the embedding.
  yarn: [
    ...["factor", "original_max_position_embeddings", "llama_4_scaling_beta"],
    ...YARN,
  ],
  longrope: [
    ...["factor", "original_max_position_embeddings", "short_factor", "long_factor", "attention_factor"],
    ...["short_mscale", "long_mscale"],
  ],
};
const ALWAYS = [
  ...["rope_type", "type", "rope_theta", "partial_rotary_factor", "mrope_section", "mrope_interleaved"],
  ...["max_position_embeddings", "finetuned"],
];

/** The type of the text model and what transformers fills in for it; throws where it does not rotate or is not understood. */
export function familyOf(config: HuggingFaceConfig): { type: string; family: Family } {
  const given = String(config.model_type ?? "");
  const type = Object.hasOwn(textTypes, given) ? textTypes[given] : given;
  if (REORDERED.test(type)) {
    throw new TypeError(`${CANNOT} of ${type} as its axes divide the frequencies in an order of their own`);
  }
  if (still.has(type)) throw new TypeError(`${CANNOT} of ${type} as it has none`);
  const family = families.get(type);
  const on = (field: string) => {
    // BERT's field, which ModernBERT still writes.
    const beside = field === "position_embedding_type" && family && !family.needs?.flat().includes(field);
    return beside || [null, undefined, ...SWITCHES[field]].includes(config[field]);
  };
  const off = Object.keys(SWITCHES).find((field) => !on(field));
  if (off) throw new TypeError(`${CANNOT} as ${off} is ${config[off]}: the model has none`);
  const fields = Object.keys(config).filter((name) => LIKE.test(name));
  const unknown = fields.find((name) => {
    const set = ![null, undefined, false, 0].includes(config[name] as null);
    return set && !READ.includes(name) && !IGNORED.includes(name) && !(name in SWITCHES) &&
      config[name] !== NEUTRAL[name];
  });
  if (unknown !== undefined) {
    const meant = nearest(unknown, READ);
    throw new TypeError(
      `${CANNOT} as its field ${unknown} is not known: ${
        meant ? `did you mean ${meant}?` : `known are ${READ.join(", ")}`
      }`,
    );
  }
  const speaks = READ.some((name) => config[name] !== undefined);
  if (type !== "" && !family && !speaks) {
    throw new TypeError(
      `${CANNOT} of ${type} as this type is not known to have one, and its configuration has no field of one, such as rope_theta`,
    );
  }
  for (const names of family?.needs ?? []) {
    if (names.every((name) => config[name] === undefined || config[name] === null)) {
      throw new TypeError(`${CANNOT} of ${type} as the configuration lacks ${names.join(" or ")}`);
    }
  }
  const ignored = family?.ignores?.find((name) => {
    const used = config.rotary_emb_base ?? config.global_rope_theta ?? family.base ?? 10000;
    return ![undefined, null, name === "rope_theta" ? used : null].includes(config[name] as null);
  });
  if (ignored) throw new TypeError(`${CANNOT} of ${type} as this type does not read ${ignored}`);
  return { type, family: family ?? {} };
}

/** Names that look like a rotary embedding's. */
const LIKE = /(?:^|_)(?:rope|rotary|roe|yarn|ntk|alibi)/;

/** Fields that switch an embedding on, with the values that do. */
const SWITCHES: Readonly<Record<string, readonly unknown[]>> = {
  alibi: [false],
  use_alibi: [false],
  use_mem_rope: [true],
  use_rope: [true],
  use_rotary_pos_emb: [true],
  use_rotary_embedding: [true],
  position_embedding_type: ["rotary", "rope"],
};

/** Fields that are not read, at the value at which they change nothing. */
const NEUTRAL: Readonly<Record<string, unknown>> = {
  original_rope: true,
  rope_position_scale: 1,
  rotary_scaling_factor: 1,
};

/** The method; two names of it must agree. */
export function typeOf(parameters: HuggingFaceConfig): string {
  // Multimodal rotary sections share the plain frequencies.
  const [now, before] = [parameters.rope_type, parameters.type].map((name) =>
    name === "su" ? "longrope" : name === "mrope" ? "default" : name
  );
  if (now && before && now !== before) {
    throw new TypeError(`${CANNOT} as rope_type and type are one value: they are "${now}" and "${before}"`);
  }
  const type = now ?? before;
  if (type === undefined || type === null) return "default";
  if (!Object.hasOwn(KEYS, String(type))) {
    throw new TypeError(
      `${CANNOT} as rope_type must be one of ${Object.keys(KEYS).join(", ")}: current value is "${type}"`,
    );
  }
  return String(type);
}

/** Throw where a method is given what it does not read. */
export function checkKeys(parameters: HuggingFaceConfig, type: string): void {
  // HunYuan writes YaRN's numbers beside its own fixed stretch.
  const own = type === "dynamic" && parameters.alpha ? [...KEYS.dynamic, ...YARN] : KEYS[type];
  const unread = Object.keys(parameters).find((name) =>
    parameters[name] !== null && !own.includes(name) && !ALWAYS.includes(name)
  );
  if (unread === undefined) return;
  const stated = (parameters.rope_type ?? parameters.type) !== undefined;
  const meant = nearest(unread, [...own, ...ALWAYS]);
  throw new TypeError(
    stated || meant
      ? `${CANNOT} as a rope_type of ${type} reads no ${unread}: ${
        meant ? `did you mean ${meant}?` : `it reads ${[...own, ...ALWAYS].join(", ")}`
      }`
      : `${CANNOT} as rope_type must be given beside ${unread}: it is not`,
  );
}

/** Throw unless a model may have layers of this type, and they rotate. */
export function checkLayerType(
  config: HuggingFaceConfig,
  { type, family }: { type: string; family: Family },
  layerType: string,
): void {
  const { layer_types: layers, rope_parameters: parameters, sliding_window: window } = config;
  const stands = Object.hasOwn(stillInFull, type) && (stillInFull[type] === "always" || window !== null);
  if (stands && layerType === "full_attention") {
    throw new TypeError(
      `${CANNOT} of ${type}'s full_attention layers as they have none: those of sliding_attention rotate`,
    );
  }
  if (isRecord(parameters) && isRecord(Object.values(parameters)[0])) return;
  const known = Array.isArray(layers) && layers.every((layer) => typeof layer === "string")
    ? [...new Set<string>([...layers, ...(family.local === undefined ? [] : LOCAL)])]
    : LOCAL;
  if (!known.includes(layerType)) refuseLayerType(layerType, known);
}

const LOCAL = ["full_attention", "sliding_attention", "chunked_attention"];

/** Throw the sentence on a type of layers that there is not. */
export function refuseLayerType(layerType: string, known: readonly string[]): never {
  const meant = nearest(layerType, known);
  throw new TypeError(
    `${CANNOT} as layerType must be one of ${known.join(", ")}: current value is "${layerType}"${
      meant ? `, did you mean "${meant}"?` : ""
    }`,
  );
}

/** Whether a value is an object with named fields. */
export function isRecord(value: unknown): value is HuggingFaceConfig {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A number of a configuration; undefined where it is not given or null. */
export function numberOf(record: HuggingFaceConfig, name: string): number | undefined {
  const value = record[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new TypeError(`${CANNOT} as ${name} must be a finite number: current value is ${notNumber(value)}`);
  }
  return value;
}

/** A list of numbers of a configuration. */
export function numbersOf(record: HuggingFaceConfig, name: string): number[] {
  const value = record[name];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "number")) {
    throw new TypeError(`${CANNOT} as ${name} must be a list of numbers: current value is ${value}`);
  }
  return value;
}
