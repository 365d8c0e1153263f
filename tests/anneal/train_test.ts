import assert from "node:assert/strict";
import {
  backend,
  byteTokenizer,
  evaluateLoss,
  flopsPerToken,
  initialCheckpoint,
  logitsOf,
  packDocuments,
  type Run,
  train,
  type TrainOptions,
} from "../../lib/anneal/mod.ts";
import { mean } from "../../lib/base/mod.ts";
import { bindingOf } from "../../lib/anneal/_binding.ts";
import { batchRamp, wsd } from "../../lib/schedule/mod.ts";
import { grammar, NEEDS, needsTensorflow, smallestConfig, tinyConfig } from "./_models.ts";

const source = await grammar("web");

function options(changes: Partial<TrainOptions> = {}): TrainOptions {
  return {
    config: tinyConfig(),
    sources: [source],
    schedule: () => 3e-3,
    steps: 6,
    batch: 2,
    seed: 7,
    ...changes,
  };
}

/** The same on the plain backend, which needs no set-up. */
const plain = (changes: Partial<TrainOptions> = {}) =>
  options({ backend: "cpu", config: smallestConfig(), ...changes });

/** What must not differ between two runs: everything but the clock. */
const losses = ({ log }: Run) => log.map(({ tokensPerSecond: _, ...record }) => record);

Deno.test("train() repeats itself exactly under one seed, and not under another", async () => {
  const first = await train(plain());
  const again = await train(plain());
  const other = await train(plain({ seed: 8 }));
  assert.deepEqual(losses(first), losses(again));
  assert.deepEqual(first.checkpoint, again.checkpoint);
  assert.notDeepEqual(losses(first), losses(other));
});

Deno.test("train() begins at the loss of a uniform guess and learns", async () => {
  const { log } = await train(plain({ steps: 15, schedule: () => 2e-2 }));
  assert(Math.abs(log[0].loss - Math.log(257)) < 0.05);
  assert(log.at(-1)!.loss < 4.5);
});

