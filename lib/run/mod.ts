/**
 * Durable work: what was done stays done, whenever the process or the machine ends.
 *
 * Many points, a row each: {@linkcode sweep}. Many shards, a folder each: a {@linkcode Job}, {@linkcode runJob}, and an
 * {@linkcode Engine} such as {@linkcode local}. Beneath them: {@linkcode Ledger}, a file of rows that one process owns;
 * {@linkcode inLanes}, work by several workers; {@linkcode threadLane} and {@linkcode LineProcess}, workers that are
 * a thread and a process.
 *
 * Begin with {@linkcode sweep}, {@linkcode runJob}.
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
export { differences, stageFolder, type StageIdentity } from "./stage_folder.ts";

// What it stands on.
export { Ledger, type LedgerOptions, type Line, type Place } from "./ledger.ts";
export { lock } from "./lock.ts";
export { inLanes, type Lane, type LanesOptions } from "./lanes.ts";
export { onThread, threadLane } from "./thread.ts";
export { LineProcess, type LineProcessOptions, lines } from "./line_process.ts";
