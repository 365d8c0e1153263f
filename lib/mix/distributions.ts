import { ofKind, takes, wholeNumber } from "../base/mod.ts";
import { polars, quoted, rowsOf, scan } from "./_scan.ts";

/** Options of {@linkcode distributions}. */
export interface DistributionsOptions {
  /** The column whose values are counted: a score, a count of tokens; or the text, with `measure: "bytes"`. */
  column: string;
  /** What is counted of it: the value itself, or the UTF-8 bytes of its text. @default {"value"} */
  measure?: "value" | "bytes";
  /** The column to group by, for example the domain. @default {"source"} */
  by?: string;
  /** How many bins over the range of all groups together. @default {40} */
  bins?: number;
  /** Bins of equal width, or of equal ratio as lengths want, which needs values >= 0 and counts zeros in the first. @default {"linear"} */
  scale?: "linear" | "log";
}

/** The distribution of one group's values. */
export interface Distribution {
  /** The group. */
  name: string;
  /** Documents with a finite value. */
  documents: number;
  /** Documents without one: null, no number, NaN or infinite. */
  missing: number;
  /** The least value. */
  least: number;
  /** The greatest. */
  greatest: number;
  /** Their mean. */
  mean: number;
  /** Quantiles, each right within a 64th of a bin. */
  quantiles: {
    /** A twentieth lies below. */
    p05: number;
    /** A quarter lies below. */
    p25: number;
    /** The median. */
    p50: number;
    /** A quarter lies above. */
    p75: number;
    /** A twentieth lies above. */
    p95: number;
  };
  /** Counts in bins of one grid for all groups, in order. */
  bins: {
    /** Where the bin begins. */
    from: number;
    /** Where it ends. */
    to: number;
    /** Documents in it. */
    count: number;
  }[];
}

/** Finer bins a bin, which the quantiles are read from. */
const fineness = 64;

/**
 * How a value is spread in every group of a table of documents: scores by domain, lengths by source. The file is passed
 * over twice, in batches: for the range, and for counts over a fine grid, so memory does not grow with the rows.
 *
 * @param path A file whose name ends in `.parquet`, `.jsonl`, `.ndjson` or `.csv`; a glob reads many.
 * @returns One distribution a group, by name. A group without any finite value has zeros and NaN and no count.
 * @throws {TypeError} If the ending is another, or a column is missing.
 * @throws {RangeError} If there is no finite value, `bins` is no whole number >= 1, or a value is below 0 on a log scale.
 * @throws {SyntaxError} If a row cannot be read.
 * @example Lengths of two sources
 * ```ts
 * import assert from "node:assert/strict";
 * import { distributions } from "midtrain/mix";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "source,text\nweb,1234\ncode,12\nweb,12345678\n");
 * const [code, web] = await distributions(path, { column: "text", measure: "bytes", bins: 2 });
 * assert.deepEqual([code.greatest, web.mean], [2, 6]);
 * assert.deepEqual(web.bins.map(({ count }) => count), [1, 1]);
 * ```
 */
