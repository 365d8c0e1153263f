import assert from "node:assert/strict";
import { readCsv } from "../../lib/data/mod.ts";
import { publishedMixture, publishedMixtures } from "../../lib/mix/mod.ts";
import { publishedTables } from "../../lib/sets/mod.ts";

Deno.test("publishedMixtures sum to 100 % within their rounding but for SmolLM3's decay, and have names of their own", () => {
  for (const { name, percent } of publishedMixtures) {
    const sum = Object.values(percent).reduce((a, b) => a + b);
    // Its configuration has 1.00565, which the trainer normalizes.
    if (name === "smollm3-decay") assert.equal(sum.toFixed(3), "100.565");
    else assert(Math.abs(sum - 100) < 0.1, `${name}: ${sum}`);
  }
  assert.equal(new Set(publishedMixtures.map(({ name }) => name)).size, publishedMixtures.length);
});

Deno.test("publishedMixture() names what there is when there is none", () => {
  assert.throws(() => publishedMixture("dolmino"), /names are dolmino-50B, dolmino-100B/);
});

Deno.test("publishedMixture() sums shares by kind, where every source has one", () => {
  const { mixture, byKind } = publishedMixture("olmo3-dolmino-100B");
  assert.equal(Object.keys(mixture).length, 24);
  const points = Object.fromEntries(
    Object.entries(byKind!).map(([kind, share]) => [kind, (100 * share).toFixed(1)]),
  );
  assert.deepEqual(points, {
    ...{
      web: "27.5",
      knowledge: "5.0",
      code: "20.0",
      thinking: "8.3",
      math: "19.2",
      qa: "13.9",
      instruction: "6.1",
    },
  });
  for (const { percent, kinds } of publishedMixtures) {
    if (kinds) assert.deepEqual(Object.keys(kinds).sort(), Object.keys(percent).sort());
  }
});

Deno.test("SmolLM3's stages have the tokens of its configurations", () => {
  const budget = (name: string) => publishedMixture(name).budgetTokens! / 1e12;
  assert.deepEqual(
    ["stage1", "stage2", "decay", "32k", "64k"].map((name) => budget(`smollm3-${name}`).toFixed(4)),
    [
      ...["8.1396", "1.7648", "1.2316", "0.0472", "0.0519"],
    ],
  );
});

const mirrored = await publishedTables.available();

Deno.test({
  name:
    "publishedMixture() holds OLMo 2's Table 13 and DoReMi's weights as published (needs the data mirror)",
  ignore: !mirrored,
  fn: async () => {
    const table = await readCsv(await publishedTables.file("olmo2_dolmino_mixes.csv"));
    for (const budget of ["50B", "100B", "300B"]) {
      assert.deepEqual(
        Object.values(publishedMixture(`dolmino-${budget}`).percent),
        [...table.numbers(`mix${budget}`)],
      );
    }
    for (
      const [name, file] of [["pile", "pile_baseline_256kvocab.json"], [
        "doremi-pile",
        "pile_doremi_280M_256kvocab_paper.json",
      ]]
    ) {
      const weights = JSON.parse(await Deno.readTextFile(await publishedTables.file(file)));
      const percent = publishedMixture(name).percent;
      assert.equal(Object.keys(percent).length, 22);
      for (const [domain, weight] of Object.entries(weights.train_domain_weights as Record<string, number>)) {
        assert(Math.abs(percent[domain] - 100 * weight) < 1e-9, `${name} ${domain}`);
      }
    }
  },
});
