import { described, type Description, ofKind, takes, wholeNumber } from "../base/mod.ts";
import { attemptKey, type Failure, type Marker, numbered, readFailures, readMarker } from "./_marker.ts";
import type { Manifest } from "./manifest.ts";
import { openStore } from "./open_store.ts";
import { planIn, stageNamed } from "./plan_folder.ts";
import { endOfSlurmJob } from "./slurm.ts";

/** An attempt at a shard. */
export interface ShardAttempt {
  /** Its number, from 1. */
  attempt: number;
  /** On which machine it was begun. */
  host: string;
  /** When, by that machine's clock. */
  at: string;
  /** How it ended, or that it has not. */
  ended: string;
  /** The last lines of its log. */
  log: string[];
  /** Where its log lies. */
  path: string;
}

/** What is known of a shard. */
export interface ShardHistory {
  /** The stage's name. */
  stage: string;
  /** The shard's number. */
  shard: number;
  /** What it reads: names of files, with the bytes at which its piece begins. */
  reads: string[];
  /** Its attempts, in their order. */
  attempts: ShardAttempt[];
  /** What becomes of it. */
  next: string;
}

/** Options of {@linkcode whyShard}. */
export interface WhyShardOptions {
  /** The stage's name. */
  stage: string;
  /** The shard's number. */
  shard: number;
  /** How many of the last lines of each log. @default {20} */
  lines?: number | undefined;
}

/**
 * Why a shard is as it is: what it reads, every attempt with its machine and the last lines of its log, and what comes next.
 *
 * @param folder Where the plan's stages are kept.
 * @throws {Deno.errors.NotFound} If there is no plan.
 * @throws {RangeError} If it has no such stage or shard.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { runPlan, whyShard } from "midtrain/run";
 *
 * const kind = `data:text/javascript,export default {
 *   name: "n", version: "1", work: () => (console.log("at work"), Promise.resolve({})) }`;
 * const folder = await Deno.makeTempDir();
 * await runPlan({ name: "numbers", stages: { one: { kind } } }, { folder });
 * const { attempts: [only] } = await whyShard(folder, { stage: "one", shard: 0 });
 * assert.deepEqual([only.ended, only.log], ["it made the shard", ["at work"]]);
 * ```
 */
export async function whyShard(folder: string, options: WhyShardOptions): Promise<ShardHistory> {
  const cannot = "Cannot tell of a shard";
  takes(cannot, options, "stage, shard, lines?");
  ofKind(cannot, { folder }, "a text");
  const { stage, shard, lines = 20 } = options;
  const store = await openStore(folder);
  const { manifests } = await planIn(store, cannot);
  const manifest = stageNamed(cannot, manifests, stage);
  wholeNumber(cannot, { shard }, `in [0, ${manifest.shards.length - 1}]`);
  const marker = await readMarker(store, manifest.folder, shard);
  const failures = (await readFailures(store, manifest.folder)).filter((failure) => failure.shard === shard);
  const attempts: ShardAttempt[] = [];
  const numbers = (await store.names(`${manifest.folder}/shards/${numbered(shard)}`)).map(Number);
  for (const attempt of numbers.sort((a, b) => a - b)) {
    const key = attemptKey(manifest.folder, shard, attempt);
    const begun = JSON.parse(await store.read(`${key}/begun.json`) ?? "{}");
    const failure = failures.find((one) => one.attempt === attempt);
    const log = linesOf(await store.read(`${key}/log.jsonl`) ?? "");
    attempts.push({
      attempt,
      host: begun.host ?? "?",
      at: begun.at ?? "?",
      ended: endOf(marker, attempt, failure) ?? await unended(begun.slurm),
      log: log.slice(-lines),
      path: `${store.address}/${key}/log.jsonl`,
    });
  }
  return described({
    stage,
    shard,
    reads: readsOf(manifest, shard),
    attempts,
    next: nextOf(marker, failures),
  }, tell);
}

function endOf(
  marker: Marker | string | undefined,
  attempt: number,
  failure: Failure | undefined,
): string | undefined {
  if (typeof marker === "object" && marker.attempt === attempt) {
    return marker.status === "done" ? "it made the shard" : `it put the shard aside: ${marker.reason}`;
  }
  if (failure) return `the ${failure.fault} failed it: ${failure.reason}`;
  if (typeof marker === "object" && marker.attempt < attempt) return "another was faster";
}

/** What is known of an attempt that has left no word. */
async function unended(job: string | undefined): Promise<string> {
  const state = job === undefined ? undefined : await endOfSlurmJob(job);
  return state === undefined
    ? "it has not ended: it is at work, or its process was killed"
    : `it has not ended; Slurm says of its job ${job}: ${state}`;
}

function readsOf({ sources, shards }: Manifest, shard: number): string[] {
  return Object.entries(sources).flatMap(([role, source]) => {
    if ("stage" in source) return [`${role}: ${source.stage}`];
    const pieces = shards[shard].pieces[role];
    if (!pieces) return source.files.map(({ name }) => `${role}: ${name}`);
    return pieces.map(({ file, from, to }) =>
      `${role}: ${source.files[file].name}${from === undefined ? "" : `, bytes ${from} to ${to}`}`
    );
  });
}

function nextOf(marker: Marker | string | undefined, failures: readonly Failure[]): string {
  if (typeof marker === "string") return `It counts as not done, as ${marker}: submit the plan again.`;
  if (marker?.status === "done") return "It is done, and is not tried again.";
  if (marker) {
    return "It is tried again by retry alone; its input must be mended first, or the plan's quarantined raised.";
  }
  switch (failures.at(-1)?.fault) {
    case "program":
      return "It is tried again when the plan is submitted again; the program must be mended first.";
    case "machine":
      return "It is tried again when the plan is submitted again.";
    default:
      return "It is not done: it is at work, or waits for the plan to be submitted again.";
  }
}

function tell({ stage, shard, reads, attempts, next }: ShardHistory): Description {
  return [
    `Shard ${shard} of ${stage} reads`,
    ...reads.slice(0, 10).map((line) => `  ${line}`),
    ...reads.length > 10 ? [`  and ${reads.length - 10} more`] : [],
    ...attempts.flatMap(({ attempt, host, at, ended, log, path }) => [
      `Attempt ${attempt}, begun on ${host} at ${at}: ${ended}`,
      ...log.map((line) => `  | ${line}`),
      ...log.length > 0 ? [`  ${path}`] : [],
    ]),
    next,
  ];
}

/** What was said, of a log's lines of JSON; a line that a kill cut off as it stands. */
function linesOf(log: string): string[] {
  return log.split("\n").filter((line) => line !== "").flatMap((line) => {
    try {
      return String(JSON.parse(line).text).split("\n");
    } catch {
      return [line];
    }
  });
}
