import { join } from "node:path";
import { cacheDir, exists } from "../../base/mod.ts";

/**
 * A folder of Python with packages of its own, in the cache.
 *
 * @returns Its path, or why it cannot be had.
 */
export async function venv(name: string, packages: readonly string[]): Promise<{ path: string } | string> {
  const path = cacheDir("python", name);
  const done = join(path, "installed");
  if (await Deno.readTextFile(done).catch(() => "") === packages.join(" ")) return { path };
  if (await exists(path)) await Deno.remove(path, { recursive: true });
  const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
  const steps = [
    [python, "-m", "venv", path],
    [join(path, "bin/pip"), "install", "-q", "--disable-pip-version-check", ...packages],
  ];
  for (const [program, ...args] of steps) {
    try {
      const { success, stderr } = await new Deno.Command(program, { args }).output();
      if (!success) {
        const said = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
        return `${packages.join(", ")} cannot be had by pip: ${said}`;
      }
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return `there is no ${program}`;
      throw error;
    }
  }
  await Deno.writeTextFile(done, packages.join(" "));
  return { path };
}

/** Wait until something holds. @returns Whether it does within so many seconds. */
export async function until(seconds: number, holds: () => boolean | Promise<boolean>): Promise<boolean> {
  for (const end = performance.now() + 1000 * seconds; performance.now() < end;) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return false;
}
