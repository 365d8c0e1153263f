import { bytesPerToken, ofKind, takes } from "../base/mod.ts";
import { type Form, type Pool, pool } from "./pools.ts";
import { polars, quoted, rowsOf, scan, typeOf } from "./_scan.ts";

/** Options of {@linkcode scanPools}. */
export interface ScanPoolsOptions {
  /** The column that names the source. @default {"source"} */
  source?: string;
  /** The column of the text, or `null` where the file has none; then `tokens` must be named. @default {"text"} */
  text?: string | null;
  /** The column of each document's count of tokens. @default {none: one for every four UTF-8 bytes of text} */
  tokens?: string;
  /**
   * The column that is the same where two documents are, for example a hash of the text.
   * @default {the text; without text, every document is one of its own}
   */
  key?: string;
  /** The column that names the field, the same in all rows of a source. @default {none: the source's name} */
  domain?: string;
  /** The column of the {@linkcode Form}, the same in all rows of a source. @default {none: "general"} */
  form?: string;
}

interface Row {
  name: string | null;
  documents: number;
  tokens: number | null;
  uniqueTokens?: number;
  bytes?: number;
  leastTokens: number | null;
  withoutTokens: number;
  domain?: string | null;
  domains?: number;
  form?: Form | null;
  forms?: number;
}

/**
 * Count the pools in Parquet, JSONL or CSV files by their source column. Only the columns that are needed are read, in
 * batches: without text and key memory holds one entry a source, with them about a hundred bytes a document.
 *
 * @param path A file whose name ends in `.parquet`, `.jsonl`, `.ndjson` or `.csv`; a glob reads many.
 * @returns One pool a source, by name.
 * @throws {TypeError} If the ending is another, a column is missing, or there is neither text nor tokens.
 * @throws {RangeError} If a document has no source, or its tokens are missing or negative, or a source has two domains or
 *   forms: the message names the source and counts them.
 * @throws {SyntaxError} If a row cannot be read.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { scanPools } from "midtrain/mix";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "source,text\nweb,12345678\ncode,1234\nweb,12345678\n");
 * const pools = await scanPools(path);
 * assert.deepEqual(pools.map(({ name, tokens, uniqueTokens }) => [name, tokens, uniqueTokens]), [
 *   ["code", 1, 1],
 *   ["web", 4, 2],
 * ]);
 * ```
 */
export async function scanPools(path: string, options: ScanPoolsOptions = {}): Promise<Pool[]> {
  takes("Cannot scan pools", options, "source?, text?, tokens?, key?, domain?, form?");
  ofKind("Cannot scan pools", { path }, "a text");
  const { source = "source", text = "text", tokens, key, domain, form } = options;
  if (text === null && tokens === undefined) {
    throw new TypeError("Cannot scan pools as without text there must be a column of tokens: none is named");
  }
  const needed = [source, text, tokens, key, domain, form].filter((column) => typeof column === "string");
  const frame = await scan(path, needed);
  if (text !== null) holdsText(frame, text, path);
  const { SQLContext, col, Utf8 } = await polars();
  // Only SQL has the length in bytes; the expression API counts characters. Sums of 32 bits would wrap at a few gigabytes.
  const bytes = text === null ? "" : `CAST(octet_length(CAST(${quoted(text)} AS VARCHAR)) AS BIGINT)`;
  const identity = key ?? text ?? undefined;
  const columns = [
    `${quoted(source)} AS name`,
    `CAST(${
      tokens === undefined ? `ceil(${bytes} / ${bytesPerToken}.0)` : quoted(tokens)
    } AS BIGINT) AS tokens`,
    ...(text === null ? [] : [`${bytes} AS bytes`]),
    ...(identity === undefined ? [] : [`${quoted(identity)} AS key`]),
    ...(domain === undefined ? [] : [`${quoted(domain)} AS domain`]),
    ...(form === undefined ? [] : [`${quoted(form)} AS form`]),
  ];
  const documents = SQLContext({ frame }).execute(`SELECT ${columns.join(", ")} FROM frame`) as typeof frame;
  // Of a key only the hash is kept, as it may be the whole text.
  const rows = identity === undefined
    ? documents
    : documents.withColumn(col("key").cast(Utf8).hash().alias("key"));
  const query = rows.groupBy("name").agg(
    col("tokens").count().alias("documents"),
    col("tokens").sum(),
    col("tokens").min().alias("leastTokens"),
    col("tokens").nullCount().alias("withoutTokens"),
    ...(text === null ? [] : [col("bytes").sum()]),
    ...(identity === undefined
      ? []
      : [col("tokens").filter(col("key").isFirstDistinct()).sum().alias("uniqueTokens")]),
    ...(domain === undefined ? [] : [col("domain").first(), col("domain").nUnique().alias("domains")]),
    ...(form === undefined ? [] : [col("form").first(), col("form").nUnique().alias("forms")]),
  );
  return rowsOf<Row>(query.sort("name"), path).map((row) => poolOf(row, path));
}

/** Refuse a column of lists or records, such as chats, whose bytes cannot be counted here. */
function holdsText(frame: Awaited<ReturnType<typeof scan>>, column: string, path: string): void {
  const held = typeOf(frame, column, path);
  const kind = /List/.test(held) ? "lists" : /Struct/.test(held) ? "records" : undefined;
  if (!kind) return;
  throw new TypeError(
    `Cannot scan ${path} as its column "${column}" must hold text: it holds ${kind}; of chats readDocuments() makes texts, which writeJsonl() writes`,
  );
}

function poolOf(row: Row, path: string): Pool {
  const documents = Number(row.documents);
  const tokens = Number(row.tokens);
  const fail = (problem: string) => new RangeError(`Cannot scan ${path} as ${problem}`);
  if (row.name === null) throw fail(`every document must have a source: ${documents} have none`);
  const name = String(row.name);
  if (row.withoutTokens > 0) {
    throw fail(`every document must have a count of tokens: ${row.withoutTokens} of "${name}" have none`);
  }
  if (Number(row.leastTokens) < 0) {
    throw fail(`tokens must be >= 0: a document of "${name}" has ${row.leastTokens}`);
  }
  if ((row.domains ?? 1) > 1 || (row.forms ?? 1) > 1) {
    throw fail(
      `a source must have one domain and one form: "${name}" has ${row.domains ?? 1} and ${row.forms ?? 1}`,
    );
  }
  return pool({
    name,
    domain: row.domain ? String(row.domain) : undefined,
    form: row.form || undefined,
    documents,
    tokens,
    uniqueTokens: row.uniqueTokens === undefined ? undefined : Number(row.uniqueTokens),
    bytes: row.bytes === undefined ? undefined : Number(row.bytes),
  });
}
