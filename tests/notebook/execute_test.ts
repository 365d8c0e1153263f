import assert from "node:assert/strict";
import type { ProgressEvent } from "../../lib/base/mod.ts";
import { fileURLToPath } from "node:url";
import { misspeltImport } from "../../lib/notebook/_imports.ts";
import { execute, formatNotebook, joinText, NotebookError, readNotebook } from "../../lib/notebook/mod.ts";
import { makeFolder, makeNotebook, texts, writeNotebook } from "./_make.ts";

Deno.test("execute() loses no output of 60 one-line cells in 3 rounds", async () => {
  const kinds = ["1 + 1", "console.log(2)", "await new Promise((r) => setTimeout(r, 2)); ({ v: 2 })"];
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, Array.from({ length: 60 }, (_, i) => kinds[i % 3]));
  for (let round = 0; round < 3; round++) {
    const { notebook } = await execute(path);
    assert.deepEqual(
      notebook.cells.map((cell) => texts(cell)),
      notebook.cells.map((_, i) => [["2"], ["2\n"], ["{ v: 2 }"]][i % 3]),
    );
    assert.deepEqual(notebook.cells.map((cell) => cell.execution_count), notebook.cells.map((_, i) => i + 1));
  }
});

Deno.test("execute() sets parameters after the tagged cell, in the notebook's folder", async () => {
  await using folder = await makeFolder();
  const cells = [
    "//parameters\nconst steps = 10;\nconst names = ['a'];",
    "console.log(steps, names.join(), Deno.cwd())",
  ];
  const path = await writeNotebook(folder.path, cells);
  const { notebook } = await execute(path, { parameters: { steps: 3, names: ["b", "</script>"] } });
  assert.equal(notebook.cells.length, 3);
  assert.deepEqual(texts(notebook.cells[2]), [`3 b,</script> ${folder.path}\n`]);
  const again = `${folder.path}/again.ipynb`;
  await Deno.writeTextFile(again, formatNotebook(notebook));
  assert.equal((await execute(again, { parameters: { steps: 4 } })).notebook.cells.length, 3);
});

Deno.test("execute() names the declared parameters when one is misspelt", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, ["//parameters\nconst steps = 10;\nlet rate = 1;"]);
  await assert.rejects(execute(path, { parameters: { step: 3 } }), {
    name: "RangeError",
    message: /does not declare "step": it declares steps, rate/,
  });
  const bare = await writeNotebook(folder.path, ["1"]);
  await assert.rejects(execute(bare, { parameters: { steps: 3 } }), /no cell tagged "parameters"/);
});

Deno.test("execute() writes what a notebook produced before a cell threw", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, [
    "# Title",
    "console.log('before')",
    "throw new RangeError('bad')",
    "3",
  ]);
  const output = `${folder.path}/out/test.ipynb`;
  const html = `${folder.path}/out/test.html`;
  const error = await execute(path, { output, html }).then(() => undefined, (error) => error);
  assert(error instanceof NotebookError);
  assert.equal(error.cell, 3);
  assert.match(error.message, /Cell 3 of test.ipynb failed: RangeError: bad/);
  assert.deepEqual((await readNotebook(output)).cells.map((cell) => texts(cell)), [[], ["before\n"], [
    "RangeError: bad",
  ], []]);
  assert.match(await Deno.readTextFile(html), /<strong>RangeError<\/strong>: bad/);
});

Deno.test("execute() goes on after errors when allowed, and says what is wrong with the code", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, ["let z = ;", "import { x } from 'no-such-package';", "5"]);
  const { notebook, failed } = await execute(path, { allowErrors: true });
  assert.deepEqual(failed, [1, 2]);
  assert.deepEqual(texts(notebook.cells[0]), ["SyntaxError: Expression expected"]);
  assert.match(texts(notebook.cells[1])[0], /no-such-package/);
  assert.deepEqual(texts(notebook.cells[2]), ["5"]);
});

