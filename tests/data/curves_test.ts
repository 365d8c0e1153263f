import assert from "node:assert/strict";
import { readCurves } from "../../lib/data/mod.ts";

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
