import { type Spec, themed } from "./_theme.ts";
import { isContinuous, mapViews, markOf } from "./_views.ts";

const panels = ["hconcat", "vconcat", "concat"] as const;

/** A plain wheel scrolls the page; with Ctrl, and as of a pinch, it stretches the axes. */
const wheel = "wheel![event.ctrlKey || event.metaKey]";

/**
 * A figure for a frontend that draws it live, such as JupyterLab: axes of numbers move by dragging and stretch by Ctrl and the
 * wheel, a double click takes both back, and a line tells the values of its nearest point. Panels over one axis move together.
 *
 * A specification with parameters of its own stays as it is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { interactive, scatter } from "midtrain/figure";
 *
 * const spec = interactive(scatter([{ x: 1, y: 2 }], { x: "tokens", y: "loss" }));
 * assert(JSON.stringify(spec).includes('"bind":"scales"'));
 * ```
 */
export function interactive(spec: Spec): Spec {
  const dressed = themed(spec);
  if (JSON.stringify(dressed).includes('"params":')) return dressed;
  return withMoves(dressed, new Counter(), panels.some((key) => key in dressed));
}

class Counter {
  #count = 0;
  next(): number {
    return ++this.#count;
  }
}

/**
 * A plot is one view or a stack of layers; each gets one selection, in its first view that has an axis to move, of those with
 * tooltips where there are any: a reference line has none.
 */
function withMoves(spec: Spec, counter: Counter, isPanel: boolean, above: Spec = {}): Spec {
  const encoding = { ...above, ...(spec.encoding ?? {}) as Spec };
  const key = panels.find((key) => Array.isArray(spec[key]));
  if (key) {
    return {
      ...spec,
      [key]: (spec[key] as Spec[]).map((one) => withMoves(one, counter, isPanel, encoding)),
    };
  }
  // Facets and repetitions share what they have: one selection would stand many times.
  if (spec.spec || spec.facet || encoding.row || encoding.column || encoding.facet) return spec;
  let told = false;
  mapViews(spec, (view, encoding) => {
    told ||= encoding.tooltip !== undefined;
    return view;
  }, above);
  let zoom: string | undefined;
  const views = mapViews(spec, (view, encoding) => {
    const axes = (isPanel ? ["x"] : ["x", "y"]).filter((channel) => isContinuous(encoding[channel]));
    const first = zoom === undefined && axes.length > 0 && (!told || encoding.tooltip !== undefined);
    if (first) zoom = isPanel ? `zoom_${word((encoding.x as Spec).field)}` : `zoom_${counter.next()}`;
    const select = { type: "interval", encodings: axes, zoom: wheel };
    const moving = first ? { ...view, params: [{ name: zoom, select, bind: "scales" }] } : view;
    return markOf(view).type === "line" ? withPoints(moving, encoding, counter) : moving;
  }, above);
  if (zoom === undefined) return views;
  // What stands at a value is cut at the plot's edge, and a text there goes with the first move: the tooltip has it too.
  const unmoved = { expr: `length(data(${JSON.stringify(`${zoom}_store`)})) > 0 ? 0 : 1` };
  return mapViews(views, (view, encoding) => {
    const mark = markOf(view);
    if (mark.type !== "text") return { ...view, mark: { ...mark, clip: true } };
    const moves = isContinuous(encoding.x) || isContinuous(encoding.y);
    return { ...view, mark: { ...mark, clip: false, ...(moves ? { opacity: unmoved } : {}) } };
  }, above);
}

/** A line with its points, each seen only as the pointer comes near: a line as a whole has no values to tell. */
function withPoints(view: Spec, above: Spec, counter: Counter): Spec {
  const encoding = (view.encoding ?? {}) as Spec;
  if (!above.tooltip) return view;
  const { data, transform, ...line } = view;
  const near = `near_${counter.next()}`;
  const { strokeDash: _, order: __, ...rest } = encoding;
  const { color } = markOf(view);
  const points = {
    params: [{
      name: near,
      select: { type: "point", nearest: true, on: "pointerover", clear: "pointerout" },
    }],
    mark: { type: "point", size: 60, ...(color === undefined ? {} : { color }) },
    encoding: { ...rest, opacity: { condition: { param: near, empty: false, value: 1 }, value: 0 } },
  };
  const outer = {
    ...(data === undefined ? {} : { data }),
    ...(transform === undefined ? {} : { transform }),
  };
  const { width, height, title, ...inner } = line;
  const size = Object.fromEntries(
    Object.entries({ width, height, title }).filter(([, value]) => value !== undefined),
  );
  return { ...outer, ...size, layer: [inner, points] };
}

function word(field: unknown): string {
  return String(field).replaceAll(/\W/g, "_");
}
