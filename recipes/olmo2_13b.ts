import {
  conflict,
  derived,
  publishedSources,
  type Recipe,
  recipe,
  stage,
  verified,
} from "../lib/recipe/mod.ts";
import { adamW, configs, mix1124, named, rope, start, table9, toZero } from "./_olmo2.ts";

const first = `${configs}/OLMo2-13B-stage1.yaml`;
const second = `${configs}/OLMo2-13B-stage2-seed1110-100B.yaml`;
const batch = 2048 * 4096;
const cosine = (peak: number) =>
  ({ kind: "cosine", peak, floor: peak / 10, steps: 5e12, warmupSteps: 8_388_608_000 }) as const;

/** OLMo 2 13B: Dolmino for 100B tokens, three times, once for 300B, and the mean of the four. */
const published: Recipe = recipe({
  name: "olmo2-13b",
  model: { name: "OLMo 2 13B", parameters: named(13e9) },
  objectives: ["knowledge", "mathematics"],
  stages: [
    stage({
      name: "pre",
      kind: "pretrain",
      tokens: derived(596_057 * batch, "step 596,057, which stage 2 loads, times the batch"),
      steps: verified(596_057, `${second} load_path`),
      batchTokens: derived(batch, `${first} global_train_batch_size 2048 of 4096 tokens`),
      sequence: verified(4096, `${first} max_sequence_length`),
      schedule: conflict(
        cosine(9e-4),
        "arXiv:2501.00656v3, Table 3",
        [{ value: cosine(3e-4), locus: `${first} learning_rate` }],
        "stage 2 starts where a peak of 9e-4 ends",
      ),
      optimizer: adamW(first),
      rope: rope(first),
      mixture: mix1124(),
    }),
    stage({
      name: "mid",
      kind: "mid",
      tokens: verified(
        100e9,
        `${second} max_duration`,
        "a fourth run has 300B of the mixture for it, 35,773 steps",
      ),
      batchTokens: derived(batch, `${second} global_train_batch_size 2048 of 4096 tokens`),
      schedule: toZero(9e-5, 100e9, second),
      ...start(second),
      merge: verified({
        method: "mean of runs",
        of: [
          { run: "100B, seed 1110", seed: 1110, data: "dolmino-100B" },
          { run: "100B, seed 2662", seed: 2662, data: "dolmino-100B" },
          { run: "100B, seed 6209", seed: 6209, data: "dolmino-100B" },
          { run: "300B, seed 2662", seed: 2662, data: "dolmino-300B" },
        ],
      }, `${configs}/OLMo2-13B-stage2-*.yaml`),
      mixture: publishedSources("dolmino-100B"),
      evaluation: [table9("average of ten", 58.9, 68.3)],
    }),
  ],
  sources: ["arXiv:2501.00656v3", `${configs}, Apache-2.0`],
});

export default published;
