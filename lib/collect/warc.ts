import { inRange, ofKind, takes, wholeNumber } from "../base/mod.ts";
import { documentId, type OnDrop } from "../data/mod.ts";
import { fieldsOf, RecordBytes } from "./_record_bytes.ts";

/** Options of {@linkcode readWarc}. */
export interface ReadWarcOptions {
  /** The byte of the stored file to begin at: a record's `offset`. @default {0} */
  from?: number;
  /** How much of a record is held, in bytes; what is longer is cut, and says so. @default {16777216} */
  maxRecordBytes?: number;
  /** Called with what is no record, and why; without it the first such throws. */
  onDrop?: OnDrop | undefined;
}

/** A record of a web archive. */
export interface WarcRecord {
  /** What it is, for example `response`, `request`, `revisit` or `conversion`. */
  type: string;
  /** Its own id, for example `<urn:uuid:39147604-bfbe-4ed5-b19c-54105f8ae8a7>`; empty where it has none. */
  id: string;
  /** The address that it is of; empty where it is of none. */
  url: string;
  /** When it was made, as the record says it: ISO 8601. */
  date: string;
  /** The byte of the stored file where it begins, from which it can be read again. */
  offset: number;
  /** All fields of its header, by their names in lower case. */
  headers: Record<string, string>;
  /** What it holds: of a response, what the server sent, its header included. */
  content: Uint8Array;
  /** Why the content is not whole: what the record says, or `limit` where it was cut at `maxRecordBytes`. */
  truncated?: string;
}

/**
 * Read the records of a web archive: WARC 0.17 to 1.1, as Common Crawl and the Internet Archive publish it and wget and
 * browsers write it, and so WET and WAT as well. One record is in memory at a time, whatever it says of its length.
 *
 * What is compressed by gzip record by record, or not at all, can be read on from any record's `offset`. Compressed as a
 * whole it is read from its beginning, and its records share the offset 0 or count decompressed bytes.
 *
 * Our own, as the package warcio gives each record's content before it can be known to be whole. Beside Python's warcio and
 * FastWARC it is measured by `deno task bench text --peers`.
 *
 * @throws {Deno.errors.InvalidData} If the file is no WARC, is damaged or cut off; the records before were given. With
 * `onDrop`, a gzip member that is no record is dropped.
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readWarc } from "midtrain/collect";
 *
 * const path = await Deno.makeTempFile({ suffix: ".warc" });
 * const record = "WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 3\r\n\r\ntea\r\n\r\n";
 * await Deno.writeTextFile(path, record + record);
 * const [, second] = await Array.fromAsync(readWarc(path));
 * assert.equal(second.offset, record.length);
 * const [again] = await Array.fromAsync(readWarc(path, { from: second.offset }));
 * assert.equal(new TextDecoder().decode(again.content), "tea");
 * ```
 */
export async function* readWarc(path: string, options: ReadWarcOptions = {}): AsyncGenerator<WarcRecord> {
  takes("Cannot read a WARC", options, "from?, maxRecordBytes?, onDrop?");
  ofKind("Cannot read a WARC", { path }, "a text");
  const { from = 0, maxRecordBytes = 16 << 20, onDrop } = options;
  wholeNumber(`Cannot read ${path}`, { from }, ">= 0");
  inRange(`Cannot read ${path}`, { maxRecordBytes }, ">= 1");
  const bytes = await RecordBytes.open(path, from, "WARC");
  let read = 0;
  try {
    for (let header = await bytes.header(); header !== undefined; header = await bytes.header()) {
      const { text, offset } = header;
      const end = text.indexOf("\n");
      const version = text.slice(0, end < 0 ? undefined : end).trim();
      const headers = fieldsOf(end < 0 ? "" : text.slice(end + 1));
      // Some writers say it twice.
      const length = Number(/^(\d{1,15})(?:, \1)*$/.exec(headers["content-length"] ?? "")?.[1] ?? -1);
      if (!/^WARC\/\d/.test(version) || length < 0) {
        const fault = length < 0 && /^WARC/.test(version) ? "a record says no length" : "not a WARC record";
        if (read === 0 && !/^WARC/.test(version)) {
          throw new Deno.errors.InvalidData(
            `Cannot read ${path} as it must be WARC: ${
              from === 0 ? "it begins" : `byte ${from} begins`
            } with ${JSON.stringify(version.slice(0, 40))}`,
          );
        }
        if (!onDrop || !await bytes.skipMember(offset)) {
          throw new Deno.errors.InvalidData(
            `Cannot read ${path} as ${fault.replace("not", "what follows is not")}: byte ${offset}`,
          );
        }
        onDrop({
          id: documentId(path, offset),
          source: path,
          stage: "collect/warc",
          reason: fault,
          excerpt: `byte ${offset}: ${version.slice(0, 80)}`,
        });
        continue;
      }
      const content = await bytes.content(length, maxRecordBytes);
      const truncated = headers["warc-truncated"] ?? (length > maxRecordBytes ? "limit" : undefined);
      read++;
      yield {
        type: headers["warc-type"]?.toLowerCase() ?? "",
        id: headers["warc-record-id"] ?? "",
        url: headers["warc-target-uri"]?.replace(/^<(.*)>$/, "$1") ?? "",
        date: headers["warc-date"] ?? "",
        offset,
        headers,
        content,
        ...truncated !== undefined && { truncated },
      };
    }
  } finally {
    await bytes.close();
  }
}

/**
 * Read the one record of a web archive that begins at a byte, for example the one that a row of {@linkcode readCdx} names.
 *
 * @throws {Deno.errors.InvalidData} If no record begins there, or not all of it is there.
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @throws {RangeError} If the offset is not a whole number >= 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readWarcRecord } from "midtrain/collect";
 *
 * const path = await Deno.makeTempFile({ suffix: ".warc" });
 * await Deno.writeTextFile(path, "WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 3\r\n\r\ntea\r\n\r\n");
 * assert.equal((await readWarcRecord(path, { offset: 0 })).type, "metadata");
 * ```
 */
export async function readWarcRecord(path: string, place: { offset: number }): Promise<WarcRecord> {
  const offset = place?.offset;
  wholeNumber("Cannot read a WARC record", { offset }, ">= 0");
  for await (const record of readWarc(path, { from: offset })) return record;
  throw new Deno.errors.InvalidData(
    `Cannot read ${path} as a record must begin at byte ${offset}: the file ends`,
  );
}
