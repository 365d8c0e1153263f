import { described, type Description, type Json, ofKind, oneOf, takes } from "../base/mod.ts";
import { readRecords } from "./records.ts";

/** What a run's record may hold, as the laws of runs call it. */
export type RunField =
  | "params"
  | "tokens"
  | "uniqueTokens"
  | "flops"
  | "batchTokens"
  | "share"
  | "loss"
  | "learningRate"
  | "change"
  | "gain"
  | "amount";

/** The column of a field, and what its numbers are multiplied by, such as 1e9 for billions or 0.01 for percent. */
export type RunColumn = string | { column: string; times: number };

/** Which column holds which field; `mixture` are the columns of shares, whose names are the domains. */
export interface RunColumns extends Partial<Record<RunField, RunColumn>> {
  /** The columns of the domains' shares. */
  mixture?: readonly string[];
}

/** A run with the fields that were asked for. */
export type TableRun<Columns extends RunColumns> =
  & Record<keyof Columns & RunField, number>
  & (Columns extends { mixture: readonly string[] } ? { mixture: Record<string, number> } : unknown);

/** Runs, and how they were read. */
export interface ReadRuns<Run> extends Array<Run> {
  /** What was taken for what, and what was left out: a sentence each. Not enumerated. */
  readonly notes: readonly string[];
}

/** Between which the greatest count of a table lies if it is in ones, with much room on either side. */
const ONES: Partial<Record<string, readonly [number, number]>> = {
  params: [1e5, 1e14],
  tokens: [1e6, 1e17],
  uniqueTokens: [1e6, 1e17],
  flops: [1e12, 1e30],
  batchTokens: [1e3, 1e10],
};

const cannot = "Cannot read runs";

/**
 * Read the runs that a law is fitted to from a table with named columns, a row a run: CSV, JSON or Parquet. The fields are
 * those of `TrainedRun`, `RepeatedRun`, `MixtureRun`, `IsoflopPoint`, `TunedRun`, `Cooldown` and of mixed runs in
 * `midtrain/laws`. A row with an empty cell among them is left out, and `notes` count it.
 *
 * Counts must be in ones. Where the greatest of a column is a thousand times too small or too great to be so, it is refused:
 * give its factor, `times`, or `times: 1` where it is right.
 *
 * @param path The table.
 * @param columns The column of each field that is wanted.
 * @throws {SyntaxError} If a cell is no number, or no row is full; the message names the row, from 1.
 * @throws {RangeError} If there is no such column, or counts look like millions or billions.
 * @example A sweep in billions, and the law of its losses
 * ```ts
 * import assert from "node:assert/strict";
 * import { readRuns } from "midtrain/data";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "N (B),D (B),val\n0.1,2,3.1\n1,20,2.4\n");
 * const columns = { params: { column: "N (B)", times: 1e9 }, tokens: { column: "D (B)", times: 1e9 }, loss: "val" };
 * const runs = await readRuns(path, columns);
 * assert.deepEqual(runs[0], { params: 1e8, tokens: 2e9, loss: 3.1 });
 * await assert.rejects(readRuns(path, { params: "N (B)", loss: "val" }), /as in billions/);
 * ```
 */
