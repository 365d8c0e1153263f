import { derived, notReported, type Recipe, recipe, secondHand, stage, verified } from "../lib/recipe/mod.ts";

const paper = "arXiv:2506.20512";

/** OctoThinker: Llama 3.2 mid-trained for mathematics, 200B tokens at a constant rate, then 20B of decay in three branches. */
const published: Recipe = recipe({
  name: "octothinker",
  model: { name: "Llama 3.2 3B", parameters: derived(3e9, "the model's name") },
  objectives: ["mathematics", "reasoning"],
  stages: [
    stage({ name: "base", kind: "pretrain", tokens: notReported("Llama 3.2's"), sequence: notReported() }),
    stage({
      name: "stable",
      kind: "mid",
      tokens: verified(200e9, paper),
      batchTokens: derived(4e6, "the checkpoints' names: bs4M"),
      sequence: derived(8192, "the checkpoints' names: seq8k"),
      schedule: notReported("constant; the controlled runs of 20B have a peak of 3e-5, second-hand"),
    }),
    stage({
      name: "decay",
      kind: "decay",
      tokens: verified(20e9, paper, "of each of the branches Long, Short and Hybrid"),
      batchTokens: derived(4e6, "the checkpoints' names: bs4M"),
      sequence: derived(8192, "the checkpoints' names: seq8k"),
      evaluation: [
        secondHand(
          { benchmark: "share of questions in the mixture that is best, %, of 10 to 40", after: 30 },
          paper,
        ),
      ],
    }),
  ],
  sources: [paper],
  note: "The repository has no configuration of the training",
});

export default published;
