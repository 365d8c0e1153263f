import { type Json, ofKind, type OnProgress, plain, refuseRenamed, sha256, takes } from "../base/mod.ts";
import { type Answer, answerOf, processLane } from "./_process_lane.ts";
import { inLanes, type Lane } from "./lanes.ts";
import { Ledger } from "./ledger.ts";

/** One row of a sweep's table: a point with what came of it, flat. */
export interface SweepRow {
  /** The hash of the point. */
  key: string;
  /** How it ended. */
  status: "done" | "failed";
  /** Why it failed. */
  reason?: string;
  /** The point's members and the result's, nested ones by dotted names (`gain.low`). */
  [name: string]: Json | undefined;
}

/** Options of {@linkcode sweep}. */
export interface SweepOptions<Point> {
  /** The table, a JSONL file: rows are appended as points end. It is made where there is none. */
  table: string;
  /**
   * What to do for a point: a function; or, for several processes, the address of a module whose default export is one
   * (`import.meta.resolve("./probe.ts")`). What it returns becomes columns.
   */
  run: ((point: Point) => unknown) | string | URL;
  /** Processes at work at a time, each with its share of the machine's threads; only for a module. @default {1} */
  workers?: number | undefined;
  /** Work again on points that failed before. @default {false} */
  retryFailed?: boolean;
  /** Stops at once: points in work are given up, and are worked on again by the next call. */
  signal?: AbortSignal | undefined;
  /** Called with every point. */
  onProgress?: OnProgress | undefined;
}

/** What a sweep did. */
export interface Sweep {
  /** The rows of its points as far as there are, in the order of the points. */
  rows: SweepRow[];
  /** Points that this call worked on and that ended well. */
  done: number;
  /** Points that were in the table before. */
  skipped: number;
  /** Failed points in the table by their reason. */
  failed: Record<string, number>;
}

/**
 * Work on many points, one row each in a table on disk: what is there is not done again, so that a sweep that was killed,
 * or got more points, goes on where it was. A point that fails, even by ending its process, is a row with its reason, and
 * the others go on.
 *
 * Rows stand in the order in which points ended; their content does not depend on the number of workers, provided that
 * `run` gives the same on so many threads.
 *
 * @param points Plain records, of what JSON can hold; equal ones are one.
 * @throws {TypeError} If a point is no record, or names a column of the table's own.
 * @throws {RangeError} If another sweep is at work on the table, or an option is out of range.
 * @throws {SyntaxError} If the table holds other lines.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sweep } from "midtrain/run";
 *
 * const table = `${await Deno.makeTempDir()}/squares.jsonl`;
 * const points = [{ x: 1 }, { x: 2 }, { x: -1 }];
 * const run = ({ x }: { x: number }) => {
 *   if (x < 0) throw new RangeError(`x is ${x}`);
 *   return { square: x * x };
 * };
 * const { rows, failed } = await sweep(points, { table, run });
 * assert.deepEqual(rows.map(({ square }) => square), [1, 4, undefined]);
 * assert.deepEqual(failed, { "RangeError: x is -1": 1 });
 * assert.equal((await sweep(points, { table, run })).skipped, 3);
 * ```
 */
