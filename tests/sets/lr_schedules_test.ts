import assert from "node:assert/strict";
import { readCsv } from "../../lib/data/mod.ts";
import { lrSchedules } from "../../lib/sets/mod.ts";
import { testOf } from "./_mirror.ts";

await testOf(lrSchedules, "lrSchedules holds 92 runs whose rates are those that were logged", async () => {
  const runs = new Map((await Array.fromAsync(lrSchedules.read())).map((run) => [run.name, run]));
  assert.equal(runs.size, 92);
  const table = await readCsv(await lrSchedules.file("val_curves.csv"));
  const steps = table.numbers("step");
  const rates = table.numbers("learning_rate", { empty: NaN });
  let compared = 0;
  table.text("run").forEach((name, row) => {
    const { learningRates, peak } = runs.get(name)!;
    if (Number.isNaN(rates[row])) return;
    compared++;
    const off = Math.abs(learningRates[steps[row]] - rates[row]);
    assert(off < 1e-9 * peak, `${name} at ${steps[row]}: ${learningRates[steps[row]]} for ${rates[row]}`);
  });
  assert(compared > 12_000);
});

await testOf(lrSchedules, "lrSchedules gives every run ascending steps and what it ended at", async () => {
  for await (const run of lrSchedules.read()) {
    assert(run.steps.every((step, i) => i === 0 || step > run.steps[i - 1]), run.name);
    assert(run.steps.at(-1)! < run.learningRates.length);
    const above = run.finalLoss - run.losses.at(-1)!;
    assert(above > 0.02 && above < 0.05, `${run.name}: ${above}`);
  }
});
