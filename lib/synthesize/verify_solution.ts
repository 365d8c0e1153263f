import { ofKind, takes } from "../base/mod.ts";

/** One equation of a solution. */
export interface Equation {
  /** Its left side as written. */
  expression: string;
  /** What the solution says it is. */
  stated: number;
  /** What it is. */
  value: number;
}

/** What is known of a solution's arithmetic. */
export interface SolutionCheck {
  /** Every equation whose left side is a calculation, in their order. */
  equations: Equation[];
  /** Those that do not hold. */
  wrong: Equation[];
  /** The number with which the solution closes. */
  final: number | undefined;
  /**
   * `right`: every equation holds, the last of them gives the closing number, and it is the answer where one is known.
   * Otherwise the first thing that is not so.
   */
  verdict:
    | "right"
    | "no answer"
    | "no equation"
    | "wrong equation"
    | "answer not computed"
    | "another answer";
}

/** Options of {@linkcode verifySolution}. */
export interface VerifySolutionOptions {
  /** The right answer, where it is known. @default {not compared} */
  answer?: number;
  /** How far a stated number may be off, for those rounded to the digits written, in units of the last digit. @default {0.5} */
  tolerance?: number;
}

/**
 * Check a worked solution's arithmetic: `48 / 2 = 24`, with units (`3 crafts x $12/craft = $36`), chains (`3 * 4 + 1 =
 * 12 + 1 = 13`), per cent, "of" as a product and thousands separators; and its closing number, after `####` or `Answer:`.
 * An equation with a variable is passed over, and GSM8K's calculator marks are ignored.
 *
 * Expressions are parsed here, never evaluated as code, so that text from a model is safe to check.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { verifySolution } from "midtrain/synthesize";
 *
 * assert.equal(verifySolution("48 / 2 = 24 clips in May, 48 + 24 = 72 in all.\n#### 72").verdict, "right");
 * const { verdict, wrong } = verifySolution("48 / 2 = 22 clips in May.\nAnswer: 22");
 * assert.equal(verdict, "wrong equation");
 * assert.equal(wrong[0].value, 24);
 * ```
 */
export function verifySolution(solution: string, options: VerifySolutionOptions = {}): SolutionCheck {
  takes("Cannot verify a solution", options, "answer?, tolerance?");
  ofKind("Cannot verify a solution", { solution }, "a text");
  const { answer, tolerance = 0.5 } = options;
  const equations = equationsOf(solution);
  const wrong = equations.filter(({ stated, value, unit }) =>
    !(Math.abs(stated - value) <= tolerance * unit + 1e-9 * Math.abs(value))
  );
  const final = finalNumber(solution);
  const computed = (value: number) =>
    equations.some(({ results }) => results.some((one) => close(one, value)));
  const verdict = (): SolutionCheck["verdict"] => {
    if (final === undefined) return "no answer";
    if (equations.length === 0) return "no equation";
    if (wrong.length > 0) return "wrong equation";
    if (!computed(final)) return "answer not computed";
    if (answer !== undefined && !close(final, answer)) return "another answer";
    return "right";
  };
  return { equations: equations.map(plain), wrong: wrong.map(plain), final, verdict: verdict() };
}

/**
 * The number with which a solution closes: after `####`, else after the last `Answer:`, else `undefined`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { finalNumber } from "midtrain/synthesize";
 *
 * assert.equal(finalNumber("So 5 are left.\n#### 1,005"), 1005);
 * assert.equal(finalNumber("Five are left."), undefined);
 * ```
 */
