import { derived, notReported, type Recipe, recipe, secondHand, stage, verified } from "../lib/recipe/mod.ts";

const paper = "arXiv:2503.19786";

/** Gemma 3: distilled at 32k, lengthened to 128k at the end of pre-training. */
const published: Recipe = recipe({
  name: "gemma3",
  model: { name: "Gemma 3 27B", parameters: derived(27e9, "the model's name") },
  objectives: ["knowledge", "multilingual", "long context"],
  stages: [
    stage({
      name: "pre",
      kind: "pretrain",
      tokens: verified(14e12, paper, "2T, 4T and 12T for 1B, 4B and 12B; distilled with 256 logits a token"),
      sequence: verified(32_768, paper),
      rope: secondHand({ theta: 1e6, layers: "global layers; 10,000 on local ones" }, paper),
    }),
    stage({
      name: "long",
      kind: "context",
      tokens: notReported("at the end of pre-training"),
      sequence: verified(131_072, paper),
      rope: secondHand(
        { theta: 1e6, method: "position-interpolation", factor: 8, layers: "global layers" },
        paper,
      ),
    }),
  ],
  sources: [paper],
});

export default published;
