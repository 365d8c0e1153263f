import { Buffer } from "node:buffer";
import { plain } from "../base/mod.ts";
import { renderSvg, type Spec } from "../figure/mod.ts";
import { type Bundle, display, jupyter } from "./_jupyter.ts";
import { countOf, escapeHtml, type Table, tableHtml, tableOf, tableText } from "./_table.ts";
import { Markdown } from "./markdown.ts";

/**
 * Show things one below the other, in a notebook or, as text, on a terminal.
 *
 * - a Polars frame, or an array of plain records: a table of at most 20 rows, with shape and types;
 * - a plain record: its members, one a line;
 * - a Vega-Lite specification: the figure (an SVG everywhere, interactive where the frontend can);
 * - {@linkcode md}: Markdown; a string: text as it stands, never HTML;
 * - PNG bytes: the image; anything with `Symbol.for("Jupyter.display")`: what it says;
 * - anything else: as the console prints it. `bigint`, `Date`, `NaN` and `-0` show as they are.
 *
 * Await it: the kernel loses what is still on its way when a cell ends, and this waits until it is through.
 *
 * @throws {TypeError} If a figure cannot be drawn, for example as it names a field that its data lacks.
 * @example On a terminal
 * ```ts
 * import { show } from "midtrain/notebook";
 *
 * await show("What was kept", [{ domain: "math", tokens: 5n, loss: NaN }]);
 * ```
 */
export async function show(...things: unknown[]): Promise<void> {
  for (const thing of things) {
    const bundle = await toBundle(thing);
    if (jupyter()) await display(bundle);
    // deno-lint-ignore no-console
    else console.log(bundle["text/plain"] ?? bundle["text/markdown"] ?? "");
  }
}

/** What {@linkcode show} sends for a thing. */
export async function toBundle(thing: unknown): Promise<Bundle> {
  if (typeof thing === "string") return textBundle(thing);
  if (thing instanceof Markdown) return { "text/markdown": thing.source, "text/plain": thing.source };
  if (isPng(thing)) {
    return {
      "image/png": Buffer.from(thing).toString("base64"),
      "text/plain": `image, ${thing.length.toLocaleString("en")} bytes`,
    };
  }
  if (isFrame(thing)) return tableBundle(frameTable(thing));
  if (isSpec(thing)) return await figureBundle(thing);
  const own = (thing as Displayable | null)?.[Symbol.for("Jupyter.display")];
  if (typeof own === "function") return plain(await own.call(thing)) as Bundle;
  if (isRecords(thing)) return tableBundle(recordsTable(thing));
  if (isRecord(thing)) {
    return tableBundle(tableOf(["name", "value"], [], Object.entries(thing), Object.keys(thing).length));
  }
  return textBundle(Deno.inspect(thing, { colors: false, depth: 6 }));
}

type Displayable = { [key: symbol]: unknown };

function textBundle(text: string): Bundle {
  return { "text/html": `<p style="white-space:pre-wrap">${escapeHtml(text)}</p>`, "text/plain": text };
}

function tableBundle(table: Table): Bundle {
  return { "text/html": tableHtml(table), "text/plain": tableText(table) };
}

async function figureBundle(spec: Spec): Promise<Bundle> {
  const warnings: string[] = [];
  const svg = await renderSvg(spec, { onWarning: (message) => warnings.push(message) });
  const title = spec.title as string | { text?: string } | undefined;
  const heading = typeof title === "string" ? title : title?.text;
  const values = (spec.data as { values?: unknown[] } | undefined)?.values;
  const rows = Array.isArray(values) ? ` (${countOf(values.length, "row")})` : "";
  return {
    "image/svg+xml": svg,
    "application/vnd.vegalite.v5+json": plain(spec),
    "text/plain": [`figure: ${heading || "untitled"}${rows}`, ...warnings.map((text) => `warning: ${text}`)]
      .join("\n"),
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

function frameTable(frame: Frame): Table {
  const types = frame.dtypes.map((type) =>
    String(type).replaceAll(/DataType\((\w+)\)/g, "$1").replace(/^DataType\((.*)\)$/, "$1")
  );
  return tableOf(frame.columns, types, frame.head(20).rows(), frame.height);
}

function recordsTable(records: readonly Record<string, unknown>[]): Table {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return tableOf(
    names,
    [],
    records.slice(0, 20).map((record) => names.map((name) => record[name])),
    records.length,
  );
}

function isRecords(thing: unknown): thing is Record<string, unknown>[] {
  return Array.isArray(thing) && thing.length > 0 && thing.every(isRecord);
}

function isRecord(thing: unknown): thing is Record<string, unknown> {
  if (typeof thing !== "object" || thing === null) return false;
  const prototype = Object.getPrototypeOf(thing);
  return (prototype === null || Object.getPrototypeOf(prototype) === null) && Object.keys(thing).length > 0;
}

function isSpec(thing: unknown): thing is Spec {
  return isRecord(thing) && typeof thing.$schema === "string" && thing.$schema.includes("/vega-lite/");
}

function isPng(thing: unknown): thing is Uint8Array {
  return thing instanceof Uint8Array && [0x89, 0x50, 0x4e, 0x47].every((byte, i) => thing[i] === byte);
}
