import assert from "node:assert/strict";
import {
  averagedCheckpoint,
  type Checkpoint,
  evaluateLoss,
  initialCheckpoint,
  loadCheckpoint,
  mergeCheckpoints,
  saveCheckpoint,
  train,
} from "../../lib/anneal/mod.ts";
import { grammar, NEEDS, needsTensorflow, smallestConfig } from "./_models.ts";

/** A folder as others publish it: weights and a configuration, and nothing of a run. */
async function published(folder: string): Promise<Checkpoint> {
  const path = `${folder}/published`;
  await saveCheckpoint(path, initialCheckpoint(smallestConfig(), 1));
  await Deno.remove(`${path}/training.json`);
  return await loadCheckpoint(path);
}

Deno.test(
  `attention stays inside documents in mid-training, as long as it goes on, and no fresh run changes ${NEEDS}`,
  needsTensorflow,
  async () => {
    const shared = {
      sources: [await grammar("text")],
      schedule: () => 1e-2,
      batch: 2,
      engine: "traced" as const,
    };
    const folder = await Deno.makeTempDir();
    try {
      const from = await published(folder);
      const [byDefault, masked, crossing] = [
        await train({ ...shared, from, steps: 4, ema: 0.5, folder: `${folder}/run` }),
        await train({ ...shared, from, steps: 4, ema: 0.5, maskDocuments: true }),
        await train({ ...shared, from, steps: 4, ema: 0.5, maskDocuments: false }),
      ];
      assert.deepEqual(byDefault.checkpoint, masked.checkpoint);
      assert.notDeepEqual(byDefault.checkpoint.weights, crossing.checkpoint.weights);
      assert.equal(crossing.checkpoint.maskDocuments, undefined);
      // What goes on from it, in memory, from its folder, averaged or merged, does so too.
      const saved = await loadCheckpoint(`${folder}/run/step-4`);
      assert.deepEqual(saved, byDefault.checkpoint);
      const on = await train({ ...shared, from: saved, steps: 6 });
      assert.deepEqual(
        on.checkpoint,
        (await train({ ...shared, from: saved, steps: 6, maskDocuments: true })).checkpoint,
      );
      const { checkpoint } = byDefault;
      assert(
        averagedCheckpoint(checkpoint).maskDocuments && mergeCheckpoints([checkpoint, saved]).maskDocuments,
      );
      assert.equal(mergeCheckpoints([checkpoint, crossing.checkpoint]).maskDocuments, undefined);

      const fresh = await train({ ...shared, config: smallestConfig(), steps: 4 });
      const before = await train({ ...shared, config: smallestConfig(), steps: 4, maskDocuments: false });
      assert.deepEqual(fresh.checkpoint, before.checkpoint);

      const [held] = shared.sources;
      const loss = async (model: Checkpoint, maskDocuments?: boolean) =>
        (await evaluateLoss(model, held, { engine: "traced", maskDocuments })).loss;
      assert.equal(await loss(checkpoint), await loss(checkpoint, true));
      assert.equal(await loss(fresh.checkpoint), await loss(fresh.checkpoint, false));
      assert.notEqual(await loss(checkpoint), await loss(checkpoint, false));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
