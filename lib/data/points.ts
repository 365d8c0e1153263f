import { readCsv } from "./csv.ts";
import { findFile } from "./datasets.ts";
import { readJsonl } from "./jsonl.ts";

/**
 * The points read off Chinchilla's Figure 4 (arXiv 2404.10102): tokens follow from `flops = 6 params tokens`.
 *
 * @returns 245 runs; the refit leaves out the five of greatest loss.
 * @throws {Deno.errors.NotFound} If the data set is nowhere.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { available, readChinchillaRuns } from "midtrain/data";
 *
 * if (await available("chinchilla")) assert.equal((await readChinchillaRuns()).length, 245);
 * ```
 */
export async function readChinchillaRuns(): Promise<
  { params: number; tokens: number; flops: number; loss: number }[]
> {
  const table = await readCsv(await findFile("chinchilla", "svg_extracted_data.csv"));
  const sizes = table.numbers("Model Size");
  const flops = table.numbers("Training FLOP");
  const losses = table.numbers("loss");
  return Array.from(
    sizes,
    (params, i) => ({ params, tokens: flops[i] / (6 * params), flops: flops[i], loss: losses[i] }),
  );
}

/** One checkpoint of the Gemstones suite (arXiv 2502.06857). */
export interface GemstonesPoint {
  /** The model's shape, for example `1024x28`. */
  shape: string;
  /** Active parameters. */
  params: number;
  /** Training FLOP a token, attention and output head included, as the suite's authors count them. */
  flopsPerToken: number;
  /** Tokens seen. */
  tokens: number;
  /** The loss, in nats per token. */
  loss: number;
}

/**
 * Checkpoints of the Gemstones suite: `hot` along the constant rate, `before` and `after` each cooldown.
 *
 * @throws {Deno.errors.NotFound} If the data set is nowhere.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { available, readGemstones } from "midtrain/data";
 *
 * if (await available("gemstones")) {
 *   const before = await readGemstones("before"), after = await readGemstones("after");
 *   assert(after[0]!.loss < before[0]!.loss);
 * }
 * ```
 */
export async function readGemstones(phase: "hot" | "before" | "after"): Promise<GemstonesPoint[]> {
  const file = { hot: "hot", before: "cool_begin", after: "cool_end" }[phase];
  const points: GemstonesPoint[] = [];
  const path = await findFile("gemstones", `wandb_df_for_fitting_${file}.jsonl`);
  for await (const row of readJsonl(path)) {
    const { width, depth, params_active_precise, tokens, final_loss } = row as Record<string, number>;
    points.push({
      shape: `${width}x${depth}`,
      params: params_active_precise,
      flopsPerToken: gemstonesFlops(width, depth),
      tokens: tokens,
      loss: final_loss,
    });
  }
  return points;
}

/**
 * Forward and backward FLOP a token of a Gemstones model: per layer the projections, half as many key and value heads as
 * queries, gated MLPs four times the width, norms and rotary turns, and attention over half of 2,048 tokens that the backward
 * pass computes anew; then the output head over 50,304 words. Their count (2502.06857, appendix on FLOP), gathered by power of
 * the width.
 */
function gemstonesFlops(width: number, depth: number): number {
  const SEQUENCE = 2048;
  const HEAD = 128;
  const WORDS = 50_304;
  const layer = 90 * width ** 2 + 183.75 * width + 10.5 * SEQUENCE * (width + width / HEAD);
  return depth * layer + 6 * width * WORDS + 21 * width;
}

/**
 * The 182 runs on repeated data behind the data-constrained scaling law (arXiv 2305.16264).
 *
 * @throws {Deno.errors.NotFound} If the data set is nowhere.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { available, readRepetitionRuns } from "midtrain/data";
 *
 * if (await available("data-repetition")) assert.equal((await readRepetitionRuns()).length, 182);
 * ```
 */
export async function readRepetitionRuns(): Promise<
  { params: number; tokens: number; uniqueTokens: number; loss: number }[]
> {
  const table = await readCsv(await findFile("data-repetition", "runs.csv"));
  const [params, tokens, unique, losses] = ["params", "tokens", "unique_tokens", "val_loss"]
    .map((column) => table.numbers(column)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  return Array.from(
    params,
    (size, i) => ({ params: size, tokens: tokens[i], uniqueTokens: unique[i], loss: losses[i] }),
  );
}

/** The five settings on the way from Kaplan's exponent to Chinchilla's (arXiv 2406.19146), in the paper's order. */
export type IsoflopSetting = "kaplan" | "last-layer" | "short-warmup" | "cosine-decay" | "tuned";

const SETTINGS: Record<IsoflopSetting, string> = {
  "kaplan": "base,long,kaplan,kaplan",
  "last-layer": "base,long,kaplan,standard",
  "short-warmup": "base,short,kaplan,standard",
  "cosine-decay": "base,short,chinchilla,standard",
  "tuned": "tuned,short,const,standard",
};

/**
 * The IsoFLOP sweep of one setting on RefinedWeb: its runs, and the authors' best size a budget with the standard deviation
 * of its logarithm. Runs without a size or a loss and budgets without a deviation are left out, as in the paper.
 *
 * @throws {Deno.errors.NotFound} If the data set is nowhere.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { available, readIsoflopSweep } from "midtrain/data";
 *
 * if (await available("kaplan-chinchilla")) assert.equal((await readIsoflopSweep("tuned")).optima.length, 12);
 * ```
 */
export async function readIsoflopSweep(setting: IsoflopSetting): Promise<{
  runs: { flops: number; params: number; tokens: number; loss: number }[];
  optima: { flops: number; params: number; logDeviation: number }[];
}> {
  const keep = (row: Record<string, string>) =>
    ["hparams", "warmup", "decay", "param_count"].map((key) => row[key]).join() === SETTINGS[setting];
  const read = async (file: string) =>
    (await readCsv(await findFile("kaplan-chinchilla", file))).records().filter(keep);
  const runs = (await read("isoflop_points.csv")).map((row) => ({
    flops: Number(row.flops),
    params: Number(row.n_params),
    tokens: Number(row.tokens),
    loss: Number(row.loss),
  }));
  const complete = runs.filter(({ params, loss }) => params > 0 && loss > 0);
  const optima = (await read("optimal_pairs.csv")).map((row) => ({
    flops: Number(row.flops),
    params: Number(row.n_opt),
    logDeviation: row.n_star_logstd ? Number(row.n_star_logstd) : NaN,
  }));
  return { runs: complete, optima: optima.filter(({ logDeviation }) => logDeviation > 0) };
}
