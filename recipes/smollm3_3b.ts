import {
  conflict,
  derived,
  type MixtureSource,
  notReported,
  type OptimizerFacts,
  publishedSources,
  type Recipe,
  recipe,
  secondHand,
  stage,
  verified,
} from "../lib/recipe/mod.ts";

const folder = "huggingface/smollm text/pretraining/smollm3";
const [one, two, three] = ["stage1_8T", "stage2_8T_9T", "stage3_9T_11T"].map((name) =>
  `${folder}/${name}.yaml`
);
const [to32k, to64k] = ["4k_to_32k", "32k_to_64"].map((name) => `${folder}/long_context_${name}.yaml`);
const blog = "huggingface/blog smollm3.md";
const batch = 192 * 3 * 4096;
const adamW = (locus: string) =>
  verified<OptimizerFacts>({
    ...{
      name: "AdamW",
      betas: [0.9, 0.95],
      epsilon: 1e-8,
      weightDecay: 0.1,
      notDecayed: "embeddings",
      clip: 1,
    },
  }, `${locus} optimizer`);
const short = (locus: string) => ({
  batchTokens: derived(batch, `${locus} dp 192, micro_batch_size 3, sequence_length 4096`),
  sequence: verified(4096, `${locus} sequence_length`),
  optimizer: adamW(locus),
  optimizerKept: verified(true, `${locus} load_optimizer`),
  rope: verified(
    { theta: 50_000, layers: "none on every fourth layer" },
    `${locus} rope_theta, no_rope_layer`,
  ),
  packing: verified("documents masked from each other", `${locus} _use_doc_masking`),
});
const issue = "huggingface/smollm issue #116, tokens asked over epochs";
const chat = (mixture: MixtureSource[]) =>
  mixture.map((row) => row.source === "Tulu reasoning, chat" ? { ...row, chatTokens: true } : row);

/** SmolLM3-3B: quality, code and mathematics raised in three steps of one run, then 32k and 64k tokens of context. */
const published: Recipe = recipe({
  name: "smollm3-3b",
  model: {
    name: "SmolLM3-3B",
    parameters: derived(3e9, "the model's name"),
    layers: verified(36, `${one} num_hidden_layers`),
    width: verified(2048, `${one} hidden_size`),
  },
  objectives: ["knowledge", "mathematics", "code", "multilingual", "reasoning", "long context"],
  stages: [
    stage({
      name: "stage1",
      kind: "pretrain",
      tokens: derived(3_450_000 * batch, `${two} start_training_step 3450001`, "the release notes say 8T"),
      steps: verified(3_450_000, `${two} start_training_step 3450001`),
      schedule: verified(
        { kind: "constant", peak: 2e-4, warmupSteps: 2000 * batch },
        `${one} learning_rate_scheduler`,
      ),
      ...short(one),
      mixture: publishedSources("smollm3-stage1"),
    }),
    stage({
      name: "stage2",
      kind: "mid",
      tokens: derived(748_000 * batch, `${three} start_training_step 4198001`, "the release notes say 2T"),
      steps: derived(748_000, `${three} start_training_step 4198001 less 3450001`),
      schedule: verified({ kind: "constant", peak: 2e-4 }, `${one} learning_rate_scheduler`),
      ...short(two),
      mixture: publishedSources("smollm3-stage2"),
    }),
    stage({
      name: "decay",
      kind: "decay",
      tokens: derived(522_000 * batch, `${three} lr_decay_steps`, "the release notes say 1.1T"),
      steps: verified(522_000, `${three} lr_decay_steps, of train_steps 4720000`),
      schedule: verified(
        { kind: "linear", peak: 2e-4, steps: 522_000 * batch },
        `${three} learning_rate_scheduler`,
      ),
      ...short(three),
      mixture: publishedSources("smollm3-decay", {
        "TinyGSM problem solving": verified(2.316e6, issue),
        "TinyGSM two students": verified(2.1106e6, issue),
        "GSM8K synthetic": verified(1.0777e6, issue),
        "basic mathematics": verified(11.293e6, issue),
      }),
    }),
    stage({
      name: "32k",
      kind: "context",
      tokens: derived(20_000 * 72 * 32768, `${to32k} train_steps, dp 12, accumulation 6, sequence_length`),
      steps: verified(20_000, `${to32k} train_steps`),
      batchTokens: derived(72 * 32768, `${to32k} dp 12, accumulation 6, sequence_length`),
      sequence: verified(32768, `${to32k} sequence_length`),
      schedule: derived(
        { kind: "cosine", peak: 2e-5, steps: 20_000 * 72 * 32768, warmupSteps: 1000 * 72 * 32768 },
        `${to32k} learning_rate_scheduler, in tokens`,
      ),
      optimizer: adamW(to32k),
      optimizerKept: verified(true, `${to32k} load_optimizer`),
      rope: conflict({ theta: 2e6, method: "adjusted-base" }, `${to32k} rope_theta`, [
        { value: { theta: 1.5e6, method: "adjusted-base" }, locus: blog },
      ]),
      packing: verified("documents masked from each other", `${to32k} _use_doc_masking`),
      mixture: chat(publishedSources("smollm3-32k")),
    }),
    stage({
      name: "64k",
      kind: "context",
      tokens: derived(22_000 * 36 * 65536, `${to64k} train_steps, dp 12, accumulation 3, sequence_length`),
      steps: verified(22_000, `${to64k} train_steps`),
      batchTokens: derived(36 * 65536, `${to64k} dp 12, accumulation 3, sequence_length`),
      sequence: verified(65536, `${to64k} sequence_length`),
      schedule: derived(
        { kind: "cosine", peak: 2e-5, steps: 22_000 * 36 * 65536, warmupSteps: 1000 * 36 * 65536 },
        `${to64k} learning_rate_scheduler, in tokens`,
      ),
      optimizer: adamW(to64k),
      optimizerKept: verified(false, `${to64k} load_optimizer`),
      rope: verified({ theta: 5e6, method: "adjusted-base" }, `${to64k} rope_theta`),
      packing: verified("documents masked from each other", `${to64k} _use_doc_masking`),
      mixture: chat(publishedSources("smollm3-64k")),
    }),
    stage({
      name: "reasoning",
      kind: "reasoning",
      tokens: secondHand(140e9, blog, "35B tokens gone through four times"),
      optimizerKept: notReported(),
      merge: secondHand({
        method: "weighted",
        of: [{ run: "the preference-tuned soup", weight: 0.9 }, { run: "this stage", weight: 0.1 }],
      }, blog),
    }),
  ],
  sources: [`${folder}/*.yaml, Apache-2.0`, blog, issue],
});

export default published;
