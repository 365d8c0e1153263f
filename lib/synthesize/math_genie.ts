import { ofKind, takes, wholeNumber } from "../base/mod.ts";
import type { Document, Documents } from "../data/mod.ts";
import type { Message } from "../llm/mod.ts";
import { takesAsking } from "./_options.ts";
import { lostAnswer } from "./_text_fault.ts";
import { withLabels, withoutLabel } from "./_labels.ts";
import { inventedFigures } from "./_numbers.ts";
import { asks, endsWithQuestion } from "./_problem.ts";
import { copiedShare, numbersOf, sameWords, wordsOf } from "./checks.ts";
import type { Accepted, Answer, Method, Rejected } from "./method.ts";
import { solve, type SolveOptions } from "./solve.ts";
import type { Budget, SynthesisReport, SynthesizeOptions } from "./report.ts";
import { synthesize } from "./synthesize.ts";
import { finalNumber, verifySolution } from "./verify_solution.ts";

/** Options of {@linkcode augmentSolution} and {@linkcode backTranslate}. */
export interface MathGenieStageOptions {
  /** Sampling temperature. @default {0.8} */
  temperature?: number;
}

/**
 * A worked solution changed into another: the first stage of MathGenie (arXiv:2402.16352), which changes solutions, not
 * questions, as a question can be read off a solution and not the other way round.
 *
 * Reads `meta.solution`, else the text. Rejected are answers that do not close with a line `Answer: ` and a number, repeat
 * the seed, echo the instruction, hold fewer than two numbers, or an equation that is wrong. `meta` of the new text holds `solution` and `answer`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { augmentSolution, Random } from "midtrain/synthesize";
 *
 * const solution = "24 - 9 = 15 rolls are left.\nAnswer: 15";
 * const [prompt] = augmentSolution().build({ id: "1", text: solution, source: "", meta: {} }, new Random(1));
 * assert(prompt.messages[2].content.endsWith(solution));
 * ```
 */
export function augmentSolution(options: MathGenieStageOptions = {}): Method {
  takes("Cannot augment a solution", options, "temperature?");
  const { temperature = 0.8 } = options;
  return {
    id: "math-genie/augment@1",
    kind: "evolve",
    build(document) {
      const part = solutionOf(document);
      if (part === "") return [];
      return [{
        messages: asked(augmentation, example.augmented, part),
        maxTokens: 80 + 3 * wordsOf(part).length,
        temperature,
        part,
      }];
    },
    read: ([answer]) => [readSolution(answer)],
  };
}

/**
 * A worked solution translated back into the question that it answers: the second stage of MathGenie (arXiv:2402.16352).
 * Follow it with `solve`, the third.
 *
 * Reads `meta.solution`, else the text, and `meta.answer`, else the solution's last number. Rejected are answers that ask nothing, hold
 * the answer's number though the solution does not start from it, use numbers that the solution does not have, or echo the
 * instruction.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { backTranslate, Random } from "midtrain/synthesize";
 *
 * const page = { id: "1", text: "24 - 9 = 15 rolls are left.\nAnswer: 15", source: "", meta: {} };
 * const method = backTranslate(), [prompt] = method.build(page, new Random(1));
 * const text = "A baker has 24 rolls and sells 9. How many are left?";
 * assert.deepEqual(await method.read([{ prompt, text }], page), [
 *   { text, meta: { problem: text, solution: page.text, answer: 15 } },
 * ]);
 * ```
 */
export function backTranslate(options: MathGenieStageOptions = {}): Method {
  takes("Cannot write a question back", options, "temperature?");
  const { temperature = 0.8 } = options;
  return {
    id: "math-genie/back-translate@1",
    kind: "evolve",
    build(document) {
      const part = solutionOf(document);
      if (part === "" || answerOf(document) === undefined) return [];
      return [{
        messages: asked(translation, example.question, part),
        maxTokens: 60 + 2 * wordsOf(part).length,
        temperature,
        part,
      }];
    },
    read: ([answer], document) => [readQuestion(answer, document)],
  };
}

