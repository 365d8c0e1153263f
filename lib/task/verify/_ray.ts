import { join } from "node:path";
import { descendants, kill } from "../_processes.ts";
import { until, venv } from "./_venv.ts";

/** A head of Ray on this machine. */
export interface RayHead extends AsyncDisposable {
  /** Where it takes jobs. */
  address: string;
}

/** Below those that Ray takes for its workers, from 10002 on, and beside those of a head that may be there. */
const PORTS = { head: 6399, door: 8299 };

/** Start Ray out of PyPI. @returns Its head, or why it cannot be had. */
export async function startRay(): Promise<RayHead | string> {
  const found = await venv("ray", ["ray[default]==2.60.0"]);
  if (typeof found === "string") return found;
  const bin = join(found.path, "bin");
  const folder = await Deno.makeTempDir({ prefix: "ray-" });
  const child = new Deno.Command(join(bin, "ray"), {
    args: [
      ...["start", "--head", "--block", "--disable-usage-stats", "--num-cpus=2", `--temp-dir=${folder}`],
      ...["--node-ip-address=127.0.0.1", `--port=${PORTS.head}`, "--object-store-memory=80000000"],
      ...["--dashboard-host=127.0.0.1", `--dashboard-port=${PORTS.door}`],
    ],
    env: {
      PATH: `${bin}:${Deno.env.get("PATH") ?? ""}`,
      RAY_AUTH_MODE: "disabled",
      // The machine may be at work on other things.
      RAY_raylet_start_wait_time_s: "180",
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text();
  let over = false;
  child.status.then(() => over = true);
  const address = `http://127.0.0.1:${PORTS.door}`;
  const head = {
    address,
    async [Symbol.asyncDispose]() {
      for (const pid of [...await descendants(child.pid), child.pid]) kill(pid);
      await child.status;
      await Deno.remove(folder, { recursive: true }).catch(() => {});
    },
  };
  const up = await until(200, async () => {
    const answer = await fetch(`${address}/api/version`).catch(() => undefined);
    await answer?.body?.cancel();
    return over || (answer?.ok ?? false);
  });
  if (up && !over) return head;
  await head[Symbol.asyncDispose]();
  return `Ray's head does not start: ${(await errors).trim().split("\n").at(-1)}`;
}