export async function sweep<Point extends object>(
  points: Iterable<Point>,
  options: SweepOptions<Point>,
): Promise<Sweep> {
  refuseRenamed("Cannot sweep", options, { processes: "workers" });
  takes("Cannot sweep", options, "table, run, workers?, retryFailed?, signal?, onProgress?");
  ofKind("Cannot sweep", { points }, "a list or another iterable that is no stream");
  const { table: path, run, workers = 1, retryFailed = false, signal, onProgress } = options;
  if (!Number.isSafeInteger(workers) || workers < 1 || (typeof run === "function" && workers > 1)) {
    const rule = typeof run === "function" ? "1 where run is a function" : "a whole number >= 1";
    throw new RangeError(`Cannot sweep as workers must be ${rule}: current value is ${workers}`);
  }
  if (typeof run === "string" && !/^[a-z]+:/.test(run)) {
    throw new TypeError(
      `Cannot sweep as run must be a function or the URL of a module: current value is ${
        JSON.stringify(run)
      }`,
    );
  }
  const keyed = new Map([...points].map((point) => [keyOf(point), point]));
  const known = new Map<string, SweepRow>();
  const cannot = `Cannot sweep into ${path}`;
  using table = await Ledger.open<SweepRow>(path, {
    cannot,
    held: () => new RangeError(`${cannot} as one sweep must own it: another is at work on it`),
    onRow(row, { line, text }) {
      if (!isRow(row)) {
        throw new SyntaxError(
          `${cannot} as every line must be a row of a sweep: line ${line} is ${text.slice(0, 60)}`,
        );
      }
      known.set(row.key, row);
    },
  });
  const todo = [...keyed].filter(([key]) => {
    const status = known.get(key)?.status;
    return status === undefined || (status === "failed" && retryFailed);
  });
  const skipped = keyed.size - todo.length;
  let ended = 0;
  let done = 0;
  const lane = typeof run === "function"
    ? () => functionLane(run)
    : () => processLane(String(run), "points", workers);
  const work = inLanes(todo.map(([, point]) => point), lane, { workers, signal });
  try {
    for await (const { at, result } of work) {
      const row = rowOf(...todo[at], result);
      await table.append(row);
      known.set(row.key, row);
      if (row.status === "done") done++;
      const note = row.reason ?? "";
      onProgress?.({ label: "sweep", done: skipped + ++ended, total: keyed.size, unit: "points", note });
    }
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
  }
  const rows = [...keyed.keys()].flatMap((key) => known.get(key) ?? []);
  const failed: Record<string, number> = {};
  for (const { reason } of rows) if (reason !== undefined) failed[reason] = (failed[reason] ?? 0) + 1;
  return { rows, done, skipped, failed };
}

/** A lane on this thread. */
function functionLane<Point>(run: (point: Point) => unknown): Lane<Point, Answer> {
  return {
    async work(point, signal) {
      const answer = await answerOf(() => run(point));
      // What ended by the signal has not failed.
      if ("reason" in answer) signal.throwIfAborted();
      return answer;
    },
  };
}

function isRow(row: unknown): row is SweepRow {
  const { key, status } = (row ?? {}) as Partial<SweepRow>;
  return typeof key === "string" && (status === "done" || status === "failed");
}

function keyOf(point: unknown): string {
  if (typeof point !== "object" || point === null || Array.isArray(point)) {
    throw new TypeError(
      `Cannot sweep as a point must be a record: current value is ${JSON.stringify(point)}`,
    );
  }
  const flat = flatten(point);
  const reserved = ["key", "status", "reason"].find((name) => name in flat);
  if (reserved) {
    throw new TypeError(
      `Cannot sweep as a point must not name the column ${reserved}: ${JSON.stringify(plain(point))}`,
    );
  }
  return sha256(JSON.stringify(Object.entries(flat).sort(([a], [b]) => a < b ? -1 : 1))).slice(0, 16);
}

function rowOf(key: string, point: unknown, answer: Answer): SweepRow {
  const columns = flatten(point);
  if ("reason" in answer) return { key, status: "failed", ...columns, reason: answer.reason };
  const result = flatten(answer.result);
  const twice = Object.keys(result).find((name) =>
    name in columns || ["key", "status", "reason"].includes(name)
  );
  if (twice !== undefined) {
    return {
      key,
      status: "failed",
      ...columns,
      reason: `the result names ${twice}, which is a column already`,
    };
  }
  return { key, status: "done", ...columns, ...result };
}

/** Nested objects as one level, names joined by dots: `{ gain: { low: 1 } }` as `{ "gain.low": 1 }`. */
function flatten(value: unknown, prefix = ""): Record<string, Json> {
  const flat: Record<string, Json> = {};
  for (const [name, member] of Object.entries(plain(value) as Record<string, Json>)) {
    if (typeof member === "object" && member !== null && !Array.isArray(member)) {
      Object.assign(flat, flatten(member, `${prefix}${name}.`));
    } else flat[prefix + name] = member;
  }
  return flat;
}
