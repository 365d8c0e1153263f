import { type Limits, limitsOf } from "./_confine.ts";
import { PythonProcess } from "./_python_process.ts";
import type { SandboxOptions } from "./sandbox.ts";
import type { SandboxResult } from "./sandbox_result.ts";

/**
 * Python programs that share a process, one after another: see `runAllPythonSandboxed`. The process starts with the first program,
 * and is replaced after any ending that is not clean. For programs of which the next depends on how the last one ended.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { PythonGroup } from "midtrain/evaluate";
 *
 * await using group = new PythonGroup();
 * const first = await group.run({ code: "x = 4", tests: "print(x)" });
 * const second = await group.run({ code: "", tests: "print(x)" });
 * assert.deepEqual([first.stdout, second.status], ["4\n", "error"]);
 * ```
 */
export class PythonGroup implements AsyncDisposable {
  readonly #limits: Limits;
  #process: PythonProcess | undefined;

  /**
   * A group of which no program has run yet.
   *
   * @param options What each program may take.
   */
  constructor(options: SandboxOptions = {}) {
    this.#limits = limitsOf("Cannot run Python programs", options);
  }

  /** Run a program, when the one before has ended. */
  async run(
    program: { code: string; tests: string },
    timeoutSeconds: number = this.#limits.timeoutSeconds,
  ): Promise<SandboxResult> {
    for (;;) {
      if (!this.#process?.takes(timeoutSeconds)) {
        await this.close();
        this.#process = await PythonProcess.start({ ...this.#limits, timeoutSeconds }, { shared: true });
      }
      const result = await this.#process.run(program, timeoutSeconds);
      if (result) return result;
      await this.close();
    }
  }

  /** End the process; a later program starts another. */
  async close(): Promise<void> {
    await this.#process?.close();
    this.#process = undefined;
  }

  /** The same as `close`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
