import { decodeHTML } from "entities";
import type { Expanded } from "./expand.ts";
import { BLOCK, BREAK, GONE } from "./marks.ts";
import { withoutQuotes } from "./quotes.ts";
import { TableReader } from "./table.ts";

/** An item of a list, in which blocks stand. */
export interface Item {
  marker: string;
}

/** A piece of the text: a heading with its level, a table, lines of code, or a block of words. */
export interface Block {
  /** 0 of what is no heading. */
  level: number;
  text: string;
  /** Whether it stands close to the one before. */
  close: boolean;
  /** What stands before the text of an item where no block holds another. */
  lead?: string;
  /** The items that it stands in, the outermost first. */
  items?: readonly Item[];
  /** A table's rows, instead of a text. */
  rows?: readonly string[][];
  /** Whether the text is code. */
  isCode?: boolean;
}

const external =
  /\[(?:(?:https?:|ftp:|ftps:|irc:|news:|gopher:)?\/\/|mailto:)[^\s\[\]]*(?:[ \t]+([^\[\]\n]*))?\]/gi;
const literal = /\ufdd0(\d+)\ufdd1/g;

/**
 * The blocks of what was expanded, without the sections of some headings and headings that have nothing below them.
 *
 * @param marked Whether marks stand in them where bold and italics begin and end.
 */
export function blocksOf(
  { text, literals }: Expanded,
  { leaveOut, marked }: { leaveOut: ReadonlySet<string>; marked: boolean },
): Block[] {
  const reader = new Reader(literals, marked);
  for (let at = 0; at <= text.length;) {
    let end = text.indexOf("\n", at);
    if (end < 0) end = text.length;
    reader.line(text.slice(at, end));
    at = end + 1;
  }
  return keptOf(reader.end(), leaveOut);
}

class Reader {
  readonly #blocks: Block[] = [];
  readonly #marked: boolean;
  readonly #literals: Expanded["literals"];
  readonly #tables: TableReader[] = [];
  #paragraph: string[] = [];
  #code: string[] = [];
  /** The signs of the list that is open, and how many items each level has. */
  #signs = "";
  #counts: number[] = [];
  /** The item that is open at each sign. */
  #items: (Item | undefined)[] = [];
  /** Whether a block of its own stood last in the list. */
  #isApart = false;

  constructor(literals: Expanded["literals"], marked: boolean) {
    this.#literals = literals;
    this.#marked = marked;
  }

