import { ofKind } from "../base/mod.ts";
import type { Lane } from "./lanes.ts";

/**
 * A lane that is a thread: it begins with its first item, and ends when it is closed.
 *
 * @param module The address of the thread's module, which calls {@linkcode onThread}.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { inLanes, threadLane } from "midtrain/run";
 *
 * const code = `import { onThread } from "${import.meta.resolve("midtrain/run")}"; onThread((x) => x * x);`;
 * const module = `data:text/javascript,${encodeURIComponent(code)}`;
 * const lanes = inLanes([3], () => threadLane<number, number>(module), { workers: 1 });
 * assert.deepEqual(await Array.fromAsync(lanes), [{ at: 0, result: 9 }]);
 * ```
 */
export function threadLane<Item, Result>(module: string | URL): Lane<Item, Result> {
  if (!(module instanceof URL)) ofKind("Cannot work on a thread", { module }, "a text");
  let worker: Worker | undefined;
  return {
    work(item, signal) {
      const thread = worker ??= new Worker(module, { type: "module" });
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      const stop = () => reject(signal.reason);
      signal.addEventListener("abort", stop);
      thread.onmessage = ({ data }) => data.error ? reject(revive(data.error)) : resolve(data.result);
      thread.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`Cannot go on as a thread stopped: ${event.message}`));
      };
      thread.postMessage(item);
      return promise.finally(() => signal.removeEventListener("abort", stop));
    },
    close: () => worker?.terminate(),
  };
}

/**
 * Work on what a {@linkcode threadLane} is given: called by the module of its thread.
 *
 * @param work Its result, or its error, goes back.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { inLanes, threadLane } from "midtrain/run";
 *
 * const code = `import { onThread } from "${import.meta.resolve("midtrain/run")}";
 *   onThread((text) => { throw new RangeError(text) });`;
 * const module = `data:text/javascript,${encodeURIComponent(code)}`;
 * const lanes = inLanes(["not this"], () => threadLane<string, string>(module), { workers: 1 });
 * await assert.rejects(Array.fromAsync(lanes), { name: "RangeError", message: "not this" });
 * ```
 */
export function onThread<Item>(work: (item: Item) => unknown): void {
  ofKind("Cannot work on a thread", { work }, "a function");
  const scope = globalThis as unknown as {
    onmessage: (event: MessageEvent<Item>) => void;
    postMessage: (message: unknown) => void;
  };
  scope.onmessage = async ({ data }) => {
    try {
      scope.postMessage({ result: await work(data) });
    } catch (error) {
      const { name, message, code } = error as Error & { code?: string };
      scope.postMessage({ error: { name, message, code } });
    }
  };
}

/** An error as it was thrown on a thread. */
function revive({ name, message, code }: { name: string; message: string; code?: string }): Error {
  const Kind = { RangeError, TypeError, SyntaxError }[name] ?? Error;
  return Object.assign(new Kind(message), code === undefined ? {} : { code });
}
