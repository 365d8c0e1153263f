import { readCsv } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** The five settings on the way from Kaplan's exponent to Chinchilla's (arXiv 2406.19146), in the paper's order. */
export type IsoflopSetting = "kaplan" | "last-layer" | "short-warmup" | "cosine-decay" | "tuned";

/** The IsoFLOP sweep of one setting on RefinedWeb. */
export interface IsoflopSweep {
  /** The setting. */
  setting: IsoflopSetting;
  /** Its runs; the loss in nats per token. */
  runs: { flops: number; params: number; tokens: number; loss: number }[];
  /** The authors' best size of each budget, and the standard deviation of its logarithm. */
  optima: { flops: number; params: number; logDeviation: number }[];
}

const SETTINGS: Record<IsoflopSetting, string> = {
  "kaplan": "base,long,kaplan,kaplan",
  "last-layer": "base,long,kaplan,standard",
  "short-warmup": "base,short,kaplan,standard",
  "cosine-decay": "base,short,chinchilla,standard",
  "tuned": "tuned,short,const,standard",
};

/**
 * The five sweeps in the paper's order. Runs without a size or a loss and budgets without a deviation are left out, as in
 * the paper.
 */
export const kaplanChinchilla: PublicSet<IsoflopSweep> = publicSet({
  name: "kaplan-chinchilla",
  title: "580 IsoFLOP points and 59 optimal pairs in five settings, arXiv 2406.19146",
  licence: "MIT",
  origin: {
    kind: "derived",
    folder: "kaplan-chinchilla",
    from: "formll/resolving-scaling-law-discrepancies",
  },
  files: {
    "LICENSE": "04a7e7d2ecb9b43ea66be676412642764601fd549d0a2aeae2e6d319b8c4df49",
    "isoflop_points.csv": "6e6d4da7e2609a0ad018234691e750876d87553a9d67be300ac7a02e0bb617f7",
    "optimal_pairs.csv": "3849148d60ad27a85a7d3dfb1a4525e688a6017b22630ba297e5d3c3dbcb0c70",
  },
  async *read(set) {
    const rows = async (file: string) => (await readCsv(await set.file(file))).records();
    const [points, pairs] = await Promise.all([rows("isoflop_points.csv"), rows("optimal_pairs.csv")]);
    for (const [setting, columns] of Object.entries(SETTINGS) as [IsoflopSetting, string][]) {
      const keep = (row: Record<string, string>) =>
        ["hparams", "warmup", "decay", "param_count"].map((key) => row[key]).join() === columns;
      const runs = points.filter(keep).map((row) => ({
        flops: Number(row.flops),
        params: Number(row.n_params),
        tokens: Number(row.tokens),
        loss: Number(row.loss),
      }));
      const optima = pairs.filter(keep).map((row) => ({
        flops: Number(row.flops),
        params: Number(row.n_opt),
        logDeviation: row.n_star_logstd ? Number(row.n_star_logstd) : NaN,
      }));
      yield {
        setting,
        runs: runs.filter(({ params, loss }) => params > 0 && loss > 0),
        optima: optima.filter(({ logDeviation }) => logDeviation > 0),
      };
    }
  },
});