Deno.test("train() records steps, tokens, rate and usage", async () => {
  const schedule = wsd({ peak: 1e-2, steps: 6, warmupSteps: 2, decaySteps: 2 });
  const run = await train(plain({ schedule }));
  assert.deepEqual(run.log.map(({ step }) => step), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(run.log.map(({ tokens }) => tokens), [32, 64, 96, 128, 160, 192]);
  assert.deepEqual(run.log.map(({ learningRate }) => learningRate), [0, 1, 2, 3, 4, 5].map(schedule));
  assert.deepEqual([run.stopped, run.checkpoint.step, run.checkpoint.tokens], ["done", 6, 192]);
  assert.deepEqual(run.usage.web, { tokens: 192, epochs: 12 / Math.floor((source.tokens.length - 1) / 16) });
});

for (const engine of ["reference", "traced", "fused", "native", "eager"] as const) {
  const test = engine === "reference" ? {} : needsTensorflow;
  const note = engine === "reference" ? "" : ` ${NEEDS}`;
  Deno.test(`train() goes on from a checkpoint bit for bit: ${engine}${note}`, test, async () => {
    const how = engine === "reference" ? { backend: "cpu" as const } : { engine };
    const whole = await train(options(how));
    const head = await train(options({ ...how, steps: 3 }));
    const tail = await train(options({ ...how, from: head.checkpoint }));
    assert.deepEqual([...losses(head), ...losses(tail)], losses(whole));
    assert.deepEqual(tail.checkpoint, whole.checkpoint);
  });
}

Deno.test(`train() gives the same losses on every engine ${NEEDS}`, needsTensorflow, async () => {
  const changes = { maskDocuments: true, steps: 8 };
  const expected = await train(options({ ...changes, backend: "cpu" }));
  for (const engine of ["reference", "eager", "traced", "fused", "native", "xla"] as const) {
    const run = await train(options({ ...changes, engine }));
    assert.equal(run.engine, engine);
    run.log.forEach(({ loss, gradientNorm }, i) => {
      const reference = expected.log[i];
      assert(Math.abs(loss - reference.loss) < 1e-4, `${engine}, step ${i}: ${loss}, not ${reference.loss}`);
      assert(Math.abs(gradientNorm / reference.gradientNorm - 1) < 1e-3);
    });
  }
});

Deno.test(`train() with bfloat16 products stays near float32 ${NEEDS}`, needsTensorflow, async () => {
  const exact = await train(options());
  const coarse = await train(options({ precision: "bfloat16" }));
  coarse.log.forEach(({ loss }, i) => assert(Math.abs(loss - exact.log[i].loss) < 0.02));
  assert.notDeepEqual(losses(coarse), losses(exact));
});

Deno.test(`train() leaves no tensor behind, however many steps ${NEEDS}`, needsTensorflow, async () => {
  const binding = bindingOf((await backend()).tf);
  const after = async (steps: number) => {
    await train(options({ steps, evaluate: { everySteps: 2, sources: [source], windows: 3 } }));
    return binding.getNumOfTensors();
  };
  const few = await after(3);
  assert.equal(await after(40), few);
});

Deno.test("train() clips the gradients' norm and reports it unclipped", async () => {
  const free = await train(plain({ clip: Infinity, steps: 1 }));
  const tight = await train(plain({ clip: 1e-6, steps: 1 }));
  assert.equal(free.log[0].gradientNorm, tight.log[0].gradientNorm);
  const { first } = tight.checkpoint.optimizer!;
  const norm = Math.hypot(...Object.values(first).map((values) => Math.hypot(...values)));
  // After one update the first moment is (1 - beta1) of the clipped gradient.
  assert(Math.abs(norm / (0.1 * 1e-6) - 1) < 1e-4, `norm ${norm}`);
});

Deno.test("train() decays matrices and leaves norms alone", async () => {
  const run = (weightDecay: number) => train(plain({ weightDecay, steps: 1, schedule: () => 0.1 }));
  const [decayed, free] = [await run(0.5), await run(0)];
  assert.deepEqual(decayed.checkpoint.weights.finalNorm, free.checkpoint.weights.finalNorm);
  const { weights: start } = await train(plain({ steps: 1, schedule: () => 0 })).then((r) => r.checkpoint);
  const [a, b] = [decayed.checkpoint.weights.embedding, free.checkpoint.weights.embedding];
  a.forEach((x, i) => assert(Math.abs(x - (b[i] - 0.1 * 0.5 * start.embedding[i])) < 1e-6));
});

Deno.test("train() stops after the step in hand when asked, keeps the state, and goes on from it", async () => {
  const stop = new AbortController();
  const onStep = ({ step }: { step: number }) => {
    if (step === 2) stop.abort();
  };
  const stopped = await train(plain({ signal: stop.signal, onStep }));
  assert.deepEqual([stopped.stopped, stopped.checkpoint.step, stopped.log.length], ["interrupted", 3, 3]);
  assert.equal(stopped.message, "Training was interrupted after 3 of 6 steps");
  const rest = await train(plain({ from: stopped.checkpoint }));
  assert.deepEqual([...losses(stopped), ...losses(rest)], losses(await train(plain())));
  const never = await train(plain({ signal: AbortSignal.abort() }));
  assert.deepEqual([never.stopped, never.log.length, never.checkpoint.step], ["interrupted", 0, 0]);
});

Deno.test("train() stops itself when it diverges, with the last good checkpoint", async () => {
  const schedule = (step: number) => step < 25 ? 1e-2 : 1e3;
  const run = await train(plain({ steps: 60, schedule, clip: Infinity }));
  assert.equal(run.stopped, "diverged");
  assert.match(run.message, /^Training diverged at step 2\d \(loss .*\); the checkpoint is that of step 20$/);
  assert.deepEqual(run.checkpoint, (await train(plain({ steps: 20, schedule, clip: Infinity }))).checkpoint);
});

Deno.test("train() does not update on a loss that is not a number", async () => {
  const { checkpoint } = await train(plain({ steps: 2 }));
  const weights = { ...checkpoint.weights, finalNorm: checkpoint.weights.finalNorm.map(() => NaN) };
  const run = await train(plain({ from: { ...checkpoint, weights } }));
  assert.equal(run.stopped, "diverged");
  assert.match(run.message, /diverged at step 2 \(loss NaN, .*the checkpoint is that of step 2/);
});

Deno.test("train() measures held-out losses every so many steps and at the end", async () => {
  const held = await grammar("held", 30);
  const run = await train(plain({ evaluate: { everySteps: 4, sources: [held, source], windows: 5 } }));
  assert.deepEqual(run.evaluations.map(({ step, source }) => `${step} ${source}`), [
    "4 held",
    "4 web",
    "6 held",
    "6 web",
  ]);
  assert(run.evaluations.every(({ loss, windows }) => windows === 5 && loss > 3 && loss < 6));
});

Deno.test("train() says losses in bits per byte of the source's text", async () => {
  const evaluate = { everySteps: 1, sources: [source], windows: 3 };
  const { loss, bitsPerByte } = (await train(plain({ steps: 1, evaluate }))).evaluations[0];
  // Bytes are tokens here, and every document has one more, that closes it.
  const closed = source.tokens.length / source.bytes;
  assert.equal(source.tokens.length, source.bytes + source.documents);
  assert(Math.abs(bitsPerByte - loss / Math.LN2 * closed) < 1e-12);
});

Deno.test("train() logs utilisation where the peak is known: speed times operations a token over it", async () => {
  const [unknown] = (await train(plain({ steps: 1 }))).log;
  const peakFlops = 1e9;
  const [known] = (await train(plain({ steps: 1, peakFlops }))).log;
  assert(!("utilisation" in unknown));
  assert.equal(known.utilisation, known.tokensPerSecond * flopsPerToken(smallestConfig(), 16) / peakFlops);
  await assert.rejects(train(plain({ peakFlops: 0 })), /peakFlops must be a finite number > 0/);
});

Deno.test("train() ramps the batch by tokens, and goes on within the ramp bit for bit", async () => {
  const batch = batchRamp({ from: 1, to: 3, rampTokens: 16 * 5 });
  const whole = await train(plain({ batch, steps: 8 }));
  assert.deepEqual(whole.log.map(({ tokens }) => tokens / 16), [1, 2, 3, 5, 8, 11, 14, 17]);
  const head = await train(plain({ batch, steps: 4 }));
  const tail = await train(plain({ batch, steps: 8, from: head.checkpoint }));
  assert.deepEqual([...losses(head), ...losses(tail)], losses(whole));
  assert.deepEqual(tail.checkpoint, whole.checkpoint);
  await assert.rejects(
    train(plain({ batch: (tokens) => tokens > 100 ? 0.5 : 2, steps: 8 })),
    /batch must be a whole number >= 1: at step 4 it is 0.5/,
  );
});

Deno.test(
  `train() ramps the batch on TensorFlow as on the plain backend ${NEEDS}`,
  needsTensorflow,
  async () => {
    const changes = { batch: (tokens: number) => tokens < 100 ? 2 : 4, steps: 6 };
    const expected = await train(options({ ...changes, backend: "cpu" }));
    const run = await train(options(changes));
    run.log.forEach(({ loss }, i) => assert(Math.abs(loss - expected.log[i].loss) < 1e-4));
    const binding = bindingOf((await backend()).tf);
    const before = binding.getNumOfTensors();
    await train(options(changes));
    assert.equal(binding.getNumOfTensors(), before);
  },
);

for (const engine of ["reference", "traced"] as const) {
  const test = engine === "reference" ? {} : needsTensorflow;
  const note = engine === "reference" ? "" : ` ${NEEDS}`;
  Deno.test(
    `train() in small passes takes the steps of the whole batch: ${engine}${note}`,
    test,
    async () => {
      const how = engine === "reference" ? { backend: "cpu" as const, config: smallestConfig() } : { engine };
      const batch = (tokens: number) => tokens < 100 ? 2 : 6;
      const steps = 5;
      const whole = await train(options({ ...how, batch, steps }));
      const passes = await train(
        options({ ...how, batch, steps, microBatch: 2, recompute: engine === "traced" }),
      );
      assert.deepEqual(passes.log.map(({ tokens }) => tokens), whole.log.map(({ tokens }) => tokens));
      passes.log.forEach(({ loss, gradientNorm }, i) => {
        assert(Math.abs(loss - whole.log[i].loss) < 1e-5);
        assert(Math.abs(gradientNorm / whole.log[i].gradientNorm - 1) < 1e-4);
      });
      const uneven = train(options({ ...how, batch, steps, microBatch: 4 }));
      await assert.rejects(uneven, /batch must be a multiple of microBatch \(4\): at step 0 it is 2/);
    },
  );
}

Deno.test("train() does not begin a run in which a source runs out", async () => {
  const math = await grammar("math", 10);
  const onStep = () => assert.fail("no step may be taken");
  await assert.rejects(
    train(plain({ sources: [source, math], maxEpochs: { math: 2 }, steps: 200, onStep })),
    /source math runs out at step \d+: 200 steps go through it [\d.]+ times, maxEpochs allows 2/,
  );
});

Deno.test("train() goes on with other sources and forgets none that it has read", async () => {
  const stable = await train(plain({ steps: 3 }));
  const math = await grammar("math");
  const anneal = await train(plain({ from: stable.checkpoint, sources: [math], steps: 5 }));
  assert.deepEqual(Object.keys(anneal.checkpoint.sources!), ["web", "math"]);
  assert.equal(anneal.checkpoint.sources!.web.sequences, 6);
  assert.equal(anneal.usage.math.tokens, 4 * 16);
});

Deno.test("train() refuses options that do not fit, before the first step", async () => {
  const refuses = (changes: Partial<TrainOptions>, message: RegExp) =>
    assert.rejects(train(plain(changes)), message);
  await refuses({ steps: 0 }, /steps must be a whole number above the model's 0: current value is 0/);
  await refuses({ steps: 1e9 }, /a run may have at most 10,000,000 steps: current value is 1,000,000,000/);
  await refuses({ context: 17 }, /context must be .* 1 to the model's 16 tokens: current value is 17/);
  await refuses({ schedule: () => NaN }, /schedule must give finite numbers >= 0: at step 0 it gives NaN/);
  await refuses({ schedule: () => -1 }, /at step 0 it gives -1/);
  await refuses({ betas: [0.9, 1] }, /betas must lie in \[0, 1\): current value is 0.9,1/);
  await refuses({ clip: 0 }, /clip must be > 0: current value is 0/);
  await refuses({ weightDecay: NaN }, /weightDecay must be a finite number >= 0: current value is NaN/);
  await refuses({ sources: [] }, /there must be a source/);
  await refuses({ weights: { web: 0 } }, /weights must add up to more than 0/);
  await refuses({ engine: "xla" }, /engine must be reference on the cpu backend: current value is xla/);
  await refuses({ checkpointEverySteps: 0 }, /checkpointEverySteps must be a whole number >= 1/);
  await refuses(
    { evaluate: { everySteps: 0, sources: [source] } },
    /everySteps must be .*: current value is 0/,
  );
  await refuses({ config: smallestConfig({ vocabularySize: 64 }) }, /token ids must lie in \[0, 64\)/);
  await assert.rejects(
    train({ sources: [source], schedule: () => 1, steps: 1 }),
    /config or from must be given/,
  );
  const { checkpoint } = await train(plain({ steps: 1 }));
  await refuses(
    { from: checkpoint, config: tinyConfig({ layers: 1 }) },
    /config must have the shape of from/,
  );
  await refuses({ from: checkpoint, steps: 1 }, /steps must be a whole number above the model's 1/);
});

Deno.test("train() and evaluateLoss() count in masked batches what each document predicts of itself, and no more", async () => {
  const documents = ["hello there", "kenobi!"].map((text, i) => ({
    id: `${i}`,
    text,
    source: "two",
    meta: {},
  }));
  const two = await packDocuments(documents, byteTokenizer());
  // One window: both documents and the end of the first; what follows the last token is the end of the second.
  const context = two.tokens.length - 1;
  const config = smallestConfig({ context });
  const from = initialCheckpoint(config, 3);
  const own: number[] = [];
  for (const { text } of documents) {
    const tokens = [...new TextEncoder().encode(text)];
    const logits = await logitsOf(from, tokens, { backend: "cpu" });
    [...tokens.slice(1), 256].forEach((target, i) => {
      const row = logits.subarray(i * 257, (i + 1) * 257);
      own.push(Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[target]);
    });
  }
  const expected = mean(own);
  const run = (changes: Partial<TrainOptions>) =>
    train({
      from,
      sources: [two],
      schedule: () => 0,
      steps: 1,
      batch: 1,
      backend: "cpu",
      maskDocuments: true,
      evaluate: { everySteps: 1, sources: [two] },
      ...changes,
    });
  const { log, evaluations } = await run({});
  assert(Math.abs(log[0].loss - expected) < 1e-5);
  assert(Math.abs(evaluations[0].loss - expected) < 1e-5);
  const losses = await evaluateLoss(from, two, { maskDocuments: true, backend: "cpu" });
  assert(Math.abs(losses.perWindow[0] - expected) < 1e-5);
  assert(Number.isNaN(losses.perPosition[documents[0].text.length]));
  const crossed = await run({ crossDocumentTargets: true });
  const all = await evaluateLoss(from, two, {
    maskDocuments: true,
    crossDocumentTargets: true,
    backend: "cpu",
  });
  assert(Math.abs(crossed.log[0].loss - all.perWindow[0]) < 1e-5);
  assert(Math.abs(all.perWindow[0] - expected) > 1e-4);
});

Deno.test(
  `train() adds up masked passes to the gradient of the whole batch, however their targets fall ${NEEDS}`,
  needsTensorflow,
  async () => {
    for (const how of [{ backend: "cpu" }, { engine: "traced" }] as const) {
      const whole = await train(options({ ...how, batch: 4, maskDocuments: true, zLoss: 1e-3 }));
      const passes = await train(
        options({ ...how, batch: 4, microBatch: 1, maskDocuments: true, zLoss: 1e-3 }),
      );
      whole.log.forEach(({ loss, gradientNorm }, i) => {
        assert(Math.abs(loss - passes.log[i].loss) < 1e-5);
        assert(Math.abs(gradientNorm / passes.log[i].gradientNorm - 1) < 1e-4);
      });
    }
  },
);
