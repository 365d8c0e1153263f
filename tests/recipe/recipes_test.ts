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
  assert.throws(() => recipeNamed("zzz"), /there are smollm3-3b, olmo2-1b/);
});
