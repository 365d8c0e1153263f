import { Buffer } from "node:buffer";
import { descriptionOf, inRange, plain, teachDescribed } from "../base/mod.ts";
import { interactive, narrow, renderSvg, type Spec } from "../figure/mod.ts";
import { type Bundle, display, jupyter, metadata } from "./_jupyter.ts";
import { isRecord } from "./_cell.ts";
import {
  describedSections,
  recordSections,
  recordsTable,
  type Section,
  sectionsBundle,
} from "./_sections.ts";
import { type Table, tableOf } from "./_table.ts";
import { countOf, escapeHtml } from "./_words.ts";
import { Markdown } from "./markdown.ts";

/**
 * Show things one below the other, in a notebook or, as text, on a terminal.
 *
 * - a result of midtrain (a fit, a plan, a run, a mixture …): its table with units, then what it says in sentences;
 * - a Polars frame, or an array of plain records: a table of at most 20 rows, with shape and types; `show(rows, { rows: 50 })`
 *   shows more;
 * - another object: its members, one a line, its lists as tables of their own; intervals are rounded to their digits;
 * - a Vega-Lite specification: the figure, an SVG everywhere, and where the frontend can (JupyterLab) alive: values on hover,
 *   dragging moves the axes, Ctrl and the wheel stretch them, a double click takes both back;
 * - {@linkcode md}: Markdown; a string: text as it stands, never HTML;
 * - PNG bytes: the image; anything with `Symbol.for("Jupyter.display")`: what it says;
 * - anything else: as the console prints it. `bigint`, `Date`, `NaN` and `-0` show as they are.
 *
 * Await it: the kernel loses what is still on its way when a cell ends, and this waits until it is through.
 *
 * @param things What to show; a last `{ rows }` behind others says how many rows a table has at most.
 * @throws {TypeError} If a figure cannot be drawn, for example as it names a field that its data lacks.
 * @throws {RangeError} If `rows` is less than 1.
 * @example On a terminal
 * ```ts
 * import { show } from "midtrain/notebook";
 *
 * await show("What was kept", [{ domain: "math", tokens: 5n, loss: NaN }]);
 * ```
 */
export async function show(...things: unknown[]): Promise<void> {
  const { shown, rows } = withoutOptions(things);
  for (const thing of shown) {
    const bundle = await toBundle(thing, rows);
    if (jupyter()) await display(bundle);
    // deno-lint-ignore no-console
    else console.log(bundle["text/plain"] ?? bundle["text/markdown"] ?? "");
  }
}

const rowLimit = 20;

/** The things, and how many rows of each: a last record with `rows` alone is no thing where others stand before it. */
function withoutOptions(things: readonly unknown[]): { shown: readonly unknown[]; rows: number } {
  const last = things.at(-1);
  if (things.length < 2 || !isRecord(last) || Object.keys(last).join() !== "rows") {
    return { shown: things, rows: rowLimit };
  }
  inRange("Cannot show a table", { rows: last.rows }, ">= 1");
  return { shown: things.slice(0, -1), rows: Math.floor(last.rows as number) };
}

/** What {@linkcode show} sends for a thing, tables with at most so many rows. */
export async function toBundle(thing: unknown, rows = rowLimit): Promise<Bundle> {
  if (typeof thing === "string") return textBundle(thing);
  if (thing instanceof Markdown) return { "text/markdown": thing.source, "text/plain": thing.source };
  if (isPng(thing)) {
    return {
      "image/png": Buffer.from(thing).toString("base64"),
      "text/plain": `image, ${thing.length.toLocaleString("en")} bytes`,
    };
  }
  if (isFrame(thing)) return sectionsBundle([{ table: frameTable(thing, rows) }]);
  if (isSpec(thing)) return await figureBundle(thing);
  const description = descriptionOf(thing);
  if (description) return sectionsBundle(describedSections(description, rows));
  const own = (thing as Displayable | null | undefined)?.[Symbol.for("Jupyter.display")];
  if (typeof own === "function") return plain(await own.call(thing)) as Bundle;
  const sections = sectionsOf(thing, rows);
  return sections.length > 0 ? sectionsBundle(sections) : textBundle(inspected(thing));
}

