import { must, refuseRenamed, wholeNumber } from "../base/mod.ts";
import { inLanes } from "../run/mod.ts";

/** How a program ended. */
export type SandboxStatus =
  /** It ran to its end. */
  | "ok"
  /** It threw, did not parse, or left with another code than 0. */
  | "error"
  /** It was killed when its processor time or its time was up. */
  | "timeout"
  /** It was killed when its memory was up. */
  | "memory"
  /** It was killed when it had printed too much. */
  | "output";

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

/** What a program did. */
export interface SandboxResult {
  /** How it ended. */
  status: SandboxStatus;
  /** What it printed, cut at `maxOutputBytes`. */
  stdout: string;
  /** Its error message, or what it printed there. */
  stderr: string;
}

/** What a bare runtime takes of memory, with a margin, in megabytes. */
const runtimeMegabytes = 128;
const pollMilliseconds = 20;

/**
 * Run a JavaScript program that nobody trusts, in a process of its own that may do nothing but compute and print.
 *
 * The program is an ES module. It has no permission (files, network, environment, processes, foreign functions), an empty
 * environment, an empty folder that is removed afterwards, and it is killed by SIGKILL. What is less obvious:
 *
 * - `deno run` without permissions still imports modules of some remote hosts and of packages: `--no-remote --no-npm`;
 * - a main module may import local JSON files without permission, as its imports are known before it runs: the program is
 *   therefore imported by a main module that has none;
 * - `--max-old-space-size` bounds objects, not array buffers: the process's resident memory is watched as well (on Linux);
 * - processor time is bounded by the kernel, also should this process die.
 *
 * It is a fence against programs that a model wrote, not against an attacker with a fault of V8 in hand.
 *
 * @throws {RangeError} If an option is out of its range.
 * @throws {Error} If the system cannot start a process.
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
  const { timeoutSeconds = 5, memoryMegabytes = 128, maxOutputBytes = 65536, signal } = options;
  for (const [name, value] of Object.entries({ timeoutSeconds, memoryMegabytes, maxOutputBytes })) {
    const rule = `${name} must be positive and less than 2147483`;
    must("Cannot run a program", rule, value, value > 0 && value < 2 ** 31 / 1000);
  }
  return await run(code, { timeoutSeconds, memoryMegabytes, maxOutputBytes, signal });
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
  const { workers = navigator.hardwareConcurrency, signal, ...each } = options;
  wholeNumber("Cannot run programs", { workers }, ">= 1");
  const results: SandboxResult[] = [];
  const lane = () => ({
    work: (code: string, signal: AbortSignal) => runSandboxed(code, { ...each, signal }),
  });
  for await (const { at, result } of inLanes(programs, lane, { workers, signal })) results[at] = result;
  return results;
}

async function run(
  code: string,
  limits: Required<Omit<SandboxOptions, "signal">> & { signal: AbortSignal | undefined },
): Promise<SandboxResult> {
  const { timeoutSeconds, memoryMegabytes, maxOutputBytes, signal } = limits;
  signal?.throwIfAborted();
  const folder = await Deno.makeTempDir({ prefix: "midtrain-sandbox-" });
  try {
    // -f bounds what the Cache API writes, in 512-byte blocks.
    const child = new Deno.Command("/bin/sh", {
      args: [
        "-c",
        `ulimit -c 0; ulimit -f 65536; ulimit -S -t ${Math.ceil(timeoutSeconds)}; exec "$0" "$@"`,
        Deno.execPath(),
        "run",
        "--no-prompt",
        "--no-remote",
        "--no-npm",
        "--cached-only",
        "--no-config",
        "--no-lock",
        "--no-code-cache",
        `--v8-flags=--max-old-space-size=${Math.ceil(memoryMegabytes)}`,
        "-",
      ],
      clearEnv: true,
      env: { DENO_DIR: folder, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
      cwd: folder,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();

    let killed: SandboxStatus | "aborted" | undefined;
    const kill = (cause: typeof killed) => {
      killed ??= cause;
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(() => kill("timeout"), 10_000 * timeoutSeconds);
    const watch = setInterval(async () => {
      if (await residentMegabytes(child.pid) > memoryMegabytes + runtimeMegabytes) kill("memory");
    }, pollMilliseconds);
    const onAbort = () => kill("aborted");
    signal?.addEventListener("abort", onAbort);
    try {
      let room = maxOutputBytes;
      const collect = async (stream: ReadableStream<Uint8Array>) => {
        const decoder = new TextDecoder();
        let text = "";
        for await (const chunk of stream) {
          text += decoder.decode(chunk.subarray(0, room), { stream: true });
          if (chunk.length > room) kill("output");
          room = Math.max(0, room - chunk.length);
        }
        return text + decoder.decode();
      };
      const [stdout, stderr, { success, signal: fatal }] = await Promise.all([
        collect(child.stdout),
        collect(child.stderr),
        child.status,
        feed(child.stdin, code),
      ]);
      if (killed === "aborted") throw signal!.reason;
      const status = killed ?? (success ? "ok" : statusOf(fatal));
      return { status, stdout, stderr: anonymous(stderr) };
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
      signal?.removeEventListener("abort", onAbort);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What the signal says that ended a program; one without permissions cannot raise these itself. */
function statusOf(signal: Deno.Signal | null): SandboxStatus {
  if (signal === "SIGXCPU") return "timeout";
  // V8 ends a process that is out of memory by a trap.
  return signal === "SIGTRAP" || signal === "SIGABRT" ? "memory" : "error";
}

/** Give the child its main module: one that imports the program out of a string. */
async function feed(stdin: WritableStream<Uint8Array>, code: string): Promise<void> {
  const main = `await import(URL.createObjectURL(new Blob([${
    JSON.stringify(code)
  }], { type: "text/javascript" })));`;
  try {
    const writer = stdin.getWriter();
    await writer.write(new TextEncoder().encode(main));
    await writer.close();
  } catch (error) {
    // The child was killed before it had read all.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

async function residentMegabytes(pid: number): Promise<number> {
  try {
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** The same program gives the same message: the random name of its module and the folder's go. */
function anonymous(stderr: string): string {
  return stderr.replace(/blob:null\/[0-9a-f-]{36}/g, "program").replace(/^ +at .*\$deno\$stdin.*\n?/gm, "");
}
