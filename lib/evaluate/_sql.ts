import { runSandboxed } from "./sandbox.ts";

/** A table as it stands before anything is done to it. */
export interface SqlTable {
  /** Its name. */
  name: string;
  /** Its columns, in order, with their types. */
  columns: readonly { name: string; type: string }[];
  /** Its rows; every value as text or number. */
  rows: readonly (readonly (string | number | null)[])[];
}

/** A value as SQLite gives it; whole numbers beyond 2^53 and blobs as text. */
export type SqlValue = string | number | null;

/** What became of one statement: its rows, or why it did not run. */
export type SqlResult = { rows: SqlValue[][] } | { error: string };

/** What became of statements and of the table. */
export interface SqlRun {
  /** A result a statement. */
  results: SqlResult[];
  /** The table's rows afterwards, sorted; `null` where it was dropped, or the statements were stopped. */
  state: SqlValue[][] | null;
}

/** Rows of a result at most: more than a model can read. */
const MOST_ROWS = 1000;

/**
 * Run statements that nobody trusts, one after the other, on one table in memory: in a process without permissions, where SQLite
 * may attach no file, load nothing and set nothing, under the sandbox's limits of time and memory.
 *
 * Text compares without regard to case, as in MySQL, for which such statements are written; double quotes may hold text.
 */
export async function runSql(table: SqlTable, statements: readonly string[]): Promise<SqlRun> {
  const given = JSON.stringify({ table, statements: statements.map(single), most: MOST_ROWS });
  const { status, stdout } = await runSandboxed(PROGRAM.replace("GIVEN", () => given), {
    timeoutSeconds: 2,
    maxOutputBytes: 2_000_000,
  });
  if (status === "ok") return JSON.parse(stdout);
  const error = status === "timeout"
    ? "took too long"
    : status === "error"
    ? "cannot be run"
    : `too much ${status}`;
  return { results: statements.map(() => ({ error })), state: null };
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
const { table, statements, most } = GIVEN;
const db = new DatabaseSync(":memory:", { enableDoubleQuotedStringLiterals: true });
const named = (name) => '"' + name.replaceAll('"', '""') + '"';
const typed = ({ name, type }) => named(name) + " " + type + (/^(text|string|char)/i.test(type) ? " COLLATE NOCASE" : "");
db.exec("CREATE TABLE " + named(table.name) + " (" + table.columns.map(typed).join(", ") + ")");
const insert = db.prepare("INSERT INTO " + named(table.name) + " VALUES (" + table.columns.map(() => "?").join(", ") + ")");
for (const row of table.rows) insert.run(...row);
const denied = new Set(["ATTACH", "DETACH", "PRAGMA", "CREATE_VTABLE", "DROP_VTABLE"].map((name) => constants["SQLITE_" + name]));
db.setAuthorizer((action, _, name) =>
  denied.has(action) || /^(load_extension|fts3_tokenizer)$/i.test(name ?? "") ? constants.SQLITE_DENY : constants.SQLITE_OK
);
const value = (cell) =>
  typeof cell === "bigint"
    ? (Number.isSafeInteger(Number(cell)) ? Number(cell) : String(cell))
    : cell instanceof Uint8Array ? cell.toHex() : cell;
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
let state = null;
try {
  state = run("SELECT * FROM " + named(table.name), Infinity).sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
} catch {
  // It was dropped.
}
console.log(JSON.stringify({ results, state }));
`;
