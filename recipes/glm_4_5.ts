import { notReported, type Recipe, recipe, secondHand, stage, verified } from "../lib/recipe/mod.ts";

const paper = "arXiv:2508.06471";
const rope = secondHand({ theta: 1e6, method: "adjusted-base" as const }, paper);

/** GLM-4.5: whole repositories and synthetic reasoning at 32k, then long texts and agents at 128k. */
const published: Recipe = recipe({
  name: "glm-4.5",
  model: { name: "GLM-4.5", parameters: verified(355e9, `${paper}, abstract`, "32B active") },
  objectives: ["code", "reasoning", "agents", "long context"],
  stages: [
    stage({
      name: "pre",
      kind: "pretrain",
      tokens: secondHand(22e12, paper),
      schedule: notReported("a cosine down to 2.5e-5"),
      rope: secondHand({ theta: 10_000 }, paper),
    }),
    stage({
      name: "repositories",
      kind: "context",
      tokens: secondHand(500e9, paper),
      sequence: secondHand(32_768, paper),
      rope,
    }),
    stage({
      name: "reasoning",
      kind: "reasoning",
      tokens: secondHand(500e9, paper),
      sequence: secondHand(32_768, paper),
      rope,
    }),
    stage({
      name: "agents",
      kind: "context",
      tokens: secondHand(100e9, paper),
      sequence: secondHand(131_072, paper),
      rope,
    }),
  ],
  sources: [paper],
  note: "GLM-5: 1T at 32k, 500B at 128k, 50B at 200k, the rate from 4e-5 to 1e-5 in a line",
});

export default published;
