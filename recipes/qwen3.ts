import {
  memory,
  mixtureTable,
  notReported,
  type Recipe,
  recipe,
  stage,
  verified,
} from "../lib/recipe/mod.ts";

const paper = "arXiv:2505.09388, section 3.2";

/** Qwen 3: 30T tokens, 5T of knowledge and reasoning, then 32k tokens of context. */
const published: Recipe = recipe({
  name: "qwen3",
  model: { name: "Qwen3", parameters: notReported("several sizes") },
  objectives: ["knowledge", "reasoning", "code", "multilingual", "long context"],
  stages: [
    stage({
      name: "general",
      kind: "pretrain",
      tokens: memory(30e12, "to be read in the paper"),
      sequence: verified(4096, paper),
      rope: verified({ theta: 10_000 }, paper),
    }),
    stage({
      name: "reasoning",
      kind: "mid",
      tokens: verified(5e12, paper, "about"),
      sequence: verified(4096, paper),
      schedule: notReported("the rate falls faster than before"),
      rope: verified({ theta: 10_000 }, paper),
    }),
    stage({
      name: "long",
      kind: "context",
      tokens: notReported("hundreds of billions"),
      sequence: verified(32_768, paper),
      rope: verified(
        { theta: 1e6, method: "adjusted-base" },
        paper,
        "YaRN and dual chunks stretch four times more at inference",
      ),
      mixture: mixtureTable(["verified", paper], {
        "texts of 16k to 32k tokens": [75, "long"],
        "texts of 4k to 16k tokens": [25, "replay"],
      }),
    }),
  ],
  sources: [paper],
});

export default published;
