import { parseCsv, type Table } from "./csv.ts";

/** A table of text, with the character between its fields told from its header. */
export interface Delimited {
  separator: "," | ";" | "\t";
  /** The names of the columns without spaces around them. */
  columns: string[];
  table: Table;
}

/**
 * Parse a table whose separator is not known.
 *
 * @param wanted What the text must be, for the message.
 * @throws {SyntaxError} As `parseCsv`.
 * @throws {Deno.errors.InvalidData} If no separator is in the first line: the text is no table.
 */
export function delimited(path: string, text: string, wanted: string): Delimited {
  const header = text.split("\n").find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
  const bare = header.replace(/"[^"]*"/g, "");
  const counts = ([",", ";", "\t"] as const).map((separator) => ({
    separator,
    count: bare.split(separator).length - 1,
  })).sort((a, b) => b.count - a.count);
  const [{ separator, count }] = counts;
  if (header !== "" && count === 0) {
    throw new Deno.errors.InvalidData(
      `Cannot read ${path} as it must be ${wanted}: it begins with ${
        JSON.stringify(header.trim().slice(0, 40))
      }`,
    );
  }
  const table = parseCsv(text, { separator, name: path });
  const columns = table.columns.map((name) => name.trim());
  const twice = columns.find((name, i) => columns.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new SyntaxError(
      `Cannot read ${path} as line 1 names the column ${JSON.stringify(twice)} twice`,
    );
  }
  return { separator, columns, table };
}
