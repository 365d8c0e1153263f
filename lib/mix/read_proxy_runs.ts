import { described, type Description, type Json, ofKind, oneOf, percent, takes } from "../base/mod.ts";
import { readCsv, readJsonl, Table } from "../data/mod.ts";
import type { ProxyRun } from "./proxy_runs.ts";

/** Options of {@linkcode readProxyRuns}. */
export interface ReadProxyRunsOptions {
  /** The columns of shares. @default {guessed by their names, else every number that is left; `notes` say the guess} */
  domains?: readonly string[];
  /** The columns of losses, in nats per token. @default {those with "loss" in their names} */
  losses?: readonly string[];
  /** The column that names the runs. @default {the first one of texts, if there is one} */
  run?: string;
}

/** Proxy runs, and how they were read. */
export interface ReadProxyRuns extends Array<ProxyRun> {
  /** What was taken for what, a sentence each. Not enumerated. */
  readonly notes: readonly string[];
}

/** How far a row's shares may be from their sum: they are often rounded. */
const TOLERANCE = 0.01;
/** Words at either end of a column's name that say what it is, not of what. */
const SHARE = "shares?|weights?|ratios?|fractions?|proportions?|mix|mixtures?|percent|%";
const LOSS = "loss|losses|metrics?|eval|evaluation|val|valid|validation|test|nats";
/** Numbers of a run that are no shares. */
const OTHER =
  /^(?:|unnamed: 0|index|id|run|trial|seed|steps?|tokens|params|parameters|size|lr|learning.?rate|batch.?size|flops)$/i;

/**
 * Read proxy runs from a table with a row a run: a column of shares for every domain and one of loss for every target, as
 * CSV (with commas, semicolons or tabs) or JSON Lines, where `{ mixture: { … }, losses: { … } }` is read too. Shares may be
 * percent. Domains and targets are called as the columns are, without words such as `share_` or `_loss`; a loss may be left empty.
 *
 * @throws {SyntaxError} If a row is malformed or has no number where there must be one; the message names the line.
 * @throws {RangeError} If a column is missing, there are no shares or no losses, or shares do not sum to 1 or 100.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readProxyRuns } from "midtrain/mix";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "name,share_web,share_code,code_loss\na,90,10,1.5\nb,50,50,1.2\n");
 * const runs = await readProxyRuns(path);
 * assert.deepEqual(runs[0], { name: "a", mixture: { web: 0.9, code: 0.1 }, losses: { code: 1.5 } });
 * assert.match(runs.notes[0]!, /shares are share_web, share_code, in percent; losses are code_loss/);
 * ```
 */
export async function readProxyRuns(
  path: string,
  options: ReadProxyRunsOptions = {},
): Promise<ReadProxyRuns> {
  takes("Cannot read proxy runs", options, "domains?, losses?, run?");
  ofKind("Cannot read proxy runs", { path }, "a text");
  const table = await readTable(path);
  const columns = columnsOf(table, options, path);
  const shares = columns.shares.map((column) => table.numbers(column));
  const losses = columns.losses.map((column) => table.numbers(column, { empty: NaN }));
  const whole = wholeOf(shares, columns.shares, table, path);
  const domains = shortNames(columns.shares, SHARE);
  const targets = shortNames(columns.losses, LOSS);
  const names = columns.run === undefined ? undefined : table.text(columns.run);
  const runs = Array.from({ length: table.length }, (_, at): ProxyRun => ({
    name: names?.[at] ?? `line ${table.line(at)}`,
    mixture: Object.fromEntries(domains.map((domain, j) => [domain, shares[j][at] / whole])),
    losses: Object.fromEntries(
      targets.map((target, j) => [target, Number.isNaN(losses[j][at]) ? null : losses[j][at]]),
    ),
  }));
  const left = table.columns.filter((column) =>
    ![...columns.shares, ...columns.losses, columns.run].includes(column)
  );
  const notes = [
    `${path}: shares are ${columns.shares.join(", ")}${whole === 100 ? ", in percent" : ""}; losses are ${
      columns.losses.join(", ")
    }${columns.run === undefined ? "" : `; runs are ${columns.run}`}${
      left.length > 0 ? `; not read: ${left.join(", ")}` : ""
    }`,
  ];
  Object.defineProperty(runs, "notes", { value: notes });
  return described(runs as ReadProxyRuns, tellRuns);
}

function tellRuns(runs: ReadProxyRuns): Description {
  return [
    {
      rows: runs.map(({ name, mixture, losses }) => ({
        "run": name,
        ...Object.fromEntries(Object.entries(mixture).map(([domain, share]) => [domain, percent(share, 1)])),
        ...Object.fromEntries(
          Object.entries(losses).map(([target, loss]) => [`loss of ${target} (nats per token)`, loss]),
        ),
      })),
    },
    ...runs.notes,
  ];
}

