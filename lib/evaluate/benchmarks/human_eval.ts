import { humanEval as set, type HumanEvalProblem } from "../../sets/mod.ts";
import type { Benchmark } from "../benchmark.ts";
import { LM_EVAL } from "./_lm_eval.ts";
import { graded, passes } from "./_verdict.ts";

/** HumanEval's 164 functions: written from head and docstring, and run. */
export const humanEval: Benchmark<HumanEvalProblem> = {
  name: "humaneval",
  title: "HumanEval: Python functions from their docstrings, run against their tests",
  source: "Chen et al. 2021, arXiv 2107.03374",
  version: 1,
  items: () => set.read(),
  forms: {
    "lm-eval": {
      ...{ source: `${LM_EVAL}, tasks/humaneval/humaneval.yaml, version 1`, shots: 0, draw: "first" },
      ask: ({ prompt, solution }) => ({
        ...{ prompt, stop: ["\nclass", "\ndef", "\n#", "\nif", "\nprint"], maxTokens: 1024 },
        gold: solution,
      }),
    },
  },
  rules: {
    "pass@1": {
      ...{ source: "openai/human-eval at 6d43fb98, run as Python 3.14 of pyodide", version: 1 },
      async grade({ prompt, solution, tests, entryPoint }, answer, group) {
        const task = {
          ...{ tests: `${tests}\ncheck(${entryPoint})`, names: [entryPoint] },
          reference: prompt + solution,
          group,
        };
        return graded(await passes(prompt + answer, task), answer);
      },
    },
  },
  leak: ({ prompt, solution }) => ({ question: prompt, answer: solution }),
};
