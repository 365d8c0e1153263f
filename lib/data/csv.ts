import { described, ofKind, takes } from "../base/mod.ts";
import { readText } from "./_bytes.ts";

/**
 * A table out of a CSV file: named columns of text, read as numbers on demand.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseCsv } from "midtrain/data";
 *
 * const table = parseCsv("step,loss\n0,4.5\n100,3.25\n");
 * assert.deepEqual([...table.numbers("loss")], [4.5, 3.25]);
 * ```
 */
export class Table {
  /** The names of the columns, in the file's order. */
  readonly columns: readonly string[];
  /** How many records there are. */
  readonly length: number;
  #rows: string[][];
  #lines: number[];
  #name: string;

  /** A table over parsed records; {@linkcode parseCsv} makes one. */
  constructor(columns: string[], rows: string[][], lines: number[], name: string) {
    this.columns = columns;
    this.length = rows.length;
    this.#rows = rows;
    this.#lines = lines;
    this.#name = name;
    described(this, () => [{ rows: this.records() }]);
  }

  /** A column as text. */
  text(column: string): string[] {
    const at = this.#at(column);
    return this.#rows.map((row) => row[at]);
  }

  /**
   * A column as numbers. An empty cell is an error, unless `empty` says what it means (for example `NaN`).
   *
   * @throws {SyntaxError} If a cell is not a finite number; the message names its line.
   */
  numbers(column: string, options: { empty?: number } = {}): Float64Array {
    const at = this.#at(column);
    const out = new Float64Array(this.length);
    for (let i = 0; i < this.length; i++) {
      const cell = this.#rows[i][at].trim();
      const value = cell === "" ? options.empty : Number(cell);
      if (value === undefined || (cell !== "" && !Number.isFinite(value))) {
        throw new SyntaxError(
          `Cannot read ${this.#name} as line ${
            this.#lines[i]
          }, column ${column}, must be a finite number: current value is ${JSON.stringify(cell)}`,
        );
      }
      out[i] = value;
    }
    return out;
  }

  /** The line of the file that a record starts at, from 1; records count from 0. */
  line(record: number): number {
    return this.#lines[record];
  }

  /** Each record as an object of texts, under the columns' names or others in their place. */
  records(names: readonly string[] = this.columns): Record<string, string>[] {
    return this.#rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
  }

  #at(column: string): number {
    const at = this.columns.indexOf(column);
    if (at < 0) {
      throw new RangeError(
        `Cannot read ${this.#name} as the column must be one of ${
          this.columns.join(", ")
        }: current value is ${JSON.stringify(column)}`,
      );
    }
    return at;
  }
}

/** Options of {@linkcode parseCsv}. */
export interface ParseCsvOptions {
  /** The character between fields. @default {","} */
  separator?: "," | ";" | "\t";
  /** What error messages call the text. @default {"the table"} */
  name?: string;
}

/**
 * Parse a table in the form of RFC 4180: a header, quoted fields that may hold separators, quotes and line breaks, lines
 * that end in LF or CRLF. Lines before the header that start with `#` are comments. Every record must have the header's
 * number of fields.
 *
 * It is our own because the laws read kilobytes and must load in milliseconds: Polars costs a native library, and
 * papaparse guesses and repairs where a malformed row should stop a fit.
 *
 * @throws {SyntaxError} If there is no header, a name is twice in it, a record has another number of fields, or a quote
 * is not closed; the message names the line.
 * @example A quoted field
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseCsv } from "midtrain/data";
 *
 * assert.deepEqual(parseCsv('name,n\n"a, ""b""",1').records(), [{ name: 'a, "b"', n: "1" }]);
 * ```
 */
export function parseCsv(text: string, options: ParseCsvOptions = {}): Table {
  takes("Cannot read a CSV", options, "separator?, name?");
  ofKind("Cannot read a CSV", { text }, "a text");
  const { separator = ",", name = "the table" } = options;
  const fail = (line: number, problem: string) =>
    new SyntaxError(`Cannot read ${name} as line ${line} ${problem}`);
  const rows: string[][] = [];
  const lines: number[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  while (text[at] === "#") {
    const end = text.indexOf("\n", at);
    at = end < 0 ? text.length : end + 1;
    line++;
  }
  while (at < text.length) {
    const row: string[] = [];
    const start = line;
    for (let more = true; more;) {
      let field = "";
      if (text[at] === '"') {
        for (at++;;) {
          const quote = text.indexOf('"', at);
          if (quote < 0) throw fail(start, "opens a quote that is never closed");
          field += text.slice(at, quote);
          at = quote + 1;
          if (text[at] !== '"') break;
          field += '"';
          at++;
        }
        line += field.split("\n").length - 1;
      } else {
        const from = at;
        while (at < text.length && text[at] !== separator && text[at] !== "\n") at++;
        field = text.slice(from, text[at] !== separator && text[at - 1] === "\r" && at > from ? at - 1 : at);
        if (field.includes('"')) {
          throw fail(line, `has a quote inside a plain field: ${JSON.stringify(field)}`);
        }
      }
      row.push(field);
      if (text[at] === "\r" && (text[at + 1] === "\n" || at + 1 === text.length)) at++;
      more = text[at] === separator;
      if (!more && at < text.length && text[at] !== "\n") {
        throw fail(line, `goes on after a closed quote with ${JSON.stringify(text[at])}`);
      }
      at++;
    }
    line++;
    if (row.length === 1 && row[0] === "") continue;
    if (rows.length > 0 && row.length !== rows[0].length) {
      throw fail(
        start,
        `must have ${rows[0].length} fields as the header has: current value is ${row.length}`,
      );
    }
    rows.push(row);
    lines.push(start);
  }
  const columns = rows.shift();
  if (!columns) throw new SyntaxError(`Cannot read ${name} as it must have a header: it is empty`);
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice !== undefined) {
    throw fail(lines[0], `names the column ${JSON.stringify(twice)} twice`);
  }
  return new Table(columns, rows, lines.slice(1), name);
}

/**
 * Read a CSV file of moderate size (it is held in memory), plain or compressed with gzip or zstd; see {@linkcode parseCsv}.
 *
 * @throws {SyntaxError} If it is malformed or not UTF-8; the message names the file and the line.
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readCsv } from "midtrain/data";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "step,loss\n0,4.5\n");
 * assert.deepEqual([...(await readCsv(path)).numbers("step")], [0]);
 * ```
 */
export async function readCsv(path: string, options: Omit<ParseCsvOptions, "name"> = {}): Promise<Table> {
  takes("Cannot read a CSV", options, "separator?");
  ofKind("Cannot read a CSV", { path }, "a text");
  return parseCsv(await readText(path, "CSV"), { ...options, name: path });
}
