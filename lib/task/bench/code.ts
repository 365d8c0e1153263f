import { runAllPythonSandboxed, runPythonSandboxed } from "../../evaluate/mod.ts";
import { humanEval } from "../../sets/mod.ts";
import { type BenchOptions, type BenchRow, cpuSeconds } from "./_row.ts";

/** A program, tests included, that is known to pass. */
interface Program {
  code: string;
  tests: string;
}

/** Runs one program in a process of its own: whether it passed, and CPU-seconds of processes that this one does not wait for. */
type Run = (program: Program) => Promise<{ passed: boolean; elsewhere: number }>;

/** Programs of one measurement; enough that a slow one does not tell all. */
const PROGRAMS = 20;

/**
 * HumanEval's own solutions on their tests, one after the other, each in a process of its own: programs a second, and the processor time
 * of one with its start. With `peers`, the engine bwrap runs the same programs, and so do bubblewrap and Python without the kit: they
 * take turns, program by program, so that a busy machine is as busy for all.
 */
export async function benchCode({ peers }: BenchOptions): Promise<BenchRow[]> {
  const problems = (await Array.fromAsync(humanEval.read())).slice(0, PROGRAMS);
  const programs = problems.map(({ prompt, solution, tests, entryPoint }) => (
    { code: prompt + solution, tests: `${tests}\ncheck(${entryPoint})` }
  ));
  const tallies = [new Tally("pyodide", undefined, sandboxed)];
  if (peers) {
    tallies.push(new Tally("bwrap", undefined, bubblewrapped));
    tallies.push(new Tally("", `bwrap + ${await version(PYTHON)}`, plain));
  }
  // Each once before: the snapshot of the interpreter, files in memory.
  for (const { run } of tallies) await run(programs[0]);
  for (const program of programs) for (const tally of tallies) await tally.take(program);
  return [...tallies.map((tally) => tally.row()), await inOneGroup(programs)];
}

/** The same programs in one group: a process for all, an interpreter for each. */
async function inOneGroup(programs: readonly Program[]): Promise<BenchRow> {
  const began = performance.now();
  const spent = await cpuWithChildren();
  const own = programs.map((program) => ({ ...program, group: "one" }));
  const results = await runAllPythonSandboxed(own, { workers: 1 });
  const cpu = await cpuWithChildren() - spent;
  const passed = results.filter(({ status }) => status === "ok").length;
  return {
    name: "programs of HumanEval, one group, engine pyodide",
    ...{ unit: "programs/s", cpuSeconds: cpu },
    value: programs.length / ((performance.now() - began) / 1000),
    note: `${(cpu / programs.length).toFixed(2)} CPU-s a program; ${passed} of ${programs.length} pass`,
  };
}

/** What one way to run programs took. */
class Tally {
  #passed = 0;
  #programs = 0;
  #seconds = 0;
  #cpu = 0;

  constructor(readonly engine: string, readonly peer: string | undefined, readonly run: Run) {}

  async take(program: Program): Promise<void> {
    const began = performance.now();
    const spent = await cpuWithChildren();
    const { passed, elsewhere } = await this.run(program);
    this.#passed += Number(passed);
    this.#cpu += await cpuWithChildren() - spent + elsewhere;
    this.#seconds += (performance.now() - began) / 1000;
    this.#programs++;
  }

  row(): BenchRow {
    return {
      name: `programs of HumanEval, one at a time${this.engine === "" ? "" : `, engine ${this.engine}`}`,
      ...{ unit: "programs/s", cpuSeconds: this.#cpu },
      value: this.#programs / this.#seconds,
      note: `${
        (this.#cpu / this.#programs).toFixed(2)
      } CPU-s a program; ${this.#passed} of ${this.#programs} pass`,
      ...this.peer === undefined ? {} : { peer: this.peer },
    };
  }
}

const sandboxed: Run = async ({ code, tests }) => {
  const { status } = await runPythonSandboxed(code, { tests });
  return { passed: status === "ok", elsewhere: 0 };
};

const PYTHON = "/usr/bin/python3";

/** The least of the system that Python needs, read-only, and limits of the kernel: processor seconds, memory, no byte in a file. */
const BUBBLEWRAP = [
  "prlimit --cpu=5 --as=536870912 --fsize=0 --core=0",
  "bwrap --unshare-all --die-with-parent --new-session --clearenv --ro-bind /usr /usr",
  "--symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/bin /bin --tmpfs /tmp --chdir /tmp",
  `${PYTHON} -I -B -`,
].join(" ").split(" ");

/** Python says itself what processor time it took, as bubblewrap ends without waiting for it. */
const TOLD = "\nimport time\nprint(time.process_time())\n";

function lastNumber(stdout: string): number {
  return Number(stdout.trim().split("\n").at(-1));
}

const bubblewrapped: Run = async ({ code, tests }) => {
  const { status, stdout } = await runPythonSandboxed(code, { tests: tests + TOLD, engine: "bwrap" });
  return { passed: status === "ok", elsewhere: lastNumber(stdout) };
};

/** Bubblewrap and Python as anyone would call them. The verdict is the exit code, which a program can choose: enough for programs that pass. */
const plain: Run = async ({ code, tests }) => {
  const [command, ...args] = BUBBLEWRAP;
  const child = spawned(command, args);
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${code}\n${tests}${TOLD}`));
  await writer.close();
  const { success, stdout } = await child.output();
  return { passed: success, elsewhere: lastNumber(new TextDecoder().decode(stdout)) };
};

function spawned(command: string, args: string[]): Deno.ChildProcess {
  try {
    return new Deno.Command(command, { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`Cannot run programs beside as there is no program ${command}`, { cause: error });
  }
}

/** A Python's name and version. */
async function version(command: string): Promise<string> {
  const child = spawned(command, ["--version"]);
  await child.stdin.close();
  return new TextDecoder().decode((await child.output()).stdout).trim();
}

/** CPU-seconds of this process and of its children that have ended; other systems than Linux tell only the first. */
async function cpuWithChildren(): Promise<number> {
  if (Deno.build.os !== "linux") return cpuSeconds();
  const stat = await Deno.readTextFile("/proc/self/stat");
  // The sixteenth and seventeenth field, in hundredths of a second; the second is a name in parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return cpuSeconds() + (Number(fields[13]) + Number(fields[14])) / 100;
}
