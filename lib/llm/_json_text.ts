// Answers that should be JSON, as models write them.

// Commands of LaTeX whose first letter JSON reads as an escape. After \b, \f and \r no letter ever stands in prose.
const commands =
  /^\\(?:[bfr](?=[a-zA-Z])|t(?:imes|heta|riangle\w*|frac|ilde|herefore|anh|ext(?:bf|it|rm|tt|sf|style)?(?=\s*\{))(?![a-z])|n(?:abla|eq|otin|leq|geq|mid|earrow|warrow|onumber|exists|subseteq)(?![a-z]))/;
// Those that may also be a tab or a line break before a word: only beside other mathematics.
const short = /^\\(?:t(?:au|an|o|op|ag|ext)|n(?:e|i|u|eg|ot|ewline))(?![a-zA-Z])/;

/**
 * JSON with the backslashes of LaTeX doubled (`"\frac{1}{2}"` would be a form feed and `rac`), and those that begin no
 * escape. What is doubled already stays.
 */
export function withWholeBackslashes(json: string): string {
  return json.replace(/"(?:[^"\\]|\\[^])*"?/g, (literal) => {
    if (!literal.includes("\\")) return literal;
    const mathematics =
      /\$|\\\\?[([]|\\\\?(?:frac|sqrt|alpha|beta|cdot|times|sum|int|left|pi|mathbb|mathrm|infty|leq|geq)|[_^]\{/
        .test(literal);
    return literal.replace(/\\(?:\\|u[0-9a-fA-F]{4}|[^])/g, (escape, at: number) => {
      if (escape === "\\\\" || escape.length > 2 || /["/]/.test(escape[1])) return escape;
      const rest = literal.slice(at, at + 16);
      const plain = "bfnrt".includes(escape[1]) && !commands.test(rest) && !(mathematics && short.test(rest));
      return plain ? escape : `\\${escape}`;
    });
  });
}

/** The last object or list of a text that is closed, with no other around it; none where there are only several of them. */
export function lastBalanced(text: string): string | undefined {
  const found: [number, number][] = [];
  const open: string[] = [];
  let start = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (inString) {
      if (letter === "\\") at++;
      else if (letter === '"') inString = false;
      continue;
    }
    // Outside of an object a quotation mark is one of prose.
    if (letter === '"') inString = open.length > 0;
    else if (letter === "{" || letter === "[") {
      if (open.length === 0) start = at;
      open.push(letter === "{" ? "}" : "]");
    } else if (letter === "}" || letter === "]") {
      if (open.at(-1) !== letter) open.length = 0;
      else if (open.pop() && open.length === 0) found.push([start, at + 1]);
    }
  }
  const last = found.at(-1);
  if (!last) return undefined;
  // Objects in a row, with nothing that says which is meant, are no answer.
  const between = found.reduceRight((rest, [from, to]) => rest.slice(0, from) + rest.slice(to), text);
  return found.length > 1 && between.trim() === "" ? undefined : text.slice(...last);
}

/** Without the thinking that a model writes before its answer; what begins as JSON has none. */
export function withoutThinking(text: string): string {
  if (/^\s*[{[](?!THINK\])/.test(text)) return text.trim();
  return text.replace(/^[^]*<\/(?:think|thinking|thought|reasoning)>/i, "").replace(/^[^]*\[\/THINK\]/, "")
    .trim();
}

/** Where a value holds a character that no text has: controls but tab and line breaks, and halves of characters. */
export function brokenText(value: unknown, path = ""): string | undefined {
  if (typeof value === "string") {
    // deno-lint-ignore no-control-regex
    return /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)/.test(value) || !value.isWellFormed() ? path : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, one] of Object.entries(value)) {
    const at = brokenText(one, path === "" ? name : `${path}.${name}`);
    if (at !== undefined) return at;
  }
  return undefined;
}
