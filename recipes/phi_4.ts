import { mixtureTable, notReported, type Recipe, recipe, stage, verified } from "../lib/recipe/mod.ts";

const paper = "arXiv:2412.08905";
const pool = (tokens: number) => ({ pool: verified(tokens, `${paper}, Table 5`) });

/** Phi-4: synthetic data first, then 16k tokens of context for 250B, with the learning rate a tenth. */
const published: Recipe = recipe({
  name: "phi-4",
  model: { name: "Phi-4", parameters: verified(14e9, `${paper}, abstract`) },
  objectives: ["reasoning", "long context"],
  stages: [
    stage({
      name: "pre",
      kind: "pretrain",
      tokens: verified(10e12, paper, "about"),
      sequence: verified(4096, paper),
      schedule: notReported("a peak of 3e-4 with linear warm-up and decay, whose lengths are not told"),
      mixture: mixtureTable(["verified", `${paper}, Table 5`], {
        "web": [15, "web", pool(1.3e12)],
        "web rewrites": [15, "synthetic", pool(290e9)],
        "synthetic": [40, "synthetic", pool(290e9)],
        "code": [20, "code", pool(820e9)],
        "acquired sources": [10, "knowledge", pool(580e9)],
      }),
    }),
    stage({
      name: "mid",
      kind: "context",
      tokens: verified(250e9, paper),
      sequence: verified(16_384, paper),
      schedule: notReported("at most a tenth of the peak, which is 3e-5"),
      rope: verified({ theta: 250_000, method: "adjusted-base" }, paper),
      mixture: mixtureTable(["verified", paper], {
        "new long documents": [30, "long"],
        "recall of pre-training": [70, "replay"],
      }),
      evaluation: [
        verified({ benchmark: "HELMET recall, 8k to 16k", before: 100, after: 99 }, paper),
        verified({ benchmark: "HELMET retrieval, 8k to 16k", before: 58.1, after: 57.1 }, paper),
        verified({ benchmark: "HELMET in-context learning, 8k to 16k", before: 68, after: 77 }, paper),
        verified({ benchmark: "HELMET questions, 8k to 16k", before: 26.7, after: 36.0 }, paper),
      ],
    }),
  ],
  sources: [paper],
});

export default published;
