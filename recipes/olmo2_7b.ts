import { derived, publishedSources, type Recipe, recipe, stage, verified } from "../lib/recipe/mod.ts";
import { adamW, configs, mix1124, named, rope, soup, start, table9, toZero } from "./_olmo2.ts";

const first = `${configs}/OLMo2-7B-stage1.yaml`;
const second = `${configs}/OLMo2-7B-stage2-seed42.yaml`;
const batch = 1024 * 4096;

/** OLMo 2 7B: Dolmino for 50B tokens, three times, and the mean of the three. */
const published: Recipe = recipe({
  name: "olmo2-7b",
  model: { name: "OLMo 2 7B", parameters: named(7e9) },
  objectives: ["knowledge", "mathematics"],
  stages: [
    stage({
      name: "pre",
      kind: "pretrain",
      tokens: derived(928_646 * batch, "step 928,646, which stage 2 loads, times the batch"),
      steps: verified(928_646, `${second} load_path`),
      batchTokens: derived(batch, `${first} global_train_batch_size 1024 of 4096 tokens`),
      sequence: verified(4096, `${first} max_sequence_length`),
      schedule: verified(
        { kind: "cosine", peak: 3e-4, floor: 3e-5, steps: 5e12, warmupSteps: 8_388_608_000 },
        `${first} scheduler: units are tokens`,
      ),
      optimizer: adamW(first),
      rope: rope(first),
      mixture: mix1124(),
    }),
    stage({
      name: "mid",
      kind: "mid",
      tokens: verified(50e9, `${second} max_duration`),
      steps: verified(11_931, `${second} stop_at`, "ten steps more than tokens over batch, at a rate of 0"),
      batchTokens: derived(batch, `${second} global_train_batch_size 1024 of 4096 tokens`),
      schedule: {
        ...toZero(6.1499e-5, 50e9, second),
        note: "the rate of step 928,000, not of step 928,646, which is loaded: 0.24 % more",
      },
      ...start(second),
      merge: soup([42, 42069, 666], "dolmino-50B", `${configs}/OLMo2-7B-stage2-seed{42,42069,666}.yaml`),
      mixture: publishedSources("dolmino-50B"),
      evaluation: [
        table9("average of ten", 53.0, 62.9),
        table9("MMLU", 59.8, 63.7),
        table9("GSM8K", 24.1, 67.5),
      ],
    }),
  ],
  sources: ["arXiv:2501.00656v3", `${configs}, Apache-2.0`],
});

export default published;
