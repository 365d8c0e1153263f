import assert from "node:assert/strict";
import { execute, live } from "../../lib/notebook/mod.ts";
import { makeFolder, texts, writeNotebook } from "./_make.ts";

Deno.test("live() is one display in a notebook that ends with the last state", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, [
    'import { live } from "midtrain/notebook";\nlet n = 0;',
    [
      "const growing = live(() => `${n} steps`, { everySeconds: 0 });",
      "for (n = 1; n < 50; n++) { growing.update(); await new Promise((r) => setTimeout(r, 1)); }",
      "await growing.done(); n = 99; growing.update(); await growing.done();",
    ].join("\n"),
  ]);
  let updates = 0;
  const { notebook } = await execute(path, {
    onProgress: ({ note }) => note?.endsWith(" steps") && updates++,
  });
  assert.deepEqual(texts(notebook.cells[1]), ["50 steps"]);
  assert(updates >= 1, "no state in between was shown");
});

Deno.test("live() lets an early drawing fail and throws what the last one throws", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, [
    'import { live } from "midtrain/notebook";\nlet ready = false;',
    [
      "const draw = () => { if (!ready) throw new Error('too early'); return 'ready'; };",
      "const late = live(draw); late.update(); ready = true; await late.done();",
    ].join("\n"),
    "ready = false; const never = live(draw); never.update(); await never.done();",
  ]);
  const { notebook, failed } = await execute(path, { allowErrors: true });
  assert.deepEqual(texts(notebook.cells[1]), ["ready"]);
  assert.deepEqual(failed, [3]);
  assert.deepEqual(texts(notebook.cells[2]), ["", "Error: too early"]);
});

Deno.test("live() outside a notebook prints the last state once", async () => {
  const code = `import { live } from "midtrain/notebook"; let n = 0;
    { await using growing = live(() => n + " steps"); for (n = 1; n < 3; n++) growing.update(); }`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code], stdin: "null" })
    .output();
  assert.equal(new TextDecoder().decode(stdout), "3 steps\n");
});

Deno.test("live() refuses a time below zero", () => {
  assert.throws(() => live(() => "", { everySeconds: NaN }), {
    name: "RangeError",
    message: /current value is NaN/,
  });
});

Deno.test("reserve() keeps a place in an early cell that a later one fills", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, [
    'import { md, reserve } from "midtrain/notebook";\nconst words = await reserve("later"), more = await reserve("and more");',
    "await words.show(md`**3** found`); await words.show(md`**4** found`);",
  ]);
  const { notebook } = await execute(path);
  assert.deepEqual(texts(notebook.cells[0]), ["**4** found", "and more"]);
  assert.deepEqual(texts(notebook.cells[1]), []);
});
