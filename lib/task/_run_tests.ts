import { join } from "node:path";
import { inLanes } from "../run/mod.ts";
import { columns } from "./_columns.ts";
import { type Counts, countsOf, summary } from "./_tests.ts";

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

/** The files that take longest, longest first: none of them may begin last. */
const LONG = [
  "anneal/learner_test.ts",
  "laws/multi_power_test.ts",
  "anneal/train_test.ts",
  "anneal/model_test.ts",
  "collect/html_test.ts",
  "synthesize/arithmetic_test.ts",
  "llm/embedded_test.ts",
  "native/ensure_test.ts",
  "anneal/gguf_test.ts",
  "anneal/microanneal_test.ts",
  "notebook/execute_test.ts",
  "anneal/run_folder_test.ts",
  "synthesize/synthesize_test.ts",
  "llm/server_test.ts",
  "llm/model_test.ts",
];

/**
 * Run tests, several files at a time, each in a process of its own: native libraries bear no second user in a process, and
 * one that crashes takes no other test with it. What a file prints comes whole when it ends. Types are checked once, beside
 * the tests. Temporary files lie in one folder, which goes with the run.
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
  const rank = (file: string) => LONG.findIndex((long) => file.endsWith(long)) >>> 0;
  const rooms = examples === undefined ? [] : await entriesOf(examples);
  const works = [
    ["check", "--quiet", ...examples === undefined ? [] : ["--doc", examples], ...files],
    ...files.toSorted((a, b) => rank(a) - rank(b)).map((file) => [...TEST, file]),
    ...rooms.map((room) => [...TEST, "--doc", room]),
  ];
  const folder = await Deno.makeTempDir({ prefix: "midtrain-tests-" });
  const timesAt = (at: number) => join(folder, `midtrain-times-${at}.xml`);
  const work = ({ args, at }: { args: string[]; at: number }) =>
    run(slowest && at > 0 ? [...args, `--junit-path=${timesAt(at)}`] : args, folder);
  try {
    const parts: Counts[] = [];
    const times: Timed[] = [];
    const items = works.map((args, at) => ({ args, at }));
    for await (const { at, result: { text, code } } of inLanes(items, () => ({ work }), { workers })) {
      await onOutput(text);
      const checked = { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
      parts.push(at === 0 ? checked : countsOf(text, code));
      if (slowest && at > 0) times.push(...timesOf(await Deno.readTextFile(timesAt(at)).catch(() => "")));
    }
    if (slowest) await onOutput(`${slowestOf(times)}\n`);
    return summary(parts);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
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

async function filesBelow(folder: string): Promise<string[]> {
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
