import {
  derived,
  memory,
  mixtureTable,
  notReported,
  type Recipe,
  recipe,
  secondHand,
  stage,
} from "../lib/recipe/mod.ts";

const paper = "arXiv:2407.21783, section 3.4";
const rope = secondHand({ theta: 500_000 }, paper);

/** Llama 3.1 405B: six steps from 8k to 128k tokens of context, then 40M tokens of annealing with a mean of checkpoints. */
const published: Recipe = recipe({
  name: "llama3.1-405b",
  model: { name: "Llama 3.1 405B", parameters: derived(405e9, "the model's name") },
  objectives: ["knowledge", "mathematics", "code", "multilingual", "long context"],
  stages: [
    stage({
      name: "pre",
      kind: "pretrain",
      tokens: memory(15.6e12, "to be read in the paper"),
      batchTokens: secondHand([
        { from: 0, batch: 4e6 },
        { from: 252e6, batch: 8e6 },
        { from: 2.87e12, batch: 16e6 },
      ], paper),
      sequence: secondHand(8192, paper),
      schedule: notReported(
        "8e-5 after 8,000 steps, a cosine to 8e-7 over 1.2M steps: steps of three batches, so not in tokens",
      ),
      rope,
      mixture: mixtureTable(["second-hand", "arXiv:2407.21783, section 3.1.2"], {
        "general knowledge": [50, "web"],
        "mathematics and reasoning": [25, "math"],
        "code": [17, "code"],
        "multilingual": [8, "multilingual"],
      }),
    }),
    stage({
      name: "long",
      kind: "context",
      tokens: secondHand(
        800e9,
        paper,
        "in six stages, each until short scores are back and needles are found",
      ),
      sequence: secondHand(131_072, paper),
      rope,
      optimizerKept: notReported(),
    }),
    stage({
      name: "anneal",
      kind: "decay",
      tokens: secondHand(40e6, paper),
      sequence: secondHand(131_072, paper),
      schedule: notReported("linear to 0"),
      rope,
      merge: secondHand(
        { method: "mean of checkpoints", of: [{ run: "Polyak mean over the annealing" }] },
        paper,
      ),
      optimizerKept: notReported(),
    }),
  ],
  sources: ["arXiv:2407.21783"],
});

export default published;
