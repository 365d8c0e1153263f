import { inRange, oneOf, takes, wholeNumber } from "../../base/mod.ts";
import { isTask } from "../_instruction.ts";
import { withLabels } from "../_labels.ts";
import { sameLanguage } from "../_languages.ts";
import { solvedAgain } from "../_solved_again.ts";
import { loops, lostAnswer, speaksOfText } from "../_text_fault.ts";
import { copiedShare, wordsOf } from "../checks.ts";
import type { Accepted, Answer, Method, Prompt, Rejected } from "../method.ts";
import { verifySolution } from "../verify_solution.ts";
import { forms, type SolutionForm } from "./_solution_forms.ts";
import { type StatementKind, statementsOf } from "./_statements.ts";
import { voteSolutions } from "./vote_solutions.ts";

/** Options of {@linkcode theoremProblems}. */
export interface TheoremProblemsOptions {
  /** The most statements of a page that are asked about; drawn, where there are more. @default {4} */
  statements?: number;
  /** Statements with fewer words are left out. @default {8} */
  minWords?: number;
  /** In which form each problem is solved again, see `voteSolutions`. @default {"symbolic"} */
  form?: SolutionForm;
  /** How often each problem is solved again; 0 leaves it at the check of the written solution. @default {3} */
  samples?: number;
  /** More than this share of these must come to the written answer. @default {0.5} */
  agreement?: number;
  /** The largest share of the problem in runs of eight words copied from the statement, see `copiedShare`. @default {0.3} */
  maxCopied?: number;
  /** The most tokens of problem and solution. @default {700} */
  maxTokens?: number;
  /** Sampling temperature. @default {0.7} */
  temperature?: number;
}

/**
 * Textbook problems from a page's theorems and definitions: for each statement, a problem with numbers of its own that one solves by it, a
 * worked solution and one answer.
 *
 * Statements are LaTeX's environments (`theorem`, `lemma`, `definition`, …), paragraphs that begin with such a word, and those in which something is
 * called or defined by a formula; a page without any is `nothing to write from`. The problem must set a task, be understood without the page, and have to do with the statement: problem or
 * solution take up two of its longer words (`another matter`). Equations in numbers must hold, and the answer is what stands in `\boxed{}` at the end of the solution.
 *
 * Then, in a second round, the problem alone is solved again `samples` times by `voteSolutions`, and must come to the same answer: as formulas, or as what programs print.
 *
 * An accepted text is `Question: …`, the solution and `Answer: …`; `meta` holds `statement`, `kind`, `problem`, `solution`, `answer`, where the statement stands as `parts`, and of the second
 * round `agreement` and `votes`. That the proof of a step is right is not checked: two wrong ways may meet in one answer.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random, theoremProblems } from "midtrain/synthesize";
 *
 * const text = "Theorem 1. In a right triangle the square of the hypotenuse is the sum of the squares of the legs.";
 * const page = { id: "1", text, source: "web", meta: {} };
 * const method = theoremProblems({ samples: 0 }), [prompt] = method.build(page, new Random(1));
 * const problem = "The legs of a right triangle measure 9 and 12. How long is its hypotenuse?";
 * const answer = `Problem: ${problem}\nSolution: The squares of the legs add up: 81 + 144 = 225. So it is \\boxed{15}.`;
 * const [result] = await method.read([{ prompt, text: answer }], page);
 * assert.deepEqual("text" in result && [result.meta!.kind, result.meta!.answer], ["theorem", "15"]);
 * ```
 */
