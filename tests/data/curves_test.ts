import assert from "node:assert/strict";
import { readCurves, type ReadCurvesOptions } from "../../lib/data/mod.ts";
import { fitLaw, onePowerLaw } from "../../lib/laws/mod.ts";

async function file(suffix: string, text: string): Promise<string> {
  const path = await Deno.makeTempFile({ suffix });
  await Deno.writeTextFile(path, text);
  return path;
}

Deno.test("readCurves() reads several runs from CSV and from JSON Lines alike", async () => {
  const csv = await readCurves(
    await file(".csv", "run,step,lr,loss\na,0,0,\na,2,0.2,5\nb,1,0.1,4\na,4,0.2,4.5\n"),
  );
  const jsonl = await readCurves(
    await file(
      ".jsonl",
      [["a", 0, 0, null], ["a", 2, 0.2, 5], ["b", 1, 0.1, 4], ["a", 4, 0.2, 4.5]]
        .map(([run, step, lr, loss]) => JSON.stringify({ run, step, lr, loss })).join("\n"),
    ),
  );
  assert.deepEqual(csv, jsonl);
  assert.deepEqual(csv.map(({ name }) => name), ["a", "b"]);
  assert.deepEqual([...csv[0].learningRates], [0, 0.1, 0.2, 0.2, 0.2]);
  assert.deepEqual([...csv[0].steps], [2, 4]);
  assert.deepEqual([...csv[1].learningRates], [0.1, 0.1]);
});

Deno.test("readCurves() takes exact learning rates where they are given", async () => {
  const path = await file(".csv", "step,loss\n1,5\n3,4\n");
  const [curve] = await readCurves(path, { learningRates: (_, steps) => new Float64Array(steps).fill(0.5) });
  assert.deepEqual([...curve.learningRates], [0.5, 0.5, 0.5, 0.5]);
});

Deno.test("readCurves() names the row or the run that is wrong", async () => {
  const refuses = async (suffix: string, text: string, message: RegExp) =>
    await assert.rejects(readCurves(await file(suffix, text)), message);
  await refuses(".csv", "step,lr,loss\n0,0.1,5\n1,0.1,five\n", /line 3, column loss/);
  await refuses(".csv", "step,lr,loss\n0,0.1\n", /line 2 must have 3 fields/);
  await refuses(
    ".csv",
    "step,lr,loss\n5,0.1,5\n4,0.1,4\n",
    /line 3, run run, .* above the one before it: 4 follows 5/,
  );
  await refuses(".csv", "run,step,lr,loss\na,0,1,5\nb,0,1,5\na,0,1,4\n", /line 4, run a, .* 0 follows 0/);
  await refuses(".csv", "step,lr,loss\n0.5,0.1,5\n", /line 2, .* whole number .* current value is 0\.5/);
  await refuses(".csv", "step,lr,loss\n0,0.1,5\n2000000000,0.1,4\n", /line 3, .* not of tokens/);
  await refuses(
    ".csv",
    "step,lr,loss\n0,0.1,-5\n",
    /line 2, run run, must have a loss > 0: current value is -5/,
  );
  await refuses(".csv", "step,lr,loss\n0,-0.1,5\n", /line 2, run run, must have a learning rate >= 0/);
  await refuses(".csv", "step,lr,loss\n", /must hold a row: there is none/);
  await refuses(".jsonl", '\n{"step":0,"lr":0.1,"loss":"five"}\n', /line 2, column loss/);
  await refuses(".csv", "step,loss\n0,5\n", /column must be one of/);
  await refuses(".jsonl", '{"step":0,"lr":0.1,"loss":5}\n{oops\n', /line 2 must be a JSON object/);
});

Deno.test("readCurves() refuses a branch whose past it does not know, and takes it with its learning rates", async () => {
  const rows = [20000, 22000, 24000].map((step, i) => `branch,${step},${9e-4 - 3e-4 * i},${3 - 0.1 * i}`);
  const path = await file(".csv", `run,step,lr,loss\n${rows.join("\n")}\n`);
  await assert.rejects(readCurves(path), (error: Error) => {
    assert.match(error.message, /run branch logs no learning rate before step 20000, 83 % of its steps/);
    return error instanceof RangeError;
  });
  const [curve] = await readCurves(path, { learningRates: (_, steps) => new Float64Array(steps).fill(1e-3) });
  assert.equal(curve.losses.length, 3);
});

Deno.test("readCurves() says where a run begins in mid-decay, and so does a fit of it", async () => {
  const decay = (from: number) =>
    Array.from({ length: 12 }, (_, i) => from + 10 * i)
      .map((step) => `branch,${step},${1e-3 * (1 - step / 200)},${3 + step ** -0.5}`);
  const trunk = [0, 20, 40].map((step) => `branch,${step},1e-3,${4 + 1 / (1 + step)}`);
  const of = async (...rows: string[]) =>
    await readCurves(await file(".csv", `run,step,lr,loss\n${rows.join("\n")}\n`));
  const branch = await of(...decay(60));
  assert.equal(branch[0].heldSteps, 60);
  assert.match(
    branch.notes.join("\n"),
    /Run branch begins at step 60 in mid-decay: .* add the rows of the run/,
  );
  assert.match(fitLaw(onePowerLaw, branch).notes.join(), /branch logs no learning rate before step 60/);
  const whole = await of(...trunk, ...decay(60));
  assert.equal(whole[0].heldSteps, undefined);
  assert.deepEqual(fitLaw(onePowerLaw, whole).notes, []);
  const coarse = await of(...decay(10));
  assert.equal(coarse.notes.length, 1, coarse.notes.join("\n"));
  const held = await of("branch,30,1e-3,4", "branch,40,1e-3,3", "branch,50,1e-3,2");
  assert.match(
    held.notes.join("\n"),
    /logs no learning rate before step 30: its first, 0.001, was held back/,
  );
  assert.equal(held[0].heldSteps, undefined);
});

Deno.test("readCurves() takes a schedule in its JSON form, for all runs or by run, and no bare name", async () => {
  const path = await file(".csv", "run,step,loss\na,0,5\na,2,4\nb,0,5\nb,2,4\n");
  const linear = { kind: "linear", peak: 1, steps: 4 } as const;
  const rates = async (schedule: NonNullable<ReadCurvesOptions["schedule"]>) =>
    (await readCurves(path, { schedule })).map(({ learningRates }) => [...learningRates]);
  assert.deepEqual(await rates(linear), [[1, 0.75, 0.5], [1, 0.75, 0.5]]);
  assert.deepEqual(await rates({ a: linear, b: () => 0.5 }), [[1, 0.75, 0.5], [0.5, 0.5, 0.5]]);
  const refuses = (schedule: unknown, message: RegExp) => assert.rejects(rates(schedule as never), message);
  await refuses("cosine", /must have a peak and its steps beside its name, such as \{ kind: "cosine", peak/);
  await refuses({ a: linear, b: "wsd" }, /such as \{ kind: "wsd", .* current value is "wsd"/);
  await refuses({ kind: "cosinus", peak: 1, steps: 4 }, /kind must be one of .* current value is "cosinus"/);
  await refuses({ kind: "cosine", peak: 1, steps: 0 }, /steps must be/);
});
