import { OPEN } from "./page.ts";
import { BREAK, CELL, COLUMN, EDGE, END, GAP, ITEM, KEEP, MARK, type Pass, SEEN, SPACE } from "./pass.ts";
import { collapsed, kept } from "./white_space.ts";

const BLANK = 32;
const TAB = 9;

/** Write the text, by the steps that the passes before set. */
export const text: Pass = {
  name: "text",
  apply(page, draft) {
    const { count, kinds, tags } = page;
    const { places, steps, instead, markers, marks, columns } = draft;
    const writer = new Writer();
    for (let i = 0; i < count; i++) {
      if (places[i] !== SEEN) {
        if (places[i] !== EDGE || !instead.has(i)) continue;
        if (steps[i] & END) writer.endLine();
        writer.write(instead.get(i)!);
        if (steps[i] & END) writer.endLine();
        continue;
      }
      if (tags[i] === 0) {
        writer.write(page.textOf(i));
        continue;
      }
      const step = steps[i];
      if (step === 0) continue;
      const opens = kinds[i] === OPEN;
      if (step & END) writer.endLine();
      if (step & BREAK) writer.breakLine();
      if (step & CELL) writer.startCell();
      if (step & COLUMN && opens) writer.startColumn(columns.get(i)!);
      if (step & SPACE) writer.write(" ");
      if (step & MARK) writer.write(marks.get(i)!);
      if (step & KEEP) writer.preformatted = Math.max(0, writer.preformatted + (opens ? 1 : -1));
      if (step & ITEM) writer.prefix = markers.get(i) ?? "";
      if (step & GAP) writer.wantsGap = true;
    }
    writer.endLine();
    draft.text = writer.lines.join("\n");
  },
};

/** Writes text line by line. */
export class Writer {
  readonly lines: string[] = [];
  /** What stands before the next line. */
  prefix = "";
  /** Whether an empty line does. */
  wantsGap = false;
  /** How many elements are open whose white space is kept. */
  preformatted = 0;
  // The line's pieces, and its last code unit beside them: reading it off a long concatenation would flatten that each
  // time. 0 while the line is blank.
  #line: string[] = [];
  #last = 0;

  write(text: string): void {
    if (this.preformatted > 0) {
      const [first, ...rest] = kept(text).split(/\r\n|\r|\n/);
      this.#add(first);
      for (const part of rest) {
        if (this.#last === 0 && this.lines.length > 0 && !this.wantsGap) this.lines.push("");
        this.endLine();
        this.#add(part);
      }
      return;
    }
    const words = collapsed(text);
    const starts = this.#last === 0 || this.#last === BLANK || this.#last === TAB;
    this.#add(starts && words.startsWith(" ") ? words.slice(1) : words);
  }

  breakLine(): void {
    if (this.preformatted > 0) this.write("\n");
    else if (this.#last === 0) this.wantsGap = true;
    else this.endLine();
  }

  startCell(): void {
    if (this.#last !== 0 && this.#last !== TAB) this.#add("\t");
  }

  /** A cell of a table of data, where so many cells ended before it. */
  startColumn(ended: number): void {
    if (ended === 0) return;
    // No space stands before a tab.
    if (this.#last === BLANK) this.#line.push(this.#line.pop()!.trimEnd());
    this.#line.push("\t".repeat(ended));
    this.#last = TAB;
  }

  endLine(): void {
    if (this.#line.length === 0) return;
    const text = this.#line.join("").trimEnd();
    this.#line = [];
    this.#last = 0;
    if (text === "") return;
    if (this.wantsGap && this.lines.length > 0) this.lines.push("");
    this.lines.push(this.prefix + text);
    // What follows in the same item stands below its first line.
    this.prefix = "";
    this.wantsGap = false;
  }

  #add(part: string): void {
    if (part === "") return;
    this.#line.push(part);
    const blank = this.#last === 0 && part.trim() === "";
    if (!blank) this.#last = part.charCodeAt(part.length - 1);
  }
}
