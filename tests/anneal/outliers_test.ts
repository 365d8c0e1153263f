import assert from "node:assert/strict";
import { checkSkipOutliers, OutlierWatch } from "../../lib/anneal/_outliers.ts";
import { byteTokenizer, continueRun, packDocuments, train, type TrainOptions } from "../../lib/anneal/mod.ts";
import { Random } from "../../lib/base/mod.ts";
import { grammar, NEEDS, needsTensorflow, smallestConfig } from "./_models.ts";

/** Losses about 3 and norms about 1, from a seed. */
function steps(count: number) {
  const random = new Random("steps");
  return Array.from({ length: count }, () => ({
    loss: 3 + 0.1 * random.normal(),
    gradientNorm: 1 + 0.05 * random.normal(),
  }));
}

Deno.test("a step is an outlier six deviations above the mean of the window, by loss or by norm", () => {
  for (
    const [change, accepted] of [
      [{ loss: 3.5 }, true],
      [{ loss: 3.75 }, false],
      [{ gradientNorm: 1.25 }, true],
      [{ gradientNorm: 1.4 }, false],
      [{ loss: 1, gradientNorm: 0 }, true],
    ] as const
  ) {
    const watch = new OutlierWatch(checkSkipOutliers({}));
    for (const step of steps(200)) assert(watch.accepts(step));
    assert.equal(watch.accepts({ loss: 3, gradientNorm: 1, ...change }), accepted, JSON.stringify(change));
  }
});

Deno.test("nothing is an outlier before half a window, and what was one enters the window", () => {
  const watch = new OutlierWatch(checkSkipOutliers({}));
  for (const step of steps(62)) watch.accepts(step);
  assert(watch.accepts({ loss: 100, gradientNorm: 1 }), "the 63rd step");
  const later = new OutlierWatch(checkSkipOutliers({}));
  for (const step of steps(63)) later.accepts(step);
  assert(!later.accepts({ loss: 100, gradientNorm: 1 }), "the 64th step");
  assert(later.accepts({ loss: 50, gradientNorm: 1 }), "the window knows of 100 now");
});

Deno.test("a watch goes on from what it saw, and forgets what left the window", () => {
  const [whole, options] = [
    new OutlierWatch(checkSkipOutliers({ window: 8 })),
    checkSkipOutliers({ window: 8 }),
  ];
  const seen = steps(40).map((step, i) => i % 13 === 12 ? { ...step, loss: 9 } : step);
  const answers = seen.map((step) => whole.accepts(step));
  assert(answers.includes(false));
  let watch = new OutlierWatch(options);
  const pieced = seen.map((step) => {
    watch = new OutlierWatch(options, JSON.parse(JSON.stringify(watch.recent())));
    return watch.accepts(step);
  });
  assert.deepEqual(pieced, answers);
  assert.equal(watch.recent().losses.length, 8);
});

/** Text of a grammar, with noise drawn now and then: a step on it is an outlier. */
async function options(): Promise<TrainOptions> {
  const random = new Random("noise");
  const text = Array.from({ length: 4000 }, () => String.fromCharCode(random.int(128))).join("");
  const noise = await packDocuments([{ id: "n", text, source: "noise", meta: {} }], byteTokenizer());
  return {
    ...{ config: smallestConfig(), schedule: () => 1e-2, steps: 95, batch: 4, seed: 1, engine: "native" },
    sources: [await grammar("text", 200), noise],
    weights: (step) => step === 80 ? { noise: 1 } : { text: 1 },
  };
}

Deno.test(
  `an outlier's update is left out, logged and told at the end ${NEEDS}`,
  needsTensorflow,
  async () => {
    const shared = await options();
    const { log, message, checkpoint } = await train({ ...shared, skipOutliers: { window: 32, sigmas: 5 } });
    assert.deepEqual(log.filter(({ skipped }) => skipped).map(({ step }) => step), [80]);
    assert.equal(message, "Training reached step 95; an update was left out (step 80)");
    assert.equal(checkpoint.optimizer!.updates, 94);
    assert(log.slice(81).every(({ loss }) => loss < log[0].loss));
    assert.equal((await train(shared)).message, "Training reached step 95");
  },
);

Deno.test(
  `a run that skips and averages goes on bit for bit, in memory and from its folder ${NEEDS}`,
  needsTensorflow,
  async () => {
    const shared = {
      ...await options(),
      skipOutliers: { window: 32, sigmas: 5 },
      ema: 0.9,
      muon: {},
      checkpointEverySteps: 10,
    };
    const whole = await train(shared);
    assert.equal(whole.log.filter(({ skipped }) => skipped).length, 1);
    const folder = await Deno.makeTempDir();
    const stop = (at: number) => {
      const controller = new AbortController();
      const onStep = ({ step }: { step: number }) => step === at && controller.abort();
      return { signal: controller.signal, onStep };
    };
    try {
      await train({ ...shared, ...stop(75), folder });
      const resumed = await train({ ...shared, folder });
      let pieces = await continueRun(undefined, { ...shared, ...stop(75) });
      pieces = await continueRun(pieces, shared);
      for (const run of [resumed, pieces]) {
        assert.deepEqual(run.checkpoint, whole.checkpoint);
        const bare = (log: typeof run.log) =>
          log.map(({ tokensPerSecond: _, utilisation: __, ...record }) => record);
        assert.deepEqual(bare(run.log), bare(whole.log));
        assert.equal(run.message, whole.message);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test(
  `an optimiser's state is kept or begun anew, and the log says which ${NEEDS}`,
  needsTensorflow,
  async () => {
    const { weights: _, ...shared } = await options();
    const stable = await train({ ...shared, steps: 5 });
    assert.equal(stable.log[0].optimizerState, undefined);
    const go = (optimizerState?: "kept" | "fresh") =>
      train({ ...shared, from: stable.checkpoint, steps: 8, optimizerState });
    const [kept, byDefault, fresh] = [await go("kept"), await go(), await go("fresh")];
    assert.deepEqual(kept.checkpoint, byDefault.checkpoint);
    assert.equal(kept.log[0].optimizerState, undefined);
    assert.deepEqual([fresh.log[0].optimizerState, fresh.log[1].optimizerState], ["fresh", undefined]);
    assert.deepEqual([kept.checkpoint.optimizer!.updates, fresh.checkpoint.optimizer!.updates], [8, 3]);
    const { optimizer: __, ...model } = stable.checkpoint;
    const without = await train({ ...shared, from: model, steps: 8 });
    assert.deepEqual(without.checkpoint, fresh.checkpoint);
    assert.equal(without.log[0].optimizerState, undefined);
    await assert.rejects(train({ ...shared, from: model, steps: 8, optimizerState: "kept" }), {
      message:
        "Cannot train as optimizerState must be fresh where from has no optimiser's state: current value is kept",
    });
  },
);
