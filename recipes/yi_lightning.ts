import { notReported, type Recipe, recipe, stage, verified } from "../lib/recipe/mod.ts";

const paper = "arXiv:2412.01253";

/** Yi-Lightning: three stages with more mathematics and code in the later ones; no number is told. */
const published: Recipe = recipe({
  name: "yi-lightning",
  model: { name: "Yi-Lightning", parameters: notReported() },
  objectives: ["mathematics", "code", "long context"],
  stages: [
    stage({ name: "first", kind: "pretrain" }),
    stage({ name: "second", kind: "mid", mixture: [] }),
    stage({ name: "third", kind: "context", sequence: verified(65_536, paper) }),
  ],
  sources: [paper],
  note: "Nothing but the number of stages and the length of the context is told",
});

export default published;
