import { takes, wholeNumber } from "../base/mod.ts";
import { type Answer, processLane } from "./_process_lane.ts";
import type { Engine, EngineOptions, ShardEnd } from "./job.ts";
import { inLanes, type Lane } from "./lanes.ts";

/** Options of {@linkcode local}. */
export interface LocalOptions {
  /** Processes at work at a time, each with its share of the machine's threads. @default {the machine's cores} */
  workers?: number | undefined;
}

/**
 * This machine as an engine: processes, each working on one shard after another. One that dies fails its shard, and another
 * takes its place.
 *
 * @throws {RangeError} If `workers` is no whole number of at least 1.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { local } from "midtrain/run";
 *
 * assert.throws(() => local({ workers: 0 }), /workers must be a whole number >= 1: current value is 0/);
 * ```
 */
export function local(options: LocalOptions = {}): Engine {
  takes("Cannot work on this machine", options, "workers?");
  const { workers = navigator.hardwareConcurrency } = options;
  wholeNumber("Cannot work on this machine", { workers }, ">= 1");
  return { start: (...job) => start(workers, ...job) };
}

async function* start(
  workers: number,
  module: string,
  folder: string,
  shards: readonly number[],
  { signal }: EngineOptions,
): AsyncGenerator<ShardEnd> {
  const tasks = shards.map((index) => ({ index, folder }));
  const lane = () => timed(processLane(module, "job", workers));
  for await (const { at, result: { answer, seconds } } of inLanes(tasks, lane, { workers, signal })) {
    const end = { index: shards[at], seconds };
    if ("reason" in answer) yield { ...end, status: "failed", reason: answer.reason };
    else yield { ...end, status: "done", counts: answer.result as Record<string, number> };
  }
}

function timed<Item>(lane: Lane<Item, Answer>): Lane<Item, { answer: Answer; seconds: number }> {
  return {
    ...lane,
    async work(item, signal) {
      const began = performance.now();
      const answer = await lane.work(item, signal);
      return { answer, seconds: (performance.now() - began) / 1000 };
    },
  };
}