export function theoremProblems(options: TheoremProblemsOptions = {}): Method {
  const cannot = "Cannot write problems from theorems";
  takes(
    cannot,
    options,
    "statements?, minWords?, form?, samples?, agreement?, maxCopied?, maxTokens?, temperature?",
  );
  const { statements = 4, minWords = 8, form = "symbolic", samples = 3, agreement = 0.5 } = options;
  const { maxCopied = 0.3, maxTokens = 700, temperature = 0.7 } = options;
  wholeNumber(cannot, { statements, minWords, maxTokens }, ">= 1");
  wholeNumber(cannot, { samples }, ">= 0");
  oneOf(cannot, { form }, Object.keys(forms));
  inRange(cannot, { maxCopied }, "in [0, 1]");
  inRange(cannot, { temperature }, ">= 0");
  const solver = samples === 0 ? undefined : voteSolutions({ form, samples, agreement });
  return {
    id: "reasoning/theorem-problems@1",
    settings: { form, samples, agreement, maxCopied },
    kind: "distill",
    build({ text }, random) {
      const all = statementsOf(text, minWords);
      const drawn = new Set(random.shuffle(all).slice(0, statements));
      return all.filter((one) => drawn.has(one)).map(({ kind, text, span }): StatementPrompt => ({
        messages: [{ role: "user", content: `${instructionOf(kind)}\n\nThe ${kind}:\n${text}` }],
        maxTokens,
        temperature,
        part: text,
        span,
        kind,
      }));
    },
    ...solvedAgain({
      readProblem: (answer) => readProblem(answer, maxCopied),
      solver,
      samples,
      keep: ["agreement", "votes"],
    }),
  };
}

/** A prompt that knows what its part is. */
interface StatementPrompt extends Prompt {
  kind: StatementKind;
}

function instructionOf(kind: StatementKind): string {
  return `Write a textbook problem that a student solves by the ${kind} below, and solve it. Give it numbers or formulas of your own and exactly one answer, a number or a formula; let it need two or more steps, and be understood by somebody who does not have this text. Begin the problem with "Problem:". Then begin the solution with "Solution:": say at which step the ${kind} is used and why it may be, with formulas in LaTeX. Close with the answer alone in \\boxed{}.`;
}

async function readProblem(answer: Answer, maxCopied: number): Promise<Accepted | Rejected> {
  const lost = lostAnswer(answer);
  if (lost) return lost;
  const { text, prompt } = answer;
  const { part = "", span, kind } = prompt as StatementPrompt;
  const plain = withLabels(text, ["Exercise"]).trim();
  const [, problem, solution] = layout.exec(plain)?.map((one) => one.trim()) ?? [];
  const reject = (rejected: string): Rejected => ({ rejected, sample: text });
  if (!problem || !solution) return reject("malformed");
  const fault = faultOf({ problem, solution, statement: part, kind }, maxCopied);
  if (fault) return reject(fault);
  const { boxedAnswer } = await import("../../evaluate/mod.ts");
  const boxed = boxedAnswer(solution)?.trim() ?? "";
  if (boxed === "") return reject("no answer");
  if (boxed.length > 200) return reject("answer too long");
  const meta = {
    statement: part,
    kind,
    problem,
    solution,
    answer: boxed,
    ...(span ? { parts: [span] } : {}),
  };
  return { text: `Question: ${problem}\n${solution}\nAnswer: ${boxed}`, meta };
}

/** Problem and solution, each begun with its word. */
const layout = /^Exercise: ([^]*?)\n\s*Solution[ \t]*[:：]\s*([^]*)$/i;

interface Written {
  problem: string;
  solution: string;
  statement: string;
  kind: StatementKind;
}

function faultOf({ problem, solution, statement, kind }: Written, maxCopied: number): string | undefined {
  if (copiedShare(`${problem}\n${solution}`, instructionOf(kind)) > 0) return "prompt echo";
  if (!sameLanguage(problem, statement)) return "another language";
  if (!isTask(problem, statement)) return "asks nothing";
  if (speaksOfText(problem, statement) || pointsBack.test(problem)) return "speaks of the text";
  if (copiedShare(problem, statement) > maxCopied) return "copied";
  if (loops(solution, problem, 0.5)) return "loop";
  if (verifySolution(solution).wrong.length > 0) return "wrong arithmetic";
  const telling = new Set(wordsOf(statement).filter((word) => word.length > 4));
  const used = new Set(wordsOf(`${problem}\n${solution}`).filter((word) => telling.has(word)));
  return used.size < Math.min(2, telling.size) ? "another matter" : undefined;
}

/** A problem that its reader understands does not speak of a theorem that stands elsewhere. */
const pointsBack =
  /\b(?:theorem|lemma|proposition|corollary|definition|statement|identity) (?:above|below)\b|\b(?:the|this) (?:above|following|given) (?:theorem|lemma|proposition|corollary|definition|statement)\b/i;
