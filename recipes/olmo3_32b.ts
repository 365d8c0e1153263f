import {
  conflict,
  derived,
  publishedSources,
  type Recipe,
  recipe,
  secondHand,
  stage,
  verified,
} from "../lib/recipe/mod.ts";
import { dolmino, rope, scripts, skipStep, yarn } from "./_olmo3.ts";

const first = `${scripts}/OLMo-3-1025-32B-pretrain.py`;
const second = `${scripts}/OLMo-3-1025-32B-midtrain-ingredient-{1,2}.py`;
const third = `${scripts}/OLMo-3-1025-32B-long-context.py`;
const paper = "arXiv:2512.13961v2";
const batch = 8 * 1024 * 1024;
const peak = 2.071235285e-4;

/** Olmo 3 32B: Dolmino for 100B tokens twice and the mean of both, then 65,536 tokens of context for 100B. */
const published: Recipe = recipe({
  name: "olmo3-32b",
  model: { name: "Olmo 3 32B", parameters: derived(32e9, "the model's name") },
  objectives: ["knowledge", "mathematics", "code", "reasoning", "instruction", "long context"],
  stages: [
    stage({
      name: "pre",
      kind: "pretrain",
      tokens: derived(656_000 * batch, `step 656,000, which ${second} load, times the batch`),
      steps: verified(656_000, `${second} load_path`),
      batchTokens: verified(batch, `${first} GLOBAL_BATCH_SIZE`),
      sequence: verified(8192, `${first} DEFAULT_SEQUENCE_LENGTH`),
      schedule: derived(
        { kind: "cosine", peak: 6e-4, floor: 6e-5, steps: 5.93e12, warmupSteps: 2000 * batch },
        `${first} LR, CosWithWarmup(warmup_steps=2000) over one epoch, which is 5.93T by Table 1`,
        "the paper prints an end of 6.0e-5 and of 6.21e-5",
      ),
      optimizer: skipStep(first),
      rope: rope(first),
      mixture: publishedSources("olmo3-dolma3"),
    }),
    stage({
      name: "mid",
      kind: "mid",
      tokens: verified(100e9, `${second} MAX_TOKENS`, "of each of two runs"),
      steps: derived(23_842, `${third}, its comment on load_path, and tokens over batch`),
      batchTokens: verified(4 * 1024 * 1024, `${second} GLOBAL_BATCH_SIZE`),
      sequence: verified(8192, `${second} DEFAULT_SEQUENCE_LENGTH`),
      schedule: verified(
        { kind: "linear", peak, steps: 100e9 },
        `${second} LR, LinearWithWarmup(warmup=0, alpha_f=0)`,
        "OLMo-core pull request 481 corrected 4.14247e-4",
      ),
      optimizer: skipStep(second),
      optimizerKept: verified(true, `${second} load_optim_state; load_trainer_state is False`),
      rope: rope(second),
      merge: verified({
        method: "mean of runs",
        of: [
          { run: "ingredient 1", seed: 42069, data: "ingredient 1, 100B" },
          { run: "ingredient 2", seed: 42069, data: "ingredient 2, 100B" },
        ],
      }, `${second} SEED`),
      mixture: dolmino(),
      evaluation: [
        secondHand({ benchmark: "mathematics, what the mean adds to a run", before: 0, after: 2.9 }, paper),
      ],
    }),
    stage({
      name: "long",
      kind: "context",
      tokens: verified(100e9, `${third} MAX_TOKENS`),
      steps: derived(11_921, "tokens over batch"),
      batchTokens: verified(batch, `${third} GLOBAL_BATCH_SIZE`),
      sequence: verified(65536, `${third} DEFAULT_SEQUENCE_LENGTH`),
      schedule: verified(
        { kind: "linear", peak, steps: 100e9, warmupSteps: 200 * batch },
        `${third} LR, LinearWithWarmup(warmup=200, alpha_f=0)`,
      ),
      optimizer: skipStep(third),
      optimizerKept: verified(true, `${third} load_optim_state`),
      rope: yarn(third),
      packing: verified(
        "packed to the length, documents masked from each other",
        `${third} generate_doc_lengths`,
      ),
      from: conflict("the mean of the mid-training runs", paper, [
        { value: "step 656,000 of pre-training", locus: `${third} load_path` },
      ]),
      merge: secondHand({
        method: "mean of checkpoints",
        of: [{ run: "step 10,000" }, { run: "step 11,000" }, { run: "step 11,921" }],
      }, paper),
      mixture: publishedSources("olmo3-longmino").map((row) => ({
        ...row,
        share: { ...row.share, note: "told of the 7B's 50B tokens" },
      })),
      evaluation: [secondHand({ benchmark: "mathematics", before: 69.7, after: 61.4 }, paper)],
    }),
  ],
  sources: [paper, `${scripts}, Apache-2.0`],
});

export default published;
