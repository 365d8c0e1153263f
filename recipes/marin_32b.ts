import {
  derived,
  mixtureTable,
  notReported,
  type Recipe,
  recipe,
  type SourceRow,
  stage,
  verified,
} from "../lib/recipe/mod.ts";

const retro = "marin-community/marin@0394c6b docs/reports/marin-32b-retro.md";
const batch = 8192 * 4096;
const steps = 32_000;
const nemotron: Record<string, SourceRow> = {
  "nemotron_cc/medium": [21.49, "web"],
  "nemotron_cc/hq_synth": [17.29, "synthetic"],
  "nemotron_cc/medium_low": [9.79, "web"],
  "nemotron_cc/hq_actual": [5.81, "web"],
  "nemotron_cc/medium_high": [5.24, "web"],
  "nemotron_cc/low_actual": [4.46, "web"],
  "nemotron_cc/low_synth": [3.99, "synthetic"],
};
const start = {
  batchTokens: derived(batch, `${retro}: 8192 sequences of 4096 tokens`),
  sequence: verified(4096, `${retro} seq_len`),
  optimizer: verified(
    { name: "AdamW", weightDecay: 0.05, clip: 0.2, zLoss: 1e-4 },
    `${retro} Optimizer & Schedule`,
  ),
  rope: notReported("not in the report"),
};

/** Marin 32B: a cooldown that was spoilt by test items in its data, Bison, and the one that repaired it, Mantis. */
const published: Recipe = recipe({
  name: "marin-32b",
  model: {
    name: "Marin 32B",
    parameters: derived(32e9, "the model's name"),
    layers: verified(64, `${retro} num_layers`),
    width: verified(5120, `${retro} hidden_dim`),
  },
  objectives: ["knowledge", "mathematics"],
  stages: [
    stage({
      name: "pre",
      kind: "pretrain",
      tokens: derived(
        160_000 * batch,
        `${retro}: step 160,000 times the batch`,
        "7680 sequences from step 18,500 to 21,010",
      ),
      steps: verified(160_000, `${retro}: checkpoint of the cooldown`),
      schedule: verified(
        { kind: "constant", peak: 7e-4, warmupSteps: 1_920 * batch },
        `${retro}: held; warm-up of 1 % of steps`,
      ),
      ...start,
      mixture: mixtureTable(["verified", `${retro} Pretraining mixture`], {
        "nemotron_cc/medium": [30.69, "web"],
        "nemotron_cc/hq_synth": [24.70, "synthetic"],
        "nemotron_cc/medium_low": [13.98, "web"],
        "nemotron_cc/hq_actual": [8.30, "web"],
        "nemotron_cc/medium_high": [7.49, "web"],
        "nemotron_cc/low_actual": [6.37, "web"],
        "nemotron_cc/low_synth": [5.70, "synthetic"],
        "starcoderdata": [2.27, "code"],
        "proofpile_2": [0.50, "math"],
      }),
    }),
    stage({
      name: "bison",
      kind: "decay",
      tokens: derived(steps * batch, `${retro}: steps 160,000 to 192,000`),
      steps: verified(steps, `${retro} Cooldown LR schedule`),
      schedule: verified(
        { kind: "linear", peak: 7e-4, steps: steps * batch },
        `${retro} Cooldown LR schedule`,
        "its floor is not told",
      ),
      ...start,
      optimizerKept: notReported("AdamC's decay of weights from here on"),
      mixture: mixtureTable(["verified", `${retro} Bison`], {
        ...nemotron,
        "arxiv_markdownified": [7.41, "knowledge"],
        "dolmino/pes2o": [7.41, "knowledge"],
        "finemath-3-plus": [4.33, "math"],
        "dolmino/flan": [4.33, "instruction"],
        "stackexchange_custom": [2.18, "qa"],
        "dolmino/stackexchange": [2.18, "qa"],
        "starcoderdata": [1.59, "code"],
        "all_math": [1.08, "math", { holds: ["GSM8K"] }],
        "proofpile_2": [0.35, "math"],
        "wikipedia_markdown": [0.47, "knowledge"],
        "dolmino/wiki": [0.47, "knowledge"],
        "medu_science_qa": [0.15, "qa"],
      }),
    }),
    stage({
      name: "mantis",
      kind: "decay",
      tokens: derived(steps * batch, `${retro}: steps 160,000 to 192,000 again`),
      steps: verified(steps, `${retro} Mantis`),
      schedule: verified(
        { kind: "linear", peak: 7e-4, steps: steps * batch },
        `${retro}: identical to Bison`,
      ),
      ...start,
      optimizerKept: notReported("AdamC's decay of weights from here on"),
      after: "pre",
      from: verified("step 160,000 of pre-training", `${retro} Attempt 2`),
      mixture: mixtureTable(["verified", `${retro} Mantis; from step 174,000 with Python of StackV2`], {
        ...nemotron,
        "megamath/web": [5.57, "math"],
        "arxiv_markdownified": [4.54, "knowledge"],
        "megamath/text_code_block": [4.24, "math"],
        "dolmino/pes2o": [4.54, "knowledge"],
        "megamath/web_pro": [1.27, "math"],
        "megamath/translated_code": [0.61, "code"],
        "megamath/qa": [0.59, "math"],
        "finemath-3-plus": [2.66, "math"],
        "dolmino/flan": [2.66, "instruction"],
        "stackexchange_custom": [1.34, "qa"],
        "dolmino/stackexchange": [1.34, "qa"],
        "starcoderdata": [1.59, "code"],
        "proofpile_2": [0.35, "math"],
        "wikipedia_markdown": [0.29, "knowledge"],
        "dolmino/wiki": [0.29, "knowledge"],
        "medu_science_qa": [0.09, "qa"],
      }),
    }),
  ],
  sources: [retro],
});

export default published;
