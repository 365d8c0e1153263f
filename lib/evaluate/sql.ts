import { ofKind, takes } from "../base/mod.ts";
import { runSandboxed } from "./sandbox.ts";

/** A value as SQLite gives it; whole numbers beyond 2^53 and blobs as text. */
export type SqlValue = string | number | null;

/** A database as plain data. */
export type SqlDatabase = {
  /** The `CREATE` statements of its tables, indexes, views and triggers. */
  schema: string[];
  /** The rows of its tables, in their order; a table without rows may be missing. */
  tables: { name: string; rows: SqlValue[][] }[];
};

/** Statements to run, one after the other, on a database of their own. */
export interface SqlJob {
  /** The database as it stands before. */
  database: SqlDatabase;
  /** The statements. */
  statements: readonly string[];
}

/** What became of one statement: its rows, or why it did not run. */
export type SqlResult = { rows: SqlValue[][] } | { error: string };

/** What became of a {@linkcode SqlJob}. */
export interface SqlOutcome {
  /** A result a statement. */
  results: SqlResult[];
  /** The database afterwards; `null` where the statements were stopped. */
  database: SqlDatabase | null;
}

/** Options of {@linkcode runAllSql}. */
export interface RunAllSqlOptions {
  /**
   * Whether the same statements give the same results always and databases go on from call to call: no clock, no chance, no
   * transactions. @default {false}
   */
  repeatable?: boolean;
}

/** Rows of a result at most: more than a model can read. */
const MOST_ROWS = 1000;
/** Jobs that share a process. */
const MOST_JOBS = 64;

/**
 * Run statements that nobody trusts in SQLite, each job on its own database in memory: in a process without permissions, where
 * SQLite may attach no file, load nothing and set nothing, under the sandbox's limits of time and memory. Jobs share
 * processes; where one brings its process down, each of them runs alone.
 *
 * @throws {TypeError} If a job has no database or statements.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { runAllSql } from "midtrain/evaluate";
 *
 * const database = { schema: ["CREATE TABLE whales (name TEXT, tonnes REAL)"], tables: [] };
 * const statements = ["INSERT INTO whales VALUES ('blue', 199)", "SELECT tonnes FROM whales", "ATTACH 'x' AS y"];
 * const [{ results, database: after }] = await runAllSql([{ database, statements }]);
 * assert.deepEqual(results.slice(1), [{ rows: [[199]] }, { error: "not authorized" }]);
 * assert.deepEqual(after!.tables, [{ name: "whales", rows: [["blue", 199]] }]);
 * ```
 */
export async function runAllSql(
  jobs: readonly SqlJob[],
  options: RunAllSqlOptions = {},
): Promise<SqlOutcome[]> {
  const cannot = "Cannot run SQL";
  takes(cannot, options, "repeatable?");
  ofKind(cannot, { jobs }, "a list of objects with database, statements");
  for (const { database, statements } of jobs) {
    ofKind(cannot, { database }, "an object with schema, tables");
    ofKind(cannot, { statements }, "a list of texts");
  }
  const { repeatable = false } = options;
  const outcomes: SqlOutcome[] = [];
  for (let from = 0; from < jobs.length; from += MOST_JOBS) {
    outcomes.push(...await together(jobs.slice(from, from + MOST_JOBS), repeatable));
  }
  return outcomes;
}

async function together(jobs: readonly SqlJob[], repeatable: boolean): Promise<SqlOutcome[]> {
  const given = JSON.stringify({
    jobs: jobs.map(({ database, statements }) => ({ ...database, statements: statements.map(single) })),
    ...{ most: MOST_ROWS, repeatable },
  });
  const { status, stdout } = await runSandboxed(PROGRAM.replace("GIVEN", () => given), {
    timeoutSeconds: 2,
    maxOutputBytes: 2_000_000,
  });
  if (status === "ok") return JSON.parse(stdout);
  if (jobs.length > 1) {
    const alone: SqlOutcome[] = [];
    for (const job of jobs) alone.push(...await together([job], repeatable));
    return alone;
  }
  const error = status === "timeout"
    ? "took too long"
    : status === "error"
    ? "cannot be run"
    : `too much ${status}`;
  return jobs.map(({ statements }) => ({ results: statements.map(() => ({ error })), database: null }));
}

