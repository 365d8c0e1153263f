import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { inLanes } from "../run/mod.ts";
import { columns } from "./_columns.ts";
import { writeExamples } from "./_examples.ts";
import { type Counts, countsOf, ranThrough, summary } from "./_tests.ts";

/** Options of {@linkcode runTests}. */
export interface RunTestsOptions {
  /** A folder whose documentation's examples run too. @default {none} */
  examples?: string | undefined;
  /** Whether to list the twenty slowest tests at the end. @default {false} */
  slowest?: boolean;
  /** How many processes at a time. @default {the number of cores, at most 4} */
  workers?: number;
  /** Called with what is to be printed. @default {it is printed} */
  onOutput?: (text: string) => unknown;
}

/** The files that take longest, longest first: each runs in a process of its own, and none of them begins last. */
const LONG = [
  "evaluate/python_test.ts",
  "evaluate/code_benchmarks_test.ts",
  "arguments_test.ts",
  "anneal/learner_test.ts",
  "anneal/train_test.ts",
  "evaluate/benchmarks_test.ts",
  "anneal/model_test.ts",
  "task/own_curves_test.ts",
  "synthesize/arithmetic_test.ts",
  "llm/embedded_test.ts",
  "native/ensure_test.ts",
  "evaluate/python_group_test.ts",
  "llm/server_test.ts",
  "task/pack_test.ts",
  "synthesize/endpoint_test.ts",
  "evaluate/bwrap_test.ts",
  "collect/html_test.ts",
  "task/plan_test.ts",
  "run/run_plan_test.ts",
  "notebook/execute_test.ts",
  "llm/model_test.ts",
  "anneal/save_gguf_test.ts",
  "anneal/gguf_test.ts",
  "anneal/microanneal_test.ts",
  "anneal/run_folder_test.ts",
];

/** Files that run in one process, as one. */
interface Work {
  name: string;
  files: string[];
}

/**
 * Run tests, several processes at a time. The files of a folder share one, and load what they use once; those that take longest
 * have their own. Where a process crashes or a file does not load, the files that shared it run again, each alone, so that one
 * takes no other with it. What a process prints comes whole when it ends. Types are checked once, beside the tests. Temporary
 * files lie in one folder, which goes with the run.
 *
 * @param paths Test files, or folders of them.
 */
