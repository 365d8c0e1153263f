import { ofKind, takes } from "../base/mod.ts";
import { documentId, type Json, type OnDrop, readBytes } from "../data/mod.ts";

/** Options of {@linkcode readCdx}. */
export interface ReadCdxOptions {
  /** Called with each line that is no row, and why; without it the first such line throws. */
  onDrop?: OnDrop;
}

/** Where a capture of a page stands. */
export interface CdxRow {
  /** The page's address. */
  url: string;
  /** When it was captured: ISO 8601. */
  date: string;
  /** What the server said that it is, or what was found out, for example `text/html`; empty where unknown. */
  mime: string;
  /** The status of HTTP; 0 where unknown, as of a revisit. */
  status: number;
  /** The SHA-1 of the body in base 32. */
  digest: string;
  /** How many bytes of the archive the record takes; 0 where unknown. */
  length: number;
  /** The byte of the archive where the record begins. */
  offset: number;
  /** The archive's file. */
  filename: string;
  /** What else the row says, for example `languages` and `truncated` of Common Crawl. */
  meta: Record<string, Json>;
}

const maxLine = 1 << 20;

/**
 * Read an index of web archives: CDXJ as Common Crawl and pywb write it, the JSON lines that an index server answers, and
 * CDX with a header (` CDX N b a m s k r M S V g`). {@linkcode readWarcRecord} reads the record that a row names.
 *
 * @throws {SyntaxError} If a line is no row and there is no `onDrop`; the message names it.
 * @throws {Deno.errors.InvalidData} If compressed bytes are damaged or cut off.
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readCdx } from "midtrain/collect";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(
 *   path,
 *   'example,tea)/ 20240101120000 {"url": "http://tea.example/", "mime": "text/html", "status": "200", "digest": "B2", "length": "1043", "offset": "333", "filename": "a.warc.gz"}\n',
 * );
 * const [{ url, date, offset }] = await Array.fromAsync(readCdx(path));
 * assert.deepEqual([url, date, offset], ["http://tea.example/", "2024-01-01T12:00:00Z", 333]);
 * ```
 */
export async function* readCdx(path: string, options: ReadCdxOptions = {}): AsyncGenerator<CdxRow> {
  takes("Cannot read an index", options, "onDrop?");
  ofKind("Cannot read an index", { path }, "a text");
  let columns: string[] | undefined;
  let number = 0;
  for await (const line of linesOf(path)) {
    number++;
    if (line.trim() === "") continue;
    const header = /^ ?CDX((?: [A-Za-z-])+)\s*$/.exec(line);
    if (header) {
      columns = header[1].trim().split(" ");
      continue;
    }
    const row = line.length > maxLine
      ? `longer than ${maxLine} characters`
      : columns
      ? fromColumns(line, columns)
      : fromJson(line);
    if (typeof row !== "string") yield row;
    else if (!options.onDrop) {
      throw new SyntaxError(
        `Cannot read ${path} as line ${number} is ${row}: ${JSON.stringify(line.slice(0, 80))}`,
      );
    } else {
      options.onDrop({
        id: documentId(path, number),
        source: path,
        stage: "collect/cdx",
        reason: row,
        excerpt: `line ${number}: ${line.slice(0, 200)}`,
      });
    }
  }
}

/** The letters of a CDX header by what they mean here. */
const letters: Record<string, string> = {
  a: "url",
  b: "timestamp",
  m: "mime",
  s: "status",
  k: "digest",
  S: "length",
  V: "offset",
  g: "filename",
  N: "urlkey",
};

function fromColumns(line: string, columns: string[]): CdxRow | string {
  const cells = line.trim().split(" ");
  if (cells.length !== columns.length) {
    return `of ${cells.length} fields where the header has ${columns.length}`;
  }
  const fields: Record<string, Json> = {};
  columns.forEach((letter, i) => {
    const name = letters[letter];
    if (name !== undefined && cells[i] !== "-") fields[name] = cells[i];
  });
  return rowOf(fields);
}

function fromJson(line: string): CdxRow | string {
  const begin = line.indexOf("{");
  const key = /^(\S+) (\d{4,17}) $/.exec(line.slice(0, Math.max(begin, 0)));
  if (begin < 0 || begin > 0 && key === null) return "no row of CDXJ, JSON or a CDX with a header";
  let fields: Json;
  try {
    fields = JSON.parse(line.slice(begin));
  } catch {
    return "not JSON";
  }
  const [, urlkey, timestamp] = key ?? [];
  return rowOf({ ...key && { urlkey, timestamp }, ...fields as Record<string, Json> });
}

function rowOf(fields: Record<string, Json>): CdxRow | string {
  const { url, timestamp, mime, status, digest, length, offset, filename, ...meta } = fields;
  const date = dateOf(`${timestamp ?? ""}`);
  if (typeof url !== "string" || url === "") return "without a url";
  if (date === undefined) return "without a time";
  if (typeof filename !== "string" || filename === "" || !whole(offset)) {
    return "without a place in an archive";
  }
  if (length !== undefined && !whole(length)) return "of a length that is no number";
  return {
    url,
    date,
    mime: typeof mime === "string" && mime !== "-" ? mime : "",
    status: /^\d{3}$/.test(`${status}`) ? Number(status) : 0,
    digest: typeof digest === "string" && digest !== "-" ? digest : "",
    length: Number(length ?? 0),
    offset: Number(offset),
    filename,
    meta,
  };
}

function whole(value: Json | undefined): boolean {
  return /^\d+$/.test(`${value}`) && Number.isSafeInteger(Number(value));
}

/** A time of 4 to 17 digits as ISO 8601. */
function dateOf(timestamp: string): string | undefined {
  if (!/^\d{4,17}$/.test(timestamp)) return undefined;
  const [, year, month = "01", day = "01", hour = "00", minute = "00", second = "00"] =
    /^(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?/.exec(timestamp)!;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  return Number.isNaN(Date.parse(iso)) ? undefined : iso;
}

/** Lines, of which no more is held than the longest that is read and what comes with it. */
async function* linesOf(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const part of readBytes(path, { wanted: "an index of web archives" })) {
    const lines = (rest + decoder.decode(part, { stream: true })).split("\n");
    rest = lines.pop()!;
    if (rest.length > 2 * maxLine) rest = rest.slice(0, maxLine + 1);
    for (const line of lines) yield line.replace(/\r$/, "");
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
