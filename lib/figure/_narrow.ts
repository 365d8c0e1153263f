import { columnsIn } from "./_series.ts";
import { labelExpr } from "./_text.ts";
import { type Spec, themed } from "./_theme.ts";
import { isContinuous, markOf } from "./_views.ts";

/** As wide as a small phone, in pixels. */
const total = 360;
/** What is left of it beside a vertical axis, where panels cannot be fitted by Vega itself. */
const inner = total - 76;
const seriesChannels = ["color", "fill", "stroke", "strokeDash", "shape", "opacity", "size"];
const children = ["layer", "hconcat", "vconcat", "concat"] as const;

/**
 * The layout of a figure for a phone, its letters as large as in the wide one: panels below one another, legends above, a
 * row's name over its row and its value at the right of that line, fewer ticks.
 *
 * @returns `undefined` for facets and repetitions, which have no such layout.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bars, narrow, renderSvg } from "midtrain/figure";
 *
 * const svg = await renderSvg(narrow(bars([{ label: "fewer than fifty words", value: 3 }]))!);
 * assert.equal(/width="(\d+)"/.exec(svg)?.[1], "360");
 * ```
 */
export function narrow(spec: Spec): Spec | undefined {
  const dressed = themed(spec);
  if (["facet", "repeat"].some((key) => JSON.stringify(dressed).includes(`"${key}":`))) return undefined;
  const isPanels = children.slice(1).some((key) => key in dressed);
  const view = layOut(dressed, {}, isPanels) as Spec;
  const config = view.config as Spec;
  return {
    ...view,
    ...(isPanels ? {} : { width: total, autosize: { type: "fit-x", contains: "padding" } }),
    ...(dressed.title === undefined ? {} : { title: wrapTitle(dressed.title) }),
    config: { ...config, legend: { ...config.legend as Spec, layout: { top: { direction: "vertical" } } } },
  };
}

/** What the views within a view know of it. */
interface Above {
  /** The encoding they inherit. */
  encoding?: Spec;
  /** How high a row of names is without its name, in pixels. */
  row?: number | undefined;
}

function layOut(spec: Spec, above: Above, isPanels: boolean): Spec | undefined {
  const own = (spec.encoding ?? {}) as Spec;
  const encoding: Spec = { ...above.encoding, ...own };
  const row = above.row ?? rowOf(spec);
  if (markOf({ mark: spec.mark ?? {} }).type === "text") {
    const text = layOutText(spec, encoding, row);
    if (text !== spec) return text && { ...text, encoding: layOutEncoding(text.encoding as Spec, row) };
  }
  const laid: Spec = { ...spec };
  if (spec.encoding) laid.encoding = layOutEncoding(own, row);
  if (typeof spec.width === "number" && isPanels) laid.width = inner;
  if (row !== undefined && spec.height) laid.height = namesOf(spec)!.length * (row + nameHeight);
  const key = children.find((key) => Array.isArray(spec[key]));
  if (!key) return laid;
  const list = (spec[key] as Spec[]).flatMap((child) => layOut(child, { encoding, row }, isPanels) ?? []);
  if (key === "layer") return { ...laid, layer: list };
  delete laid[key];
  delete laid.columns;
  return { ...laid, vconcat: list };
}

/** The height of a row's name above it. */
const nameHeight = 20;

/** The names along a view's vertical axis, where it has such. */
function namesOf(spec: Spec): string[] | undefined {
  const y = encodingsOf(spec).map((encoding) => encoding.y as Spec | undefined)
    .find((y) => y?.type === "nominal" && Array.isArray(y.sort));
  return y?.sort as string[] | undefined;
}

function encodingsOf(spec: Spec): Spec[] {
  return [(spec.encoding ?? {}) as Spec, ...((spec.layer ?? []) as Spec[]).flatMap(encodingsOf)];
}

/** The height of a row of named things without its name; `undefined` where names are no axis. */
function rowOf(spec: Spec): number | undefined {
  if (!namesOf(spec)) return undefined;
  const encodings = encodingsOf(spec);
  const offset = encodings.map(({ yOffset }) => yOffset as Spec | undefined).find((one) => one?.sort);
  const lines = offset ? (offset.sort as unknown[]).length : 1;
  const written = JSON.stringify(spec).includes('"x":"width"');
  return lines * (written ? 34 : 20);
}

