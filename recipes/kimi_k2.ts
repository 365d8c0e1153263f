import { memory, notReported, type Recipe, recipe, stage, verified } from "../lib/recipe/mod.ts";

const paper = "arXiv:2507.20534, section 2";
const batch = verified(67e6, paper);
const optimizer = verified({ name: "MuonClip", weightDecay: 0.1 }, paper);

/** Kimi K2: 15.5T tokens, then 400B at 4k and 60B at 32k while the rate falls on, and YaRN to 128k. */
const published: Recipe = recipe({
  name: "kimi-k2",
  model: { name: "Kimi K2", parameters: memory(1.04e12, "to be read in the paper") },
  objectives: ["agents", "code", "long context"],
  stages: [
    stage({
      name: "pre",
      kind: "pretrain",
      tokens: verified(15.5e12, paper),
      batchTokens: batch,
      sequence: verified(4096, paper),
      schedule: verified(
        {
          kind: "sequence",
          parts: [
            { schedule: { kind: "constant", peak: 2e-4, warmupSteps: 500 * 67e6 }, steps: 10e12 },
            { schedule: { kind: "cosine", peak: 2e-4, floor: 2e-5, steps: 5.5e12 } },
          ],
        },
        paper,
        "one copy of the paper prints 300 steps and 3.5T, wrongly",
      ),
      optimizer,
    }),
    stage({
      name: "anneal",
      kind: "decay",
      tokens: verified(400e9, paper),
      batchTokens: batch,
      sequence: verified(4096, paper),
      schedule: verified(
        { kind: "linear", peak: 2e-5, floor: 7e-6, steps: 460e9 },
        paper,
        "the form of the fall is not told",
      ),
      optimizer,
      optimizerKept: verified(true, `${paper}: one run`),
    }),
    stage({
      name: "32k",
      kind: "context",
      tokens: verified(60e9, paper),
      batchTokens: batch,
      sequence: verified(32_768, paper),
      schedule: notReported("the end of the fall to 7e-6"),
      optimizer,
      optimizerKept: verified(true, `${paper}: one run`),
      rope: notReported("then YaRN to 128k, its numbers not told"),
    }),
  ],
  sources: ["arXiv:2507.20534"],
});

export default published;
