import { printedInPython } from "../_execute.ts";
import { sameLanguage } from "../_languages.ts";
import { stripMarks } from "../_markdown.ts";
import { loops, lostAnswer } from "../_text_fault.ts";
import { copiedShare, sameWords } from "../checks.ts";
import { codeIn } from "../code/_code_in.ts";
import type { Answer } from "../method.ts";
import { verifySolution } from "../verify_solution.ts";

/** In which form a problem is solved, and by what a solution is verified. */
export type SolutionForm =
  /** Steps with equations, which must hold, and a number. */
  | "arithmetic"
  /** Steps and an answer in LaTeX, as competition problems have it: answers are the same by `mathEquivalent`. */
  | "symbolic"
  /** A Python program, which is run in the sandbox: what it prints last is the answer. */
  | "python";

/** A sample that can vote, or why it cannot. */
export type Solved = { answer: string; solution: string; key: string } | { failure: string };

interface Form {
  instruction: string;
  example: { problem: string; solution: string };
  /** Solutions of the answers, with their votes. */
  read(answers: Answer[], problem: string): Promise<Solved[]>;
  /** The text of a solution. */
  write(solution: string): string;
}

const rolls =
  "A baker has 24 rolls. She sells 9 of them and bakes 15 more. Then she puts all rolls into bags of 5. How many bags does she fill?";

/** The forms by their names. */
export const forms: Record<SolutionForm, Form> = {
  arithmetic: {
    instruction:
      'Solve the problem step by step. Write one step a line, each with its calculation as an equation such as "12 * 3 = 36". Close with a line begun with "Answer:" and the number alone.',
    example: {
      problem: rolls,
      solution: "24 - 9 = 15 rolls are left.\n15 + 15 = 30 rolls after baking.\n30 / 5 = 6 bags.\nAnswer: 6",
    },
    read: (answers, problem) => Promise.resolve(answers.map((answer) => readSteps(answer, problem))),
    write: (solution) => solution,
  },
  symbolic: {
    instruction:
      "Solve the problem step by step, with formulas in LaTeX. Close with the answer alone in \\boxed{}.",
    example: {
      problem: "For which positive $x$ is $x^2 - 3x = 10$?",
      solution:
        "We have $x^2 - 3x - 10 = (x - 5)(x + 2)$, so that $x = 5$ or $x = -2$. Only the first is positive: $\\boxed{5}$",
    },
    read: (answers, problem) => Promise.all(answers.map((answer) => readFormulas(answer, problem))),
    write: (solution) => solution,
  },
  python: {
    instruction:
      "Solve the problem by a short Python program that computes the answer and prints it, and nothing else. Use no packages but those that come with Python. Answer with the program alone in a fenced block.",
    example: {
      problem: rolls,
      solution: "```python\nrolls = 24 - 9 + 15\nbags = rolls // 5\nprint(bags)\n```",
    },
    read: readPrograms,
    write: (solution) => `\`\`\`python\n${solution}\n\`\`\``,
  },
};

/** Whether two answers are the same: as numbers, else as formulas. */
export async function sameAnswer(a: string, b: string): Promise<boolean> {
  const [one, other] = [a, b].map((text) => Number(text.replaceAll(",", "") || NaN));
  if (Number.isFinite(one) && Number.isFinite(other)) {
    return Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(one), Math.abs(other));
  }
  const { mathEquivalent } = await import("../../evaluate/mod.ts");
  return mathEquivalent(a, b);
}

/** Why prose solves no problem, whatever its form. */
function faultOf(answer: Answer, problem: string, { instruction, example }: Form): string | undefined {
  const { text } = answer;
  const lost = lostAnswer(answer);
  if (lost) return lost.rejected;
  if (copiedShare(text, instruction) > 0) return "prompt echo";
  if (sameWords(text, example.solution)) return "example repeated";
  if (!sameLanguage(text, problem)) return "another language";
  return loops(text, problem, 0.5) ? "loop" : undefined;
}

function readSteps(answer: Answer, problem: string): Solved {
  const fault = faultOf(answer, problem, forms.arithmetic);
  if (fault) return { failure: fault };
  // To Markdown, the mark of GSM8K's answers is a heading.
  const plain = stripMarks(answer.text.replace(/^####/gm, "Answer:")).trim().replace(/^solution:\s*/i, "");
  const { verdict, equations, final } = verifySolution(plain);
  if (verdict !== "right") return { failure: verdict === "wrong equation" ? "wrong arithmetic" : verdict };
  const solution = plain.split(/\s*\banswer\s*:(?![^]*\banswer\s*:)/i)[0].trim();
  if (solution === "") return { failure: "no equation" };
  return {
    answer: String(final),
    solution,
    key: JSON.stringify(equations.map(({ expression }) => expression)),
  };
}

async function readFormulas(answer: Answer, problem: string): Promise<Solved> {
  const fault = faultOf(answer, problem, forms.symbolic);
  if (fault) return { failure: fault };
  const { boxedAnswer } = await import("../../evaluate/mod.ts");
  const solution = stripMarks(answer.text).trim();
  const boxed = boxedAnswer(solution)?.trim() ?? "";
  if (boxed === "") return { failure: "no answer" };
  // What is long is no answer, and costs time to compare.
  if (boxed.length > 200) return { failure: "answer too long" };
  if (verifySolution(solution).wrong.length > 0) return { failure: "wrong arithmetic" };
  return { answer: boxed, solution, key: solution.replace(/\s+/g, " ") };
}

async function readPrograms(answers: Answer[]): Promise<Solved[]> {
  const codes = answers.map((answer): string | { failure: string } => {
    const lost = lostAnswer(answer);
    if (lost) return { failure: lost.rejected };
    const blocks = codeIn(answer);
    if (blocks.length !== 1) return { failure: blocks.length === 0 ? "no program" : "several programs" };
    return /^\s*print\(\s*["']?[-\d.,\s]*["']?\s*\)\s*$/.test(blocks[0])
      ? { failure: "computes nothing" }
      : blocks[0].trim();
  });
  const different = [...new Set(codes.filter((code) => typeof code === "string"))];
  const printed = await printedInPython(different);
  const results = new Map(different.map((code, at) => [code, printed[at]]));
  return codes.map((code): Solved => {
    if (typeof code !== "string") return code;
    const result = results.get(code)!;
    if ("failure" in result) return { failure: "program failed" };
    if (result.printed.length > 200) return { failure: "answer too long" };
    return { answer: result.printed, solution: code, key: code.replace(/\s+/g, " ") };
  });
}
