import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { execute, type Notebook, NotebookError } from "midtrain/notebook";
import { texts } from "../notebook/_make.ts";

const notebook = fileURLToPath(new URL("../../notebooks/40_decay_laws.ipynb", import.meta.url));
const rows = (run: string, rate: (step: number) => number) =>
  Array.from({ length: 60 }, (_, i) => {
    const step = 20 + 20 * i;
    return `"${run}",${step},${rate(step)},${2.5 + 8 * step ** -0.5 - 300 * (3e-4 - rate(step))}`;
  });
const constant = () => 3e-4;
const falling = (step: number) => 3e-4 * (1 - 0.9 * step / 1200);

/** Run the notebook on curves of one's own, whose path alone is given; what it says, or its error. */
async function run(header: string, ...curves: string[][]): Promise<string> {
  const path = `${await Deno.makeTempDir({ prefix: "own é " })}/my curves.csv`;
  await Deno.writeTextFile(path, [header, ...curves.flat()].join("\n") + "\n");
  const said = ({ cells }: Notebook) => cells.flatMap(texts).join("\n");
  try {
    return said((await execute(notebook, { parameters: { curvesPath: path } })).notebook);
  } catch (error) {
    assert(error instanceof NotebookError);
    return error.message;
  }
}

const header = "run,step,lr,loss";

Deno.test("the notebook on decay laws plans for the longest constant run of one's own curves", async () => {
  const said = await run(
    header,
    rows("cos é", falling),
    rows("constant run", constant),
    rows("last one", falling),
  );
  assert.match(said, /last one.*held out/);
  assert.match(said, /Decay over [\d.]+ % of the run/);
});

Deno.test("the notebook on decay laws reads two exports of W&B, losses and rates, and says what it took for what", async () => {
  const folder = await Deno.makeTempDir({ prefix: "own é " });
  const all = { a: rows("a", falling), stable: rows("stable", constant), b: rows("b", falling) };
  const wide = (metric: string, at: number) =>
    [
      `Step,${Object.keys(all).map((name) => `${name} - ${metric}`).join()}`,
      ...all.a.map((row, i) =>
        [row.split(",")[1], ...Object.values(all).map((own) => own[i].split(",")[at])].join()
      ),
    ].join("\n");
  await Deno.writeTextFile(`${folder}/loss.csv`, wide("train/loss", 3));
  await Deno.writeTextFile(`${folder}/lr.csv`, wide("train/learning_rate", 2));
  const curvesPath = [`${folder}/loss.csv`, `${folder}/lr.csv`];
  const { notebook: executed } = await execute(notebook, { parameters: { curvesPath } });
  const said = executed.cells.flatMap(texts).join("\n");
  assert.match(
    said,
    /lr\.csv was read as a W&B export, a column a run: step "Step", learning rate "train\/learning_rate"/,
  );
  assert.match(said, /Decay over [\d.]+ % of the run/);
});

Deno.test("the notebook on decay laws says why it makes no plan without a constant run", async () => {
  assert.match(
    await run(header, rows("a", falling), rows("b", falling)),
    /No plan is made: none of the runs stays/,
  );
});

Deno.test("the notebook on decay laws names at its start what curves lack", async () => {
  assert.match(await run(header, rows("only", constant)), /Cell 5 .*another one held out.*: runs are only/);
  assert.match(
    await run("Step,a - loss,b - loss", ["0,5,5"]),
    /Cell 4 .*learning rate's column must be one of Step, loss: .* give columns\.learningRate, a second file/,
  );
});

Deno.test("the notebook on decay laws takes the schedule of logs without rates as a parameter", async () => {
  const path = `${await Deno.makeTempDir({ prefix: "own é " })}/losses.csv`;
  const all = [rows("long", constant), rows("falls", falling), rows("again", falling)].flat();
  const losses = all.map((row) => row.split(",").toSpliced(2, 1).join());
  await Deno.writeTextFile(path, ["run,step,loss", ...losses].join("\n") + "\n");
  const linear = { kind: "linear", peak: 3e-4, floor: 3e-5, steps: 1200 };
  const schedule = { long: { kind: "constant", peak: 3e-4 }, falls: linear, again: linear };
  const { notebook: executed } = await execute(notebook, { parameters: { curvesPath: path, schedule } });
  assert.match(executed.cells.flatMap(texts).join("\n"), /Decay over [\d.]+ % of the run/);
});
