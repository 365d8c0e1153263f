import { described, type Description, type Json, ofKind, oneOf, percent, takes } from "../base/mod.ts";
import { readRecords } from "../data/mod.ts";
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
 * CSV (with commas, semicolons or tabs), JSON or Parquet; records `{ mixture: { … }, losses: { … } }` are read too. Shares may be
 * percent. Domains and targets are called as the columns are, without words such as `share_` or `_loss`; a loss may be left empty.
 *
 * @throws {SyntaxError} If there is no row, or one has no number where there must be one; the message names the row, from 1.
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
  const rows = (await Array.fromAsync(readRecords(path))).map(flat);
  if (rows.length === 0) {
    throw new SyntaxError(`Cannot read ${path} as it must have a row for each run: there is none`);
  }
  const every = [...new Set(rows.flatMap(Object.keys))];
  const columns = columnsOf(rows, every, options, path);
  const shares = columns.shares.map((column) =>
    rows.map((row, at) => numberOf(row[column], path, at, column))
  );
  const losses = columns.losses.map((column) =>
    rows.map((row, at) => isEmpty(row[column]) ? null : numberOf(row[column], path, at, column))
  );
  const whole = wholeOf(shares, columns.shares, path);
  const domains = shortNames(columns.shares, SHARE);
  const targets = shortNames(columns.losses, LOSS);
  const runs = rows.map((row, at): ProxyRun => ({
    name: columns.run === undefined ? `row ${at + 1}` : `${row[columns.run]}`,
    mixture: Object.fromEntries(domains.map((domain, j) => [domain, shares[j][at] / whole])),
    losses: Object.fromEntries(targets.map((target, j) => [target, losses[j][at]])),
  }));
  Object.defineProperty(runs, "notes", { value: [saidOf(path, columns, every, whole)] });
  return described(runs as ReadProxyRuns, tellRuns);
}

/** The columns by what they hold. */
interface Columns {
  shares: readonly string[];
  losses: readonly string[];
  run: string | undefined;
}

function saidOf(
  path: string,
  { shares, losses, run }: Columns,
  every: readonly string[],
  whole: number,
): string {
  const left = every.filter((column) => ![...shares, ...losses, run].includes(column));
  return [
    `${path}: shares are ${shares.join(", ")}${whole === 100 ? ", in percent" : ""}`,
    `losses are ${losses.join(", ")}`,
    ...run === undefined ? [] : [`runs are ${run}`],
    ...left.length > 0 ? [`not read: ${left.join(", ")}`] : [],
  ].join("; ");
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

function isEmpty(cell: Json | undefined): boolean {
  return cell === undefined || cell === null || typeof cell === "string" && cell.trim() === "";
}

function isNumber(cell: Json): boolean {
  return typeof cell !== "boolean" && Number.isFinite(Number(cell));
}

function numberOf(cell: Json | undefined, path: string, at: number, column: string): number {
  if (!isEmpty(cell) && isNumber(cell!)) return Number(cell);
  throw new SyntaxError(
    `Cannot read ${path} as row ${at + 1}, column ${column}, must be a finite number: current value is ${
      JSON.stringify(cell ?? "")
    }`,
  );
}

/** Which columns hold what: as they are named, else as they are called. */
function columnsOf(
  rows: readonly Record<string, Json>[],
  every: readonly string[],
  { domains, losses, run }: ReadProxyRunsOptions,
  path: string,
): Columns {
  const cannot = `Cannot read ${path}`;
  for (const [name, given] of Object.entries({ domains, losses, run: run === undefined ? [] : [run] })) {
    if (given === undefined) continue;
    ofKind(cannot, { [name]: given }, "a list of texts");
    for (const column of given) oneOf(cannot, { [`a column of ${name}`]: column }, every);
  }
  const full = every.filter((column) => rows.some((row) => !isEmpty(row[column])));
  const numbers = full.filter((column) => rows.every((row) => isEmpty(row[column]) || isNumber(row[column])));
  const names = run ?? full.find((column) => !numbers.includes(column));
  const measured = losses ?? numbers.filter((column) => /loss/i.test(column));
  const rest = numbers.filter((column) =>
    column !== names && !measured.includes(column) && !OTHER.test(column) && !/loss/i.test(column)
  );
  const marked = rest.filter((column) => shortened(column, SHARE) !== column);
  const shares = domains ?? (marked.length > 0 ? marked : rest);
  const list = every.join(", ");
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

/** What a row's shares sum to: 1 or 100. */
function wholeOf(shares: readonly number[][], columns: readonly string[], path: string): number {
  const sums = shares[0].map((_, at) => shares.reduce((sum, column) => sum + column[at], 0));
  const whole = sums[0] > 50 ? 100 : 1;
  const wrong = sums.findIndex((sum) => Math.abs(sum / whole - 1) > TOLERANCE);
  if (wrong < 0) return whole;
  throw new RangeError(
    `Cannot read ${path} as the shares of a run must sum to 1, or to 100: those of row ${wrong + 1} sum to ${
      Number(sums[wrong].toPrecision(4))
    } over ${columns.join(", ")}; where these are not the domains, give domains, their columns`,
  );
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
