import assert from "node:assert/strict";
import {
  branchDecay,
  type BranchDecayOptions,
  type Checkpoint,
  evaluateLoss,
  mergeCheckpoints,
  saveCheckpoint,
  train,
} from "../../lib/anneal/mod.ts";
import { descriptionOf } from "../../lib/base/mod.ts";
import { wsd } from "../../lib/schedule/mod.ts";
import { grammar, NEEDS, needsTensorflow, smallestConfig } from "./_models.ts";

const PEAK = 1e-2;

/** A stable run of 40 steps with a checkpoint every 5. */
async function stableRun() {
  const shared = { sources: [await grammar("text", 200)], batch: 2, engine: "traced" as const };
  const stable: Checkpoint[] = [];
  await train({
    ...{ ...shared, config: smallestConfig(), schedule: () => PEAK, steps: 40, checkpointEverySteps: 5 },
    onCheckpoint: (checkpoint) => void stable.push(checkpoint),
  });
  const heldOut = [await grammar("held", 60, "other")];
  const options: BranchDecayOptions = {
    ...shared,
    stable,
    peak: PEAK,
    budgets: [20, 40],
    heldOut,
    mergeWindows: [10, 20],
  };
  return { stable, options };
}

Deno.test(
  `branchDecay() is the decay of each budget, and its merges those of the window ${NEEDS}`,
  needsTensorflow,
  async () => {
    const { stable, options } = await stableRun();
    const branches = await branchDecay({ ...options, decayFraction: 0.25 });
    assert.deepEqual(branches.map(({ budget, from, decaySteps }) => [budget, from, decaySteps]), [
      [20, 15, 5],
      [40, 30, 10],
    ]);
    const [, last] = branches;
    const schedule = wsd({ peak: PEAK, steps: 40, decaySteps: 10 });
    const from = stable.find(({ step }) => step === 30)!;
    const { sources, batch, engine } = options;
    const decayed = await train({ sources, batch, engine, from, steps: 40, schedule });
    assert.deepEqual(last.run.checkpoint.weights, decayed.checkpoint.weights);
    const held = options.heldOut[0];
    const lossOf = async (checkpoint: Checkpoint) => (await evaluateLoss(checkpoint, held, { engine })).loss;
    assert.equal(last.losses.held, await lossOf(decayed.checkpoint));
    assert.deepEqual(last.merges.map(({ window, steps }) => [window, steps]), [[10, [35, 40]], [20, [
      25,
      30,
      35,
      40,
    ]]]);
    const merged = mergeCheckpoints(stable.filter(({ step }) => step > 20));
    assert.equal(last.merges[1].losses.held, await lossOf(merged));
    assert.equal(last.merges[1].cost.held, last.merges[1].losses.held - last.losses.held);
    assert.equal(last.stableLosses!.held, await lossOf(stable.at(-1)!));
    const [table] = descriptionOf(branches)!;
    assert.equal(typeof table === "object" && table.rows.length, 8);
  },
);

Deno.test(
  `branchDecay() holds the rate from the checkpoint before a decay, reads folders, and goes on ${NEEDS}`,
  needsTensorflow,
  async () => {
    const { stable, options } = await stableRun();
    const root = await Deno.makeTempDir();
    try {
      const paths = stable.map(({ step }) => `${root}/step-${step}`);
      for (const [i, checkpoint] of stable.entries()) await saveCheckpoint(paths[i], checkpoint);
      const given = {
        ...options,
        stable: paths,
        budgets: [34],
        decayFraction: 0.1,
        mergeWindows: [],
        folder: `${root}/out`,
      };
      const controller = new AbortController();
      const stop = {
        signal: controller.signal,
        onStep: ({ step }: { step: number }) => step === 31 && controller.abort(),
      };
      await assert.rejects(
        branchDecay({ ...given, ...stop }),
        /each must end: that to 34 steps, Training was interrupted/,
      );
      const [branch] = await branchDecay(given);
      assert.deepEqual([branch.from, branch.decaySteps, branch.stableLosses], [30, 3, undefined]);
      // The rate is held until the decay begins at step 31, and falls over three.
      const rate = wsd({ peak: PEAK, steps: 34, decaySteps: 3 });
      assert.deepEqual(branch.run.log.map(({ learningRate }) => learningRate), [30, 31, 32, 33].map(rate));
      const [whole] = await branchDecay({ ...given, folder: undefined });
      assert.deepEqual(branch.run.checkpoint, whole.run.checkpoint);
      assert.deepEqual(branch.losses, whole.losses);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
);
