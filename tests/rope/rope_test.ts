// deno-lint-ignore-file camelcase -- the names of config.json
import assert from "node:assert/strict";
import {
  defaultRope,
  dynamicNtk,
  longRope,
  ntkAware,
  ntkByParts,
  positionInterpolation,
  proportionalRope,
  type Rope,
  ropeFromConfig,
  rotate,
  yarn,
  yarnAttentionFactor,
} from "../../lib/rope/mod.ts";
import { ntkBases, ropeModels, softmaxScales, yarnTemperatures } from "../../lib/sets/published/rope.ts";

function assertClose(actual: number, expected: number, relative: number, what = "value") {
  assert.ok(
    Math.abs(actual - expected) <= relative * Math.abs(expected),
    `${what}: ${actual} is not ${expected}`,
  );
}

/** The pairs whose frequencies are tabled: the first, d/6, d/4 and the last. */
function tabled({ inverseFrequencies: theta }: Rope): number[] {
  const d = 2 * theta.length;
  return [theta[0], theta[Math.floor(d / 6)], theta[d / 4], theta[d / 2 - 1]];
}

const heads = (dimensions: number) => ({ hidden_size: dimensions * 32, num_attention_heads: 32 });

for (const { model, config, attentionFactor, frequencies } of ropeModels) {
  Deno.test(`ropeFromConfig() gives the known frequencies of ${model}`, () => {
    const rope = ropeFromConfig(config);
    assertClose(rope.attentionFactor, attentionFactor, 1e-9, "attention factor");
    tabled(rope).forEach((value, i) => assertClose(value, frequencies[i], 1e-5, `frequency ${i}`));
  });
}

Deno.test("ropeFromConfig() multiplies DeepSeek's softmax scale as V3 and V2 do", () => {
  const latent = (mscale: number) =>
    ropeFromConfig({
      qk_rope_head_dim: 64,
      qk_nope_head_dim: 128,
      rope_scaling: {
        type: "yarn",
        factor: 40,
        original_max_position_embeddings: 4096,
        mscale,
        mscale_all_dim: mscale,
      },
    });
  for (const { mscale, multiplier, scale } of softmaxScales) {
    assertClose(latent(mscale).softmaxMultiplier, multiplier, 1e-7);
    assertClose(latent(mscale).softmaxScale, scale, 1e-6);
  }
});

Deno.test("NTK-aware and dynamic NTK raise Llama 2's base to the known values", () => {
  const base = (rope: Rope) => rope.inverseFrequencies[1] ** -64;
  assertClose(base(ntkAware({ dimensions: 128, factor: 4 })), ntkBases.aware, 1e-7);
  tabled(ntkAware({ dimensions: 128, factor: 4 })).forEach((value, i) =>
    assertClose(value, [1, 3.0677e-2, 4.94529e-3, 2.88695e-5][i], 1e-5)
  );
  for (const [length, expected] of ntkBases.dynamic) {
    const rope = dynamicNtk({ dimensions: 128, factor: 2, originalContext: 4096, length });
    assertClose(base(rope), expected, 1e-7);
  }
});

Deno.test("YaRN's attention factor follows the paper's temperature, not the survey's", () => {
  for (const [factor, known, temperature] of yarnTemperatures) {
    assertClose(yarnAttentionFactor(factor), known, 1e-6);
    assertClose(yarnAttentionFactor(factor) ** -2, temperature, 1e-6);
    assert.ok(Math.abs(Math.sqrt(1 + Math.log(factor) / 128) - known) > 0.06);
  }
});

Deno.test("YaRN's two ramps agree on the kept and the interpolated pairs and differ between them", () => {
  const options = { dimensions: 128, factor: 16, originalContext: 4096 };
  const index = yarn(options);
  const turns = yarn({ ...options, ramp: "turns" });
  assert.deepEqual(turns.inverseFrequencies, ntkByParts(options).inverseFrequencies);
  for (const i of [0, 5, 50, 63]) {
    assertClose(index.inverseFrequencies[i], turns.inverseFrequencies[i], 1e-12);
  }
  assert.notEqual(index.inverseFrequencies[30], turns.inverseFrequencies[30]);
});

