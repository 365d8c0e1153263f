// deno-lint-ignore-file camelcase -- the names of config.json
import assert from "node:assert/strict";
import { type LlamaConfig, llamaConfig } from "../../lib/anneal/mod.ts";
import { countTensors, tensorSlices } from "../../lib/anneal/hugging_face.ts";
import { fromHuggingFace, toHuggingFace } from "../../lib/anneal/config_json.ts";
import { computed } from "../../lib/anneal/parts.ts";
import { frequenciesOf } from "../../lib/anneal/rotation.ts";
import { tinyConfig } from "./_models.ts";

const LLAMA = toHuggingFace(tinyConfig());

/** A Llama's configuration with some keys changed. */
const read = (changes: Record<string, unknown>) => fromHuggingFace({ ...LLAMA, ...changes });

Deno.test("fromHuggingFace() reads what toHuggingFace() wrote", () => {
  for (const changes of [{}, { qkNorm: true }, { tieEmbeddings: false }, { keyValueHeads: 1 }]) {
    const config = tinyConfig(changes);
    assert.deepEqual(fromHuggingFace(toHuggingFace(config)), config);
  }
  for (const preset of ["1M", "135M", "1B"] as const) {
    assert.deepEqual(fromHuggingFace(toHuggingFace(llamaConfig(preset))), llamaConfig(preset));
  }
});

Deno.test("fromHuggingFace() passes over keys that leave the computation as it is", () => {
  const names = {
    _name_or_path: "x",
    transformers_version: "4.40",
    architectures: null,
    torch_dtype: "bfloat16",
  };
  const tokens = { bos_token_id: 1, eos_token_id: [2, 3], pad_token_id: null };
  const training = { initializer_range: 0.02, attention_dropout: 0, pretraining_tp: 1, use_cache: true };
  const neutral = { rope_interleaved: false, final_logit_softcapping: null, sliding_window: null };
  const layer_types = ["full_attention", "full_attention"];
  const found = read({ ...names, ...tokens, ...training, ...neutral, layer_types });
  // What others may ask for is kept, and written again.
  const keys = { ...tokens, ...training };
  assert.deepEqual(found, tinyConfig({ huggingFace: { keys } }));
  assert.deepEqual(toHuggingFace(found), { ...keys, ...LLAMA });
});

const REFUSED: [changes: Record<string, unknown>, why: RegExp][] = [
  [
    { quantization_config: { bits: 4 } },
    /quantization_config must be left out, .*: current value is \{"bits":4\}/,
  ],
  [{ final_logit_softcapping: 30 }, /final_logit_softcapping must be left out, .*: current value is 30/],
  [{ logits_scaling: 8 }, /logits_scaling must be left out/],
  [{ embedding_multiplier: 12 }, /embedding_multiplier must be left out/],
  [{ residual_multiplier: 0.22 }, /residual_multiplier must be left out/],
  [{ attention_multiplier: 0.1 }, /attention_multiplier must be left out/],
  [{ auto_map: { AutoModelForCausalLM: "a.B" } }, /auto_map must be left out/],
  [{ num_local_experts: 8 }, /num_local_experts must be left out/],
  [{ text_config: {} }, /text_config must be left out/],
  [{ constructor: 1 }, /constructor must be left out/],
  [JSON.parse('{"__proto__": 1}'), /./],
  [
    { architectures: ["LlamaForSequenceClassification"] },
    /architectures must be \["LlamaForCausalLM"\]: .*Sequence/,
  ],
  [{ architectures: ["Qwen3ForCausalLM"] }, /architectures must be \["LlamaForCausalLM"\]/],
  [{ architectures: "LlamaForCausalLM" }, /architectures must be/],
  [{ model_type: ["llama"] }, /model_type must be one of llama, .*: current value is llama/],
  [{ model_type: "constructor" }, /model_type must be one of llama, .*: current value is constructor/],
  [{ hidden_act: "quick_gelu" }, /hidden_act must be silu or .*: current value is "quick_gelu"/],
  [{ attention_bias: "true" }, /attention_bias must be true or false: current value is "true"/],
  [{ mlp_bias: "false" }, /mlp_bias must be true or false: current value is "false"/],
  [{ sliding_window: 4096 }, /sliding_window must be null: current value is 4096/],
  [{ use_sliding_window: true, sliding_window: 8 }, /use_sliding_window must be false/],
  [
    { layer_types: ["full_attention", "sliding_attention"] },
    /layer_types must be full_attention for each of 2/,
  ],
  [{ tie_word_embeddings: "true" }, /tie_word_embeddings must be true or false: current value is "true"/],
  [{ tie_word_embeddings: 1 }, /tie_word_embeddings must be true or false: current value is 1/],
  [{ rope_theta: null }, /rope_theta must be a number: current value is null/],
  [{ rope_theta: "1e4" }, /rope_theta must be a number: current value is "1e4"/],
  [{ rope_parameters: { rope_theta: null } }, /rope_parameters\.rope_theta must be a number/],
  [
    { rope_scaling: { type: "linear", factor: 2 }, rope_parameters: { rope_theta: 1e4 } },
    /rope_scaling must be left out beside rope_parameters/,
  ],
  [{ hidden_size: "16" }, /hidden_size must be a whole number >= 1: current value is "16"/],
  [
    { hidden_size: 1e15, num_attention_heads: 1, head_dim: null },
    /must be at most 65536: current value is 10{15}/,
  ],
  [{ num_attention_heads: 0 }, /num_attention_heads must be a whole number >= 1: current value is 0/],
  [{ num_hidden_layers: null }, /num_hidden_layers must be a whole number >= 1: current value is null/],
  [{ num_hidden_layers: 1.5 }, /num_hidden_layers must be a whole number/],
  [{ vocab_size: -1 }, /vocab_size must be a whole number >= 1: current value is -1/],
  [{ rms_norm_eps: "1e-6" }, /rms_norm_eps must be a number: current value is "1e-6"/],
  [{ head_dim: 0 }, /head_dim must be a whole number >= 1: current value is 0/],
  [{ midtrain: { inverse_frequencies: "x" } }, /midtrain must hold inverse_frequencies and attention_factor/],
  [{ midtrain: 5 }, /midtrain must hold/],
];