async function readTable(path: string): Promise<Table> {
  const table = /\.(?:jsonl?|ndjson)(?:\.gz|\.zstd?)?$/i.test(path)
    ? await readRecords(path)
    : await readSeparated(path);
  if (table.length === 0) {
    throw new SyntaxError(`Cannot read ${path} as it must have a row for each run: there is none`);
  }
  return table;
}

async function readSeparated(path: string): Promise<Table> {
  const table = await readCsv(path);
  const [header] = table.columns;
  const separator = ([";", "\t"] as const).find((one) => header.includes(one));
  return table.columns.length === 1 && separator ? await readCsv(path, { separator }) : table;
}

async function readRecords(path: string): Promise<Table> {
  const records: Record<string, Json>[] = [];
  for await (const value of readJsonl(path)) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new SyntaxError(`Cannot read ${path} as value ${records.length + 1} must be a JSON object`);
    }
    records.push(flat(value));
  }
  const columns = [...new Set(records.flatMap(Object.keys))];
  const rows = records.map((record) => columns.map((column) => `${record[column] ?? ""}`));
  return new Table(columns, rows, records.map((_, i) => i + 1), path);
}

/** Members of members as `outer/inner`. */
function flat(record: Record<string, Json>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.entries(flat(value)).map(([inner, one]) => [`${name}/${inner}`, one])
        : [[name, value]]
    ),
  );
}

/** Which columns hold what. */
function columnsOf(
  table: Table,
  { domains, losses, run }: ReadProxyRunsOptions,
  path: string,
): { shares: readonly string[]; losses: readonly string[]; run: string | undefined } {
  const cannot = `Cannot read ${path}`;
  for (const [name, given] of Object.entries({ domains, losses, run: run === undefined ? [] : [run] })) {
    if (given === undefined) continue;
    ofKind(cannot, { [name]: given }, "a list of texts");
    for (const column of given) oneOf(cannot, { [`a column of ${name}`]: column }, table.columns);
  }
  const numbers = table.columns.filter((column) => isNumeric(table.text(column)));
  const names = run ??
    table.columns.find((column) =>
      !numbers.includes(column) && table.text(column).some((cell) => cell.trim())
    );
  const measured = losses ?? numbers.filter((column) => /loss/i.test(column));
  const rest = numbers.filter((column) =>
    column !== names && !measured.includes(column) && !OTHER.test(column) && !/loss/i.test(column)
  );
  const marked = rest.filter((column) => shortened(column, SHARE) !== column);
  const shares = domains ?? (marked.length > 0 ? marked : rest);
  const list = table.columns.join(", ");
  if (measured.length === 0) {
    throw new RangeError(
      `${cannot} as a column must hold a loss: none of ${list} is one by its name; give losses, their columns`,
    );
  }
  if (shares.length === 0) {
    throw new RangeError(
      `${cannot} as columns must hold the shares of domains: none of ${list} is one by its name; give domains, their columns`,
    );
  }
  return { shares, losses: measured, run: names };
}

function isNumeric(cells: readonly string[]): boolean {
  const full = cells.filter((cell) => cell.trim() !== "");
  return full.length > 0 && full.every((cell) => Number.isFinite(Number(cell)));
}

/** What a row's shares sum to: 1 or 100. */
function wholeOf(
  shares: readonly Float64Array[],
  columns: readonly string[],
  table: Table,
  path: string,
): number {
  const sums = Array.from(
    { length: table.length },
    (_, at) => shares.reduce((sum, column) => sum + column[at], 0),
  );
  const whole = sums[0] > 50 ? 100 : 1;
  const wrong = sums.findIndex((sum) => Math.abs(sum / whole - 1) > TOLERANCE);
  if (wrong >= 0) {
    throw new RangeError(
      `Cannot read ${path} as the shares of a run must sum to 1, or to 100: those of line ${
        table.line(wrong)
      } sum to ${Number(sums[wrong].toPrecision(4))} over ${
        columns.join(", ")
      }; where these are not the domains, give domains, their columns`,
    );
  }
  return whole;
}

/** What columns are of, without the words that say what they are; as they stand where that leaves two alike. */
function shortNames(columns: readonly string[], words: string): string[] {
  const short = columns.map((column) => shortened(column, words));
  return new Set(short).size < short.length ? [...columns] : short;
}

function shortened(column: string, words: string): string {
  const ends = new RegExp(`^(?:${words})[\\W_]+(?=\\w)|(?<=\\w)[\\W_]+(?:${words})\\W*$`, "i");
  let name = column.trim();
  while (ends.test(name)) name = name.replace(ends, "");
  return name;
}
