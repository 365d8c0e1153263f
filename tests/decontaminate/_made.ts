import { Random } from "../../lib/base/mod.ts";
import type { Document } from "../../lib/data/mod.ts";
import type { EvaluationItem } from "../../lib/decontaminate/mod.ts";

/** Random words, so that no two texts share a run of them. */
export const prose = (k: number, length: number): string => {
  const random = new Random(k);
  return Array.from({ length }, () => `word${random.int(5000)}`).join(" ");
};

export const hosts: Document[] = Array.from({ length: 80 }, (_, k) => ({
  id: `host${k}`,
  text: prose(k + 100, 120),
  source: "made",
  meta: {},
}));

export const items: EvaluationItem[] = Array.from({ length: 15 }, (_, k) => ({
  id: `item${k}`,
  question: `Question ${k}: ${prose(k, 30)}?`,
  answer: `${k}`,
  benchmark: "made",
}));
