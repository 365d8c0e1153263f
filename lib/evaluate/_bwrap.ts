import { oneOf } from "../base/mod.ts";
import { confine, type Limits } from "./_confine.ts";
import { OUT_OF_MEMORY } from "./_python_main.ts";
import type { SandboxResult } from "./sandbox_result.ts";

export const BWRAP = "/usr/bin/bwrap";
const PYTHON = "/usr/bin/python3";

/** What the interpreter itself maps of memory, with a margin, in megabytes. */
const INTERPRETER_MEGABYTES = 96;

/** Nothing of this machine but its programs and libraries, read-only; no network, other processes, devices or rights. */
const sandbox = [
  ...["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"],
  ...["--uid", "65534", "--gid", "65534", "--hostname", "sandbox"],
  ...["--ro-bind", "/usr", "/usr"],
  ...["/bin", "/lib", "/lib64"].flatMap((path) => ["--ro-bind-try", path, path]),
  ...["--size", "1048576", "--tmpfs", "/tmp", "--chdir", "/tmp"],
];

/** The same order of sets each time; texts are UTF-8. */
const env = { PATH: "/usr/bin", HOME: "/tmp", PYTHONHASHSEED: "0", PYTHONUTF8: "1" };

/** Signals that a shell's exit code tells: bubblewrap passes on how the program ended in this way. */
const SIGNALS: Record<number, Deno.Signal> = { [128 + 9]: "SIGKILL", [128 + 24]: "SIGXCPU" };

/**
 * Run a program and its tests by this system's Python under bubblewrap.
 *
 * @throws {Error} If bubblewrap or Python is missing, or may not make namespaces here.
 */
export async function runBubblewrapped(
  cannot: string,
  { code, tests }: { code: string; tests: string },
  limits: Limits,
): Promise<SandboxResult> {
  await mustHaveEngine(cannot, "bwrap");
  const encoder = new TextEncoder();
  const [program, checks] = [encoder.encode(code), encoder.encode(tests)];
  const sizes = new DataView(new ArrayBuffer(8));
  sizes.setUint32(0, program.length, true);
  sizes.setUint32(4, checks.length, true);
  const bytes = (Math.ceil(limits.memoryMegabytes) + INTERPRETER_MEGABYTES) * 2 ** 20;
  return await confine({
    runtime: BWRAP,
    args: [...sandbox, PYTHON, "-s", "-B", "-c", harness, `${bytes}`],
    env,
    input: [new Uint8Array(sizes.buffer), program, checks],
    // The process that is watched is bubblewrap itself; the kernel holds Python to its memory.
    runtimeMegabytes: 64,
    endOf: (end) => ({ ...end, signal: end.signal ?? SIGNALS[end.code] ?? null }),
    ranOutOfMemory: ({ code }) => code === OUT_OF_MEMORY,
  }, limits);
}

/** What runs Python programs that nobody trusts, see `runPythonSandboxed`. */
export type PythonEngine = "pyodide" | "bwrap";

/** All engines. */
export const pythonEngines: readonly PythonEngine[] = ["pyodide", "bwrap"];

/**
 * Refuse an engine that there is not, or not on this machine, before anything is done that leads up to it.
 *
 * @throws {RangeError} If there is no such engine.
 * @throws {Error} If bubblewrap or Python is missing, or may not make namespaces here.
 */
export async function mustHaveEngine(cannot: string, engine: PythonEngine): Promise<void> {
  oneOf(cannot, { engine }, pythonEngines);
  if (engine === "pyodide") return;
  const refused = await (probed ??= probe());
  if (refused) throw new Error(`${cannot} by engine bwrap as ${refused}`);
}

let probed: Promise<string | undefined> | undefined;

/** Why programs cannot run so on this machine, if they cannot. */
async function probe(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return `it needs Linux: this is ${Deno.build.os}`;
  for (const [path, name] of [[BWRAP, "bubblewrap"], [PYTHON, "python3"]]) {
    const found = await Deno.stat(path).then(() => true, () => false);
    if (!found) return `there is no ${path}: the system's package ${name} has it`;
  }
  const args = [...sandbox, PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 9))"];
  const { success, stderr } = await new Deno.Command(BWRAP, { args, clearEnv: true, env, cwd: "/" }).output();
  const told = new TextDecoder().decode(stderr).trim().split("\n")[0];
  return success ? undefined : told === "" ? "python3 must be 3.9 or later" : `this system refuses: ${told}`;
}

/**
 * What runs the program. The mark lies where no Python code reaches it: in a list that only an iterator of C on this frame's stack
 * holds, with nothing left that shows stacks and the heap (the collector's functions, tracing, profiling, monitoring, machine
 * code that is loaded, the files of `/proc`). What starts processes and threads is taken away too, out of every dictionary.
 */
const harness = String.raw`
import os, sys
from collections import deque
del sys.path[0]
def steps():
    import array, bisect, cmath, collections, copy, csv, dataclasses, datetime, decimal, fractions, functools, hashlib, heapq
    import itertools, json, math, operator, pickle, queue, random, re, statistics, string, struct, threading, time, traceback, typing, unicodedata, zlib
    import _imp, _posixsubprocess, _thread, builtins, gc, resource
    own, write, flush = dict(vars(builtins)), os.write, sys.stdout.flush
    def read(size):
        part = b""
        while len(part) < size: part += os.read(0, size - len(part)) or os._exit(1)
        return part
    mark = read(16)
    sizes = struct.unpack("<II", read(8))
    texts = [read(size).decode() for size in sizes]
    empty, end = os.pipe()
    os.close(end)
    os.dup2(empty, 0)
    os.close(empty)
    for limit, value in (("AS", int(sys.argv.pop())), ("NPROC", 0), ("CORE", 0)):
        resource.setrlimit(getattr(resource, "RLIMIT_" + limit), (value, value))
    random.seed(0)
    referrers = gc.get_referrers
    taken = [value for name, value in vars(gc).items() if name.startswith(("get_", "un", "is_"))]
    for owner, names in (
        (_imp, "create_builtin create_dynamic"),
        (sys, "settrace setprofile _settraceallthreads _setprofileallthreads monitoring remote_exec"),
        (os, "fork forkpty posix_spawn posix_spawnp system"),
        (_posixsubprocess, "fork_exec"),
        (_thread, "start_new_thread start_new start_joinable_thread"),
    ):
        taken += [getattr(owner, name) for name in names.split() if hasattr(owner, name)]
    for value in taken:
        for holder in referrers(value):
            if type(holder) is dict:
                for name in [name for name, held in holder.items() if held is value]: del holder[name]
    write(1, mark)
    body, checks = [compile(text, name, "exec") for text, name in zip(texts, ("program", "tests"))]
    space, seen = {"__name__": "__main__"}, {}
    def flushed():
        try: flush()
        except ValueError: pass
    step = functools.partial
    return map(step.__call__, [
        step(exec, body, space), step(seen.update, space), step(seen.__setitem__, "__builtins__", own),
        step(exec, checks, seen), step(flushed), step(write, 1, mark), step(os._exit, 0),
    ])
try: deque(steps(), 0)
except MemoryError: os._exit(${OUT_OF_MEMORY})
except Exception as error:
    import traceback
    place = error.__traceback__
    while place and place.tb_frame.f_code.co_filename == "<string>": place = place.tb_next
    traceback.print_exception(type(error), error, place)
    sys.exit(1)
`;
