import { endsOf } from "./ends.ts";
import { MarkdownWriter } from "./markdown_writer.ts";
import { OPEN, type Page } from "./page.ts";
import { BREAK, type Draft, EDGE, END, GAP, MARK, type Pass, SEEN, SPACE } from "./pass.ts";
import { Writer } from "./text.ts";

const emphases = new Map([["b", "**"], ["strong", "**"], ["i", "*"], ["em", "*"], ["cite", "*"], [
  "dfn",
  "*",
]]);

/**
 * Write the text as Markdown: CommonMark with GitHub's tables and dollars round formulas. Links are their words. `turndown` was
 * weighed: it takes a tree, escapes within formulas, and recurses.
 */
export const markdown: Pass = {
  name: "markdown",
  apply(page, draft) {
    const { count, kinds, tags, names } = page;
    const { places, steps, instead, markers, marks, code } = draft;
    const ends = endsOf(page);
    const numberOf = (name: string) => names.indexOf(name);
    const [inline, quote, table, hr, br] = ["code", "blockquote", "table", "hr", "br"].map(numberOf);
    const [row, isCell] = [numberOf("tr"), names.map((name) => name === "td" || name === "th")];
    const levels = names.map((name) => /^h[1-6]$/.test(name) ? Number(name[1]) : 0);
    const emphasisOf = names.map((name) => emphases.get(name) ?? "");
    const writer = new MarkdownWriter();
    // Elements that are open and mean something, with what their end does.
    const open: { end: number; close: () => void }[] = [];
    const until = (piece: number, close: () => void) => open.push({ end: ends[piece], close });
    for (let i = 0; i < count; i++) {
      while (open.length > 0 && open.at(-1)!.end <= i) open.pop()!.close();
      if (places[i] !== SEEN) {
        if (places[i] === EDGE && instead.has(i)) writer.formula(instead.get(i)!, (steps[i] & END) !== 0);
        continue;
      }
      const tag = tags[i];
      if (tag === 0) {
        writer.text(page.textOf(i));
        continue;
      }
      const opens = kinds[i] === OPEN;
      const step = steps[i];
      if (opens && code.has(i)) {
        writer.code(linesOf(page, draft, i + 1, ends[i]), code.get(i)!);
        i = ends[i] - 1;
        continue;
      }
      if (opens && tag === inline) {
        const words = codeIn(page, draft, i, ends[i]);
        if (words !== undefined) {
          writer.inlineCode(words);
          i = ends[i] - 1;
          continue;
        }
      }
      if (tag === br && opens) writer.lineBreak();
      else if (step & (END | GAP | BREAK)) writer.endBlock();
      if (step & SPACE) writer.text(" ");
      if (step & MARK) writer.mark(marks.get(i)!);
      if (!opens) continue;
      if (levels[tag] > 0) {
        writer.heading = levels[tag];
        until(i, () => {
          writer.endBlock();
          writer.heading = 0;
        });
      } else if (markers.has(i)) {
        const held = writer.enter(`${markers.get(i)!.trim()} `);
        until(i, () => writer.leave(held));
      } else if (tag === quote) {
        const held = writer.enter("> ");
        until(i, () => writer.leave(held));
      } else if (tag === hr) writer.rule();
      else if (tag === table && isData(page, draft, i, ends[i])) {
        writer.startTable();
        until(i, () => writer.endTable());
      } else if (tag === row) writer.startRow();
      else if (isCell[tag] && draft.columns.has(i)) writer.startCell(draft.columns.get(i)!);
      else if (emphasisOf[tag] !== "") {
        writer.emphasize(emphasisOf[tag], 1);
        until(i, () => writer.emphasize(emphasisOf[tag], -1));
      }
    }
    while (open.length > 0) open.pop()!.close();
    writer.endBlock();
    draft.text = writer.lines.join("\n");
  },
};

/** Whether a table is one of data: its first cell knows its column. */
function isData({ kinds, tags, names }: Page, { columns }: Draft, table: number, end: number): boolean {
  for (let i = table + 1; i < end; i++) {
    if (kinds[i] === OPEN && /^t[dh]$/.test(names[tags[i]])) return columns.has(i);
    if (kinds[i] === OPEN && names[tags[i]] === "table") return false;
  }
  return false;
}

/** The lines of a block of code. */
function linesOf(page: Page, { places, steps }: Draft, start: number, end: number): string[] {
  const writer = new Writer();
  writer.preformatted = 1;
  for (let i = start; i < end; i++) {
    if (places[i] !== SEEN) continue;
    if (page.tags[i] === 0) writer.write(page.textOf(i));
    else if (page.kinds[i] === OPEN && page.names[page.tags[i]] === "br" || steps[i] & BREAK) {
      writer.breakLine();
    } else if (steps[i] & END) writer.endLine();
  }
  writer.endLine();
  return writer.lines;
}

/** What an element of code within a line holds, unless that is blocks or formulas. */
function codeIn(page: Page, { places, steps }: Draft, piece: number, end: number): string | undefined {
  let words = "";
  for (let i = piece + 1; i < end; i++) {
    if (places[i] === EDGE || i > piece + 1000 || page.tags[i] !== 0 && steps[i] & (END | GAP | BREAK)) {
      return undefined;
    }
    if (places[i] === SEEN && page.tags[i] === 0) words += page.textOf(i);
  }
  return words;
}
