import assert from "node:assert/strict";
import { readCsv } from "../../lib/data/mod.ts";
import { publishedMixture, publishedMixtures } from "../../lib/mix/mod.ts";
import { publishedTables } from "../../lib/sets/mod.ts";

Deno.test("publishedMixtures sum to 100 % within their rounding and have names of their own", () => {
  for (const { name, percent } of publishedMixtures) {
    const sum = Object.values(percent).reduce((a, b) => a + b);
    assert(Math.abs(sum - 100) < 0.1, `${name}: ${sum}`);
  }
  assert.equal(new Set(publishedMixtures.map(({ name }) => name)).size, publishedMixtures.length);
});

Deno.test("publishedMixture() names what there is when there is none", () => {
  assert.throws(() => publishedMixture("dolmino"), /names are dolmino-50B, dolmino-100B/);
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
