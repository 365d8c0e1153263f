import assert from "node:assert/strict";
import { sampleSchedule, wsd } from "../../lib/schedule/mod.ts";
import { stablePhase } from "../../lib/laws/mod.ts";

const run = (learningRates: Float64Array) => ({
  name: "run",
  learningRates,
  steps: [0, 49, 99],
  losses: [5, 4, 3],
});

Deno.test("of a constant run every step is stable, and the run that was given stays as it was", () => {
  const whole = run(new Float64Array(100).fill(3e-4));
  const stable = stablePhase(whole);
  assert.equal(stable.learningRates.length, 100);
  assert.deepEqual(stable.losses, [5, 4, 3]);
  stable.learningRates[0] = 1;
  assert.equal(whole.learningRates[0], 3e-4);
});

Deno.test("a decay is cut off with its losses, and the warm-up stays", () => {
  const rates = sampleSchedule(wsd({ peak: 1e-3, steps: 100, warmupSteps: 10, decaySteps: 20 }), 100);
  const { learningRates, steps, losses } = stablePhase(run(rates));
  assert.equal(learningRates.length, 81);
  assert.equal(learningRates.at(-1), 1e-3);
  assert.deepEqual([steps, losses], [[0, 49], [5, 4]]);
});

Deno.test("a peak that comes back later is another cycle", () => {
  const cycles = Float64Array.from({ length: 100 }, (_, step) => step % 50 < 25 ? 1 : 0.5);
  assert.equal(stablePhase(run(cycles)).learningRates.length, 25);
});

Deno.test("rates that were rounded where they were logged are as stable as exact ones", () => {
  const rounded = Float64Array.from({ length: 100 }, (_, step) => step % 2 ? 3e-4 : 2.9999e-4);
  assert.equal(stablePhase(run(rounded)).learningRates.length, 100);
});

Deno.test("rates that are a plain array are named", () => {
  assert.throws(() => stablePhase({ ...run(new Float64Array(1)), learningRates: [1] as never }), {
    message:
      "Cannot cut run run as learningRates must be a Float64Array: it is an array, for Float64Array.from to turn into one",
  });
});
