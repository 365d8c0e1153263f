import assert from "node:assert/strict";
import { checkRecipe, conflict, type Rule, type Stage, verified } from "../../lib/recipe/mod.ts";
import { made, source } from "./_made.ts";

/** What one rule says of stages, and that no other finds a fault with them. */
function foundBy(rule: Rule, stages: readonly Partial<Stage>[]): string[] {
  const found = checkRecipe(made(stages));
  assert.deepEqual(found.filter((one) => one.rule !== rule), []);
  return found.map(({ level, what }) => `${level}: ${what}`);
}

const at = "a file";

Deno.test("checkRecipe() finds weights that do not sum to 1, but not what rounding leaves", () => {
  const sum = (...shares: number[]) =>
    foundBy("weights-sum", [{ mixture: shares.map((share, i) => source(`${i}`, share)) }]);
  assert.deepEqual(sum(0.63925, 0.2333, 0.1331), [
    "warning: the weights sum to 1.00565; they are normalized before use",
  ]);
  assert.deepEqual(sum(0.5, 0.49995), []);
  assert.equal(sum(0.472, 0.166, 0.0245, 0.0585, 0.0711, 0.208).length, 0);
});

Deno.test("checkRecipe() finds weights that are all equal, as in Nemotron 3 Nano's file of 23 ones", () => {
  const equal = Array.from({ length: 23 }, (_, i) => source(`${i}`, 1));
  assert.deepEqual(foundBy("equal-weights", [{ mixture: equal }]), [
    "fault: all 23 weights are equal, which a placeholder is",
  ]);
  assert.deepEqual(foundBy("equal-weights", [{ mixture: [source("a", 0.5), source("b", 0.5)] }]), []);
});

Deno.test("checkRecipe() finds steps that do not give the tokens: SmolLM3's decay is no 1.1T", () => {
  const decay = { steps: verified(522_000, at), batchTokens: verified(2_359_296, at) };
  assert.deepEqual(foundBy("steps-times-batch", [{ ...decay, tokens: verified(1.1e12, at) }]), [
    "fault: 522,000 steps of 2.359M tokens are 1.232T, not 1.1T",
  ]);
  assert.deepEqual(
    foundBy("steps-times-batch", [{ ...decay, tokens: verified(522_000 * 2_359_296, at) }]),
    [],
  );
});

const cosine = (peak: number) => ({
  kind: "cosine" as const,
  peak,
  floor: peak / 10,
  steps: 5e12,
  warmupSteps: 8_388_608_000,
});
const pre13 = { tokens: verified(596_057 * 2048 * 4096, at) };
const mid = (peak: number) => ({
  tokens: verified(100e9, at),
  schedule: verified({ kind: "linear" as const, peak, steps: 100e9 }, at),
});

Deno.test("checkRecipe() finds the threefold jump of OLMo 2 13B's configuration, which its paper does not have", () => {
  const schedule = conflict(cosine(9e-4), "Table 3", [{ value: cosine(3e-4), locus: "stage1.yaml" }]);
  assert.deepEqual(foundBy("seam", [{ ...pre13, schedule }, mid(9e-5)]), [
    "fault: s1 starts at 9e-5, s0 ends at 9e-5, which is 1.000 times; by stage1.yaml it would be 3.00 times",
  ]);
});

Deno.test("checkRecipe() notes a rate that is raised between stages, and warns of one that falls at once", () => {
  const from = { tokens: verified(5e12, at), schedule: verified(cosine(3e-4), at) };
  assert.match(
    foundBy("seam", [from, mid(2.0712352850360292e-4)])[0],
    /^note: .*the rate is raised 6\.90 times$/,
  );
  assert.match(
    foundBy("end-above-start", [from, mid(1e-5)])[0],
    /^warning: .*the rate falls to 33\.3 % of it at once$/,
  );
  const zero = { ...from, schedule: verified({ kind: "linear" as const, peak: 1e-4, steps: 5e12 }, at) };
  assert.match(foundBy("seam", [zero, mid(2e-5)])[0], /the rate is raised from 0$/);
  assert.deepEqual(foundBy("seam", [from, mid(3.01e-5)]), []);
});

Deno.test("checkRecipe() finds a horizon that the stage never comes near: Olmo 3 7B's script for long contexts", () => {
  const linear = (steps: number) => ({ kind: "linear" as const, peak: 2.0712352850360292e-4, steps });
  const stage = {
    tokens: verified(50e9, at),
    schedule: conflict(linear(50e9), "the paper", [{ value: linear(5e12), locus: "the script" }]),
  };
  assert.deepEqual(foundBy("horizon", [stage]), [
    "fault: the rate is to fall from 2.07124e-4 to 0 over 5T tokens, but the stage has 50B: it falls by 1 %",
  ]);
  assert.deepEqual(foundBy("horizon", [{ ...pre13, schedule: verified(cosine(3e-4), at) }]), []);
});