Deno.test("a factor of 1 changes nothing, whatever the method", () => {
  const plain = defaultRope({ dimensions: 64 });
  const options = { dimensions: 64, factor: 1, originalContext: 4096 };
  for (
    const rope of [positionInterpolation(options), ntkAware(options), ntkByParts(options), yarn(options)]
  ) {
    rope.inverseFrequencies.forEach((value, i) => assertClose(value, plain.inverseFrequencies[i], 1e-14));
    assert.equal(rope.attentionFactor, 1);
  }
});

Deno.test("ropeFromConfig() reads LongRoPE of Phi-3 with its factor from the two contexts, and by the sequence's length", () => {
  const config = {
    ...heads(4),
    max_position_embeddings: 131072,
    original_max_position_embeddings: 4096,
    rope_scaling: { type: "su", short_factor: [1, 1], long_factor: [1.5, 30] },
  };
  const long = ropeFromConfig(config);
  assertClose(long.attentionFactor, Math.sqrt(1 + Math.log(32) / Math.log(4096)), 1e-12);
  assert.deepEqual([...long.inverseFrequencies], [1 / 1.5, 0.01 / 30]);
  assert.deepEqual([...ropeFromConfig(config, { length: 4096 }).inverseFrequencies], [1, 0.01]);
});

Deno.test("ropeFromConfig() reads partial rotation, a layer's own base, and a model that is not stretched", () => {
  assert.equal(ropeFromConfig({ head_dim: 80, partial_rotary_factor: 0.4 }).dimensions, 32);
  const gemma = {
    head_dim: 4,
    rope_theta: 1e6,
    rope_local_base_freq: 1e4,
    rope_scaling: { rope_type: "linear", factor: 8 },
  };
  assertClose(ropeFromConfig(gemma).inverseFrequencies[1], 1e-3 / 8, 1e-12);
  assertClose(ropeFromConfig(gemma, { layerType: "sliding_attention" }).inverseFrequencies[1], 1e-2, 1e-12);
  assert.equal(ropeFromConfig({ head_dim: 4, rope_scaling: null }).method, "default");
});

Deno.test("ropeFromConfig() reads a head's size under the names of other models, and rounds the width over the heads down", () => {
  assert.equal(ropeFromConfig({ d_model: 96, n_heads: 3 }).headDimensions, 32);
  assert.equal(ropeFromConfig({ n_embd: 64, n_head: 2 }).headDimensions, 32);
  assert.equal(
    ropeFromConfig({ kv_channels: 128, hidden_size: 2048, num_attention_heads: 32 }).dimensions,
    128,
  );
  assert.equal(ropeFromConfig({ hidden_size: 4096, num_attention_heads: 96 }).headDimensions, 42);
  const pythia = ropeFromConfig({ ...heads(128), rotary_pct: 0.25, rotary_emb_base: 1000 });
  assert.deepEqual([pythia.dimensions, pythia.base], [32, 1000]);
});

Deno.test("ropeFromConfig() reads Gemma 4's full attention: wider heads of which the fastest pairs turn", () => {
  const config = {
    head_dim: 8,
    layer_types: ["sliding_attention", "full_attention"],
    rope_parameters: {
      sliding_attention: { rope_type: "default", rope_theta: 1e4 },
      full_attention: { rope_type: "proportional", rope_theta: 1e6, partial_rotary_factor: 0.25 },
    },
  };
  for (const wider of [{ global_head_dim: 16 }, { per_layer_config: { "01": { head_dim: 16 } } }]) {
    const full = ropeFromConfig({ ...config, ...wider });
    assert.deepEqual([...full.inverseFrequencies], [1, 1e6 ** (-1 / 8), 0, 0, 0, 0, 0, 0]);
    assert.equal(ropeFromConfig({ ...config, ...wider }, { layerType: "sliding_attention" }).dimensions, 8);
  }
});

