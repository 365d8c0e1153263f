import { derived, notReported, type Recipe, recipe, secondHand, stage, verified } from "../lib/recipe/mod.ts";

const paper = "arXiv:2412.19437, section 4";
const yarn = (factor: number) =>
  secondHand({
    method: "yarn" as const,
    factor,
    betas: [32, 1] as const,
    layers: "the decoupled key",
  }, paper);
const long = (sequence: number, batch: number) => ({
  tokens: derived(1000 * sequence * batch, `${paper}: 1,000 steps of ${batch} sequences`),
  steps: secondHand(1000, paper),
  batchTokens: derived(sequence * batch, `${paper}: ${batch} sequences`),
  sequence: secondHand(sequence, paper),
  schedule: secondHand({ kind: "constant" as const, peak: 7.3e-6 }, paper),
  optimizerKept: notReported(),
});

/** DeepSeek-V3: four steps of the rate over 14.8T tokens, then 32k and 128k tokens of context by YaRN. */
const published: Recipe = recipe({
  name: "deepseek-v3",
  model: { name: "DeepSeek-V3", parameters: verified(671e9, "arXiv:2412.19437, abstract", "37B active") },
  objectives: ["long context"],
  stages: [
    stage({
      name: "pre",
      kind: "pretrain",
      tokens: verified(14.8e12, "arXiv:2412.19437, abstract"),
      batchTokens: secondHand(
        [{ from: 0, batch: 3072 * 4096 }, { from: 469e9, batch: 15_360 * 4096 }],
        paper,
        "in steps between",
      ),
      sequence: secondHand(4096, paper),
      schedule: secondHand(
        {
          kind: "sequence",
          parts: [
            { schedule: { kind: "constant", peak: 2.2e-4 }, steps: 10e12 },
            { schedule: { kind: "cosine", peak: 2.2e-4, floor: 2.2e-5, steps: 4.3e12 }, steps: 4.3e12 },
            { schedule: { kind: "constant", peak: 2.2e-5 }, steps: 333e9 },
            { schedule: { kind: "constant", peak: 7.3e-6 } },
          ],
        },
        paper,
      ),
      rope: notReported(),
    }),
    stage({ name: "32k", kind: "context", ...long(32_768, 1920), rope: yarn(40) }),
    stage({ name: "128k", kind: "context", ...long(131_072, 480), rope: yarn(40) }),
  ],
  sources: ["arXiv:2412.19437"],
  note: "V3.1 went on for 630B tokens at 32k and 209B at 128k",
});

export default published;
