import { mbpp as set, type MbppProblem } from "../../sets/mod.ts";
import type { Benchmark, Form } from "../benchmark.ts";
import { LM_EVAL } from "./_lm_eval.ts";
import { graded, passes } from "./_verdict.ts";

let read: Promise<MbppProblem[]> | undefined;

/** lm-eval's form: problems 2, 3 and 4 in front, with the line ends that the set has; number 1 stands in for one that is asked itself. */
const bracketed: Form<MbppProblem> = {
  ...{ source: `${LM_EVAL}, tasks/mbpp/mbpp.yaml, version 1`, shots: 3, draw: "first" },
  async pool() {
    const problems = await (read ??= Array.fromAsync(set.read()));
    return [problems[1], problems[2], problems[3], problems[0]];
  },
  ask(item, shots) {
    const asked = ({ prompt, tests }: MbppProblem) =>
      `You are an expert Python programmer, and here is your task: ${prompt} Your code should pass these tests:\n\n${
        tests.slice(0, 3).join("\n")
      }\n[BEGIN]\n`;
    const front = shots.map((shot) => `${asked(shot)}${shot.solution}\n[DONE]\n\n`);
    return {
      prompt: front.join("") + asked(item),
      ...{ stop: ["[DONE]"], maxTokens: 256, gold: `${item.solution}\n` },
    };
  },
};

function over(name: string, title: string, wanted: (split: string) => boolean): Benchmark<MbppProblem> {
  return {
    ...{ name, title, source: "Austin et al. 2021, arXiv 2108.07732", version: 1 },
    async *items() {
      for await (const problem of set.read()) if (wanted(problem.split)) yield problem;
    },
    forms: { "lm-eval": bracketed },
    rules: {
      "pass@1": {
        ...{ source: "google-research/mbpp, run as Python 3.14 of pyodide", version: 1 },
        async grade({ setup, solution, tests }, answer, group) {
          // The set-up takes classes of the program.
          const checks = [setup, ...tests].join("\n");
          const called = new Set(Array.from(checks.matchAll(/\b(\w+)\s*\(/g), ([, name]) => name));
          const defined = Array.from(solution.matchAll(/^def\s+(\w+)/gm), ([, name]) => name);
          const names = [...new Set(defined)].filter((name) => called.has(name));
          const task = { tests: checks, names, reference: solution, group };
          return graded(await passes(answer, task), answer);
        },
      },
    },
    leak: ({ prompt, solution }) => ({ question: prompt, answer: solution }),
  };
}

/** MBPP's 500 test problems. */
export const mbpp = over("mbpp", "MBPP, test: short Python programs, run", (split) => split === "test");

/** All 974, those to learn from among them. */
export const mbppWhole = over("mbpp-974", "MBPP, all splits: short Python programs, run", () => true);
