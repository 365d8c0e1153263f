import type { Spec } from "./_theme.ts";

const composing = ["layer", "hconcat", "vconcat", "concat"] as const;

/** A specification whose every single view, within layers and panels, was rewritten; it hears what lies above the view. */
export function mapViews(spec: Spec, change: (view: Spec, encoding: Spec) => Spec, above: Spec = {}): Spec {
  const encoding = { ...above, ...(spec.encoding ?? {}) as Spec };
  const key = composing.find((key) => Array.isArray(spec[key]));
  if (key) return { ...spec, [key]: (spec[key] as Spec[]).map((view) => mapViews(view, change, encoding)) };
  if (spec.spec) return { ...spec, spec: mapViews(spec.spec as Spec, change, encoding) };
  return spec.mark ? change(spec, encoding) : spec;
}

/** A view's mark as an object. */
export function markOf(view: Spec): Spec & { type?: string } {
  return typeof view.mark === "string" ? { type: view.mark } : view.mark as Spec;
}

/** Whether an encoding's channel is an axis of numbers that may be moved and stretched. */
export function isContinuous(channel: unknown): boolean {
  const { type, field, bin } = (channel ?? {}) as Spec;
  return typeof field === "string" && (type === "quantitative" || type === "temporal") && bin !== true;
}
