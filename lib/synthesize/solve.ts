import { inRange, takes, wholeNumber } from "../base/mod.ts";
import { executeAlone, rounded } from "./_execute.ts";
import { expressionIn, problemOf } from "./_problem.ts";
import type { Answer, Method } from "./method.ts";

/** Options of {@linkcode solve}. */
export interface SolveOptions {
  /** How many programs are asked for. @default {3} */
  samples?: number;
  /** More than this share of the samples must give the same number. @default {0.5} */
  agreement?: number;
  /** Sampling temperature; above 0, as equal samples always agree. @default {0.7} */
  temperature?: number;
}

/**
 * A word problem solved by programs: the model writes the answer as a JavaScript expression several times, each is executed
 * in the sandbox, and the problem is accepted with the answer on which most samples agree (the
 * verification stage of MathGenie, arXiv:2402.16352, with self-consistency). Where `meta.answer` is known, the answer must
 * be that one too.
 *
 * An accepted text is `Question: …` and `Answer: …`; `meta` holds `problem`, `program`, `answer` and `agreement` (the share
 * of samples). Samples without an expression, or whose program fails, count against agreement.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { arithmeticProblems, Random, solve } from "midtrain/synthesize";
 *
 * const [problem] = arithmeticProblems({ count: 1 });
 * assert.equal(solve({ samples: 5 }).build(problem, new Random(1)).length, 5);
 * ```
 */
export function solve(options: SolveOptions = {}): Method {
  takes("Cannot solve", options, "samples?, agreement?, temperature?");
  const { samples = 3, agreement = 0.5, temperature = 0.7 } = options;
  wholeNumber("Cannot solve", { samples }, ">= 1");
  inRange("Cannot solve", { agreement }, "in [0, 1)");
  return {
    id: "solve/program@1",
    settings: { agreement },
    kind: "evolve",
    build(document) {
      const part = problemOf(document);
      if (part === "") return [];
      const prompt = {
        messages: [
          { role: "user" as const, content: `${instruction}\n\nProblem:\n${example.problem}` },
          { role: "assistant" as const, content: example.program },
          { role: "user" as const, content: `Problem:\n${part}` },
        ],
        maxTokens: 80,
        temperature,
        part,
      };
      return Array.from({ length: samples }, () => prompt);
    },
    async read(answers, document) {
      const tries = await tryAll(answers);
      const values = tries.flatMap(({ value }) => value === undefined ? [] : [value]);
      const votes = Map.groupBy(values, (value) => value);
      const [value, same] = [...votes].reduce<[number, number[]]>(
        (best, one) => one[1].length > best[1].length ? one : best,
        [NaN, []],
      );
      const share = same.length / answers.length;
      const known = document.meta.answer;
      const sample = tries.map(({ program, value, failure }) => `${program} gives ${value ?? failure}`).join(
        "\n",
      );
      const lost = (rejected: string) => [{ rejected, sample }];
      if (tries.every(({ program }) => program === "")) return lost("no program");
      if (values.length === 0) return lost("program failed");
      if (share <= agreement) return lost("no agreement");
      if (typeof known === "number" && value !== rounded(known)) return lost("wrong answer");
      const at = tries.findIndex((one) => one.value === value);
      const problem = answers[0].prompt.part!;
      return [{
        text: `Question: ${problem}\nAnswer: ${value}`,
        meta: { problem, program: tries[at].program, answer: value, agreement: share },
        answer: at,
      }];
    },
  };
}

const instruction =
  "Write one JavaScript expression that computes the answer to the problem. Use the numbers of the problem and + - * / and parentheses. Write the expression only.";
const example = {
  problem:
    "A baker has 24 rolls. She sells 9 of them and bakes 15 more. Then she puts all rolls into bags of 5. How many bags does she fill?",
  program: "(24 - 9 + 15) / 5",
};

interface Try {
  program: string;
  value?: number;
  failure?: string;
}

async function tryAll(answers: Answer[]): Promise<Try[]> {
  const programs = answers.map(({ text }) => expressionIn(text));
  const written = programs.filter((program) => program !== undefined);
  const different = [...new Set(written)];
  const executed = await executeAlone(different);
  const results = new Map(different.map((program, at) => [program, executed[at]]));
  return programs.map((program) =>
    program === undefined ? { program: "", failure: "no expression" } : { program, ...results.get(program)! }
  );
}
