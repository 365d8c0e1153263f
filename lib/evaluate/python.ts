import { ofKind, oneOf, takes, wholeNumber } from "../base/mod.ts";
import { inLanes } from "../run/mod.ts";
import { type PythonEngine, pythonEngines, runBubblewrapped } from "./_bwrap.ts";
import { limitsOf } from "./_confine.ts";
import { PythonProcess } from "./_python_process.ts";
import { PythonGroup } from "./python_group.ts";
import type { SandboxAllOptions, SandboxOptions } from "./sandbox.ts";
import type { SandboxResult } from "./sandbox_result.ts";

/** Options of {@linkcode runPythonSandboxed}. */
export interface PythonSandboxOptions extends SandboxOptions {
  /** Statements that run after the program, on what it defined; what is wrong in the program's text cannot hide them. @default {none} */
  tests?: string;
  /**
   * What runs it.
   * - `pyodide`: CPython as WebAssembly, the same on every system.
   * - `bwrap`: this system's `python3` under bubblewrap, on Linux: it starts in a tenth of the time and computes at the processor's
   *   speed. It sees `/usr` read-only and nothing else, can write no file, and cannot start processes and threads or load modules of
   *   machine code beyond the usual ones; memory is what the kernel lets it map. Its fence is the kernel's alone, without
   *   WebAssembly's: for programs that models wrote.
   *
   * @default {"pyodide"}
   */
  engine?: PythonEngine;
}

/**
 * Run a Python program that nobody trusts: CPython 3.14 with its standard library as WebAssembly (pyodide), in a process like
 * that of `runSandboxed`, fresh for each program. It may compute and print; files live in its memory and end with it.
 *
 * Every program starts from the same snapshot, so that hashes and unseeded random numbers are the same everywhere. The first
 * call on a machine makes the snapshot, in some seconds; each start takes about half a second of processor time, which counts
 * as the program's. Memory is that beyond what the interpreter takes. Threads, processes, sockets, `asyncio.run`, `ctypes`,
 * `sys.settrace` and further packages are not there, nor is JavaScript (`import js`).
 *
 * `"ok"` means that program and tests ran to their ends: not where the program leaves (`sys.exit(0)`), traces its way past an
 * assertion, or changes what Python functions do the running. The tests see what the program defined under names of their own, and
 * the builtins as they were before it; a result that says to be equal to everything still passes them, unless they take it for
 * a plain value first, as those of the kit's code benchmarks do.
 *
 * It is a fence against programs that a model wrote, not against an attacker with a fault of CPython in hand (bytecode made by
 * hand is not checked by it); such a program is still held by the process.
 *
 * @throws {RangeError} If an option is out of its range.
 * @throws {Error} If the system cannot start a process; on Linux it takes `setpriv` of util-linux; for the engine `bwrap`, if bubblewrap or
 *   `python3` is missing, or the system lets it make no namespaces.
 * @example An assertion that fails
 * ```ts
 * import assert from "node:assert/strict";
 * import { runPythonSandboxed } from "midtrain/evaluate";
 *
 * const code = "def double(n):\n    return n + n";
 * const right = await runPythonSandboxed(code, { tests: "assert double(4) == 8\nprint('fine')" });
 * assert.deepEqual(right, { status: "ok", stdout: "fine\n", stderr: "" });
 * const wrong = await runPythonSandboxed(code, { tests: "assert double(4) == 16" });
 * assert.equal(wrong.status, "error");
 * assert.match(wrong.stderr, /AssertionError/);
 * ```
 */
export async function runPythonSandboxed(
  code: string,
  options: PythonSandboxOptions = {},
): Promise<SandboxResult> {
  const cannot = "Cannot run a Python program";
  takes(cannot, options, "tests?, engine?, timeoutSeconds?, memoryMegabytes?, maxOutputBytes?, signal?");
  const { tests = "", engine = "pyodide" } = options;
  ofKind(cannot, { code, tests }, "a text");
  oneOf(cannot, { engine }, pythonEngines);
  const limits = limitsOf(cannot, options);
  if (engine === "bwrap") return await runBubblewrapped(cannot, { code, tests }, limits);
  const process = await PythonProcess.start(limits, { shared: false });
  try {
    return (await process.run({ code, tests }, limits.timeoutSeconds))!;
  } finally {
    await process.close();
  }
}

/** A Python program among others. */
export interface PythonProgram {
  /** The program's text. */
  code: string;
  /** Statements that run after it, on what it defined. @default {none} */
  tests?: string;
  /** Names the programs that it may share a process with. */
  group: string;
}

/**
 * Run many Python programs, as `runPythonSandboxed` does one, for about a third of the processor time where several are of one
 * group: these share a process, one after another. Programs of different groups never do.
 *
 * Each program has an interpreter of its own, with new memory and new files: what one leaves behind in Python does not reach the
 * next. Its verdict is judged here before the next program is sent; a program that does not end cleanly (its time, memory or output
 * is up, or its interpreter broke) takes its process along, and the next has a new one, as it has after 64 programs or where much
 * memory is left over. What the group means for safety: who found a way out of Python into the JavaScript of the process (none is
 * known), would reach later programs of its group, and no others, nor this machine. So let programs share a group that belong
 * together, for example the samples of one question.
 *
 * @returns The results in the programs' order.
 * @throws {RangeError} If an option is out of its range.
 * @throws {Error} If the system cannot start a process; on Linux it takes `setpriv` of util-linux.
 * @example Two samples of one question
 * ```ts
 * import assert from "node:assert/strict";
 * import { runAllPythonSandboxed } from "midtrain/evaluate";
 *
 * const samples = ["def double(n):\n    return 2 * n", "import builtins\nbuiltins.AssertionError = SystemExit\ndouble = abs"];
 * const tests = "assert double(4) == 8";
 * const results = await runAllPythonSandboxed(samples.map((code) => ({ code, tests, group: "double" })));
 * assert.deepEqual(results.map(({ status }) => status), ["ok", "error"]);
 * ```
 */
export async function runAllPythonSandboxed(
  programs: readonly PythonProgram[],
  options: SandboxAllOptions = {},
): Promise<SandboxResult[]> {
  const cannot = "Cannot run Python programs";
  takes(cannot, options, "workers?, timeoutSeconds?, memoryMegabytes?, maxOutputBytes?, signal?");
  ofKind(cannot, { programs }, "a list");
  for (const program of programs) {
    takes(cannot, program, "code, tests?, group");
    const { code, tests = "", group } = program;
    ofKind(cannot, { code, tests, group }, "a text");
  }
  const { workers = navigator.hardwareConcurrency, signal } = options;
  wholeNumber(cannot, { workers }, ">= 1");
  const limits = limitsOf(cannot, options);
  const places = [...Map.groupBy(programs.keys(), (at) => programs[at].group).values()];
  const results: SandboxResult[] = [];
  const lane = () => ({
    async work(own: number[], signal: AbortSignal) {
      await using group = new PythonGroup({ ...limits, signal });
      for (const at of own) {
        const { code, tests = "" } = programs[at];
        results[at] = await group.run({ code, tests });
      }
    },
  });
  await Array.fromAsync(inLanes(places, lane, { workers, signal }));
  return results;
}
