import { fileURLToPath } from "node:url";
import { type Json, plain } from "../base/mod.ts";
import { configOf } from "./_code.ts";
import type { Lane } from "./lanes.ts";
import { LineProcess } from "./line_process.ts";

/** What became of a piece of work. */
export type Answer = { result: Json } | { reason: string; died?: true };

/** What marks an answer among whatever else is printed. */
export const MARK = "midtrain: ";

/** Do a piece of work, and give its failure as an answer too. */
export async function answerOf(work: () => unknown): Promise<Answer> {
  try {
    return { result: plain(await work() ?? {}) };
  } catch (error) {
    return { reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

/**
 * A lane whose work is done in a process, and in a new one after one that died; that of many workers which each have their
 * share of the machine's threads.
 *
 * @param module The address of what does it.
 * @param kind What its default export is: a function for points, a job, or the work of a plan's stage.
 */
export function processLane(
  module: string,
  kind: "points" | "job" | "stage",
  workers: number,
): Lane<unknown, Answer> {
  const threads = Math.max(1, Math.floor(navigator.hardwareConcurrency / workers));
  const options = {
    args: [
      "run",
      "-A",
      ...configOf(module),
      fileURLToPath(new URL("./_worker.ts", import.meta.url)),
      module,
      kind,
    ],
    env: { TF_NUM_INTRAOP_THREADS: Deno.env.get("TF_NUM_INTRAOP_THREADS") ?? String(threads) },
    mark: MARK,
  };
  let process: LineProcess | undefined;
  return {
    async work(item, signal) {
      const current = process ??= new LineProcess(Deno.execPath(), options);
      const kill = () => current.kill();
      signal.addEventListener("abort", kill);
      try {
        await current.send(item);
        const answer = await current.answer<Answer>();
        if (answer) return answer;
        process = undefined;
        // What was killed by the signal has not failed.
        const end = await current.ended();
        signal.throwIfAborted();
        return { reason: `its process ended with ${end}`, died: true };
      } finally {
        signal.removeEventListener("abort", kill);
      }
    },
    close: () => process?.[Symbol.asyncDispose](),
  };
}
