import { escaped } from "./markdown_escape.ts";
import { collapsed } from "./white_space.ts";

/** What encloses lines: a quotation, or an item of a list with its marker. */
interface Container {
  mark: string;
  /** Whether a line of it was written. */
  used: boolean;
}

/** Deeper quotations and lists stay at a margin. */
const DEEPEST = 12;

/** Writes blocks of Markdown line by line. */
export class MarkdownWriter {
  readonly lines: string[] = [];
  /** The level of the heading that is open; 0 for none. */
  heading = 0;
  readonly #containers: Container[] = [];
  /** The pieces of the block that is being written; those that are text are escaped when it ends. */
  #pieces: { text: string; isText: boolean }[] = [];
  /** Emphases that are open, and those that begin with the next word. */
  #open: string[] = [];
  #wanted: string[] = [];
  #depths = new Map<string, number>();
  #rows: string[][] | undefined;
  #ended = 0;

  text(text: string): void {
    const words = collapsed(text);
    if (words === "") return;
    const before = this.#pieces.at(-1);
    const atStart = before === undefined || /\s$/.test(before.text);
    const rest = atStart ? words.replace(/^ /, "") : words;
    if (rest === "") return;
    if (rest.trim() !== "" && this.#wanted.length > 0) {
      if (rest.startsWith(" ")) this.#add(" ", true);
      for (const mark of this.#wanted) {
        this.#open.push(mark);
        this.#add(mark, false);
      }
      this.#wanted = [];
      this.#add(rest.replace(/^ /, ""), true);
    } else this.#add(rest, true);
  }

  /** What stands as it is: the mark of a power or an index. */
  mark(mark: string): void {
    this.#add(mark, false);
  }

