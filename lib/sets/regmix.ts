// deno-lint-ignore-file camelcase -- the paper's names
import { oneOf, takes } from "../base/mod.ts";
import { readCsv } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A set of runs that RegMix published: 512 of 1M to fit, 256 of 1M and of 60M and 64 of 1B to test. */
export type RegMixRuns = "train-1M" | "1M" | "60M" | "1B";

/** One run of RegMix. */
export interface RegMixRun {
  /** Its number, for example `run 1`. */
  name: string;
  /** The share of each of 17 domains of the Pile, rounded to three decimals. */
  mixture: Record<string, number>;
  /** The loss on each of the 13 of them that were measured, in nats per token. */
  losses: Record<string, number>;
}

const FILES: Record<RegMixRuns, readonly [mixtures: string, losses: string]> = {
  "train-1M": ["train_mixture_1m", "train_pile_loss_1m"],
  "1M": ["test_mixture_1m", "test_pile_loss_1m"],
  "60M": ["test_mixture_60m", "test_pile_loss_60m"],
  "1B": ["test_mixture_1B", "test_pile_loss_1B"],
};

/** The runs that RegMix published (arXiv:2407.01492). */
export const regmix: PublicSet<RegMixRun, { runs: RegMixRuns }> = publicSet({
  name: "regmix",
  title: "Mixtures of 17 domains and the losses of 1M, 60M and 1B models on them, arXiv 2407.01492",
  licence: "MIT",
  origin: {
    kind: "repository",
    repository: "sail-sg/regmix",
    commit: "b004d3a3f39846dcec6b3740da22bcd1ba95a5d0",
    folder: "",
  },
  files: {
    "data/test_mixture_1B.csv": "dd38052949c0a5f84165bdcb3ae3a331c7f07efd9bb83848bd579dfc4ce75a2c",
    "data/test_mixture_1m.csv": "197267b7d6f15367e2f46c881e564c35b0d34e51b1754bb09d07e650cf8e1ce8",
    "data/test_mixture_60m.csv": "197267b7d6f15367e2f46c881e564c35b0d34e51b1754bb09d07e650cf8e1ce8",
    "data/test_pile_loss_1B.csv": "b2451e2b7fa15400688edc39e4d32f21ccbe0fb356e07d62a0e9ccddf247114f",
    "data/test_pile_loss_1m.csv": "e027b1674f60140a65a87b5e4a59ab5f09dc33e8fd02c080682678074b160f53",
    "data/test_pile_loss_60m.csv": "8fe69d59ab7dd4fae4736459f4265ec93c7ed1ad1eca407346052560edc72b5b",
    "data/train_mixture_1m.csv": "04a32ef4ab594376bf90e11404c033668f887c351d6a03ad3744824c7296a2d8",
    "data/train_pile_loss_1m.csv": "49a959aa07ce5c20831d5abe3a7896ff0cd90a398bd407c8913fd5588be0465a",
    "mixture_config/config_1b/doremi.yaml":
      "6fcf631ee82257ce7414ad18e37de364b759492e05bf7feadbcbf7df9a889f66",
    "mixture_config/config_1b/human.yaml": "7d52c33b97a62a9a21ca2d09d95aa3b3942a78c8b31888e858c0cc68e8142f0b",
    "mixture_config/config_1b/pile_cc_only.yaml":
      "8b086808c3f13c3095074bb495b3d4c327d04b2b910a2dce45b466552b604ff4",
    "mixture_config/config_1b/regmix.yaml":
      "ce0a643bf50b0038e825c016b391c52776da73ec890b192c50931cc3fa9a28ed",
  },
  async *read(set, options) {
    takes("Cannot read regmix", options, "runs");
    const { runs } = options;
    oneOf("Cannot read regmix", { runs }, FILES);
    const [mixtures, losses] = await Promise.all(
      FILES[runs].map(async (file) => (await readCsv(await set.file(`data/${file}.csv`))).records()),
    );
    const byIndex = new Map(losses.map((row) => [row.index, row]));
    for (const { index, ...shares } of mixtures) {
      const { index: _, ...measured } = byIndex.get(index) ?? {};
      yield { name: `run ${index}`, mixture: numbers(shares), losses: numbers(measured) };
    }
  },
});

/** Cells as numbers, by the domain in the column's name. */
function numbers(cells: Record<string, string>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(cells).map(([column, cell]) => [
      /^(?:train_|metric\/)the_pile_(.*?)(?:_val_loss)?$/.exec(column)![1],
      Number(cell),
    ]),
  );
}

/** The shares of the Pile's tokens that RegMix draws around, as its notebook prints them. */
export const regMixPrior: Readonly<Record<string, number>> = {
  arxiv: 0.11328527,
  freelaw: 0.07960865,
  nih_exporter: 0.00391349,
  pubmed_central: 0.1853759,
  wikipedia_en: 0.05108136,
  dm_mathematics: 0.01596293,
  github: 0.10175077,
  philpapers: 0.00370752,
  stackexchange: 0.06652935,
  enron_emails: 0.00175077,
  gutenberg_pg_19: 0.02708548,
  pile_cc: 0.23686921,
  ubuntu_irc: 0.01184346,
  europarl: 0.00792997,
  hackernews: 0.00803296,
  pubmed_abstracts: 0.03882595,
  uspto_backgrounds: 0.04644696,
};

/** What RegMix's notebook prints for its 13 regressions: 100 times Spearman's correlation on the 256 test runs of 1M. */
export const regMixSpearman: Readonly<Record<string, number>> = {
  arxiv: 99.6,
  freelaw: 99.71,
  pubmed_central: 99.08,
  wikipedia_en: 99.45,
  dm_mathematics: 97.2,
  github: 99.77,
  stackexchange: 99.73,
  gutenberg_pg_19: 99.18,
  pile_cc: 98.92,
  ubuntu_irc: 96.87,
  hackernews: 98.51,
  pubmed_abstracts: 99.19,
  uspto_backgrounds: 99.12,
};
