import assert from "node:assert/strict";

/**
 * Kill a process by SIGKILL while it runs a program in a sandbox, once that has taken some processor time, and wait until the
 * sandbox's innermost process is gone as well. Nothing may be left in the folder for temporary files.
 *
 * @param call The call, with the name of what `lib/evaluate/mod.ts` exports.
 */
export async function killParentOf(call: string, { afterSeconds = 0 } = {}): Promise<void> {
  const folder = await Deno.makeTempDir();
  const script = `
import * as evaluate from ${JSON.stringify(new URL("../../lib/evaluate/mod.ts", import.meta.url).href)};
evaluate.${call};
const seconds = (pid) => {
  const [user, system] = Deno.readTextFileSync(\`/proc/\${pid}/stat\`).split(") ")[1].split(" ").slice(11, 13);
  return (Number(user) + Number(system)) / 100;
};
const youngest = (pid) => {
  for (const { name } of Deno.readDirSync(\`/proc/\${pid}/task\`)) {
    const [child] = Deno.readTextFileSync(\`/proc/\${pid}/task/\${name}/children\`).trim().split(" ");
    if (child !== "") return youngest(child);
  }
  return pid;
};
for (;; await new Promise((resolve) => setTimeout(resolve, 10))) {
  try {
    const child = youngest("self");
    if (child === "self" || seconds(child) < ${afterSeconds}) continue;
    console.log(child);
  } catch {
    // It ended as it was looked at.
    continue;
  }
  Deno.kill(Deno.pid, "SIGKILL");
}`;
  const parent = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--ext=ts", "-"],
    env: { TMPDIR: folder },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = parent.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  const { stdout, signal } = await parent.output();
  assert.equal(signal, "SIGKILL");
  const child = new TextDecoder().decode(stdout).trim();
  assert.match(child, /^\d+$/);
  // A zombie that nobody has buried yet is gone as well.
  const lives = async () =>
    !/^State:\s*Z/m.test(await Deno.readTextFile(`/proc/${child}/status`).catch(() => "State: Z"));
  while (await lives()) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(await Array.fromAsync(Deno.readDir(folder), ({ name }) => name), []);
  await Deno.remove(folder);
}
