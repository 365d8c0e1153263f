import { ofKind, refuseRenamed, takes, wholeNumber } from "../base/mod.ts";
import { inLanes } from "../run/mod.ts";
import { confine, limitsOf, MARK_BYTES } from "./_confine.ts";
import { env, flags } from "./_locked_deno.ts";
import type { SandboxResult } from "./sandbox_result.ts";

/** Options of {@linkcode runSandboxed}. */
export interface SandboxOptions {
  /**
   * How much processor time the program may take, its start of about 0.05 s included, in seconds, rounded up to whole ones; a
   * program that sleeps may take ten times as long. So a busy machine judges as an idle one does. @default {5}
   */
  timeoutSeconds?: number;
  /** How much memory it may take, beyond the runtime's own, in megabytes (2^20 bytes). @default {128} */
  memoryMegabytes?: number;
  /** How much it may print, standard output and error together, in bytes. @default {65536} */
  maxOutputBytes?: number;
  /** Kills the program; the call then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Options of {@linkcode runAllSandboxed}. */
export interface SandboxAllOptions extends SandboxOptions {
  /** How many programs run at once. @default {the number of processors} */
  workers?: number;
}

/**
 * Run a JavaScript program that nobody trusts, in a process of its own that may do nothing but compute and print.
 *
 * The program is an ES module. It has no permission (files, network, environment, processes, foreign functions), an empty
 * environment, no folder, no storage, no graphics card, and it is killed by SIGKILL. What is less obvious:
 *
 * - `deno run` without permissions still imports modules of some remote hosts and of packages: `--no-remote --no-npm`;
 * - a main module may import local JSON files without permission, as its imports are known before it runs: the program is
 *   therefore imported by a main module that has none;
 * - `--max-old-space-size` bounds objects, not array buffers: the process's resident memory is watched as well (on Linux);
 * - caches and databases write files without permission: their folder is no folder, and the kernel lets no file grow;
 * - processor time is bounded by the kernel, and on Linux the process dies with the thread that called, also by SIGKILL.
 *
 * `"ok"` means that the module ran to the end of its text, with tests that were appended to it: `Deno.exit(0)`, a prevented
 * rejection or a program that never goes on are an `"error"`. It does not mean that the tests tested: a program can change
 * what they call (`assert.equal = () => {}`) or how they are read (an open `if (false)` before them), and what timers do
 * after the end counts by the exit code only. Whoever grades should let the program print values and compare them here.
 *
 * It is a fence against programs that a model wrote, not against an attacker with a fault of V8 in hand.
 *
 * @throws {RangeError} If an option is out of its range.
 * @throws {Error} If the system cannot start a process; on Linux it takes `setpriv` of util-linux.
 * @example It computes and cannot read
 * ```ts
 * import assert from "node:assert/strict";
 * import { runSandboxed } from "midtrain/evaluate";
 *
 * const sum = await runSandboxed("console.log(3 + 4)");
 * assert.deepEqual(sum, { status: "ok", stdout: "7\n", stderr: "" });
 * const thief = await runSandboxed("console.log(Deno.readTextFileSync('/etc/passwd'))");
 * assert.equal(thief.status, "error");
 * assert.match(thief.stderr, /read access/);
 * ```
 */
export async function runSandboxed(code: string, options: SandboxOptions = {}): Promise<SandboxResult> {
  takes("Cannot run a program", options, "timeoutSeconds?, memoryMegabytes?, maxOutputBytes?, signal?");
  ofKind("Cannot run a program", { code }, "a text");
  const limits = limitsOf("Cannot run a program", options);
  const args = [...flags, `--v8-flags=--max-old-space-size=${Math.ceil(limits.memoryMegabytes)}`, mainModule];
  const input = [new TextEncoder().encode(code)];
  const result = await confine(
    { runtime: Deno.execPath(), args, env, input, runtimeMegabytes: 128, ranOutOfMemory },
    limits,
  );
  return { ...result, stderr: anonymous(result.stderr) };
}

/**
 * Run many programs, some at a time; see {@linkcode runSandboxed}. Each has a process of its own: in a shared one a program
 * could change what the next one sees, and one that never ends would take its neighbours along.
 *
 * @returns The results in the programs' order.
 * @throws {RangeError} If an option is out of its range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { runAllSandboxed } from "midtrain/evaluate";
 *
 * const results = await runAllSandboxed(["console.log(1)", "throw new Error('no')"]);
 * assert.deepEqual(results.map(({ status }) => status), ["ok", "error"]);
 * ```
 */
export async function runAllSandboxed(
  programs: readonly string[],
  options: SandboxAllOptions = {},
): Promise<SandboxResult[]> {
  refuseRenamed("Cannot run programs", options, { parallel: "workers" });
  takes(
    "Cannot run programs",
    options,
    "workers?, timeoutSeconds?, memoryMegabytes?, maxOutputBytes?, signal?",
  );
  ofKind("Cannot run programs", { programs }, "a list of texts");
  const { workers = navigator.hardwareConcurrency, signal, ...each } = options;
  wholeNumber("Cannot run programs", { workers }, ">= 1");
  const results: SandboxResult[] = [];
  const lane = () => ({
    work: (code: string, signal: AbortSignal) => runSandboxed(code, { ...each, signal }),
  });
  for await (const { at, result } of inLanes(programs, lane, { workers, signal })) results[at] = result;
  return results;
}

/**
 * The main module. It is the same for every program, as programs can read it. The mark stays in bytes and in this scope: a
 * program can take a snapshot of the heap, which holds strings and no bytes. After the import only what was bound before it
 * is called.
 */
const mainModule = "data:text/javascript," + encodeURIComponent(`
const { stdin, stdout } = Deno;
const write = stdout.writeSync.bind(stdout);
const mark = new Uint8Array(${MARK_BYTES});
stdin.readSync(mark);
const parts = [];
for (let size = 0; size !== null;) {
  const part = new Uint8Array(65536);
  size = stdin.readSync(part);
  parts.push(part.subarray(0, size ?? 0));
}
const program = URL.createObjectURL(new Blob(parts, { type: "text/javascript" }));
parts.length = 0;
for (const name of ["caches", "localStorage", "sessionStorage"]) delete globalThis[name];
for (const name of Object.keys(globalThis)) if (name.startsWith("GPU")) delete globalThis[name];
delete Navigator.prototype.gpu;
delete Deno.openKv;
delete Deno[Deno.internal];
Deno.execPath = () => "deno";
write(mark);
await import(program);
write(mark);
`);

/** V8 ends a process that is out of memory by a trap, and says so; a program can send itself the signal. */
function ranOutOfMemory({ signal }: Deno.CommandStatus, stderr: string): boolean {
  return signal === "SIGTRAP" && /^# Fatal .*out of memory/m.test(stderr);
}

/** The same program gives the same message: the random name of its module and the main module's lines go. */
function anonymous(stderr: string): string {
  return stderr.replace(/blob:null\/[0-9a-f-]{36}/g, "program").replace(
    /^ +at .*data:text\/javascript,.*\n?/gm,
    "",
  );
}
