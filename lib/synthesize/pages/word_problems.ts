import { inRange, takes, wholeNumber } from "../../base/mod.ts";
import { withLabels } from "../_labels.ts";
import { sameLanguage } from "../_languages.ts";
import { stripMarks } from "../_markdown.ts";
import { figuresIn, inventedFigures } from "../_numbers.ts";
import { partPrompts } from "../_parts.ts";
import { asks, numbersFromNowhere } from "../_problem.ts";
import { solvedAgain } from "../_solved_again.ts";
import { lostAnswer, speaksOfText } from "../_text_fault.ts";
import { copiedShare } from "../checks.ts";
import type { Accepted, Answer, Method, Rejected } from "../method.ts";
import { solve } from "../solve.ts";
import { finalNumber, verifySolution } from "../verify_solution.ts";

/** Options of {@linkcode wordProblems}. */
export interface WordProblemsOptions {
  /** The most tokens of a page that one prompt holds; with `Infinity` it holds the page. @default {400} */
  maxPartTokens?: number;
  /** Parts with fewer different numbers in digits are left out. @default {2} */
  minNumbers?: number;
  /** How many programs solve each problem again, see `solve`; 0 leaves it at the check of the written solution. @default {3} */
  samples?: number;
  /** More than this share of the programs must give one number. @default {0.5} */
  agreement?: number;
  /** Sampling temperature. @default {0.7} */
  temperature?: number;
}

/**
 * Word problems from the numbers of a page, with a solution step by step: the fourth form of FinePhrase (arXiv:2604.13977: mathematics
 * beside FAQ, table and tutorial, of whole web pages), here solved and verified. One problem for each part of the page with enough numbers.
 *
 * First the problem is held to the page and to itself: it has at least two of the page's numbers and no other; every equation of
 * the solution holds and starts from numbers of the problem, of an earlier step, or such as everybody knows (100, 60, 12); the last gives the
 * answer. Then, in a second round, programs are written for the problem alone and run in the sandbox: more than `agreement` of them must give that
 * answer (`wrong answer`, `no agreement`, as `solve` says it).
 *
 * An accepted text is `Question: …`, the solution and `Answer: …`; `meta` holds `problem`, `solution`, `answer`, and with programs `program` and
 * `agreement`.
 *
 * The embedded model of 135M parameters asks what is no problem and solves the example of the instruction: its answers are malformed.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random, wordProblems } from "midtrain/synthesize";
 *
 * const method = wordProblems({ samples: 0 });
 * const page = { id: "1", text: "A whale of 199 tonnes eats 4 tonnes of krill a day.", source: "sea", meta: {} };
 * const [prompt] = method.build(page, new Random(1));
 * const problem = "A whale eats 4 tonnes of krill a day. How many tonnes does it eat in a week?";
 * const text = `Question: ${problem}\nSolution: A week has 7 days. 4 * 7 = 28\nAnswer: 28`;
 * const [result] = await method.read([{ prompt, text }], page);
 * assert.equal("rejected" in result && result.rejected, "too few numbers");
 * ```
 */
export function wordProblems(options: WordProblemsOptions = {}): Method {
  const cannot = "Cannot write word problems";
  takes(cannot, options, "maxPartTokens?, minNumbers?, samples?, agreement?, temperature?");
  const { maxPartTokens = 400, minNumbers = 2, samples = 3, agreement = 0.5, temperature = 0.7 } = options;
  wholeNumber(cannot, { minNumbers }, ">= 1");
  wholeNumber(cannot, { samples }, ">= 0");
  inRange(cannot, { temperature }, ">= 0");
  const solver = samples === 0 ? undefined : solve({ samples, agreement });
  return {
    id: "pages/word-problems@1",
    settings: { samples, agreement, minNumbers },
    kind: "distill",
    build: ({ text }) =>
      partPrompts(text, {
        maxPartTokens,
        minWords: 0,
        temperature,
        instruction,
        label: "Page",
        maxTokens: () => 500,
      })
        .filter(({ part }) => different(part!) >= minNumbers),
    ...solvedAgain({ readProblem, solver, samples, keep: ["program", "agreement"] }),
  };
}

const instruction =
  'Write a word problem from the numbers of the page below, and solve it. Take every number of the problem from the page, at least two of them; let it need two or more steps, and be understood without the page. Begin the problem with "Question:". Then begin the solution with "Solution:": one step a line, each with its calculation as an equation such as "12 * 3 = 36". Close with a line begun with "Answer:" and the number alone.';

/** How many different numbers stand in a text in digits. */
function different(text: string): number {
  return new Set(figuresIn(text).filter(({ digits }) => digits).map(({ values }) => values[0])).size;
}

function readProblem(answer: Answer): Accepted | Rejected {
  const lost = lostAnswer(answer);
  if (lost) return lost;
  const { text, prompt: { part = "", span } } = answer;
  const reject = (rejected: string): Rejected => ({ rejected, sample: text });
  const plain = withLabels(stripMarks(text), ["Question", "Answer"]).trim();
  const [, problem, solution] = form.exec(plain)?.map((one) => one.trim()) ?? [];
  if (!problem || !solution) return reject("malformed");
  if (!asks(problem)) return reject("asks nothing");
  if (copiedShare(problem, instruction) > 0) return reject("prompt echo");
  if (!sameLanguage(problem, part)) return reject("another language");
  if (speaksOfText(problem, part)) return reject("speaks of the text");
  const worked = `${solution}\n${plain.slice(plain.lastIndexOf("\nAnswer:") + 1)}`;
  const { verdict, equations } = verifySolution(worked);
  if (verdict !== "right") return reject(verdict === "wrong equation" ? "wrong arithmetic" : verdict);
  if (inventedFigures(problem, part).length > 0) return reject("invented numbers");
  if (different(problem) < 2) return reject("too few numbers");
  if (numbersFromNowhere(equations, problem)) return reject("numbers from nowhere");
  const answered = finalNumber(worked)!;
  const meta = { problem, solution, answer: answered, ...(span ? { parts: [span] } : {}) };
  return { text: `Question: ${problem}\n${solution}\nAnswer: ${answered}`, meta };
}

/** Question, solution and answer, each begun with its word; many write the steps below a first "Answer:". */
const form = /^Question: ([^]*?)\n\s*(?:Solution|Answer)[ \t]*:\s*([^]*?)\n\s*Answer: [^\n]*\d[^\n]*$/i;
