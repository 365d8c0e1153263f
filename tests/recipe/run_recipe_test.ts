import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import { changeFacts, planRecipe, runRecipe, type StandIn, standIns } from "../../lib/recipe/mod.ts";
import { recipeNamed, recipes } from "../../recipes/mod.ts";

/** Documents that are easy to learn, of so many letters. */
function text(name: string, kind: StandIn["kind"], word: string, count: number): StandIn {
  const random = new Random(name);
  const documents = Array.from({ length: count }, (_, i) => ({
    id: `${name}/${i}`,
    text: Array.from({ length: 60 }, () => word.slice(0, 1 + random.int(word.length))).join(" "),
    source: name,
    meta: {},
  }));
  return {
    name,
    kind,
    from: "made up",
    train: documents.slice(count / 4),
    heldOut: documents.slice(0, count / 4),
  };
}

const texts = [
  text("pages", "web", "abcdefgh", 80),
  text("sums", "math", "12345678", 80),
  text("talk", "qa", "what is", 80),
  text("tale", "long", "once upon", 80),
];
const tiny = {
  texts,
  budgetTokens: 12_000,
  windows: 12,
  model: { layers: 1, width: 16, heads: 2, feedForward: 32 },
};
const olmo = recipeNamed("olmo2-1b");

Deno.test("runRecipe() measures before, after and beside a control, and judges the criteria", async () => {
  const folder = await Deno.makeTempDir();
  const run = await runRecipe(olmo, { ...tiny, folder });
  assert.deepEqual(run.changes.map(({ domain }) => domain), [
    "web",
    "mathematics",
    "instruction",
    "long context",
  ]);
  const math = run.worth.find(({ domain }) => domain === "mathematics")!;
  assert(math.difference < 0 && math.high < 0, `${math.difference}`);
  const verdicts = run.verdicts.map(({ suite, holds }) => [suite, holds]);
  assert.deepEqual(verdicts.slice(0, 2), [["knowledge", "not measured"], ["mathematics", "yes"]]);
  assert.equal(run.ran, 7);
  const record = JSON.parse(await Deno.readTextFile(`${folder}/record.json`));
  assert.deepEqual(record.verdicts, JSON.parse(JSON.stringify(run.verdicts)));

  // A second run takes no step and gives the same.
  const again = await runRecipe(olmo, { ...tiny, folder });
  assert.deepEqual([again.ran, again.skipped, again.changes], [0, 7, run.changes]);

  // What is changed runs again, and nothing before it; the plan says why.
  const mine = changeFacts(olmo, { "mid.mixture.Dolmino Math": 0.6 });
  const { steps } = await planRecipe(mine, { ...tiny, folder });
  assert.deepEqual(steps.map(({ arm, state, why }) => `${arm} ${state} ${why}`.trim()), [
    "both done",
    ...Array(3).fill("recipe to run its mixture changed"),
    ...Array(3).fill("control done"),
  ]);
  const other = await planRecipe(olmo, { ...tiny, folder, model: { ...tiny.model, feedForward: 48 } });
  assert.match(other.steps[0].why, /the model/);
  assert.match(other.steps[1].why, /the step before it, the model/);
});

Deno.test("a run that was stopped goes on to the same numbers as one that was not", async () => {
  const recipe = recipeNamed("olmo3-7b");
  const [whole, stopped] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  const one = await runRecipe(recipe, { ...tiny, folder: whole });
  const controller = new AbortController();
  let heard = 0;
  const onProgress = () => {
    if (++heard === 20) controller.abort(new Error("stopped"));
  };
  await assert.rejects(
    runRecipe(recipe, { ...tiny, folder: stopped, signal: controller.signal, onProgress }),
    /stopped/,
  );
  const two = await runRecipe(recipe, { ...tiny, folder: stopped });
  assert.deepEqual(two.changes, one.changes);
  assert.deepEqual(one.scaled.stages.map(({ context }) => context), [64, 64, 512]);
});

Deno.test("runRecipe() tells the spread between seeds", async () => {
  const recipe = recipeNamed("marin-delphi");
  const { noise, verdicts } = await runRecipe(recipe, {
    ...tiny,
    folder: await Deno.makeTempDir(),
    seeds: 2,
  });
  assert(noise.mathematics > 0 && noise.web > 0);
  assert.deepEqual(verdicts.map(({ suite, by }) => [suite, by]), [["mathematics", 0.02], ["web", 0.03]]);
});

Deno.test("every recipe can be planned on the text that stands for its sources", async () => {
  const own = await standIns({ maxBytes: 60_000 });
  const folder = await Deno.makeTempDir();
  for (const recipe of recipes) {
    const { steps, scaled } = await planRecipe(recipe, { texts: own, folder, budgetTokens: 30_000 });
    const arms = scaled.stages.slice(1).reduce((sum, { runs }) => sum + 2 * runs, 1);
    assert.equal(steps.length, arms, recipe.name);
    assert(steps.every(({ state }) => state === "to run"));
  }
});

Deno.test("standIns() holds out documents that are not trained on", async () => {
  for (const { name, train, heldOut } of await standIns({ maxBytes: 60_000 })) {
    const ids = new Set(train.map(({ id }) => id));
    assert(train.length > 0 && heldOut.length > 0, name);
    assert(heldOut.every(({ id }) => !ids.has(id)), name);
  }
});
