import { readCsv } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** One of Chinchilla's runs. */
export interface ChinchillaRun {
  /** Parameters. */
  params: number;
  /** Training tokens, from `flops = 6 params tokens`. */
  tokens: number;
  /** Training FLOP. */
  flops: number;
  /** The loss, in nats per token. */
  loss: number;
}

/** The 245 points read off Chinchilla's Figure 4 (arXiv 2404.10102); the refit leaves out the five of greatest loss. */
export const chinchilla: PublicSet<ChinchillaRun> = publicSet({
  name: "chinchilla",
  title: "245 points (parameters, FLOP, loss) digitised from Chinchilla's Figure 4, arXiv 2203.15556",
  licence: "none stated (digitised by arXiv 2404.10102)",
  origin: {
    kind: "repository",
    repository: "epoch-research/analyzing-chinchilla",
    commit: "92258837425e1b5f2851d624287f0120583a3d0e",
    folder: "data/",
  },
  files: { "svg_extracted_data.csv": "193478df4e90f040016431996c45682659306840ecdadf83cfb9cd5ca0aa1b30" },
  async *read(set) {
    const table = await readCsv(await set.file("svg_extracted_data.csv"));
    const sizes = table.numbers("Model Size");
    const flops = table.numbers("Training FLOP");
    const losses = table.numbers("loss");
    for (const [i, params] of sizes.entries()) {
      yield { params, tokens: flops[i] / (6 * params), flops: flops[i], loss: losses[i] };
    }
  },
});
