import { memory, type Recipe, recipe, secondHand, stage } from "../lib/recipe/mod.ts";

const paper = "arXiv:2412.15115 and 2501.15383";
const rope = (theta: number) => secondHand({ theta, method: "adjusted-base" as const }, paper);

/** Qwen 2.5: 4k to 32k tokens of context by a larger base; Turbo goes on to 256k. */
const published: Recipe = recipe({
  name: "qwen2.5",
  model: { name: "Qwen2.5-Turbo", parameters: { status: "not-reported" } },
  objectives: ["long context"],
  stages: [
    stage({
      name: "pre",
      kind: "pretrain",
      tokens: memory(18e12, "to be read in the paper"),
      sequence: secondHand(4096, paper),
      rope: secondHand({ theta: 10_000 }, paper),
    }),
    stage({ name: "32k", kind: "context", sequence: secondHand(32_768, paper), rope: rope(1e6) }),
    stage({
      name: "64k",
      kind: "context",
      sequence: secondHand(65_536, paper, "Turbo: 40 % of full length"),
      rope: rope(1e7),
    }),
    stage({
      name: "128k",
      kind: "context",
      sequence: secondHand(131_072, paper, "Turbo: 40 % of full length"),
      rope: rope(1e7),
    }),
    stage({
      name: "256k",
      kind: "context",
      sequence: secondHand(262_144, paper, "Turbo: 40 % of full length"),
      rope: rope(1e7),
      evaluation: [
        secondHand({
          benchmark: "RULER at 128k, trained at 32k to 256k, in the 1M series",
          before: 37.6,
          after: 87.6,
        }, paper),
      ],
    }),
  ],
  sources: [paper],
});

export default published;
