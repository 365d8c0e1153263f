import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { checkRecipe, seams } from "../../lib/recipe/mod.ts";
import { recipeNamed, recipes } from "../../recipes/mod.ts";

/** A number to so many digits. */
const to = (value: number, digits: number) => value.toPrecision(digits);

Deno.test("the seam of OLMo 2 1B is continuous to five digits", () => {
  const [{ end, start, ratio }] = seams(recipeNamed("olmo2-1b"));
  assert.deepEqual([to(end, 7), start, to(ratio, 5)], ["0.00007448729", 7.4487e-5, "1.0000"]);
});

Deno.test("the seams of the other sizes of OLMo 2: 0.24 % off, in conflict by three, and continuous", () => {
  const seam = (name: string) => seams(recipeNamed(name))[0];
  const { end, start, ratio } = seam("olmo2-7b");
  assert.deepEqual([to(end, 5), start, to(ratio, 5)], ["0.000061351", 6.1499e-5, "1.0024"]);
  const [other] = seam("olmo2-13b").alternatives;
  assert.deepEqual([to(seam("olmo2-13b").ratio, 6), to(other.ratio, 6)], ["1.00000", "3.00000"]);
  assert.deepEqual([to(seam("olmo2-32b").end, 3), to(seam("olmo2-32b").ratio, 6)], ["0.0000662", "1.00000"]);
});

Deno.test("the seams of Olmo 3 are re-warmed, 5.27 and 3.10 times", () => {
  const [small] = seams(recipeNamed("olmo3-7b"));
  assert.deepEqual([to(small.end, 5), to(small.ratio, 4)], ["0.000039325", "5.267"]);
  const [large] = seams(recipeNamed("olmo3-32b"));
  assert.deepEqual([to(large.end, 4), to(large.ratio, 4)], ["0.00006692", "3.095"]);
  const [constant, within] = seams(recipeNamed("deepseek-v3"));
  assert.deepEqual([constant.ratio, within.ratio], [1, 1]);
  assert.equal(seams(recipeNamed("kimi-k2"))[0].ratio, 1);
});

Deno.test("other numbers that are published come out of the recipes' facts", () => {
  const stage = (name: string, at: number) => recipeNamed(name).stages[at];
  const steps = ["olmo3-7b", "olmo3-32b"].flatMap((name) => [1, 2].map((at) => stage(name, at).steps!.value));
  assert.deepEqual(steps, [47_684, 11_921, 23_842, 11_921]);
  const deepSeek = recipeNamed("deepseek-v3").stages.slice(1).map(({ tokens }) => tokens.value!);
  assert.equal(((deepSeek[0] + deepSeek[1]) / 1e9).toFixed(1), "125.8");
  const phi = stage("phi-4", 0);
  const epochs = phi.mixture.map(({ share, pool }) =>
    (phi.tokens.value! * share.value! / pool!.value!).toPrecision(3)
  );
  assert.deepEqual(epochs, ["1.15", "5.17", "13.8", "2.44", "1.72"]);
  const blend = stage("nemotron3-super", 1).mixture;
  const sum = blend.reduce((total, { share }) => total + share.value!, 0);
  assert.equal(
    (100 * blend.find(({ source }) => source === "finepdfs")!.share.value! / sum).toFixed(2),
    "17.25",
  );
});

Deno.test("each published fault is found by its name", () => {
  const faults = recipes.flatMap((recipe) =>
    checkRecipe(recipe).filter(({ level }) => level === "fault").map(({ rule, stage }) =>
      `${recipe.name} ${stage}: ${rule}`
    )
  );
  assert.deepEqual(faults, [
    "olmo3-7b long: horizon",
    "smollm3-3b decay: epochs",
    "smollm3-3b decay: epochs",
    "smollm3-3b decay: epochs",
    "marin-32b bison: evaluation-in-mix",
    "olmo3-32b long: weights-from",
    "olmo2-13b mid: seam",
    "nemotron3-nano phase1: equal-weights",
  ]);
});

Deno.test("SmolLM3's stages have the tokens of its configurations, and each fault is found by name", () => {
  const smollm3 = recipeNamed("smollm3-3b");
  const tokens = smollm3.stages.map((stage) => stage.tokens.value!);
  const total = tokens[0] + tokens[1] + tokens[2];
  assert.deepEqual([...tokens, total].map((value) => to(value, 5)), [
    ...[
      "8139600000000",
      "1764800000000",
      "1231600000000",
      "47186000000",
      "51905000000",
      "140000000000",
      "11136000000000",
    ]
      .map((value) => to(Number(value), 5)),
  ]);
  assert.equal(to(tokens[2] / total, 5), "0.11059");
  const found = checkRecipe(smollm3);
  const times = found.flatMap(({ what }) => /is seen ([\d,.]+) times/.exec(what)?.[1] ?? []);
  assert.deepEqual(times, ["1,595.3", "1,750.5", "457.1", "21.8"]);
  assert.deepEqual(
    new Set(found.filter(({ level }) => level !== "note").map(({ rule }) => rule)),
    new Set([
      ...["epochs", "weights-sum", "chat-tokens", "conflict"] as const,
    ]),
  );
  assert.deepEqual(seams(smollm3).slice(0, 2).map(({ ratio }) => ratio), [1, 1]);
});

Deno.test("OLMo 2's pre-training mixture is that of its card: 95.1 % of DCLM", () => {
  const { mixture } = recipeNamed("olmo2-1b").stages[0];
  const percent = Object.fromEntries(
    mixture.map(({ source, share }) => [source, (100 * share.value!).toFixed(2)]),
  );
  assert.deepEqual([percent["DCLM-Baseline"], percent.StarCoder, percent.Wikipedia], [
    "95.11",
    "2.13",
    "0.09",
  ]);
});

Deno.test("clean recipes have no findings", () => {
  for (const name of ["olmo2-1b", "olmo2-7b", "olmo2-32b"]) {
    assert.deepEqual(checkRecipe(recipeNamed(name)), []);
  }
});

Deno.test("each recipe is a file of at most 150 lines by its name", async () => {
  const folder = fileURLToPath(new URL("../../recipes/", import.meta.url));
  const files = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  const own = files.filter((name) => name !== "mod.ts" && !name.startsWith("_"));
  assert.deepEqual(own.sort(), recipes.map(({ name }) => `${name.replaceAll(/[.-]/g, "_")}.ts`).sort());
  for (const name of files) {
    const lines = (await Deno.readTextFile(`${folder}${name}`)).split("\n").length - 1;
    assert(lines <= 150, `${name} has ${lines} lines`);
  }
});

Deno.test("every fact with a value has its place, but for what is only remembered", () => {
  for (const { name, stages, model } of recipes) {
    const facts = [
      ...Object.values(model),
      ...stages.flatMap((stage) => [
        ...Object.values(stage),
        ...stage.mixture.flatMap(({ share, pool }) => [share, pool]),
        ...stage.evaluation ?? [],
      ]),
    ];
    for (const fact of facts) {
      if (typeof fact !== "object" || !("status" in fact) || !("value" in fact)) continue;
      assert(fact.locus || fact.status === "memory", `${name}: ${JSON.stringify(fact)}`);
      assert(fact.status !== "conflict" || fact.alternatives!.length > 0, name);
    }
  }
});

Deno.test("recipeNamed() says the nearest, or all there are", () => {
  assert.throws(() => recipeNamed("OLMo2-1b"), /did you mean olmo2-1b\?$/);
  assert.throws(() => recipeNamed("zzz"), /there are olmo3-7b, smollm3-3b/);
});
