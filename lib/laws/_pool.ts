import { inLanes, threadLane } from "../run/mod.ts";
import { type BootstrapOptions, resample } from "./bootstrap.ts";
import { type Fit, fitLaw } from "./fit.ts";
import type { Minimum } from "./_lbfgs.ts";
import { makers, type MixingLaw } from "./_mixtures.ts";
import type { Law } from "./law.ts";
import { type FitOptions, prepareSearch, runStart } from "./search.ts";

/** Where a worker finds a law, as no function can be sent to it. */
export interface Address {
  /** The name by which the room exports the law, or the function that makes it. */
  exported: string;
  /** What that function makes it for. */
  domains: readonly string[] | undefined;
}

/** What a worker can be asked. */
export type Task =
  & { law: Address; data: readonly unknown[] }
  & (
    | { kind: "starts"; options: FitOptions; starts: Float64Array[] }
    | { kind: "fit"; options: FitOptions }
    | {
      kind: "resample";
      fit: Omit<Fit<unknown>, "law">;
      options: BootstrapOptions;
      first: number;
      last: number;
    }
  );

/** What each kind of task gives. */
export type Answer<T extends Task> = T extends { kind: "starts" } ? Minimum[]
  : T extends { kind: "fit" } ? Omit<Fit<unknown>, "law">
  : (Float64Array | undefined)[];

/**
 * What the room exports, its laws among it: no law has to stand on a list of its own. Imported when it is asked for and by URL,
 * as a worker is, since the room exports what is built on this file too.
 */
const room = (): Promise<Record<string, unknown>> => import(new URL("./mod.ts", import.meta.url).href);

/** Where a worker finds this very law; undefined for a law that is not of this room. */
export async function addressOf<Datum>(law: Law<Datum>): Promise<Address | undefined> {
  const maker = makers.get(law);
  const entry = Object.entries(await room()).find(([, value]) => value === (maker ?? law));
  return entry && { exported: entry[0], domains: maker ? (law as MixingLaw<never>).domains : undefined };
}

async function lawAt({ exported, domains }: Address): Promise<Law<unknown>> {
  const found = (await room())[exported];
  return domains ? (found as (domains: readonly string[]) => Law<unknown>)(domains) : found as Law<unknown>;
}

/** Do a task here. */
export async function perform<T extends Task>(task: T): Promise<Answer<T>> {
  const law = await lawAt(task.law);
  const answer = () => {
    switch (task.kind) {
      case "starts": {
        const { coarse } = prepareSearch(law, task.data, task.options);
        return task.starts.map((start) => runStart(coarse, start));
      }
      case "fit": {
        const { law: _, ...fit } = fitLaw(law, task.data, task.options);
        return fit;
      }
      case "resample":
        return resample({ ...task.fit, law }, task.data, task.options, task.first, task.last);
    }
  };
  return answer() as Answer<T>;
}

/** Do tasks on workers, at most `workers` at a time; answers come in the order of the tasks. One thread needs no worker. */
export async function pool<T extends Task>(tasks: readonly T[], workers: number): Promise<Answer<T>[]> {
  if (Math.min(workers, tasks.length) <= 1) return await Promise.all(tasks.map((task) => perform(task)));
  const answers: Answer<T>[] = [];
  const thread = () => threadLane<T, Answer<T>>(new URL("./_worker.ts", import.meta.url));
  for await (const { at, result } of inLanes(tasks, thread, { workers })) answers[at] = result;
  return answers;
}
