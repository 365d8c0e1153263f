import { type Line, logicalLines, type Token, untabbed } from "../_python.ts";

/** A program, and what tests it. */
export interface Split {
  /** Imports, functions, classes and what else computes. */
  program: string;
  /** Assertions, functions and classes that test, and what prints. */
  tests: string;
}

/** Cut a text at its top level into a program and what tests it; undefined where its tokens do not parse. */
export function splitTests(text: string): Split | undefined {
  const code = untabbed(text);
  const lines = logicalLines(code);
  if (typeof lines === "string") return undefined;
  const statements: Line[][] = [];
  let decorated = false;
  for (const line of lines) {
    const [{ text: first }] = line.tokens;
    const goesOn = line.indent > 0 || decorated || /^(?:else|elif|except|finally)$/.test(first);
    if (goesOn && statements.length > 0) statements.at(-1)!.push(line);
    else statements.push([line]);
    decorated = line.indent === 0 && first === "@";
  }
  const parts: { program: string[]; tests: string[] } = { program: [], tests: [] };
  statements.forEach((statement, at) => {
    const start = startOf(statement);
    const end = at + 1 < statements.length ? startOf(statements[at + 1]) : code.length;
    parts[isTest(statement) ? "tests" : "program"].push(code.slice(start, end));
  });
  return { program: parts.program.join(""), tests: parts.tests.join("") };
}

function startOf(statement: readonly Line[]): number {
  return statement[0].tokens[0].at;
}

/** Whether a statement asserts, tests by its name, or shows something. */
function isTest(statement: readonly Line[]): boolean {
  const head = statement.find(({ tokens }) => tokens[0].text !== "@")!.tokens;
  const [first, second] = head;
  const names = first.text === "async" ? head[2]?.text : second?.text;
  if (/^(?:def|async|class)$/.test(first.text)) return /^(?:test|Test)/.test(names ?? "");
  if (/^(?:import|from)$/.test(first.text)) return false;
  if (statement.some(({ tokens }) => tokens.some(({ kind, text }) => kind === "name" && text === "assert"))) {
    return true;
  }
  // `if __name__ == "__main__":`, and a call that is nobody's value.
  return second?.text === "__name__" || first.kind === "name" && second?.text === "(";
}

/** How programs are broken, at most so many times. */
const MOST = 4;

/**
 * Broken forms of a program, which tests of it must tell from the right one: first the one whose functions do nothing (if it has
 * functions), then such with one number, text, comparison, sum or truth value changed, at places spread over what its functions do, or
 * over all of it where there are none. Undefined where its tokens do not parse.
 */
export function brokenForms(text: string): { idle?: string; changed: string[] } | undefined {
  const code = untabbed(text);
  const lines = logicalLines(code);
  if (typeof lines === "string") return undefined;
  const bodies = bodiesOf(lines);
  const idle = bodies.filter(({ from }, at) => bodies.slice(0, at).every(({ to }) => to <= from))
    .toReversed().reduce((rest, { from, to }) => `${rest.slice(0, from)} return None${rest.slice(to)}`, code);
  const inside = (at: number) => bodies.length === 0 || bodies.some(({ from, to }) => at >= from && at < to);
  const changes = lines.flatMap((line) => changesOf(line)).filter(({ at }) => inside(at));
  const count = Math.min(MOST, changes.length);
  const changed = Array.from({ length: count }, (_, n) => {
    const { at, length, to } = changes[Math.floor((n + 0.5) * changes.length / count)];
    return code.slice(0, at) + to + code.slice(at + length);
  });
  return bodies.length > 0 ? { idle, changed } : { changed };
}

/** Where the bodies of functions stand, behind the colons of their heads, in the order of their heads. */
function bodiesOf(lines: readonly Line[]): { from: number; to: number }[] {
  return lines.flatMap(({ indent, tokens }, at) => {
    const head = tokens[0].text === "async" ? tokens[1]?.text : tokens[0].text;
    if (head !== "def") return [];
    const colon = tokens.find(({ text, depth }) => text === ":" && depth === 0)!;
    const next = lines.findIndex((line, place) => place > at && line.indent <= indent);
    const last = lines[next < 0 ? lines.length - 1 : next - 1].tokens.at(-1)!;
    return [{ from: colon.at + 1, to: last.at + last.text.length }];
  });
}

interface Change {
  at: number;
  length: number;
  to: string;
}

const opposite: Record<string, string> = {
  ...{ "==": "!=", "!=": "==", "<": ">=", ">": "<=", "<=": ">", ">=": "<" },
  ...{ "+": "-", "-": "+", "/": "*", "//": "*", "%": "*", "+=": "-=", "-=": "+=" },
  ...{ "True": "False", "False": "True", "and": "or", "or": "and" },
};

/** What one line can be changed into and still parse. */
function changesOf({ tokens }: Line): Change[] {
  // A pattern takes no sums, a docstring says nothing to a program.
  if (/^(?:case|import|from|def|class|@|assert|global|nonlocal)$/.test(tokens[0].text)) return [];
  if (tokens.every(({ kind }) => kind === "string")) return [];
  return tokens.flatMap((token, n) => {
    const to = changed(token, tokens[n - 1], tokens[n + 1]);
    return to === undefined ? [] : [{ at: token.at, length: token.text.length, to }];
  });
}

function changed({ kind, text }: Token, before?: Token, after?: Token): string | undefined {
  if (kind === "number") return `(${text} + 1)`;
  if (kind === "string") {
    const alone = before?.kind !== "string" && after?.kind !== "string";
    return alone && /^["']/.test(text) ? `(${text} + "?")` : undefined;
  }
  // A function's arrow and a keyword are tokens of their own; nothing else has such a name.
  return Object.hasOwn(opposite, text) ? opposite[text] : undefined;
}
