/** The problem of a document: `meta.problem`, else its text. */
export function problemOf(document: { text: string; meta: Record<string, unknown> }): string {
  return (typeof document.meta.problem === "string" ? document.meta.problem : document.text).trim();
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
      .replace(/[`$€;]/g, "")
      .replace(/\s=\s.*$/, "")
      .trim();
    if (/\d\s*\)*\s*[-+*/%]\s*\(*\s*-?\s*\d|Math\./.test(expression)) return expression;
  }
  return undefined;
}