export async function readRuns<const Columns extends RunColumns>(
  path: string,
  columns: Columns,
): Promise<ReadRuns<TableRun<Columns>>> {
  ofKind(cannot, { path }, "a text");
  takes(
    cannot,
    columns,
    "params?, tokens?, uniqueTokens?, flops?, batchTokens?, share?, loss?, learningRate?, change?, gain?, amount?, mixture?",
  );
  const { mixture, ...fields } = columns as RunColumns;
  if (mixture !== undefined) ofKind(cannot, { mixture }, "a list of texts");
  const wanted = Object.entries(fields).map(([field, given]) => ({ field, ...columnOf(field, given) }));
  const rows = await Array.fromAsync(readRecords(path));
  const every = [...new Set(rows.flatMap(Object.keys))];
  if (rows.length === 0 || wanted.length + (mixture?.length ?? 0) === 0) {
    throw new SyntaxError(
      `Cannot read ${path} as it must have a row for each run, and columns must name a field: there are ${rows.length} rows and ${every.length} columns`,
    );
  }
  for (const { field, column } of wanted) {
    oneOf(`Cannot read ${path}`, { [`the column of ${field}`]: column }, every);
  }
  for (const domain of mixture ?? []) oneOf(`Cannot read ${path}`, { "a column of mixture": domain }, every);
  const needed = [...wanted.map(({ column }) => column), ...mixture ?? []];
  const full = [...rows.entries()].filter(([, row]) => needed.every((column) => !isEmpty(row[column])));
  if (full.length === 0) {
    throw new SyntaxError(`Cannot read ${path} as a row must hold each of ${needed.join(", ")}: none does`);
  }
  const runs = full.map(([at, row]) => ({
    ...Object.fromEntries(wanted.map(({ field, column, times }) => {
      return [field, (times ?? 1) * numberOf(row[column], { path, at, column })];
    })),
    ...mixture && {
      mixture: Object.fromEntries(mixture.map((one) => [one, numberOf(row[one], { path, at, column: one })])),
    },
  })) as TableRun<Columns>[];
  for (const one of wanted) checkUnit(path, one, runs as Record<string, number>[]);
  const left = rows.length - full.length;
  const said = wanted.map(({ field, column, times = 1 }) =>
    `${field} is ${column}${times === 1 ? "" : ` × ${times}`}`
  );
  const notes = [
    `${path}: ${[...said, ...mixture ? [`mixture is ${mixture.join(", ")}`] : []].join("; ")}`,
    ...left === 0 ? [] : [`${left} of ${rows.length} rows have an empty cell among these and were left out`],
  ];
  Object.defineProperty(runs, "notes", { value: notes });
  return described(runs as unknown as ReadRuns<TableRun<Columns>>, tellRuns);
}

function tellRuns<Run>(runs: ReadRuns<Run>): Description {
  const rows = (runs as unknown as Record<string, unknown>[]).map(({ mixture, ...numbers }) => ({
    ...numbers as Record<string, number>,
    ...mixture as Record<string, number> | undefined,
  }));
  return [{ rows }, ...runs.notes];
}

function columnOf(field: string, given: unknown): { column: string; times?: number } {
  if (typeof given === "string") return { column: given };
  ofKind(cannot, { [field]: given }, "an object");
  takes(`${cannot} as the column of ${field}`, given as object, "column, times");
  const { column, times } = given as { column: string; times: number };
  ofKind(cannot, { [`column of ${field}`]: column }, "a text");
  if (!(times > 0 && times < Infinity)) {
    throw new RangeError(`${cannot} as times of ${field} must be finite and > 0: current value is ${times}`);
  }
  return { column, times };
}

/** Refuse counts that cannot be in ones, unless their factor was given and leaves them possible, or is 1. */
function checkUnit(
  path: string,
  { field, column, times }: { field: string; column: string; times?: number },
  runs: readonly Record<string, number>[],
): void {
  const range = ONES[field];
  if (range === undefined || times === 1) return;
  const values = runs.map((run) => run[field]);
  const least = values.reduce((a, b) => Math.min(a, b));
  const greatest = values.reduce((a, b) => Math.max(a, b));
  if (greatest >= range[0] && greatest <= range[1]) return;
  const name = JSON.stringify(column);
  const units = least < 1 || /billion|\bB\b|_b$/i.test(column)
    ? "as in billions: give times: 1e9"
    : /million|\bM\b|_m$/i.test(column)
    ? "as in millions: give times: 1e6"
    : "as in millions or billions: give times: 1e6 or 1e9";
  throw new RangeError(
    `Cannot read ${path} as ${field} must be counts in ones: column ${name}${
      times === undefined ? "" : ` times ${times}`
    } lies in ${least} to ${greatest}, ${
      greatest > range[1] ? "too many to be such" : units
    }; ${field}: { column: ${name}, times: 1 } takes them as they are`,
  );
}

function isEmpty(cell: Json | undefined): boolean {
  return cell === undefined || cell === null || typeof cell === "string" && cell.trim() === "";
}

function numberOf(cell: Json | undefined, place: { path: string; at: number; column: string }): number {
  const value = typeof cell === "string" || typeof cell === "number" ? Number(cell) : NaN;
  if (Number.isFinite(value)) return value;
  throw new SyntaxError(
    `Cannot read ${place.path} as row ${
      place.at + 1
    }, column ${place.column}, must be a finite number: current value is ${JSON.stringify(cell)}`,
  );
}