Deno.test("execute() stops a cell at its time limit, whether it listens, awaits or computes", async () => {
  await using folder = await makeFolder();
  const output = `${folder.path}/out.ipynb`;
  // The limit holds for the first cell too, which a busy machine may not finish in half a second.
  const stopped = async (cells: string[], graceSeconds: number) => {
    const path = await writeNotebook(folder.path, cells);
    for (let timeoutSeconds = 0.5;; timeoutSeconds *= 2) {
      const error = await execute(path, { timeoutSeconds, graceSeconds, output }).then(() => {}, (e) => e);
      assert(error instanceof NotebookError);
      if (error.cell === 2) return error.message;
    }
  };
  const first =
    'import { interrupt } from "midtrain/notebook";\nconst stop = interrupt();\nconsole.log("kept");';
  const loop =
    "while (!stop.aborted) await new Promise((r) => setTimeout(r, 5));\nconsole.log('state kept');";
  assert.match(await stopped([first, loop], 60), /ran longer than [\d.]+ s and was stopped/);
  assert.equal(texts((await readNotebook(output)).cells[1])[0], "state kept\n");
  for (const endless of ["await new Promise(() => setInterval(() => {}, 1000));", "while (true);"]) {
    assert.match(await stopped(["console.log('kept')", endless], 0.2), /did not stop when asked to/);
    const { cells } = await readNotebook(output);
    assert.deepEqual(texts(cells[0]), ["kept\n"]);
    assert.match(texts(cells[1])[0], /TimeLimitError/);
  }
});

Deno.test("execute() says so when a cell ends the kernel", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, ["1", "console.log('last'); Deno.exit(3);", "2"]);
  const output = `${folder.path}/out.ipynb`;
  await assert.rejects(execute(path, { output }), { name: "NotebookError", message: /Cell 2 .*exit code 3/ });
  assert.deepEqual(texts((await readNotebook(output)).cells[0]), ["1"]);
});

Deno.test("execute() says so when a kernel is killed in the middle, and keeps what was shown", async () => {
  await using folder = await makeFolder();
  const output = `${folder.path}/out.ipynb`;
  const html = `${folder.path}/out.html`;
  const path = await writeNotebook(folder.path, ["1", 'Deno.kill(Deno.pid, "SIGKILL");', "3"]);
  await assert.rejects(execute(path, { output, html }), {
    name: "NotebookError",
    message: /Cell 2 of test\.ipynb failed: The kernel ended with signal SIGKILL/,
  });
  const { cells } = await readNotebook(output);
  assert.deepEqual(texts(cells[0]), ["1"]);
  assert.match(texts(cells[1]).at(-1)!, /^DeadKernelError: The kernel ended with signal SIGKILL/);
  assert.deepEqual(texts(cells[2]), []);
  assert.match(await Deno.readTextFile(html), /DeadKernelError/);
});

Deno.test("execute() does not begin when its files cannot be written, and leaves none", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, ["await Deno.writeTextFile('ran', 'yes');"]);
  await Deno.writeTextFile(`${folder.path}/file`, "");
  await Deno.mkdir(`${folder.path}/folder.html`);
  for (
    const [options, why] of [
      [{ output: `${folder.path}/file/out.ipynb` }, /^Cannot write .*file\/out\.ipynb: /],
      [{ html: `${folder.path}/folder.html` }, /^Cannot write .*folder\.html: it is a folder$/],
      [{ output: "/proc/none/out.ipynb" }, /^Cannot write \/proc\/none\/out\.ipynb: /],
    ] as const
  ) {
    await assert.rejects(execute(path, options), { message: why });
  }
  const left = (await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name).sort();
  assert.deepEqual(left, ["file", "folder.html", "test.ipynb"]);
});

/** A file system of 256 KiB, where one can be mounted: only by root, and not in every container. */
async function smallDisk(): Promise<string | undefined> {
  if (Deno.uid() !== 0) return undefined;
  const folder = await Deno.makeTempDir();
  const args = ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder];
  const mounted = await new Deno.Command("mount", { args, stderr: "null" }).output().catch(() => undefined);
  if (mounted?.success) return folder;
  await Deno.remove(folder);
}

const disk = await smallDisk();
addEventListener("unload", () => {
  if (disk === undefined) return;
  new Deno.Command("umount", { args: [disk] }).outputSync();
  Deno.removeSync(disk);
});

Deno.test({
  name:
    "execute() on a full disk names it and the cell's error, and leaves the old files whole (needs a small tmpfs)",
  ignore: disk === undefined,
  async fn() {
    await using folder = await makeFolder();
    const output = `${disk}/out.ipynb`;
    const html = `${disk}/out.html`;
    await execute(await writeNotebook(folder.path, ["console.log('first')"]), { output, html });
    const before = [await Deno.readTextFile(output), await Deno.readTextFile(html)];
    const large = await writeNotebook(folder.path, ["console.log('x'.repeat(1e6)); throw new Error('bad')"]);
    await assert.rejects(execute(large, { output, html }), {
      message:
        /^Cannot write .*out\.ipynb: the disk is full; before that: Cell 1 of test\.ipynb failed: Error: bad/,
    });
    assert.deepEqual([await Deno.readTextFile(output), await Deno.readTextFile(html)], before);
    assert.deepEqual([...Deno.readDirSync(disk!)].map(({ name }) => name).sort(), ["out.html", "out.ipynb"]);
  },
});

