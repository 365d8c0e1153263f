import assert from "node:assert/strict";
import {
  type Checkpoint,
  type ContextMethod,
  evaluateLoss,
  extendContext,
  initialCheckpoint,
  loadCheckpoint,
  logitsOf,
  saveCheckpoint,
  train,
} from "../../lib/anneal/mod.ts";
import { llama3, ntkAware, ntkByParts, positionInterpolation, yarn } from "../../lib/rope/mod.ts";
import { grammar, tinyConfig } from "./_models.ts";

/** Heads of 8 dimensions at a context of 16. */
const short = initialCheckpoint(tinyConfig({ heads: 2, ropeBase: 100 }), 1);
const stretch = { dimensions: 8, base: 100, factor: 4, originalContext: 16 };
const methods: ContextMethod[] = [
  "none",
  "adjusted-base",
  "position-interpolation",
  "ntk-aware",
  "ntk-by-parts",
  "yarn",
  "llama3",
];
const extend = (method: ContextMethod, from: Checkpoint = short) =>
  extendContext(from, { context: 64, method, ...(method === "adjusted-base" && { base: 5000 }) });

Deno.test("extendContext() has the frequencies of midtrain/rope", () => {
  const expected = {
    "position-interpolation": positionInterpolation(stretch),
    "ntk-by-parts": ntkByParts(stretch),
    "yarn": yarn(stretch),
    "llama3": llama3(stretch),
  };
  for (const [method, { inverseFrequencies, attentionFactor }] of Object.entries(expected)) {
    const { rope, context, ropeBase } = extend(method as ContextMethod).config;
    assert.deepEqual([rope!.inverseFrequencies, rope!.attentionFactor], [
      inverseFrequencies,
      attentionFactor,
    ]);
    assert.deepEqual([context, ropeBase], [64, 100]);
  }
  const { ropeBase } = extend("ntk-aware").config;
  ntkAware(stretch).inverseFrequencies.forEach((frequency, i) =>
    assert(Math.abs(ropeBase ** (-i / 4) / frequency - 1) < 1e-12)
  );
  assert.equal(extend("adjusted-base").config.ropeBase, 5000);
  assert.deepEqual(extend("none").config, { ...short.config, context: 64 });
});

Deno.test("extendContext() is written and read as Hugging Face has it, whatever the method", async () => {
  const folder = await Deno.makeTempDir();
  for (const method of methods) {
    const extended = extend(method);
    await saveCheckpoint(`${folder}/${method}`, extended);
    assert.deepEqual(await loadCheckpoint(`${folder}/${method}`), extended);
  }
});

Deno.test("extendContext() without a method leaves what the model says of short texts", async () => {
  const tokens = [72, 105, 33];
  const how = { backend: "cpu" } as const;
  assert.deepEqual(await logitsOf(extend("none"), tokens, how), await logitsOf(short, tokens, how));
  assert.notDeepEqual(await logitsOf(extend("yarn"), tokens, how), await logitsOf(short, tokens, how));
});

Deno.test("extendContext() lets a run go on at the longer length, counting every token", async () => {
  const source = await grammar("web");
  const how = { sources: [source], schedule: () => 3e-3, backend: "cpu" } as const;
  const { checkpoint } = await train({ ...how, config: tinyConfig(), steps: 3, batch: 8 });
  const run = await train({ ...how, from: extend("yarn", checkpoint), steps: 5, batch: 2 });
  assert.deepEqual(run.checkpoint.tokens, 3 * 8 * 16 + 2 * 2 * 64);
  assert.equal(run.usage.web.tokens, run.checkpoint.tokens);
  assert.equal(run.checkpoint.sources!.web.sequences, 3 * 8 / 4 + 4);
  assert.equal(run.checkpoint.optimizer!.updates, 5);
  const { perPosition } = await evaluateLoss(run.checkpoint, source, { backend: "cpu", windows: 2 });
  assert.equal(perPosition.length, 64);
});

Deno.test("extendContext() in a row is extendContext() at once where frequencies are stretched, a new base elsewhere", () => {
  for (const method of ["yarn", "llama3", "position-interpolation"] as const) {
    const twice = extendContext(extend(method), { context: 256, method });
    assert.deepEqual(twice, extendContext(short, { context: 256, method }), method);
  }
  const twice = extendContext(extend("adjusted-base"), { context: 256, method: "adjusted-base", base: 9e4 });
  assert.deepEqual(twice.config, { ...short.config, context: 256, ropeBase: 9e4 });
});

Deno.test("extendContext() goes on with a model that says the context it had, or only the factor", () => {
  // As Qwen's configurations have it, the context may stand for the one before.
  const { rope } = extend("yarn").config;
  const said = { ...short, config: { ...short.config, rope: rope! } };
  assert.deepEqual(extendContext(said, { context: 128 }), extendContext(short, { context: 128 }));
});

Deno.test("extendContext() names what is out of range", () => {
  const refuses = (options: Parameters<typeof extendContext>[1], message: RegExp, from = short) =>
    assert.throws(() => extendContext(from, options), message);
  refuses({ context: 16 }, /context must be a whole number above the model's 16: current value is 16/);
  refuses(
    { context: 64, method: "longer" as never },
    /method must be one of none, .*: current value is longer/,
  );
  refuses(
    { context: 64, method: "adjusted-base" },
    /base must be a finite number > 1 for adjusted-base.*undefined/,
  );
  refuses({ context: 64, base: 1e6 }, /left out for other methods: current value is 1000000/);
  refuses(
    { context: 128, method: "llama3" },
    /plain frequencies, or those that llama3 gives: current value is {"rope_type":"yarn"/,
    extend("yarn"),
  );
  refuses({ context: 128, method: "none" }, /plain frequencies, or those that none gives/, extend("yarn"));
  refuses(
    { context: 128, method: "ntk-by-parts" },
    /current value is frequencies given/,
    extend("ntk-by-parts"),
  );
  const { rope } = extend("yarn").config;
  const sharper = { ...short.config, rope: { ...rope!, attentionFactor: 2 } };
  refuses({ context: 128 }, /or those that yarn gives/, { ...short, config: sharper });
});
