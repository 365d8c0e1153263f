import { ofKind, takes } from "../base/mod.ts";
import { describedRun } from "./_run_described.ts";
import { trainOptions } from "./_options.ts";
import type { Run, TrainOptions } from "./run.ts";
import { train, trainAfter } from "./train.ts";

/**
 * Train, or go on with a run that was stopped: together they are one run, the same as if nothing had stopped it. For a cell
 * that a Stop button may end, and that is then run again; across processes, {@linkcode train} does so with its `folder`.
 *
 * @param run What there is so far; a run that has its `options.steps` already is given back as it is.
 * @param options As for {@linkcode train}; `config` or `from` say where the first part begins.
 * @throws {RangeError} If options do not fit together.
 * @example
 * ```ts ignore
 * import { continueRun, llamaConfig, type Run } from "midtrain/anneal";
 *
 * let run: Run | undefined;
 * // In a cell of its own, which can be stopped and run again:
 * run = await continueRun(run, { config: llamaConfig("1M"), sources, schedule, steps: 400, signal });
 * ```
 */
export async function continueRun(run: Run | undefined, options: TrainOptions): Promise<Run> {
  takes("Cannot continue a run", options, trainOptions);
  if (run !== undefined) ofKind("Cannot continue a run", { run }, "an object with checkpoint");
  if (!run) return await train(options);
  const { step } = run.checkpoint;
  if (step >= options.steps) return run;
  // A run that diverged logged steps after the checkpoint that it went back to.
  const log = run.log.filter((record) => record.step < step);
  // A state that was to be begun anew was so once.
  const more = await trainAfter(log, { ...options, from: run.checkpoint, optimizerState: undefined });
  return describedRun({
    ...more,
    log: [...log, ...more.log],
    evaluations: [...run.evaluations.filter((made) => made.step <= step), ...more.evaluations],
  });
}
