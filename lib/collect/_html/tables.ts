import { endsOf } from "./ends.ts";
import { CLOSE, OPEN, type Page } from "./page.ts";
import { BREAK, CELL, COLUMN, type Draft, END, GAP, ITEM, type Pass, SEEN, SPACE } from "./pass.ts";

/** What a cell of data does not hold. */
const ofLayout = new Set(
  "table h1 h2 h3 h4 h5 h6 pre blockquote article section form nav aside header footer figure hr ol ul dl textarea"
    .split(" "),
);
/** A cell with more text than this holds a part of a page. */
const LONGEST = 1000;

/**
 * The cells of a row are parted by tabs: of a table of data all cells, with one for each column that is empty or that
 * another cell spans, so that columns stay; of one that lays out a page those that hold text.
 */
export const tables: Pass = {
  name: "tables",
  apply(page, draft) {
    const { count, kinds, names, tags } = page;
    const table = names.indexOf("table");
    const isCell = names.map((name) => name === "td" || name === "th");
    const isOfLayout = names.map((name) => ofLayout.has(name));
    for (let i = 0; i < count; i++) {
      if (isCell[tags[i]] && kinds[i] === OPEN && draft.places[i] === SEEN) draft.steps[i] |= CELL;
    }
    if (table < 0) return;
    const ends = endsOf(page);
    // What spans may add, of all tables together: a page cannot ask for more empty cells than it has pieces.
    const budget = { cells: count };
    for (let i = 0; i < count; i++) {
      if (tags[i] !== table || kinds[i] !== OPEN || draft.places[i] !== SEEN) continue;
      let size = 0;
      let isData = true;
      let j = i + 1;
      for (; j < ends[i] && isData; j++) {
        if (draft.places[j] !== SEEN) continue;
        if (tags[j] === 0) size += page.textOf(j).length;
        else if (isCell[tags[j]]) size = 0;
        else if (isOfLayout[tags[j]] && kinds[j] === OPEN) isData = false;
        if (size > LONGEST) isData = false;
      }
      // A table within one is looked at for itself.
      if (!isData) continue;
      setColumns(page, draft, i, ends, budget);
      i = ends[i] - 1;
    }
  },
};

/** The columns of a table of data. */
function setColumns(
  page: Page,
  draft: Draft,
  table: number,
  ends: Int32Array,
  budget: { cells: number },
): void {
  const { kinds, tags, names } = page;
  const { places, steps, columns } = draft;
  const isCell = names.map((name) => name === "td" || name === "th");
  const row = names.indexOf("tr");
  const rows: number[][] = [];
  let cell = -1;
  for (let i = table + 1; i < ends[table]; i++) {
    if (cell >= 0 && i >= ends[cell]) cell = -1;
    if (tags[i] === row && kinds[i] === OPEN) rows.push([]);
    if (isCell[tags[i]] && kinds[i] === OPEN && places[i] === SEEN) {
      if (rows.length === 0) rows.push([]);
      rows.at(-1)!.push(i);
      cell = i;
    } else if (
      cell >= 0 && !(isCell[tags[i]] && kinds[i] === CLOSE) && steps[i] & (END | GAP | BREAK) &&
      !(steps[i] & ITEM)
    ) {
      // A paragraph in a cell does not end the row's line.
      steps[i] = steps[i] & ~(END | GAP | BREAK) | SPACE;
    }
  }
  const widest = rows.reduce((most, cells) => Math.max(most, cells.length), 0);
  // One column is a list of paragraphs.
  if (widest < 2) return;
  // Of each column the first row that no cell from above spans.
  const free = new Int32Array(widest);
  rows.forEach((cells, number) => {
    let column = 0;
    let written = 0;
    cells.forEach((at, index) => {
      while (column < widest && free[column] > number && budget.cells-- > 0) column++;
      columns.set(at, column - written);
      written = column;
      steps[at] = steps[at] & ~(CELL | END | GAP) | COLUMN;
      // Room stays for the cells that follow.
      const room = widest - column - (cells.length - index - 1);
      const wide = Math.max(1, Math.min(spanOf(page, at, "colspan"), room));
      const high = Math.min(spanOf(page, at, "rowspan"), rows.length - number);
      for (let k = 0; k < wide && (k === 0 || budget.cells-- > 0); k++) {
        if (column < widest) free[column] = number + high;
        column++;
      }
    });
  });
}

/** How many columns or rows a cell says it spans, at least one. */
function spanOf(page: Page, cell: number, name: string): number {
  const said = Number.parseInt(page.valuesOf(cell, name)[0] ?? "", 10);
  return said >= 1 ? said : 1;
}
