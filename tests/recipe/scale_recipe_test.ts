import assert from "node:assert/strict";
import { changeFacts, type Recipe, type ScalePool, scaleRecipe, seams } from "../../lib/recipe/mod.ts";
import { recipeNamed, recipes } from "../../recipes/mod.ts";

const pools: ScalePool[] = [
  { name: "pages", kind: "web", uniqueTokens: 1e7 },
  { name: "books", kind: "knowledge", uniqueTokens: 1e6 },
  { name: "programs", kind: "code", uniqueTokens: 1e6 },
  { name: "problems", kind: "math", uniqueTokens: 1e6 },
  { name: "forum", kind: "qa", uniqueTokens: 1e6 },
  { name: "novels", kind: "long", uniqueTokens: 1e6 },
];
const scaled = (recipe: Recipe, own = pools) => scaleRecipe(recipe, { budgetTokens: 1e6, pools: own });

Deno.test("scaleRecipe() keeps the ratio of rates at every seam: 5.27 times for Olmo 3 7B", () => {
  for (const name of ["olmo2-1b", "olmo2-13b", "olmo3-7b", "olmo3-32b", "kimi-k2", "deepseek-v3"]) {
    const recipe = recipeNamed(name);
    const [published] = seams(recipe);
    const [pre, mid] = scaled(recipe).stages;
    const ratio = Math.max(...mid.rates) / pre.rates.at(-1)!;
    assert(Math.abs(ratio / published.ratio - 1) < 0.03, `${name}: ${ratio}, published ${published.ratio}`);
  }
});

Deno.test("scaleRecipe() keeps the decay's share of tokens where a run can show it, and bends it where it cannot", () => {
  const { stages, kept } = scaled(recipeNamed("smollm3-3b"));
  const of = (name: string) => stages.find((stage) => stage.name === name)!.tokens;
  assert(Math.abs(of("decay") / of("stage1") - 0.1513) < 0.01);
  assert(kept.some(({ stage, what }) => stage === "decay" && what === "tokens beside pre-training"));
  const { bent } = scaled(recipeNamed("olmo2-1b"));
  const row = bent.find(({ what }) => what === "tokens beside pre-training")!;
  assert.deepEqual([row.published, row.scaled], ["1.25 %", "20 %"]);
});

Deno.test("scaleRecipe() keeps shares by kind of text, and says which kinds have no pool", () => {
  const { stages: [, mid], bent } = scaled(recipeNamed("olmo3-7b"));
  const near = (pool: string, share: number) =>
    assert(Math.abs(mid.mixture[pool] - share) < 1e-3, `${pool} ${mid.mixture[pool]}`);
  near("pages", 0.275);
  near("programs", 0.2);
  // Instruction and thinking have no pool: questions stand for them.
  near("forum", 0.139 + 0.061 + 0.0835);
  const stands = bent.filter(({ stage, what }) => stage === "mid" && what.startsWith("share of"));
  assert.deepEqual(stands.map(({ what, scaled }) => [what, scaled]), [
    ["share of thinking", "qa stands for it"],
    ["share of instruction", "qa stands for it"],
  ]);
  const without = scaled(recipeNamed("olmo3-7b"), pools.filter(({ kind }) => kind !== "code"));
  assert(without.bent.some(({ what, scaled }) => what === "share of code" && scaled === "left out"));
});

Deno.test("scaleRecipe() caps repetition and says what the caps take away", () => {
  const few = pools.map((one) => one.name === "problems" ? { ...one, uniqueTokens: 5000 } : one);
  const { stages: [, mid], bent } = scaled(recipeNamed("olmo2-1b"), few);
  assert(mid.epochs.problems <= 4.001);
  assert.match(bent.find(({ what }) => what === "share of problems")!.why!, /more than 4 times/);
  assert(Math.abs(Object.values(mid.mixture).reduce((sum, share) => sum + share) - 1) < 1e-6);
});

