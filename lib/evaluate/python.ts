import { ofKind, oneOf, takes } from "../base/mod.ts";
import { runBubblewrapped } from "./_bwrap.ts";
import { confine, feed, limitsOf, MARK_BYTES } from "./_confine.ts";
import { env, flags } from "./_locked_deno.ts";
import { pyodideParts } from "./_pyodide.ts";
import { OUT_OF_MEMORY, pythonMain } from "./_python_main.ts";
import type { SandboxOptions } from "./sandbox.ts";
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
  engine?: "pyodide" | "bwrap";
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
  oneOf(cannot, { engine }, ["pyodide", "bwrap"]);
  const limits = limitsOf(cannot, options);
  if (engine === "bwrap") return await runBubblewrapped(cannot, { code, tests }, limits);
  const parts = await pyodideParts(pythonMain, snapshot);
  const encoder = new TextEncoder();
  const megabytes = INTERPRETER_MEGABYTES + Math.ceil(limits.memoryMegabytes);
  return await confine({
    runtime: Deno.execPath(),
    args: argumentsFor(megabytes),
    env,
    input: framed([...parts, encoder.encode(code), encoder.encode(tests)]),
    runtimeMegabytes: RUNTIME_MEGABYTES,
    ranOutOfMemory: ({ code }) => code === OUT_OF_MEMORY,
  }, limits);
}

/** What the interpreter itself has of WebAssembly's memory. */
const INTERPRETER_MEGABYTES = 32;
/** What the process takes beside it, with a margin. */
const RUNTIME_MEGABYTES = 400;

function argumentsFor(megabytes: number): string[] {
  const v8 = [
    `--wasm-max-mem-pages=${16 * megabytes}`,
    "--disallow-code-generation-from-strings",
    "--wasm-lazy-compilation",
  ];
  return [...flags, `--v8-flags=${v8.join()}`, pythonMain];
}

/** The lengths of parts, then the parts. */
function framed(parts: readonly Uint8Array[]): Uint8Array[] {
  const sizes = new DataView(new ArrayBuffer(4 * parts.length));
  parts.forEach(({ length }, at) => sizes.setUint32(4 * at, length, true));
  return [new Uint8Array(sizes.buffer), ...parts];
}

/** A snapshot of the interpreter after its start. */
async function snapshot(parts: Uint8Array[]): Promise<Uint8Array> {
  const none = new Uint8Array(0);
  const child = new Deno.Command(Deno.execPath(), {
    args: argumentsFor(2048),
    clearEnv: true,
    env,
    cwd: "/",
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = [new Uint8Array(MARK_BYTES), ...framed([...parts, none, none, none])];
  const [{ success, stdout, stderr }] = await Promise.all([child.output(), feed(child.stdin, input)]);
  if (!success) throw new Error(`Cannot start Python: ${new TextDecoder().decode(stderr).trim()}`);
  return stdout;
}