export async function distributions(path: string, options: DistributionsOptions): Promise<Distribution[]> {
  takes("Cannot count bins", options, "column, measure?, by?, bins?, scale?");
  ofKind("Cannot count bins", { path }, "a text");
  const { column, measure = "value", by = "source", bins = 40, scale = "linear" } = options;
  wholeNumber("Cannot count bins", { bins }, ">= 1");
  const frame = await scan(path, [by, column]);
  const { SQLContext, col, lit, when, Float64, Int64 } = await polars();
  const value = measure === "bytes" ? `octet_length(CAST(${quoted(column)} AS VARCHAR))` : quoted(column);
  const all = (SQLContext({ frame }).execute(
    `SELECT ${quoted(by)} AS name, ${value} AS value FROM frame`,
  ) as typeof frame)
    .withColumn(col("value").cast(Float64).alias("value"));
  const good = col("value").isFinite();
  const finite = all.filter(good);
  const groups = rowsOf<
    { name: string; least: number; greatest: number; mean: number; documents: number; all: number }
  >(
    all.groupBy("name").agg(
      when(good).then(col("value")).otherwise(lit(null)).min().alias("least"),
      when(good).then(col("value")).otherwise(lit(null)).max().alias("greatest"),
      when(good).then(col("value")).otherwise(lit(null)).mean().alias("mean"),
      good.cast(Int64).sum().alias("documents"),
      col("value").isNull().count().alias("all"),
    ).sort("name"),
    path,
  );
  const measured = groups.filter(({ documents }) => documents > 0);
  if (measured.length === 0) {
    throw new RangeError(
      `Cannot spread "${column}" of ${path} as it must hold a finite value: it holds none`,
    );
  }
  const grid = gridOf(
    Math.min(...measured.map(({ least }) => least)),
    Math.max(...measured.map(({ greatest }) => greatest)),
    { bins, scale, column },
  );
  const fine = bins * fineness;
  const place = scale === "log" ? col("value").clip(grid.low, grid.high).log(Math.E) : col("value");
  const [start, end] = scale === "log" ? [Math.log(grid.low), Math.log(grid.high)] : [grid.low, grid.high];
  const counts = rowsOf<{ name: string; bin: number; count: number }>(
    finite.select(
      col("name"),
      place.minus(lit(start)).multiplyBy(lit(fine / (end - start))).clip(0, fine - 0.5).floor().cast(Int64)
        .alias("bin"),
    ).groupBy(["name", "bin"]).agg(col("bin").count().alias("count")),
    path,
  );
  const byName = Map.groupBy(counts, ({ name }) => name);
  return groups.map(({ name, least, greatest, mean, documents, all }): Distribution => {
    const own = new Float64Array(fine);
    for (const { bin, count } of byName.get(name) ?? []) own[Number(bin)] = Number(count);
    const at = (p: number) => quantile(own, Number(documents), p, grid.edge, { least, greatest });
    return {
      name: String(name),
      documents: Number(documents),
      missing: Number(all) - Number(documents),
      least: least ?? NaN,
      greatest: greatest ?? NaN,
      mean: mean ?? NaN,
      quantiles: { p05: at(0.05), p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95) },
      bins: Array.from({ length: bins }, (_, bin) => ({
        from: grid.edge(bin * fineness),
        to: grid.edge((bin + 1) * fineness),
        count: own.subarray(bin * fineness, (bin + 1) * fineness).reduce((sum, n) => sum + n, 0),
      })),
    };
  });
}

interface Grid {
  low: number;
  high: number;
  /** Where a fine bin begins. */
  edge: (fine: number) => number;
}

function gridOf(
  least: number,
  greatest: number,
  { bins, scale, column }: { bins: number; scale: "linear" | "log"; column: string },
): Grid {
  const fine = bins * fineness;
  if (scale === "log") {
    if (least < 0) {
      throw new RangeError(
        `Cannot spread "${column}" on a log scale as values must be >= 0: one is ${least}`,
      );
    }
    // Zeros stand in the first bin; below one there are no lengths, and of scores a millionth of the range is nothing.
    const low = least > 0 ? least : Math.min(1, greatest / 1e6) || 1;
    const high = greatest > low ? greatest : low * 2;
    return { low, high, edge: (at) => at === fine ? high : low * (high / low) ** (at / fine) };
  }
  const high = greatest > least ? greatest : least + 1;
  return { low: least, high, edge: (at) => at === fine ? high : least + (high - least) * at / fine };
}

/** Linear within the fine bin that holds the rank, and never beyond what was seen. */
function quantile(
  counts: Float64Array,
  documents: number,
  p: number,
  edge: (fine: number) => number,
  { least, greatest }: { least: number; greatest: number },
): number {
  let before = 0;
  for (const [bin, count] of counts.entries()) {
    if (count > 0 && before + count >= p * documents) {
      const inside = edge(bin) + (edge(bin + 1) - edge(bin)) * (p * documents - before) / count;
      return Math.min(greatest, Math.max(least, inside));
    }
    before += count;
  }
  return NaN;
}
