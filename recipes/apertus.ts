import { memory, notReported, type Recipe, recipe, stage, verified } from "../lib/recipe/mod.ts";

const paper = "arXiv:2509.14233";
const base = (theta: number) => verified({ theta, method: "adjusted-base" as const }, paper);

/** Apertus: 8k to 64k tokens of context in steps, a larger base at each. */
const published: Recipe = recipe({
  name: "apertus",
  model: { name: "Apertus 8B and 70B", parameters: notReported("two sizes") },
  objectives: ["multilingual", "long context"],
  stages: [
    stage({ name: "pre", kind: "pretrain", tokens: memory(15e12, "to be read in the paper") }),
    stage({
      name: "8k",
      kind: "context",
      sequence: verified(8192, paper),
      batchTokens: verified(8e6, paper, "8M for the 8B, 16M for the 70B"),
      rope: base(1e6),
    }),
    stage({ name: "next", kind: "context", sequence: notReported("between 8k and 64k"), rope: base(2e6) }),
    stage({
      name: "64k",
      kind: "context",
      sequence: verified(65_536, paper),
      schedule: notReported(
        "1.1e-5 for the 8B, 1e-6 for the 70B, after warm-ups of 1.2B tokens; the form is not told",
      ),
      rope: notReported("larger at each step"),
    }),
  ],
  sources: [paper],
});

export default published;
