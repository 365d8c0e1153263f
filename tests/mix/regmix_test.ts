import assert from "node:assert/strict";
import { available as published } from "../../lib/data/mod.ts";
import {
  boostedTrees,
  exponentialLaw,
  measuredOn,
  proxyRuns,
  rankTransfer,
  readRegMixRuns,
  regMixPrior,
  regMixSpearman,
} from "../../lib/mix/mod.ts";
import { available } from "../../lib/native/mod.ts";

const mirrored = await published("regmix");
const trees = await available("lightgbm");

Deno.test({
  name:
    "readRegMixRuns() reads 512 runs over 17 domains with 13 losses, and their sums are noted (needs the data mirror)",
  ignore: !mirrored,
  fn: async () => {
    const runs = proxyRuns(await readRegMixRuns("train-1M"));
    assert.deepEqual([runs.shares.length, runs.domains.length, runs.targets.length], [512, 17, 13]);
    assert.deepEqual(runs.domains, Object.keys(regMixPrior));
    assert.deepEqual(runs.targets, Object.keys(regMixSpearman));
    assert.deepEqual(runs.notes, [
      "Shares of 303 of 512 runs do not sum to 1 but to 0.996 to 1.003: each was divided by its sum",
    ]);
    const sizes = await Promise.all(
      (["1M", "60M", "1B"] as const).map(async (which) => (await readRegMixRuns(which)).length),
    );
    assert.deepEqual(sizes, [256, 256, 64]);
  },
});

// Two of the thirteen; `deno task verify regmix` has all.
for (const target of ["dm_mathematics", "ubuntu_irc"]) {
  Deno.test({
    name:
      `RegMix's published correlation on ${target} comes out digit for digit (needs the data mirror and LightGBM)`,
    ignore: !mirrored || !trees,
    fn: async () => {
      const only = async (which: "train-1M" | "1M") =>
        proxyRuns(
          (await readRegMixRuns(which)).map(({ mixture, losses }) => ({
            mixture,
            losses: { [target]: losses[target]! },
          })),
          {
            sums: "keep",
          },
        );
      const train = await only("train-1M");
      const test = await only("1M");
      const [row] = await rankTransfer(
        boostedTrees({ stop: { validation: measuredOn(test, target) } }),
        train,
        { test },
      );
      assert.equal((100 * row.spearman.estimate).toFixed(2), regMixSpearman[target].toFixed(2));
    },
  });
}

Deno.test({
  name: "the exponential law ranks RegMix's 1B runs on Pile-CC by its 1M runs (needs the data mirror)",
  ignore: !mirrored,
  fn: async () => {
    const only = async (which: "train-1M" | "1B") =>
      proxyRuns(
        (await readRegMixRuns(which)).map(({ mixture, losses }) => ({
          mixture,
          losses: { pile_cc: losses.pile_cc! },
        })),
      );
    const [row] = await rankTransfer(exponentialLaw(), await only("train-1M"), { large: await only("1B") });
    assert(row.spearman.low > 0.95, `${row.spearman.low}`);
  },
});
