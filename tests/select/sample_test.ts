import assert from "node:assert/strict";
import { Random } from "../../lib/base/mod.ts";
import { importanceRater, rate, sampleByDomain, sampleByScore, takeSample } from "../../lib/select/mod.ts";
import { pages } from "../synthesize/_server.ts";

const random = new Random(2);
const items = Array.from({ length: 3000 }, (_, i) => ({
  id: `d${i}`,
  domain: ["web", "math", "code"][i % 3],
  score: random.normal(),
  tokens: 1 + random.int(200),
}));
const shortest = Math.min(...items.map(({ tokens }) => tokens));

Deno.test("a draw never goes over its budget, and less than the shortest document is missing", () => {
  for (const budgetTokens of [1, 7, 1000, 54_321, 10 ** 7]) {
    const { copies, tokens, domains: [{ short }] } = sampleByScore(items, { budgetTokens });
    const taken = items.filter(({ id }) => copies.has(id)).reduce((sum, { tokens }) => sum + tokens, 0);
    assert.equal(tokens, taken);
    assert(tokens <= budgetTokens);
    if (budgetTokens === 10 ** 7) assert.equal(short, "there is no more");
    else assert(budgetTokens - tokens < shortest || short === "no document that is left fits");
  }
});

Deno.test("a document's draw depends on its id alone, not on order or on others", () => {
  const options = { budgetTokens: 50_000 };
  const drawn = sampleByScore(items, options);
  assert.deepEqual(
    new Set(sampleByScore(items.toReversed(), options).copies.keys()),
    new Set(drawn.copies.keys()),
  );
  // Those that are surely out change nothing when they go.
  const best = items.filter(({ score, id }) => score > -1 || drawn.copies.has(id));
  assert.deepEqual(
    new Set(sampleByScore(best, options).copies.keys()),
    new Set(drawn.copies.keys()),
  );
  const other = sampleByScore(items, { ...options, seed: 2 });
  assert([...other.copies.keys()].some((id) => !drawn.copies.has(id)));
});

Deno.test("Gumbel's top-k draws in proportion to exp(score / temperature)", () => {
  const few = [0, 1, 2].map((score) => ({ id: `${score}`, score, tokens: 1 }));
  const counts = [0, 0, 0];
  for (let seed = 0; seed < 20_000; seed++) {
    const { copies } = sampleByScore(few, { budgetTokens: 1, temperature: 2, seed });
    counts[Number([...copies.keys()][0])]++;
  }
  const shares = [0, 1, 2].map((score) => Math.exp(score / 2));
  const total = shares.reduce((a, b) => a + b);
  shares.forEach((share, i) => assert(Math.abs(counts[i] / 20_000 - share / total) < 0.012));
});

Deno.test("domains meet their budgets by going down, up, or as far as copies go", () => {
  const budgetTokens = { web: 20_000, math: 250_000, code: 2_000_000 };
  const { domains, tokens } = sampleByDomain(items, { budgetTokens });
  const [web, math, code] = domains;
  assert(web.tokens <= 20_000 && 20_000 - web.tokens < shortest + 1 && web.mostCopies === 1);
  assert(math.tokens <= 250_000 && math.documents === 1000 && math.mostCopies === 3);
  assert.deepEqual([code.tokens, code.short], [4 * code.availableTokens, "every document was taken 4 times"]);
  assert.equal(tokens, web.tokens + math.tokens + code.tokens);
});

Deno.test("copies follow the weights", () => {
  const weighted = Array.from({ length: 2000 }, (_, i) => ({
    id: `${i}`,
    domain: "web",
    tokens: 10,
    weight: [0, 1, 1.5, 3][i % 4],
  }));
  const { copies } = sampleByDomain(weighted, { budgetTokens: { web: 27_500 }, mostCopies: 100 });
  const mean = [0, 1, 2, 3].map((kind) =>
    weighted.filter((_, i) => i % 4 === kind).reduce((sum, { id }) => sum + (copies.get(id) ?? 0), 0) / 500
  );
  // 2,750 copies over weights that sum to 2,750.
  [0, 1, 1.5, 3].forEach((weight, kind) => assert(Math.abs(mean[kind] - weight) < 0.06, `${mean}`));
});

Deno.test("takeSample() gives each document as often as it was drawn, and misses none in silence", async () => {
  const documents = pages(3);
  const drawn = sampleByDomain(
    documents.map(({ id }, i) => ({ id, domain: "x", tokens: 1, weight: i })),
    { budgetTokens: { x: 6 } },
  );
  const taken = await Array.fromAsync(takeSample(documents, drawn));
  assert.equal(taken.length, 6);
  assert.equal(new Set(taken.map(({ id }) => id)).size, 2);
  await assert.rejects(Array.fromAsync(takeSample(documents.slice(0, 2), drawn)), {
    message: "Cannot take the drawn documents as each must come: 1 did not, such as page-2",
  });
});

Deno.test("importanceRater() gives the log weights of the package data-selection", async () => {
  const page = (text: string) => ({ id: text, text, source: "x", meta: {} });
  const raw = [
    "Buy cheap pills now, it's 50% off!",
    "The whale swam in the sea.",
    "Ångström units: naïve café no. 3_4 …",
    "the sea the sea",
  ].map(page);
  const target = ["The whale in the deep sea was white.", "A captain's ship."].map(page);
  const rater = await importanceRater(target, raw, { buckets: 1000 });
  const rated = await Array.fromAsync(rate([...raw, page(" ")], rater));
  const expected = [-269.1518399246835, -69.11808341073095, -213.3707721018573, -45.71119271279536];
  expected.forEach((score, at) => assert(Math.abs(rated[at].score - score) < 1e-9, `${rated[at].score}`));
  assert.equal(rated[4].known, false);
});