Deno.test("execute() ends at its signal and leaves no kernel behind", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, [
    "await Deno.writeTextFile('pid', String(Deno.pid));",
    [
      'await Deno.jupyter.display({ "text/plain": "at work" }, { raw: true, display_id: "a" });',
      'await Deno.jupyter.display({ "text/plain": "at work" }, { raw: true, display_id: "a", update: true });',
      "await new Promise(() => setInterval(() => {}, 1000));",
    ].join("\n"),
  ]);
  const stop = new AbortController();
  const onProgress = ({ note }: ProgressEvent) =>
    note === "at work" && stop.abort(new DOMException("enough", "AbortError"));
  await assert.rejects(execute(path, { signal: stop.signal, onProgress }), {
    name: "AbortError",
    message: "enough",
  });
  const pid = await Deno.readTextFile(`${folder.path}/pid`);
  await assert.rejects(Deno.stat(`/proc/${pid}`), Deno.errors.NotFound);
});

Deno.test("execute() reports each cell under its heading", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, ["# Tour", "1", "## Select\nwords", "2"]);
  const events: ProgressEvent[] = [];
  await execute(path, { onProgress: (event) => events.push(event) });
  assert.deepEqual(events.map(({ done, note }) => [done, note]), [
    [0, "Tour"],
    [1, "Tour"],
    [2, "Select"],
    [3, "Select"],
    [4, "Select"],
  ]);
});

Deno.test("execute() keeps the order of displays, applies updates and clears", async () => {
  await using folder = await makeFolder();
  const display = (text: string, more: string) =>
    `await Deno.jupyter.display({ "text/plain": "${text}" }, { raw: true, ${more} });`;
  const path = await writeNotebook(folder.path, [
    display("0 %", 'display_id: "bar"') + "console.log('a'); console.error('b'); console.log('c');",
    display("100 %", 'display_id: "bar", update: true'),
    "console.log('gone'); await Deno.jupyter.broadcast('clear_output', { wait: true }); console.log('stays');",
  ]);
  const { notebook } = await execute(path);
  assert.deepEqual(notebook.cells.map(texts), [["100 %", "a\n", "b\n", "c\n"], [], ["stays\n"]]);
});

Deno.test("execute() passes a message of 20 MB whole", async () => {
  await using folder = await makeFolder();
  const { notebook } = await execute(await writeNotebook(folder.path, ["console.log('é'.repeat(1e7))"]));
  assert.equal(texts(notebook.cells[0]).join("").length, 1e7 + 1);
});

Deno.test("execute() gives every output of cells that replace Deno", async () => {
  await using folder = await makeFolder();
  const cells = ["const Deno = {}; console.log('a')", "console.log('b')"];
  const { notebook } = await execute(await writeNotebook(folder.path, cells));
  assert.deepEqual(notebook.cells.map(texts), [["a\n"], ["b\n"]]);
});

Deno.test("execute() rejects a time limit of zero and a file that is no notebook", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, []);
  for (const name of ["timeoutSeconds", "graceSeconds"]) {
    await assert.rejects(execute(path, { [name]: 0 }), {
      name: "RangeError",
      message: `Cannot run a notebook as ${name} must be > 0: current value is 0`,
    });
  }
  await Deno.writeTextFile(path, "{");
  await assert.rejects(execute(path), { name: "SyntaxError" });
  await Deno.writeTextFile(path, "{}");
  await assert.rejects(execute(path), { name: "TypeError", message: /must be nbformat 4/ });
  await Deno.writeTextFile(path, '{"nbformat": 4}');
  await assert.rejects(execute(path), {
    name: "TypeError",
    message: /cells must be a list: current value is undefined/,
  });
  await Deno.writeTextFile(path, '{"nbformat": 4, "cells": [{"cell_type": "code", "source": [1]}]}');
  await assert.rejects(execute(path), {
    name: "TypeError",
    message: /cell 1 has no known cell_type or no source/,
  });
});

