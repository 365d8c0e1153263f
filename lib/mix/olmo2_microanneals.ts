import { findFile, readCsv } from "../data/mod.ts";

/** One short anneal of OLMo 2 7B on a candidate beside web text. */
export interface Microanneal {
  /** The mixture, as the table names it. */
  mix: string;
  /** The paper's experiment: 1, 2 or 3; absent for the baseline. */
  experiment?: number;
  /** The share of web text in [0, 1]; absent for the baseline. */
  webShare?: number;
  /** Tokens of the anneal, as printed, for example `1.72B`; absent for the baseline. */
  tokens?: string;
  /** MMLU's average, in percent. */
  mmlu: number;
  /** GSM*, 200 questions of GSM8K held for development, in percent. */
  gsm: number;
}

/**
 * OLMo 2's microanneals (arXiv:2501.00656v3, Table 12), the baseline first. A row that two experiments share stands once, in
 * the first of them.
 *
 * @throws {Deno.errors.NotFound} If the data set is nowhere.
 * @example
 * ```ts ignore
 * import { readMicroanneals } from "midtrain/mix";
 *
 * const [baseline] = await readMicroanneals();
 * baseline.gsm; // 28.5
 * ```
 */
export async function readMicroanneals(): Promise<Microanneal[]> {
  const table = await readCsv(await findFile("published-tables", "olmo2_microanneals.csv"));
  const rows = table.records().map((row): Microanneal => ({
    mix: row.mix,
    ...(row.experiment === "all" ? {} : { experiment: Number(row.experiment) }),
    ...(row.web_ratio_pct === "" ? {} : { webShare: Number(row.web_ratio_pct) / 100 }),
    ...(row.tokens === "" ? {} : { tokens: row.tokens }),
    mmlu: Number(row.mmlu_avg),
    gsm: Number(row.gsm_star),
  }));
  const same = (a: Microanneal, b: Microanneal) =>
    a.tokens === b.tokens && a.webShare === b.webShare && a.gsm === b.gsm;
  return rows.filter((row, at) => !rows.slice(0, at).some((earlier) => same(earlier, row)));
}
