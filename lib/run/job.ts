import { join } from "node:path";
import { exists, explainFullDisk, ofKind, writeAtomic } from "../base/mod.ts";

/** Work in numbered shards: a module's default export, so that another process or machine can name it. */
export interface Job<Shard> {
  /** What is made. */
  name: string;
  /** Another version makes other bytes. */
  version: string;
  /** What each shard is made from, of what JSON can hold; the same list each time. */
  shards: readonly Shard[] | (() => Promise<readonly Shard[]>);
  /**
   * Make a shard in the folder `out`, which takes its name when this has ended well. The same shard gives the same bytes.
   *
   * @returns What is to be added up over the shards.
   */
  work(shard: Shard, at: { index: number; out: string }): Promise<Record<string, number>>;
}

/** How a shard ended. */
export type ShardEnd =
  & {
    /** Its number, from 0. */
    index: number;
    /** How long it took. */
    seconds: number;
  }
  & ({ status: "done"; counts: Record<string, number> } | { status: "failed"; reason: string });

/** Where a job's shards are worked on. */
export interface Engine {
  /**
   * Work on shards, and give each end as it comes. Whoever works on one calls {@linkcode shardWorker}, which puts the
   * finished shard into the job's folder.
   *
   * @param module The address of the job.
   * @param folder The job's folder, an absolute path.
   * @param shards Which shards.
   */
  start(
    module: string,
    folder: string,
    shards: readonly number[],
    options: EngineOptions,
  ): AsyncIterable<ShardEnd>;
}

/** Options of {@linkcode Engine.start}. */
export interface EngineOptions {
  /** Gives up the shards in work, and ends with its reason. */
  signal?: AbortSignal | undefined;
}

/** What is asked of who works on shards. */
export interface ShardTask {
  /** The shard's number. */
  index: number;
  /** The job's folder. */
  folder: string;
}

/** What a job's shards are made from. */
export async function shardsOf<Shard>({ shards }: Job<Shard>): Promise<readonly Shard[]> {
  return typeof shards === "function" ? await shards() : shards;
}

/** Where a shard stands when it is done. */
export function shardFolder({ index, folder }: ShardTask): string {
  return join(folder, "shards", String(index).padStart(5, "0"));
}

/** What a finished shard returned stands in its folder. */
export const COUNTS = "counts.json";

/**
 * Begin to work on a job's shards. Each is made in a folder of this process's own, is flushed to the disk, and takes its name
 * by rename, so that a kill at any moment leaves it done or not begun.
 *
 * @param job The job.
 * @returns Works on a shard, and gives what it returned.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type Job, shardWorker } from "midtrain/run";
 *
 * const job: Job<string> = {
 *   name: "shout",
 *   version: "1",
 *   shards: ["a", "b"],
 *   async work(text, { out }) {
 *     await Deno.writeTextFile(`${out}/text`, text.toUpperCase());
 *     return { letters: text.length };
 *   },
 * };
 * const folder = await Deno.makeTempDir();
 * const work = await shardWorker(job);
 * assert.deepEqual(await work({ index: 1, folder }), { letters: 1 });
 * assert.equal(await Deno.readTextFile(`${folder}/shards/00001/text`), "B");
 * ```
 */
export async function shardWorker<Shard>(
  job: Job<Shard>,
): Promise<(task: ShardTask) => Promise<Record<string, number>>> {
  ofKind("Cannot work on a shard", { job }, "an object with name, work");
  const shards = await shardsOf(job);
  return async (task) => {
    const { index, folder } = task;
    const done = shardFolder(task);
    const out = `${done}.${Deno.pid}.partial`;
    try {
      await Deno.mkdir(out, { recursive: true });
      const counts = await job.work(shards[index], { index, out });
      await writeAtomic(join(out, COUNTS), JSON.stringify(counts) + "\n");
      await flushFiles(out);
      // A worker that outlived its killed owner may have been faster: it has made the same bytes.
      if (!await exists(done)) await Deno.rename(out, done);
      return counts;
    } catch (error) {
      throw explainFullDisk(error, `Cannot work on shard ${index} of ${folder}`);
    } finally {
      await Deno.remove(out, { recursive: true }).catch(() => {});
    }
  };
}

async function flushFiles(folder: string): Promise<void> {
  for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) await flushFiles(path);
    else if (isFile) {
      using file = await Deno.open(path, { write: true });
      await file.sync();
    }
  }
}
