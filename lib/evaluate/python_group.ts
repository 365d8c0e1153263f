import { type Limits, limitsOf } from "./_confine.ts";
import { type ProgramText, PythonProcess } from "./_python_process.ts";
import type { SandboxResult } from "./sandbox_result.ts";

/**
 * Python programs that share a process, one after another: see `runAllPythonSandboxed`. The process starts with the first program,
 * and is replaced after any ending that is not clean.
 */
export class PythonGroup implements AsyncDisposable {
  readonly #limits: Limits;
  #process: PythonProcess | undefined;

  /** @param limits What each program may take. @default {those of `runPythonSandboxed`} */
  constructor(limits: Limits = limitsOf("Cannot run Python programs", {})) {
    this.#limits = limits;
  }

  /** Run a program, when the one before has ended. */
  async run(
    program: ProgramText,
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
