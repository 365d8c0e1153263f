import {
  derived,
  type MixtureSource,
  mixtureTable,
  notReported,
  type Recipe,
  recipe,
  secondHand,
  type SourceKind,
  stage,
  verified,
} from "../lib/recipe/mod.ts";

const page = "NVIDIA-NeMo/Nemotron@4c0cd66 docs/nemotron/super3/pretrain.md";
const blends = "NVIDIA-NeMo/Nemotron@5806c51 src/nemotron/recipes/super3/stage0_pretrain/config/data_prep";
const batch = 3072 * 8192;

/** Weights of phase 1 and phase 2, as their files have them. */
const table: Readonly<Record<string, readonly [SourceKind, number, number]>> = {
  "nemotron-cc-v2-high-quality": ["web", 2.2, 2.2],
  "nemotron-cc-v2.1-high-quality": ["web", 4.3, 4.3],
  "nemotron-cc-v2-medium-high-quality": ["web", 1.9, 1.9],
  "nemotron-cc-v2.1-medium-high-quality": ["web", 3.8, 3.8],
  "nemotron-cc-v2-medium-quality": ["web", 0.6, 0],
  "nemotron-cc-v2.1-medium-quality": ["web", 1.2, 0],
  "nemotron-cc-v2-high-quality-synthetic": ["synthetic", 7.5, 7.5],
  "nemotron-cc-v2.1-high-quality-synthetic": ["synthetic", 14.9, 14.9],
  "nemotron-cc-v2.1-medium-high-quality-synthetic": ["synthetic", 11.3, 6.2],
  "nemotron-cc-v2-diverse-qa": ["qa", 2.5, 2.5],
  "nemotron-cc-v2-translated-diverse-qa": ["qa", 1, 1],
  "nemotron-cc-v2.1-high-quality-translated-to-english": ["multilingual", 0.5, 0.5],
  "nemotron-cc-v2.1-high-quality-translated-to-english-synthetic": ["multilingual", 0.5, 0.5],
  "nemotron-cc-v2.1-medium-high-quality-translated-to-english": ["multilingual", 0.5, 0.5],
  "nemotron-math-3": ["math", 1.3, 1.3],
  "nemotron-math-4plus": ["math", 2.9, 2.9],
  "nemotron-math-4plus-mind": ["math", 1.7, 1.7],
  "nemotron-pretraining-math-textbooks": ["math", 0.5, 0.5],
  "finepdfs": ["knowledge", 6.1, 14.3],
  "nemotron-pretraining-stem-sft": ["instruction", 3.5, 4],
  "nemotron-pretraining-v1.1-multiple-choice": ["qa", 4, 4.2],
  "nemotron-pretraining-v1.1-economics": ["qa", 1.5, 1.5],
  "nemotron-pretraining-v1.1-formal-logic": ["thinking", 2.1, 2.1],
  "nemotron-pretraining-scientific-coding": ["code", 0.5, 0.6],
  "nemotron-pretraining-v1.1-code-concepts": ["code", 2, 2.4],
  "nemotron-pretraining-v1.1-unconditional-algorithmic": ["code", 0.8, 0.9],
  "nemotron-pretraining-rqa": ["thinking", 0.1, 0.05],
  "nemotron-pretraining-infinibyte-reasoning": ["thinking", 0.1, 0.05],
  "nemotron-pretraining-wiki-rewrite": ["knowledge", 0.6, 0.6],
};

const phase = (at: 1 | 2): MixtureSource[] => {
  const rows = Object.entries(table).filter(([, row]) => row[at] > 0);
  const file = `${blends}/data_blend_raw_phase${at}.json; what is missing to 100 is data that stays inside`;
  return mixtureTable(
    ["verified", file],
    Object.fromEntries(rows.map(([name, row]) => [name, [row[at], row[0]]])),
  );
};
const short = {
  batchTokens: derived(batch, `${page}: 3,072 sequences of 8,192 tokens`),
  sequence: verified(8192, `${page} Hyperparameters`),
  optimizer: verified(
    { name: "AdamW", betas: [0.9, 0.95] as const, weightDecay: 0.1 },
    `${page} Hyperparameters`,
  ),
  rope: verified({ method: "removed" as const }, `${page}: the family omits positional embeddings`),
};
const long = (tokens: number, words: string) => ({
  tokens: verified(tokens, `${page} Long-Context Extension`, words),
  batchTokens: derived(16 * 1_048_576, `${page}: 16 sequences of 1,048,576 tokens`),
  sequence: verified(1_048_576, `${page} Long-Context Extension`),
  schedule: verified({ kind: "constant" as const, peak: 4.5e-6 }, `${page} Long-Context Extension`),
  optimizer: short.optimizer,
  optimizerKept: notReported("each phase resumes from the checkpoint of the one before"),
  rope: short.rope,
});

/** Nemotron 3 Super: 20T tokens of all, 5T of the best while the rate falls, then a million tokens of context. */
const published: Recipe = recipe({
  name: "nemotron3-super",
  model: {
    name: "Nemotron 3 Super",
    parameters: verified(120.6e9, `${page} Model Architecture`, "12.7B active"),
    layers: verified(88, `${page} Architecture Dimensions`),
    width: verified(4096, `${page} Architecture Dimensions`),
  },
  objectives: ["knowledge", "mathematics", "code", "reasoning", "long context", "agents"],
  stages: [
    stage({
      name: "phase1",
      kind: "pretrain",
      tokens: verified(20e12, `${page} Data Mixture and Ordering`),
      schedule: verified({ kind: "constant", peak: 4.5e-4, warmupSteps: 200e9 }, `${page} Hyperparameters`),
      ...short,
      merge: verified({
        method: "decay by merging",
        of: ["125B", "250B", "500B"].map((run) => ({ run: `window of ${run} tokens` })),
      }, `${page} Checkpoint Merging: 2 to 4 points while the rate is held`),
      mixture: phase(1),
    }),
    stage({
      name: "phase2",
      kind: "decay",
      tokens: verified(5e12, `${page} Data Mixture and Ordering`),
      schedule: verified(
        { kind: "wsd", peak: 4.5e-4, floor: 4.5e-6, steps: 5e12, decaySteps: 5e12, shape: "1-sqrt" },
        `${page} Hyperparameters: minus-sqrt over the last 5T`,
      ),
      ...short,
      optimizerKept: verified(true, `${page}: one run`),
      mixture: phase(2),
    }),
    stage({
      name: "long1m",
      kind: "context",
      ...long(34e9, "at 1M tokens"),
      mixture: mixtureTable(["verified", `${page} Long-Context Extension`], {
        "document questions": [20, "long"],
        "phase 2, scaled down": [80, "replay"],
      }),
    }),
    stage({
      name: "mixed",
      kind: "context",
      ...long(17e9, "sequences of 1M and of 4k tokens in turn, for the sake of mathematics"),
      mixture: mixtureTable(["verified", `${page} Long-Context Extension`], {
        "document questions": [20, "long"],
        "phase 2, scaled down": [80, "replay"],
      }),
      evaluation: [
        secondHand(
          { benchmark: "RULER at 128k, of the 12B before it, by training at 512k", after: 81.04 },
          "arXiv:2508.14444",
        ),
      ],
    }),
  ],
  sources: [page, `${blends}/data_blend_raw_phase{1,2}.json`],
});

export default published;
