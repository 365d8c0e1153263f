import { ofKind, plain } from "../base/mod.ts";

/** A Vega-Lite specification as plain JSON. */
export type Spec = Record<string, unknown>;

/** The font that ships with the project, so that a figure looks the same wherever it is drawn. */
export const fontFamily = "DejaVu Sans";

/**
 * Colours for categories, told apart with every common colour blindness and on white (Okabe and Ito's set, its yellow
 * replaced by grey, in the order of their contrast).
 */
export const palette = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#6B6B6B"] as const;

/** The colours of text and of lines that only help reading. */
export const ink = { text: "#1F2328", soft: "#57606A", line: "#D0D7DE", grid: "#EAEEF2" } as const;

/** What stands for each colour of the house on a dark screen: the same hue, lighter where it would sink. */
const onDark: Readonly<Record<string, string>> = {
  "white": "#0d1117",
  [ink.text]: "#e6edf3",
  [ink.soft]: "#9aa4af",
  [ink.line]: "#484f58",
  [ink.grid]: "#21262d",
  [palette[0]]: "#3f9fdc",
  [palette[5]]: "#b3e0fa",
  [palette[6]]: "#9d9d9d",
};

/** The class of a drawn figure. */
export const figureClass = "midtrain-figure";

/**
 * The style that turns a drawn figure dark where the reader's system is. It names the colours that the figure has in its
 * attributes, so that programs that know no style sheet draw the light one.
 */
export const darkStyle = `@media (prefers-color-scheme:dark){${
  Object.entries(onDark).flatMap(([light, dark]) =>
    ["fill", "stroke"].map((what) => `.${figureClass} [${what}="${light}"]{${what}:${dark}}`)
  ).join("")
}}`;

const config = {
  background: "white",
  font: fontFamily,
  padding: 8,
  view: { stroke: null },
  axis: {
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: "normal",
    titleColor: ink.text,
    labelColor: ink.soft,
    domainColor: ink.line,
    tickColor: ink.line,
    gridColor: ink.grid,
    // Vega cuts at a limit by its own guess of the text's width, so figures cut long labels by letters.
    labelLimit: 0,
    titlePadding: 8,
    labelPadding: 4,
  },
  axisX: { grid: false, labelFlush: false },
  axisY: { domain: false, ticks: false },
  legend: {
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: "normal",
    titleColor: ink.soft,
    labelColor: ink.text,
    labelLimit: 0,
    titleLimit: 0,
    symbolStrokeWidth: 2,
  },
  header: {
    labelLimit: 0,
    titleLimit: 0,
    labelFontSize: 12,
    titleFontSize: 12,
    labelColor: ink.text,
    titleFontWeight: "normal",
  },
  title: {
    anchor: "start",
    frame: "bounds",
    fontSize: 14,
    fontWeight: "bold",
    color: ink.text,
    subtitleColor: ink.soft,
    subtitleFontSize: 12,
    subtitlePadding: 4,
    offset: 14,
  },
  range: {
    category: palette,
    ramp: { scheme: "viridis" },
    heatmap: { scheme: "viridis" },
    diverging: { scheme: "blueorange" },
  },
  line: { strokeWidth: 2, strokeCap: "round", strokeJoin: "round" },
  point: { filled: true, size: 50 },
  bar: { color: palette[0] },
  rule: { color: ink.soft },
  // What is written says itself.
  text: { fontSize: 11, color: ink.text, aria: false },
};

/**
 * Dress a specification: the Vega-Lite 5 schema, the house look, a default size of 560 by 320 pixels for a single view,
 * and data without values that JSON lacks. What the specification says itself wins.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { themed } from "midtrain/figure";
 *
 * const spec = themed({ data: { values: [{ tokens: 5n }] }, mark: "point", width: 300 });
 * assert.deepEqual(spec.data, { values: [{ tokens: 5 }] });
 * assert.equal(spec.width, 300);
 * ```
 */
export function themed(spec: Spec): Spec {
  ofKind("Cannot draw a figure", { spec }, "an object");
  const composed = ["facet", "repeat", "concat", "hconcat", "vconcat"].some((key) => key in spec);
  const { config: own, ...rest } = spec;
  const size = composed ? {} : { width: 560, height: 320 };
  return plain({
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    ...size,
    ...rest,
    config: merge(config, (own ?? {}) as Spec),
  }) as Spec;
}

/** A heading with a line beneath that says how to read the figure; that line alone where there is no title. */
export function heading(title: string | undefined, reading: string): Spec {
  return title === undefined
    ? { text: reading, fontSize: 12, fontWeight: "normal", color: ink.soft }
    : { text: title, subtitle: reading };
}

function merge(base: Spec, over: Spec): Spec {
  const merged: Spec = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const old = merged[key];
    merged[key] = isObject(old) && isObject(value) ? merge(old, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Spec {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
