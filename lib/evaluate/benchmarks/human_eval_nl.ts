import { ofKind } from "../../base/mod.ts";
import { humanEvalPack as set, type HumanEvalPackProblem } from "../../sets/mod.ts";
import type { Asker } from "../_answers.ts";
import type { Benchmark } from "../benchmark.ts";
import { PYTHON_IMPORTS, pythonBody } from "./human_eval_fix.ts";
import { graded, passes } from "./_verdict.ts";

/**
 * HumanEval-NL, known as HumanEvalExplain as well: a model describes each of 164 Python functions in words; a writer, mostly the
 * same model, writes the function back from these words and its head; that program is run against the function's tests.
 * Descriptions are cut at the length of the set's own docstring, so that code does not fit.
 *
 * @param writer What writes the functions back, greedily; it needs `complete`. It is no part of what `evaluate` keeps.
 * @throws {RangeError} If the writer cannot write.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { humanEvalNl } from "midtrain/evaluate";
 *
 * const usage = { promptTokens: 1, completionTokens: 1 };
 * const writer = { complete: async () => ({ text: "    return 1\n", finishReason: "stop" as const, usage, cached: false }) };
 * assert.deepEqual(Object.keys(humanEvalNl(writer).rules!), ["written back"]);
 * ```
 */
export function humanEvalNl(writer: Asker): Benchmark<HumanEvalPackProblem> {
  ofKind("Cannot have functions written back", { writer }, "an object with complete");
  return {
    name: "humaneval-nl",
    title: "HumanEval-NL: functions described in words, written back from these, and run",
    ...{ source: "Muennighoff et al. 2023, arXiv 2308.07124: HumanEvalExplain", version: 1 },
    items: () => set.read({ language: "python" }),
    forms: {
      describe: {
        source: "midtrain, after bigcode-evaluation-harness, humanevalpack.py",
        ...{ shots: 0, draw: "first" },
        ask: ({ declaration, solution, docstring }) => ({
          prompt: `${declaration}${solution}\nDescribe in at most ${
            [...docstring].length
          } characters what this function does.\n\n`,
          ...{ stop: ["\ndef ", "\n```"], maxTokens: 512, gold: docstring },
        }),
      },
    },
    rules: {
      "written back": {
        ...{
          source: "bigcode-evaluation-harness, humanevalpack.py, run as Python 3.14 of pyodide",
          version: 1,
        },
        async grade({ declaration, solution, docstring, tests, entryPoint }, answer, group) {
          const description = [...answer.trim()].slice(0, [...docstring].length).join("");
          if (description === "") return graded(false, null);
          const { text } = await writer.complete!({
            prompt: `${description}\nWrite the Python function that this describes.\n\n${declaration}`,
            ...{ stop: ["\nclass", "\ndef", "\n#", "\nif", "\nprint", "\nassert"] },
            ...{ maxTokens: 512, temperature: 0, seed: 1 },
          });
          const front = PYTHON_IMPORTS + declaration;
          const task = { tests, names: [entryPoint], reference: front + solution, group };
          return graded(await passes(front + pythonBody(text), task), description);
        },
      },
    },
    leak: ({ docstring, solution }) => ({ question: docstring, answer: solution }),
  };
}
