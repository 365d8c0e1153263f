import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { exists } from "../../lib/base/mod.ts";
import { parseSettings } from "../../lib/task/run.ts";
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
  assert.equal(misspelt.code, 1);
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
