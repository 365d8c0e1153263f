import assert from "node:assert/strict";
import { type Evaluation, lossCurve, type StepRecord } from "../../lib/anneal/mod.ts";

const record = (step: number): StepRecord => ({
  step,
  tokens: step + 1,
  learningRate: 1 / (step + 1),
  loss: 10 - step,
  gradientNorm: 1,
  tokensPerSecond: 1,
});
const evaluation = (step: number, source: string): Evaluation => ({
  step,
  tokens: step,
  source,
  loss: step,
  bitsPerByte: step,
  windows: 1,
});
const run = (from: number, to: number, evaluations: Evaluation[] = []) => ({
  log: Array.from({ length: to - from }, (_, i) => record(from + i)),
  evaluations,
});

Deno.test("lossCurve() averages training losses over whole windows", () => {
  const { steps, losses, learningRates } = lossCurve("c", [run(0, 4), run(4, 7)], { windowSteps: 3 });
  assert.deepEqual([[...steps], [...losses], learningRates.length], [[1, 4], [9, 6], 7]);
});

Deno.test("lossCurve() puts held-out losses at the step whose rate led to them", () => {
  const runs = [run(0, 4, [evaluation(4, "a"), evaluation(4, "b")]), run(4, 6, [evaluation(6, "a")])];
  const { steps, losses } = lossCurve("c", runs, { source: "a" });
  assert.deepEqual([[...steps], [...losses]], [[3, 5], [4, 6]]);
});

Deno.test("lossCurve() leaves early losses out and keeps every learning rate", () => {
  const { steps, learningRates } = lossCurve("c", [run(0, 4), run(4, 7)], { fromStep: 5 });
  assert.deepEqual([[...steps], learningRates.length], [[5, 6], 7]);
  assert.throws(
    () => lossCurve("c", [run(0, 4)], { fromStep: 4 }),
    /must hold 1 steps from step 4: they do not/,
  );
});

Deno.test("lossCurve() refuses runs that do not join, and sources that were not measured", () => {
  assert.throws(() => lossCurve("c", [run(0, 4), run(5, 7)]), /record 4 is of step 5/);
  assert.throws(() => lossCurve("c", [run(3, 4)]), /record 0 is of step 3/);
  assert.throws(() => lossCurve("c", [run(0, 4)], { source: "web" }), /must hold a loss on web: they do not/);
  assert.throws(() => lossCurve("c", [run(0, 2)], { windowSteps: 3 }), /must hold 3 steps: they do not/);
  assert.throws(() => lossCurve("c", [], {}), /must hold 1 steps/);
  assert.throws(
    () => lossCurve("c", [run(0, 2)], { windowSteps: 0 }),
    /windowSteps must be .*: current value is 0/,
  );
});
