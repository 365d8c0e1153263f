import assert from "node:assert/strict";
import { boostedTrees, exponentialLaw, measuredOn, proxyRuns, rankTransfer } from "../../lib/mix/mod.ts";
import { available } from "../../lib/native/mod.ts";
import { regmix, regMixSpearman } from "../../lib/sets/mod.ts";

const mirrored = await regmix.available();
const trees = await available("lightgbm");

// Two of the thirteen; `deno task verify regmix` has all.
for (const target of ["dm_mathematics", "ubuntu_irc"]) {
  Deno.test({
    name:
      `RegMix's published correlation on ${target} comes out digit for digit (needs the data mirror and LightGBM)`,
    ignore: !mirrored || !trees,
    fn: async () => {
      const only = async (runs: "train-1M" | "1M") =>
        proxyRuns(
          (await Array.fromAsync(regmix.read({ runs }))).map(({ mixture, losses }) => ({
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
    const only = async (runs: "train-1M" | "1B") =>
      proxyRuns(
        (await Array.fromAsync(regmix.read({ runs }))).map(({ mixture, losses }) => ({
          mixture,
          losses: { pile_cc: losses.pile_cc! },
        })),
      );
    const [row] = await rankTransfer(exponentialLaw(), await only("train-1M"), { large: await only("1B") });
    assert(row.spearman.low > 0.95, `${row.spearman.low}`);
  },
});
