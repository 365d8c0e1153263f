import type { Rule } from "../benchmark.ts";

/** Answers as the rules look for them. */
interface Answered {
  answers: readonly string[];
}

const source = "RULER, scripts/eval/synthetic/constants.py";

const holds = (text: string) => (answer: string) => text.toLowerCase().includes(answer.toLowerCase());

/** RULER's own rules: the share of the answers that the text holds, and whether it holds one. */
export const matchRules = {
  "string match all": {
    ...{ source, version: 1 },
    grade({ answers }, text) {
      const found = answers.filter(holds(text));
      return { score: found.length / answers.length, extracted: found.join(", ") || null };
    },
  },
  "string match part": {
    ...{ source, version: 1 },
    grade({ answers }, text) {
      const found = answers.find(holds(text));
      return { score: Number(found !== undefined), extracted: found ?? null };
    },
  },
} satisfies Record<string, Rule<Answered>>;

/** A rule by which the answers, and nothing else that looks like one, are named: a list that names everything gets full marks by RULER's. */
export function exactRule(pattern: RegExp): Rule<Answered> {
  return {
    source: "midtrain: the first line with an answer in it names the answers and nothing else",
    version: 1,
    grade({ answers }, text) {
      const found = text.split("\n").map((line) => line.match(pattern) ?? []).find((names) =>
        names.length > 0
      );
      const named = new Set(found);
      const same = named.size === answers.length && answers.every((answer) => named.has(answer));
      return { score: Number(same), extracted: found?.join(", ") ?? null };
    },
  };
}

/** How a length and a depth are said as a group: `depthScores` reads it back. */
export function groupName(context: number, depth: number | null): string {
  return depth === null ? `${context} tokens` : `${context} tokens, depth ${depth}`;
}
