import {
  conflict,
  derived,
  publishedSources,
  type Recipe,
  recipe,
  type ScheduleSpec,
  secondHand,
  stage,
  verified,
} from "../lib/recipe/mod.ts";
import { dolmino, rope, scripts, skipStep, yarn } from "./_olmo3.ts";

const first = `${scripts}/OLMo-3-1025-7B-pretrain-{1,2}.py`;
const second = `${scripts}/OLMo-3-1025-7B-midtrain.py`;
const third = `${scripts}/OLMo-3-1025-7B-long-context.py`;
const paper = "arXiv:2512.13961v2";
const batch = 8192 * 512;
const peak = 2.0712352850360292e-4;
const half = 597_046;
const long = (steps: number): ScheduleSpec => ({
  kind: "linear",
  peak,
  steps,
  warmupSteps: 200 * 65536 * 64,
});

/** Olmo 3 7B: Dolmino for 100B tokens, then 65,536 tokens of context for 50B. */
const published: Recipe = recipe({
  name: "olmo3-7b",
  model: { name: "Olmo 3 7B", parameters: derived(7e9, "the model's name") },
  objectives: ["knowledge", "mathematics", "code", "reasoning", "instruction", "long context"],
  stages: [
    stage({
      name: "pre",
      kind: "pretrain",
      tokens: derived(1_413_814 * batch, `step 1,413,814, which ${second} loads, times the batch`),
      steps: verified(1_413_814, `${second} load_path`),
      batchTokens: verified(batch, `${first} GLOBAL_BATCH_SIZE`),
      sequence: verified(8192, `${first} DEFAULT_SEQUENCE_LENGTH`),
      schedule: derived(
        {
          kind: "sequence",
          parts: [
            {
              schedule: {
                ...{
                  kind: "cosine",
                  peak: 3e-4,
                  floor: 3e-5,
                  steps: 1_192_092 * batch,
                  warmupSteps: 2000 * batch,
                },
              },
              steps: half * batch,
            },
            { schedule: { kind: "half-cosine", peak: 3e-4, floor: 3e-5, steps: (1_668_930 - half) * batch } },
          ],
        },
        `${first}: a cosine over 5T, left at its middle for half a cosine over 7T; Table 35 prints an end of 3.0e-5`,
      ),
      optimizer: skipStep(first),
      rope: rope(first),
      mixture: publishedSources("olmo3-dolma3"),
    }),
    stage({
      name: "mid",
      kind: "mid",
      tokens: verified(100e9, `${second} MAX_TOKENS`),
      steps: derived(47_684, `${third} load_path, and tokens over batch`),
      batchTokens: verified(2 ** 21, `${second} GLOBAL_BATCH_SIZE`),
      sequence: verified(8192, `${second} DEFAULT_SEQUENCE_LENGTH`),
      schedule: verified(
        { kind: "linear", peak, steps: 100e9 },
        `${second} LR, LinearWithWarmup(warmup=0, alpha_f=0)`,
      ),
      optimizer: skipStep(second),
      optimizerKept: verified(true, `${second} load_optim_state; load_trainer_state is False`),
      rope: rope(second),
      mixture: dolmino(),
      evaluation: [
        secondHand(
          { benchmark: "average, round 1 to round 5 of the mixture", before: 49.7, after: 53.1 },
          paper,
        ),
        secondHand({
          benchmark: "mathematics, without thinking and instruction to with",
          before: 43.1,
          after: 48.7,
        }, paper),
        secondHand({ benchmark: "GSM8K, chat tokens kept to removed", before: 0, after: 49.43 }, paper),
      ],
    }),
    stage({
      name: "long",
      kind: "context",
      tokens: secondHand(50e9, `${paper}, Table 11`),
      steps: secondHand(11_921, paper),
      batchTokens: verified(65536 * 64, `${third} GLOBAL_BATCH_SIZE`),
      sequence: verified(65536, `${third} DEFAULT_SEQUENCE_LENGTH`),
      schedule: conflict(
        long(50e9),
        `${paper}, and the steps of its checkpoints`,
        [{ value: long(5e12), locus: `${third} max_duration` }],
        "the script's horizon is a copy of the pre-training's",
      ),
      optimizer: skipStep(third),
      optimizerKept: verified(true, `${third} load_optim_state`),
      rope: yarn(third),
      packing: verified(
        "packed to the length, documents masked from each other",
        `${third} generate_doc_lengths`,
      ),
      mixture: publishedSources("olmo3-longmino"),
      evaluation: [secondHand({ benchmark: "mathematics", before: 59.8, after: 54.4 }, paper)],
    }),
  ],
  sources: [paper, `${scripts}, Apache-2.0`],
});

export default published;