Deno.test("scaleRecipe() keeps by how much a context grows, its method and its base's ratio, within the longest that runs", () => {
  const long = scaled(recipeNamed("olmo3-7b")).stages[2];
  assert.deepEqual([long.context, long.extend], [512, { method: "yarn" }]);
  const phi = scaled(recipeNamed("phi-4")).stages[1];
  assert.deepEqual([phi.context, phi.extend], [256, { method: "ntk-aware" }]);
  const { stages, bent } = scaled(recipeNamed("smollm3-3b"));
  const [first, second] = ["32k", "64k"].map((name) => stages.find((stage) => stage.name === name)!);
  assert.deepEqual([first.context, first.extend, second.context, second.extend], [
    512,
    { method: "adjusted-base", base: 40 },
    512,
    undefined,
  ]);
  assert(
    bent.some(({ stage, why }) =>
      stage === "64k" && why === "the longest sequence that runs here is reached"
    ),
  );
});

Deno.test("scaleRecipe() merges as the recipe does, with at most three", () => {
  const merges = (name: string) =>
    scaled(recipeNamed(name)).stages.map(({ runs, checkpoints }) => [runs, checkpoints]);
  assert.deepEqual(merges("olmo2-13b"), [[1, 1], [3, 1]]);
  assert.deepEqual(merges("olmo3-32b"), [[1, 1], [2, 1], [1, 3]]);
});

Deno.test("scaleRecipe() leaves out attempts that were given up: Mantis goes on from where Bison did", () => {
  const { stages, bent } = scaled(recipeNamed("marin-32b"));
  assert.deepEqual(stages.map(({ name }) => name), ["pre", "mantis"]);
  assert(bent.some(({ stage, scaled }) => stage === "bison" && scaled === "left out"));
});

Deno.test("scaleRecipe() uses nothing that is only remembered", () => {
  const { bent } = scaled(recipeNamed("longcat-flash"));
  const rows = bent.filter(({ stage }) => stage === "32k");
  assert(
    rows.some(({ what, published }) => what === "tokens beside pre-training" && published === "not told"),
  );
  assert(rows.some(({ what, published }) => what === "times the context" && published === "not told"));
});

Deno.test("scaleRecipe() runs what a reader changed", () => {
  const recipe = recipeNamed("olmo2-1b");
  const mine = scaled(
    changeFacts(recipe, {
      "mid.tokens": recipe.stages[0].tokens.value! / 2,
      "mid.mixture.Dolmino Math": 0.792,
    }),
  );
  assert(Math.abs(mine.stages[1].tokens / mine.stages[0].tokens - 0.5) < 0.02);
  assert(mine.stages[1].mixture.problems > 0.49);
});

Deno.test("every recipe comes to a small size, its tokens within the budget and every share told", () => {
  for (const recipe of recipes) {
    const { stages, kept, bent, tokens } = scaled(recipe);
    assert(stages.length > 1, recipe.name);
    for (const { name, rates, steps, mixture } of stages) {
      assert.equal(rates.length, steps);
      assert(
        rates.every((rate) => rate >= 0 && rate < 0.2) && Math.max(...rates) > 0,
        `${recipe.name} ${name}`,
      );
      assert(Math.abs(Object.values(mixture).reduce((sum, share) => sum + share, 0) - 1) < 1e-6);
    }
    const single = stages.reduce((sum, stage) => sum + stage.tokens, 0);
    assert(Math.abs(single / 1e6 - 1) < 0.1 && tokens >= single, `${recipe.name}: ${single}`);
    for (const { what, published, scaled } of [...kept, ...bent]) {
      assert(what && published && scaled, recipe.name);
    }
    assert(bent.every(({ why }) => why), recipe.name);
  }
});

Deno.test("scaleRecipe() says what is too little", () => {
  const recipe = recipeNamed("olmo2-1b");
  assert.throws(
    () => scaleRecipe(recipe, { budgetTokens: 0, pools }),
    /budgetTokens must be a whole number >= 10000: current value is 0/,
  );
  assert.throws(
    () => scaleRecipe(recipe, { budgetTokens: 1e6, pools: [] }),
    /there must be a pool: current value is 0/,
  );
  const bare = [{ name: "pages", kind: "web" as const, uniqueTokens: 1000 }];
  assert.throws(
    () => scaleRecipe(recipe, { budgetTokens: 1e6, pools: bare }),
    /its pools must give \d+ tokens within 4 epochs: current value is 4000/,
  );
  const none = [{ name: "pages", kind: "web" as const, uniqueTokens: 0 }];
  assert.throws(() => scaleRecipe(recipe, { budgetTokens: 1e6, pools: none }), RangeError);
});
