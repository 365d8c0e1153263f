import { derived, notReported, type Recipe, recipe, stage, verified } from "../lib/recipe/mod.ts";

const card = "huggingface.co/ibm-granite/granite-3.1-8b-base, model card";

/** Granite 3.1 8B: 10T tokens, 2T of high quality with instructions, then 4k to 128k tokens of context. */
const published: Recipe = recipe({
  name: "granite3",
  model: { name: "Granite 3.1 8B", parameters: derived(8e9, "the model's name") },
  objectives: ["knowledge", "multilingual", "instruction", "long context"],
  stages: [
    stage({
      name: "stage1",
      kind: "pretrain",
      tokens: verified(10e12, card, "8T for the mixtures of experts"),
      sequence: verified(4096, card),
    }),
    stage({ name: "stage2", kind: "mid", tokens: verified(2e12, card), sequence: verified(4096, card) }),
    stage({
      name: "long",
      kind: "context",
      tokens: verified(500e9, card, "about, in steps"),
      sequence: verified(131_072, card),
      rope: notReported("the base is adjusted, its values not told"),
    }),
  ],
  sources: [card],
});

export default published;
