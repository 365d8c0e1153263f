import { figuresIn } from "./_numbers.ts";
import type { Equation } from "./verify_solution.ts";

/** The problem of a document: `meta.problem`, else its text. */
export function problemOf(document: { text: string; meta: Record<string, unknown> }): string {
  return (typeof document.meta.problem === "string" ? document.meta.problem : document.text).trim();
}

/** Whether a text asks anything. */
export function asks(text: string): boolean {
  return /[?？؟]/.test(text);
}

/** Whether a text ends with a question, whatever brackets or quotation marks close it. */
export function endsWithQuestion(text: string): boolean {
  return /[?？؟]["'”’»」)）*_\s]*$/.test(text);
}

/**
 * The expression in an answer: its first line with a calculation, without what is assigned, printed, or written after an
 * equals sign.
 */
export function expressionIn(text: string): string | undefined {
  for (const line of text.split("\n")) {
    const expression = line
      .replace(/^\s*(?:(?:const|let|var)\s+)?[a-z_]\w*\s*=(?!=)/i, "")
      .replace(/^\s*(?:return|answer:|expression:)\s*/i, "")
      .replace(/console\.log\((.*)\)\s*;?\s*$/, "$1")
      .replace(/[`$€;]|\*{2}(?=[\s(\d]*\d)(?<=^\s*\*{2})|(?<=[\d)])\s*\*\*\s*$/g, "")
      // Signs of arithmetic that JavaScript does not know.
      .replace(/×|(?<=[\d)]\s*)x(?=\s*[\d(])/gi, "*").replaceAll("÷", "/").replaceAll("−", "-")
      .replace(/\s=\s.*$/, "")
      .trim();
    if (/\d\s*\)*\s*[-+*/%]\s*\(*\s*-?\s*\d|Math\./.test(expression)) return expression;
  }
  return undefined;
}

/** Whether a solution's equations use numbers that its problem has not, no earlier one gave, and not every reader has. */
export function numbersFromNowhere(equations: readonly Equation[], problem: string): boolean {
  const given = new Set([...figuresIn(problem).flatMap(({ values }) => values), ...everybodys]);
  for (const { expression, stated, value } of equations) {
    const used = (expression.match(/\d+(?:\.\d+)?/g) ?? []).map(Number);
    if (used.some((number) => !given.has(number))) return true;
    given.add(stated).add(value);
  }
  return false;
}

/** Numbers that stand in no problem and every reader has: of time, of dozens and shares. */
export const everybodys: readonly number[] = [1, 2, 3, 4, 7, 10, 12, 24, 30, 52, 60, 100, 365, 1000, 3600];
