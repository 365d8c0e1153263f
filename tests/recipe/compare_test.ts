import assert from "node:assert/strict";
import {
  changeFacts,
  describeRecipe,
  diffRecipe,
  drawStages,
  objectives,
  objectivesTable,
} from "../../lib/recipe/mod.ts";
import { recipeNamed, recipes } from "../../recipes/mod.ts";
import { made, source } from "./_made.ts";

Deno.test("diffRecipe() lists facts that differ, with ratios, and those that only one has", () => {
  const differences = diffRecipe(recipeNamed("olmo3-7b"), recipeNamed("olmo3-32b"));
  const at = (path: string) => differences.find((one) => one.path === path);
  assert.equal(at("mid.batchTokens")!.ratio, 2);
  assert.equal(at("long.tokens")!.ratio, 2);
  assert.deepEqual(at("mid.merge")!.status, ["absent", "verified"]);
  assert.equal(at("mid.sequence"), undefined);
});

Deno.test("changeFacts() changes one number, says whose it is, and names the nearest fact", () => {
  const olmo = recipeNamed("olmo2-1b");
  const mine = changeFacts(olmo, { "mid.tokens": 2e6, "mixture.FLAN": 0.5, "mid.sequence": 128 });
  assert.deepEqual(mine.stages[1].tokens, {
    value: 2e6,
    status: "yours",
    locus: `yours; published by ${olmo.stages[1].tokens.locus}`,
  });
  assert.equal(mine.stages[1].mixture.find(({ source }) => source === "FLAN")!.share.value, 0.5);
  assert.equal(describeRecipe(mine).counts.yours, 3);
  assert.throws(() => changeFacts(olmo, { "mid.token": 1 }), /did you mean mid\.tokens\?/);
  assert.throws(() => changeFacts(olmo, { tokens: 1 }), /may be pre\.tokens or mid\.tokens/);
  assert.throws(
    () => changeFacts(olmo, { "mid.tokens": NaN }),
    /must be a number >= 0: current value is NaN/,
  );
});

Deno.test("changeFacts() changes what a source has at hand", () => {
  const one = made([{
    mixture: [source("web", 1, { pool: { value: 5, status: "verified", locus: "here" } })],
  }]);
  assert.equal(changeFacts(one, { "s0.mixture.web.pool": 7 }).stages[0].mixture[0].pool!.value, 7);
});

Deno.test("objectivesTable() has a row a recipe with its objectives, what it does and what it gained", () => {
  const rows = objectivesTable(recipes);
  assert.equal(rows.length, 30);
  for (const row of rows) {
    assert(row.objectives.every((one) => objectives.includes(one)) && row.objectives.length > 0);
  }
  const olmo3 = rows.find(({ recipe }) => recipe === "olmo3-7b")!;
  assert.match(
    olmo3.by,
    /^mid: 100B, web 27 %, code 20 %, math 19 %; long: 50B, context 65,536, replay 66 %, long 34 %$/,
  );
  // Where nothing is told, nothing is claimed.
  const yi = rows.find(({ recipe }) => recipe === "yi-lightning")!;
  assert.deepEqual([yi.measured, yi.told < 0.1], ["", true]);
});

Deno.test("drawStages() draws what is told, and leaves gaps for what is not or is only remembered", () => {
  const [, , , long] = drawStages(recipeNamed("longcat-flash"));
  assert.deepEqual([long.tokens, long.context, long.shares], [undefined, undefined, undefined]);
  const [pre, mid] = drawStages(recipeNamed("olmo2-1b"));
  assert.equal(pre.rates!.at(-1)!.rate.toPrecision(4), "0.00007449");
  assert.equal(mid.rates![0].rate, 7.4487e-5);
});