  emphasize(mark: string, by: 1 | -1): void {
    const depth = (this.#depths.get(mark) ?? 0) + by;
    this.#depths.set(mark, depth);
    // A heading is strong as it is; strong within strong is that.
    if (by === 1) {
      if (depth === 1 && !(this.heading > 0 && mark === "**")) this.#wanted.push(mark);
      return;
    }
    if (depth > 0) return;
    const at = this.#wanted.indexOf(mark);
    if (at >= 0) this.#wanted.splice(at, 1);
    else if (this.#open.includes(mark)) this.#closeThrough(mark);
  }

  inlineCode(words: string): void {
    const code = words.replace(/\s+/g, " ").replace(/[\u200b\ufeff]/g, "");
    if (code.trim() === "") return this.text(code);
    const fence = fenceFor(code, 1);
    const room = /^`|`$/.test(code) ? " " : "";
    this.#begin();
    this.#add(fence + room + code.trim() + room + fence, false);
  }

  formula(latex: string, display: boolean): void {
    if (!display || this.#rows) {
      this.#begin();
      return this.#add(`$${latex}$`, false);
    }
    this.endBlock();
    this.#block(["$$", latex, "$$"]);
  }

  code(lines: string[], language: string): void {
    this.endBlock();
    if (lines.length === 0) return;
    const fence = fenceFor(lines.join("\n"), 3);
    this.#block([fence + language, ...lines, fence]);
  }

  rule(): void {
    this.endBlock();
    this.#block(["---"]);
  }

  lineBreak(): void {
    if (this.#rows) return this.text(" ");
    if (this.#pieces.length === 0 || this.heading > 0) return this.endBlock();
    this.#trimEnd();
    this.#add("  \n", false);
  }

  enter(mark: string): Container {
    this.endBlock();
    const container = { mark, used: false };
    if (this.#containers.length < DEEPEST) this.#containers.push(container);
    return container;
  }

  leave(container: Container): void {
    this.endBlock();
    const at = this.#containers.lastIndexOf(container);
    if (at >= 0) this.#containers.length = at;
  }

  startTable(): void {
    this.endBlock();
    this.#rows = [];
  }

  startRow(): void {
    if (!this.#rows) return;
    this.#endCell();
    this.#rows.push([]);
  }

  /** A cell starts, before which so many cells end. */
  startCell(ended: number): void {
    if (!this.#rows) return;
    this.#endCell();
    if (this.#rows.length === 0) this.#rows.push([]);
    const row = this.#rows.at(-1)!;
    for (let k = row.length === 0 ? 0 : 1; k < ended; k++) row.push("");
    this.#ended = 1;
  }

  endTable(): void {
    this.#endCell();
    const rows = (this.#rows ?? []).filter((row) => row.some((cell) => cell !== ""));
    this.#rows = undefined;
    if (rows.length === 0) return;
    const width = rows.reduce((most, row) => Math.max(most, row.length), 1);
    // Cells beyond those of the first row would not be shown.
    const filled = (row: string[]) =>
      row.length < width ? [...row, ...Array(width - row.length).fill("")] : row;
    const written = [filled(rows[0]), ...rows.slice(1)].map((row) => `| ${row.join(" | ")} |`);
    this.#block([written[0], `|${" --- |".repeat(width)}`, ...written.slice(1)]);
  }

  endBlock(): void {
    if (this.#rows) return;
    const text = this.#taken();
    if (text === "") return;
    const lines = text.split("\n");
    if (this.heading > 0) lines[0] = `${"#".repeat(this.heading)} ${lines[0]}`;
    this.#block(lines);
  }

  #endCell(): void {
    const text = this.#taken();
    const row = this.#rows?.at(-1);
    if (this.#ended === 1 && row) row.push(text.replaceAll("\n", " ").replaceAll("|", "\\|"));
    // A caption stands before its table.
    else if (text !== "") this.#block([text]);
    this.#ended = 0;
  }

  /** The block that was being written, escaped; emphases end with it and go on in the next. */
  #taken(): string {
    const open = [...this.#open];
    while (this.#open.length > 0) this.#closeThrough(this.#open.at(-1)!);
    const text = escaped(this.#pieces).trim();
    this.#pieces = [];
    this.#wanted = [...open, ...this.#wanted];
    return text;
  }

  #block(lines: readonly string[]): void {
    const starts = this.#containers.some(({ mark, used }) => !used && mark !== "> ");
    const inList = this.#containers.some(({ mark, used }) => used && mark !== "> ") || this.#lastWasItem();
    if (this.lines.length > 0 && !(starts && inList)) {
      const quotes = this.#containers.filter(({ used }) => used).map(({ mark }) =>
        mark === "> " ? mark : " ".repeat(mark.length)
      );
      this.lines.push(quotes.join("").trimEnd());
    }
    lines.forEach((line) => {
      let prefix = "";
      for (const container of this.#containers) {
        prefix += container.mark === "> " || !container.used
          ? container.mark
          : " ".repeat(container.mark.length);
        container.used = true;
      }
      this.lines.push(line === "" ? prefix.trimEnd() : prefix + line);
    });
    this.#item = this.#containers.some(({ mark }) => mark !== "> ");
  }

  #item = false;

  #lastWasItem(): boolean {
    return this.#item;
  }

  /** Emphases that are wanted begin, for what is no text of its own. */
  #begin(): void {
    for (const mark of this.#wanted) {
      this.#open.push(mark);
      this.#add(mark, false);
    }
    this.#wanted = [];
  }

  /** End an emphasis before the white space at its end, with those that began within it, which begin again. */
  #closeThrough(mark: string): void {
    const space = this.#trimEnd();
    while (this.#open.length > 0) {
      const last = this.#open.pop()!;
      this.#add(last, false);
      if (last === mark) break;
      this.#wanted.push(last);
    }
    if (space) this.#add(" ", true);
  }

  #trimEnd(): boolean {
    const last = this.#pieces.at(-1);
    if (!last?.isText || !last.text.endsWith(" ")) return false;
    last.text = last.text.trimEnd();
    return true;
  }

  #add(text: string, isText: boolean): void {
    const last = this.#pieces.at(-1);
    if (isText && last?.isText) last.text += text;
    else this.#pieces.push({ text, isText });
  }
}

/** Backticks, more than the text has in a row. */
function fenceFor(text: string, least: number): string {
  let most = least - 1;
  for (const [run] of text.matchAll(/`+/g)) most = Math.max(most, run.length);
  return "`".repeat(most + 1);
}
