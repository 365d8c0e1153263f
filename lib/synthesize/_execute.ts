import type { PythonGroup } from "../evaluate/mod.ts";

/** What a program gave: its number, see {@linkcode rounded}, or why there is none. */
export type Executed = { value: number } | { failure: string };

const limits = { timeoutSeconds: 3, memoryMegabytes: 128 };
// An interpreter's start counts, and where many run at once it is slow.
const pythonLimits = { ...limits, timeoutSeconds: 5 };
let last: Promise<unknown> = Promise.resolve();

/** Run JavaScript expressions that a model wrote, each in a sandbox of its own; one call at a time. */
export function executeAlone(expressions: string[]): Promise<Executed[]> {
  // Many documents are in flight, and each sandbox is a process.
  const results = last.then(() => executeInTurn(expressions));
  last = results.catch(() => {});
  return results;
}

async function executeInTurn(expressions: string[]): Promise<Executed[]> {
  const { runAllSandboxed } = await import("../evaluate/mod.ts");
  const programs = expressions.map((expression) => `console.log(String((\n${expression}\n)));`);
  const results = await runAllSandboxed(programs, limits);
  return results.map(({ status, stdout, stderr }) => {
    if (status !== "ok") return { failure: status === "error" ? firstLine(stderr) : status };
    const printed = stdout.trim();
    const value = Number(printed);
    return printed !== "" && Number.isFinite(value)
      ? { value: rounded(value) }
      : { failure: `no number: ${firstLine(printed)}` };
  });
}

/** One lane a processor: an interpreter keeps it busy. */
const lanes: Promise<unknown>[] = Array(navigator.hardwareConcurrency).fill(Promise.resolve());
let turn = 0;

/** How a Python program that a model wrote ends: `unknown` where it asks for what the sandbox has not (packages, a user's input). */
export type PythonEnd = "ok" | "unknown" | { failure: string; printed: string };

/** Runs a program and then tests on what it defined. */
export type RunPython = (code: string, tests?: string) => Promise<PythonEnd>;

/** Judge programs that belong together, such as those of one document: they share a process, one after another. */
export function inPython<T>(judge: (run: RunPython) => Promise<T>): Promise<T> {
  return inGroup((group) =>
    judge(async (code, tests = "") => {
      const { status, stdout, stderr } = await group.run({ code, tests });
      if (status === "ok") return status;
      if (status === "error" && /^(?:ModuleNotFoundError|EOFError)\b/m.test(stderr)) return "unknown";
      return { failure: status, printed: stdout };
    })
  );
}

/** The last line that each of some Python programs prints, or why there is none. */
export function printedInPython(programs: string[]): Promise<({ printed: string } | { failure: string })[]> {
  return inGroup(async (group) => {
    const results: ({ printed: string } | { failure: string })[] = [];
    for (const code of programs) {
      const { status, stdout, stderr } = await group.run({ code, tests: "" });
      const printed = stdout.trimEnd().split("\n").at(-1)!.trim();
      const failure = status === "error" ? stderr.trim().split("\n").at(-1)!.slice(0, 200) : status;
      results.push(
        status !== "ok" ? { failure } : printed === "" ? { failure: "prints nothing" } : { printed },
      );
    }
    return results;
  });
}

function inGroup<T>(use: (group: PythonGroup) => Promise<T>): Promise<T> {
  const lane = turn++ % lanes.length;
  const result = lanes[lane].then(async () => {
    const { PythonGroup } = await import("../evaluate/mod.ts");
    await using group = new PythonGroup(pythonLimits);
    return await use(group);
  });
  lanes[lane] = result.catch(() => {});
  return result;
}

/** Run expressions of our own together in one sandbox; if it fails as a whole, each alone. */
export async function executeTogether(expressions: string[]): Promise<Executed[]> {
  const { runSandboxed } = await import("../evaluate/mod.ts");
  const { status, stdout } = await runSandboxed(
    `const results = ${JSON.stringify(expressions)}.map((expression) => {
  try {
    const value = Number(new Function("return (" + expression + ");")());
    return Number.isFinite(value) ? { value } : { failure: "no number" };
  } catch (error) {
    return { failure: String(error) };
  }
});
console.log(JSON.stringify(results));`,
    limits,
  );
  if (status !== "ok") return await executeAlone(expressions);
  const results: Executed[] = JSON.parse(stdout);
  return results.map((result) => "value" in result ? { value: rounded(result.value) } : result);
}

/** A result to 15 digits, as `0.1 * 3` is 0.30000000000000004 to a program and 0.3 to its reader. */
export function rounded(value: number): number {
  return Number.isSafeInteger(value) ? value : Number(value.toPrecision(15));
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0].slice(0, 200);
}
