import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import { allocate, mixture, pool } from "../../lib/mix/mod.ts";

const pools = [
  pool({ name: "web", tokens: 1000 }),
  pool({ name: "code", tokens: 100 }),
  pool({ name: "math", tokens: 20, uniqueTokens: 10 }),
];

Deno.test("allocate() without caps gives every source its share", () => {
  const { rows, shortfallTokens, summary } = allocate(pools, { web: 5, code: 3, math: 2 }, {
    budgetTokens: 100,
  });
  assert.deepEqual(rows.map(({ tokens, epochs }) => [tokens, epochs]), [[50, 0.05], [30, 0.3], [20, 2]]);
  assert.equal(shortfallTokens, 0);
  assert.equal(summary, "No source runs out; math is repeated most, 2 epochs");
});

Deno.test("allocate() pours what a capped source cannot give over the others, again and again", () => {
  // math may give 10; its 90 pour over to code, which then meets its own 100.
  const { rows } = allocate(pools, { web: 5, code: 3, math: 2 }, { budgetTokens: 500, maxEpochs: 1 });
  assert.deepEqual(rows.map(({ tokens, runsOut }) => [tokens, runsOut]), [[390, false], [100, true], [
    10,
    true,
  ]]);
});

Deno.test("allocate() counts what repeated tokens are worth, and nothing for a source that has none", () => {
  const { rows } = allocate([...pools, pool({ name: "none", tokens: 0 })], { math: 1, none: 0 }, {
    budgetTokens: 40,
  });
  assert(Math.abs(rows[0].effectiveTokens - 10 * 4 * 0.9314) < 1e-3, `${rows[0].effectiveTokens}`);
  assert.equal(rows[1].effectiveTokens, 0);
});

Deno.test("allocate() caps only the sources named", () => {
  const { rows } = allocate(pools, { web: 1, math: 1 }, { budgetTokens: 100, maxEpochs: { math: 3 } });
  assert.deepEqual(rows.map(({ tokens }) => tokens), [70, 30]);
});

Deno.test("allocate() says what no source may give", () => {
  const { shortfallTokens, summary } = allocate(pools, { math: 1 }, { budgetTokens: 100, maxEpochs: 4 });
  assert.equal(shortfallTokens, 60);
  assert.match(summary, /60.0 % of the budget cannot be filled/);
});

Deno.test("allocate() keeps its sums and caps whatever the mixture", () => {
  const random = new Random("allocate");
  for (let i = 0; i < 300; i++) {
    const many = Array.from(
      { length: 1 + random.int(8) },
      (_, at) => pool({ name: `${at}`, tokens: 1 + random.int(5000) }),
    );
    const weights = Object.fromEntries(many.map(({ name }) => [name, random.next()]));
    const budgetTokens = 1 + random.int(20_000);
    const maxEpochs = 0.1 + 5 * random.next();
    const { rows, shortfallTokens } = allocate(many, weights, { budgetTokens, maxEpochs });
    const given = rows.reduce((sum, { tokens }) => sum + tokens, 0);
    assert.equal(given + shortfallTokens, budgetTokens);
    for (const { epochs, tokens } of rows) assert(Number.isSafeInteger(tokens) && epochs <= maxEpochs);
    const room = many.reduce((sum, { tokens }) => sum + Math.floor(maxEpochs * tokens), 0);
    assert.equal(given, Math.min(budgetTokens, room));
    // Sources below their cap keep their proportions.
    const free = rows.filter(({ tokens }, at) => tokens < Math.floor(maxEpochs * many[at].tokens));
    const shares = mixture(weights);
    for (const a of free) {
      for (const b of free) {
        assert(Math.abs(a.tokens * shares[b.name] - b.tokens * shares[a.name]) <= 2, `${i}`);
      }
    }
  }
});

Deno.test("allocate() names the source, cap or budget that is wrong", () => {
  const options = { budgetTokens: 10 };
  assert.throws(
    () => allocate(pools, { books: 1 }, options),
    /names "books", which is no pool: pools are web, code, math/,
  );
  assert.throws(() => allocate(pools, { web: -1 }, options), /"web" is -1/);
  assert.throws(() => allocate(pools, { web: 1 }, { budgetTokens: 0.5 }), /current value is 0.5/);
  assert.throws(
    () => allocate(pools, { web: 1 }, { budgetTokens: 10, maxEpochs: 0 }),
    /maxEpochs must be > 0/,
  );
  assert.throws(
    () => allocate(pools, { web: 1 }, { budgetTokens: 10, maxEpochs: { math: NaN } }),
    /maxEpochs of "math" must be > 0: current value is NaN/,
  );
  assert.throws(
    () => allocate([pool({ name: "web", tokens: 0 })], { web: 1 }, options),
    /asks for 1 of "web": that source has no tokens/,
  );
});
