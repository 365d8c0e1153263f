import { columnOf } from "./_cell.ts";
import { countOf, escapeHtml } from "./_words.ts";

/** A table ready to print. */
export interface Table {
  /** The columns, with the type that stands under the name, and which way they lean. */
  columns: { name: string; type: string; right: boolean }[];
  /** Cells as text, row by row. */
  rows: string[][];
  /** What is said under it: its shape, and of how many rows these are. */
  note: string;
}

/** What a table is made of. */
export interface TableParts {
  names: readonly string[];
  /** Types under the names. @default {none} */
  types?: readonly string[];
  /** The rows, or the first of them. */
  rows: readonly (readonly unknown[])[];
  /** How many rows there are in all. */
  totalRows: number;
  /** The most rows that are shown. */
  limit: number;
  /** Whether the shape is said where all is shown. @default {true} */
  shape?: boolean;
}

const columnLimit = 30;
/** Letters of a text that stay on one line on the page. */
const longestLine = 24;

/** A table of a column-named matrix; at most 30 columns are shown. */
export function tableOf({ names, types = [], rows, totalRows, limit, shape = true }: TableParts): Table {
  const shown = names.slice(0, columnLimit);
  const head = rows.slice(0, limit);
  const columns = shown.map((name, i) => columnOf(name, head.map((row) => row[i])));
  const part = (n: number, all: number, unit: string) =>
    n < all ? `${n.toLocaleString("en")} of ${countOf(all, unit)}` : countOf(all, unit);
  const whole = head.length === totalRows && shown.length === names.length;
  return {
    columns: shown.map((name, i) => ({ name, type: types[i] ?? "", right: columns[i].right })),
    rows: head.map((_, row) => columns.map(({ cells }) => cells[row])),
    note: whole && !shape
      ? ""
      : `${part(head.length, totalRows, "row")} × ${part(shown.length, names.length, "column")}`,
  };
}

/** The table as HTML; every style is inline, as notebooks bring none that fits. */
export function tableHtml(table: Table): string {
  // Numbers and names stay on one line and the table scrolls; only long text is broken.
  const lean = (i: number, text: string) => {
    const broken = !table.columns[i].right && [...text].length > longestLine;
    return ` style="text-align:${table.columns[i].right ? "right" : "left"};white-space:${
      broken ? "normal;min-width:13em;max-width:26em" : "nowrap"
    }"`;
  };
  const row = (cells: string[]) => `<tr>${cells.join("")}</tr>`;
  const head = table.columns.map(({ name, type }, i) =>
    `<th${lean(i, "")}>${escapeHtml(name)}${
      type ? `<br><small style="opacity:.6;font-weight:normal">${escapeHtml(type)}</small>` : ""
    }</th>`
  );
  const body = table.rows.map((cells) =>
    row(cells.map((cell, i) => `<td${lean(i, cell)}>${escapeHtml(cell)}</td>`))
  );
  const note = table.note ? `<small style="opacity:.6">${table.note}</small>` : "";
  return `<div class="midtrain-table" style="overflow-x:auto"><table><thead>${row(head)}</thead><tbody>${
    body.join("")
  }</tbody></table>${note}</div>`;
}

/** The table as text in aligned columns. */
export function tableText(table: Table): string {
  const cut = (text: string) => [...text].length > 60 ? [...text].slice(0, 59).join("") + "…" : text;
  const rows = table.rows.map((cells) => cells.map(cut));
  const widths = table.columns.map(({ name, type }, i) =>
    Math.max(...[name, type, ...rows.map((cells) => cells[i])].map((text) => [...text].length))
  );
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => {
      const space = " ".repeat(widths[i] - [...cell].length);
      return table.columns[i].right ? space + cell : cell + space;
    }).join("  ").trimEnd();
  const names = table.columns.map((column) => column.name);
  const types = table.columns.map((column) => column.type);
  return [
    line(names),
    ...(types.some((type) => type) ? [line(types)] : []),
    widths.map((width) => "─".repeat(width)).join("  "),
    ...rows.map(line),
    ...(table.note ? [table.note] : []),
  ].join("\n");
}