Deno.test("checkRecipe() finds merged runs of one seed, and says whether their data differ", () => {
  const merge = (...data: string[]) =>
    verified({
      method: "mean of runs" as const,
      of: data.map((data, i) => ({ run: `${i}`, seed: 42069, data })),
    }, at);
  assert.match(
    foundBy("same-seed", [{ merge: merge("ingredient 1", "ingredient 2") }])[0],
    /^note: 2 .* differ by their data alone$/,
  );
  assert.match(
    foundBy("same-seed", [{ merge: merge("one", "one") }])[0],
    /^fault: 2 of the runs that are merged share seed 42069/,
  );
});

Deno.test("checkRecipe() counts how often a source is seen: SmolLM3's TinyGSM, 1,595 times", () => {
  const tokens = verified(522_000 * 2_359_296, at);
  const tiny = source("TinyGSM problem solving", 0.003, { pool: verified(2.316e6, "smollm issue 116") });
  const found = foundBy("epochs", [{
    tokens,
    mixture: [tiny, source("web", 0.997, { pool: verified(1e12, at) })],
  }]);
  assert.deepEqual(found, [
    "fault: TinyGSM problem solving is seen 1,595.3 times: 3.695B tokens are asked of 2.316M",
  ]);
  const twice = [{ tokens, mixture: [source("web", 1, { pool: verified(5e11, at) })] }];
  assert.deepEqual(checkRecipe(made(twice)), []);
  assert.equal(checkRecipe(made(twice), { maxEpochs: 2 }).length, 1);
});

Deno.test("checkRecipe() finds a warm-up whose two units disagree", () => {
  const stage = {
    batchTokens: verified(2048 * 4096, at),
    warmup: verified({ tokens: 8_388_608_000, steps: 2000 }, at),
  };
  assert.deepEqual(foundBy("warmup-units", [stage]), [
    "warning: a warm-up of 8.389B tokens is 1,000 steps of 8.389M, not 2,000",
  ]);
});

Deno.test("checkRecipe() finds a base, or a stretch, that grows less than the context", () => {
  const rope = (theta: number, more = {}) => verified({ theta, ...more }, at);
  const grown = (after: ReturnType<typeof rope>) => [
    { sequence: verified(4096, at), rope: rope(10_000) },
    {
      kind: "context" as const,
      sequence: verified(32768, at),
      rope: after,
      mixture: [source("a", 0.5), source("b", 0.5)],
    },
  ];
  const found = (after: ReturnType<typeof rope>) => foundBy("rope-ratio", grown(after));
  assert.match(
    found(rope(50_000, { method: "adjusted-base" }))[0],
    /^warning: since s0 the context grew 8 times, the base only 5 times$/,
  );
  assert.match(
    found(rope(10_000, { method: "yarn", factor: 4 }))[0],
    /^warning: .* positions are stretched 4 times$/,
  );
  assert.match(found(rope(10_000))[0], /^note: .* with the frequencies as they were$/);
  assert.deepEqual(found(rope(10_000, { method: "yarn", factor: 8 })), []);
  assert.deepEqual(found(rope(400_000, { method: "adjusted-base" })), []);
});

Deno.test("checkRecipe() finds a context stage without short text, chat templates and benchmarks", () => {
  const long = { kind: "context" as const, mixture: [source("books", 1, { kind: "long" })] };
  assert.match(foundBy("no-short-data", [long])[0], /^warning: nothing but long documents/);
  const chat = { mixture: [source("web", 0.99), source("Tulu", 0.01, { chatTokens: true })] };
  assert.match(foundBy("chat-tokens", [chat])[0], /^warning: Tulu \(1 %\) holds special tokens/);
  const test = { mixture: [source("web", 0.7), source("dolmino", 0.3, { holds: ["GSM8K"] })] };
  assert.deepEqual(foundBy("evaluation-in-mix", [test]), ["fault: dolmino holds items of GSM8K"]);
});

Deno.test("checkRecipe() finds an unstated optimizer, weights from elsewhere, and sources that differ", () => {
  const unstated = { optimizerKept: { status: "not-reported" as const } };
  assert.match(
    foundBy("optimizer-unstated", [{}, unstated])[0],
    /^note: whether the optimizer's state of s0/,
  );
  const from = conflict("the soup", "the paper", [{ value: "step 656,000", locus: "the script" }]);
  assert.deepEqual(foundBy("weights-from", [{}, { from }]), [
    "fault: it is said to start from the soup, but the script loads step 656,000",
  ]);
  const rope = conflict({ theta: 2e6 }, "the configuration", [{
    value: { theta: 1.5e6 },
    locus: "the blog",
  }]);
  assert.deepEqual(foundBy("conflict", [{ rope }]), [
    "warning: rotary embeddings is base 2,000,000 by the configuration, and base 1,500,000 by the blog",
  ]);
});

Deno.test("checkRecipe() puts faults first", () => {
  const mixture = [source("web", 0.9), source("test", 0.3, { holds: ["MMLU"] })];
  assert.deepEqual(checkRecipe(made([{ mixture }])).map(({ level }) => level), ["fault", "warning"]);
});