/** Options of {@linkcode mathGenie}. */
export interface MathGenieOptions extends Omit<SynthesizeOptions, "accept" | "total"> {
  /** How often each solution is changed, each time from the last change: MathGenie's K. @default {2} */
  rounds?: number;
  /** Options of the third stage. @default {those of `solve`} */
  solve?: SolveOptions;
  /** A folder for partial results, one folder a stage in it. @default {none is kept} */
  folder?: string | undefined;
}

/** What one stage of MathGenie did. */
export interface MathGenieStage {
  /** `augment 1`, …, `back-translate`, `solve`. */
  stage: string;
  /** Texts that came in. */
  read: number;
  /** The account. */
  report: SynthesisReport;
}

/** What {@linkcode mathGenie} made. */
export interface MathGenieResult {
  /** Verified problems: `Question: …` and `Answer: …`, with program and agreement in `meta`. */
  documents: Document[];
  /** Every text on the way, for `lineageOf`. */
  intermediate: Document[];
  /** The funnel from seeds to verified problems. */
  stages: MathGenieStage[];
}

/**
 * MathGenie (arXiv:2402.16352) from worked solutions to verified problems: `rounds` changes in a chain, each new solution
 * translated back into a question, each question kept if programs that the model writes agree, when executed, on the
 * number with which the solution closed. Results are held in memory: seeds are few. A budget is that of all stages
 * together.
 *
 * One model plays all three parts here; the paper tunes one for each.
 *
 * @throws {RangeError} If `rounds` is not a whole number >= 1.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type ChatModel, mathGenie } from "midtrain/synthesize";
 *
 * const model: ChatModel = {
 *   name: "by hand",
 *   chat: ({ messages }) => {
 *     const asked = messages.at(-1)!.content;
 *     const text = asked.startsWith("Change")
 *       ? "30 - 12 = 18 eggs are left.\nAnswer: 18"
 *       : asked.startsWith("Write the question")
 *       ? "A farmer has 30 eggs and sells 12. How many are left?"
 *       : "30 - 12";
 *     const usage = { promptTokens: 100, completionTokens: 10 };
 *     return Promise.resolve({ text, finishReason: "stop", usage, cached: false });
 *   },
 * };
 * const seeds = [{ id: "1", text: "24 - 9 = 15 rolls are left.\nAnswer: 15", source: "seed", meta: {} }];
 * const { documents, stages } = await mathGenie(seeds, { model, rounds: 1 });
 * assert.deepEqual(stages.map(({ stage }) => stage), ["augment 1", "back-translate", "solve"]);
 * assert.match(documents[0].text, /^Question: A farmer has 30 eggs[^]*Answer: 18$/);
 * ```
 */
export async function mathGenie(
  seeds: Documents,
  options: MathGenieOptions,
): Promise<MathGenieResult> {
  takesAsking("Cannot evolve solutions", options, "rounds?, solve?, folder?, retry?, dropBrokenLines?");
  ofKind("Cannot evolve solutions", { seeds }, "a list or another iterable");
  const { rounds = 2, solve: solving, folder, budget = {}, ...rest } = options;
  wholeNumber("Cannot evolve solutions", { rounds }, ">= 1");
  const stages: MathGenieStage[] = [];
  const run = async (stage: string, documents: Document[], method: Method): Promise<Document[]> => {
    const synthesis = synthesize(documents, method, {
      ...rest,
      folder: folder && `${folder}/${stage.replace(" ", "-")}`,
      budget: remaining(budget, stages),
      total: documents.length,
    });
    const made = await Array.fromAsync(synthesis);
    stages.push({ stage, read: documents.length, report: synthesis.report });
    return made;
  };
  const solutions: Document[] = [];
  let last = await Array.fromAsync(seeds);
  for (let round = 1; round <= rounds; round++) {
    last = await run(`augment ${round}`, last, augmentSolution());
    solutions.push(...last);
  }
  const questions = await run("back-translate", solutions, backTranslate());
  const documents = await run("solve", questions, solve(solving));
  return { documents, intermediate: [...solutions, ...questions], stages };
}

