import { Buffer } from "node:buffer";
import { basename, dirname } from "node:path";
import { must, notNumber } from "../base/mod.ts";
import type { SandboxResult, SandboxStatus } from "./sandbox_result.ts";

/** A process that runs a program which nobody trusts. */
export interface Confined {
  /** The path of the runtime. */
  runtime: string;
  /** Its arguments. */
  args: readonly string[];
  /** Its whole environment. */
  env: Record<string, string>;
  /** The program and what it needs, which the runtime reads on its standard input, after the mark. */
  input: readonly Uint8Array[];
  /** What the runtime itself takes of memory, with a margin, in megabytes. */
  runtimeMegabytes: number;
  /** How the program ended, where the runtime tells that in words of its own. @default {as the process did} */
  endOf?: (end: Deno.CommandStatus) => Deno.CommandStatus;
  /** Whether a process that a signal ended, or its own exit, had run out of memory. */
  ranOutOfMemory: (end: Deno.CommandStatus, stderr: string) => boolean;
}

/** What the process may take. */
export interface Limits {
  timeoutSeconds: number;
  memoryMegabytes: number;
  maxOutputBytes: number;
  signal: AbortSignal | undefined;
}

/** Limits after their defaults. @throws {RangeError} If one is out of its range. */
export function limitsOf(cannot: string, options: Partial<Limits>): Limits {
  const { timeoutSeconds = 5, memoryMegabytes = 128, maxOutputBytes = 65536, signal } = options;
  for (const [name, value] of Object.entries({ timeoutSeconds, memoryMegabytes, maxOutputBytes })) {
    const rule = `${name} must be positive and less than 2147483`;
    must(cannot, rule, notNumber(value), typeof value === "number" && value > 0 && value < 2 ** 31 / 1000);
  }
  return { timeoutSeconds, memoryMegabytes, maxOutputBytes, signal };
}

/** How many bytes the mark has: none guesses it. */
export const MARK_BYTES = 16;

/** How often a process is looked at. */
export const pollMilliseconds = 20;

/**
 * Run a program under limits, and say whether it ran to its end.
 *
 * The verdict does not rest on the exit code, which is the program's own to choose: the process is given a random mark, the
 * first bytes of its standard input, and writes it to its standard output twice: before the program begins, and after it
 * came to its end. The runtime's side must keep the mark where the program cannot read it.
 *
 * The process has no folder, and no file of its own to write, since the kernel lets none grow; on Linux it dies with the
 * thread that started it, however that ends.
 */
export async function confine(confined: Confined, limits: Limits): Promise<SandboxResult> {
  const { timeoutSeconds, memoryMegabytes, maxOutputBytes, signal } = limits;
  signal?.throwIfAborted();
  const child = startConfined(confined, Math.ceil(timeoutSeconds));
  const began = performance.now();
  const mark = crypto.getRandomValues(new Uint8Array(MARK_BYTES));

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
    if (await residentMegabytes(child.pid) > memoryMegabytes + confined.runtimeMegabytes) kill("memory");
  }, pollMilliseconds);
  const onAbort = () => kill("aborted");
  signal?.addEventListener("abort", onAbort);
  try {
    let room = maxOutputBytes + 2 * MARK_BYTES;
    const collect = async (stream: ReadableStream<Uint8Array>) => {
      const parts: Uint8Array[] = [];
      for await (const part of stream) {
        parts.push(part.subarray(0, room));
        if (part.length > room) kill("output");
        room = Math.max(0, room - part.length);
      }
      return Buffer.concat(parts);
    };
    const [printed, complained, ended] = await Promise.all([
      collect(child.stdout),
      collect(child.stderr),
      child.status,
      feed(child.stdin, [mark, ...confined.input]),
    ]);
    if (killed === "aborted") throw signal!.reason;
    const end = confined.endOf?.(ended) ?? ended;
    const { stdout, marks } = withoutMarks(printed, mark);
    const told = (bytes: Buffer) => bytes.toString().replaceAll(confined.runtime, basename(confined.runtime));
    const errors = complained.subarray(0, Math.max(0, maxOutputBytes - stdout.length));
    const stderr = told(errors);
    if (marks === 0 && !killed && !end.signal) {
      throw new Error(`Cannot run a program as its process did not start: ${stderr.trim() || end.code}`);
    }
    const status = (): SandboxStatus => {
      if (stdout.length + complained.length > maxOutputBytes) return "output";
      if (end.success) return marks === 2 ? "ok" : "error";
      if (end.signal === "SIGXCPU") return "timeout";
      if (confined.ranOutOfMemory(end, stderr)) return "memory";
      // The kernel kills what goes on after SIGXCPU; a program can kill itself earlier.
      return end.signal === "SIGKILL" && performance.now() - began > 1000 * timeoutSeconds
        ? "timeout"
        : "error";
    };
    const left = end.success && marks < 2 && stderr === "" ? "The program left before its end\n" : stderr;
    return { status: killed ?? status(), stdout: told(stdout.subarray(0, maxOutputBytes)), stderr: left };
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    signal?.removeEventListener("abort", onAbort);
  }
}

/**
 * The runtime under the kernel's limits: no core, files of so many blocks of 512 bytes, processor seconds; the second limit kills a
 * program that lives on after the first one's signal. It is called by its name alone, as programs can read that.
 */
const underLimits = `
  test "$PPID" = "$1" || test "$1" = any || exit 1
  ulimit -c 0; ulimit -f "$3"; ulimit -S -t "$2"; ulimit -H -t "$(($2 + 1))"
  PATH=$4; name=$5; shift 5; exec "$name" "$@"
`;

/** Start a process that may take so many seconds of processor time, has no folder, and dies with this thread; its files are of so many KiB. */
export function startConfined(
  { runtime, args, env }: Pick<Confined, "runtime" | "args" | "env">,
  seconds: number,
  fileKibibytes = 0,
): Deno.ChildProcess {
  const shell = ["/bin/sh", "-c", underLimits, "sh"];
  const given = [`${seconds}`, `${2 * fileKibibytes}`, dirname(runtime), basename(runtime), ...args];
  // The kernel ends the child with its parent; the shell looks whether that was too late already.
  const [program, ...rest] = Deno.build.os === "linux"
    ? ["setpriv", "--pdeathsig", "KILL", ...shell, `${Deno.pid}`, ...given]
    : [...shell, "any", ...given];
  try {
    return new Deno.Command(program, {
      args: rest,
      clearEnv: true,
      env,
      cwd: "/",
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`Cannot run a program as ${program} is missing: it comes with util-linux`, {
      cause: error,
    });
  }
}

/** Write parts to a process, as far as it reads them. */
export async function feed(stdin: WritableStream<Uint8Array>, parts: readonly Uint8Array[]): Promise<void> {
  try {
    const writer = stdin.getWriter();
    for (const part of parts) await writer.write(part);
    await writer.close();
  } catch (error) {
    // The child ended before it had read all.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** What was printed between and after the marks. */
function withoutMarks(printed: Buffer, mark: Uint8Array): { stdout: Buffer; marks: 0 | 1 | 2 } {
  if (printed.indexOf(mark) !== 0) return { stdout: printed, marks: 0 };
  const end = printed.indexOf(mark, MARK_BYTES);
  if (end < 0) return { stdout: printed.subarray(MARK_BYTES), marks: 1 };
  const parts = [printed.subarray(MARK_BYTES, end), printed.subarray(end + MARK_BYTES)];
  return { stdout: Buffer.concat(parts), marks: 2 };
}

/** What a process has of memory; 0 where that is not known. */
export async function residentMegabytes(pid: number): Promise<number> {
  try {
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
