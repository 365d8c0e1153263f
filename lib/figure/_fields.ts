import type { Spec } from "./_theme.ts";

/**
 * Throw when an encoding names a field that its data does not have: Vega draws such a chart empty without a word.
 * Views whose data is empty, comes from elsewhere, or goes through `pivot` cannot be told and pass.
 */
export function checkFields(spec: Spec): void {
  visit(spec, undefined);
}

type Known = Set<string> | undefined;

function visit(view: Spec, inherited: Known): void {
  const known = withTransforms(ownFields(view, inherited), view.transform);
  for (const [channel, definition] of Object.entries((view.encoding ?? {}) as Spec)) {
    visitChannel(channel, definition, known);
  }
  if (view.facet) visitChannel("facet", view.facet, known);
  for (const key of ["layer", "hconcat", "vconcat", "concat"]) {
    for (const child of (view[key] ?? []) as Spec[]) visit(child, known);
  }
  if (view.spec) visit(view.spec as Spec, known);
}

function ownFields(view: Spec, inherited: Known): Known {
  if (!view.data) return inherited;
  const values = (view.data as Spec).values;
  if (!Array.isArray(values) || values.length === 0) return undefined;
  return new Set(values.flatMap((row) => typeof row === "object" && row ? Object.keys(row) : ["data"]));
}

function withTransforms(known: Known, transforms: unknown): Known {
  if (!known || !Array.isArray(transforms)) return known;
  const all = new Set(known);
  for (const transform of transforms as Spec[]) {
    if ("pivot" in transform || "lookup" in transform) return undefined;
    const defaults = "fold" in transform
      ? ["key", "value"]
      : "density" in transform
      ? ["value", "density"]
      : "quantile" in transform
      ? ["prob", "value"]
      : [];
    for (const name of transform.as ? [transform.as].flat() : defaults) all.add(String(name));
    for (const key of ["aggregate", "joinaggregate", "window"]) {
      for (const part of (transform[key] ?? []) as Spec[]) if (part.as) all.add(String(part.as));
    }
    for (const key of ["regression", "loess", "impute", "bin", "timeUnit"]) {
      const name = transform[key];
      if (typeof name === "string") all.add(name);
    }
  }
  return all;
}

function visitChannel(channel: string, definition: unknown, known: Known): void {
  if (Array.isArray(definition)) return definition.forEach((one) => visitChannel(channel, one, known));
  if (typeof definition !== "object" || definition === null) return;
  for (const [key, value] of Object.entries(definition)) {
    if (key === "field" && typeof value === "string") checkField(channel, value, known);
    else if (["condition", "sort", "row", "column"].includes(key)) visitChannel(channel, value, known);
  }
}

function checkField(channel: string, field: string, known: Known): void {
  const name = field.replace(/\\(.)/g, "$1");
  const first = field.split(/(?<!\\)[.[]/)[0];
  if (!known || known.has(name) || known.has(first)) return;
  throw new TypeError(
    `Cannot draw the ${channel} channel as the data has no field "${field}": fields are ${
      [...known].sort().join(", ")
    }`,
  );
}
