import assert from "node:assert/strict";
import { pool, publishedMixture, replayAblation, scaleMixture } from "../../lib/mix/mod.ts";

const pools = [
  pool({ name: "web", tokens: 1e9 }),
  pool({ name: "books", tokens: 3e9 }),
  pool({ name: "math", tokens: 1e6 }),
  pool({ name: "nothing", tokens: 0 }),
];

Deno.test("scaleMixture() shares a source among its pools by their tokens", () => {
  const { rows, leftOut } = scaleMixture({ text: 0.8, math: 0.2 }, pools, {
    match: { text: ["web", "books"] },
    budgetTokens: 1e6,
  });
  assert.deepEqual(rows.map(({ name, tokens }) => [name, tokens]), [["web", 2e5], ["books", 6e5], [
    "math",
    2e5,
  ]]);
  assert.deepEqual(leftOut, {});
});

Deno.test("scaleMixture() says what runs out, and pours the rest over the others", () => {
  const { rows, summary } = scaleMixture({ web: 0.5, math: 0.5 }, pools, { budgetTokens: 1e8 });
  assert.deepEqual(rows.map(({ tokens, runsOut }) => [tokens, runsOut]), [[9.6e7, false], [4e6, true]]);
  assert.match(summary, /^math runs out at 4 epochs and gives 4.0 % instead of 50.0 %$/);
});

Deno.test("scaleMixture() grows the others where a source is left out", () => {
  const { code, math, web } = publishedMixture("smollm3-decay").byKind!;
  const { rows, leftOut } = scaleMixture({ code, math, web }, pools, {
    match: { code: null },
    budgetTokens: 1e6,
  });
  assert.deepEqual(Object.keys(leftOut), ["code"]);
  assert(Math.abs(rows.find(({ name }) => name === "web")!.wantedShare - web / (math + web)) < 1e-12);
});

Deno.test("scaleMixture() names the source or the pool that is wrong", () => {
  const run = (weights: Record<string, number>, match: Record<string, string | string[] | null>) =>
    scaleMixture(weights, pools, { match, budgetTokens: 100 });
  assert.throws(
    () => run({ web: 1, code: 1 }, {}),
    /"code" must be matched with a pool or null: it is not, pools are web/,
  );
  assert.throws(() => run({ web: 1 }, { web: "wb" }), /there is no pool "wb"/);
  assert.throws(() => run({ a: 1, b: 1 }, { a: "web", b: ["web", "books"] }), /"web" stands for two/);
  assert.throws(() => run({ web: 1 }, { code: "books" }), /match names "code", which it lacks: it has web/);
  assert.throws(() => run({ a: 1 }, { a: "nothing" }), /that source has no tokens/);
  assert.throws(() => run({ a: 1 }, { a: null }), /weights must not be empty/);
  assert.throws(() => run({ web: -1 }, {}), /the weight of "web" is -1/);
});

Deno.test("replayAblation forgets less and learns less the more is replayed", () => {
  for (const [i, row] of replayAblation.slice(1).entries()) {
    assert(row.oldLoss < replayAblation[i].oldLoss && row.newLoss >= replayAblation[i].newLoss);
  }
});
