import { oneOf, takes } from "../base/mod.ts";
import { readJsonl } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

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

/** Checkpoints of the Gemstones suite: `hot` along the constant rate, `before` and `after` each cooldown. */
export const gemstones: PublicSet<GemstonesPoint, { phase: "hot" | "before" | "after" }> = publicSet({
  name: "gemstones",
  title: "Losses of a family of models before and after a learning-rate decay, arXiv 2502.06857",
  licence: "MIT",
  origin: {
    kind: "repository",
    repository: "mcleish7/gemstone-scaling-laws",
    commit: "5f420478f6057b0cbb4d13405fb10ca64675bccb",
    folder: "wandb_dfs/",
  },
  files: {
    "wandb_df_for_fitting_cool_begin.jsonl":
      "0e9991b2e0f694f7e01b4c49debd28b5075c1aff993344f753ebca96341b9510",
    "wandb_df_for_fitting_cool_end.jsonl": "bdf01b6b21bafc414218124a6f9e195cee07f3d69ceacbfae2fcf069d34f4e61",
    "wandb_df_for_fitting_hot.jsonl": "655467b59c99383403d6f73f5b7f23c02aea3f12935dc110382d8a8b43a0ff5d",
  },
  async *read(set, options) {
    takes("Cannot read gemstones", options, "phase");
    const { phase } = options;
    oneOf("Cannot read gemstones", { phase }, ["hot", "before", "after"]);
    const file = { hot: "hot", before: "cool_begin", after: "cool_end" }[phase];
    for await (const row of readJsonl(await set.file(`wandb_df_for_fitting_${file}.jsonl`))) {
      const { width, depth, params_active_precise, tokens, final_loss } = row as Record<string, number>;
      yield {
        shape: `${width}x${depth}`,
        params: params_active_precise,
        flopsPerToken: flopsPerToken(width, depth),
        tokens,
        loss: final_loss,
      };
    }
  },
});

/**
 * Forward and backward FLOP a token of a Gemstones model: per layer the projections, half as many key and value heads as
 * queries, gated MLPs four times the width, norms and rotary turns, and attention over half of 2,048 tokens that the backward
 * pass computes anew; then the output head over 50,304 words. Their count (2502.06857, appendix on FLOP), gathered by power of
 * the width.
 */
function flopsPerToken(width: number, depth: number): number {
  const SEQUENCE = 2048;
  const HEAD = 128;
  const WORDS = 50_304;
  const layer = 90 * width ** 2 + 183.75 * width + 10.5 * SEQUENCE * (width + width / HEAD);
  return depth * layer + 6 * width * WORDS + 21 * width;
}