/** What earlier stages left of a budget. */
function remaining(budget: Budget, stages: readonly MathGenieStage[]): Budget {
  const left = { ...budget };
  for (const { report: { tokens, requests, cost, seconds } } of stages) {
    const spent = { tokens: tokens.prompt + tokens.completion, requests, cost, seconds };
    for (const name of Object.keys(left) as (keyof Budget)[]) {
      left[name] = Math.max(0, left[name]! - spent[name]);
    }
  }
  return left;
}

const augmentation =
  'Change the solution below into one of another problem: other people and other things, and other numbers or one more step. Compute anew. Close with a line "Answer:" and the number. Write the new solution only.';
const translation =
  "Write the question that the solution below answers. Give every number that the solution starts from, and not its result. Write the question only.";
const example = {
  solution: "The baker sells 24 - 9 = 15 rolls less than she baked.\nThey fill 15 / 5 = 3 bags.\nAnswer: 3",
  augmented:
    "After the storm 30 - 6 = 24 trees stand in the garden.\nIn 4 rows that makes 24 / 4 = 6 trees a row.\nAnswer: 6",
  question:
    "A baker had 24 rolls and sold 9 of them. She puts the rest into bags of 5. How many bags does she fill?",
};

/** A solution, with the example and what was made of it before. */
function asked(instruction: string, made: string, solution: string): Message[] {
  return [
    { role: "user", content: `${instruction}\n\nSolution:\n${example.solution}` },
    { role: "assistant", content: made },
    { role: "user", content: `${instruction}\n\nSolution:\n${solution}` },
  ];
}

function solutionOf({ text, meta }: Document): string {
  return (typeof meta.solution === "string" ? meta.solution : text).trim();
}

function answerOf(document: Document): number | undefined {
  return typeof document.meta.answer === "number" ? document.meta.answer : finalNumber(solutionOf(document));
}

function readSolution(answer: Answer): Accepted | Rejected {
  const lostWhole = lostAnswer(answer);
  if (lostWhole) return lostWhole;
  const solution = withLabels(answer.text, ["Answer"]).trim().replace(/^(?:new )?solution:\s*/i, "");
  const value = /^Answer:.*\d/im.test(solution) ? finalNumber(solution) : undefined;
  const lost = (rejected: string) => ({ rejected, sample: solution });
  if (copiedShare(solution, augmentation) > 0) return lost("prompt echo");
  if (sameWords(solution, answer.prompt.part!)) return lost("seed repeated");
  if (sameWords(solution, example.augmented)) return lost("example repeated");
  if (value === undefined) return lost("no closing answer");
  if (numbersOf(solution).length < 2) return lost("fewer than two numbers");
  if (verifySolution(solution).wrong.length > 0) return lost("wrong arithmetic");
  return { text: solution, meta: { solution, answer: value } };
}

function readQuestion(answer: Answer, document: Document): Accepted | Rejected {
  const lostWhole = lostAnswer(answer);
  if (lostWhole) return lostWhole;
  const problem = withoutLabel(withoutLabel(answer.text, "Question"), "Exercise");
  const solution = answer.prompt.part!;
  const value = answerOf(document)!;
  const used = numbersOf(problem);
  // What the solution computes must not stand in the question; a number may be both given and result.
  const given = new Set(numbersOf(solution.replace(/^Answer:.*$/gim, "").replace(/=\s*[$€]?[\d.,]+/g, "=")));
  const lost = (rejected: string) => ({ rejected, sample: problem });
  if (!endsWithQuestion(problem)) return lost(asks(problem) ? "solution in the question" : "no question");
  if (copiedShare(problem, translation) > 0) return lost("prompt echo");
  if (sameWords(problem, example.question)) return lost("example repeated");
  if (inventedFigures(problem, solution).length > 0) return lost("invented numbers");
  if (used.includes(String(value)) && !given.has(String(value))) return lost("answer in the question");
  return { text: problem, meta: { problem, solution, answer: value } };
}
