import { runAllSql, type SqlResult, type SqlValue } from "./sql.ts";

/** A table as it stands before anything is done to it. */
export interface SqlTable {
  /** Its name. */
  name: string;
  /** Its columns, in order, with their types. */
  columns: readonly { name: string; type: string }[];
  /** Its rows; every value as text or number. */
  rows: readonly (readonly SqlValue[])[];
}

/** What became of statements and of the table. */
export interface SqlRun {
  /** A result a statement. */
  results: SqlResult[];
  /** The table's rows afterwards, sorted; `null` where it was dropped, or the statements were stopped. */
  state: SqlValue[][] | null;
}

/**
 * Run statements that nobody trusts, one after the other, on one table in memory, as {@linkcode runAllSql} does.
 *
 * Text compares without regard to case, as in MySQL, for which such statements are written; double quotes may hold text.
 */
export async function runSql(table: SqlTable, statements: readonly string[]): Promise<SqlRun> {
  const columns = table.columns.map(({ name, type }) =>
    `${quoted(name)} ${type}${/^(text|string|char)/i.test(type) ? " COLLATE NOCASE" : ""}`
  );
  const schema = [`CREATE TABLE ${quoted(table.name)} (${columns.join(", ")})`];
  const tables = [{ name: table.name, rows: table.rows.map((row) => [...row]) }];
  const [{ results, database }] = await runAllSql([{ database: { schema, tables }, statements }]);
  const left = database?.tables.find(({ name }) => name.toLowerCase() === table.name.toLowerCase());
  const state = left?.rows.toSorted((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1) ?? null;
  return { results, state };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
