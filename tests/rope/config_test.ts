// deno-lint-ignore-file camelcase -- the names of config.json
import assert from "node:assert/strict";
import { ropeFromConfig } from "../../lib/rope/mod.ts";
import { families, still } from "../../lib/rope/_families.ts";
import { peers, tiny } from "./_transformers.ts";

const close = (actual: number, expected: number, what: string) =>
  assert.ok(
    Math.abs(actual - expected) <= 3e-6 * Math.abs(expected),
    `${what}: ${actual} is not ${expected}`,
  );

Deno.test("ropeFromConfig() holds what transformers holds for a small configuration of every type", () => {
  const seen = new Set<string>();
  for (const { types, config, layers } of peers) {
    for (const type of types.split(" ")) {
      seen.add(type);
      for (const [layerType, [pairs, second, last, attentionFactor]] of Object.entries(layers)) {
        const options = { length: 1, ...(layerType ? { layerType } : {}) };
        const rope = ropeFromConfig({ model_type: type, ...config }, options);
        assert.equal(rope.inverseFrequencies.length, pairs, type);
        close(rope.inverseFrequencies[1], second, `${type} ${layerType}, second`);
        close(rope.inverseFrequencies[pairs - 1], last, `${type} ${layerType}, last`);
        close(rope.attentionFactor, attentionFactor, `${type} ${layerType}, attention factor`);
      }
    }
  }
  // Of these transformers keeps no table of frequencies, or its configuration wants a whole model.
  const untold = ["chatglm", "gptj", "codegen", "hy_v4_vl_text"];
  assert.deepEqual([...families.keys()].filter((type) => !seen.has(type)), untold);
});

Deno.test("ropeFromConfig() reads the turned dimensions, the base and the factor where each family writes them", () => {
  const of = (model_type: string, config: object) => ropeFromConfig({ model_type, ...config });
  const read = (model_type: string, config: object) => {
    const { dimensions, base } = of(model_type, config);
    return [dimensions, base];
  };
  assert.deepEqual(read("minimax_m2", { head_dim: 128, rotary_dim: 64, rope_theta: 5e6 }), [64, 5e6]);
  assert.deepEqual(read("gptj", { n_embd: 4096, n_head: 16, rotary_dim: 32 }), [32, 1e4]);
  assert.deepEqual(read("gptj", { n_embd: 4096, n_head: 16 }), [64, 1e4]);
  assert.deepEqual(read("dbrx", { d_model: 6144, n_heads: 48, attn_config: { rope_theta: 5e5 } }), [
    128,
    5e5,
  ]);
  const modern = { hidden_size: 768, num_attention_heads: 12, global_rope_theta: 2e5, local_rope_theta: 2e4 };
  assert.deepEqual(read("modernbert", modern), [64, 2e5]);
  const local = ropeFromConfig({ model_type: "modernbert", ...modern }, { layerType: "sliding_attention" });
  assert.equal(local.base, 2e4);
  assert.deepEqual(read("chatglm", { kv_channels: 128, rope_ratio: 500 }), [64, 5e6]);
  assert.deepEqual(
    read("stablelm_epoch", { ...{ hidden_size: 2560, num_attention_heads: 32 }, rope_pct: 0.25 }),
    [20, 1e4],
  );
  assert.deepEqual(read("phi", { ...{ hidden_size: 2560, num_attention_heads: 32 } }), [40, 1e4]);

  const hunyuan = of("hunyuan_v1_dense", {
    ...{ head_dim: 128, max_position_embeddings: 262144 },
    rope_scaling: {
      type: "dynamic",
      alpha: 1000,
      factor: 1,
      beta_fast: 32,
      beta_slow: 1,
      mscale: 1,
      mscale_all_dim: 1,
    },
  });
  close(hunyuan.inverseFrequencies[1] ** -64, 1e4 * 1000 ** (128 / 126), "HunYuan's base");

  const phi = {
    ...{ head_dim: 4, max_position_embeddings: 131072 },
    rope_scaling: {
      ...{
        type: "longrope",
        short_factor: [1, 1],
        long_factor: [2, 2],
        original_max_position_embeddings: 4096,
      },
      ...{ short_mscale: 1.1, long_mscale: 1.243163121016122 },
    },
  };
  assert.equal(of("phimoe", phi).attentionFactor, 1.243163121016122);
  assert.equal(ropeFromConfig({ model_type: "phimoe", ...phi }, { length: 4096 }).attentionFactor, 1.1);
});

Deno.test("ropeFromConfig() refuses full-attention layers that do not rotate in transformers 5.24, and reads those that do", () => {
  const layers = { layer_types: ["sliding_attention", "full_attention"], rope_theta: 1e4 };
  const read = (model_type: string, layerType?: string, more: object = {}) =>
    ropeFromConfig({ model_type, ...tiny, ...layers, sliding_window: 32, ...more }, { layerType });
  for (const type of ["cohere2", "exaone4", "exaone_moe"]) {
    assert.throws(() => read(type, "full_attention"), {
      name: "TypeError",
      message:
        `Cannot read a rotary embedding of ${type}'s full_attention layers as they have none: those of sliding_attention rotate`,
    });
    assert.deepEqual(read(type), read(type, "sliding_attention"));
  }
  assert.equal(read("exaone4", "full_attention", { sliding_window: null }).base, 1e4);
  assert.equal(read("llama", "full_attention").base, 1e4);
});

