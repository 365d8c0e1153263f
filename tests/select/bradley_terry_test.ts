import assert from "node:assert/strict";
import { bradleyTerry, type Comparison, drawPairs } from "../../lib/select/mod.ts";
import { judgePairs } from "../../lib/synthesize/mod.ts";
import { answer, open, pages, scripted } from "../synthesize/_server.ts";

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

/** American League East 1987, wins of the row against the column: Agresti, Categorical Data Analysis, section 10.6. */
const teams = ["Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore"];
const wins = [
  [0, 7, 9, 7, 7, 9, 11],
  [6, 0, 7, 5, 11, 9, 9],
  [4, 6, 0, 7, 7, 8, 12],
  [6, 8, 6, 0, 6, 7, 10],
  [6, 2, 6, 7, 0, 7, 12],
  [4, 4, 5, 6, 6, 0, 6],
  [2, 4, 1, 3, 1, 7, 0],
];

const season: Comparison[] = teams.flatMap((a, i) =>
  teams.slice(i + 1).map((b, j) => {
    const votes = wins[i][i + 1 + j] + wins[i + 1 + j][i];
    return { a, b, votes, share: wins[i][i + 1 + j] / votes };
  })
);

Deno.test("bradleyTerry() gives Agresti's fit of a baseball season", () => {
  const found = bradleyTerry(season, { priorVotes: 0 });
  const last = found.at(-1)!;
  assert.equal(last.id, "Baltimore");
  const expected = { Milwaukee: 1.581, Detroit: 1.436, Toronto: 1.294, "New York": 1.248, Boston: 1.108 };
  for (const [team, strength] of Object.entries(expected)) {
    assertNear(found.find(({ id }) => id === team)!.strength - last.strength, strength, 6e-4);
  }
  assertNear(found.reduce((sum, { strength }) => sum + strength, 0), 0, 1e-9);
});

Deno.test("the interval of two documents is that of a log odds", () => {
  const [first] = bradleyTerry([{ a: "x", b: "y", share: 0.75, votes: 40 }], { priorVotes: 0 });
  assertNear(first.strength, Math.log(3) / 2, 1e-9);
  // Half the difference of the two, whose error is that of a logit: sqrt(1/30 + 1/10).
  assertNear(first.high! - first.strength, 1.959963984540054 * Math.sqrt(1 / 30 + 1 / 10) / 2, 1e-9);
});

Deno.test("prior votes bound what always won, and draw all towards each other", () => {
  const games: Comparison[] = [{ a: "x", b: "y", winner: "a" }, { a: "y", b: "z", winner: "a" }];
  assert.deepEqual(bradleyTerry(games).map(({ id }) => id), ["x", "y", "z"]);
  const spread = (priorVotes: number) => bradleyTerry(games, { priorVotes })[0].strength;
  assert(spread(0.1) > spread(1) && spread(1) > spread(10) && spread(10) > 0);
});

Deno.test("comparisons that never meet are refused by name, and so are those without a maximum", () => {
  assert.throws(
    () => bradleyTerry([{ a: "x", b: "y", winner: "a" }, { a: "v", b: "w", winner: "tie" }]),
    {
      message:
        "Cannot fit strengths as all documents must be connected by comparisons: v and x are not; drawPairs connects all",
    },
  );
  assert.throws(() => bradleyTerry([{ a: "x", b: "y", winner: "a" }], { priorVotes: 0 }), {
    message:
      "Cannot fit strengths without prior votes as every document must win against every other through some chain: no chain puts x below y; priorVotes: 1 bounds both",
  });
});

Deno.test("drawPairs() connects all documents, each with two others a round, whatever their order", async () => {
  const documents = pages(20);
  const pairs = await drawPairs(documents, { rounds: 1 });
  const met = new Map<string, number>();
  for (const { a, b } of pairs) for (const { id } of [a, b]) met.set(id, (met.get(id) ?? 0) + 1);
  assert.deepEqual([...met.values()], Array(20).fill(2));
  assert.equal(bradleyTerry(pairs.map(({ a, b }) => ({ a: a.id, b: b.id, winner: "tie" }))).length, 20);
  assert.deepEqual(await drawPairs(documents.toReversed(), { rounds: 1 }), pairs);
});

Deno.test("a judge's votes in both orders become strengths in the order that it sees", async () => {
  await using server = await scripted(({ content }) => {
    const [first, second] = [...content.matchAll(/text (\d+)/g)].map(([, number]) => Number(number));
    return answer(JSON.stringify({ better: first > second ? 1 : 2 }));
  });
  await using model = await open(server);
  const { judgements, firstShare } = await judgePairs(await drawPairs(pages(9), { rounds: 20 }), { model });
  assert.equal(firstShare.estimate, 0.5);
  const found = bradleyTerry(judgements);
  assert.equal(found[0].id, "page-8");
  assert.equal(found.at(-1)!.id, "page-0");
});
