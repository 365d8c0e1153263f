import type pl from "nodejs-polars";
import { sha256 } from "../base/mod.ts";
import type { Document } from "../data/mod.ts";
import { checkPools } from "./_check.ts";

/** A Polars frame. */
export type DataFrame = pl.DataFrame;

/** What a source's text is for, in the survey's terms. */
export type Form =
  /** Web, books, encyclopaedias. */
  | "general"
  /** Questions with short answers. */
  | "question-answer"
  /** Questions with long chains of thought. */
  | "reasoning"
  /** Instructions and their responses. */
  | "instruction"
  /** Long documents. */
  | "long-context"
  /** Programs. */
  | "code"
  /** Text in other languages. */
  | "multilingual";

/** A source of tokens to draw from. */
export interface Pool {
  /** The source's name; a {@linkcode Mixture} speaks of it by this. */
  name: string;
  /** Its field, for example `mathematics`. */
  domain: string;
  /** What its text is for. */
  form: Form;
  /** Documents in it. */
  documents: number;
  /** Tokens in it, duplicates counted. */
  tokens: number;
  /** Tokens of documents whose text stands first; repetition is counted against these. */
  uniqueTokens: number;
  /** UTF-8 bytes of its text. */
  bytes: number;
}

/**
 * A pool from what is known of it: the rest is filled in (all tokens unique, four bytes a token) and checked.
 *
 * @throws {RangeError} If a count is negative or not finite, or there are more unique tokens than tokens.
 * @throws {TypeError} If the name is empty.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pool } from "midtrain/mix";
 *
 * assert.equal(pool({ name: "web", tokens: 2e9 }).uniqueTokens, 2e9);
 * ```
 */
export function pool(known: Partial<Pool> & Pick<Pool, "name" | "tokens">): Pool {
  if (!known.name) throw new TypeError("Cannot form a pool as its name must not be empty");
  const full: Pool = {
    domain: known.name,
    form: "general",
    documents: 0,
    uniqueTokens: known.tokens,
    bytes: known.tokens * bytesPerToken,
    ...known,
  };
  for (const unit of ["documents", "tokens", "uniqueTokens", "bytes"] as const) {
    if (!(full[unit] >= 0 && full[unit] < Infinity)) {
      throw new RangeError(
        `Cannot form pool "${full.name}" as ${unit} must be finite and >= 0: current value is ${full[unit]}`,
      );
    }
  }
  if (full.uniqueTokens > full.tokens) {
    throw new RangeError(
      `Cannot form pool "${full.name}" as uniqueTokens must be <= tokens: current values are ${full.uniqueTokens} of ${full.tokens}`,
    );
  }
  return full;
}

/** Where no tokenizer counts: the usual size of an English token in a vocabulary of 32 to 128 thousand. */
const bytesPerToken = 4;

/** Options of {@linkcode countPool}. */
export interface CountPoolOptions {
  /** The pool's name. */
  name: string;
  /** Its field. @default {name} */
  domain?: string;
  /** What its text is for. @default {"general"} */
  form?: Form;
  /** Counts the tokens of a text. @default {one for every four UTF-8 bytes, rounded up} */
  countTokens?: (text: string) => number;
}

/**
 * Count a stream of documents into a pool. Texts seen before, byte for byte, count as tokens but not as unique tokens.
 * Holds 16 bytes or so a document, not the text.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { countPool } from "midtrain/mix";
 *
 * const page = { id: "a", text: "one two three", source: "web", meta: {} };
 * const pool = await countPool([page, { ...page, id: "b" }], {
 *   name: "web",
 *   countTokens: (text) => text.split(" ").length,
 * });
 * assert.deepEqual([pool.tokens, pool.uniqueTokens, pool.bytes], [6, 3, 26]);
 * ```
 */