for (const [changes, why] of REFUSED) {
  Deno.test(`fromHuggingFace() refuses ${JSON.stringify(changes)} by name`, () => {
    assert.throws(() => read(changes), (error: Error) => {
      assert.match(error.message, /^Cannot read a model's configuration as /);
      assert.match(error.message, why);
      return error instanceof RangeError;
    });
  });
}

const longrope = {
  rope_type: "longrope",
  factor: 4,
  original_max_position_embeddings: 16,
  short_factor: [1, 1],
  long_factor: [2, 3],
};
const dynamic = { rope_type: "dynamic", factor: 2 };

Deno.test("fromHuggingFace() reads rotary frequencies by the length of the sequence, and toHuggingFace() writes them", () => {
  const long = read({ rope_scaling: longrope, max_position_embeddings: 64 });
  const at = (
    config: LlamaConfig,
    length: number,
  ) => [...frequenciesOf(config, "global", length).frequencies];
  assert.deepEqual([16, 17, 64].map((length) => at(long, length)), [[1, 0.01], [1 / 2, 0.01 / 3], [
    1 / 2,
    0.01 / 3,
  ]]);
  const stretched = read({ rope_scaling: dynamic, max_position_embeddings: 16 });
  assert.equal(stretched.context, 32);
  assert.deepEqual(at(stretched, 16), [1, 0.01]);
  // transformers: base (s L / L0 - (s - 1))^(d / (d - 2)), here d = 4
  assert.deepEqual(at(stretched, 24), [1, 1 / (100 * (2 * 24 / 16 - 1))]);
  for (const config of [long, stretched]) {
    assert.deepEqual(computed(fromHuggingFace(toHuggingFace(config))), computed(config));
    assert.notDeepEqual(at(config, 32), at(config, 16));
    const { scaling: _, ...unnamed } = config.rope!;
    const nameless = { ...config, rope: unnamed };
    if (config === long) {
      assert.deepEqual(computed(fromHuggingFace(toHuggingFace(nameless))), computed(config));
    } else assert.throws(() => toHuggingFace(nameless), /llama lacks context 32/);
  }
});

Deno.test("fromHuggingFace() refuses lengths of dynamic frequencies that transformers would not read", () => {
  const other = { ...dynamic, original_max_position_embeddings: 16 };
  assert.throws(
    () => read({ rope_scaling: other, max_position_embeddings: 64 }),
    /original_max_position_embeddings of dynamic frequencies must be max_position_embeddings \(64\): current value is 16/,
  );
});

Deno.test("countTensors() is how many tensorSlices() gives", () => {
  for (const changes of [{}, { qkNorm: true }, { tieEmbeddings: false, layers: 3 }]) {
    const config = tinyConfig(changes);
    assert.equal(countTensors(config), tensorSlices(config).length);
  }
});
