import type pl from "nodejs-polars";
import { join } from "node:path";
import { keepFreedMemory } from "../native/mod.ts";

/** Polars, loaded when it is needed first. */
export async function polars(): Promise<typeof pl> {
  keepFreedMemory();
  return (await import("nodejs-polars")).default;
}

/**
 * A table of documents, unread: Parquet, JSON Lines or CSV by the path's ending; a glob reads many.
 *
 * @throws {TypeError} If it is a folder, the ending is another, or a column is missing.
 * @throws {Deno.errors.NotFound} If there is no such file.
 */
export async function scan(path: string, columns: readonly string[]): Promise<pl.LazyDataFrame> {
  const library = await polars();
  const there = await Deno.stat(path).catch(() => undefined);
  if (there?.isDirectory) {
    throw new TypeError(
      `Cannot scan ${path} as it must be a file, or several by a glob such as ${
        join(path, "*.parquet")
      }: it is a folder`,
    );
  }
  const open = path.endsWith(".parquet")
    ? library.scanParquet
    : path.endsWith(".csv")
    ? library.scanCSV
    : /\.(jsonl|ndjson)$/.test(path)
    ? library.scanJson
    : undefined;
  if (!open) {
    throw new TypeError(
      `Cannot scan a table as the path must end in .parquet, .jsonl, .ndjson or .csv: current value is ${path}`,
    );
  }
  let frame: pl.LazyDataFrame;
  let known: string[];
  try {
    frame = open(path);
    known = frame.columns;
  } catch (error) {
    const reason = error instanceof Error ? error.message : `${error}`;
    const absent = !there && reason.includes("os error 2");
    throw new Deno.errors.NotFound(`Cannot scan ${path}: ${absent ? "there is no such file" : reason}`);
  }
  for (const column of columns) {
    if (!known.includes(column)) {
      throw new TypeError(
        `Cannot scan ${path} as it must have a column "${column}": it has ${known.join(", ")}`,
      );
    }
  }
  return frame;
}

/**
 * The rows of a query. Polars works through the file in batches, so memory holds groups and not rows; it keeps the thread
 * until it is done, as its other call has no such mode.
 *
 * @throws {SyntaxError} If a row of the file cannot be read.
 */
export function rowsOf<Row>(query: pl.LazyDataFrame, path: string): Row[] {
  try {
    return query.collectSync({ engine: "streaming" }).toRecords() as Row[];
  } catch (error) {
    throw new SyntaxError(`Cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * A column's type, as Polars writes it.
 *
 * @throws {SyntaxError} If the first row cannot be read.
 */
export function typeOf(frame: pl.LazyDataFrame, column: string, path: string): string {
  try {
    return `${frame.select(column).limit(1).collectSync().dtypes[0]}`;
  } catch (error) {
    throw new SyntaxError(`Cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** A column's name in SQL. */
export function quoted(column: string): string {
  return `"${column.replaceAll('"', '""')}"`;
}
