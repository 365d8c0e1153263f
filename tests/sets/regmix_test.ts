import assert from "node:assert/strict";
import { proxyRuns } from "../../lib/mix/mod.ts";
import { regmix, regMixPrior, type RegMixRuns, regMixSpearman } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(
  regmix,
  "regmix holds 512 runs over 17 domains with 13 losses, and their sums are noted",
  async () => {
    const read = (runs: RegMixRuns) => Array.fromAsync(regmix.read({ runs }));
    const runs = proxyRuns(await read("train-1M"));
    assert.deepEqual([runs.shares.length, runs.domains.length, runs.targets.length], [512, 17, 13]);
    assert.deepEqual(runs.domains, Object.keys(regMixPrior));
    assert.deepEqual(runs.targets, Object.keys(regMixSpearman));
    assert.deepEqual(runs.notes, [
      "Shares of 303 of 512 runs do not sum to 1 but to 0.996 to 1.003: each was divided by its sum",
    ]);
    const sizes = await Promise.all(
      (["1M", "60M", "1B"] as const).map(async (size) => (await read(size)).length),
    );
    assert.deepEqual(sizes, [256, 256, 64]);
  },
);
