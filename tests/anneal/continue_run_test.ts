import assert from "node:assert/strict";
import { continueRun, type Run, train, type TrainOptions } from "../../lib/anneal/mod.ts";
import { grammar, smallestConfig } from "./_models.ts";

const source = await grammar("web");
const options: TrainOptions = {
  backend: "cpu",
  config: smallestConfig(),
  sources: [source],
  schedule: () => 3e-3,
  steps: 6,
  batch: 2,
  seed: 7,
  evaluate: { everySteps: 2, sources: [source], windows: 2 },
};
const losses = ({ log }: Run) => log.map(({ tokensPerSecond: _, ...record }) => record);

Deno.test("continueRun() makes one run of a stopped one and its rest, as if nothing had stopped it", async () => {
  const whole = await train(options);
  const stop = new AbortController();
  const onStep = ({ step }: { step: number }) => step === 2 && stop.abort();
  const stopped = await continueRun(undefined, { ...options, signal: stop.signal, onStep });
  assert.deepEqual([stopped.stopped, stopped.log.length], ["interrupted", 3]);
  const run = await continueRun(stopped, options);
  assert.deepEqual(losses(run), losses(whole));
  assert.deepEqual(run.evaluations, whole.evaluations);
  assert.deepEqual([run.checkpoint, run.usage, run.stopped], [whole.checkpoint, whole.usage, "done"]);
});

Deno.test("continueRun() gives back a run that has its steps, and makes none under a signal that aborted", async () => {
  const done = await continueRun(undefined, options);
  assert.equal(await continueRun(done, options), done);
  const half = await continueRun(undefined, { ...options, steps: 3 });
  const still = await continueRun(half, { ...options, signal: AbortSignal.abort() });
  assert.deepEqual(losses(still), losses(half));
  assert.deepEqual(still.evaluations, half.evaluations);
  assert.deepEqual([still.checkpoint.step, still.stopped], [3, "interrupted"]);
});

Deno.test("continueRun() cuts a diverged log at the checkpoint that it goes on from", async () => {
  const run = await continueRun(undefined, { ...options, steps: 3 });
  const beyond = { ...run, log: [...run.log, { ...run.log[2], step: 3 }], stopped: "diverged" as const };
  const whole = await continueRun(beyond, options);
  assert.deepEqual(whole.log.map(({ step }) => step), [0, 1, 2, 3, 4, 5]);
});
