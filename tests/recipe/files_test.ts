// deno-lint-ignore-file camelcase -- names of trainers
import assert from "node:assert/strict";
import {
  checkRecipe,
  exportMegatronBlend,
  exportNanotron,
  exportOlmoCore,
  importMegatronBlend,
  importNanotron,
  importOlmoCore,
  publishedSources,
  recipe,
} from "../../lib/recipe/mod.ts";
import { recipeNamed } from "../../recipes/mod.ts";

const locus = "a file";
const smollm3 = recipeNamed("smollm3-3b");
const main = ["stage1", "stage2", "decay"];

/** A configuration of nanotron, as SmolLM3's has its numbers. */
const config = (stages: readonly [name: string, start: number][], rates: object) =>
  JSON.stringify({
    checkpoints: { load_optimizer: true },
    data_stages: stages.map(([name, start_training_step]) => ({
      name,
      start_training_step,
      data: {
        dataset: {
          dataset_folder: ["s3://data/fineweb-edu/", "s3://data/finemath/"],
          dataset_weights: [0.7, 0.3],
        },
      },
    })),
    model: { model_config: { rope_theta: 50_000, num_hidden_layers: 36, hidden_size: 2048 } },
    optimizer: {
      clip_grad: 1,
      weight_decay: 0.1,
      learning_rate_scheduler: { learning_rate: 2e-4, lr_warmup_steps: 2000, ...rates },
      optimizer_factory: { adam_beta1: 0.9, adam_beta2: 0.95, adam_eps: 1e-8, name: "adamW" },
    },
    parallelism: { dp: 192 },
    tokens: {
      sequence_length: 4096,
      micro_batch_size: 3,
      batch_accumulation_per_replica: 1,
      train_steps: 4_720_000,
    },
  });
const decay = {
  lr_decay_starting_step: 4_198_001,
  lr_decay_steps: 522_000,
  lr_decay_style: "linear",
  min_decay_lr: 0,
};

Deno.test("importNanotron() has the steps, batch and rates of each data stage", () => {
  const text = config([["stable", 1], ["stable stage 2", 3_450_001], ["decay stage", 4_198_001]], decay);
  const { stages, model } = importNanotron(text, { locus });
  assert.deepEqual(stages.map(({ name, steps }) => [name, steps!.value]), [
    ["stable", 3_450_000],
    ["stable-stage-2", 748_000],
    ["decay-stage", 522_000],
  ]);
  assert.equal(stages[2].tokens.value, 1_231_552_512_000);
  assert.deepEqual(stages.map(({ schedule }) => schedule.value!.kind), ["constant", "constant", "linear"]);
  assert.deepEqual(stages[0].mixture.map(({ kind }) => kind), ["web", "math"]);
  assert.equal(model.layers!.value, 36);
});

Deno.test("importNanotron() takes a decay within a stage, and none whose beginning it does not see", () => {
  const rates = { ...decay, lr_decay_starting_step: 4_000_001, lr_decay_steps: 720_000 };
  const [first, second] = importNanotron(config([["one", 1], ["two", 4_500_001]], rates), { locus }).stages;
  assert.equal(first.schedule.value!.kind, "wsd");
  assert.equal(second.schedule.status, "not-reported");
});

Deno.test("nanotron's files round-trip: what was imported is exported and imported again as it was", () => {
  const text = exportNanotron(smollm3, { stages: main });
  const once = importNanotron(text, { locus });
  assert.deepEqual(importNanotron(exportNanotron(once), { locus }), once);
  main.forEach((name, i) => {
    const published = smollm3.stages.find((one) => one.name === name)!;
    for (const field of ["tokens", "steps", "batchTokens", "sequence", "schedule"] as const) {
      assert.deepEqual(once.stages[i][field]!.value, published[field]!.value, `${name}.${field}`);
    }
    assert.deepEqual(
      once.stages[i].mixture.map(({ share }) => share.value),
      published.mixture.map(({ share }) => share.value),
    );
  });
});

Deno.test("exportNanotron() says which stages are no one run", () => {
  assert.throws(
    () => exportNanotron(smollm3),
    /sequence must be one number in all of stage1, stage2, decay, 32k/,
  );
  assert.throws(
    () => exportNanotron(smollm3, { stages: ["anneal"] }),
    /smollm3-3b has no stage anneal: it has stage1/,
  );
  const olmo = recipeNamed("olmo2-1b");
  assert.throws(
    () => exportNanotron(olmo),
    /the rates must be one warm-up, hold and decay: current value is cosine, linear/,
  );
});

