import { each, inRange, ofKind, takes, writeAtomic } from "../base/mod.ts";
import { parquetRecords } from "./_parquet_records.ts";
import type { Document, Documents, OnDrop } from "./document.ts";
import { documentId } from "./document.ts";
import { documentFrom, fileName, type RecordOptions } from "./_record.ts";

/** Options of {@linkcode readParquet}. */
export interface ReadParquetOptions extends RecordOptions {
  /** Called with each row without a text; without it the first such row throws. */
  onDrop?: OnDrop;
}

/** Options of {@linkcode writeParquet}. */
export interface WriteParquetOptions {
  /** The most documents in a row group. @default {1000} */
  rowGroupDocuments?: number;
  /** The size of text after which a row group ends, in UTF-16 units: it bounds the memory held. @default {16777216} */
  rowGroupUnits?: number;
}

/**
 * Read Documents from a Parquet file, one row group in memory at a time. A row this room wrote comes back as it was; from
 * any other row the text column becomes the text and the other columns `meta`. The id is made of the source and the row
 * number (from 0); without a `source`, of the file's name, the row number and the text.
 *
 * A column has one type: integers are numbers where the whole column is within 2^53, else strings of digits; decimals are
 * numbers up to 15 digits of precision, else strings. Times are ISO 8601 with the digits that they have; NaN and infinities
 * become `null`.
 *
 * hyparquet reads in plain TypeScript-friendly JavaScript what Polars would read through a native library of 100 MB, and
 * by row group; frames are Polars' work, in `mix/`.
 *
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @throws {Deno.errors.InvalidData} If it is not a whole Parquet file.
 * @throws {SyntaxError} If a row has no text and there is no `onDrop`.
 * @example There and back
 * ```ts
 * import assert from "node:assert/strict";
 * import { documentId, readParquet, writeParquet } from "midtrain/data";
 *
 * const path = `${await Deno.makeTempDir()}/documents.parquet`;
 * const document = { id: documentId("novel", 1), text: "Call me Ishmael.", source: "novel", meta: { chapter: 1 } };
 * await writeParquet(path, [document]);
 * assert.deepEqual(await Array.fromAsync(readParquet(path)), [document]);
 * ```
 */
export async function* readParquet(path: string, options: ReadParquetOptions = {}): AsyncGenerator<Document> {
  takes("Cannot read a Parquet file", options, "textField?, idField?, source?, onDrop?");
  ofKind("Cannot read a Parquet file", { path }, "a text");
  const { source = path, onDrop } = options;
  let row = 0;
  for await (const record of parquetRecords(path)) {
    if (record.lineage === null) delete record.lineage;
    const document = documentFrom(record, { path, position: row, options });
    if (typeof document !== "string") yield document;
    else if (!onDrop) {
      throw new SyntaxError(
        `Cannot read ${path} as row ${row} has ${document}; onDrop passes over such rows`,
      );
    } else {
      onDrop({
        id: documentId(options.source ?? fileName(path), row),
        source,
        stage: "data/parquet",
        reason: document,
        excerpt: `row ${row}`,
      });
    }
    row++;
  }
}

/**
 * Write Documents as a Parquet file, whole or not at all, one row group in memory at a time. Columns are `id`, `text`,
 * `source`, `meta` (JSON) and `lineage` (JSON or null), compressed with Snappy, so that any Parquet reader opens it.
 *
 * @returns How many documents were written.
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { writeParquet } from "midtrain/data";
 *
 * assert.equal(await writeParquet(`${await Deno.makeTempDir()}/none.parquet`, []), 0);
 * ```
 */
export async function writeParquet(
  path: string,
  documents: Documents,
  options: WriteParquetOptions = {},
): Promise<number> {
  takes("Cannot write a Parquet file", options, "rowGroupDocuments?, rowGroupUnits?");
  ofKind("Cannot write a Parquet file", { path }, "a text");
  const { rowGroupDocuments = 1000, rowGroupUnits = 16 << 20 } = options;
  inRange(`Cannot write ${path}`, { rowGroupDocuments, rowGroupUnits }, ">= 1");
  const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
  let count = 0;
  async function* parts() {
    const bytes = new ByteWriter();
    const writer = new ParquetWriter({
      writer: bytes,
      createdBy: "midtrain",
      schema: [
        { name: "root", num_children: 5 },
        { name: "id", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
        { name: "text", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
        { name: "source", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
        { name: "meta", type: "BYTE_ARRAY", converted_type: "JSON", repetition_type: "REQUIRED" },
        { name: "lineage", type: "BYTE_ARRAY", converted_type: "JSON", repetition_type: "OPTIONAL" },
      ],
    });
    const drain = () => {
      const out = bytes.getBytes().slice();
      bytes.index = 0;
      return out;
    };
    let group: Document[] = [];
    let units = 0;
    const flush = () => {
      writer.write({
        columnData: [
          { name: "id", data: group.map(({ id }) => id) },
          // Statistics of texts would only bloat the footer.
          { name: "text", data: group.map(({ text }) => text), statistics: false },
          { name: "source", data: group.map(({ source }) => source) },
          { name: "meta", data: group.map(({ meta }) => meta), statistics: false },
          { name: "lineage", data: group.map(({ lineage }) => lineage), statistics: false },
        ],
        rowGroupSize: group.length,
      });
      group = [];
      units = 0;
      return drain();
    };
    for await (
      const document of each("Cannot write a Parquet file", { documents }, "an object with id, text")
    ) {
      group.push(document);
      units += document.text.length;
      count++;
      if (group.length >= rowGroupDocuments || units >= rowGroupUnits) yield flush();
    }
    if (group.length > 0) yield flush();
    writer.finish();
    yield drain();
  }
  await writeAtomic(path, parts());
  return count;
}
