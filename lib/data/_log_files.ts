import { basename, dirname, join, relative } from "node:path";
import { type Log, readLog } from "./_log.ts";

/** The logs that some paths lead to, each a file or a folder of them. */
export interface FoundLogs {
  logs: Log[];
  /** What a reader must know: files that were passed over, and why. */
  notes: string[];
}

const events = /\.tfevents\./;
const known = /\.(?:csv|tsv|jsonl|ndjson)(?:\.(?:gz|zstd?))?$/i;
const metrics = /^metrics_step(\d+)\.json$/;

/**
 * Read every log that lies at the paths.
 *
 * @throws {RangeError} If a folder holds none.
 */
export async function readLogs(paths: readonly string[]): Promise<FoundLogs> {
  const logs: Log[] = [];
  const notes: string[] = [];
  for (const path of paths) {
    const info = await Deno.stat(path).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Deno.errors.NotFound(`Cannot read ${path}: there is no such file`);
    });
    if (!info.isDirectory) {
      logs.push(await readFile(path));
      continue;
    }
    const found = await readFolder(path, notes);
    if (found.length === 0) {
      throw new RangeError(
        `Cannot read ${path} as it must hold a log: there is no CSV, JSON Lines, trainer_state.json or TensorBoard file in it`,
      );
    }
    logs.push(...found);
  }
  if (logs.length === 1 && logs[0].path === paths[0] && named.has(logs[0].format)) logs[0].run = "run";
  // Two files of one name are told apart by the folders they lie in.
  for (const log of logs) {
    const same = (other: Log) =>
      other !== log && other.run === log.run && dirname(other.path) !== dirname(log.path);
    if (named.has(log.format) && logs.some(same)) log.run = `${basename(dirname(log.path))}/${log.run}`;
  }
  return { logs, notes };
}

/** Formats whose runs are called as their files. */
const named = new Set(["CSV", "CSV with semicolons", "a table with tabs", "JSON Lines", "a JSON array"]);

/** One file; the log of a run of this kit with the evaluations beside it. */
async function readFile(path: string): Promise<Log> {
  const log = await readLog(path);
  if (basename(path) !== "log.jsonl" || !log.columns.includes("learningRate")) return log;
  const beside = join(dirname(path), "evaluations.jsonl");
  const evaluations = await readLog(beside).catch((error) => {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  });
  const rows = (evaluations?.rows ?? []).flatMap(({ cells: { step, source, loss }, at }) =>
    typeof step === "number" && typeof source === "string"
      // Measured after that many steps: the last rate that led to it is the one before.
      ? [{
        cells: { step: step - 1, [`evaluation loss on ${source}`]: loss },
        at: `evaluations.jsonl, ${at}`,
      }]
      : []
  );
  const added = new Set(rows.flatMap(({ cells }) => Object.keys(cells)));
  return {
    ...log,
    format: "the log of a run of midtrain",
    run: basename(dirname(path)),
    columns: [...new Set([...log.columns, ...added])],
    rows: [...log.rows, ...rows],
  };
}

async function readFolder(root: string, notes: string[]): Promise<Log[]> {
  const passed: string[] = [];
  const paths: string[] = [];
  const steps = new Map<string, { path: string; step: number }[]>();
  for await (const path of walk(root)) {
    const name = basename(path);
    const [, step] = metrics.exec(name) ?? [];
    if (step !== undefined) {
      const folder = dirname(path);
      steps.set(folder, [...steps.get(folder) ?? [], { path, step: Number(step) }]);
    } else if (events.test(name) || known.test(name) || name === "trainer_state.json") {
      paths.push(path);
    } else passed.push(relative(root, path));
  }
  // Those of log.jsonl come with it.
  const wanted = paths.filter((path) =>
    basename(path) !== "evaluations.jsonl" || !paths.includes(join(dirname(path), "log.jsonl"))
  );
  const logs: Log[] = [];
  for (const path of wanted) logs.push(within(root, await readFile(path)));
  for (const [folder, files] of steps) logs.push(within(root, await readMetrics(folder, files)));
  if (passed.length > 0 && logs.length > 0) {
    const some = passed.length > 3 ? [...passed.slice(0, 3), `${passed.length - 3} more`] : passed;
    notes.push(`${root}: passed over as no logs: ${some.join(", ")}`);
  }
  return newest(logs, notes);
}

/** The log of a run in a folder of several is called by its place there. */
function within(root: string, log: Log): Log {
  let folder = dirname(log.path);
  if (/^checkpoint-\d+$/.test(basename(folder))) folder = dirname(folder);
  const place = relative(root, folder);
  if (named.has(log.format)) return { ...log, run: join(place, log.run) };
  return { ...log, run: place === "" ? basename(root) : place };
}

/** OLMo-core's `metrics_step{N}.json`, an object a step. */
async function readMetrics(folder: string, files: { path: string; step: number }[]): Promise<Log> {
  const logs: Log[] = [];
  for (const { path } of files) logs.push(await readLog(path));
  const rows = files.map(({ path, step }, i) => ({
    cells: { ...logs[i].rows[0]?.cells, step },
    at: basename(path),
  })).sort((a, b) => a.cells.step - b.cells.step);
  return {
    path: join(folder, "metrics_step*.json"),
    format: "metrics files of OLMo-core",
    run: basename(folder),
    columns: ["step", ...new Set(logs.flatMap(({ columns }) => columns).filter((name) => name !== "step"))],
    rows,
    notes: [],
  };
}

/** Every checkpoint of transformers holds the history so far: the longest of a run has them all. */
function newest(logs: readonly Log[], notes: string[]): Log[] {
  const states = Map.groupBy(
    logs.filter(({ path }) => basename(path) === "trainer_state.json"),
    ({ run }) => run,
  );
  const older = new Set<Log>();
  for (const [run, own] of states) {
    const longest = own.reduce((a, b) => b.rows.length > a.rows.length ? b : a);
    for (const log of own) if (log !== longest) older.add(log);
    if (own.length > 1) {
      notes.push(
        `${run}: read from ${longest.path}, which has the longest history of ${own.length} checkpoints`,
      );
    }
  }
  return logs.filter((log) => !older.has(log));
}

/** Every file below a folder but hidden ones, in the order of their names. */
async function* walk(folder: string): AsyncGenerator<string> {
  const entries = (await Array.fromAsync(Deno.readDir(folder))).filter(({ name }) =>
    !name.startsWith(".") && name !== "node_modules"
  ).sort((a, b) => a.name < b.name ? -1 : 1);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* walk(path);
    else yield path;
  }
}
