/**
 * A text without Markdown's marks for what a checker reads: headings, bold and italic, quotations and rules lose their
 * marks; lists and tables keep theirs, as they are content. Fenced blocks and inline code stay as they are.
 */
export function stripMarks(text: string): string {
  return outsideCode(text, (prose) =>
    prose
      .replace(/^[ \t]*(?:[-*_][ \t]*){3,}$\n?/gm, "")
      .replace(/^([^\n|]*\S)[ \t]*\n=+[ \t]*$/gm, "$1")
      .replace(/^[ \t]*(?:>[ \t]?)+/gm, "")
      .replace(/^([ \t]*(?:(?:[-*+•]|\d+[.)])[ \t]+)?)#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$/gm, "$1$2")
      // Digits before the stars mean a power, and stars without a letter between them a product.
      .replace(/(?<![*\d)])(\*{2,3})(?=[^\s*])([^\n]{0,400}?[^\s*])\1(?!\*)/g, "$2")
      .replace(/(?<![*\p{L}\p{N})])\*(?=[^\s*])([^*\n]*\p{L}[^*\n]*?)(?<!\s)\*(?![*\p{L}\p{N}])/gu, "$1")
      .replace(
        /(?<![\p{L}\p{N}_])(_{1,3})(?=[^\s_])([^\n_]*\p{L}[^\n_]*?)(?<!\s)\1(?![\p{L}\p{N}_])/gu,
        "$2",
      ));
}

/** Change a text, its fenced blocks and inline code left alone. */
function outsideCode(text: string, change: (prose: string) => string): string {
  const code = /^[ \t]*(`{3,}(?!`)|~{3,}(?!~))[^\n]*\n[^]*?^[ \t]*\1[ \t]*$|(?<!`)`[^`\n]+`(?!`)/gm;
  // A private mark holds the place of code, so that bold around it is seen as one.
  const kept: string[] = [];
  const held = text.replace(code, (block) => `\ue000${kept.push(block) - 1}\ue001`);
  return change(held).replace(/\ue000(\d+)\ue001/g, (mark, at) => kept[Number(at)] ?? mark);
}

/** The fenced blocks of a text: what stands behind the opening fence, and what it holds. */
export function fencedBlocks(text: string): { info: string; body: string }[] {
  const fence = /^([ \t]*)(`{3,}(?!`)|~{3,}(?!~))[ \t]*([^\n`]*)\n([^]*?)^[ \t]*\2[ \t]*$/gm;
  return Array.from(text.matchAll(fence), ([, indent, , info, body]) => ({
    info: info.trim().toLowerCase(),
    // A block within a list stands further in than what it holds means.
    body: indent === "" ? body : body.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}
