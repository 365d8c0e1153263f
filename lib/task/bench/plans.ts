// deno-lint-ignore-file no-console
import { join } from "node:path";
import { Random } from "../../base/mod.ts";
import { askPeer, MissingPeer } from "../_peer.ts";
import { descendants, memoryOf } from "../_processes.ts";
import type { BenchOptions, BenchRow } from "./_row.ts";

/** Many small shards show what a shard costs, few large ones what its documents do. */
const LOADS = [
  { name: "plans: many small shards", shards: 200, documents: 20 },
  { name: "plans: few large shards", shards: 16, documents: 25_000 },
];
const WORKERS = 2;

/** How a program went through the files. */
interface Went {
  documents: number;
}

/** The same, as it was watched from outside. */
interface Watched extends Went {
  seconds: number;
  memoryBytes: number;
}

/**
 * Shards a second of a plan on this machine, a file a shard and a filter by length, from the start of the process to its end,
 * with the most memory that all its processes had at once. With `peers`: datatrove's local executor on the same files, with the
 * same filter and as many workers.
 */
export async function benchPlans({ peers }: BenchOptions): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const load of LOADS) {
    const folder = await Deno.makeTempDir();
    try {
      const files = join(folder, "files");
      await writeFiles(files, load);
      rows.push(row(load, undefined, await watched(() => ours(folder, files, load.shards))));
      if (!peers) continue;
      const request = { files, out: join(folder, "datatrove"), tasks: load.shards, workers: WORKERS };
      rows.push(
        row(
          load,
          "datatrove",
          await watched(() => askPeer<Went>("datatrove_plan.py", request, { cwd: folder })),
        ),
      );
    } catch (error) {
      if (!(error instanceof MissingPeer)) throw error;
      console.error(`No peer beside: ${error.message}`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  return rows;
}

async function writeFiles(
  folder: string,
  { shards, documents }: { shards: number; documents: number },
): Promise<void> {
  const random = new Random("plans");
  await Deno.mkdir(folder);
  for (let shard = 0; shard < shards; shard++) {
    const lines = Array.from({ length: documents }, (_, i) => {
      const text = Array.from({ length: 5 + random.int(40) }, () => `word${random.int(1000)}`).join(" ");
      return JSON.stringify({ id: `${shard}-${i}`, text, source: "plans", meta: {} }) + "\n";
    });
    await Deno.writeTextFile(join(folder, `${String(shard).padStart(5, "0")}.jsonl`), lines.join(""));
  }
}

/** A plan in a process of its own, as its user runs it. */
async function ours(folder: string, files: string, shards: number): Promise<Went> {
  const kind = import.meta.resolve("./_filter_kind.ts");
  const plan = { name: "bench", stages: { long: { kind, from: [files], shards } } };
  const code = `import { runPlan } from ${JSON.stringify(import.meta.resolve("../../run/mod.ts"))};
    const options = { folder: ${JSON.stringify(join(folder, "run"))}, workers: ${WORKERS} };
    const [{ merged }] = await runPlan(${JSON.stringify(plan)}, options);
    console.log(JSON.stringify(merged.counts));`;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", code],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const { documents } = JSON.parse(new TextDecoder().decode(stdout));
  return { documents };
}

/** Do something, and look at the memory of all processes that it begins. */
async function watched(work: () => Promise<Went>): Promise<Watched> {
  let memoryBytes = 0;
  let over = false;
  const watching = (async () => {
    while (!over) {
      const sizes = await Promise.all((await descendants(Deno.pid)).map(memoryOf));
      memoryBytes = Math.max(memoryBytes, sizes.reduce((sum, size) => sum + size, 0));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  const began = performance.now();
  try {
    const { documents } = await work();
    return { documents, seconds: (performance.now() - began) / 1000, memoryBytes };
  } finally {
    over = true;
    await watching;
  }
}

function row(
  { name, shards, documents }: (typeof LOADS)[number],
  peer: string | undefined,
  went: Watched,
): BenchRow {
  return {
    name,
    ...(peer ? { peer } : {}),
    value: shards / went.seconds,
    unit: "shards/s",
    note: `${shards} files of ${documents} documents, ${WORKERS} workers; ${went.documents} stay; ${
      (shards * documents / went.seconds).toFixed(0)
    } documents/s; ${Math.round(went.memoryBytes / 2 ** 20)} MiB at most`,
  };
}
