/** Classes of tables that stand beside an article without being of it. */
const beside =
  /\b(?:infobox|navbox|metadata|ambox|mbox|toc|noprint|vertical-navbox|sidebar|succession-box|navigation|sistersitebox)\b/i;
const hidden = /display\s*:\s*none/i;
/** More columns than that which cells fill beyond their own are a bomb. */
const widest = 100;

/** A table while its lines come: rows of cells, each cell of the lines it is made of. */
export class TableReader {
  /** Whether it is no part of the article. */
  readonly isBeside: boolean;
  readonly #rows: string[][] = [];
  #row: string[] = [];
  /** How many rows more each column is filled by a cell above. */
  #spans: number[] = [];
  #cell: { lines: string[]; columns: number; rows: number } | undefined;
  #caption: string[] | undefined;
  #inCaption = false;
  /** Text before the first cell. */
  readonly #loose: string[] = [];

  constructor(attributes: string, isWithin: boolean) {
    this.isBeside = isWithin || beside.test(attributes) || hidden.test(attributes);
  }

  /** Read a line of it that does not end it. */
  line(line: string): void {
    if (line.startsWith("|-")) return this.#endRow();
    if (line.startsWith("|+")) {
      this.#endRow();
      this.#inCaption = true;
      this.#caption = [content(line.slice(2)).text];
      return;
    }
    if (line.startsWith("|") || line.startsWith("!")) {
      this.#inCaption = false;
      const cells = line.slice(1).split(line.startsWith("!") ? /\|\||!!/ : "||");
      for (const cell of cells) {
        this.#endCell();
        const { text, attributes } = content(cell);
        this.#cell = { lines: [text], columns: span(attributes, "col"), rows: span(attributes, "row") };
      }
      return;
    }
    this.add(line);
  }

  /** Text that stands in the cell that is open. */
  add(text: string): void {
    const target = this.#inCaption ? this.#caption! : this.#cell ? this.#cell.lines : this.#loose;
    target.push(text);
  }

  /** Its caption and its rows, with `show` of each text; nothing of a table that is not of the article. */
  end(show: (text: string) => string): { caption: string; rows: string[][] } {
    this.#endRow();
    if (this.isBeside) return { caption: "", rows: [] };
    const rows = this.#rows.map((row) => row.map(show)).filter((row) => row.some((cell) => cell !== ""));
    return { caption: show([...this.#loose, ...this.#caption ?? []].join(" ")), rows };
  }

  #endCell(): void {
    if (!this.#cell) return;
    this.#skip();
    const { lines, columns, rows } = this.#cell;
    this.#cell = undefined;
    for (let i = 0; i < columns && (i === 0 || this.#row.length < widest); i++) {
      if (rows > 1) this.#spans[this.#row.length] = rows - 1;
      this.#row.push(i === 0 ? lines.join(" ") : "");
    }
  }

  /** Pass over the columns that a cell of a row above fills. */
  #skip(): void {
    while (this.#spans[this.#row.length] > 0 && this.#row.length < widest) {
      this.#spans[this.#row.length]--;
      this.#row.push("");
    }
  }

  #endRow(): void {
    this.#endCell();
    this.#inCaption = false;
    if (this.#row.length === 0) return;
    this.#skip();
    this.#rows.push(this.#row);
    this.#row = [];
  }
}

/** A cell's text, after its attributes where it has any. */
function content(cell: string): { text: string; attributes: string } {
  const bar = cell.indexOf("|");
  return bar < 0
    ? { text: cell.trim(), attributes: "" }
    : { text: cell.slice(bar + 1).trim(), attributes: cell.slice(0, bar) };
}

function span(attributes: string, of: "col" | "row"): number {
  const found = (of === "col" ? /\bcolspan\s*=\s*["']?\s*(\d{1,4})/i : /\browspan\s*=\s*["']?\s*(\d{1,4})/i)
    .exec(attributes);
  return Math.max(1, Math.min(Number(found?.[1] ?? 1), widest));
}
