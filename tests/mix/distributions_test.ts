import assert from "node:assert/strict";
import { quantile } from "../../lib/base/mod.ts";
import { distributions } from "../../lib/mix/mod.ts";
import { withCsv } from "./_csv.ts";

const values = Array.from({ length: 4000 }, (_, i) => ((i * 7919) % 4001) / 4001);
const table = "source,score\n" +
  values.map((value, i) => `${i % 2 ? "web" : "code"},${value * (i % 2 + 1)}`).join("\n");

Deno.test("distributions() counts every value once and has its quantiles within a 64th of a bin", () =>
  withCsv(table, async (path) => {
    const [code, web] = await distributions(path, { column: "score", bins: 10 });
    const own = (odd: number) => values.filter((_, i) => i % 2 === odd).map((value) => value * (odd + 1));
    for (const [group, sample] of [[code, own(0)], [web, own(1)]] as const) {
      assert.equal(group.documents, 2000);
      assert.equal(group.bins.reduce((sum, { count }) => sum + count, 0), 2000);
      assert(Math.abs(group.mean - sample.reduce((a, b) => a + b) / 2000) < 1e-12);
      assert.deepEqual([group.least, group.greatest], [Math.min(...sample), Math.max(...sample)]);
      const step = group.bins[0].to - group.bins[0].from;
      for (const [name, p] of [["p05", 0.05], ["p25", 0.25], ["p50", 0.5], ["p95", 0.95]] as const) {
        assert(Math.abs(group.quantiles[name] - quantile(sample, p)) <= step / 32, `${group.name} ${name}`);
      }
    }
    assert.deepEqual(code.bins.map(({ from }) => from), web.bins.map(({ from }) => from));
  }));

Deno.test("distributions() on a log scale has bins of equal ratio, and zeros in the first", () =>
  withCsv("source,n\na,0\na,1\na,10\na,100\nb,1000\n", async (path) => {
    const [a, b] = await distributions(path, { column: "n", bins: 3, scale: "log" });
    const ratios = a.bins.map(({ from, to }) => to / from);
    assert(ratios.every((ratio) => Math.abs(ratio / ratios[0] - 1) < 1e-9));
    assert.equal(a.bins.reduce((sum, { count }) => sum + count, 0), 4);
    assert.deepEqual([b.bins.at(-1)!.count, b.quantiles.p50], [1, 1000]);
  }));

Deno.test("distributions() counts what is missing, and keeps a group that has nothing else", () =>
  withCsv("source,score\na,1\na,\na,NaN\nb,\n", async (path) => {
    const [a, b] = await distributions(path, { column: "score", bins: 2 });
    assert.deepEqual([a.documents, a.missing, a.greatest], [1, 2, 1]);
    assert.deepEqual([b.documents, b.missing, b.bins.map(({ count }) => count)], [0, 1, [0, 0]]);
    assert(Number.isNaN(b.quantiles.p50) && Number.isNaN(b.mean));
  }));

Deno.test("distributions() names what it cannot spread", () =>
  withCsv("source,score,text\na,-1,x\n", async (path) => {
    await assert.rejects(distributions(path, { column: "score", scale: "log" }), /must be >= 0: one is -1/);
    await assert.rejects(distributions(path, { column: "text" }), /must hold a finite value: it holds none/);
    await assert.rejects(distributions(path, { column: "other" }), /must have a column "other"/);
    await assert.rejects(
      distributions(path, { column: "score", bins: 0 }),
      /bins must be a whole number >= 1/,
    );
  }));
