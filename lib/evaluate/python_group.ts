import { oneOf } from "../base/mod.ts";
import { type PythonEngine, pythonEngines, runBubblewrapped } from "./_bwrap.ts";
import { type Limits, limitsOf } from "./_confine.ts";
import { PythonProcess } from "./_python_process.ts";
import type { SandboxOptions } from "./sandbox.ts";
import type { SandboxResult } from "./sandbox_result.ts";

const CANNOT = "Cannot run Python programs";

/** Options of {@linkcode PythonGroup}. */
export interface PythonGroupOptions extends SandboxOptions {
  /** What runs the programs, see {@linkcode PythonSandboxOptions}; under `bwrap` each has a process of its own. @default {"pyodide"} */
  engine?: PythonEngine | undefined;
}

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
  /** What runs the programs. */
  readonly engine: PythonEngine;
  readonly #limits: Limits;
  #process: PythonProcess | undefined;

  /**
   * A group of which no program has run yet.
   *
   * @param options What each program may take.
   */
  constructor({ engine = "pyodide", ...options }: PythonGroupOptions = {}) {
    oneOf(CANNOT, { engine }, pythonEngines);
    this.engine = engine;
    this.#limits = limitsOf(CANNOT, options);
  }

  /** Run a program, when the one before has ended. */
  async run(
    program: { code: string; tests: string },
    timeoutSeconds: number = this.#limits.timeoutSeconds,
  ): Promise<SandboxResult> {
    if (this.engine === "bwrap") {
      return await runBubblewrapped(CANNOT, program, { ...this.#limits, timeoutSeconds });
    }
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
