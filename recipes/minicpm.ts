import { derived, type Recipe, recipe, secondHand, stage } from "../lib/recipe/mod.ts";

const paper = "arXiv:2404.06395";

/** MiniCPM: the schedule that named warm-up, stable, decay, with instruction data mixed into the decay. */
const published: Recipe = recipe({
  name: "minicpm",
  model: { name: "MiniCPM-2.4B", parameters: derived(2.4e9, "the model's name") },
  objectives: ["knowledge", "mathematics", "code", "instruction"],
  stages: [
    stage({
      name: "stable",
      kind: "pretrain",
      tokens: secondHand(1e12, paper, "about"),
      batchTokens: secondHand(3.93e6, paper),
      schedule: secondHand(
        { kind: "constant", peak: 0.01 },
        paper,
        "in the units of maximal update parametrisation",
      ),
    }),
    stage({
      name: "decay",
      kind: "decay",
      tokens: secondHand(20e9, paper),
      batchTokens: secondHand(3.93e6, paper),
      schedule: secondHand(
        { kind: "exponential-rate", peak: 0.01, rate: Math.LN2 / (5000 * 3.93e6) },
        `${paper}: half every 5,000 steps`,
      ),
      optimizerKept: secondHand(true, paper),
      evaluation: [
        secondHand({
          benchmark: "C-Eval, instructions after the decay to within it",
          before: 40.0,
          after: 52.6,
        }, paper),
        secondHand({
          benchmark: "GSM8K, instructions after the decay to within it",
          before: 27.7,
          after: 42.3,
        }, paper),
      ],
    }),
  ],
  sources: [paper],
  note: "A tenth of the tokens is decay enough; 2.5 % falls short at 36M parameters",
});

export default published;