Deno.test("execute() runs a notebook without code", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/empty.ipynb`;
  await Deno.writeTextFile(path, formatNotebook(makeNotebook([])));
  assert.deepEqual((await execute(path)).notebook.cells, []);
});

/** The processes whose command line names a folder. */
function processesOf(folder: string): string[] {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => {
    try {
      return /^\d+$/.test(name) && Deno.readTextFileSync(`/proc/${name}/cmdline`).includes(folder);
    } catch {
      return false; // It has ended.
    }
  }).map(({ name }) => name);
}

Deno.test("execute() killed while its kernel starts or computes leaves no kernel and no connection file", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using folder = await makeFolder();
  const temp = `${folder.path}/temp`;
  await Deno.mkdir(temp);
  await writeNotebook(folder.path, ["await Deno.writeTextFile('ran', ''); for (;;);"]);
  const script = `${folder.path}/run.ts`;
  await Deno.writeTextFile(
    script,
    `import { execute } from "${import.meta.resolve("../../lib/notebook/mod.ts")}";\n` +
      `await execute("${folder.path}/test.ipynb");\n`,
  );
  const moments = [
    () => processesOf(temp).length > 0, // The kernel has just been started.
    () => [...Deno.readDirSync(folder.path)].some(({ name }) => name === "ran"),
  ];
  for (const reached of moments) {
    const args = ["run", "-A", "--no-check", script];
    const child = new Deno.Command(Deno.execPath(), { args, env: { TMPDIR: temp } }).spawn();
    while (!reached()) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGKILL");
    await child.status;
    // What should go goes at once; a test that hangs here says that something stayed.
    while (processesOf(temp).length > 0 || (await Array.fromAsync(Deno.readDir(temp))).length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
});

Deno.test("execute() tells a misspelt import with the nearest name before any cell runs", async () => {
  await using folder = await makeFolder();
  const messages: string[] = [];
  for (
    const line of [
      'import { fitLaws2 } from "midtrain/laws";',
      'import { fitLaw, // the engine\n  momentumLow as low,\n  type Fit } from "midtrain/laws";',
      'import { wsd } from "midtrain/laws";',
      'import { whatever } from "midtrain/laws";',
      'import { wsd } from "midtrain/schedul";',
    ]
  ) {
    const path = await writeNotebook(folder.path, ["console.log(1)", line]);
    const error = await execute(path).then(() => undefined, (error) => error);
    assert.deepEqual(error.notebook.cells[0].outputs, []);
    messages.push(error.message.split("\n")[0].replace(/^.*failed: /, ""));
  }
  assert.deepEqual(messages, [
    "Cannot import fitLaws2 from midtrain/laws as there is no such export: did you mean fitLaws?",
    "Cannot import momentumLow from midtrain/laws as there is no such export: did you mean momentumLaw?",
    "Cannot import wsd from midtrain/laws as there is no such export: midtrain/schedule has it",
    'Cannot import whatever from midtrain/laws as there is no such export: help("laws") lists what there is',
    "Cannot import from midtrain/schedul as there is no such room: did you mean midtrain/schedule?",
  ]);
});

Deno.test("execute() goes on after a misspelt import where errors are allowed, and passes what is right", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, [
    'import { fitLaws2 } from "midtrain/laws";',
    'import { type Fit, fitLaw as fit } from "midtrain/laws"; import { fitLaws2 } from "./own.ts"; fit.name',
  ]);
  await Deno.writeTextFile(`${folder.path}/own.ts`, "export const fitLaws2 = 1;\n");
  const { notebook, failed } = await execute(path, { allowErrors: true });
  assert.deepEqual(failed, [1]);
  assert.deepEqual(texts(notebook.cells[1]), ['"fitLaw"']);
});

Deno.test("misspeltImport() finds nothing in the kit's own notebooks", async () => {
  const notebooks = new URL("../../notebooks/", import.meta.url);
  let imports = 0;
  for await (const { name } of Deno.readDir(notebooks)) {
    if (!name.endsWith(".ipynb")) continue;
    for (const { source } of (await readNotebook(fileURLToPath(new URL(name, notebooks)))).cells) {
      imports += joinText(source).includes('"midtrain/') ? 1 : 0;
      assert.equal(misspeltImport(joinText(source)), undefined, name);
    }
  }
  assert(imports > 20, `${imports} cells with imports`);
});