/** A statement, or what is wrong with it: SQLite would leave all behind the first out in silence. */
function single(sql: string): { sql: string } | { error: string } {
  const quoted = /'(?:''|[^'])*'|"(?:""|[^"])*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\//g;
  const bare = sql.replace(quoted, " ");
  if (/;\s*\S/.test(bare)) return { error: "one statement at a time" };
  // SQLite asks nobody before it writes a copy; here it would not be let, and say nothing.
  if (/^\s*vacuum\b/i.test(bare)) return { error: "not authorized" };
  // MySQL takes bare names that begin with a digit.
  const name = /(?<![\w.$])(?!0x|\d+e\d+\b)\d+[a-z_]\w*/gi;
  let from = 0;
  const parts: string[] = [];
  for (const { 0: text, index } of [...sql.matchAll(quoted), { 0: "", index: sql.length }]) {
    parts.push(sql.slice(from, index).replace(name, '"$&"'), text);
    from = index + text.length;
  }
  return { sql: parts.join("") };
}

const PROGRAM = `
import { constants, DatabaseSync } from "node:sqlite";
const { jobs, most, repeatable } = GIVEN;
const named = (name) => '"' + name.replaceAll('"', '""') + '"';
const action = (name) => constants["SQLITE_" + name];
const denied = new Set(["ATTACH", "DETACH", "PRAGMA", "CREATE_VTABLE", "DROP_VTABLE"].map(action));
const moves = new Set(["TRANSACTION", "SAVEPOINT"].map(action));
const restless = /^(random|randomblob|date|time|datetime|julianday|unixepoch|strftime|timediff|current_.*|last_insert_rowid)$/i;
const value = (cell) =>
  typeof cell === "bigint"
    ? (Number.isSafeInteger(Number(cell)) ? Number(cell) : String(cell))
    : cell instanceof Uint8Array ? cell.toHex() : cell;
const work = ({ schema, tables, statements }) => {
  const db = new DatabaseSync(":memory:", { enableDoubleQuotedStringLiterals: true });
  const later = (sql) => !/^\\s*create\\s+(temp\\w*\\s+)?table\\b/i.test(sql);
  for (const sql of schema) if (!later(sql)) db.exec(sql);
  for (const { name, rows } of tables) {
    if (rows.length === 0) continue;
    const insert = db.prepare("INSERT INTO " + named(name) + " VALUES (" + rows[0].map(() => "?").join(", ") + ")");
    for (const row of rows) insert.run(...row);
  }
  for (const sql of schema) if (later(sql)) db.exec(sql);
  db.setAuthorizer((code, _, name) =>
    denied.has(code) || /^(load_extension|fts3_tokenizer)$/i.test(name ?? "") ||
      repeatable && (moves.has(code) || code === constants.SQLITE_FUNCTION && restless.test(name ?? ""))
      ? constants.SQLITE_DENY
      : constants.SQLITE_OK
  );
  const run = (sql, most) => {
    const statement = db.prepare(sql);
    statement.setReturnArrays(true);
    statement.setReadBigInts(true);
    const rows = [];
    for (const row of statement.iterate()) {
      if (rows.push(row.map(value)) > most) throw new Error("more than " + most + " rows");
    }
    return rows;
  };
  const results = statements.map(({ sql, error }) => {
    if (error) return { error };
    try {
      return { rows: run(sql, most) };
    } catch (failure) {
      return { error: failure.message };
    }
  });
  const made = run("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!'", Infinity);
  const database = {
    schema: made.map(([, , sql]) => sql),
    tables: made.filter(([type]) => type === "table").map(([, name]) => ({ name, rows: run("SELECT * FROM " + named(name), Infinity) })),
  };
  db.close();
  return { results, database };
};
console.log(JSON.stringify(jobs.map(work)));
`;
