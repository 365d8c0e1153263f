import assert from "node:assert/strict";
import {
  countParameters,
  flopsPerToken,
  llamaConfig,
  parameterShapes,
  type Preset,
} from "../../lib/anneal/mod.ts";
import { initialParameters } from "../../lib/anneal/parameters.ts";
import { tinyConfig } from "./_models.ts";

Deno.test("countParameters() gives the published sizes", () => {
  assert.equal(countParameters(llamaConfig("135M")), 134_515_008);
  assert.equal(countParameters(llamaConfig("360M")), 361_821_120);
  assert.equal(countParameters(llamaConfig("1B")), 1_235_814_400);
});

Deno.test("countParameters() is the sum over parameterShapes(), tied and untied", () => {
  for (const preset of ["1M", "10M", "60M", "135M"] as Preset[]) {
    for (const tieEmbeddings of [true, false]) {
      const config = llamaConfig(preset, { tieEmbeddings });
      const sizes = Object.values(parameterShapes(config)).map((shape) => shape.reduce((a, b) => a * b, 1));
      assert.equal(countParameters(config), sizes.reduce((a, b) => a + b, 0));
    }
  }
});

Deno.test("flopsPerToken() counts 6 a weight and 12 * layers * width a position", () => {
  const config = tinyConfig();
  const norms = config.width * (2 * config.layers + 1);
  assert.equal(
    flopsPerToken(config, 10),
    6 * (countParameters(config) - norms) + 12 * config.layers * config.width * 10,
  );
});

Deno.test("llamaConfig() names the field that does not fit and its value", () => {
  assert.throws(() => llamaConfig("2M" as Preset), /preset must be one of 1M, .*: current value is 2M/);
  assert.throws(() => tinyConfig({ width: NaN }), /width must be a whole number >= 1: current value is NaN/);
  assert.throws(() => tinyConfig({ layers: 1.5 }), /layers must be .*: current value is 1.5/);
  assert.throws(
    () => tinyConfig({ keyValueHeads: 3 }),
    /keyValueHeads must divide heads \(4\): current value is 3/,
  );
  assert.throws(() => tinyConfig({ heads: 16, keyValueHeads: 16 }), /width must be a multiple of 2 \* heads/);
  assert.throws(
    () => tinyConfig({ ropeBase: 0 }),
    /ropeBase must be a finite number > 0: current value is 0/,
  );
  assert.throws(
    () => tinyConfig({ rope: { inverseFrequencies: new Float64Array(3) } }),
    /must hold .* = 2 numbers/,
  );
  assert.throws(
    () => tinyConfig({ rope: { inverseFrequencies: Float64Array.of(1, NaN) } }),
    /inverseFrequencies\[1\] must be a finite number >= 0: current value is NaN/,
  );
});

Deno.test("initialParameters() draws each tensor from its own stream, residual projections narrower", () => {
  const shallow = initialParameters(tinyConfig({ layers: 1 }), 3);
  const deep = initialParameters(tinyConfig(), 3);
  assert.deepEqual(shallow["layers.0.qkv"], deep["layers.0.qkv"]);
  const spread = (values: Float32Array) =>
    Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
  const wide = initialParameters(tinyConfig({ width: 64, layers: 8 }), 1);
  assert(Math.abs(spread(wide.embedding) / 0.02 - 1) < 0.02);
  assert(Math.abs(spread(wide["layers.3.attentionOutput"]) / 0.005 - 1) < 0.05);
});
