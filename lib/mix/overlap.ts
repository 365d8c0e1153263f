import { ofKind, takes } from "../base/mod.ts";
import { polars, rowsOf, scan } from "./_scan.ts";

/** What no name of a source holds. */
const separator = "\n";

/** Options of {@linkcode overlap}. */
export interface OverlapOptions {
  /** The column that names the source. @default {"source"} */
  source?: string;
  /** The column that is the same where two documents are: the text, or a hash of it. @default {"text"} */
  key?: string;
}

/** What two sources share. */
export interface Overlap {
  /** The first, in the order of names. */
  first: string;
  /** The second. */
  second: string;
  /** Different documents that stand in both. */
  shared: number;
  /** Those as a share of the first one's different documents. */
  shareOfFirst: number;
  /** Those as a share of the second one's. */
  shareOfSecond: number;
}

/**
 * Which documents stand in more than one source: such tokens count in every source, and a mixture that draws from both
 * repeats them more than its epochs say. Only equal keys count; for near-duplicates put their cluster's id in the key.
 *
 * Holds some hundred bytes of every different document.
 *
 * @param path A file whose name ends in `.parquet`, `.jsonl`, `.ndjson` or `.csv`; a glob reads many.
 * @returns One row for each two sources that share a document, the largest share first.
 * @throws {TypeError} If the ending is another, or a column is missing.
 * @throws {SyntaxError} If a row cannot be read.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { overlap } from "midtrain/mix";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "source,text\nweb,a\nweb,b\nweb,b\nforum,b\nforum,c\ncode,d\n");
 * assert.deepEqual(await overlap(path), [
 *   { first: "forum", second: "web", shared: 1, shareOfFirst: 0.5, shareOfSecond: 0.5 },
 * ]);
 * ```
 */
export async function overlap(path: string, options: OverlapOptions = {}): Promise<Overlap[]> {
  takes("Cannot measure overlap", options, "source?, key?");
  ofKind("Cannot measure overlap", { path }, "a text");
  const { source = "source", key = "text" } = options;
  const frame = await scan(path, [source, key]);
  const { col, Utf8 } = await polars();
  // By the set of sources that a document stands in: a join of the table with itself counted pairs twice in the streaming
  // engine of Polars 0.25.
  const sets = rowsOf<{ set: string; count: number }>(
    frame.select(col(source).cast(Utf8).alias("name"), col(key).cast(Utf8).hash().alias("key"))
      .groupBy("key").agg(col("name").unique().sort().str.concat(separator).alias("set"))
      .groupBy("set").agg(col("key").count().alias("count")),
    path,
  );
  const sizes = new Map<string, number>();
  const shared = new Map<string, number>();
  const add = (counts: Map<string, number>, name: string, count: number) =>
    counts.set(name, (counts.get(name) ?? 0) + Number(count));
  for (const { set, count } of sets) {
    const names = set.split(separator);
    for (const [i, first] of names.entries()) {
      add(sizes, first, count);
      for (const second of names.slice(i + 1)) add(shared, first + separator + second, count);
    }
  }
  return [...shared].map(([pair, count]) => {
    const [first, second] = pair.split(separator) as [string, string];
    return {
      first,
      second,
      shared: count,
      shareOfFirst: count / sizes.get(first)!,
      shareOfSecond: count / sizes.get(second)!,
    };
  })
    .sort((a, b) =>
      Math.max(b.shareOfFirst, b.shareOfSecond) - Math.max(a.shareOfFirst, a.shareOfSecond) ||
      (a.first + a.second < b.first + b.second ? -1 : 1)
    );
}
