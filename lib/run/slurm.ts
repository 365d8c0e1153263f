import { join } from "node:path";
import { described, must, ofKind, takes, wholeNumber } from "../base/mod.ts";
import {
  arrayScript,
  arraysOf,
  maxArraySizeOf,
  mergeScript,
  parseSacct,
  parseSqueue,
  type QueuedJob,
  quoted,
  type SlurmJob,
} from "./_slurm_script.ts";
import { workerCommand } from "./_worker_command.ts";
import type { Manifest } from "./manifest.ts";
import { isObjectStore } from "./open_store.ts";
import type { Plan } from "./plan.ts";
import { type SubmitOptions, submitted, todoOf } from "./submit.ts";
import type { Store } from "./store.ts";

/** Options of {@linkcode submitToSlurm}. */
export interface SubmitToSlurmOptions extends SubmitOptions {
  /** The partition. @default {the cluster's own} */
  partition?: string | undefined;
  /** Who pays. @default {the user's own} */
  account?: string | undefined;
  /** How long a task may take, such as `04:00:00` or `1-12`; one whose time is up goes back into the queue. @default {the partition's} */
  time?: string | undefined;
  /** Memory of a task in MiB. @default {the partition's} */
  memoryMebibytes?: number | undefined;
  /** Cores of a task. @default {1} */
  cores?: number | undefined;
  /** Shards of a task, one after the other: more where shards take seconds. @default {1} */
  shardsPerTask?: number | undefined;
  /** Tasks of a stage at a time. @default {as many as there is room for} */
  atOnce?: number | undefined;
  /** Shell lines that every job begins with, such as `module load` or `export DENO_DIR=`. @default {none} */
  setup?: string | undefined;
  /** The Deno of the workers. @default {this one's path} */
  deno?: string | undefined;
}

/** A job that was submitted. */
export interface SubmittedJob {
  /** Slurm's number. */
  id: string;
  /** The stage's name. */
  stage: string;
  /** What it does. */
  does: "shards" | "merge";
  /** How many shards it works on. */
  shards: number;
}

/**
 * Submit a plan to Slurm and be gone: arrays of tasks, each as large as the cluster takes (`MaxArraySize`), and behind those of
 * a stage a merge that runs however they ended (`afterany`) and fails where shards are missing, whereupon Slurm takes back
 * what waits for it (`kill-on-invalid-dep`). No process of this machine has to stay, and all state is in the plan's store.
 *
 * A task whose time is up is told two minutes before (USR1), leaves its shard and goes back into the queue; shards that are
 * done stay done. Where nodes share no folder, the store is an object store, and `deno` and the project must lie on them.
 *
 * @returns The jobs, in their order.
 * @throws {Deno.errors.NotFound} If there is no `sbatch` here.
 * @throws {Error} If Slurm refuses a job: what it says; jobs that it took before are taken back.
 * @throws What {@linkcode runPlan} throws of plans and folders.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { submitToSlurm } from "midtrain/run";
 *
 * const kind = `data:text/javascript,export default { name: "n", version: "1", work: () => Promise.resolve({}) }`;
 * const plan = { name: "numbers", stages: { one: { kind } } };
 * const folder = await Deno.makeTempDir();
 * await assert.rejects(submitToSlurm(plan, { folder, time: "an hour" }), /time must be such as 04:00:00 or 1-12/);
 * ```
 */
