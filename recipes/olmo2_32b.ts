import {
  derived,
  publishedSources,
  type Recipe,
  recipe,
  secondHand,
  stage,
  verified,
} from "../lib/recipe/mod.ts";
import { adamW, mix1124, named, rope, scripts32b, start } from "./_olmo2.ts";

const first = `${scripts32b}/OLMo-2-0325-32B-train.py`;
const second = `${scripts32b}/OLMo-2-0325-32B-anneal.py`;
const batch = 2048 * 4096;
const cosine = { kind: "cosine", peak: 6e-4, floor: 6e-5, steps: 6.5e12, warmupSteps: 2000 * batch } as const;
/** The rate at step 721,901. */
const loaded = 6.623217e-5;

/** OLMo 2 32B: as the 13B, with the rate read out of the checkpoint. */
const published: Recipe = recipe({
  name: "olmo2-32b",
  model: { name: "OLMo 2 32B", parameters: named(32e9) },
  objectives: ["knowledge", "mathematics"],
  stages: [
    stage({
      name: "pre",
      kind: "pretrain",
      tokens: derived(721_901 * batch, "step 721,901, the last checkpoint, times the batch"),
      steps: verified(721_901, `${first}: the last checkpoint`),
      batchTokens: verified(batch, `${first} global_batch_size`),
      sequence: verified(4096, `${first} sequence_length`),
      schedule: verified(cosine, `${first} CosWithWarmup, over 6.5T tokens`),
      optimizer: adamW(first),
      rope: rope(first),
      mixture: mix1124(),
    }),
    stage({
      name: "mid",
      kind: "mid",
      tokens: verified(100e9, second, "a fourth run has 300B of the mixture for it"),
      batchTokens: verified(batch, `${second} global_batch_size`),
      schedule: derived(
        { kind: "linear", peak: loaded, steps: 100e9 },
        `${second} reads the rate out of the checkpoint: the cosine at step 721,901`,
      ),
      ...start(second),
      merge: verified({
        method: "mean of runs",
        of: [..."123"].map((run) => ({ run: `100B, ${run}`, data: "dolmino-100B" })).concat([
          { run: "300B", data: "dolmino-300B" },
        ]),
      }, "arXiv:2501.00656v3, section 4"),
      mixture: publishedSources("dolmino-100B"),
      evaluation: [
        secondHand({ benchmark: "average of ten", before: 66.3, after: 73.3 }, "arXiv:2501.00656v3, Table 9"),
      ],
    }),
  ],
  sources: ["arXiv:2501.00656v3", `${scripts32b}, Apache-2.0`],
});

export default published;
