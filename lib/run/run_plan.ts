import { described, type Description, type OnProgress, takes, wholeNumber } from "../base/mod.ts";
import { noteFailure, numbered } from "./_marker.ts";
import { type Answer, processLane } from "./_process_lane.ts";
import type { ShardItem } from "./_stage_lane.ts";
import { inLanes } from "./lanes.ts";
import type { Manifest } from "./manifest.ts";
import { type Merged, mergeStage, readMerged } from "./merge.ts";
import type { Plan } from "./plan.ts";
import type { Store } from "./store.ts";
import { type SubmitOptions, submitted, todoOf } from "./submit.ts";
import type { ShardOutcome } from "./work_shard.ts";

/** Options of {@linkcode runPlan}. */
export interface RunPlanOptions extends SubmitOptions {
  /** Processes at work at a time, each with its share of the machine's threads. @default {the machine's cores} */
  workers?: number | undefined;
  /** Stops at once: shards in work are given up, and are begun again by the next call. */
  signal?: AbortSignal | undefined;
  /** Called with every shard. */
  onProgress?: OnProgress | undefined;
}

/** What came of a stage. */
export interface StageReport {
  /** The stage's name. */
  stage: string;
  /** Its folder in the plan's; `out/` in it holds its files. */
  folder: string;
  /** How many shards this call made. */
  made: number;
  /** What it made. */
  merged: Merged;
}

/** What came of a plan, stage by stage. */
export type PlanReport = StageReport[];

/**
 * Run a plan on this machine: stage by stage, a process a core, the largest shards first. What is done is not done again, so
 * that a run that was killed goes on where it was; the same plan gives the same bytes on any number of workers.
 *
 * A shard that fails does not keep the others. One whose input cannot be read is put aside; one that the machine failed
 * (a full disk, a process that was killed) is tried three times; the third shard that fails by the same error of the program
 * stops the stage. {@linkcode faultOf} tells which is which.
 *
 * @throws {MissingShards} If a stage has shards that are not done, or too many are put aside.
 * @throws {RangeError} If the folder holds another plan, or other code has made some of its shards.
 * @throws What {@linkcode checkPlan} throws; the signal's reason.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { runPlan } from "midtrain/run";
 *
 * const kind = `data:text/javascript,export default {
 *   name: "squares", version: "1", parts: () => 3,
 *   async work({ index, out }) {
 *     await Deno.writeTextFile(out + "/square", String(index * index));
 *     return { sum: index };
 *   },
 * }`;
 * const folder = await Deno.makeTempDir();
 * const [{ merged }] = await runPlan({ name: "numbers", stages: { squares: { kind } } }, { folder, workers: 2 });
 * assert.deepEqual(merged.counts, { sum: 3 });
 * assert.equal(await Deno.readTextFile(`${folder}/${merged.folder}/out/00002/square`), "4");
 * ```
 */
export async function runPlan(plan: Plan, options: RunPlanOptions): Promise<PlanReport> {
  takes("Cannot run a plan", options, "folder, base?, kinds?, workers?, adopt?, signal?, onProgress?");
  const { workers = navigator.hardwareConcurrency, signal, onProgress } = options;
  wholeNumber("Cannot run a plan", { workers }, ">= 1");
  const { store, manifests } = await submitted(plan, options, "Cannot run a plan");
  const report: PlanReport = [];
  for (const manifest of manifests) {
    signal?.throwIfAborted();
    report.push(await runStage(store, manifest, { workers, signal, onProgress }));
  }
  return described(report, describe);
}

interface StageOptions {
  workers: number;
  signal: AbortSignal | undefined;
  onProgress: OnProgress | undefined;
}

