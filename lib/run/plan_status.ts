import { described, type Description, ofKind } from "../base/mod.ts";
import { type Failure, readFailures, readMarkers } from "./_marker.ts";
import type { Fault } from "./fault.ts";
import { openStore } from "./open_store.ts";
import { planIn } from "./plan_folder.ts";
import { lastRayJob } from "./ray.ts";
import { duration } from "./run_plan.ts";
import { queuedJobs } from "./slurm.ts";
import type { Store } from "./store.ts";

/** How a stage stands. */
export interface StageStatus {
  /** The stage's name. */
  stage: string;
  /** Its folder in the plan's. */
  folder: string;
  /** How many shards it has. */
  shards: number;
  /** How many are done. */
  done: number;
  /** Which are put aside, as their input cannot be read. */
  quarantined: number[];
  /** Which have failed since they were last submitted, and whose fault it was. */
  failed: { shard: number; fault: Fault; reason: string }[];
  /** Which were begun and have not ended: they are at work, or their process was killed. */
  begun: number[];
  /** Which markers are damaged, and how: their shards count as not done. */
  broken: { shard: number; why: string }[];
  /** Whether it is merged. */
  merged: boolean;
  /** What its shards took in all, in seconds of their processes. */
  seconds: number;
  /** The most memory that a process had, in bytes. */
  memoryBytes: number;
  /** What the rest will take one process, in seconds, by the bytes that are left; NaN where nothing is done. */
  secondsLeft: number;
}

/** How a plan stands. */
export interface PlanStatus {
  /** The plan's name. */
  plan: string;
  /** Its stages, in their order. */
  stages: StageStatus[];
  /** What clusters say of its jobs, a line each. */
  jobs: string[];
}

/**
 * How a plan stands, from its store alone: whoever submitted it may be gone. Where it was submitted to Slurm or Ray, they are
 * asked as well.
 *
 * @param folder Where the plan's stages are kept.
 * @throws {Deno.errors.NotFound} If there is no plan.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { planStatus, runPlan } from "midtrain/run";
 *
 * const kind = `data:text/javascript,export default { name: "n", version: "1", work: () => Promise.resolve({}) }`;
 * const folder = await Deno.makeTempDir();
 * await runPlan({ name: "numbers", stages: { one: { kind } } }, { folder });
 * const { stages: [one] } = await planStatus(folder);
 * assert.deepEqual([one.shards, one.done, one.merged], [1, 1, true]);
 * ```
 */
export async function planStatus(folder: string): Promise<PlanStatus> {
  ofKind("Cannot tell how a plan stands", { folder }, "a text");
  const store = await openStore(folder);
  const { record, manifests } = await planIn(store, "Cannot tell how a plan stands");
  const stages: StageStatus[] = [];
  for (const { stage, folder, shards } of manifests) {
    const { markers, broken } = await readMarkers(store, folder);
    const failures = new Map<number, Failure>();
    for (const failure of await readFailures(store, folder)) {
      if (!markers.has(failure.shard)) failures.set(failure.shard, failure);
    }
    const tried = new Set((await store.names(`${folder}/shards`)).map(Number));
    const done = [...markers.values()];
    const bytes = (some: Iterable<number>) =>
      [...some].reduce((sum, shard) => sum + shards[shard].bytes + 1, 0);
    const seconds = done.reduce((sum, marker) => sum + marker.seconds, 0);
    const left = [...shards.keys()].filter((shard) => !markers.has(shard));
    stages.push({
      stage,
      folder,
      shards: shards.length,
      done: done.length,
      quarantined: done.filter(({ status }) => status === "quarantined").map(({ shard }) => shard).sort((
        a,
        b,
      ) => a - b),
      failed: [...failures.values()].map(({ shard, fault, reason }) => ({ shard, fault, reason })),
      begun: left.filter((shard) => tried.has(shard) && !failures.has(shard)),
      broken: [...broken].map(([shard, why]) => ({ shard, why })),
      merged: await store.read(`${folder}/merged.json`) !== undefined,
      seconds,
      memoryBytes: Math.max(0, ...done.map(({ memoryBytes }) => memoryBytes)),
      secondsLeft: left.length === 0 ? 0 : seconds / bytes(markers.keys()) * bytes(left),
    });
  }
  return described({ plan: record.plan.name, stages, jobs: await jobsOf(store) }, describe);
}

async function jobsOf(store: Store): Promise<string[]> {
  const queued = await queuedJobs(store) ?? [];
  const ray = await lastRayJob(store);
  return [
    ...queued.map(({ id, stage, does, state, reason, tasks }) =>
      `Slurm has ${id} (${stage}, ${does}): ${tasks === 1 ? "" : `${tasks} tasks `}${state}${
        reason === "None" || reason === "" ? "" : `, ${reason}`
      }`
    ),
    ...ray ? [`Ray has ${ray.id}: ${ray.status}${ray.message === "" ? "" : `, ${ray.message}`}`] : [],
  ];
}

function describe({ stages, jobs }: PlanStatus): Description {
  const failed = stages.flatMap(({ stage, failed }) => failed.map((one) => ({ stage, ...one })));
  return [
    {
      rows: stages.map((one) => ({
        stage: one.stage,
        shards: one.shards,
        done: one.done,
        "put aside": one.quarantined.length,
        failed: one.failed.length,
        begun: one.begun.length,
        merged: one.merged ? "yes" : "no",
        took: duration(one.seconds),
        "left for one process": Number.isNaN(one.secondsLeft) ? "?" : duration(one.secondsLeft),
        "MiB at most": Math.round(one.memoryBytes / 2 ** 20),
      })),
    },
    ...failed.length === 0 ? [] : [{
      title: "Failed",
      rows: failed.slice(0, 20).map(({ stage, shard, fault, reason }) => ({
        stage,
        shard,
        fault,
        reason: reason.slice(0, 120),
      })),
    }],
    ...failed.length > 20 ? [`and ${failed.length - 20} more`] : [],
    ...stages.flatMap(({ stage, broken }) =>
      broken.map(({ shard, why }) => `Shard ${shard} of ${stage} counts as not done: ${why}`)
    ),
    ...jobs,
  ];
}
