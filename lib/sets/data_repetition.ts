import { readCsv } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A run over data that it sees more than once. */
export interface RepetitionRun {
  /** Parameters. */
  params: number;
  /** Training tokens. */
  tokens: number;
  /** How many of them are different ones. */
  uniqueTokens: number;
  /** The validation loss, in nats per token. */
  loss: number;
}

/** The 182 runs on repeated data behind the data-constrained scaling law (arXiv 2305.16264). */
export const dataRepetition: PublicSet<RepetitionRun> = publicSet({
  name: "data-repetition",
  title: "182 runs over repeated data: parameters, tokens, unique tokens, loss, arXiv 2305.16264",
  licence: "Apache-2.0",
  origin: { kind: "derived", folder: "data-repetition", from: "huggingface/datablations" },
  files: {
    "LICENSE.md": "c71d239df91726fc519c6eb72d318ec65820627232b2f796219e87dcf35d0ab4",
    "runs.csv": "2748b55ae15fa8071715db2a6bd978d583d8ed5c9d5621f9e8ba7f9eea4fed2e",
  },
  async *read(set) {
    const table = await readCsv(await set.file("runs.csv"));
    const tokens = table.numbers("tokens");
    const unique = table.numbers("unique_tokens");
    const losses = table.numbers("val_loss");
    for (const [i, params] of table.numbers("params").entries()) {
      yield { params, tokens: tokens[i], uniqueTokens: unique[i], loss: losses[i] };
    }
  },
});
