import { conflict, derived, notReported, type Recipe, recipe, stage, verified } from "../lib/recipe/mod.ts";

const card = "huggingface.co/tiiuae/Falcon3-7B-Base, model card";

/** Falcon 3 7B: 14T tokens, the last of them of high quality and up to 32k long; where a stage begins is not told. */
const published: Recipe = recipe({
  name: "falcon3",
  model: { name: "Falcon3-7B", parameters: derived(7e9, "the model's name") },
  objectives: ["knowledge", "mathematics", "code", "long context"],
  stages: [
    stage({
      name: "all",
      kind: "pretrain",
      tokens: verified(14e12, card),
      sequence: verified(32_768, card),
      rope: verified({ theta: 1_000_042 }, card),
      hardware: conflict("1,024 GPUs", card, [{
        value: "2,048 GPUs",
        locus: "the documentation of transformers",
      }]),
    }),
    stage({ name: "late", kind: "mid", tokens: notReported("within the 14T") }),
  ],
  sources: [card],
  note:
    "10B is the 7B with layers doubled and 2T more tokens; 1B and 3B are pruned and distilled; Mamba 7B has 1.5T more",
});

export default published;