Deno.test("ropeFromConfig() refuses types without a rotary embedding, and unknown ones that say nothing of one", () => {
  for (const type of ["bloom", "gpt2", "bert", "opt", "t5", "mpt"]) {
    assert.ok(still.has(type));
    assert.throws(() => ropeFromConfig({ model_type: type, ...tiny, rope_theta: 1e4 }), {
      name: "TypeError",
      message: `Cannot read a rotary embedding of ${type} as it has none`,
    });
  }
  assert.throws(
    () => ropeFromConfig({ model_type: "baichuan", ...tiny }),
    /of baichuan as this type is not known to have one, and its configuration has no field of one/,
  );
  assert.equal(ropeFromConfig({ model_type: "internlm2", ...tiny, rope_theta: 1e6 }).base, 1e6);
  const off: [string, object, RegExp][] = [
    ["falcon", { alibi: true }, /as alibi is true: the model has none/],
    ["zamba2", { use_mem_rope: false, attention_head_dim: 64 }, /as use_mem_rope is false/],
    ["esm", { position_embedding_type: "absolute" }, /as position_embedding_type is absolute/],
    ["granitemoehybrid", {}, /lacks position_embedding_type/],
  ];
  for (const [model_type, config, message] of off) {
    assert.throws(() => ropeFromConfig({ model_type, ...tiny, ...config }), message);
  }
});

Deno.test("ropeFromConfig() names what it does not understand, and the nearest that it does", () => {
  const scaled = (rope_scaling: object) => ({ ...tiny, rope_scaling });
  const refused: [object, RegExp, object?][] = [
    [
      scaled({ rope_type: "yarn", factor: 8, beta_fastt: 16 }),
      /a rope_type of yarn reads no beta_fastt: did you mean beta_fast\?/,
    ],
    [
      scaled({ rope_type: "linear", factor: 8, beta_fast: 16 }),
      /a rope_type of linear reads no beta_fast: it reads factor/,
    ],
    [scaled({ factor: 8 }), /rope_type must be given beside factor: it is not/],
    [
      scaled({ rope_type: "linear", type: "yarn", factor: 8 }),
      /rope_type and type are one value: they are "linear" and "yarn"/,
    ],
    [
      {
        ...scaled({ rope_type: "yarn", factor: 8, original_max_position_embeddings: 16 }),
        original_max_position_embeddings: 64,
      },
      /original_max_position_embeddings is one value at both of its places: it is 16 with the frequencies and 64/,
    ],
    [{ ...tiny, rope_thetta: 5e5 }, /its field rope_thetta is not known: did you mean rope_theta\?/],
    [{ ...tiny, ropescaling: {} }, /its field ropescaling is not known: did you mean rope_scaling\?/],
    [
      { ...tiny, rope_theta: 1e4, rotary_emb_base: 1e5 },
      /rope_theta and rotary_emb_base are one value: they are 10000 and 100000/,
    ],
    [
      { ...tiny, layer_rope_theta: [1e4, 0, 1e5] },
      /layer_rope_theta has a base a layer: they are 10000, 100000/,
    ],
    [
      { ...tiny, model_type: "llama", partial_rotary_factor: 0.5 },
      /of llama as it turns whole heads: the configuration asks for 0.5/,
    ],
    [
      { ...tiny, model_type: "gpt_neox", rope_theta: 5e5 },
      /of gpt_neox as this type does not read rope_theta/,
    ],
    [
      { ...tiny, model_type: "gpt_oss" },
      /of gpt_oss as the configuration lacks rope_parameters or rope_scaling/,
    ],
    [{ ...tiny, model_type: "deepseek_v3" }, /lacks qk_rope_head_dim/],
    [{ ...tiny, model_type: "gptj", rotary_dim: null }, /rotary_dim must be a number: current value is null/],
    [
      tiny,
      /layerType must be one of .*: current value is "slidingattention", did you mean "sliding_attention"\?/,
      {
        layerType: "slidingattention",
      },
    ],
    [
      { ...tiny, layer_types: ["full_attention"] },
      /layerType must be one of full_attention: current value is "linear_attention"/,
      {
        layerType: "linear_attention",
      },
    ],
    [
      { ...tiny, rope_parameters: { sliding_attention: { rope_theta: 1e4 }, full_attention: null } },
      /as its full_attention layers have none/,
    ],
    [tiny, /length must be > 0: current value is NaN/, { length: NaN }],
    [tiny, /there is no option layertype: did you mean layerType\?/, { layertype: "full_attention" }],
  ];
  for (const [config, message, options] of refused) {
    assert.throws(() => ropeFromConfig(config as Record<string, unknown>, options), message);
  }
  assert.throws(
    () => ropeFromConfig(undefined as never),
    /the configuration must be an object: it is undefined/,
  );
});

Deno.test("ropeFromConfig() takes fields that leave the frequencies alone, and those that are off", () => {
  const plain = ropeFromConfig(tiny).inverseFrequencies;
  const config = {
    ...tiny,
    no_rope_layers: [1, 0],
    rope_interleave: true,
    use_dynamic_ntk: false,
    rope_scaling: {},
  };
  assert.deepEqual(ropeFromConfig(config).inverseFrequencies, plain);
});
