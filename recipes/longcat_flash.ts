import { memory, type Recipe, recipe, stage, verified } from "../lib/recipe/mod.ts";

const paper = "arXiv:2509.01322";

/** LongCat-Flash: over 20T tokens, mid-training for reasoning and code, then longer contexts. */
const published: Recipe = recipe({
  name: "longcat-flash",
  model: { name: "LongCat-Flash", parameters: verified(560e9, paper, "18.6B to 31.3B active") },
  objectives: ["reasoning", "code", "agents", "long context"],
  stages: [
    stage({ name: "pre", kind: "pretrain", tokens: verified(20e12, paper, "over, in 30 days") }),
    stage({ name: "mid", kind: "mid" }),
    stage({
      name: "32k",
      kind: "context",
      tokens: memory(80e9, "to be read in the report"),
      sequence: memory(32_768),
      rope: memory({ theta: 5e6, method: "adjusted-base" }),
    }),
    stage({
      name: "128k",
      kind: "context",
      tokens: memory(20e9, "to be read in the report"),
      sequence: memory(131_072),
      rope: memory({ theta: 1e7, method: "adjusted-base" }),
    }),
  ],
  sources: [paper],
  note: "Sparse attention that is introduced at mid-training serves 1M tokens (arXiv:2512.23966)",
});

export default published;