async function runStage(store: Store, manifest: Manifest, options: StageOptions): Promise<StageReport> {
  const { stage, folder } = manifest;
  if (await store.read(`${folder}/merged.json`) !== undefined) {
    const { attempts: _, ...merged } = await readMerged(store, folder);
    return { stage, folder, made: 0, merged };
  }
  const todo = await todoOf(store, manifest);
  const told = progressOf(manifest, todo, options.onProgress);
  const reasons = new Map<number, string>();
  let made = 0;
  for await (const outcome of workOn(store, manifest, todo, options)) {
    if (outcome.status === "done") made++;
    else if (outcome.reason !== undefined) reasons.set(outcome.shard, outcome.reason);
    told(outcome);
  }
  return { stage, folder, made, merged: await mergeStage(store, folder, reasons) };
}

/** So many times a shard is tried that the machine fails. */
export const MOST_TRIES = 3;
/** So many shards that fail by the same error of the program stop a stage. */
export const SAME_ERRORS = 3;

/** The ends of shards for good, as they come. */
async function* workOn(
  store: Store,
  manifest: Manifest,
  todo: readonly number[],
  { workers, signal }: StageOptions,
): AsyncGenerator<ShardOutcome> {
  const { folder, kind, stage } = manifest;
  const same = new Map<string, number>();
  let shards = todo;
  for (let tries = 1; shards.length > 0; tries++) {
    const again: number[] = [];
    const items = shards.map((shard): ShardItem => ({ address: store.address, folder, shard }));
    const lane = () => processLane(kind.module, "stage", workers);
    for await (const { at, result } of inLanes(items, lane, { workers, signal })) {
      const outcome = await outcomeOf(store, folder, shards[at], result);
      if (outcome.fault === "machine" && tries < MOST_TRIES) {
        again.push(outcome.shard);
        continue;
      }
      yield outcome;
      if (outcome.fault !== "program") continue;
      const { reason = "" } = outcome;
      const times = (same.get(reason) ?? 0) + 1;
      same.set(reason, times);
      if (times === SAME_ERRORS) {
        throw new Error(`Cannot go on with ${stage} as ${times} shards failed by the same error: ${reason}`);
      }
    }
    shards = again;
  }
}

async function outcomeOf(store: Store, folder: string, shard: number, answer: Answer): Promise<ShardOutcome> {
  if ("result" in answer) return answer.result as unknown as ShardOutcome;
  const { reason, died } = answer;
  const fault = died ? "machine" : "program";
  // Its process could not say so itself.
  const attempt = (await store.names(`${folder}/shards/${numbered(shard)}`)).length;
  await noteFailure(store, folder, { shard, attempt, fault, reason, host: Deno.hostname() });
  return { shard, status: "failed", fault, reason, seconds: 0 };
}

/** Tell of shards as they end, with the time that the others' bytes will take. */
function progressOf(
  { stage, shards }: Manifest,
  todo: readonly number[],
  onProgress: OnProgress | undefined,
): (outcome: ShardOutcome) => void {
  const began = performance.now();
  const size = (some: readonly number[]) => some.reduce((sum, shard) => sum + shards[shard].bytes + 1, 0);
  const all = size(todo);
  let done = shards.length - todo.length;
  let bytes = 0;
  return ({ shard, status, reason }) => {
    bytes += shards[shard].bytes + 1;
    done++;
    const seconds = (performance.now() - began) / 1000;
    const left = bytes < all ? `${duration(seconds / bytes * (all - bytes))} left` : "";
    const note = status === "failed" || status === "quarantined"
      ? `shard ${shard} ${status}: ${reason}`
      : left;
    onProgress?.({ label: stage, done, total: shards.length, unit: "shards", note });
  };
}

/** Seconds as a person says them. */
export function duration(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  if (seconds < 6000) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

function describe(report: PlanReport): Description {
  return [{
    rows: report.map(({ stage, made, merged: { shards, quarantined, outputs, sha256, counts } }) => ({
      stage,
      shards,
      "made now": made,
      "put aside": quarantined.length,
      files: outputs.length,
      bytes: outputs.reduce((sum, { bytes }) => sum + bytes, 0),
      counts: Object.entries(counts).map(([name, count]) => `${name} ${count.toLocaleString("en")}`).join(
        ", ",
      ),
      sha256: sha256.slice(0, 12),
    })),
  }];
}