  line(line: string): void {
    const bare = line.replace(/^[\s\ufdd2\ufdd4]+/, "");
    if (/^:*\{\|/.test(bare) && !bare.startsWith("{{")) {
      if (this.#tables.length === 0) this.#endAll();
      // Tables deeper in tables are text of a cell.
      if (this.#tables.length < 20) {
        this.#tables.push(new TableReader(bare, this.#tables.at(-1)?.isBeside ?? false));
      }
      return;
    }
    const table = this.#tables.at(-1);
    if (table) {
      if (bare.startsWith("|}") && !bare.startsWith("|}}")) {
        this.#endTable();
        const rest = bare.slice(2);
        if (rest.trim() !== "") this.line(rest);
      } else if (/^[|!]/.test(bare)) table.line(bare);
      else table.add(bare.replace(/^[*#:;]+\s*/, ""));
      return;
    }
    const heading = /^(={1,6})(.+?)(={1,6})[\s\ufdd2\ufdd4]*$/.exec(bare);
    if (heading) return this.#heading(heading[1], heading[2], heading[3]);
    if (/^[*#:;]/.test(bare) && !/^:*\s*$/.test(bare)) return this.#item(bare);
    if (this.#signs) this.#endList();
    if (/^-{4,}/.test(bare)) {
      this.#endAll();
      line = bare.replace(/^-+/, "");
    }
    if (line.startsWith(" ") && bare !== "" && this.#paragraph.length === 0) {
      const kept = this.#show(line.slice(1).trimEnd(), true);
      if (kept.trim() !== "" && !/^\ufdd0\d+\ufdd1$/.test(kept.trim())) {
        this.#code.push(kept);
        return;
      }
    }
    this.#endCode();
    // A line on which nothing is left ends no paragraph, unless it was empty from the first.
    if (line.trim() === "") return this.#endParagraph();
    if (this.#isBlock(line.trim())) {
      this.#endParagraph();
      this.#blocks.push({ level: 0, text: line.trim(), close: false });
      return;
    }
    for (const [i, part] of line.split(BLOCK).entries()) {
      if (i > 0) this.#endParagraph();
      if (part.trim() !== "") this.#paragraph.push(part);
    }
  }

  end(): Block[] {
    while (this.#tables.length > 0) this.#endTable();
    this.#endAll();
    return this.#blocks;
  }

  #heading(open: string, within: string, close: string): void {
    this.#endAll();
    const level = Math.min(open.length, close.length);
    const text = this.#show(open.slice(level) + within + close.slice(level)).replaceAll("\n", " ");
    if (text !== "") this.#blocks.push({ level, text, close: false });
  }

  #item(line: string): void {
    this.#endCode();
    this.#endParagraph();
    const signs = /^[*#:;]+/.exec(line)![0].slice(0, 12);
    const content = line.slice(/^[*#:;]+/.exec(line)![0].length);
    const parts = content.split(BLOCK).map((part) => this.#show(part)).filter((part) => part !== "");
    if (parts.length === 0) return;
    let same = 0;
    while (same < signs.length && same < this.#signs.length && kin(signs[same], this.#signs[same])) same++;
    const isNext = same > 0 && this.#blocks.at(-1)?.level === 0 && !this.#isApart;
    this.#counts.length = Math.max(same, 0);
    while (this.#counts.length < signs.length) this.#counts.push(0);
    this.#signs = signs;
    const last = signs.at(-1)!;
    const indent = "  ".repeat([...signs.slice(0, -1)].filter((sign) => sign === "*" || sign === "#").length);
    let marker = "";
    if (last === "*") marker = "- ";
    else if (last === "#") marker = `${++this.#counts[signs.length - 1]}. `;
    this.#items.length = Math.min(same, signs.length - 1);
    while (this.#items.length < signs.length - 1) this.#items.push(undefined);
    if (marker !== "") this.#items.push({ marker });
    const items = this.#items.filter((item) => item !== undefined);
    if (last === ";") {
      // A term and what it means may stand on one line.
      const colon = parts[0].indexOf(" :") >= 0 ? parts[0].indexOf(" :") : -1;
      if (colon > 0) parts.splice(0, 1, parts[0].slice(0, colon).trim(), parts[0].slice(colon + 2).trim());
    }
    const isBlock = parts.length === 1 && this.#isBlock(parts[0]);
    for (const [i, part] of parts.entries()) {
      for (const [j, piece] of part.split("\n").entries()) {
        this.#blocks.push({
          level: 0,
          text: piece,
          close: !isBlock && (isNext || i > 0 || j > 0),
          lead: indent + (i === 0 && j === 0 ? marker : ""),
          items,
        });
      }
    }
    this.#isApart = isBlock;
  }

  /** A table in a cell, which parts the page into columns, is a table of its own. */
  #endTable(): void {
    const { caption, rows } = this.#tables.pop()!.end((text) => this.#show(text).replace(/\s+/g, " "));
    if (caption) this.#blocks.push({ level: 0, text: caption, close: false });
    if (rows.length > 0) {
      this.#blocks.push({ level: 0, text: "", close: caption !== "", rows });
    }
  }

  #endParagraph(): void {
    if (this.#paragraph.length === 0) return;
    const lines = this.#paragraph;
    this.#paragraph = [];
    const text = this.#show(lines.join(" "));
    if (text === "") return;
    // A formula or code in a block of its own parts the paragraph.
    let at = 0;
    const push = (piece: string) => {
      const shown = piece.trim();
      if (shown !== "") this.#blocks.push({ level: 0, text: shown, close: false });
    };
    for (const found of text.matchAll(literal)) {
      if (!this.#literals.at(found[1]).block) continue;
      push(text.slice(at, found.index));
      push(found[0]);
      at = found.index + found[0].length;
    }
    push(text.slice(at));
  }

  #endCode(): void {
    if (this.#code.length === 0) return;
    this.#blocks.push({ level: 0, text: this.#code.join("\n"), close: false, isCode: true });
    this.#code = [];
  }

  #endList(): void {
    this.#signs = "";
    this.#counts = [];
    this.#items = [];
    this.#isApart = false;
  }

  #endAll(): void {
    this.#endParagraph();
    this.#endCode();
    this.#endList();
  }

  #isBlock(text: string): boolean {
    const found = /^\ufdd0(\d+)\ufdd1$/.exec(text);
    return found !== null && this.#literals.at(found[1]).block === true;
  }

  /** A line or more as a reader sees it. */
  #show(text: string, keepSpaces = false): string {
    let shown = text;
    if (shown.includes("[")) shown = shown.replace(external, (_, label?: string) => label ?? GONE);
    shown = withoutQuotes(shown, this.#marked && !keepSpaces);
    if (shown.includes("__")) shown = shown.replace(/__\p{Lu}{3,}__/gu, "");
    if (shown.includes("-{")) {
      shown = shown.replace(/-\{(?:[A-Z]\|)?(?:[^{}:;|]*:)?([^{};]*)(?:;[^{}]*)?\}-/g, "$1");
    }
    if (shown.includes(GONE)) shown = withoutGaps(shown);
    if (shown.includes("&")) shown = decodeHTML(shown);
    shown = shown.replace(/[\u00ad\u200b\u200e\u200f\u2060\ufeff]/g, "").replace(
      /[\u00a0\u2000-\u200a\u202f]/g,
      " ",
    );
    if (keepSpaces) return shown.replaceAll(BREAK, "\n").replaceAll(BLOCK, "\n");
    return shown.replaceAll(BLOCK, " ").replace(/[ \t\n]+/g, " ").replace(/ ?\ufdd3 ?/g, "\n").replace(
      /\n{2,}/g,
      "\n",
    )
      .trim();
  }
}

/** Close what something left open that is gone: brackets without text, marks before nothing. */
function withoutGaps(text: string): string {
  let shown = text.replace(/\ufdd2{2,}/g, GONE);
  if (shown.includes("(")) {
    // Brackets in which nothing is left but marks, then marks that precede what is gone, and that follow it.
    shown = shown
      .replace(/ ?\((?:[ ,;:/–-]|&nbsp;)*\ufdd2(?:[ ,;:/–\ufdd2-]|&nbsp;)*\)/g, GONE)
      .replace(/\((?:[ ,;:]|&nbsp;)*\ufdd2(?:[ ,;:\ufdd2]|&nbsp;)*/g, "(")
      .replace(/(?<![ ,;:\ufdd2])[ ,;:]*\ufdd2[ ,;:\ufdd2]*\)/g, ")");
  }
  return shown.replace(/ ?\ufdd2(?=[ .,;:!?)]|$)/g, "").replaceAll(GONE, "");
}

/** Whether two signs of lists go on with the same list: a term and what it means do. */
function kin(a: string, b: string): boolean {
  return a === b || ";:".includes(a) && ";:".includes(b);
}

/** The blocks without headings that have nothing below them and the sections that are left out. */
function keptOf(blocks: readonly Block[], leaveOut: ReadonlySet<string>): Block[] {
  const kept: Block[] = [];
  let leftOut = 0;
  for (const block of blocks) {
    if (block.level > 0) {
      if (leftOut > 0 && block.level > leftOut) continue;
      const heading = block.text.replace(/[\ufdd5-\ufdd7]/g, "").toLowerCase();
      leftOut = leaveOut.has(heading) ? block.level : 0;
    }
    if (leftOut === 0) kept.push(block);
  }
  // From the end: the lowest level of a heading that has text below it before another of its level comes.
  const out: Block[] = [];
  let hasText = 0;
  for (const block of kept.reverse()) {
    if (block.level === 0) hasText = 7;
    else if (hasText <= block.level) continue;
    else hasText = block.level;
    out.push(block);
  }
  return out.reverse();
}
