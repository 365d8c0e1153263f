import { quixbugs as set, type QuixbugsProblem } from "../../sets/mod.ts";
import type { Benchmark } from "../benchmark.ts";
import { graded, passes } from "./_verdict.ts";

/** QuixBugs' 40 programs with a bug in one line. */
export const quixbugs: Benchmark<QuixbugsProblem> = {
  name: "quixbugs",
  title: "QuixBugs: classic algorithms to mend, run against their tests",
  source: "Lin et al. 2017, doi 10.1145/3135932.3135941",
  version: 1,
  items: () => set.read(),
  forms: {
    plain: {
      source: "midtrain: the program with the bug, what it should do, then the right one",
      ...{ shots: 0, draw: "first" },
      ask: ({ buggy, docstring, solution }) => ({
        prompt: `# Buggy program\n${buggy}\n\n${docstring}\n\n# Fixed program\n`,
        ...{ stop: ["\n# ", "\nassert", "\nprint"], maxTokens: 512, gold: `${solution}\n` },
      }),
    },
  },
  rules: {
    "pass@1": {
      ...{ source: "OctoPack at e17a8f64, run as Python 3.14 of pyodide", version: 1 },
      async grade({ entryPoint, solution, tests }, answer, group) {
        return graded(
          await passes(answer, { tests, names: [entryPoint], reference: solution, group }),
          answer,
        );
      },
    },
  },
  leak: ({ buggy, solution }) => ({ question: buggy, answer: solution }),
};
