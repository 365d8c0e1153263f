import { derived, notReported, type Recipe, recipe, stage, verified } from "../lib/recipe/mod.ts";

const paper = "arXiv:2402.16819";

/** Nemotron-4 15B: 8T tokens, then a short continuation on better data with questions, the rate falling steeply. */
const published: Recipe = recipe({
  name: "nemotron4-15b",
  model: { name: "Nemotron-4 15B", parameters: derived(15e9, "the model's name") },
  objectives: ["knowledge", "code", "multilingual"],
  stages: [
    stage({
      name: "pre",
      kind: "pretrain",
      tokens: verified(8e12, paper),
      batchTokens: verified([
        { from: 0, batch: 384 * 4096 },
        { from: 200e9, batch: 768 * 4096 },
        { from: 400e9, batch: 1152 * 4096 },
      ], `${paper}: 384, 768 and 1,152 sequences for 200B, 200B and 7.6T tokens`),
      sequence: verified(4096, paper),
    }),
    stage({
      name: "continued",
      kind: "mid",
      tokens: notReported("not in the text read"),
      sequence: verified(4096, paper),
      schedule: notReported("steeper than long: no number is told"),
    }),
  ],
  sources: [paper],
});

export default published;