export function finalNumber(solution: string): number | undefined {
  ofKind("Cannot read a final number", { solution }, "a text");
  const closing = solution.split(/####|\banswer\s*:/i);
  if (closing.length < 2) return undefined;
  // A dash with a space after it opens a list.
  const found = /(?:[-−]?[$€£]\s*|[-−])?(\d[\d,]*(?:\.\d+)?|\.\d+)/.exec(closing.at(-1)!);
  if (!found) return undefined;
  const value = Number(found[1].replaceAll(",", ""));
  return /^[-−]/.test(found[0]) ? -value : value;
}

interface Read extends Equation {
  /** The last digit that the stated number is written with. */
  unit: number;
  /** What a solution may close with after it: 60 or 0.6 after 60%. */
  results: number[];
}

function plain({ expression, stated, value }: Read): Equation {
  return { expression, stated, value };
}

function close(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

function equationsOf(solution: string): Read[] {
  return solution.split("\n").flatMap((line) => {
    const sides = line.replace(/<<[^>]*>>/g, "").split("=").map(tokensOf);
    return sides.slice(1).flatMap((right, at) => equation(afterBreak(sides[at]), beforeBreak(right)));
  });
}

function equation(left: string[], right: string[]): Read[] {
  const value = valueOf(left);
  const stated = valueOf(right);
  if (value === undefined || stated === undefined || !left.some((token) => "+-*/^".includes(token))) {
    return [];
  }
  const decimals = Math.max(...right.map((token) => (/\.(\d+)$/.exec(token)?.[1] ?? "").length));
  // "(3 / 4) * 100 = 75%" and "3 / 4 = 75%" both mean 75.
  const read = right.at(-1) === "%" && close(value, 100 * stated) ? 100 * stated : stated;
  const results = right.at(-1) === "%" ? [value, read, 100 * stated] : [value, read];
  return [{ expression: left.join(" "), stated: read, value, unit: 10 ** -decimals, results }];
}

const token =
  /\d+\s+\d+\/\d+(?![\d/])|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?|\.\d+|\p{L}+(?:['’]\p{L}+)*|\S/gu;
const operators: Record<string, string> = { "×": "*", "x": "*", "X": "*", "÷": "/", "−": "-", "–": "-" };

/**
 * A side of an equation as numbers and operators. Units and other words between them are passed over, "of" is a product,
 * punctuation breaks the side (`|`), and a variable spoils it (`?`).
 */
function tokensOf(side: string): string[] {
  const tokens: string[] = [];
  let afterWord = false;
  for (const { 0: text, index } of side.matchAll(token)) {
    const last = tokens.at(-1) ?? "";
    const attached = index > 0 && !/\s/.test(side[index - 1]);
    // An x with no number after it is a variable.
    const operator = /^x$/i.test(text) && !/^\s*[$€£(.\d]/.test(side.slice(index + 1))
      ? text
      : operators[text] ?? text;
    const word = /\p{L}/u.test(operator);
    if (last === "of" && !/^[\d.(]/.test(text)) tokens.pop();
    else if (last === "of" || text === "(" && attached && /\d$/.test(last)) tokens.push("*");
    const mixed = /^(\d+)\s+(\d+)\/(\d+)$/.exec(text);
    if (mixed) tokens.push("(", mixed[1], "+", mixed[2], "/", mixed[3], ")");
    else if (/^\.?\d/.test(text)) tokens.push(text.replaceAll(",", ""));
    else if (operator.length === 1 && "+-*/^()%".includes(operator)) tokens.push(operator);
    else if (word) {
      // "$12/craft" and "30-minute" have no operator.
      if (last === "/" || last === "-" && attached) tokens.pop();
      else if (/^of$/i.test(text) && /[\d%)]$/.test(last) && !afterWord) tokens.push("of");
      else if (/^[b-zA-HJ-Z]$/.test(text) && !(attached && /\d$/.test(last) && /[ghlm]/.test(text))) {
        // "A pound of cheese costs $10 / 2" begins with an article.
        if (text !== "A" || !/^\s+\p{Ll}{2}/u.test(side.slice(index + 1))) tokens.push("?");
      }
    } else if (!"$€£".includes(text)) tokens.push("|");
    afterWord = word;
  }
  return tokens.filter((text) => text !== "of");
}

const breaks = (before: string | undefined, after: string) =>
  after === "|" || before === "|" || /[\d)%]$/.test(before ?? "") && /^[\d.(]/.test(after);

function afterBreak(tokens: string[]): string[] {
  let from = tokens.length;
  while (
    from > 0 && tokens[from - 1] !== "|" && !(from < tokens.length && breaks(tokens[from - 1], tokens[from]))
  ) from--;
  return tokens.slice(from);
}

function beforeBreak(tokens: string[]): string[] {
  const to = tokens.findIndex((text, at) => text === "|" || at > 0 && breaks(tokens[at - 1], text));
  return to < 0 ? tokens : tokens.slice(0, to);
}

/** The value of an arithmetic expression: `+ - * / ^`, brackets, per cent; `undefined` where it is none. */
export function valueOf(tokens: string[]): number | undefined {
  // Deep brackets would exhaust the stack.
  if (tokens.length > 1000) return undefined;
  let at = 0;
  const factor = (): number => {
    const token = tokens[at++];
    let value: number;
    if (token === "-") return -factor();
    if (token === "+") return factor();
    if (token === "(") {
      value = sum();
      if (tokens[at++] !== ")") return NaN;
    } else value = Number(token ?? NaN);
    while (tokens[at] === "%") {
      at++;
      value /= 100;
    }
    if (tokens[at] !== "^") return value;
    at++;
    return value ** factor();
  };
  const product = (): number => {
    let value = factor();
    while (tokens[at] === "*" || tokens[at] === "/") {
      value = tokens[at++] === "*" ? value * factor() : value / factor();
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "-") {
      value = tokens[at++] === "+" ? value + product() : value - product();
    }
    return value;
  };
  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? value : undefined;
}
