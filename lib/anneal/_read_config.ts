// deno-lint-ignore-file camelcase -- the names of config.json
import { must } from "../base/mod.ts";
import { type ConfiguredRope, type HuggingFaceConfig, ropeFromConfig } from "../rope/mod.ts";
import { CANNOT, ConfigReader, shown } from "./_config_reader.ts";
import { LACKING, MODEL_TYPES } from "./_model_types.ts";
import { checkConfig } from "./config.ts";
import type {
  HuggingFaceType,
  LlamaConfig,
  LongerFrequencies,
  RotaryFrequencies,
  SlidingWindow,
} from "./parts.ts";

/** Keys that leave what the model computes as it is: names, types, special tokens, settings of training and of generation. */
const HARMLESS = [
  ...["_name_or_path", "_commit_hash", "name_or_path", "transformers_version", "transformers.js_config"],
  ...["torch_dtype", "dtype", "use_bfloat16", "torchscript", "tf_legacy_loss", "is_llama_config"],
  ...["_attn_implementation", "_attn_implementation_autoset", "attn_implementation", "pretraining_tp"],
  ...["unsloth_fixed", "unsloth_version", "use_cache", "cache_implementation", "chunk_size_feed_forward"],
  ...[
    "initializer_range",
    "attention_dropout",
    "resid_pdrop",
    "embd_pdrop",
    "hidden_dropout",
    "classifier_dropout",
    "max_sequence_length",
    "is_decoder",
    "tie_encoder_decoder",
  ],
  ...["output_hidden_states", "output_attentions", "output_scores", "return_dict", "return_dict_in_generate"],
  ...["id2label", "label2id", "num_labels", "problem_type", "finetuning_task", "task_specific_params"],
  ...["tokenizer_class", "prefix", "bos_token_id", "eos_token_id", "pad_token_id", "unk_token_id"],
  ...["sep_token_id", "cls_token_id", "mask_token_id", "decoder_start_token_id"],
  ...["max_length", "min_length", "do_sample", "early_stopping", "num_beams", "num_beam_groups"],
  ...["diversity_penalty", "temperature", "top_k", "top_p", "typical_p", "repetition_penalty"],
  ...["length_penalty", "no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "bad_words_ids"],
  ...["num_return_sequences", "forced_bos_token_id", "forced_eos_token_id", "remove_invalid_values"],
  ...["exponential_decay_length_penalty", "suppress_tokens", "begin_suppress_tokens"],
];

/** Those of them that speak of the file or the program that wrote it: a file that is written anew says its own. */
const PASSING =
  /^_|^(name_or_path|transformers_version|transformers\.js_config|(torch_)?dtype|use_bfloat16|is_llama_config|unsloth_.*|attn_implementation)$/;

/** Keys that other ones which are written repeat, and those of a window that is switched off. */
const SUPERFLUOUS = ["sliding_window_pattern", "no_rope_layer_interval", "original_max_position_embeddings"];
const IDLE = ["use_sliding_window", "sliding_window", "max_window_layers"];

/** Keys that decide what is computed, in every type, and may have one value here. */
const FIXED = { is_encoder_decoder: false, add_cross_attention: false };

/** What a `config.json` says. */
export interface ReadConfig {
  /** The model, under no type. */
  config: LlamaConfig;
  /** Its type. */
  type: HuggingFaceType;
  /** Keys that leave what it computes as it is, but for those on the file itself. */
  kept: Record<string, unknown>;
}

/**
 * Read a `config.json` of one of the types of {@linkcode MODEL_TYPES}.
 *
 * @throws {RangeError} If something in it is not computed here.
 */
export function readConfig(json: HuggingFaceConfig): ReadConfig {
  const reader = new ConfigReader(json);
  const type = typeIn(reader);
  const { architecture, keys } = MODEL_TYPES[type];
  const isList = (value: unknown) => Array.isArray(value) && value.length === 1 && value[0] === architecture;
  reader.expect("architectures", `["${architecture}"]`, isList, [architecture]);
  for (const [name, value] of Object.entries(FIXED)) reader.one(name, value);
  const layers = reader.whole("num_hidden_layers");
  const heads = reader.whole("num_attention_heads");
  const width = reader.whole("hidden_size");
  const context = reader.whole("max_position_embeddings");
  const parts = keys.read(reader, { width, layers, heads });
  const sizes = {
    vocabularySize: reader.whole("vocab_size"),
    width,
    layers,
    heads,
    keyValueHeads: reader.whole("num_key_value_heads", heads),
    feedForward: reader.whole("intermediate_size"),
    context,
  };
  const rotary = rotaryOf(reader, type, { context, slidingWindow: parts.slidingWindow });
  reader.finish(HARMLESS);
  const idle = [...SUPERFLUOUS, ...json.use_sliding_window === false ? IDLE : []];
  const kept = Object.entries(json).filter(([name]) =>
    idle.includes(name) || HARMLESS.includes(name) && !PASSING.test(name)
  );
  const common = { tieEmbeddings: false, normEpsilon: 1e-6 };
  const config = checkConfig({ ...common, ...parts, ...sizes, ...rotary });
  return { config, type, kept: Object.fromEntries(kept) };
}

function typeIn(reader: ConfigReader): HuggingFaceType {
  const type = reader.value("model_type") ?? "llama";
  const known = Object.keys(MODEL_TYPES);
  const name = typeof type === "string" ? type : "";
  const lack = LACKING.find(([names]) => names.test(name))?.[1];
  const rule = `model_type must be one of ${known.join(", ")}${
    lack && !known.includes(name) ? `, as others have parts that are not computed here (${lack})` : ""
  }`;
  must(CANNOT, rule, type, known.includes(name));
  return type as HuggingFaceType;
}

/** The rotary embedding of all layers, and of those that slide. */
function rotaryOf(
  reader: ConfigReader,
  type: HuggingFaceType,
  { context, slidingWindow }: { context: number; slidingWindow: SlidingWindow | undefined },
): Pick<LlamaConfig, "ropeBase"> & Partial<LlamaConfig> {
  for (const name of ROTARY_KEYS) reader.value(name);
  const all = frequenciesOf(reader.json, context, {});
  const { ropeBase, rope, rotaryWidth } = all;
  const { factor } = rope?.longer ?? {};
  const found = {
    ropeBase,
    ...rope && { rope },
    ...rotaryWidth !== undefined && { rotaryWidth },
    // The length that a stretch beyond the trained one is for.
    ...factor !== undefined && { context: Math.floor(factor * context) },
  };
  if (MODEL_TYPES[type].rope === undefined || slidingWindow === undefined) return found;
  const local = frequenciesOf(reader.json, context, { layerType: "sliding_attention" });
  const same = local.ropeBase === ropeBase && JSON.stringify(local.rope) === JSON.stringify(rope);
  if (same) return found;
  const own = { ropeBase: local.ropeBase, ...local.rope && { rope: local.rope } };
  return { ...found, slidingWindow: { ...slidingWindow, ...own } };
}

const ROTARY_KEYS = [
  ...["rope_theta", "rope_scaling", "rope_parameters", "partial_rotary_factor", "rope_local_base_freq"],
  ...["original_max_position_embeddings", "rotary_emb_base", "rotary_pct", "midtrain"],
];

/** The base, how much of a head turns where that is not all, and the frequencies where they are others than the base's. */
function frequenciesOf(
  json: HuggingFaceConfig,
  context: number,
  layers: { layerType?: string },
): { ropeBase: number; rope?: RotaryFrequencies; rotaryWidth?: number } {
  const { rope_parameters, rope_scaling, midtrain } = json;
  for (const [name, holder] of Object.entries({ "": json, rope_parameters, rope_scaling })) {
    const theta = (holder as HuggingFaceConfig | null | undefined)?.rope_theta;
    const rule = `${name && `${name}.`}rope_theta must be a number`;
    must(CANNOT, rule, shown(theta), theta === undefined || typeof theta === "number");
  }
  const both = rope_parameters && rope_scaling;
  const agree = JSON.stringify(rope_parameters) === JSON.stringify(rope_scaling);
  must(CANNOT, "rope_scaling must be left out beside rope_parameters", shown(rope_scaling), !both || agree);
  const rope = ropeFromConfig(json, { length: 1, ...layers });
  const part = rope.dimensions === rope.headDimensions ? {} : { rotaryWidth: rope.dimensions };
  const common = { ropeBase: rope.base, ...part };
  if (midtrain !== undefined && midtrain !== null) return { ...common, rope: ownFrequencies(midtrain) };
  if (rope.method === "default") return common;
  const { inverseFrequencies, attentionFactor } = rope;
  const given = (rope_parameters ?? rope_scaling) as Record<string, unknown>;
  const scaling = given[layers.layerType ?? "full_attention"] as Record<string, unknown> | undefined ?? given;
  const longer = longerOf(json, rope, { context, scaling, ...layers });
  return { ...common, rope: { inverseFrequencies, attentionFactor, ...longer && { longer }, scaling } };
}

/** The frequencies of long sequences, where a method has others for them. */
function longerOf(
  json: HuggingFaceConfig,
  short: ConfiguredRope,
  { context, scaling, ...layers }: {
    context: number;
    scaling: Record<string, unknown>;
    layerType?: string;
  },
): LongerFrequencies | undefined {
  if (short.method !== "dynamic-ntk" && short.method !== "longrope") return;
  const said = scaling.original_max_position_embeddings ?? json.original_max_position_embeddings;
  const than = (said ?? context) as number;
  if (short.method === "dynamic-ntk") {
    // What transformers stretches from, whatever else stands there.
    const begins =
      "the original_max_position_embeddings of dynamic frequencies must be max_position_embeddings";
    must(CANNOT, `${begins} (${context})`, said, than === context);
    return { than, factor: scaling.factor as number };
  }
  const long = ropeFromConfig(json, { length: than + 1, ...layers });
  const rule = "rope_scaling must have one attention factor for short and long sequences";
  must(CANNOT, rule, long.attentionFactor, long.attentionFactor === short.attentionFactor);
  return { than, inverseFrequencies: long.inverseFrequencies };
}

/** Frequencies that `toHuggingFace` wrote for want of a name. */
function ownFrequencies(midtrain: unknown): RotaryFrequencies {
  const { inverse_frequencies: list, attention_factor: attentionFactor, longer } = midtrain as Record<
    string,
    unknown
  >;
  const { than, inverse_frequencies: long } = (longer ?? {}) as Record<string, unknown>;
  const isNumber = (value: unknown) => typeof value === "number";
  const areNumbers = (value: unknown) => Array.isArray(value) && value.every(isNumber);
  must(
    CANNOT,
    "midtrain must hold inverse_frequencies and attention_factor, numbers, and those of longer sequences if any",
    shown(midtrain),
    areNumbers(list) && isNumber(attentionFactor) &&
      (longer === undefined || isNumber(than) && areNumbers(long)),
  );
  return {
    inverseFrequencies: Float64Array.from(list as number[]),
    attentionFactor: attentionFactor as number,
    ...longer !== undefined &&
      { longer: { than: than as number, inverseFrequencies: Float64Array.from(long as number[]) } },
  };
}