// So that a result that stands last in a cell shows as by show().
teachDescribed(Symbol.for("Jupyter.display"), function () {
  return toBundle(this);
});

/** The tables of a value that says nothing of itself; none where the console's words are as good. */
function sectionsOf(thing: unknown, rows: number): Section[] {
  if (thing instanceof Map) return recordSections(Object.fromEntries(thing), rows);
  if (Array.isArray(thing) && thing.length > 0) {
    const descriptions = thing.slice(0, rows).map(descriptionOf);
    if (descriptions.every((one) => one !== undefined)) {
      return descriptions.flatMap((one) => describedSections(one, rows));
    }
    return thing.every((item) => isRecord(item) && Object.keys(item).length > 0)
      ? [{ table: recordsTable(thing, rows) }]
      : [];
  }
  // Also objects of a class, but none that the engine has its own words for.
  return Object.prototype.toString.call(thing) === "[object Object]"
    ? recordSections(thing as object as Rows, rows)
    : [];
}

type Rows = Record<string, unknown>;

function inspected(thing: unknown): string {
  if (thing === undefined) {
    return 'undefined: if an import should be here, its room does not export the name; help("name") gives the nearest';
  }
  if (thing instanceof Promise) return "a promise: what comes of it is shown by show(await …)";
  if (typeof thing === "function" && thing.name) {
    return `function ${thing.name}: help(${thing.name}) says how it is used, if it is of midtrain`;
  }
  return Deno.inspect(thing, { colors: false, depth: 6 });
}

type Displayable = { [key: symbol]: unknown };

function textBundle(text: string): Bundle {
  return { "text/html": `<p style="white-space:pre-wrap">${escapeHtml(text)}</p>`, "text/plain": text };
}

async function figureBundle(spec: Spec): Promise<Bundle> {
  const warnings: string[] = [];
  const svg = await renderSvg(spec, { onWarning: (message) => warnings.push(message) });
  const title = spec.title as string | { text?: string } | undefined;
  const heading = typeof title === "string" ? title : title?.text;
  const values = (spec.data as { values?: unknown[] } | undefined)?.values;
  const rows = Array.isArray(values) ? ` (${countOf(values.length, "row")})` : "";
  const named = `figure: ${heading || "untitled"}${rows}`;
  // Figures on phones have a layout of their own, which the page shows there.
  const onPhones = narrow(spec);
  const alt = typeof spec.description === "string" ? spec.description : named;
  return {
    "image/svg+xml": svg,
    "application/vnd.vegalite.v5+json": plain(interactive(spec)),
    "text/plain": [named, ...warnings.map((text) => `warning: ${text}`)].join("\n"),
    [metadata]: { "image/svg+xml": { alt, ...(onPhones && { narrow: await renderSvg(onPhones) }) } },
  };
}

/** What a Polars frame has; told by its shape so that Polars is not loaded here. */
interface Frame {
  columns: string[];
  dtypes: unknown[];
  height: number;
  head(rows: number): Frame;
  rows(): unknown[][];
}

function isFrame(thing: unknown): thing is Frame {
  return Object.prototype.toString.call(thing) === "[object DataFrame]" &&
    Array.isArray((thing as Frame).columns) &&
    typeof (thing as Frame).rows === "function";
}

function frameTable(frame: Frame, limit: number): Table {
  const types = frame.dtypes.map((type) =>
    String(type).replaceAll(/DataType\((\w+)\)/g, "$1").replace(/^DataType\((.*)\)$/, "$1")
  );
  const rows = frame.head(limit).rows();
  return tableOf({ names: frame.columns, types, rows, totalRows: frame.height, limit });
}

function isSpec(thing: unknown): thing is Spec {
  return isRecord(thing) && typeof thing.$schema === "string" && thing.$schema.includes("/vega-lite/");
}

function isPng(thing: unknown): thing is Uint8Array {
  return thing instanceof Uint8Array && [0x89, 0x50, 0x4e, 0x47].every((byte, i) => thing[i] === byte);
}
