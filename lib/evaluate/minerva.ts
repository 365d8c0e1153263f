import { ofKind } from "../base/mod.ts";
import { sameLatexValue } from "./_latex_value.ts";

/** Units and marks that Minerva's rule takes out, in its order (Lewkowycz et al. 2022, arXiv 2206.14858, appendix). */
const REMOVED = [
  ..."square ways integers dollars mph inches ft hours km units \\ldots sue points feet minutes digits cents"
    .split(" "),
  ..."degrees cm gm pounds meters meals edges students childrentickets multiples".split(" "),
  ...["\\text{s}", "\\text{.}", "\\text{\ns}", "\\text{}^2", "\\text{}^3", "\\text{\n}", "\\text{}"],
  ...["\\mathrm{th}", "^\\circ", "^{\\circ}", "\\;", ",\\!", "{,}", '"', "\\dots"],
];

/** What it writes in another way before, in its order. */
const REPLACED = [
  ...[["an ", ""], ["a ", ""], [".$", "$"], ["\\$", ""], ["\\ ", ""], [" ", ""], ["mbox", "text"]],
  ...[[",\\text{and}", ","], ["\\text{and}", ","], ["\\text{m}", "\\text{}"]],
];

const isWord = (text: string) => /^[a-z]+$/.test(text);

/**
 * An answer of MATH in the one spelling of Minerva's rule, as `minerva_math` of lm-eval 0.4.13 has it: units, articles and
 * dollars go, `\frac12` becomes `\frac{1}{2}`, thousands lose their commas, and of an equation the last side stays.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { minervaNormal } from "midtrain/evaluate";
 *
 * assert.equal(minervaNormal("$x = 1,000\\text{ dollars}$"), "1000");
 * assert.equal(minervaNormal("\\frac12"), "\\frac{1}{2}");
 * ```
 */
export function minervaNormal(answer: string): string {
  ofKind("Cannot normalise an answer", { answer }, "a text");
  let rest = answer.split("=").at(-1)!;
  for (const unit of REMOVED.filter(isWord)) {
    rest = rest.replace(new RegExp(`(?<![\\p{L}\\p{N}_\\\\])${unit}(?![\\p{L}\\p{N}_])`, "gu"), "");
  }
  for (const [before, after] of REPLACED) rest = rest.replaceAll(before, after);
  for (const unit of REMOVED) {
    rest = isWord(unit)
      // The name of a LaTeX command keeps its letters: `\left` its `ft`.
      ? rest.split(/(\\[a-zA-Z]+)/).map((part, i) => i % 2 ? part : part.replaceAll(unit, "")).join("")
      : rest.replaceAll(unit, "");
  }
  rest = rest.split("\n").map(formulaOf).join("\n");
  for (const command of ["text", "textbf", "overline"]) {
    rest = rest.replace(new RegExp(`\\\\${command}\\{([^\\n]*?)\\}`, "g"), "$1");
  }
  rest = rest.replace(/\\boxed\{([^\n]*)\}/g, "$1")
    .replace(/frac([^{])([^\n])/gu, "frac{$1}{$2}")
    .replace(/sqrt(\[[^\]]*\])([\p{L}\p{N}_])/gu, "sqrt$1{$2}")
    .replace(/sqrt(?!\[)([^{])/gu, "sqrt{$1}")
    .replaceAll("$", "");
  return /^-?\p{Nd}{1,3}(?:,\p{Nd}{3})+$/u.test(rest) ? rest.replaceAll(",", "") : rest;
}

/** A line's first formula, if it has one, without what stands around it. */
function formulaOf(line: string): string {
  const [, formula, ...behind] = line.split("$");
  return behind.length === 0 ? line : `$${formula}$`;
}

/**
 * The answer behind "Final Answer: The final answer is", up to a sentence's end before "I hope it is correct.", as Minerva's
 * examples close; `null` where nothing stands so. Of several the first counts.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { minervaAnswer } from "midtrain/evaluate";
 *
 * assert.equal(minervaAnswer("Final Answer: The final answer is $\\frac12$. I hope it is correct."), "$\\frac12$");
 * assert.equal(minervaAnswer("so the answer is $\\boxed{7}$."), null);
 * ```
 */
export function minervaAnswer(text: string): string | null {
  ofKind("Cannot read a final answer", { text }, "a text");
  const whole = `${text}I hope it is correct.`;
  return /Final Answer: The final answer is([^\n]*?)[^\n] I hope it is correct[^\n]/u.exec(whole)?.[1]
    .trim() ?? null;
}

/**
 * Whether two answers of MATH are the same by Minerva's rule: in one spelling ({@linkcode minervaNormal}) they are the same
 * text, or they have the same value. lm-eval takes the value by sympy, which is no part of this kit; here both are computed at
 * 12 points, letters as variables (also `\pi`, `e` and `i`, as there), and must agree to 11 digits. A list is no value: sympy
 * reads it up to its first comma, so that lm-eval gives `3,5` the same as `3,7`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { minervaEquivalent } from "midtrain/evaluate";
 *
 * assert(minervaEquivalent("2\\sqrt3", "\\sqrt{12}") && minervaEquivalent("x^2-1", "(x-1)(x+1)"));
 * assert(!minervaEquivalent("(1,2)", "(2,1)") && !minervaEquivalent("\\sqrt{x^2}", "x"));
 * ```
 */
export function minervaEquivalent(a: string, b: string): boolean {
  ofKind("Cannot compare answers", { a, b }, "a text");
  const [one, other] = [minervaNormal(a), minervaNormal(b)];
  // sympy reads no base behind a number, and no full stop that a whole number does not end in.
  const bare = (text: string) =>
    text.replace(/(\d)_(?:\w|\{[^}]*\})/g, "$1").replace(/(?<!(?:^|[^\d.])\d+)\.$/, "");
  return one !== "" && (one === other || sameLatexValue(bare(one), bare(other), { constants: false }));
}
