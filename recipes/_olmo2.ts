import {
  derived,
  type Fact,
  type Measured,
  type MergeFacts,
  type MixtureSource,
  mixtureTable,
  type OptimizerFacts,
  type RopeFacts,
  type ScheduleSpec,
  secondHand,
  type SourceKind,
  type Stage,
  verified,
} from "../lib/recipe/mod.ts";

/** The folder of the configurations of OLMo 2 7B and 13B. */
export const configs = "allenai/OLMo configs/official-1124";
/** Where those of the 1B are. */
export const configs1b = "allenai/OLMo@0881d90 configs/official-0425";
/** Where the scripts of the 32B are. */
export const scripts32b = "allenai/OLMo-core@84c804d src/scripts/official/OLMo2";

/** The optimizer that all sizes share. */
export const adamW = (locus: string): Fact<OptimizerFacts> =>
  verified({
    ...{ name: "AdamW", betas: [0.9, 0.95] as const, epsilon: 1e-8, weightDecay: 0.1 },
    ...{ notDecayed: "embeddings", clip: 1, zLoss: 1e-5 },
  }, locus);

/** Rotary embeddings, the same in every stage. */
export const rope = (locus: string): Fact<RopeFacts> => verified({ theta: 500_000 }, `${locus} rope_theta`);

/** What every file of a second stage says of how it starts. */
export const start = (locus: string): Pick<Stage, "optimizerKept" | "sequence" | "optimizer" | "rope"> => ({
  optimizerKept: verified(true, locus, "the order of the data starts anew: restore_dataloader is false"),
  sequence: verified(4096, `${locus} max_sequence_length`),
  optimizer: adamW(locus),
  rope: rope(locus),
});

/** The rate of a second stage: from what it loads to 0 in a line, without a warm-up. */
export const toZero = (peak: number, tokens: number, locus: string): Fact<ScheduleSpec> =>
  verified<ScheduleSpec>({ kind: "linear", peak, steps: tokens }, `${locus} scheduler`);

/** Parameters by the model's name. */
export const named = (parameters: number): Fact<number> => derived(parameters, "the model's name");

/** A score before and after, as the paper's Table 9 has it. */
export const table9 = (benchmark: string, before: number, after: number): Fact<Measured> =>
  secondHand({ benchmark, before, after }, "arXiv:2501.00656v3, Table 9");

/** A soup of runs of one stage that differ by their seed. */
export const soup = (seeds: readonly number[], data: string, locus: string): Fact<MergeFacts> =>
  verified<MergeFacts>({
    method: "mean of runs",
    of: seeds.map((seed) => ({ run: `${data}, seed ${seed}`, seed, data: `${data} in its order` })),
  }, locus);

/** Tokens of the pre-training mixture by source, in billions. */
const billions: Readonly<Record<string, readonly [tokens: number, kind: SourceKind]>> = {
  "DCLM-Baseline": [3700, "web"],
  "StarCoder": [83.0, "code"],
  "peS2o": [58.6, "knowledge"],
  "arXiv": [20.8, "knowledge"],
  "OpenWebMath": [12.2, "math"],
  "Algebraic Stack": [11.8, "math"],
  "Wikipedia": [3.66, "knowledge"],
};
const inAll = Object.values(billions).reduce((sum, [tokens]) => sum + tokens, 0);

/** The mixture of pre-training, by the tokens of its sources. */
export const mix1124 = (): MixtureSource[] =>
  mixtureTable(
    ["derived", "huggingface.co/datasets/allenai/olmo-mix-1124@5e729f5 README.md, tokens by source"],
    Object.fromEntries(
      Object.entries(billions).map(([source, [tokens, kind]]) => [source, [100 * tokens / inAll, kind]]),
    ),
  );
