import { Buffer } from "node:buffer";
import { basename, dirname } from "node:path";
import type { Json } from "../base/mod.ts";
import { readBytes, readText } from "./_bytes.ts";
import { delimited } from "./_delimited.ts";
import { parseJson } from "./_json.ts";
import { beginsAsEvents, parseEvents } from "./_tensorboard.ts";

/** A log of training as it lies in one file: rows of named cells, whatever the format. */
export interface Log {
  path: string;
  /** What the file is, as a sentence says it. */
  format: string;
  /** What its run is called where no column says. */
  run: string;
  /** Every column, in the order of its first appearance. */
  columns: string[];
  rows: Row[];
  /** What a reader must know of the file. */
  notes: string[];
}

/** One row of a log. */
export interface Row {
  cells: Readonly<Record<string, unknown>>;
  /** Where it stands, for messages: `line 3`. */
  at: string;
}

const wanted = "a log of losses: CSV, JSON Lines, trainer_state.json or TensorBoard events";

/**
 * Read a log of training, whatever its name says: what it is follows from its first bytes.
 *
 * @throws {SyntaxError} If it is malformed; the message names the line.
 * @throws {Deno.errors.InvalidData} If it is in another format.
 */
export async function readLog(path: string): Promise<Log> {
  for await (const head of readBytes(path, { wanted })) {
    if (beginsAsEvents(head)) return await readEvents(path);
    break;
  }
  const text = (await readText(path, wanted)).replace(/^\ufeff/, "");
  return /^\s*[[{]/.test(text) ? readJson(path, text) : readTable(path, text);
}

async function readEvents(path: string): Promise<Log> {
  const parts = await Array.fromAsync(readBytes(path, { wanted }));
  const { scalars, cut } = parseEvents(Buffer.concat(parts), path);
  const rows: { cells: Record<string, unknown>; at: string }[] = [];
  let last: number | undefined;
  for (const { tag, step, value } of scalars) {
    // Scalars of one step stand one after another; one that comes again begins a row of its own.
    if (step !== last || tag in rows.at(-1)!.cells) {
      rows.push({ cells: { step }, at: `the row of step ${step}` });
    }
    Object.assign(rows.at(-1)!.cells, { [tag]: value });
    last = step;
  }
  return {
    path,
    format: "TensorBoard events",
    run: basename(dirname(path)),
    columns: columnsOf(rows),
    rows,
    notes: cut ? [`${path} ends in a record that is cut off and left out`] : [],
  };
}

function readTable(path: string, text: string): Log {
  const { separator, columns, table } = delimited(path, text, wanted);
  const rows = table.records(columns).map((cells, i) => ({ cells, at: `line ${table.line(i)}` }));
  const form = { ",": "CSV", ";": "CSV with semicolons", "\t": "a table with tabs" }[separator];
  return { path, format: form, run: stem(path), columns, rows, notes: [] };
}

function readJson(path: string, text: string): Log {
  const log = (
    format: string,
    records: readonly Json[],
    at: (i: number) => string,
    notes: string[] = [],
  ): Log => {
    const rows = records.map((record, i) => {
      if (typeof record !== "object" || record === null || Array.isArray(record)) {
        throw new SyntaxError(`Cannot read ${path} as ${at(i)} must be a JSON object: it is not an object`);
      }
      return { cells: flat(record), at: at(i) };
    });
    return { path, format, run: stem(path), columns: columnsOf(rows), rows, notes };
  };
  const whole = wholeJson(text);
  if (Array.isArray(whole)) return log("a JSON array", whole, (i) => `record ${i}`);
  if (typeof whole === "object" && whole !== null) {
    const history = whole.log_history;
    if (!Array.isArray(history)) {
      const line = text.slice(0, text.indexOf("{")).split("\n").length;
      return log("JSON Lines", [whole], () => `line ${line}`);
    }
    const folder = dirname(path);
    return {
      ...log("trainer_state.json of transformers", history, (i) => `record ${i} of log_history`, [
        `${path} holds losses that are means over the steps since the record before, as transformers logs them`,
      ]),
      run: basename(/^checkpoint-\d+$/.test(basename(folder)) ? dirname(folder) : folder),
    };
  }
  const records: Json[] = [];
  const lines: number[] = [];
  const notes: string[] = [];
  const all = text.split("\n");
  all.forEach((line, i) => {
    if (line.trim() === "") return;
    try {
      records.push(keepNaN(line));
      lines.push(i + 1);
    } catch (error) {
      // What a run that was killed, or goes on, has not written to its end.
      if (i === all.length - 1 && records.length > 0) {
        notes.push(`${path} ends in a line that is cut off and left out`);
        return;
      }
      throw new SyntaxError(
        `Cannot read ${path} as line ${i + 1} must be a JSON object: ${(error as Error).message}`,
      );
    }
  });
  return log("JSON Lines", records, (i) => `line ${lines[i]}`, notes);
}

/** The value of a text that is one JSON value over all its lines; undefined where it is none, as JSON Lines are none. */
function wholeJson(text: string): Json | undefined {
  // A first line that is a value by itself begins JSON Lines.
  const end = text.indexOf("\n");
  if (end >= 0 && text.slice(end).trim() !== "") {
    try {
      JSON.parse(text.slice(0, end));
      return undefined;
    } catch {
      // Its first line does not close: it may be an indented value.
    }
  }
  try {
    return keepNaN(text);
  } catch {
    return undefined;
  }
}

/** A JSON text's value, with NaN and infinities, which Python writes, as texts: a loss that is one must be told from none. */
function keepNaN(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    const quoted = text.replace(/([:[,]\s*)(NaN|-?Infinity)(?=\s*[,}\]])/g, '$1"$2"');
    try {
      return JSON.parse(quoted);
    } catch {
      return parseJson(text);
    }
  }
}

/** Members of members under `outer/inner`, as loggers name what belongs together. */
function flat(record: Readonly<Record<string, Json>>, prefix = ""): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]): [string, unknown][] =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.entries(flat(value, `${prefix}${name}/`))
        : [[prefix + name, value]]
    ),
  );
}

export function columnsOf(rows: readonly Row[]): string[] {
  const columns = new Set<string>();
  for (const { cells } of rows) for (const name in cells) columns.add(name);
  return [...columns];
}

/** A file's name without its extensions. */
function stem(path: string): string {
  return basename(path).replace(/\.(?:gz|zstd?)$/i, "").replace(/\.\w+$/, "");
}
