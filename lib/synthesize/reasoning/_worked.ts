import type { Document } from "../../data/mod.ts";
import { finalNumber, verifySolution } from "../verify_solution.ts";

/** A problem with its solution, step by step. */
export interface Worked {
  problem: string;
  /** One line each; the closing answer is none of them. */
  steps: string[];
  answer: number;
}

/**
 * The worked solution of a document, whose arithmetic holds; `undefined` where there is none. The problem is `meta.problem`, else what
 * follows `Question:`; the solution is `meta.solution`, else what stands between the problem and `Answer:`.
 */
export function workedOf({ text, meta }: Document): Worked | undefined {
  const [, asked, rest] = /^Question:\s*([^\n]*(?:\n(?!Solution:)[^\n=]*)*?)\n([^]*)$/.exec(text) ?? [];
  const problem = typeof meta.problem === "string" ? meta.problem.trim() : asked?.trim();
  const written = typeof meta.solution === "string" ? meta.solution : within(text, problem) ?? rest;
  if (!problem || written === undefined) return undefined;
  const plain = written.replace(/<<[^>\n]*>>/g, "").replace(/^\s*Solution:[ \t]*/i, "");
  const closed = /####|^\W*answer\s*:/im.exec(plain);
  const steps = (closed ? plain.slice(0, closed.index) : plain).split("\n").map((line) => line.trim())
    .filter((line) => line !== "");
  const answer = closed ? finalNumber(plain) : Number(String(meta.answer ?? NaN).replaceAll(",", ""));
  if (answer === undefined || !Number.isFinite(answer) || steps.length === 0) return undefined;
  const { verdict } = verifySolution(solutionText({ steps, answer }));
  return verdict === "right" ? { problem, steps, answer } : undefined;
}

/** What follows the problem in a text that begins with it. */
function within(text: string, problem: string | undefined): string | undefined {
  const at = problem ? text.indexOf(problem) : -1;
  return at < 0 ? undefined : text.slice(at + problem!.length);
}

/** Steps and answer as `verifySolution` reads them. */
export function solutionText({ steps, answer }: Pick<Worked, "steps" | "answer">): string {
  return [...steps, `Answer: ${answer}`].join("\n");
}
