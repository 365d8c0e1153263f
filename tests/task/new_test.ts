import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exists } from "../../lib/base/mod.ts";
import { available } from "../../lib/native/mod.ts";
import { makeProject } from "../../lib/task/new.ts";
import { said } from "../_said.ts";

const jobs = fileURLToPath(new URL("../../lib/task/jobs", import.meta.url));

/** A folder outside the clone whose name has to be written otherwise in a URL; it goes when disposed. */
async function away(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "midtrain own é " });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Call a task where a user stands, as their shell does. */
async function deno(cwd: string, ...args: string[]): Promise<{ code: number; said: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1", INIT_CWD: cwd },
  }).output();
  return { code, said: said(stdout) + said(stderr) };
}

Deno.test("new writes over nothing, and leaves what is there", async () => {
  await using folder = await away();
  const own = join(folder.path, "losses.csv");
  await Deno.writeTextFile(own, "run,step,lr,loss\n");
  const names = await makeProject(folder.path);
  assert.deepEqual(names.slice(0, 4), ["deno.json", "deno.lock", ".gitignore", "README.md"]);
  assert(names.includes("00_start.ipynb"));
  assert.equal(await Deno.readTextFile(own), "run,step,lr,loss\n");
  await Deno.writeTextFile(join(folder.path, "deno.json"), "{}");
  for (const name of names.slice(1)) await Deno.remove(join(folder.path, name));
  await assert.rejects(makeProject(folder.path), {
    message: /^Cannot make a project in .* as these files are there: deno\.json; nothing was written$/,
  });
  assert.equal(await Deno.readTextFile(join(folder.path, "deno.json")), "{}");
  assert(!await exists(join(folder.path, "README.md")));
  await assert.rejects(makeProject(own), { message: /^Cannot make a project in .*losses\.csv: / });
});

Deno.test({
  name:
    "a project of one's own draws, fits, counts and trains, in the versions of the clone (needs tensorflow)",
  ignore: !await available("tensorflow"),
  fn: async () => {
    await using folder = await away();
    const made = await deno(folder.path, "run", "-A", join(jobs, "..", "new.ts"), "my projekt");
    assert.equal(made.code, 0, made.said);
    const project = join(folder.path, "my projekt");
    const lock = await Deno.readTextFile(join(project, "deno.lock"));
    await Deno.mkdir(join(project, "deep"));
    const set = ["--set", "steps=5", "--out", "done"];
    const ran = await deno(join(project, "deep"), "task", "run", "../00_start.ipynb", ...set);
    assert.equal(ran.code, 0, ran.said);
    assert.doesNotMatch(ran.said, /build scripts|Warning/);
    assert(await exists(join(project, "deep", "done", "00_start.html")));
    assert.equal(await Deno.readTextFile(join(project, "deno.lock")), lock);
  },
});

Deno.test("run says what a notebook lacks that stands outside every project", async () => {
  await using folder = await away();
  const path = join(folder.path, "00_start.ipynb");
  await Deno.copyFile(join(jobs, "00_start.ipynb"), path);
  const { code, said } = await deno(folder.path, "run", "-A", join(jobs, "..", "run.ts"), path);
  assert.equal(code, 1);
  assert.match(said, /No deno\.json above .* knows midtrain: `deno task new DIR` makes a folder that does/);
});
