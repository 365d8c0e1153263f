/**
 * Durable work: what was done stays done, whenever the process or the machine ends.
 *
 * Many points, a row each: {@linkcode sweep}. Stages of work over files in numbered shards: a {@linkcode Plan} and
 * {@linkcode runPlan}, {@linkcode submitToSlurm} or {@linkcode submitToRay}, which make the same bytes; a stage's folder is named by what decides its bytes ({@linkcode stageFolder}). Many shards, a folder
 * each: a {@linkcode Job}, {@linkcode runJob}, and an {@linkcode Engine} such as {@linkcode local}. Beneath them: {@linkcode Ledger}, a file of rows that one process owns;
 * {@linkcode inLanes}, work by several workers; {@linkcode threadLane} and {@linkcode LineProcess}, workers that are
 * a thread and a process.
 *
 * Begin with {@linkcode sweep}, {@linkcode runPlan}, {@linkcode stageFolder}.
 * @module
 */
export type { Json, OnProgress, ProgressEvent } from "../base/mod.ts";

// Work to begin with.
export { type Sweep, sweep, type SweepOptions, type SweepRow } from "./sweep.ts";
export { type JobReport, runJob, type RunJobOptions } from "./run_job.ts";
export {
  type Engine,
  type EngineOptions,
  type Job,
  type ShardEnd,
  type ShardTask,
  shardWorker,
} from "./job.ts";
export { local, type LocalOptions } from "./local.ts";

// Plans of stages, in shards.
export { forecastPlan, type ForecastPlanOptions, type StageForecast } from "./forecast.ts";
export { type PlanReport, runPlan, type RunPlanOptions, type StageReport } from "./run_plan.ts";
export { checkPlan, type Plan, type PlanContext, type PlanSource, type PlanStage, readPlan } from "./plan.ts";
export type { InputFile, Reads, StageWork, WorkShard } from "./stage_work.ts";
export { differences, stageFolder, type StageIdentity } from "./stage_folder.ts";
export { type Fault, faultOf } from "./fault.ts";
export { type Merged, MissingShards } from "./merge.ts";
export type { Output } from "./_marker.ts";
export { type SubmittedJob, submitToSlurm, type SubmitToSlurmOptions } from "./slurm.ts";
export { type RayJob, submitToRay, type SubmitToRayOptions } from "./ray.ts";
export type { SubmitOptions } from "./submit.ts";
export { type PlanStatus, planStatus, type StageStatus } from "./plan_status.ts";
export { type ShardAttempt, type ShardHistory, whyShard, type WhyShardOptions } from "./shard_history.ts";
export { type Retry, retryPlan } from "./retry_plan.ts";
export { mergePlan } from "./merge_plan.ts";
export { openStore } from "./open_store.ts";
export { folderStore, type Store } from "./store.ts";

// What it stands on.
export { Ledger, type LedgerOptions, type Line, type Place } from "./ledger.ts";
export { lock } from "./lock.ts";
export { inLanes, type Lane, type LanesOptions } from "./lanes.ts";
export { onThread, threadLane } from "./thread.ts";
export { LineProcess, type LineProcessOptions, lines } from "./line_process.ts";
