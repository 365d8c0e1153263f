import assert from "node:assert/strict";
import { rankCorrelation, ranks } from "../../lib/mix/_ranks.ts";
import {
  exponentialLaw,
  linearLaw,
  type MixtureRegressor,
  proxyRuns,
  rankTransfer,
} from "../../lib/mix/mod.ts";

const run = (web: number, losses: Record<string, number | null>) => ({
  mixture: { web, code: 1 - web },
  losses,
});
const train = proxyRuns(Array.from({ length: 9 }, (_, i) => run(i / 9, { code: 3 + i / 9, web: 4 - i / 9 })));

Deno.test("ranks() share the mean rank of ties, and their correlation is Spearman's", () => {
  assert.deepEqual([...ranks([10, 20, 20, 5])], [2, 3.5, 3.5, 1]);
  assert.equal(rankCorrelation([1, 2, 3], [10, 100, 1000]), 1);
  assert.equal(rankCorrelation([1, 2, 3], [3, 2, 1]), -1);
  // 1 - 6 sum d^2 / (n (n^2 - 1)) without ties.
  assert(Math.abs(rankCorrelation([1, 2, 3, 4], [2, 1, 4, 3]) - 0.6) < 1e-15);
  // scipy.stats.spearmanr([1, 2, 2, 4], [1, 3, 2, 3])
  assert(Math.abs(rankCorrelation([1, 2, 2, 4], [1, 3, 2, 3]) - 0.8333333333333334) < 1e-15);
  assert(Number.isNaN(rankCorrelation([1, 1], [1, 2])));
});

Deno.test("rankTransfer() gives a row a target and a test, and passes over targets that a test lacks", async () => {
  const tests = {
    large: proxyRuns([0.1, 0.4, 0.8].map((web) => run(web, { code: 1 + web, web: 2 + web }))),
    half: proxyRuns([0.1, 0.4].map((web) => run(web, { code: 1 + web }))),
  };
  const rows = await rankTransfer(linearLaw(), train, tests);
  assert.deepEqual(rows.map(({ target, test, runs, spearman }) => [target, test, runs, spearman.estimate]), [
    ["code", "large", 3, 1],
    ["code", "half", 2, 1],
    ["web", "large", 3, -1],
  ]);
  assert.deepEqual(await rankTransfer(linearLaw(), train, tests), rows);
});

Deno.test("rankTransfer() has an interval over mixtures that holds the estimate", async () => {
  const noisy = proxyRuns(
    Array.from({ length: 40 }, (_, i) => run(i / 40, { code: 1 + i / 40 + (i * 17 % 40) / 80 })),
  );
  const [row] = await rankTransfer(exponentialLaw(), train, { noisy });
  const { low, estimate, high } = row.spearman;
  assert(low < estimate && estimate < high && low > 0.4 && high < 1);
});

Deno.test("rankTransfer() frees every fit, also when a test fails, and names other domains", async () => {
  let open = 0;
  const counted: MixtureRegressor = {
    name: "counted",
    fit: () => {
      open++;
      return Promise.resolve({
        summary: "",
        predict: () => {
          throw new Error("no");
        },
        [Symbol.dispose]: () => void open--,
      });
    },
  };
  await assert.rejects(rankTransfer(counted, train, { train }), /no/);
  assert.equal(open, 0);
  const other = proxyRuns([0.2, 0.4].map((a) => ({ mixture: { a, b: 1 - a }, losses: { code: 1 } })));
  await assert.rejects(
    rankTransfer(linearLaw(), train, { other }),
    /domains must be web, code: they are a, b/,
  );
});