export async function submitToSlurm(plan: Plan, options: SubmitToSlurmOptions): Promise<SubmittedJob[]> {
  const cannot = "Cannot submit to Slurm";
  takes(
    cannot,
    options,
    "folder, base?, kinds?, adopt?, partition?, account?, time?, memoryMebibytes?, cores?, shardsPerTask?, atOnce?, setup?, deno?",
  );
  const { shardsPerTask = 1, atOnce, setup = "", deno = Deno.execPath() } = options;
  wholeNumber(cannot, { shardsPerTask }, ">= 1");
  if (atOnce !== undefined) wholeNumber(cannot, { atOnce }, ">= 1");
  ofKind(cannot, { setup, deno }, "a text");
  const asks = asksOf(cannot, options);
  const { store, manifests } = await submitted(plan, options, cannot);
  const config = await slurm(cannot, "scontrol", ["show", "config"]);
  const maxArraySize = maxArraySizeOf(config) ?? 1001;
  const jobs: SubmittedJob[] = [];
  const merges = new Map<string, string>();
  if (!isObjectStore(store.address)) await Deno.mkdir(join(store.address, "slurm"), { recursive: true });
  try {
    for (const manifest of manifests) {
      const { folder, stage, kind } = manifest;
      if (await store.read(`${folder}/merged.json`) !== undefined) continue;
      const shards = await todoOf(store, manifest);
      const after = sourcesOf(manifest).flatMap((source) => merges.get(source) ?? []);
      const job = (does: string): SlurmJob => ({
        name: `${manifest.plan}-${stage}-${does}`,
        asks,
        output: isObjectStore(store.address)
          ? "/dev/null"
          : join(store.address, "slurm", `${stage}-${does === "merge" ? "%j" : "%A_%a"}.log`),
        setup,
        worker: workerCommand(kind.module, { deno, address: store.address }).map(quoted).join(" "),
      });
      const arrays: string[] = [];
      for (const tasks of arraysOf(shards, { shardsPerTask, maxArraySize })) {
        const script = arrayScript(job("shards"), folder, tasks).replace(
          /^(#SBATCH --array=.*)$/m,
          atOnce === undefined ? "$1" : `$1%${atOnce}`,
        );
        const id = await submit(
          cannot,
          store,
          script,
          after.length > 0 ? [`afterok:${after.join(":")}`] : [],
        );
        arrays.push(id);
        jobs.push({ id, stage, does: "shards", shards: tasks.flat().length });
      }
      const waits = [
        ...arrays.length > 0 ? [`afterany:${arrays.join(":")}`] : [],
        ...after.length > 0 ? [`afterok:${after.join(":")}`] : [],
      ];
      const id = await submit(cannot, store, mergeScript(job("merge"), folder), waits);
      merges.set(folder, id);
      jobs.push({ id, stage, does: "merge", shards: manifest.shards.length });
    }
  } catch (error) {
    if (jobs.length > 0) await slurm(cannot, "scancel", jobs.map(({ id }) => id)).catch(() => {});
    throw error;
  }
  const before = JSON.parse(await store.read("slurm/jobs.json") ?? "[]") as SubmittedJob[];
  await store.write("slurm/jobs.json", JSON.stringify([...before, ...jobs]) + "\n");
  return described(jobs, (jobs) => [
    ...jobs.length > 0
      ? [{ rows: jobs.map(({ id, stage, does, shards }) => ({ job: id, stage, does, shards })) }]
      : [],
    jobs.length === 0 ? "Nothing is to be done." : "This machine may go: `status` tells how they stand.",
  ]);
}

/** The jobs of a plan's store that Slurm still has, or `undefined` where none was submitted or Slurm cannot be asked. */
export async function queuedJobs(store: Store): Promise<(QueuedJob & SubmittedJob)[] | undefined> {
  const text = await store.read("slurm/jobs.json");
  if (text === undefined) return undefined;
  try {
    const queue = parseSqueue(await slurm("Cannot ask Slurm", "squeue", ["--noheader", "--format=%i|%T|%r"]));
    return (JSON.parse(text) as SubmittedJob[]).flatMap((job) =>
      queue.filter(({ id }) => id === job.id).map((queued) => ({ ...job, ...queued }))
    );
  } catch {
    return undefined;
  }
}

/** How Slurm's accounting says that a job ended, or `undefined` where there is none or it does not know it. */
export async function endOfSlurmJob(id: string): Promise<string | undefined> {
  const args = [
    "--noheader",
    "--parsable2",
    "--allocations",
    "--format=JobIDRaw,State,ExitCode",
    `--jobs=${id}`,
  ];
  try {
    const ended = parseSacct(await slurm("Cannot ask Slurm", "sacct", args)).find((job) => job.id === id);
    return ended && `${ended.state}, exit code ${ended.exitCode}`;
  } catch {
    return undefined;
  }
}

function sourcesOf({ sources }: Manifest): string[] {
  return [...new Set(Object.values(sources).flatMap((source) => "stage" in source ? [source.folder] : []))];
}

function asksOf(cannot: string, options: SubmitToSlurmOptions): string[] {
  const { partition, account, time, memoryMebibytes, cores = 1 } = options;
  for (const [name, value] of Object.entries({ partition, account })) {
    if (value !== undefined) must(cannot, `${name} must be one word`, value, /^[\w.,:@+-]+$/.test(value));
  }
  if (time !== undefined) {
    must(cannot, "time must be such as 04:00:00 or 1-12", time, /^(?:\d+-)?\d+(?::\d\d){0,2}$/.test(time));
  }
  if (memoryMebibytes !== undefined) wholeNumber(cannot, { memoryMebibytes }, ">= 1");
  wholeNumber(cannot, { cores }, ">= 1");
  return [
    ...partition === undefined ? [] : [`--partition=${partition}`],
    ...account === undefined ? [] : [`--account=${account}`],
    ...time === undefined ? [] : [`--time=${time}`],
    ...memoryMebibytes === undefined ? [] : [`--mem=${memoryMebibytes}M`],
    `--cpus-per-task=${cores}`,
  ];
}

/** Give Slurm a script. @returns The job's number. */
async function submit(
  cannot: string,
  store: Store,
  script: string,
  waits: readonly string[],
): Promise<string> {
  const dependency = waits.length === 0 ? [] : [`--dependency=${waits.join(",")}`];
  const id = (await slurm(cannot, "sbatch", ["--parsable", ...dependency], script)).trim().split(";")[0];
  await store.write(`slurm/${id}.sh`, script);
  return id;
}

async function slurm(cannot: string, program: string, args: readonly string[], input = ""): Promise<string> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(program, { args: [...args], stdin: "piped", stdout: "piped", stderr: "piped" })
      .spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Deno.errors.NotFound(
      `${cannot} as there is no ${program} here: run it where jobs of the cluster are submitted`,
    );
  }
  const sent = new Blob([input]).stream().pipeTo(child.stdin).catch(() => {});
  const [{ success, stdout, stderr }] = await Promise.all([child.output(), sent]);
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout);
  const said = decoder.decode(stderr).trim().split("\n").at(-1);
  throw new Error(`${cannot} as ${program} says: ${said}`);
}
