import type { PublishedMixture, SourceKind } from "./published.ts";

/** Percent by source in the stages of SmolLM3's training; languages of FineWeb-2 and the rarer ones of Stack-Edu are sums. */
const table: Readonly<Record<string, readonly [SourceKind, ...(readonly number[])]>> = {
  // Stage 1, stage 2, decay, 32k, 64k.
  "FineWeb-Edu": ["web", 33.3, 30, 20, 12.53669, 15.19317],
  "DCLM": ["web", 37, 33, 30, 26.86434, 24.66434],
  "FineWeb-2, 14 languages": ["multilingual", 12, 11.7, 12.405, 11.10841, 10.80841],
  "multilingual Wikipedia": ["multilingual", 0, 0, 0.8, 0.71638, 0.21638],
  "peS2o": ["knowledge", 2, 1.6, 0.2, 0.1791, 0.1791],
  "Wikipedia": ["knowledge", 0.1, 0.1, 0.02, 0.01791, 0.01791],
  "Stack Exchange": ["qa", 0.4, 0.2, 0.1, 0.08955, 0.08955],
  "Cosmopedia 2": ["synthetic", 0, 0, 0.4, 0.35819, 0.35819],
  "InfiWebMath 3+": ["math", 1, 1, 0.2, 0.1791, 0.1791],
  "FineMath 3+": ["math", 1.7, 1, 0.2, 0.1791, 0.1791],
  "InfiWebMath 4+": ["math", 0, 1, 2, 1.79096, 0.79096],
  "FineMath 4+": ["math", 0, 2, 2.5, 2.23869, 2.23869],
  "MegaMath web pro": ["math", 0, 2, 1.4, 1.25367, 1.05367],
  "MegaMath QA": ["math", 0, 0.08, 0.2, 0.1791, 0.1791],
  "MegaMath text and code": ["math", 0, 2, 5, 6.26834, 4.67739],
  "Stack-Edu Python": ["code", 2.5, 2.5, 7, 8.0593, 6.46834],
  "Stack-Edu C++": ["code", 1.8, 1.8, 4.4, 3.9401, 3.9401],
  "Stack-Edu Java": ["code", 1.3, 1.725, 1.8, 1.61186, 1.61186],
  "Stack-Edu JavaScript": ["code", 1.3, 1.625, 1.8, 1.61186, 1.61186],
  "Stack-Edu, 12 others": ["code", 4.08, 4.085, 6.17, 5.52511, 5.52511],
  "pull requests": ["code", 0.6, 1.14, 0.5, 0.44774, 0.44774],
  "notebooks": ["code", 0.55, 1, 1.2, 1.07457, 0],
  "GitHub issues": ["code", 0.32, 0.4, 0.4, 0.35819, 0.15819],
  "Kaggle": ["code", 0.05, 0.05, 0.06, 0.05373, 0.05373],
  "OpenMathInstruct-2": ["instruction", 0, 0, 0.5, 2.23869, 2.43869],
  "OpenMathReasoning": ["thinking", 0, 0, 0.5, 0.44774, 1.24774],
  "OpenCodeReasoning": ["thinking", 0, 0, 0.05, 0.04477, 0.04477],
  "natural reasoning": ["thinking", 0, 0, 0.1, 0.08955, 0.08955],
  "TinyGSM problem solving": ["math", 0, 0, 0.3, 0.26864, 0.26864],
  "TinyGSM two students": ["math", 0, 0, 0.3, 0.26864, 0.26864],
  "GSM8K synthetic": ["math", 0, 0, 0.04, 0, 0],
  "basic mathematics": ["math", 0, 0, 0.02, 0, 0],
  "reasoning traces, no chat": ["thinking", 0, 0, 0, 9, 8],
  "Tulu reasoning, chat": ["instruction", 0, 0, 0, 1, 1],
  "Wikipedia multiple choice": ["qa", 0, 0, 0, 0, 4],
  "code instructions": ["instruction", 0, 0, 0, 0, 2],
};

const stages = [
  ["smollm3-stage1", "pre-training", 3_450_000 * 2_359_296, "stage1_8T.yaml"],
  ["smollm3-stage2", "mid-training", 748_000 * 2_359_296, "stage2_8T_9T.yaml"],
  ["smollm3-decay", "mid-training", 522_000 * 2_359_296, "stage3_9T_11T.yaml"],
  ["smollm3-32k", "long-context", 20_000 * 72 * 32768, "long_context_4k_to_32k.yaml"],
  ["smollm3-64k", "long-context", 22_000 * 36 * 65536, "long_context_32k_to_64.yaml"],
] as const;

/** The mixtures of SmolLM3-3B: weights as its configurations have them, whose sum strays from 100 in two. */
export const smollm3: readonly PublishedMixture[] = stages.map(([name, stage, budgetTokens, file], i) => {
  const rows = Object.entries(table).filter(([, row]) => row[i + 1] !== 0);
  return {
    name,
    model: "SmolLM3-3B",
    stage,
    budgetTokens,
    percent: Object.fromEntries(rows.map(([source, row]) => [source, row[i + 1] as number])),
    kinds: Object.fromEntries(rows.map(([source, [kind]]) => [source, kind])),
    source: `huggingface/smollm text/pretraining/smollm3/${file}, dataset_weights`,
  };
});
