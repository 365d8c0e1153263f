import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A copy of what tasks need, in a folder whose name has to be written otherwise in a URL. */
async function clone(): Promise<string> {
  const to = join(await Deno.makeTempDir(), "klon é ü #1 100%", "mid train");
  const copy = async (name: string): Promise<void> => {
    const path = join(root, name);
    if (!(await Deno.stat(path)).isDirectory) return await Deno.copyFile(path, join(to, name));
    await Deno.mkdir(join(to, name), { recursive: true });
    for await (const entry of Deno.readDir(path)) await copy(join(name, entry.name));
  };
  await copy("lib");
  for (const name of ["deno.json", "deno.lock"]) await copy(name);
  await Deno.mkdir(join(to, "notebooks"));
  await Deno.copyFile(join(root, "notebooks", "30_schedules.ipynb"), join(to, "notebooks", "00_tour.ipynb"));
  await Deno.symlink(join(root, "node_modules"), join(to, "node_modules"));
  return to;
}

Deno.test("tasks run in a clone whose path has spaces, accents, # and %", async () => {
  const cwd = await clone();
  const task = async (...args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", ...args],
      cwd,
      env: { NO_COLOR: "1" },
    }).output();
    return { code, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
  };
  const notebook = await task("run", "notebooks/00_tour.ipynb");
  assert.equal(notebook.code, 0, notebook.said);
  // The tour reads its notebook before anything else, and finds it.
  const tour = await task("tour", "--set", "nothing=1");
  assert.match(tour.said, /Cannot set (?:a parameter|nothing) as/);
  assert.match((await task("doctor", "--json")).said, /"data mirror"/);
});
