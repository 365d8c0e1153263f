import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { exists } from "../../lib/base/mod.ts";
import { fromHere, parseSettings } from "../../lib/task/run.ts";
import { makeFolder, writeNotebook } from "../notebook/_make.ts";

const script = fileURLToPath(new URL("../../lib/task/run.ts", import.meta.url));

async function run(args: string[]): Promise<{ code: number; out: string; said: string }> {
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", script, ...args], stdin: "null" });
  const { code, stdout, stderr } = await command.output();
  return { code, out: new TextDecoder().decode(stdout), said: new TextDecoder().decode(stderr) };
}

Deno.test("parseSettings() reads values as JSON, else as text", () => {
  const settings = parseSettings(["seed=2", "name=x=y", "list=[1, 2]", "flag=true", "empty="]);
  assert.deepEqual(settings, { seed: 2, name: "x=y", list: [1, 2], flag: true, empty: "" });
  assert.throws(() => parseSettings(["seed"]), { name: "SyntaxError", message: /current value is seed/ });
});

Deno.test("run writes the notebook and the page, shows progress, and exits with 0", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, [
    "# Title",
    "//parameters\nconst seed = 1;",
    "console.log(seed)",
  ]);
  const { code, out, said } = await run([path, "--set", "seed=2", "--out", folder.path + "/out"]);
  assert.equal(code, 0);
  assert.match(out, /test\.html\n.*test\.ipynb\n[\d.]+ s, every cell ran\n$/);
  assert.match(said, /100 % · 4 of 4 cells/);
  assert((await Deno.readTextFile(`${folder.path}/out/test.html`)).includes("<title>Title</title>"));
});

Deno.test("run exits with 1 when a cell fails and with 2 when it is called wrongly", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, ["throw new Error('bad')", "1"]);
  const failed = await run([path, "--out", `${folder.path}/out`]);
  assert.equal(failed.code, 1);
  assert.match(failed.said, /Cell 1 of test.ipynb failed: Error: bad/);
  assert(await exists(`${folder.path}/out/test.ipynb`));
  assert.equal((await run([path, "--out", `${folder.path}/out`, "--allow-errors"])).code, 1);
  assert.equal((await run([])).code, 2);
  const wrong = await run([path, "--timout", "3"]);
  assert.equal(wrong.code, 2);
  assert.match(wrong.said, /has no flag --timout: did you mean --timeout\?/);
  const misspelt = await run([path, "--set", "sead=2", "--out", `${folder.path}/none`]);
  assert.equal(misspelt.code, 2);
  assert.match(misspelt.said, /no cell tagged "parameters"/);
  const unwritable = await run([path, "--out", `${path}/out`]);
  assert.equal(unwritable.code, 1);
  assert.match(unwritable.said, /Cannot write .*test\.ipynb\/out\/test\.ipynb: /);
  const missing = await run([`${folder.path}/none.ipynb`, "--out", folder.path]);
  assert.equal(missing.code, 1);
  assert.match(missing.said, /none\.ipynb/);
});

Deno.test("run takes its kernel with it when it is killed, also while a cell computes", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, [
    "await Deno.writeTextFile('pid', `${Deno.pid}`);",
    "while (true);",
  ]);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, path, "--out", `${folder.path}/out`],
    stdout: "null",
    stderr: "null",
  }).spawn();
  const until = async (condition: () => Promise<boolean>) => {
    while (!await condition()) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const read = (path: string) => Deno.readTextFile(path).catch(() => "");
  await until(async () => await read(`${folder.path}/pid`) !== "");
  const pid = await read(`${folder.path}/pid`);
  child.kill("SIGKILL");
  await child.status;
  await until(async () => /^$| [ZX] /.test(await read(`/proc/${pid}/stat`)));
});

Deno.test("run takes a relative path from where one stands, and leaves what lies beside the notebook alone", async () => {
  await using folder = await makeFolder();
  const here = Deno.cwd();
  const given = {
    curvesPath: "my curves é.csv",
    folder: "new",
    table: "beside.jsonl",
    mix: "web",
    size: 3,
    path: "",
  };
  await Deno.mkdir(`${folder.path}/notebooks`);
  await Deno.writeTextFile(`${folder.path}/notebooks/beside.jsonl`, "");
  assert.deepEqual(await fromHere(given, `${folder.path}/notebooks/a.ipynb`), {
    ...given,
    curvesPath: `${here}/my curves é.csv`,
    folder: `${here}/new`,
  });
  const other = { configPath: "https://x.org/config.json", dataFile: "/a/b", paths: "c" };
  assert.deepEqual(await fromHere(other, "a.ipynb"), other);
});

Deno.test("run ends with 2 where it was called wrongly, and says what a folder and a setting lack", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, ["//parameters\nconst seed = 1;", "seed"]);
  const calls: [string[], RegExp][] = [
    [[folder.path], /Cannot read the notebook .* as it is a folder: give one of its \.ipynb files\n$/],
    [[path, "--set", "sead=2"], /does not declare "sead": it declares seed\n$/],
    [[path, "--set", "seed"], /must be NAME=VALUE: current value is seed\n$/],
  ];
  for (const [args, line] of calls) {
    const { code, said } = await run([...args, "--out", `${folder.path}/out`]);
    assert.equal(code, 2, said);
    assert.match(said, line);
  }
  assert(!await exists(`${folder.path}/out`));
});

Deno.test("a run that is stopped says where its part is and how it would go on", async () => {
  await using folder = await makeFolder();
  const waits = [
    'import { interrupt } from "midtrain/notebook";',
    "const stop = interrupt();",
    'await Deno.writeTextFile("started", "");',
    'await new Promise((done) => stop.addEventListener("abort", done));',
  ].join("\n");
  const stopped = async (cell: string, args: string[] = []) => {
    const path = await writeNotebook(folder.path, [cell, waits]);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", script, path, "--out", `${folder.path}/out`, ...args],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    while (!await exists(`${folder.path}/started`)) await new Promise((done) => setTimeout(done, 20));
    await Deno.remove(`${folder.path}/started`);
    child.kill("SIGINT");
    const { code, stderr } = await child.output();
    assert.equal(code, 130);
    return new TextDecoder().decode(stderr);
  };
  assert.match(
    await stopped("//parameters\nconst seed = 1;"),
    /What ran is in .*test\.ipynb and .*\. Run it again from its start\.\n$/,
  );
  const keeps = '//parameters\nconst folder = "";';
  assert.match(
    await stopped(keeps),
    /--set folder=PATH keeps its work, so that the same command goes on after a stop\.\n$/,
  );
  assert.match(
    await stopped(keeps, ["--set", "folder=/tmp/k"]),
    /The same command goes on from what \/tmp\/k holds\.\n$/,
  );
});
