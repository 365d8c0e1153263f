import {
  derived,
  mixtureTable,
  notReported,
  type Recipe,
  recipe,
  type SourceKind,
  stage,
  verified,
} from "../lib/recipe/mod.ts";

const page = "NVIDIA-NeMo/Nemotron@61e7207 docs/nemotron/nano3/pretrain.md";
const blend = "NVIDIA-NeMo/Nemotron@4c35ae1 src/nemotron/recipes/nano3/stage0_pretrain/data_blend_raw.json";
/** The sources of its file, each of weight 1. */
const names: Readonly<Record<string, SourceKind>> = {
  "nemotron-math-3": "math",
  "nemotron-math-4plus": "math",
  "nemotron-math-4plus-mind": "math",
  "nemotron-cc-v2-diverse-qa": "qa",
  "nemotron-cc-v2-high-quality": "web",
  "nemotron-cc-v2-high-quality-synthetic": "synthetic",
  "nemotron-cc-v2-medium-high-quality": "web",
  "nemotron-cc-v2-medium-quality": "web",
  "nemotron-cc-v2-translated-diverse-qa": "qa",
  "nemotron-cc-v2.1-high-quality": "web",
  "nemotron-cc-v2.1-high-quality-synthetic": "synthetic",
  "nemotron-cc-v2.1-high-quality-translated-to-english": "multilingual",
  "nemotron-cc-v2.1-high-quality-translated-to-english-synthetic": "multilingual",
  "nemotron-cc-v2.1-medium-high-quality": "web",
  "nemotron-cc-v2.1-medium-high-quality-synthetic": "synthetic",
  "nemotron-cc-v2.1-medium-high-quality-translated-to-english": "multilingual",
  "nemotron-cc-v2.1-medium-quality": "web",
  "nemotron-pretraining-code-sft": "instruction",
  "nemotron-pretraining-dqa": "qa",
  "nemotron-pretraining-infinibyte-reasoning": "thinking",
  "nemotron-pretraining-math-sft": "instruction",
  "nemotron-pretraining-math-textbooks": "math",
  "nemotron-pretraining-rqa": "thinking",
  "nemotron-pretraining-stem-sft": "instruction",
  "nemotron-pretraining-scientific-coding": "code",
  "nemotron-pretraining-wiki-rewrite": "knowledge",
};
const short = {
  batchTokens: derived(3072 * 8192, `${page}: 3,072 sequences of 8,192 tokens`),
  sequence: verified(8192, `${page} Hyperparameters`),
  optimizer: verified(
    { name: "AdamW", betas: [0.9, 0.95] as const, weightDecay: 0.1 },
    `${page} Hyperparameters`,
  ),
  rope: notReported("not on the page"),
};
const wsd = {
  kind: "wsd",
  peak: 1e-3,
  floor: 1e-5,
  steps: 25e12,
  decaySteps: 5e12,
  warmupSteps: 8.4e9,
} as const;

/** Nemotron 3 Nano: 23.5T tokens of all, 1.5T of the best, the rate falling from 20T on, then long contexts. */
const published: Recipe = recipe({
  name: "nemotron3-nano",
  model: {
    name: "Nemotron 3 Nano",
    parameters: verified(31.6e9, `${page} Model Architecture`, "3.5B active"),
    layers: verified(52, `${page} Model Architecture`),
  },
  objectives: ["knowledge", "mathematics", "code", "reasoning", "long context", "agents"],
  stages: [
    stage({
      name: "phase1",
      kind: "pretrain",
      tokens: verified(23.5e12, `${page} Data Mixture`),
      schedule: verified(
        { ...wsd, shape: "cosine" },
        `${page} Learning Rate Schedule`,
        "the decay begins at 20T, in this phase",
      ),
      ...short,
      mixture: mixtureTable(
        ["verified", blend],
        Object.fromEntries(Object.entries(names).map(([name, kind]) => [name, [100, kind]])),
      ),
    }),
    stage({
      name: "phase2",
      kind: "decay",
      tokens: verified(1.5e12, `${page} Data Mixture`),
      schedule: notReported("the end of the cosine that begins at 20T: from 2.14e-4 to 1e-5"),
      ...short,
      optimizerKept: verified(true, `${page}: one run`),
    }),
    stage({
      name: "long",
      kind: "context",
      tokens: verified(121e9, `${page} Long-Context Extension`),
      batchTokens: notReported("48 sequences, of up to 1M tokens"),
      sequence: verified(1_048_576, `${page} Long-Context Extension`, "the page says 1M"),
      schedule: verified({ kind: "constant", peak: 1e-5 }, `${page} Long-Context Extension`),
      optimizerKept: notReported(),
      mixture: mixtureTable(["verified", page], {
        "document questions": [20, "long"],
        "synthetic retrieval": [1, "long"],
        "phase 2": [79, "replay"],
      }),
    }),
  ],
  sources: [page],
  note: "The weights of its file are all 1, a placeholder: the mixture that it was trained on is not told",
});

export default published;
