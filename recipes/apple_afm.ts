import { notReported, type Recipe, recipe, stage, verified } from "../lib/recipe/mod.ts";

const paper = "arXiv:2407.21075";

/** Apple's foundation model on servers: 6.3T tokens, 1T of mathematics, code and licensed text at 8k, 100B at 32k. */
const published: Recipe = recipe({
  name: "apple-afm",
  model: { name: "AFM-server", parameters: { status: "not-reported" } },
  objectives: ["mathematics", "code", "knowledge", "long context"],
  stages: [
    stage({
      name: "core",
      kind: "pretrain",
      tokens: verified(6.3e12, paper),
      sequence: verified(4096, paper),
      rope: verified({ theta: 500_000 }, paper),
    }),
    stage({
      name: "continued",
      kind: "mid",
      tokens: verified(1e12, paper, "less of the web, more code, mathematics and licensed text"),
      sequence: verified(8192, paper),
      schedule: notReported("not in the text read"),
      rope: verified({ theta: 500_000 }, paper),
    }),
    stage({
      name: "long",
      kind: "context",
      tokens: verified(100e9, paper, "with synthetic questions on long texts"),
      sequence: verified(32_768, paper),
      rope: verified({ theta: 6_315_089, method: "adjusted-base" }, paper),
    }),
  ],
  sources: [paper],
});

export default published;
