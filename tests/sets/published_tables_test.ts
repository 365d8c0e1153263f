import assert from "node:assert/strict";
import { publishedTables, readOlmo2Microanneals } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(publishedTables, "publishedTables names the source of each of its five tables", async () => {
  const tables = await Array.fromAsync(publishedTables.read());
  assert.deepEqual(tables.map(({ name, rows }) => [name, rows.length]), [
    ["olmo2_dolmino_mixes", 6],
    ["olmo2_microanneals", 9],
    ["olmo2_midtrain_mixes", 8],
    ["olmo2_pre_vs_mid", 6],
    ["olmo3_midtrain", 21],
  ]);
  assert(tables.every(({ source }) => /^Olmo [23] .*Table \d/i.test(source)));
});

await testOf(
  publishedTables,
  "readOlmo2Microanneals() gives each anneal once, the baseline first",
  async () => {
    const [baseline, ...anneals] = await readOlmo2Microanneals();
    assert.deepEqual(baseline, { mix: "Baseline", mmlu: 59.8, gsm: 28.5 });
    assert.equal(anneals.length, 7);
  },
);
