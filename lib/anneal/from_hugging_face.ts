// deno-lint-ignore-file camelcase -- the names of config.json
import { must } from "../base/mod.ts";
import { type HuggingFaceConfig, ropeFromConfig } from "../rope/mod.ts";
import { checkConfig, type LlamaConfig, type RotaryFrequencies } from "./config.ts";

const CANNOT = "Cannot read a Llama configuration";

/** What the model of each type is called that this room computes. */
const MODELS = { llama: "LlamaForCausalLM", qwen3: "Qwen3ForCausalLM" } as const;

/** Keys that decide what is computed and may have one value here; null stands for it, as in transformers. */
const FIXED: Readonly<Record<string, unknown>> = {
  hidden_act: "silu",
  attention_bias: false,
  mlp_bias: false,
  use_sliding_window: false,
  rope_interleaved: false,
  is_encoder_decoder: false,
  add_cross_attention: false,
};

/** Keys that are read below. */
const READ = [
  ...["model_type", "architectures", "layer_types", "sliding_window", "tie_word_embeddings", "midtrain"],
  ...["vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "max_position_embeddings"],
  ...["num_attention_heads", "num_key_value_heads", "head_dim", "rms_norm_eps"],
  ...["rope_theta", "rope_scaling", "rope_parameters", "partial_rotary_factor"],
  "original_max_position_embeddings",
];

/** Keys that leave what the model computes as it is: names, types, special tokens, settings of training and of generation. */
const HARMLESS = [
  ...["_name_or_path", "_commit_hash", "name_or_path", "transformers_version", "transformers.js_config"],
  ...["torch_dtype", "dtype", "use_bfloat16", "torchscript", "tf_legacy_loss", "is_llama_config"],
  ...["_attn_implementation", "_attn_implementation_autoset", "attn_implementation", "pretraining_tp"],
  ...["unsloth_fixed", "unsloth_version", "use_cache", "chunk_size_feed_forward", "max_window_layers"],
  ...["initializer_range", "attention_dropout", "max_sequence_length", "is_decoder", "tie_encoder_decoder"],
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

/** A wider head is no model: its frequencies would fill the memory before any size is held against the files. */
const WIDEST_HEAD = 65536;

/**
 * Read Hugging Face's `config.json` of a Llama or a dense Qwen3. A key that is not known to leave the computation as it is,
 * is refused by its name: a list of those that change it would never be whole. Null stands for a key left out.
 *
 * @throws {RangeError} If it describes another architecture, a Llama with parts that this room does not compute, or rotary
 * frequencies that depend on the length of the sequence.
 */
export function fromHuggingFace(json: HuggingFaceConfig): LlamaConfig {
  const expect = (name: string, rule: string, holds: (value: unknown) => boolean, fallback?: unknown) => {
    const value = json[name] === undefined ? fallback : json[name];
    const given = value === null && fallback !== undefined ? fallback : value;
    must(CANNOT, `${name} must be ${rule}`, shown(given), holds(given));
    return given;
  };
  const whole = (name: string, fallback?: number) => {
    const holds = (value: unknown) => Number.isSafeInteger(value) && value as number >= 1;
    return expect(name, "a whole number >= 1", holds, fallback) as number;
  };
  const type = (json.model_type ?? "llama") as keyof typeof MODELS;
  must(
    CANNOT,
    "model_type must be llama or qwen3",
    type,
    typeof type === "string" && Object.hasOwn(MODELS, type),
  );
  const isList = (of: string, length: number) => (value: unknown) =>
    Array.isArray(value) && value.length === length && value.every((item) => item === of);
  expect("architectures", `["${MODELS[type]}"]`, isList(MODELS[type], 1), [MODELS[type]]);
  for (const [name, value] of Object.entries(FIXED)) {
    expect(name, `${value}`, (found) => found === value, value);
  }
  for (const [name, value] of Object.entries(json)) {
    const known = value === null || Object.hasOwn(FIXED, name) || READ.includes(name) ||
      HARMLESS.includes(name);
    must(CANNOT, `${name} must be left out, since what it changes is not computed here`, shown(value), known);
  }
  const layers = whole("num_hidden_layers");
  const heads = whole("num_attention_heads");
  const width = whole("hidden_size");
  const headWidth = width / heads;
  const quotient = `hidden_size / num_attention_heads = ${headWidth}`;
  expect("head_dim", quotient, (value) => value === headWidth, headWidth);
  must(
    CANNOT,
    `hidden_size / num_attention_heads must be at most ${WIDEST_HEAD}`,
    headWidth,
    headWidth <= WIDEST_HEAD,
  );
  if (json.use_sliding_window !== false) expect("sliding_window", "null", (value) => value === null, null);
  const full = "full_attention";
  const allFull = (value: unknown) => value === null || isList(full, layers)(value);
  expect("layer_types", `${full} for each of ${layers} layers`, allFull, null);
  const tieEmbeddings = expect(
    "tie_word_embeddings",
    "true or false",
    (value) => typeof value === "boolean",
    false,
  );
  const normEpsilon = expect("rms_norm_eps", "a number", (value) => typeof value === "number", 1e-6);
  const context = whole("max_position_embeddings");
  return checkConfig({
    vocabularySize: whole("vocab_size"),
    width,
    layers,
    heads,
    keyValueHeads: whole("num_key_value_heads", heads),
    feedForward: whole("intermediate_size"),
    context,
    tieEmbeddings: tieEmbeddings as boolean,
    normEpsilon: normEpsilon as number,
    ...(type === "qwen3" && { qkNorm: true }),
    ...frequenciesOf(json, context),
  });
}

/** The base, and the frequencies where they are others than the base's. */
function frequenciesOf(
  json: HuggingFaceConfig,
  context: number,
): Pick<LlamaConfig, "ropeBase" | "rope"> {
  const { rope_parameters, rope_scaling, midtrain } = json;
  for (const [name, holder] of Object.entries({ "": json, rope_parameters, rope_scaling })) {
    const theta = (holder as HuggingFaceConfig | null | undefined)?.rope_theta;
    const rule = `${name && `${name}.`}rope_theta must be a number`;
    must(CANNOT, rule, shown(theta), theta === undefined || typeof theta === "number");
  }
  const both = rope_parameters && rope_scaling;
  const agree = JSON.stringify(rope_parameters) === JSON.stringify(rope_scaling);
  must(CANNOT, "rope_scaling must be left out beside rope_parameters", shown(rope_scaling), !both || agree);
  const rope = ropeFromConfig(json, { length: context });
  const short = ropeFromConfig(json, { length: 1 });
  // A learner's frequencies are those of its shape, a row's length may be any: what changes between would be wrong in silence.
  must(
    CANNOT,
    "rotary frequencies must be the same at every length up to max_position_embeddings; " +
      "a smaller max_position_embeddings, the original, keeps those of short sequences",
    `${rope.method}, which changes them`,
    rope.attentionFactor === short.attentionFactor &&
      rope.inverseFrequencies.every((frequency, i) => frequency === short.inverseFrequencies[i]),
  );
  const ropeBase = rope.base;
  if (midtrain !== undefined && midtrain !== null) return { ropeBase, rope: ownFrequencies(midtrain) };
  if (rope.method === "default") return { ropeBase };
  const { inverseFrequencies, attentionFactor } = rope;
  const scaling = (rope_parameters ?? rope_scaling) as Record<string, unknown>;
  return { ropeBase, rope: { inverseFrequencies, attentionFactor, scaling } };
}

/** Frequencies that `toHuggingFace` wrote for want of a name. */
function ownFrequencies(midtrain: unknown): RotaryFrequencies {
  const { inverse_frequencies: list, attention_factor: attentionFactor } = midtrain as Record<
    string,
    unknown
  >;
  const isNumber = (value: unknown) => typeof value === "number";
  const holds = Array.isArray(list) && list.every(isNumber) && isNumber(attentionFactor);
  must(
    CANNOT,
    "midtrain must hold inverse_frequencies and attention_factor, numbers",
    shown(midtrain),
    holds,
  );
  return {
    inverseFrequencies: Float64Array.from(list as number[]),
    attentionFactor: attentionFactor as number,
  };
}

/** A value as JSON, cut short. */
function shown(value: unknown): string {
  const text = `${JSON.stringify(value)}`;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
