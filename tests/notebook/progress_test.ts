import assert from "node:assert/strict";
import { execute, progress } from "../../lib/notebook/mod.ts";
import { makeFolder, texts, writeNotebook } from "./_make.ts";

/** What a program prints on stderr, which is no terminal here. */
async function stderrOf(code: string): Promise<string[]> {
  const run = new Deno.Command(Deno.execPath(), {
    args: ["eval", `import { onProgress, progress } from "midtrain/notebook"; ${code}`],
    stdin: "null",
  });
  const { stderr } = await run.output();
  return new TextDecoder().decode(stderr).trim().split("\n");
}

Deno.test("progress() prints at most a line each tenth and always the last state", async () => {
  const lines = await stderrOf(`
    await using bar = progress("decay", { total: 1000 });
    for (let step = 1; step <= 1000; step++) bar.update(step, "loss " + step);
  `);
  assert(lines.length >= 2 && lines.length <= 12, lines.join("\n"));
  assert.match(lines.at(-1)!, /^decay ━{20} 100 % · 1,000 of 1,000 steps · [\d.]+ s · loss 1000$/);
});

Deno.test("progress() counts bytes as MB and needs no total", async () => {
  const lines = await stderrOf(
    `const bar = progress("x", { unit: "bytes" }); bar.update(2.5e6); await bar.done("all");`,
  );
  assert.match(lines.at(-1)!, /^x · 2.5 MB · [\d.]+ s · all$/);
});

Deno.test("onProgress() keeps one display a label and ends each once", async () => {
  const lines = await stderrOf(`
    await using report = onProgress();
    report({ label: "a", done: 1, total: 1, unit: "files" });
    report({ label: "b", done: 1, unit: "files" });
  `);
  assert.equal(lines.length, 2);
  assert.match(lines[0], /^a .*100 % · 1 of 1 files/);
  assert.match(lines[1], /^b · 1 files/);
});

Deno.test("progress() rejects a negative total and takes none left to do", async () => {
  assert.throws(() => progress("x", { total: -1 }), { name: "RangeError", message: /current value is -1/ });
  const lines = await stderrOf(`await progress("nothing", { total: 0 }).done();`);
  assert.match(lines.at(-1)!, /100 % · 0 of 0 steps/);
});

Deno.test("progress() is one updating display in a notebook, with its final state", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, [
    'import { onProgress, progress } from "midtrain/notebook";',
    [
      'await using bar = progress("decay", { total: 500 });',
      "for (let step = 1; step <= 500; step++) bar.update(step, `<b>${step}`);",
      "await bar.done();",
    ].join("\n"),
    'const report = onProgress(); for (let i = 1; i <= 50; i++) report({ label: "c", done: i, total: 50, unit: "x" });',
    "await report[Symbol.asyncDispose]();",
  ]);
  const { notebook } = await execute(path);
  const [, decay, first] = notebook.cells;
  assert.equal(texts(decay).length, 1);
  assert.match(texts(decay)[0], /100 % · 500 of 500 steps · [\d.]+ s · <b>500/);
  assert.equal(texts(first).length, 1);
  assert.match(texts(first)[0], /50 of 50 x/);
  const output = decay.outputs![0] as { data: Record<string, string> };
  assert(output.data["text/html"].includes("&lt;b&gt;500"));
});
