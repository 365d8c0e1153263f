import { humanEvalInfilling as set, type InfillingOptions, type InfillingProblem } from "../../sets/mod.ts";
import { ofKind, takes } from "../../base/mod.ts";
import type { Benchmark, Form, Rule } from "../benchmark.ts";
import { LM_EVAL } from "./_lm_eval.ts";
import { graded, passes } from "./_verdict.ts";

/** The tokens by which a model is told of a gap. */
export interface FillSentinels {
  /** Stands before what comes before the gap. */
  prefix: string;
  /** Stands before what comes behind it. */
  suffix: string;
  /** Stands where the model begins to write. */
  middle: string;
  /** What ends its text. @default {none but the tokens above} */
  stop?: readonly string[];
}

/**
 * A form of infilling by the sentinels of a model: prefix, suffix, then the model writes.
 *
 * @throws {RangeError} If a sentinel is missing or no text.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fillForm } from "midtrain/evaluate";
 *
 * const form = fillForm({ prefix: "<PRE>", suffix: "<SUF>", middle: "<MID>" });
 * const problem = { id: "x", prompt: "a = ", suffix: "\n", solution: "1", entryPoint: "", tests: "", split: "test" } as const;
 * const asked = form.ask(problem, []);
 * assert("prompt" in asked && asked.prompt === "<PRE>a = <SUF>\n<MID>");
 * ```
 */
export function fillForm(sentinels: FillSentinels): Form<InfillingProblem> {
  const cannot = "Cannot ask for what fills a gap";
  takes(cannot, sentinels, "prefix, suffix, middle, stop?");
  const { prefix, suffix, middle, stop = [] } = sentinels;
  ofKind(cannot, { prefix, suffix, middle }, "a text");
  return {
    ...{ source: "Bavarian et al. 2022, arXiv 2207.14255: prefix, suffix, middle", shots: 0, draw: "first" },
    ask: (item) => ({
      prompt: prefix + item.prompt + suffix + item.suffix + middle,
      stop: [prefix, suffix, middle, ...stop],
      ...{ maxTokens: 512, gold: item.solution },
    }),
  };
}

/** Stops are those of the models' own vocabularies. */
const forms = {
  "fim-qwen": fillForm({
    ...{ prefix: "<|fim_prefix|>", suffix: "<|fim_suffix|>", middle: "<|fim_middle|>" },
    stop: ["<|endoftext|>", "<|fim_pad|>", "<|file_sep|>"],
  }),
  "fim-starcoder": fillForm({
    ...{ prefix: "<fim_prefix>", suffix: "<fim_suffix>", middle: "<fim_middle>" },
    stop: ["<|endoftext|>", "<file_sep>"],
  }),
  "fim-deepseek": fillForm({
    ...{ prefix: "<｜fim▁begin｜>", suffix: "<｜fim▁hole｜>", middle: "<｜fim▁end｜>" },
    stop: ["<｜end▁of▁sentence｜>"],
  }),
  "lm-eval": {
    ...{
      source: `${LM_EVAL}, tasks/humaneval_infilling, version 1: no sentinels`,
      ...{ shots: 0, draw: "first" as const },
    },
    ask: ({ prompt, suffix, solution }: InfillingProblem) => ({
      ...{ prompt: `${suffix}\n\n${prompt}`, stop: [], maxTokens: 1024, gold: solution },
    }),
  },
};

function filled(read: (answer: string) => string, source: string): Rule<InfillingProblem> {
  return {
    ...{ source, version: 1 },
    async grade({ prompt, suffix, solution, tests, entryPoint }, answer, group) {
      const middle = read(answer);
      const task = {
        ...{ tests: `${tests}\ncheck(${entryPoint})`, names: [entryPoint] },
        reference: prompt + solution + suffix,
        group,
      };
      return graded(await passes(prompt + middle + suffix, task), middle);
    },
  };
}

const official = filled(
  (answer) => answer,
  "openai/human-eval-infilling at 88062ff9, run as Python 3.14 of pyodide",
);

function gaps(kind: InfillingOptions["kind"], title: string): Benchmark<InfillingProblem> {
  return {
    ...{ name: `infilling-${kind}`, title, source: "Bavarian et al. 2022, arXiv 2207.14255", version: 1 },
    items: () => set.read({ kind }),
    forms,
    rules: {
      "pass@1": official,
      // Its stop takes the line's end away, so that what comes behind the gap is glued to it.
      ...kind === "single-line"
        ? {
          "lm-eval": filled(
            (answer) => answer.split("\n")[0],
            `${LM_EVAL}, tasks/humaneval_infilling, version 1`,
          ),
        }
        : {},
    },
    leak: ({ prompt, suffix, solution }) => ({ question: prompt + suffix, answer: solution }),
  };
}

/** 1,033 lines of HumanEval to fill in. */
export const infillingSingleLine = gaps("single-line", "HumanEval infilling, single lines, run");

/** 164 spans of HumanEval to fill in, one a function. */
export const infillingRandomSpan = gaps(
  "random-span-light",
  "HumanEval infilling, random spans (light), run",
);