Deno.test("rotate() keeps lengths, and scores depend on the distance alone, in both layouts", () => {
  const rope = defaultRope({ dimensions: 8 });
  const q = [0.3, -1, 2, 0.5, 1.5, 0.1, -0.7, 0.9];
  const k = [1, 0.2, -0.4, 0.8, -1.1, 0.6, 0.3, -0.2];
  for (const layout of ["half", "interleaved"] as const) {
    const score = (m: number, n: number) => {
      const a = rotate(q, m, { rope, layout });
      const b = rotate(k, n, { rope, layout });
      return a.reduce((sum, value, i) => sum + value * b[i], 0);
    };
    assertClose(Math.hypot(...rotate(q, 12345, { rope, layout })), Math.hypot(...q), 1e-12);
    assertClose(score(7, 3), score(1007, 1003), 1e-9);
    assert.ok(Math.abs(score(7, 3) - score(8, 3)) > 1e-3);
  }
});

Deno.test("the two layouts are one rotation under a permutation, and dimensions beyond the rotated pass through", () => {
  const rope = defaultRope({ dimensions: 6 });
  const half = [1, 2, 3, 4, 5, 6, 77];
  const interleaved = [1, 4, 2, 5, 3, 6, 77];
  const a = rotate(half, 9, { rope, layout: "half" });
  const b = rotate(interleaved, 9, { rope, layout: "interleaved" });
  assert.deepEqual([b[0], b[2], b[4], b[1], b[3], b[5], b[6]], [...a]);
});

Deno.test("bad options are refused with the value and what is allowed", () => {
  const refused: [() => unknown, RegExp][] = [
    [() => defaultRope({ dimensions: 7 }), /dimensions must be an even number >= 2: current value is 7/],
    [() => defaultRope({ dimensions: 8, base: NaN }), /base must be > 1: current value is NaN/],
    [
      () => positionInterpolation({ dimensions: 8, factor: 0.5 }),
      /factor must be finite and >= 1: current value is 0.5/,
    ],
    [() => ntkAware({ dimensions: 2, factor: 2 }), /dimensions must be >= 4/],
    [() => proportionalRope({ dimensions: 8, share: 0 }), /share must be in \(0, 1\]: current value is 0/],
    [
      () => yarn({ dimensions: 8, factor: 2, originalContext: 0 }),
      /originalContext must be > 0: current value is 0/,
    ],
    [
      () => yarn({ dimensions: 8, factor: 2, originalContext: 10, betaSlow: 40 }),
      /betaSlow < betaFast.*40 and 32/,
    ],
    [
      () => longRope({ dimensions: 8, factor: 2, originalContext: 10, shortFactors: [], longFactors: [1] }),
      /one LongRoPE divisor a pair \(4\): current number is 1/,
    ],
    [() => ropeFromConfig({}), /lacks head_dim/],
    [
      () => ropeFromConfig({ head_dim: 4, rope_scaling: { type: "magic" } }),
      /rope_type must be one of .*"magic"/,
    ],
    [() => ropeFromConfig({ head_dim: 4, rope_scaling: { type: "linear" } }), /lacks factor/],
    [
      () => ropeFromConfig({ head_dim: 4, rope_theta: "big" }),
      /rope_theta must be a finite number: current value is the text "big"/,
    ],
    [
      () => rotate([1, 2], 0, { rope: defaultRope({ dimensions: 4 }), layout: "half" }),
      /length must be >= 4/,
    ],
  ];
  for (const [act, message] of refused) assert.throws(act, message);
});

Deno.test("ropeFromConfig() refuses families whose several axes order the frequencies anew", () => {
  assert.throws(
    () => ropeFromConfig({ model_type: "ernie4_5_vl_moe", head_dim: 128 }),
    /^TypeError: Cannot read a rotary embedding of ernie4_5_vl_moe as its axes divide the frequencies/,
  );
});
