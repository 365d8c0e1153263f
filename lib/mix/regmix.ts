// deno-lint-ignore-file camelcase -- the paper's names
import { findFile, readCsv } from "../data/mod.ts";
import type { Mixture } from "./mixture.ts";
import type { ProxyRun } from "./proxy_runs.ts";

/** A set of runs that RegMix published: 512 of 1M to fit, 256 of 1M and of 60M and 64 of 1B to test. */
export type RegMixRuns = "train-1M" | "1M" | "60M" | "1B";

const files: Record<RegMixRuns, readonly [mixtures: string, losses: string]> = {
  "train-1M": ["train_mixture_1m", "train_pile_loss_1m"],
  "1M": ["test_mixture_1m", "test_pile_loss_1m"],
  "60M": ["test_mixture_60m", "test_pile_loss_60m"],
  "1B": ["test_mixture_1B", "test_pile_loss_1B"],
};

/**
 * The runs that RegMix published (arXiv:2407.01492): mixtures of 17 domains of the Pile, rounded to three decimals, and
 * losses on the 13 of them that were measured.
 *
 * @throws {Deno.errors.NotFound} If the data set is nowhere.
 * @example
 * ```ts ignore
 * import { proxyRuns, readRegMixRuns } from "midtrain/mix";
 *
 * const runs = proxyRuns(await readRegMixRuns("train-1M"));
 * runs.notes; // shares that sum to 0.996 to 1.003
 * ```
 */
export async function readRegMixRuns(which: RegMixRuns): Promise<ProxyRun[]> {
  const [mixtures, losses] = await Promise.all(
    files[which].map(async (file) => (await readCsv(await findFile("regmix", `data/${file}.csv`))).records()),
  ) as [Record<string, string>[], Record<string, string>[]];
  const byIndex = new Map(losses.map((row) => [row.index, row]));
  return mixtures.map(({ index, ...shares }) => {
    const { index: _, ...measured } = byIndex.get(index) ?? {};
    return { name: `run ${index}`, mixture: numbers(shares), losses: numbers(measured) };
  });
}

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
export const regMixPrior: Readonly<Mixture> = {
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
