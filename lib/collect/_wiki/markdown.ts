import { MarkdownWriter } from "../_html/markdown_writer.ts";
import type { Block, Item } from "./blocks.ts";
import { BOLD, CODE, ITALIC, type Literals } from "./marks.ts";

const emphases = new Map([[BOLD, "**"], [ITALIC, "*"]]);
/** What is no plain text of a line: marks, literals, ends of lines, and the sign of an index in braces. */
const parts = /([\ufdd5\ufdd6\n]|\ufdd7[^\ufdd7]*\ufdd7|\ufdd0\d+\ufdd1|(?<=\S)_(?=\{))/;

/** Blocks as Markdown, by the conventions that pages are written by. */
export function markdownOf(blocks: readonly Block[], literals: Literals): string {
  const writer = new MarkdownWriter();
  // The items that are open, with what leaves them.
  const open: { item: Item; leave: () => void }[] = [];
  for (const { level, text, items = [], rows, isCode } of blocks) {
    let same = 0;
    while (same < open.length && open[same].item === items[same]) same++;
    open[same]?.leave();
    open.length = same;
    for (const item of items.slice(same)) {
      const container = writer.enter(item.marker);
      open.push({ item, leave: () => writer.leave(container) });
    }
    if (rows) writeTable(writer, rows, literals);
    else if (isCode) writer.code(literals.restore(text).split("\n"), "");
    else {
      writer.heading = Math.min(level, 6);
      writeLine(writer, text, literals);
      writer.endBlock();
      writer.heading = 0;
    }
  }
  return writer.lines.join("\n");
}

/** A row ends with its last cell that holds something; the first one is as wide as the table. */
function writeTable(writer: MarkdownWriter, rows: readonly string[][], literals: Literals): void {
  const lengths = rows.map((row) => 1 + row.findLastIndex((cell) => cell !== ""));
  lengths[0] = lengths.reduce((a, b) => Math.max(a, b));
  writer.startTable();
  for (const [i, row] of rows.entries()) {
    writer.startRow();
    for (let at = 0; at < lengths[i]; at++) {
      writer.startCell(at === 0 ? 0 : 1);
      writeLine(writer, row[at] ?? "", literals, true);
    }
  }
  writer.endTable();
}

/** Write the text of a block, or of a cell, which holds no blocks. */
function writeLine(writer: MarkdownWriter, text: string, literals: Literals, isCell = false): void {
  const isOpen = new Set<string>();
  for (const part of text.split(parts)) {
    const emphasis = emphases.get(part);
    const literal = /^\ufdd0(\d+)\ufdd1$/.exec(part);
    if (emphasis) {
      writer.emphasize(emphasis, isOpen.delete(part) ? -1 : (isOpen.add(part), 1));
    } else if (literal) {
      const { kind, text, block = false, language = "" } = literals.at(literal[1]);
      if (kind === "formula") writer.formula(text, block);
      else if (kind === "text") writer.text(text);
      else if (block && !isCell) writer.code(text.split("\n"), language);
      else writer.inlineCode(text);
    } else if (part === "\n") writer.lineBreak();
    else if (part === "_") writer.mark(part);
    else if (part.startsWith(CODE) && part.length > 1) {
      writer.inlineCode(literals.restore(part.slice(1, -1)).replace(/[\ufdd5\ufdd6]/g, ""));
    } else writer.text(part.replaceAll(CODE, ""));
  }
  for (const mark of isOpen) writer.emphasize(emphases.get(mark)!, -1);
}
