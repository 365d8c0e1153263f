import assert from "node:assert/strict";
import {
  byteTokenizer,
  evaluateLoss,
  extendContext,
  extendInStages,
  type ExtensionStage,
  initialCheckpoint,
  needleTest,
  train,
} from "../../lib/anneal/mod.ts";
import { descriptionOf } from "../../lib/base/mod.ts";
import { grammar, smallestConfig } from "./_models.ts";

const config = smallestConfig();
const sources = [await grammar("web")];
const [heldOut, retained] = [await grammar("books", 60), await grammar("news", 60)];
const plain = { backend: "cpu" } as const;
const tokenizer = byteTokenizer();
const needle = {
  tokenizer,
  haystack: heldOut,
  prompt: { needle: "#KEY", question: "#KEY" },
  digits: 2,
  samples: 3,
};
const stages: ExtensionStage[] = [
  { context: 32, method: "adjusted-base", base: 4e4, steps: 3, batch: 4 },
  { context: 64, method: "yarn", steps: 2, batch: 2 },
];
const how = { ...plain, sources, schedule: () => 1e-2, windows: 4, seed: 5 };
const given = { ...how, from: initialCheckpoint(config, 1), heldOut, retained, needle };

Deno.test("extendInStages() trains as extendContext() and train() one after the other", async () => {
  const { windows: _, ...run } = how;
  const first = extendContext(given.from, { context: 32, method: "adjusted-base", base: 4e4 });
  const one = await train({ ...run, from: first, batch: 4, steps: 3 });
  const second = extendContext(one.checkpoint, { context: 64, method: "yarn" });
  const two = await train({ ...run, from: second, batch: 2, steps: 5 });
  const progress: number[] = [];
  const found = await extendInStages({ ...given, stages, onProgress: ({ done }) => progress.push(done) });
  assert.deepEqual(found.checkpoint, two.checkpoint);
  assert.deepEqual(found.stages.map(({ tokens }) => tokens), [3 * 4 * 32, 3 * 4 * 32 + 2 * 2 * 64]);
  assert.deepEqual(found.stages.map(({ factor, base }) => [factor, base]), [[2, 4e4], [2, 4e4]]);
  assert.deepEqual(found.stages[1].log.map(({ loss }) => loss), two.log.map(({ loss }) => loss));
  assert.deepEqual(progress, [1, 2, 3, 4, 5]);
});

Deno.test("extendInStages() measures short texts, long ones and needles behind every stage", async () => {
  const { first, stages: done, checkpoint } = await extendInStages({ ...given, stages });
  const short = { ...plain, windows: 4, context: 16 };
  const before = await evaluateLoss(given.from, retained, short);
  const after = await evaluateLoss(checkpoint, retained, short);
  assert.deepEqual(first.short, before);
  assert.deepEqual(done[1].short, after);
  const lost = after.perWindow.reduce((sum, loss, i) => sum + loss - before.perWindow[i], 0) / 4;
  assert(Math.abs(done[1].forgotten.estimate - lost) < 1e-12);
  assert.deepEqual(done[1].long, await evaluateLoss(checkpoint, heldOut, { ...plain, windows: 4 }));
  assert.deepEqual([first, ...done].map(({ long }) => long.perPosition.length), [16, 32, 64]);
  const untrained = extendContext(given.from, { context: 32, method: "adjusted-base", base: 4e4 });
  assert.deepEqual(done[0].untrained.long, await evaluateLoss(untrained, heldOut, { ...plain, windows: 4 }));
  const contexts = [16, 32, 64];
  assert.deepEqual(done[1].needles, await needleTest(checkpoint, { ...needle, ...plain, contexts, seed: 5 }));
  const [table] = descriptionOf(await extendInStages({ ...given, stages, needle: undefined }))!;
  assert(typeof table === "object");
  assert.deepEqual(table.rows.map((row) => row["context (tokens)"]), [16, 32, 32, 64, 64]);
  assert(!("needles recalled (%)" in table.rows[0]));
});

Deno.test("extendInStages() goes on in its folder", async () => {
  const folder = await Deno.makeTempDir();
  const once = await extendInStages({ ...given, stages, folder });
  const names = (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
  assert.deepEqual(names, ["stage-1-32", "stage-2-64"]);
  let steps = 0;
  const again = await extendInStages({ ...given, stages, folder, onStep: () => steps++ });
  assert.equal(steps, 0);
  assert.deepEqual(again.stages.map(({ short }) => short), once.stages.map(({ short }) => short));
});

Deno.test("extendInStages() finds what is wrong with a later stage before the first step", async () => {
  let steps = 0;
  const refuses = (stages: ExtensionStage[], message: RegExp) =>
    assert.rejects(extendInStages({ ...given, stages, onStep: () => steps++ }), message);
  await refuses([], /in stages as there must be a stage: current value is none/);
  await refuses(
    [stages[1], stages[0]],
    /context must be a whole number above the model's 64: current value is 32/,
  );
  await refuses([stages[0], { ...stages[1], steps: 0 }], /steps of stage 2 must be .*: current value is 0/);
  await refuses([stages[1], { context: 128, method: "llama3", steps: 1 }], /or those that llama3 gives/);
  await refuses([stages[0], { context: 4096, steps: 1 }], /4097|4096/);
  assert.equal(steps, 0);
});
