import { jupyter } from "./_jupyter.ts";

/** A signal that aborts at SIGINT, as long as it is not disposed. */
export type Interrupt = AbortSignal & Disposable;

const live = new Set<AbortController>();

/**
 * A signal that aborts when the notebook's Stop button or Ctrl+C is pressed, so that long work finishes its step and returns
 * with its state kept. Without one, SIGINT ends the process, and in a notebook every variable with it.
 *
 * All live signals abort together. A second press, when nothing is left to abort, ends a program on the terminal with exit
 * code 130; in a notebook it does nothing, so that an impatient second press loses no state (Restart is there for that).
 * A `using` declaration listens until the end of its block. At the top of a cell Deno's kernel never disposes, so there
 * a signal listens until the kernel ends: take a new one in each cell that can be stopped.
 *
 * Code that never awaits cannot be interrupted: yield once a step.
 *
 * @example Stop between steps
 * ```ts
 * import assert from "node:assert/strict";
 * import { interrupt } from "midtrain/notebook";
 *
 * using stop = interrupt();
 * let steps = 0;
 * while (steps < 3 && !stop.aborted) steps++;
 * assert.equal(steps, 3);
 * ```
 */
export function interrupt(): Interrupt {
  const controller = new AbortController();
  if (live.size === 0) Deno.addSignalListener("SIGINT", onInterrupt);
  live.add(controller);
  return Object.assign(controller.signal, {
    [Symbol.dispose]: () => {
      if (live.delete(controller) && live.size === 0) Deno.removeSignalListener("SIGINT", onInterrupt);
    },
  });
}

function onInterrupt(): void {
  const fresh = [...live].filter((controller) => !controller.signal.aborted);
  for (const controller of fresh) {
    controller.abort(new DOMException("The work was interrupted", "AbortError"));
  }
  if (fresh.length === 0 && !jupyter()) Deno.exit(130);
}
