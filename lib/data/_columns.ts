import type { FileMetaData, ParquetParsers, SchemaElement, SchemaTree } from "hyparquet";
import { type Json, plain } from "../base/mod.ts";
import { parseJson } from "./_json.ts";

type Reader = (value: unknown) => Json;
type Rows = (rowStart: number, rowEnd: number, columns?: string[]) => Promise<Record<string, unknown>[]>;

const text = new TextDecoder();

/** What hyparquet calls for values that it would cut to milliseconds, or to what a double holds. */
export const parsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (value) => dateTime(value, 3),
  timestampFromMicroseconds: (value) => dateTime(value, 6),
  timestampFromNanoseconds: (value) => dateTime(value, 9),
  jsonFromBytes: (bytes) => bytes && parseJson(text.decode(bytes)),
};

/**
 * How each top column's values become JSON without loss, one type for a column: integers are strings of digits where one
 * of the whole file is beyond 2^53. Where the file does not say its least and greatest, the column is read for it.
 */
export async function columnReaders(metadata: FileMetaData, rows: Rows): Promise<Map<string, Reader>> {
  const { parquetSchema } = await import("hyparquet");
  const wide = await wideColumns(metadata, rows);
  return new Map(
    parquetSchema(metadata).children.map((node) => [node.element.name, readerOf(node, wide) ?? plain]),
  );
}

/** Let hyparquet give a decimal's bytes or integer instead of a double. */
export function rawDecimals({ schema }: FileMetaData): void {
  for (const element of schema) {
    if (!isDecimal(element)) continue;
    delete element.converted_type;
    delete element.logical_type;
    // Bytes of variable length would be decoded as text.
    if (element.type === "BYTE_ARRAY") element.type = "FIXED_LEN_BYTE_ARRAY";
  }
}

/** `undefined` where what every value becomes is right. */
function readerOf(node: SchemaTree, wide: Set<string>): Reader | undefined {
  const { element, children, path } = node;
  if (children.length === 0) {
    const reader = leafReader(element, wide.has(path.join(".")) || wide.has(path[0]));
    return reader && element.repetition_type === "REPEATED"
      ? orNull(listOf(reader))
      : reader && orNull(reader);
  }
  const inner = children.map((child) => [child.element.name, readerOf(child, wide)] as const);
  if (inner.every(([, reader]) => !reader)) return undefined;
  const fields = new Map(inner);
  const [only] = children;
  const repeats = children.length === 1 && only.element.repetition_type === "REPEATED";
  if (element.converted_type === "LIST" && repeats && only.children.length <= 1) {
    // The repeated level in between has no value of its own; a repeated leaf is the item itself.
    const [child] = only.children;
    const item = child ? readerOf(child, wide) : leafReader(only.element, wide.has(only.path.join(".")));
    return orNull(listOf(orNull(item ?? plain)));
  }
  if (element.converted_type === "MAP" && repeats && only.children.length === 2) {
    const value = only.children.find(({ element }) => element.name === "value");
    const reader = value && readerOf(value, wide) || plain;
    return orNull((map) => membersOf(map as object, () => reader));
  }
  const struct = orNull((value) => membersOf(value as object, (name) => fields.get(name) ?? plain));
  return element.repetition_type === "REPEATED" ? orNull(listOf(struct)) : struct;
}

function leafReader(element: SchemaElement, wide: boolean): Reader | undefined {
  const { type, converted_type: converted, logical_type: logical, precision = 0, scale = 0 } = element;
  if (isDecimal(element)) {
    return precision <= 15 ? (value) => Number(digits(value, scale)) : (value) => digits(value, scale);
  }
  if (converted === "TIME_MILLIS" || converted === "TIME_MICROS" || logical?.type === "TIME") {
    const unit = logical?.type === "TIME" ? logical.unit : converted === "TIME_MILLIS" ? "MILLIS" : "MICROS";
    const places = { MILLIS: 3, MICROS: 6, NANOS: 9 }[unit];
    // A time of day is that of the first day.
    return (value) => dateTime(BigInt(value as bigint), places).slice(11, -1);
  }
  return type === "INT64" && wide ? (value) => `${value}` : undefined;
}

const orNull = (reader: Reader): Reader => (value) =>
  value === null || value === undefined ? null : reader(value);
const listOf = (reader: Reader): Reader => (value) => Array.from(value as Iterable<unknown>, reader);

function membersOf(value: object, reader: (name: string) => Reader): Json {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, reader(name)(member)]));
}

function isDecimal(element: SchemaElement): boolean {
  return element.converted_type === "DECIMAL" || element.logical_type?.type === "DECIMAL";
}

/** A decimal's digits, from its integer or the big-endian bytes of it. */
function digits(value: unknown, scale: number): string {
  let whole = 0n;
  if (value instanceof Uint8Array) {
    for (const byte of value) whole = whole << 8n | BigInt(byte);
    whole = BigInt.asIntN(8 * value.length, whole);
  } else whole = BigInt(value as bigint);
  const all = `${whole < 0n ? -whole : whole}`.padStart(scale + 1, "0");
  const point = all.length - scale;
  return `${whole < 0n ? "-" : ""}${all.slice(0, point)}${scale > 0 ? `.${all.slice(point)}` : ""}`;
}

/** A time since 1970 as ISO 8601, with more places than milliseconds where they hold something; digits beyond the years of `Date`. */
function dateTime(value: bigint, places: number): string {
  const since = BigInt(value);
  const parts = 10n ** BigInt(places - 3);
  const more = (since % parts + parts) % parts;
  const date = new Date(Number((since - more) / parts));
  if (Number.isNaN(date.getTime())) return `${since}`;
  const rest = `${more}`.padStart(places - 3, "0").replace(/(?:000)+$/, "");
  return more === 0n ? date.toISOString() : date.toISOString().replace("Z", `${rest}Z`);
}

/** Paths of the 64-bit columns that have an integer beyond 2^53 anywhere, or the top columns of these. */
async function wideColumns(metadata: FileMetaData, rows: Rows): Promise<Set<string>> {
  const wide = new Set<string>();
  const unknown = new Set<string>();
  for (const { columns } of metadata.row_groups) {
    for (const { meta_data: meta } of columns) {
      if (meta?.type !== "INT64") continue;
      const path = meta.path_in_schema.join(".");
      const { statistics } = meta;
      const least = statistics?.min_value ?? statistics?.min;
      const most = statistics?.max_value ?? statistics?.max;
      if (isWide(least) || isWide(most)) wide.add(path);
      else if ((least === undefined || most === undefined) && statistics?.null_count !== meta.num_values) {
        unknown.add(meta.path_in_schema[0]);
      }
    }
  }
  for (const column of unknown) {
    let row = 0;
    for (const group of metadata.row_groups) {
      const end = row + Number(group.num_rows);
      for (const record of await rows(row, end, [column])) if (holdsWide(record[column])) wide.add(column);
      row = end;
    }
  }
  return wide;
}

function holdsWide(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isWide(value);
  return (ArrayBuffer.isView(value) ? [] : Object.values(value)).some(holdsWide);
}

function isWide(value: unknown): boolean {
  return typeof value === "bigint" && !Number.isSafeInteger(Number(value));
}
