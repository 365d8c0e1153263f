import { Buffer } from "node:buffer";
import { basename } from "node:path";
import {
  feed,
  type Limits,
  MARK_BYTES,
  pollMilliseconds,
  residentMegabytes,
  startConfined,
} from "./_confine.ts";
import { env, flags } from "./_locked_deno.ts";
import { pyodideParts } from "./_pyodide.ts";
import { OUT_OF_MEMORY, pythonMain, VERDICTS } from "./_python_main.ts";
import type { SandboxResult, SandboxStatus } from "./sandbox_result.ts";

/** A Python program, and what runs after it on what it defined. */
export interface ProgramText {
  code: string;
  tests: string;
}

/** What the interpreter itself has of WebAssembly's memory. */
const INTERPRETER_MEGABYTES = 32;
/** What the process takes beside it, with a margin. */
const RUNTIME_MEGABYTES = 400;
/** A process that has more than this after a program, of interpreters that nobody has collected, takes no other. */
const LEFT_MEGABYTES = 600;
/** So many programs share a process at most. */
const MOST_PROGRAMS = 64;
/** What the kernel gives a process of several programs beyond the limit of one, in seconds. */
const SHARED_SECONDS = 60;

/** The kernel's clock of processor time, in Linux's own unit. */
const TICKS = 100;

const runtime = Deno.execPath();
const encoder = new TextEncoder();

/**
 * A process that runs Python programs one after another, each in an interpreter of its own.
 *
 * Whether a program ran to its end is judged here: each has a random mark that it cannot read, and the next one's is sent after its
 * verdict. Processor time is that since the verdict before it, the interpreter's start included; where it cannot be read (`/proc` is
 * missing), a process takes one program, and the kernel alone bounds it.
 */
export class PythonProcess {
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #limits: Limits;
  readonly #seconds: number;
  readonly #pumped: Promise<unknown>;
  #first: readonly Uint8Array[];
  #printed = Buffer.alloc(0);
  #complained = Buffer.alloc(0);
  #ended = false;
  #killed: SandboxStatus | "aborted" | undefined;
  #news = Promise.withResolvers<void>();
  #spent = 0;
  #resident = 0;
  #ran = 0;
  #reusable = true;

