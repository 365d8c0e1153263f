/** A table ready to print. */
export interface Table {
  /** The columns, with the type that stands under the name, and which way they lean. */
  columns: { name: string; type: string; right: boolean }[];
  /** Cells as text, row by row. */
  rows: string[][];
  /** How many rows and columns the whole has; more than are here. */
  total: { rows: number; columns: number };
}

const rowLimit = 20;
const columnLimit = 30;
const letterLimit = 120;

/** A table of a column-named matrix: at most 20 rows and 30 columns are taken. */
export function tableOf(
  names: readonly string[],
  types: readonly string[],
  rows: readonly (readonly unknown[])[],
  totalRows: number,
): Table {
  const shown = names.slice(0, columnLimit);
  const head = rows.slice(0, rowLimit);
  const columns = shown.map((name, i) => ({
    name,
    type: types[i] ?? "",
    right: head.every((row) => row[i] === null || row[i] === undefined || isNumber(row[i])) &&
      head.some((row) => isNumber(row[i])),
  }));
  const large = shown.map((_, i) => head.some((row) => isNumber(row[i]) && Math.abs(Number(row[i])) >= 1e4));
  return {
    columns,
    rows: head.map((row) => shown.map((_, i) => formatCell(row[i], large[i]))),
    total: { rows: totalRows, columns: names.length },
  };
}

/** A value as a person reads it in a table; numbers get commas when their column holds large ones. */
function formatCell(value: unknown, commas = false): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return formatNumber(value, commas);
  if (typeof value === "bigint") return value.toLocaleString("en");
  if (typeof value === "string") return clip(value.replace(/\s+/g, " "));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (typeof value === "object") {
    return clip(Deno.inspect(value, { compact: true, breakLength: Infinity, depth: 3 }));
  }
  return clip(String(value));
}

/** A number with up to 6 digits that count; whole numbers in full. */
function formatNumber(value: number, commas: boolean): string {
  if (Object.is(value, -0)) return "-0";
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return commas ? value.toLocaleString("en") : String(value);
  if (size >= 1e-4 && size < 1e9) {
    return value.toLocaleString("en", { maximumSignificantDigits: 6, useGrouping: commas });
  }
  return value.toExponential(3);
}

/** `1 row`, `1,204 rows`. */
export function countOf(n: number, unit: string): string {
  return `${n.toLocaleString("en")} ${unit}${n === 1 ? "" : "s"}`;
}

/** `1,204 rows × 5 columns`. */
export function shapeLine({ total }: Table): string {
  return `${countOf(total.rows, "row")} × ${countOf(total.columns, "column")}`;
}

/** The table as HTML; every style is inline, as notebooks bring none that fits. */
export function tableHtml(table: Table): string {
  const lean = (i: number) => ` style="text-align:${table.columns[i].right ? "right" : "left"}"`;
  const row = (cells: string[]) => `<tr>${cells.join("")}</tr>`;
  const head = table.columns.map(({ name, type }, i) =>
    `<th${lean(i)}>${escapeHtml(name)}${
      type ? `<br><small style="opacity:.6;font-weight:normal">${escapeHtml(type)}</small>` : ""
    }</th>`
  );
  const body = table.rows.map((cells) =>
    row(cells.map((cell, i) => `<td${lean(i)}>${escapeHtml(cell)}</td>`))
  );
  const note = [shapeLine(table), ...hidden(table)].join(" · ");
  return `<div class="midtrain-table" style="overflow-x:auto"><table><thead>${row(head)}</thead><tbody>${
    body.join("")
  }</tbody></table><small style="opacity:.6">${note}</small></div>`;
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
    [shapeLine(table), ...hidden(table)].join(" · "),
  ].join("\n");
}

/** Text that stands for itself in HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

function hidden({ rows, columns, total }: Table): string[] {
  const more = [[total.rows - rows.length, "rows"], [total.columns - columns.length, "columns"]] as const;
  return more.filter(([n]) => n > 0).map(([n, unit]) => `… ${n.toLocaleString("en")} more ${unit}`);
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function clip(text: string): string {
  const letters = [...text];
  return letters.length > letterLimit ? letters.slice(0, letterLimit - 1).join("") + "…" : text;
}
