import { derived, publishedSources, type Recipe, recipe, stage, verified } from "../lib/recipe/mod.ts";
import { adamW, configs1b, mix1124, rope, soup, start, toZero } from "./_olmo2.ts";

const first = `${configs1b}/OLMo2-1B-stage1.yaml`;
const second = `${configs1b}/OLMo2-1B-stage2-seed42.yaml`;
const batch = 512 * 4096;

/** OLMo 2 1B: knowledge and mathematics while the rate falls to 0, three times, and the mean of the three. */
const published: Recipe = recipe({
  name: "olmo2-1b",
  model: {
    name: "OLMo 2 1B",
    parameters: derived(
      1.485e9,
      `${second} model: 16 layers of width 2048, 100,352 rows of embeddings, not tied`,
    ),
    layers: verified(16, `${second} n_layers`),
    width: verified(2048, `${second} d_model`),
  },
  objectives: ["knowledge", "mathematics"],
  stages: [
    stage({
      name: "pre",
      kind: "pretrain",
      tokens: derived(1_907_359 * batch, "step 1,907,359, which stage 2 loads, times the batch"),
      steps: verified(1_907_359, `${configs1b}: the last checkpoint of stage 1`),
      batchTokens: derived(batch, `${first} global_train_batch_size 512 of 4096 tokens`),
      sequence: verified(4096, `${first} max_sequence_length`),
      schedule: verified(
        { kind: "cosine", peak: 4e-4, floor: 4e-5, steps: 5e12, warmupSteps: 8_388_608_000 },
        `${first} scheduler: units are tokens, the horizon is 5e12`,
      ),
      optimizer: adamW(first),
      rope: rope(first),
      mixture: mix1124(),
    }),
    stage({
      name: "mid",
      kind: "mid",
      tokens: verified(50e9, `${second} max_duration`),
      steps: verified(23_852, `${second} stop_at`, "ten steps more than tokens over batch, at a rate of 0"),
      batchTokens: derived(batch, `${second} global_train_batch_size 512 of 4096 tokens`),
      schedule: toZero(7.4487e-5, 50e9, second),
      ...start(second),
      merge: soup([42, 42069, 666], "dolmino-50B", `${configs1b}/OLMo2-1B-stage2-seed{42,42069,666}.yaml`),
      mixture: publishedSources("dolmino-50B"),
    }),
  ],
  sources: ["arXiv:2501.00656v3", `${configs1b}, Apache-2.0`],
});

export default published;
