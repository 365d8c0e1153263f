import { oneOf, takes } from "../base/mod.ts";
import { asks, endsWithQuestion, problemOf } from "./_problem.ts";
import { lostAnswer } from "./_text_fault.ts";
import { withoutLabel } from "./_labels.ts";
import { figuresIn, sameFigures } from "./_numbers.ts";
import { copiedShare, sameWords, wordsOf } from "./checks.ts";
import type { Accepted, Answer, Method, Rejected } from "./method.ts";

/** How a problem is changed. */
export type Change =
  /** Other people, things and places; the numbers stay, and with them the answer. */
  | "objects"
  /** Other numbers. */
  | "numbers"
  /** One more step. */
  | "step";

/** Options of {@linkcode evolve}. */
export interface EvolveOptions {
  /** Sampling temperature. @default {0.8} */
  temperature?: number;
}

const instructions: Record<Change, string> = {
  objects:
    "Write the problem below again with other people and other things. Keep every number and what happens to it. Do not solve it. Write the new problem only.",
  numbers:
    "Write the problem below again with other numbers. Keep the story. Do not solve it. Write the new problem only.",
  step:
    "Make the problem below one step longer: before its question, let one more thing happen that changes the result. Do not solve it. Write the new problem only.",
};

/**
 * A word problem changed by the model, without its answer: the augmentation stage of MathGenie (arXiv:2402.16352), on
 * problems instead of solutions. Follow it with `solve`, which accepts what execution and agreement verify.
 *
 * Reads `meta.problem`, else the text. Rejected are answers that ask nothing, hold their own solution, repeat the seed, or
 * break the change they were asked for: `objects` must keep the numbers (`meta.answer` then stays), `numbers` must change
 * some and keep their count, `step` must have more of them.
 *
 * @throws {RangeError} If the change is none of the three.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { arithmeticProblems, evolve, Random } from "midtrain/synthesize";
 *
 * const [problem] = arithmeticProblems({ count: 1 });
 * const [prompt] = evolve("objects").build(problem, new Random(1));
 * assert(prompt.messages[0].content.endsWith(String(problem.meta.problem)));
 * ```
 */
export function evolve(change: Change, options: EvolveOptions = {}): Method {
  takes("Cannot evolve", options, "temperature?");
  const { temperature = 0.8 } = options;
  oneOf("Cannot evolve", { change }, instructions);
  return {
    id: `evolve/${change}@1`,
    kind: "evolve",
    build(document) {
      const part = problemOf(document);
      if (part === "") return [];
      return [{
        messages: [{ role: "user", content: `${instructions[change]}\n\nProblem:\n${part}` }],
        maxTokens: 60 + 3 * wordsOf(part).length,
        temperature,
        part,
      }];
    },
    read: ([answer], { meta }) => [readProblem(answer, change, meta.answer)],
  };
}

function readProblem(answer: Answer, change: Change, known: unknown): Accepted | Rejected {
  const lost = lostAnswer(answer);
  if (lost) return lost;
  const problem = withoutLabel(answer.text, "Exercise");
  const cause = causeOf(problem, answer.prompt.part!, change);
  if (cause) return { rejected: cause, sample: problem };
  return {
    text: problem,
    meta: { problem, ...(change === "objects" && typeof known === "number" ? { answer: known } : {}) },
  };
}

/** Why a new problem is lost, if it is. */
function causeOf(problem: string, seed: string, change: Change): string | undefined {
  const numbers = valuesIn(problem);
  const seedNumbers = valuesIn(seed);
  const same = numbers.join(" ") === seedNumbers.join(" ");
  if (!endsWithQuestion(problem)) return asks(problem) ? "solution in the problem" : "no question";
  if (copiedShare(problem, instructions[change]) > 0) return "prompt echo";
  if (sameWords(problem, seed)) return "seed repeated";
  if (numbers.length < 2) return "fewer than two numbers";
  if (change === "objects" && !same && !sameFigures(problem, seed)) return "numbers changed";
  if (change === "numbers" && same) return "numbers kept";
  if (change === "numbers" && numbers.length !== seedNumbers.length) return "another count of numbers";
  if (change === "step" && numbers.length <= seedNumbers.length) return "no step added";
}

/** A problem's numbers in ascending order: those in digits, or where it writes them out, in words. */
function valuesIn(text: string): number[] {
  // "One" and 一 are parts of other words more often.
  const figures = figuresIn(text).filter(({ digits, values }) => digits || values[0] > 1);
  const digits = figures.filter((one) => one.digits);
  return (digits.length >= 2 ? digits : figures).map(({ values }) => values[0]).sort((a, b) => a - b);
}
