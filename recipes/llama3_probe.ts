import {
  derived,
  notReported,
  publishedSources,
  type Recipe,
  recipe,
  secondHand,
  stage,
} from "../lib/recipe/mod.ts";

const paper = "arXiv:2407.21783, section 3.1.3";

/** Llama 3's probe of small data sets: a half-trained 8B model annealed on 30 % of the candidate. */
const published: Recipe = recipe({
  name: "llama3-probe",
  model: { name: "Llama 3 8B, half trained", parameters: derived(8e9, "the model's name") },
  objectives: ["mathematics", "code"],
  stages: [
    stage({
      name: "half",
      kind: "pretrain",
      tokens: notReported("half of the model's training"),
      sequence: notReported(),
    }),
    stage({
      name: "probe",
      kind: "probe",
      tokens: secondHand(40e9, paper),
      schedule: notReported("linear to 0 from a rate that is not told"),
      mixture: publishedSources("llama3-annealing-probe"),
      evaluation: [
        secondHand({
          benchmark: "GSM8K, 8B, what annealing on its training set adds",
          before: 0,
          after: 24.0,
        }, paper),
        secondHand(
          { benchmark: "MATH, 8B, what annealing on its training set adds", before: 0, after: 6.4 },
          paper,
        ),
      ],
    }),
  ],
  sources: ["arXiv:2407.21783"],
  note: "At 405B the same annealing added next to nothing",
});

export default published;
