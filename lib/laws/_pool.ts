import { inLanes, type Lane } from "../run/mod.ts";
import { type BootstrapOptions, resample } from "./bootstrap.ts";
import { type Fit, fitLaw, type FitOptions, prepareSearch, runStart } from "./fit.ts";
import type { Minimum } from "./_lbfgs.ts";
import type { Law } from "./law.ts";
import { lawByName } from "./registry.ts";

/** What a worker can be asked. Laws go by name. */
export type Task =
  | { kind: "starts"; law: string; data: readonly unknown[]; options: FitOptions; starts: Float64Array[] }
  | { kind: "fit"; law: string; data: readonly unknown[]; options: FitOptions }
  | {
    kind: "resample";
    law: string;
    fit: Omit<Fit<unknown>, "law">;
    data: readonly unknown[];
    options: BootstrapOptions;
    first: number;
    last: number;
  };

/** What each kind of task gives. */
export type Answer<T extends Task> = T extends { kind: "starts" } ? Minimum[]
  : T extends { kind: "fit" } ? Omit<Fit<unknown>, "law">
  : (Float64Array | undefined)[];

/** Whether a worker knows this very law. */
export function sendable<Datum>(law: Law<Datum>): boolean {
  return lawByName(law.name) === law;
}

/** Do a task here. */
export function perform<T extends Task>(task: T, law: Law<unknown> = lawByName(task.law)!): Answer<T> {
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
export async function pool<T extends Task>(
  tasks: readonly T[],
  workers: number,
  // deno-lint-ignore no-explicit-any
  law?: Law<any>,
): Promise<Answer<T>[]> {
  if (Math.min(workers, tasks.length) <= 1) return tasks.map((task) => perform(task, law));
  const answers: Answer<T>[] = [];
  for await (const { at, result } of inLanes(tasks, thread<T>, { workers })) answers[at] = result;
  return answers;
}

/** A lane that is a thread. */
function thread<T extends Task>(): Lane<T, Answer<T>> {
  const worker = new Worker(new URL("./_worker.ts", import.meta.url), { type: "module" });
  return {
    work: (task, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        worker.onmessage = ({ data }) => data.error ? reject(revive(data.error)) : resolve(data.answer);
        worker.onerror = (event) => {
          event.preventDefault();
          reject(new Error(`Cannot finish a fit as its worker stopped: ${event.message}`));
        };
        worker.postMessage(task);
      }),
    close: () => worker.terminate(),
  };
}

/** An error as it was thrown in a worker. */
function revive({ name, message }: { name: string; message: string }): Error {
  const Kind = { RangeError, TypeError, SyntaxError }[name] ?? Error;
  return new Kind(message);
}
