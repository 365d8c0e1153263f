/**
 * Every work that writes to disk, killed at twenty points and gone on with: the same bytes as one that nobody killed, no
 * process left, and nothing beside the result.
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "../../base/mod.ts";
import { LineProcess } from "../../run/mod.ts";
import { WORKS } from "./_killed.ts";
import { part } from "./_part.ts";
import { same, type VerifyRow } from "./_row.ts";

const KILLS = 20;

export default part({
  help:
    `works killed by SIGKILL at ${KILLS} points each and gone on with: bytes, processes, leftovers; about 3 minutes
NAMES        only these`,
  names: Object.keys(WORKS),
  async *verify(_given, names, say) {
    for (const name of names.length > 0 ? names : Object.keys(WORKS)) yield* verify(name, say);
  },
});

async function* verify(work: string, say: (line: string) => void): AsyncGenerator<VerifyRow> {
  const folder = await Deno.makeTempDir({ prefix: "midtrain-kills-" });
  try {
    const [whole, killed, temp] = ["whole", "killed", "temp"].map((name) => join(folder, name));
    for (const path of [whole, killed, temp]) await Deno.mkdir(path);
    await run(work, whole, temp, Infinity);
    const left = await names(temp);
    let kills = 0;
    while (kills < KILLS) {
      // One step further each time, and back to the first: at the start, at work, and in between.
      if (!await run(work, killed, temp, 1 + kills % 5)) break;
      kills++;
    }
    await gone(folder);
    await run(work, killed, temp, Infinity);
    say(`${work}: ${kills} kills before it ended`);
    const source = "one run that ended";
    yield same(`${work}: SHA-256 after ${kills} kills`, source, await digest(whole), await digest(killed));
    yield same(`${work}: processes left`, "", "0", `${processesOf(folder).length}`);
    yield same(`${work}: files left elsewhere`, source, left.join(" "), (await names(temp)).join(" "));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Run a work to its end, or kill it once it has taken so many steps. @returns Whether it was killed. */
async function run(work: string, folder: string, temp: string, steps: number): Promise<boolean> {
  const file = fileURLToPath(new URL("_killed.ts", import.meta.url));
  const env = { TMPDIR: temp };
  await using child = new LineProcess(Deno.execPath(), { args: ["run", "-A", file, work, folder], env });
  for (let step = 0; await child.answer() !== undefined;) {
    if (++step < steps) continue;
    child.kill();
    return true;
  }
  return false;
}

/** The processes whose command line names a folder. */
function processesOf(folder: string): string[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => name).filter((name) => {
    try {
      return /^\d+$/.test(name) && Deno.readTextFileSync(`/proc/${name}/cmdline`).includes(folder);
    } catch {
      return false; // It has ended.
    }
  });
}

/** Wait up to five seconds for what a killed parent leaves to end by itself. */
async function gone(folder: string): Promise<void> {
  for (let i = 0; i < 50 && processesOf(folder).length > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

/**
 * The hash of what a work made: files by their path, rows in any order and without speeds. A batch that was opened again
 * goes on in a further file: its requests count, not how they are divided.
 */
async function digest(folder: string): Promise<string> {
  const made: Record<string, string[]> = {};
  const walk = async (path: string) => {
    for (const name of await names(path)) {
      const child = join(path, name);
      if ((await Deno.stat(child)).isDirectory) await walk(child);
      else if (!/\.checked$|^batch\.json$/.test(name)) {
        const rows = made[child.slice(folder.length).replace(/-\d{4}\.jsonl$/, ".jsonl")] ??= [];
        rows.push(...contentOf(name, await Deno.readFile(child)));
      }
    }
  };
  await walk(folder);
  return sha256(JSON.stringify(Object.entries(made).map(([name, rows]) => [name, rows.sort()]))).slice(0, 12);
}

function contentOf(name: string, bytes: Uint8Array): string[] {
  if (!name.endsWith(".jsonl")) return [sha256(bytes)];
  return new TextDecoder().decode(bytes).replace(/"tokensPerSecond":[\d.e+-]+/g, "").trimEnd().split("\n");
}
