import assert from "node:assert/strict";
import { schedules } from "../../lib/figure/mod.ts";
import { cosine, multiStep, sampleSchedule, wsd } from "../../lib/schedule/mod.ts";
import { assertGolden } from "./_golden.ts";

const run = { peak: 3e-4, steps: 10_000, warmupSteps: 500 };

Deno.test("schedules() draws a line a schedule", async () => {
  const lines = [
    { name: "cosine", rates: sampleSchedule(cosine({ ...run, floor: 3e-5 }), run.steps) },
    {
      name: "WSD, 1-sqrt",
      rates: sampleSchedule(wsd({ ...run, decayFraction: 0.2, shape: "1-sqrt" }), run.steps),
    },
    { name: "multi-step", rates: sampleSchedule(multiStep(run), run.steps) },
  ];
  await assertGolden("schedules", schedules(lines, { title: "Three ways to the end" }));
});

Deno.test("schedules() keeps both sides of a jump when it thins a long schedule", () => {
  const rates = sampleSchedule(multiStep({ peak: 1, steps: 1_000_000 }), 1_000_000);
  const spec = schedules([{ name: "steps", rates }], { points: 10 });
  const steps = (spec.data as { values: { step: number }[] }).values.map((value) => value.step);
  for (const step of [799_999, 800_000, 899_999, 900_000]) assert.ok(steps.includes(step));
  assert.ok(steps.length < 40);
});

Deno.test("schedules() names an empty schedule and a rate that is not finite", () => {
  assert.throws(() => schedules([{ name: "none", rates: [] }]), /"none" must have at least one rate/);
  assert.throws(() => schedules([{ name: "bad", rates: [1, NaN] }]), /"bad" has NaN at step 1/);
});
