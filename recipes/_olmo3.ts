import {
  type Fact,
  type MixtureSource,
  type OptimizerFacts,
  publishedSources,
  type RopeFacts,
  verified,
} from "../lib/recipe/mod.ts";

/** The folder of the official scripts. */
export const scripts = "allenai/OLMo-core src/scripts/official/OLMo3";
/** The file that the mid-training mixture was drawn by. */
export const mix =
  "allenai/OLMo-core@111bd4d src/olmo_core/data/source_mixtures/OLMo3-32B-midtraining-modelnamefilter.yaml";

/** The optimizer of every stage. */
export const skipStep = (locus: string): Fact<OptimizerFacts> =>
  verified<OptimizerFacts>({
    ...{
      name: "SkipStepAdamW",
      betas: [0.9, 0.95],
      weightDecay: 0.1,
      notDecayed: "embeddings",
      clip: 1,
      zLoss: 1e-5,
    },
  }, `${locus} SkipStepAdamWConfig`);

/** Rotary embeddings before the long context. */
export const rope = (locus: string): Fact<RopeFacts> => verified({ theta: 500_000 }, `${locus} model config`);

/** YaRN of the long context. */
export const yarn = (locus: string): Fact<RopeFacts> =>
  verified<RopeFacts>({
    ...{ theta: 500_000, method: "yarn", factor: 8, betas: [32, 1], layers: "layers with full attention" },
  }, `${locus} YaRNRoPEScalingConfig`);

/** The mid-training mixture with what is at hand of its sources, from the comments of its file. */
export const dolmino = (): MixtureSource[] => {
  const unique = {
    "StackEdu, fill in the middle": 21_390_279_634,
    "CraneCode": 18_833_636_683,
    "MegaMatt": 3_883_674_937,
    "Dolmino Math": 10_687_987_907,
    "CraneMath": 5_624_449_531,
    "TinyMATH MIND": 898_733_958,
    "TinyMATH PoT": 240_590_380,
    "OMR rewrite": 850_848_999,
    "Wikipedia to RCQA": 4_215_210_848,
    "Nemotron synthetic QA": 486_558_362_887,
    "Tulu 3": 1_639_399_859,
    "FLAN": 17_055_708_123,
    "general reasoning, R1": 2_483_453_165,
    "QwQ traces": 4_774_150_082,
    "Gemini reasoning": 245_738_848,
    "OpenThoughts 2": 5_601_836_260,
  };
  const pools = Object.entries(unique).map(([name, tokens]) => [name, verified(tokens, `${mix}, comments`)]);
  return publishedSources("olmo3-dolmino-100B", Object.fromEntries(pools));
};
