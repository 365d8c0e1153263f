import { parseCsv, readCsv } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** One table out of a paper. */
export interface PublishedTable {
  /** Its file's name without the ending, for example `olmo2_pre_vs_mid`. */
  name: string;
  /** The paper and the table, as the file says it. */
  source: string;
  /** Its rows: cells as printed, by column. */
  rows: Record<string, string>[];
}

/** Five tables of OLMo 2's and Olmo 3's mid-training; `file` gives the ratio laws and DoReMi's weights, which are JSON. */
export const publishedTables: PublicSet<PublishedTable> = publicSet({
  name: "published-tables",
  title: "OLMo 2 and Olmo 3 mid-training tables, CMR ratio laws, DoReMi weights; each file names its source",
  licence: "facts from papers; DoReMi weights MIT",
  origin: { kind: "derived", folder: "published-tables", from: "the papers named in the files" },
  files: {
    "LICENSE": "e03c54783425d813d01cfa46e955d92596415940ca68748afa42012d47619f38",
    "cpt_ratio_laws.json": "d50d4486e7e813924f40253201f219afe74107028380e0cba9a8bcea6cd775cf",
    "olmo2_dolmino_mixes.csv": "a281a587fde4f60347e7a1e1a6aac427405f06ab96423a3e2ab6d51e4122c83e",
    "olmo2_microanneals.csv": "d3523f1c85523fe749f649ef92baa7460b19443fc104e9a82449b9e7a716a860",
    "olmo2_midtrain_mixes.csv": "269e5323d09bc58a1b42ae60cfddf4193dec237687fa4b86bcd44e59742afc6a",
    "olmo2_pre_vs_mid.csv": "7f4793cfd10485eb86029ed859d10ca4ad1be0d548e643b2c222197d0a4a9593",
    "olmo3_midtrain.csv": "52c3d699553df905adf7d6357e466d84160ef3118e8042b3794d2266af2a73de",
    "pile_baseline_256kvocab.json": "8cc3e3a7dd0201888e8c7a114e1509efee3e3e434c741e039c4b199235a7de57",
    "pile_doremi_280M_256kvocab_paper.json":
      "6af13cdb14de292fac5468c5f53c6f73e4ba508fd6dd5d6189860ac7c2d4278c",
  },
  async *read(set) {
    for (const path of await set.paths()) {
      if (!path.endsWith(".csv")) continue;
      const text = await Deno.readTextFile(await set.file(path));
      const source = text.slice(0, text.indexOf("\n")).replace(/^# /, "");
      yield { name: path.replace(/\.csv$/, ""), source, rows: parseCsv(text, { name: path }).records() };
    }
  },
});

/** One short anneal of OLMo 2 7B on a candidate beside web text. */
export interface Olmo2Microanneal {
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
 * @throws {Deno.errors.NotFound} If the table is nowhere.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { publishedTables, readOlmo2Microanneals } from "midtrain/sets";
 *
 * if (await publishedTables.available()) assert.equal((await readOlmo2Microanneals())[0]!.gsm, 28.5);
 * ```
 */
export async function readOlmo2Microanneals(): Promise<Olmo2Microanneal[]> {
  const table = await readCsv(await publishedTables.file("olmo2_microanneals.csv"));
  const rows = table.records().map((row): Olmo2Microanneal => ({
    mix: row.mix,
    ...(row.experiment === "all" ? {} : { experiment: Number(row.experiment) }),
    ...(row.web_ratio_pct === "" ? {} : { webShare: Number(row.web_ratio_pct) / 100 }),
    ...(row.tokens === "" ? {} : { tokens: row.tokens }),
    mmlu: Number(row.mmlu_avg),
    gsm: Number(row.gsm_star),
  }));
  const same = (a: Olmo2Microanneal, b: Olmo2Microanneal) =>
    a.tokens === b.tokens && a.webShare === b.webShare && a.gsm === b.gsm;
  return rows.filter((row, at) => !rows.slice(0, at).some((earlier) => same(earlier, row)));
}