function layOutEncoding(encoding: Spec, row: number | undefined): Spec {
  // Nothing hovers on a phone.
  const laid: Spec = { ...encoding, ...(encoding.tooltip ? { tooltip: [] } : {}) };
  for (const channel of seriesChannels) {
    const definition = laid[channel] as Spec | undefined;
    if (!definition?.field || definition.legend === null) continue;
    laid[channel] = { ...definition, legend: layOutLegend(definition) };
  }
  const { yOffset } = laid as { yOffset?: Spec };
  if (yOffset?.scale) laid.yOffset = { ...yOffset, scale: { type: "band", padding: 0 } };
  for (const channel of ["x", "y"]) {
    const definition = laid[channel] as Spec | undefined;
    if (!definition) continue;
    const axis = definition.axis as Spec | null | undefined;
    if (isContinuous(definition) && axis) {
      const { title: _, ...rest } = axis;
      const ticks = channel === "x" ? { tickCount: Math.min(4, Number(axis.tickCount ?? 4)) } : {};
      laid[channel] = { ...definition, axis: { ...rest, ...ticks, labelOverlap: "greedy" } };
    } else if (channel === "y" && row !== undefined && definition.type === "nominal") {
      laid.y = {
        ...definition,
        scale: {
          ...definition.scale as Spec,
          type: "band",
          paddingInner: nameHeight / (row + nameHeight),
          paddingOuter: nameHeight / 2 / (row + nameHeight),
          align: 1,
        },
        axis: {
          ...axis,
          ...labelExpr((definition.sort ?? []) as string[], 34),
          labelAlign: "left",
          labelBaseline: "bottom",
          labelPadding: 0,
          labelOffset: -row / 2 - 2,
          ticks: false,
          domain: false,
        },
      };
    }
  }
  return laid;
}

/** A legend above, in as many columns as fit. */
function layOutLegend({ sort, legend }: Spec): Spec {
  const { orient, ...rest } = (legend ?? {}) as Spec;
  const names = Array.isArray(sort) ? sort.map(String) : [];
  return {
    ...rest,
    orient: orient === "bottom" ? "bottom" : "top",
    columns: names.length > 0 ? columnsIn(300, names) : 4,
    ...labelExpr(names, 32),
  };
}

/** A text of a row goes to the right end of its line; one at a line turns inwards; one at a point has no room. */
function layOutText(view: Spec, encoding: Spec, row: number | undefined): Spec | undefined {
  const mark = markOf(view);
  if (row !== undefined && (encoding.y as Spec | undefined)?.type === "nominal") {
    const { x: _, ...rest } = (view.encoding ?? {}) as Spec;
    const above = encoding.yOffset || mark.x === "width" ? -11 : -row / 2 - 8;
    return {
      ...view,
      encoding: rest,
      mark: { ...mark, x: "width", align: "right", dx: 0, dy: above, baseline: "middle" },
    };
  }
  if (isContinuous(encoding.x) && isContinuous(encoding.y)) return undefined;
  if (!isContinuous(encoding.x) || typeof mark.dx !== "number") return view;
  const beyond = `scale('x', datum[${JSON.stringify((encoding.x as Spec).field)}]) > width / 2`;
  return {
    ...view,
    mark: {
      ...mark,
      align: { expr: `${beyond} ? 'right' : 'left'` },
      dx: { expr: `${beyond} ? ${-mark.dx} : ${mark.dx}` },
    },
  };
}

function wrapTitle(title: unknown): unknown {
  if (typeof title === "string") return wrap(title, 40);
  const { text, subtitle, fontWeight, ...rest } = title as Spec;
  return {
    ...rest,
    ...(fontWeight === undefined ? {} : { fontWeight }),
    ...(typeof text === "string" ? { text: wrap(text, fontWeight === "normal" ? 50 : 40) } : { text }),
    ...(typeof subtitle === "string" ? { subtitle: wrap(subtitle, 50) } : {}),
  };
}

/** A text in lines of at most so many letters, where its words allow it. */
function wrap(text: string, letters: number): string | string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1)!;
    if (last !== "" && last.length + word.length >= letters) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines.length === 1 ? text : lines;
}
