import type { SqlDatabase } from "../../evaluate/mod.ts";
import { runStatement } from "./_sql_lane.ts";
import { type Environment, objectSchema, orderedJson, textSchema, ToolRefusal } from "./environment.ts";

/** Characters of a result that are shown. */
const MOST_CHARACTERS = 4000;

/**
 * A database in SQLite: its tables, and one statement at a time. Statements run in a sandboxed process that can reach
 * nothing else, see `runAllSql`; clocks, chance and transactions are refused, so that a state is the same wherever it is
 * reached.
 */
export const sqlDatabase: Environment<SqlDatabase> = {
  name: "database@1",
  canonical: ({ schema, tables }) => ({
    schema: schema.map((sql) => sql.replace(/\s+/g, " ").trim()).toSorted(),
    // The order of rows means nothing.
    tables: tables.filter(({ rows }) => rows.length > 0)
      .map(({ name, rows }) => ({ name, rows: rows.map((row) => orderedJson(row)).toSorted() }))
      .toSorted((a, b) => a.name < b.name ? -1 : 1),
  }),
  tools: [
    {
      name: "list_tables",
      description: "List the tables of the database with their columns.",
      parameters: objectSchema({}),
      run: ({ schema }) => ({ observation: schema }),
    },
    {
      name: "run_sql",
      description: "Run one SQL statement on the SQLite database; gives the rows of the result.",
      parameters: objectSchema({ statement: textSchema("The statement") }),
      async run(state, { statement }) {
        const { results: [result], database } = await runStatement(state, `${statement}`);
        if ("error" in result) throw new ToolRefusal(result.error);
        if (database === null) throw new ToolRefusal("cannot be run");
        const text = JSON.stringify(result.rows);
        const observation = text.length > MOST_CHARACTERS
          ? `${text.slice(0, MOST_CHARACTERS)} [cut]`
          : result.rows;
        return { observation, state: database };
      },
    },
  ],
};