  private constructor(limits: Limits, seconds: number, parts: readonly Uint8Array[]) {
    this.#limits = limits;
    this.#seconds = seconds;
    this.#first = framed(parts);
    const megabytes = INTERPRETER_MEGABYTES + Math.ceil(limits.memoryMegabytes);
    this.#child = startConfined({ runtime, args: argumentsFor(megabytes), env }, seconds);
    this.#stdin = this.#child.stdin.getWriter();
    const { stdout, stderr, status } = this.#child;
    this.#pumped = Promise.all([
      this.#pump(stdout, (part) => this.#printed = Buffer.concat([this.#printed, part])),
      this.#pump(stderr, (part) => this.#complained = Buffer.concat([this.#complained, part])),
      status,
    ]).finally(() => {
      this.#ended = true;
      this.#news.resolve();
    });
  }

  /** @param shared Whether several programs are to come; the kernel's limit is that of the first alone where not. */
  static async start(limits: Limits, { shared }: { shared: boolean }): Promise<PythonProcess> {
    const parts = await pyodideParts(pythonMain, snapshot);
    const several = shared && await processorSeconds(Deno.pid) !== undefined;
    const seconds = Math.ceil(limits.timeoutSeconds) + (several ? SHARED_SECONDS : 0);
    return new PythonProcess(limits, seconds, parts);
  }

  /** Whether it can take one more program, with so much processor time. */
  takes(timeoutSeconds: number): boolean {
    return this.#ran === 0 || this.#reusable && this.#ran < MOST_PROGRAMS &&
        this.#resident < LEFT_MEGABYTES && this.#seconds - this.#spent > Math.ceil(timeoutSeconds);
  }

  /** Run a program; undefined if the process, which ran others, could not begin it. */
  async run({ code, tests }: ProgramText, timeoutSeconds: number): Promise<SandboxResult | undefined> {
    const { signal, memoryMegabytes, maxOutputBytes } = this.#limits;
    signal?.throwIfAborted();
    const mark = crypto.getRandomValues(new Uint8Array(MARK_BYTES));
    const [before, seconds, began] = [this.#spent, Math.ceil(timeoutSeconds), performance.now()];
    const most = this.#resident + memoryMegabytes + RUNTIME_MEGABYTES;
    let over = false;
    const look = async () => {
      const [spent = 0, resident] = await Promise.all([
        processorSeconds(this.#child.pid),
        residentMegabytes(this.#child.pid),
      ]);
      if (over) return;
      if (spent - before > seconds) this.#kill("timeout");
      if (resident > most) this.#kill("memory");
    };
    const timer = setTimeout(() => this.#kill("timeout"), 10_000 * timeoutSeconds);
    const watch = setInterval(look, pollMilliseconds);
    const onAbort = () => this.#kill("aborted");
    signal?.addEventListener("abort", onAbort);
    try {
      const text = framed([encoder.encode(code), encoder.encode(tests)]);
      const sent = this.#send([...this.#first, mark, ...text]);
      this.#first = [];
      while (!this.#ended && !this.#killed && this.#heard(mark) === undefined) {
        await this.#news.promise;
        this.#news = Promise.withResolvers();
      }
      const verdict = this.#killed ? undefined : this.#heard(mark);
      over = true;
      this.#spent = await processorSeconds(this.#child.pid) ?? Infinity;
      this.#resident = await residentMegabytes(this.#child.pid);
      if (!this.#killed && this.#spent < Infinity && this.#spent - before > seconds) this.#kill("timeout");
      this.#reusable = verdict !== undefined && !this.#killed && this.#spent < Infinity;
      if (this.#killed || verdict === undefined) await this.#pumped;
      await sent;
      if (this.#killed === "aborted") throw signal!.reason;
      const first = this.#ran++ === 0;
      const { stdout, stderr, begun } = this.#taken(mark);
      const end = await (verdict === undefined || this.#killed ? this.#child.status : undefined);
      if (!begun && !first) return undefined;
      const told = (bytes: Buffer) => bytes.toString().replaceAll(runtime, basename(runtime));
      const errors = told(stderr.subarray(0, Math.max(0, maxOutputBytes - stdout.length)));
      if (!begun && !this.#killed && !end?.signal) {
        throw new Error(
          `Cannot run a Python program as its process did not start: ${errors.trim() || end?.code}`,
        );
      }
      const status = (): SandboxStatus => {
        if (stdout.length + stderr.length > maxOutputBytes) return "output";
        if (!end) return verdict === VERDICTS.ok ? "ok" : "error";
        if (end.signal === "SIGXCPU") return "timeout";
        if (end.code === OUT_OF_MEMORY) return "memory";
        // The kernel kills what goes on after SIGXCPU; a program can kill itself earlier.
        return end.signal === "SIGKILL" && performance.now() - began > 1000 * timeoutSeconds
          ? "timeout"
          : "error";
      };
      const ending = this.#killed ?? status();
      const left = ending === "error" && errors === "" && (verdict === VERDICTS.left || end?.success);
      return {
        status: ending,
        stdout: told(stdout.subarray(0, maxOutputBytes)),
        stderr: left ? "The program left before its end\n" : errors,
      };
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
      signal?.removeEventListener("abort", onAbort);
      if (!this.#reusable) await this.close();
    }
  }

  /** End the process. */
  async close(): Promise<void> {
    this.#reusable = false;
    this.#kill("aborted");
    await this.#pumped;
    // The pipe broke with the process.
    await this.#stdin.close().catch(() => {});
  }

  #kill(cause: SandboxStatus | "aborted"): void {
    this.#killed ??= cause;
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    this.#news.resolve();
  }

  async #pump(stream: ReadableStream<Uint8Array>, hear: (part: Uint8Array) => void): Promise<void> {
    for await (const part of stream) {
      // Two marks and the verdict, and one more mark among the errors.
      const room = this.#limits.maxOutputBytes + 3 * MARK_BYTES + 1 - this.#printed.length -
        this.#complained.length;
      if (room >= 0) hear(part.subarray(0, room + 1));
      if (part.length > room) this.#kill("output");
      this.#news.resolve();
    }
  }

  async #send(parts: readonly Uint8Array[]): Promise<void> {
    try {
      for (const part of parts) await this.#stdin.write(part);
    } catch (error) {
      // The child ended before it had read all.
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    }
  }

  /** The verdict, once both outputs are there to their ends. */
  #heard(mark: Uint8Array): number | undefined {
    if (this.#printed.indexOf(mark) !== 0) return undefined;
    const end = this.#printed.indexOf(mark, MARK_BYTES);
    const errorsEnd = this.#complained.indexOf(mark);
    const last = this.#printed.length - 1;
    return end === last - MARK_BYTES && end >= MARK_BYTES && errorsEnd >= 0 &&
        errorsEnd === this.#complained.length - MARK_BYTES
      ? this.#printed[last]
      : undefined;
  }

  /** What was printed, without what the process itself wrote. */
  #taken(mark: Uint8Array): { stdout: Buffer; stderr: Buffer; begun: boolean } {
    const [printed, complained] = [this.#printed, this.#complained];
    this.#printed = this.#complained = Buffer.alloc(0);
    const begun = printed.indexOf(mark) === 0;
    const end = begun ? printed.indexOf(mark, MARK_BYTES) : -1;
    const errorsEnd = complained.indexOf(mark);
    return {
      begun,
      stdout: printed.subarray(begun ? MARK_BYTES : 0, end < 0 ? undefined : end),
      stderr: errorsEnd < 0 ? complained : complained.subarray(0, errorsEnd),
    };
  }
}

function argumentsFor(megabytes: number): string[] {
  const v8 = [
    `--wasm-max-mem-pages=${16 * megabytes}`,
    "--disallow-code-generation-from-strings",
    "--wasm-lazy-compilation",
    "--expose-gc",
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
  const child = new Deno.Command(runtime, {
    args: argumentsFor(2048),
    clearEnv: true,
    env,
    cwd: "/",
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = framed([...parts, new Uint8Array(0)]);
  const [{ success, stdout, stderr }] = await Promise.all([child.output(), feed(child.stdin, input)]);
  if (!success) throw new Error(`Cannot start Python: ${new TextDecoder().decode(stderr).trim()}`);
  return stdout;
}

/** Processor time of a process that is there or not buried yet, user and system; undefined where that cannot be read. */
async function processorSeconds(pid: number): Promise<number | undefined> {
  try {
    const fields = (await Deno.readTextFile(`/proc/${pid}/stat`)).split(") ").at(-1)!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return undefined;
  }
}
