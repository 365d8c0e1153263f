import assert from "node:assert/strict";
import { checkNotebook, formatNotebook, stripOutputs } from "../../lib/notebook/mod.ts";
import { makeFolder, makeNotebook, writeNotebook } from "./_make.ts";

Deno.test("checkNotebook() finds type errors across cells, by cell and line", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, [
    "# Words",
    'import { mean } from "midtrain/base";\nconst values = [1, 2];',
    'mean("text");\nconst wrong: string = mean(values);\nconst values = 3;',
  ]);
  const problems = await checkNotebook(path);
  assert.deepEqual(problems.map(({ cell, line }) => `${cell}:${line}`), ["2:2", "3:1", "3:2", "3:3"]);
  assert.match(problems[2].message, /^TS2322: Type 'number' is not assignable to type 'string'/);
  assert.deepEqual((await Array.fromAsync(Deno.readDir(folder.path))).map((entry) => entry.name), [
    "test.ipynb",
  ]);
});

Deno.test("checkNotebook() finds code that does not parse, and cells that are too long", async () => {
  await using folder = await makeFolder();
  const broken = await checkNotebook(await writeNotebook(folder.path, ["const a = 1;", "let b = ;"]));
  assert.deepEqual(broken, [{ cell: 2, line: 1, message: "SyntaxError: Expression expected" }]);
  const long = await checkNotebook(await writeNotebook(folder.path, ["1;\n".repeat(15) + "1;"]));
  assert.deepEqual(long, [{ cell: 1, line: 16, message: "16 lines, at most 15 are allowed" }]);
});

Deno.test("checkNotebook() passes a notebook that is right, injected parameters included", async () => {
  await using folder = await makeFolder();
  const notebook = makeNotebook(["//parameters\nconst steps = 1;", "const steps = 2;", "steps + 1; // end"]);
  notebook.cells[1].metadata = { tags: ["injected-parameters"] };
  const path = `${folder.path}/right.ipynb`;
  await Deno.writeTextFile(path, formatNotebook(notebook));
  assert.deepEqual(await checkNotebook(path), []);
});

Deno.test("stripOutputs() drops outputs, counts and timings and keeps the rest", () => {
  const notebook = makeNotebook(["# A", "1"]);
  const run = structuredClone(notebook);
  Object.assign(run.cells[1], {
    outputs: [{ output_type: "stream", name: "stdout", text: "x" }],
    execution_count: 7,
    metadata: { execution: { "iopub.status.idle": "now" } },
  });
  assert.deepEqual(stripOutputs(run), notebook);
  assert.equal(run.cells[1].execution_count, 7);
});
