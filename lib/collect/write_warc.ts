import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { each, kindOf, must, ofKind, sha256, writeAtomic } from "../base/mod.ts";

/** A record to write: one that was read, or one of your own. */
export interface WarcRecordToWrite {
  /** What it is, for example `response`. */
  type: string;
  /** What it holds. */
  content: Uint8Array;
  /** When it was made: ISO 8601 in UTC, for example `2024-01-01T12:00:00Z`. */
  date: string;
  /** The address that it is of. @default {none} */
  url?: string;
  /** Its own id. @default {made of all that it holds} */
  id?: string;
  /** More fields of its header; those that follow from the others are made anew. */
  headers?: Record<string, string>;
  /** Why the content is not whole. */
  truncated?: string;
}

/**
 * Write records as a web archive (WARC 1.1), whole or not at all; compressed record by record where the name ends in `.gz`, as
 * every reader of WARC expects. The same records give the same bytes, and records that {@linkcode readWarc} gave keep their
 * fields, so that a part of an archive is written as it was.
 *
 * @returns How many records were written.
 * @throws {RangeError} If a date is none, the name asks for another compression, or a field holds a line end.
 * @throws {TypeError} If a record lacks a type, a content or a date.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readWarc, writeWarc } from "midtrain/collect";
 *
 * const path = `${await Deno.makeTempDir()}/a.warc.gz`;
 * const content = new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\n<p>tea");
 * const date = "2024-01-01T12:00:00Z";
 * await writeWarc(path, [{ type: "response", url: "http://tea.example/", date, content }]);
 * const [record] = await Array.fromAsync(readWarc(path));
 * assert.deepEqual([record.url, record.date], ["http://tea.example/", date]);
 * ```
 */
export async function writeWarc(
  path: string,
  records: AsyncIterable<WarcRecordToWrite> | Iterable<WarcRecordToWrite>,
): Promise<number> {
  ofKind("Cannot write a WARC", { path }, "a text");
  const other = /\.(?:zstd?|bz2|xz|br)$/i.exec(path)?.[0];
  must(
    `Cannot write ${path}`,
    "its extension must be .gz, or one of no compression",
    other,
    other === undefined,
  );
  let count = 0;
  async function* parts() {
    for await (
      const record of each("Cannot write a WARC", { records }, "an object with type, content, date")
    ) {
      yield warcBytes(record, /\.gz$/i.test(path));
      count++;
    }
  }
  await writeAtomic(path, parts());
  return count;
}

/** A record as it is stored. */
export function warcBytes(record: WarcRecordToWrite, compress: boolean): Uint8Array {
  const { type, content, date, url, truncated, headers = {} } = record;
  if (!(content instanceof Uint8Array)) {
    throw new TypeError(
      `Cannot write a WARC record as content must be bytes (Uint8Array): current value is ${kindOf(content)}`,
    );
  }
  must(
    "Cannot write a WARC record",
    "date must be a time of ISO 8601 in UTC",
    date,
    /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?)?)?$/.test(date) && !Number.isNaN(Date.parse(date)),
  );
  const id = record.id || idOf(`${type}\n${url}\n${date}\n${sha256(content)}`);
  const fields: [string, string | undefined][] = [
    ["WARC-Type", type],
    ["WARC-Record-ID", id],
    ["WARC-Date", date],
    ["WARC-Target-URI", url || undefined],
    ["WARC-Truncated", truncated === "limit" ? "length" : truncated],
    ["WARC-Block-Digest", `sha1:${sha1(content)}`],
    ["Content-Length", `${content.length}`],
  ];
  const made = new Set(fields.map(([name]) => name.toLowerCase()));
  for (const [name, value] of Object.entries(headers)) {
    // A digest of the payload holds only while the content is whole.
    if (made.has(name.toLowerCase()) || truncated === "limit" && /^warc-payload-digest$/i.test(name)) {
      continue;
    }
    fields.push([properCase(name), value]);
  }
  const lines = ["WARC/1.1"];
  for (const [name, value] of fields) {
    if (value === undefined) continue;
    const fits = /^[!#$%&'*+.^_`|~\w-]+$/.test(name) && !/[\r\n\0]/.test(value);
    must(
      "Cannot write a WARC record",
      "its fields must be of one line",
      `${name}: ${value}`.slice(0, 80),
      fits,
    );
    lines.push(`${name}: ${value}`);
  }
  const head = new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
  const bytes = new Uint8Array(head.length + content.length + 4);
  bytes.set(head);
  bytes.set(content, head.length);
  bytes.set([13, 10, 13, 10], head.length + content.length);
  return compress ? gzipSync(bytes) : bytes;
}

/** An id in the form of a UUID (version 8) that follows from a text. */
export function idOf(text: string): string {
  const hex = sha256(text);
  return `<urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${
    hex.slice(20, 32)
  }>`;
}

/** A SHA-1 in base 32, as archives write it. */
export function sha1(bytes: Uint8Array): string {
  const bits = Array.from(
    createHash("sha1").update(bytes).digest(),
    (byte) => byte.toString(2).padStart(8, "0"),
  )
    .join("");
  return bits.replace(/.{5}/g, (five) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[parseInt(five, 2)]);
}

/** The usual spelling of a field whose name was read in lower case. */
function properCase(name: string): string {
  return name.toLowerCase().replace(/(?<![a-z])(?:warc|id|uri|ip|[a-z])/g, (part, at: number) => {
    const word = /[a-z]*/.exec(name.toLowerCase().slice(at))![0];
    return part === word ? part.toUpperCase() : part[0].toUpperCase() + part.slice(1);
  });
}
