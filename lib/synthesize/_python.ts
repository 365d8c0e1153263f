/**
 * What keeps Python code from parsing, as far as its tokens and its indentation tell: open brackets and strings, blocks
 * without a colon or a body, an assignment where a comparison belongs, prose between the lines. Nothing is executed: whether
 * an assertion holds is not checked.
 */
export function pythonFault(code: string): string | undefined {
  const lines = logicalLines(untabbed(code));
  if (typeof lines === "string") return lines;
  const indents = [0];
  let opens = false;
  for (const { indent, tokens } of lines) {
    const open = indents.at(-1)!;
    if (opens ? indent <= open : indent > open) return opens ? "block without a body" : "unexpected indent";
    if (opens) indents.push(indent);
    while (indents.at(-1)! > indent) indents.pop();
    if (indents.at(-1) !== indent) return "indentation matches no block";
    const fault = lineFault(tokens);
    if (fault) return fault;
    opens = tokens.at(-1)?.text === ":";
  }
  return opens ? "block without a body" : undefined;
}

/** A token of Python. */
export interface Token {
  kind: "name" | "number" | "string" | "sign";
  text: string;
  /** Where it begins in {@linkcode untabbed} code. */
  at: number;
  /** How many brackets are open around it. */
  depth: number;
}

/** A statement, or the head of a block, whatever lines it takes. */
export interface Line {
  indent: number;
  tokens: Token[];
}

/** Code with its tabs as the spaces that Python takes them for at most. */
export function untabbed(code: string): string {
  return code.replaceAll("\t", "        ");
}

const token =
  /(?<space>[ \f]+|\\\n|#[^\n]*)|(?<string>(?:[rRbBuUfFtT]{0,2})(?:"""(?:[^\\]|\\[^])*?"""|'''(?:[^\\]|\\[^])*?'''|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'))|(?<number>(?:0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)[jJ]?)|(?<name>[\p{L}_][\p{L}\p{N}\p{M}_]*)|(?<sign>->|:=|\*\*=?|\/\/=?|<<=?|>>=?|[-+*/%@&|^=!<>]=|\.\.\.|[-+*/%@&|^~=<>()[\]{},:.;\n])|(?<other>[^])/gyu;

/** The lines of {@linkcode untabbed} code, or why it has none. */
export function logicalLines(code: string): Line[] | string {
  const lines: Line[] = [];
  const open: string[] = [];
  let line: Line | undefined;
  let start = 0;
  for (const { 0: text, index, groups } of code.matchAll(token)) {
    if (groups!.other !== undefined) return /["']/.test(text) ? "string without an end" : `a stray ${text}`;
    if (groups!.space !== undefined) continue;
    if (text === "\n") {
      if (open.length > 0) continue;
      if (line) lines.push(line);
      line = undefined;
      start = index + 1;
      continue;
    }
    line ??= { indent: index - start, tokens: [] };
    if (")]}".includes(text) && open.pop() !== { ")": "(", "]": "[", "}": "{" }[text]) {
      return "a bracket that opens nowhere";
    }
    const kind = (["name", "number", "string"] as const).find((one) => groups![one] !== undefined) ?? "sign";
    line.tokens.push({ kind, text, at: index, depth: open.length });
    if ("([{".includes(text)) open.push(text);
  }
  if (open.length > 0) return "a bracket without an end";
  if (line) lines.push(line);
  return lines;
}

const keywords = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield"
    .split(" "),
);
const blocks = new Set("class def elif else except finally for if try while with".split(" "));
const soft = new Set(["match", "case", "type"]);

function lineFault(tokens: Token[]): string | undefined {
  const [first, second] = tokens;
  if (first.kind === "sign" && !/^(?:[-+~([{*@]|\*\*|\.\.\.)$/.test(first.text)) {
    return "a line without a start";
  }
  const head = first.text === "async" ? second?.text : first.text;
  const outer = tokens.filter(({ depth, kind }) => depth === 0 && kind === "sign");
  if (blocks.has(head ?? "") && !outer.some(({ text }) => text === ":")) return "block without a colon";
  const compares = ["assert", "if", "elif", "while", "return"].includes(first.text);
  const colon = tokens.findIndex(({ text, depth }) => text === ":" && depth === 0);
  const condition = colon < 0 || first.text === "return" || first.text === "assert"
    ? tokens
    : tokens.slice(0, colon);
  if (compares && condition.some(({ text, depth }) => text === "=" && depth === 0)) {
    return "an assignment in a condition";
  }
  for (let at = 1; at < tokens.length; at++) {
    const [a, b] = [tokens[at - 1], tokens[at]];
    const value = ({ kind, text }: Token) => kind === "name" ? !keywords.has(text) : kind !== "sign";
    const literals = a.kind === "string" && b.kind === "string";
    if (value(a) && value(b) && !literals && !(at === 1 && soft.has(a.text))) {
      return "words that no sign joins";
    }
  }
  const last = tokens.at(-1)!;
  return last.kind === "sign" && /^(?:[-+*/%@&|^=<>~.]|[-+*/%=!<>]=|\*\*|\/\/|->|:=)$/.test(last.text)
    ? "an expression without an end"
    : undefined;
}
