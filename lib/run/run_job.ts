import { join, resolve } from "node:path";
import { exists, ofKind, type OnProgress, plain, sha256, takes, writeAtomic } from "../base/mod.ts";
import { COUNTS, type Engine, type Job, type ShardEnd, shardFolder, shardsOf } from "./job.ts";
import { Ledger } from "./ledger.ts";
import { local } from "./local.ts";
import { lock } from "./lock.ts";

/** Options of {@linkcode runJob}. */
export interface RunJobOptions {
  /** The job's folder, which is made. */
  folder: string;
  /** Where its shards are worked on. @default {local()} */
  engine?: Engine | undefined;
  /** Work again on shards that failed before. @default {false} */
  retryFailed?: boolean | undefined;
  /** Stops at once: shards in work are given up, and are begun again by the next call. */
  signal?: AbortSignal | undefined;
  /** Called with every shard. */
  onProgress?: OnProgress | undefined;
}

/** What came of a job. */
export interface JobReport {
  /** The folders of the shards that are done, in the order of the shards. */
  folders: string[];
  /** Shards that this call worked on and that ended well. */
  done: number;
  /** Shards that had ended before. */
  skipped: number;
  /** Failed shards by their reason. */
  failed: Record<string, number>;
  /** Shards that have not ended, as the signal came first. */
  left: number;
  /** What the shards that are done returned, added up. */
  counts: Record<string, number>;
}

/**
 * Work on a job's shards: those that are done are not done again, so that a job that was killed goes on where it was, to the
 * same bytes. A shard that fails, even by ending its process, does not keep the others.
 *
 * The folder holds `job.json`, which says whose it is; `shards/00000` and so on, each there only as a whole, with what it
 * returned in `counts.json`; and `ends.jsonl`, a line for each end, with how long it took or why it failed.
 *
 * @param module The address of a module whose default export is the {@linkcode Job} (`import.meta.resolve("./job.ts")`).
 * @throws {TypeError} If the module's default export is no job.
 * @throws {RangeError} If the folder holds another job, or a process is at work in it.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { local, runJob } from "midtrain/run";
 *
 * const text = `export default {
 *   name: "squares", version: "1", shards: [1, 2, 3],
 *   async work(n, { out }) {
 *     await Deno.writeTextFile(out + "/square", String(n * n));
 *     return { sum: n };
 *   },
 * }`;
 * const module = `data:text/javascript,${encodeURIComponent(text)}`;
 * const folder = await Deno.makeTempDir();
 * const { folders, counts } = await runJob(module, { folder, engine: local({ workers: 2 }) });
 * assert.deepEqual(counts, { sum: 6 });
 * assert.equal(await Deno.readTextFile(`${folders[2]}/square`), "9");
 * assert.equal((await runJob(module, { folder })).skipped, 3);
 * ```
 */
export async function runJob(module: string | URL, options: RunJobOptions): Promise<JobReport> {
  takes("Cannot run a job", options, "folder, engine?, retryFailed?, signal?, onProgress?");
  const { engine = local(), retryFailed = false, signal, onProgress } = options;
  ofKind("Cannot run a job", { folder: options.folder }, "a text");
  if (!(module instanceof URL)) ofKind("Cannot run a job", { module }, "a text");
  const folder = resolve(options.folder);
  const address = String(module);
  const job = checkJob(address, (await import(address)).default);
  const shards = await shardsOf(job);
  const cannot = `Cannot run the job in ${folder}`;
  const held = () => new RangeError(`${cannot} as one process must own it: another is at work there`);
  await Deno.mkdir(join(folder, "shards"), { recursive: true });
  using _lock = await lock(join(folder, "lock"), held);
  await claim(folder, {
    name: job.name,
    version: job.version,
    shards: shards.length,
    sha256: sha256(JSON.stringify(plain(shards))),
  });
  await removePartials(join(folder, "shards"));
  const failures = new Map<number, string>();
  const note = (end: ShardEnd) => {
    if (end.status === "failed") failures.set(end.index, end.reason);
    else failures.delete(end.index);
  };
  using ends = await Ledger.open<ShardEnd>(join(folder, "ends.jsonl"), {
    cannot,
    held,
    onRow(end, { line, text }) {
      if (!isEnd(end)) {
        throw new SyntaxError(
          `${cannot} as every line of ends.jsonl must be the end of a shard: line ${line} is ${
            text.slice(0, 60)
          }`,
        );
      }
      note(end);
    },
  });
  const todo: number[] = [];
  for (const index of shards.keys()) {
    if (await exists(shardFolder({ index, folder }))) failures.delete(index);
    else if (retryFailed || !failures.has(index)) todo.push(index);
  }
  const skipped = shards.length - todo.length;
  let ended = 0;
  let done = 0;
  try {
    for await (const end of engine.start(address, folder, todo, { signal })) {
      note(end);
      await ends.append(end);
      ended++;
      if (end.status === "done") done++;
      onProgress?.({
        label: job.name,
        done: skipped + ended,
        total: shards.length,
        unit: "shards",
        note: failures.get(end.index) ?? "",
      });
    }
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
  }
  const failed: Record<string, number> = {};
  for (const reason of failures.values()) failed[reason] = (failed[reason] ?? 0) + 1;
  const left = todo.length - ended;
  return { done, skipped, failed, left, ...await addUp(folder, shards.length) };
}

function checkJob(address: string, job: Job<unknown> | undefined): Job<unknown> {
  if (typeof job?.name === "string" && typeof job.version === "string" && typeof job.work === "function") {
    return job;
  }
  throw new TypeError(
    `Cannot run a job as the default export of ${address} must have a name, a version, shards and work: it has not`,
  );
}

/** Write whose a folder is, or throw if it is another's. */
async function claim(folder: string, wanted: Record<string, string | number>): Promise<void> {
  const path = join(folder, "job.json");
  if (!await exists(path)) return await writeAtomic(path, JSON.stringify(wanted) + "\n");
  const found = JSON.parse(await Deno.readTextFile(path));
  for (const [key, value] of Object.entries(wanted)) {
    if (found[key] !== value) {
      throw new RangeError(
        `Cannot run the job in ${folder} as it holds another: its ${key} is ${
          found[key]
        }, this one's is ${value}`,
      );
    }
  }
}

function isEnd(end: unknown): end is ShardEnd {
  const { index, status } = (end ?? {}) as Partial<ShardEnd>;
  return typeof index === "number" && (status === "done" || status === "failed");
}

/** Only the owner of the folder lets shards be worked on, so partial ones belong to the dead. */
async function removePartials(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".partial")) await Deno.remove(join(folder, name), { recursive: true });
  }
}

async function addUp(folder: string, shards: number): Promise<Pick<JobReport, "folders" | "counts">> {
  const folders: string[] = [];
  const counts: Record<string, number> = {};
  for (let index = 0; index < shards; index++) {
    const path = shardFolder({ index, folder });
    if (!await exists(path)) continue;
    folders.push(path);
    const returned: Record<string, number> = JSON.parse(await Deno.readTextFile(join(path, COUNTS)));
    for (const [name, count] of Object.entries(returned)) counts[name] = (counts[name] ?? 0) + count;
  }
  return { folders, counts };
}