export async function countPool(
  documents: AsyncIterable<Document> | Iterable<Document>,
  options: CountPoolOptions,
): Promise<Pool> {
  const { name, domain = name, form = "general" } = options;
  const encoder = new TextEncoder(), seen = new Set<number>();
  const counts = { documents: 0, tokens: 0, uniqueTokens: 0, bytes: 0 };
  for await (const { text } of documents) {
    const bytes = encoder.encode(text).length;
    const tokens = options.countTokens?.(text) ?? Math.ceil(bytes / bytesPerToken);
    // 52 bits: among ten million texts a collision anywhere has a chance of about 1 %, and costs one text's count.
    const key = parseInt(sha256(text).slice(0, 13), 16);
    counts.documents++;
    counts.tokens += tokens;
    counts.bytes += bytes;
    if (!seen.has(key)) counts.uniqueTokens += tokens;
    seen.add(key);
  }
  return pool({ name, domain, form, ...counts });
}

/** Options of {@linkcode scanPools}. */
export interface ScanPoolsOptions {
  /** The column that names the source. @default {"source"} */
  source?: string;
  /** The column of the text. @default {"text"} */
  text?: string;
  /** The column that holds each document's count of tokens. @default {none: four UTF-8 bytes a token} */
  tokens?: string;
}

/**
 * Count the pools in Parquet, JSONL or CSV files by their source column, lazily: only the columns that are needed are
 * read.
 *
 * @param path A file whose name ends in `.parquet`, `.jsonl`, `.ndjson` or `.csv`; a glob reads many.
 * @returns One pool a source, by name.
 * @throws {TypeError} If the ending is another, or a column is missing.
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
  const { source = "source", text = "text", tokens } = options;
  const { default: polars } = await import("nodejs-polars");
  const frame = path.endsWith(".parquet")
    ? polars.scanParquet(path)
    : path.endsWith(".csv")
    ? polars.scanCSV(path)
    : /\.(jsonl|ndjson)$/.test(path)
    ? polars.scanJson(path)
    : undefined;
  if (!frame) {
    throw new TypeError(
      `Cannot scan pools as the path must end in .parquet, .jsonl, .ndjson or .csv: current value is ${path}`,
    );
  }
  for (const column of tokens ? [source, text, tokens] : [source, text]) {
    if (!frame.columns.includes(column)) {
      throw new TypeError(
        `Cannot scan pools as ${path} must have a column "${column}": it has ${frame.columns.join(", ")}`,
      );
    }
  }
  const name = (column: string) => `"${column.replaceAll('"', '""')}"`;
  const content = `CAST(${name(text)} AS VARCHAR)`;
  // Only SQL has the length in bytes; the expression API counts characters.
  const counted = polars.SQLContext({ frame }).execute(
    `SELECT ${name(source)} AS name, ${content} AS text, octet_length(${content}) AS bytes,
       ${tokens ? name(tokens) : `ceil(octet_length(${content}) / ${bytesPerToken}.0)`} AS tokens FROM frame`,
  ) as pl.LazyDataFrame;
  const { col } = polars;
  const table = await counted.groupBy("name").agg(
    col("text").count().alias("documents"),
    col("tokens").sum(),
    col("tokens").filter(col("text").isFirstDistinct()).sum().alias("uniqueTokens"),
    col("bytes").sum(),
  ).sort("name").collect();
  return table.toRecords().map((row) =>
    pool({
      name: String(row.name),
      documents: Number(row.documents),
      tokens: Number(row.tokens),
      uniqueTokens: Number(row.uniqueTokens),
      bytes: Number(row.bytes),
    })
  );
}

/**
 * The pools as a Polars frame, with their shares.
 *
 * Columns: `name`, `domain`, `form`, `documents`, `tokens`, `uniqueTokens`, `bytes`, and `share` of all tokens in [0, 1].
 *
 * @throws {RangeError} If `pools` is empty, or two have the same name.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pool, poolTable } from "midtrain/mix";
 *
 * const table = await poolTable([pool({ name: "web", tokens: 300 }), pool({ name: "code", tokens: 100 })]);
 * assert.deepEqual(table.getColumn("share").toArray(), [0.75, 0.25]);
 * ```
 */
export async function poolTable(pools: readonly Pool[]): Promise<DataFrame> {
  checkPools(pools);
  const { default: polars } = await import("nodejs-polars");
  const total = pools.reduce((sum, { tokens }) => sum + tokens, 0);
  return polars.DataFrame(pools.map((one) => ({ ...one, share: total === 0 ? 0 : one.tokens / total })));
}
