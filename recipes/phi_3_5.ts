import { memory, notReported, type Recipe, recipe, stage, verified } from "../lib/recipe/mod.ts";

const card = "huggingface.co/microsoft/Phi-3.5-mini-instruct, model card";

/** Phi-3.5-mini: mid-trained for languages and 128k tokens of context, of which nothing but the aim is told. */
const published: Recipe = recipe({
  name: "phi-3.5",
  model: { name: "Phi-3.5-mini", parameters: memory(3.8e9, "to be read on the card") },
  objectives: ["multilingual", "long context"],
  stages: [
    stage({
      name: "all",
      kind: "pretrain",
      tokens: verified(
        3.4e12,
        card,
        "mid-training and what came before together; the mixture of experts has 4.9T",
      ),
      sequence: notReported(),
    }),
    stage({
      name: "mid",
      kind: "context",
      tokens: notReported("within the 3.4T"),
      sequence: verified(131_072, card),
      rope: notReported(),
    }),
  ],
  sources: [card],
  note: "Its row in the survey's table cannot be reproduced: shares, rates and tokens are not told",
});

export default published;