export async function runTests(
  paths: readonly string[],
  options: RunTestsOptions = {},
): Promise<Counts & { line: string }> {
  const { examples, slowest = false, workers = Math.min(4, navigator.hardwareConcurrency) } = options;
  const { onOutput = (text) => Deno.stdout.write(new TextEncoder().encode(text)) } = options;
  const files = (await Promise.all(paths.map(testsBelow))).flat();
  const folder = await Deno.makeTempDir({ prefix: "midtrain-tests-" });
  const parts: Counts[] = [];
  const times: Timed[] = [];
  const check = async () => {
    const documented = examples === undefined ? [] : ["--doc", examples];
    const { text, code } = await run(["check", "--quiet", ...documented, ...files], folder);
    await onOutput(text);
    parts.push({ passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 });
  };
  const test = async ({ name, files }: Work) => {
    const shared = join(folder, `${name.replaceAll(/\W/g, "-")}_test.ts`);
    const imports = files.map((file) => `import ${JSON.stringify(pathToFileURL(file).href)};\n`);
    if (files.length > 1) await Deno.writeTextFile(shared, imports.join(""));
    const report = `${shared}.xml`;
    const reported = slowest ? [`--junit-path=${report}`] : [];
    const { text, code } = await run([...TEST, ...reported, files.length > 1 ? shared : files[0]], folder);
    if (files.length > 1 && !ranThrough(text)) {
      for (const file of files) await test({ name: file, files: [file] });
      return;
    }
    await onOutput(text);
    parts.push(countsOf(text, code));
    if (slowest) times.push(...timesOf(await Deno.readTextFile(report).catch(() => "")));
  };
  try {
    const works = [check, ...worksOf(files).map((work) => () => test(work))];
    for (const room of examples === undefined ? [] : await entriesOf(examples)) {
      const into = join(folder, "examples", basename(room));
      await Deno.mkdir(into, { recursive: true });
      const sources = (await filesBelow(room)).filter((file) => /\.(ts|md)$/.test(file));
      const files = await writeExamples(sources, into);
      if (files.length > 0) works.push(() => test({ name: room, files }));
    }
    await Array.fromAsync(inLanes(works, () => ({ work: (step) => step() }), { workers }));
    if (slowest) await onOutput(`${slowestOf(times)}\n`);
    return summary(parts);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What runs in one process each, in the order to begin with: long files, then folders, those of many files first. */
function worksOf(files: readonly string[]): Work[] {
  const rank = (file: string) => LONG.findIndex((long) => file.endsWith(`/${long}`)) >>> 0;
  const isLong = (file: string) => LONG.some((long) => file.endsWith(`/${long}`));
  const alone = files.filter(isLong).toSorted((a, b) => rank(a) - rank(b));
  const folders = Map.groupBy(files.filter((file) => !isLong(file)), (file) => dirname(file));
  return [
    ...alone.map((file) => ({ name: file, files: [file] })),
    ...[...folders].map(([name, files]) => ({ name, files })).sort((a, b) => b.files.length - a.files.length),
  ];
}

const TEST = ["test", "-A", "--no-check"];

/** Run Deno; all that it prints, and its exit code. */
async function run(args: string[], folder: string): Promise<{ text: string; code: number }> {
  const child = new Deno.Command(Deno.execPath(), {
    args,
    // Where the tests were called is not where the tasks are that they call.
    env: { NO_COLOR: "1", TMPDIR: folder, INIT_CWD: "" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let text = "";
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) text += part;
  };
  await Promise.all([read(child.stdout), read(child.stderr)]);
  return { text, code: (await child.status).code };
}

/** The test files below a path; the path itself where there are none, so that Deno says what is wrong with it. */
async function testsBelow(path: string): Promise<string[]> {
  const isFolder = await Deno.stat(path).then((found) => found.isDirectory, () => false);
  if (!isFolder) return [path];
  const found = (await filesBelow(path)).filter((file) => /(^|[_./])test\.[cm]?[jt]sx?$/.test(file));
  return found.length > 0 ? found : [path];
}

/** The files below a folder, or a file itself. */
async function filesBelow(folder: string): Promise<string[]> {
  if (!(await Deno.stat(folder)).isDirectory) return [folder];
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const files = await Promise.all(
    entries.map(({ name, isDirectory }) =>
      isDirectory ? filesBelow(join(folder, name)) : [join(folder, name)]
    ),
  );
  return files.flat().sort();
}

/** What lies in a folder, by name. */
async function entriesOf(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => join(folder, name)).sort();
}

/** How long a test took, in seconds. */
interface Timed {
  name: string;
  file: string;
  seconds: number;
}

/** Read the times from a report in JUnit's format. */
export function timesOf(report: string): Timed[] {
  const cases = report.matchAll(/<testcase name="([^"]*)" classname="([^"]*)" time="([^"]*)"/g);
  return [...cases].map(([, name, file, seconds]) => ({
    name: unescape(name),
    file: unescape(file).replace(/^\.\//, ""),
    seconds: Number(seconds),
  }));
}

/** The twenty slowest, as a table. */
export function slowestOf(times: readonly Timed[]): string {
  const slowest = times.toSorted((a, b) => b.seconds - a.seconds).slice(0, 20);
  return columns(
    [["s", "file", "test"], ...slowest.map(({ name, file, seconds }) => [seconds.toFixed(1), file, name])],
    [0],
  );
}

function unescape(text: string): string {
  const letters: Record<string, string> = { quot: '"', apos: "'", lt: "<", gt: ">", amp: "&" };
  return text.replace(/&(\w+);/g, (whole, name) => letters[name] ?? whole);
}
