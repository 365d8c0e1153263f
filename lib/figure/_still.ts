import type { Spec } from "./_theme.ts";
import { mapViews, markOf } from "./_views.ts";

/** A specification for a picture: what a tooltip would say becomes the description of its mark, and nothing can be moved. */
export function still(spec: Spec): Spec {
  return mapViews(spec, (view, { tooltip }) => {
    const { tooltip: _, ...encoding } = (view.encoding ?? {}) as Spec;
    if (!Array.isArray(tooltip)) return view;
    const mark = markOf(view);
    // A line is one mark for all its points.
    const lines = mark.type === "line" ? tooltip.filter(({ format }) => format === undefined) : tooltip;
    return {
      ...view,
      encoding,
      mark: lines.length === 0
        ? { ...mark, aria: false }
        : { ...mark, description: { expr: lines.map(wording).join(" + '\\n' + ") } },
    };
  });
}

function wording({ field, title, format }: Spec): string {
  const value = `datum[${JSON.stringify(field)}]`;
  const written = format === undefined ? value : `format(${value}, ${JSON.stringify(format)})`;
  return `${JSON.stringify(`${title}: `)} + ${written}`;
}