Deno.test("importOlmoCore() reads a script, and what is wrong with Olmo 3 7B's for long contexts is found", () => {
  const script = (tokens: string) =>
    `DEFAULT_SEQUENCE_LENGTH = 65536
GLOBAL_BATCH_SIZE = 65536 * 64  # 4M
LR = 0.00020712352850360292
rope = YaRNRoPEScalingConfig(factor=8, beta_fast=32, beta_slow=1, old_context_len=8192)
optim=SkipStepAdamWConfig(lr=LR, weight_decay=0.1, betas=(0.9, 0.95)),
scheduler=LinearWithWarmup(warmup=200, alpha_f=0.0),
max_grad_norm=1.0, z_loss_multiplier=1e-5,
load_path="https://olmo-checkpoints.org/step47684/", load_optim_state=True,
max_duration=Duration.tokens(${tokens}),
`;
  const [stage] = importOlmoCore(script("int(5e12)"), { locus }).stages;
  assert.deepEqual([stage.kind, stage.sequence.value, stage.batchTokens.value], [
    "context",
    65536,
    4_194_304,
  ]);
  assert.deepEqual(stage.rope.value, { method: "yarn", factor: 8, betas: [32, 1] });
  assert.deepEqual(stage.optimizer.value, {
    name: "SkipStepAdamW",
    betas: [0.9, 0.95],
    weightDecay: 0.1,
    clip: 1,
    zLoss: 1e-5,
  });
  assert.equal(stage.from!.value, "https://olmo-checkpoints.org/step47684/");
  // Its last step is that of a part of the pre-training: 50B tokens at this batch.
  const published = recipeNamed("olmo3-7b").stages[2];
  const run = recipe({ ...recipeNamed("olmo3-7b"), stages: [{ ...stage, tokens: published.tokens }] });
  assert.deepEqual(checkRecipe(run).map(({ rule }) => rule), ["horizon"]);
  const mended = importOlmoCore(script("50_000_000_000"), { locus }).stages[0];
  assert.deepEqual(mended.schedule.value, {
    kind: "linear",
    peak: 2.0712352850360292e-4,
    steps: 50e9,
    warmupSteps: 200 * 4_194_304,
  });
});

Deno.test("importOlmoCore() works constants out, and leaves what it cannot", () => {
  const read = (value: string) =>
    importOlmoCore(`LR = 1\nGLOBAL_BATCH_SIZE = ${value}\n`, { locus }).stages[0].batchTokens.value;
  assert.deepEqual(["2**21", "8 * 1024 * 1024", "int(5e12) // 4_194_304", "100_000"].map(read), [
    2 ** 21,
    2 ** 23,
    1_192_092,
    1e5,
  ]);
  assert.equal(read("world_size * 4096"), undefined);
});

Deno.test("OLMo-core's mixtures round-trip, their ratios to the last digit", () => {
  const mixture = publishedSources("olmo3-dolmino-100B");
  const once = importOlmoCore(exportOlmoCore(mixture), { locus }).stages[0].mixture;
  assert.deepEqual(
    once.map(({ source, share }) => [source, share.value]),
    mixture.map(({ source, share }) => [source, share.value]),
  );
  assert.equal(once.reduce((sum, { share }) => sum + share.value!, 0).toFixed(7), "1.0000006");
  assert.deepEqual(importOlmoCore(exportOlmoCore(once), { locus }).stages[0].mixture, once);
});

Deno.test("Megatron's blends round-trip in each of their forms, normalized: FinePDFs of Nemotron 3 Super is 17.25 %", () => {
  const { mixture } = recipeNamed("nemotron3-super").stages[1];
  const once = importMegatronBlend(exportMegatronBlend(mixture), { locus });
  assert.equal((100 * once.find(({ source }) => source === "finepdfs")!.share.value!).toFixed(2), "17.25");
  assert.deepEqual(importMegatronBlend(exportMegatronBlend(once), { locus }), once);
  const words = importMegatronBlend("3 data/web 1 data/code", { locus });
  assert.deepEqual(importMegatronBlend('{"train": ["3", "data/web", "1", "data/code"]}', { locus }), words);
  assert.deepEqual(importMegatronBlend('[3, "data/web", 1, "data/code"]', { locus }), words);
});

Deno.test("importers say what a file lacks", () => {
  assert.throws(() => importMegatronBlend("3 web 1", { locus }), /must come in pairs: there are 3 words/);
  assert.throws(() => importMegatronBlend("{", { locus }), SyntaxError);
  assert.throws(
    () => importMegatronBlend('{"valid": []}', { locus }),
    /must have datasets or train: it has valid/,
  );
  assert.throws(() => importMegatronBlend("-1 web", { locus }), /that of web is -1/);
  assert.throws(() => importMegatronBlend("0 web", { locus }), /one weight must be above 0/);
  assert.throws(() => importNanotron("a: [", { locus }), /must be YAML: it is not/);
  assert.throws(() => importNanotron("a: 1", { locus }), /data_stages/);
  assert.throws(() => importOlmoCore("hello", { locus }), /a script or a YAML of sources: it is neither/);
});
