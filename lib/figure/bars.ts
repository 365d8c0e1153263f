import { ofKind, oneOf, takes } from "../base/mod.ts";
import { needsOne } from "./_check.ts";
import { seriesChannels } from "./_series.ts";
import { describe, formatOf, labelAxis, listed, said, shorten, tip, valueAxis } from "./_text.ts";
import { ink, palette, type Spec, themed } from "./_theme.ts";

/** One bar. */
export interface Bar {
  /** What is counted, for example a reason. */
  label: string;
  /** How much. */
  value: number;
  /** A part of the whole, for example the stage; parts of one label are stacked in their order. */
  part?: string;
}

/** Options of {@linkcode bars}. */
export interface BarsOptions {
  /** The figure's heading. @default {none} */
  title?: string | undefined;
  /** What the values are, with their unit. @default {"count"} */
  value?: string;
  /** How many labels are shown, the largest first; the rest become one bar `N more`. @default {20} */
  limit?: number;
  /** `value` puts the largest first, `data` keeps the order given. @default {"value"} */
  sort?: "value" | "data";
  /** Every part's name that a notebook's figures share, in the order of their colours, so that each keeps its own. @default {the names drawn} */
  colors?: readonly string[];
}

/**
 * Horizontal bars with their value written at the end: counts by reason, documents by stage, loss by domain.
 *
 * @throws {TypeError} If a label is not text or a value not a finite number.
 * @throws {RangeError} If there is no bar.
 * @example Why documents were dropped
 * ```ts
 * import assert from "node:assert/strict";
 * import { bars } from "midtrain/figure";
 *
 * const spec = bars([{ label: "too short", value: 12 }, { label: "no stop words", value: 30 }]);
 * assert.equal((spec.data as { values: { label: string }[] }).values[0].label, "no stop words");
 * ```
 */
export function bars(data: readonly Bar[], options: BarsOptions = {}): Spec {
  takes("Cannot draw bars", options, "title?, value?, limit?, sort?, colors?");
  ofKind("Cannot draw bars", { data }, "a list of objects with label, value");
  const { title, value = "count", limit = 20, sort = "value", colors } = options;
  oneOf("Cannot draw bars", { sort }, ["value", "data"]);
  needsOne("Cannot draw bars", "a bar", data);
  const totals = new Map<string, number>();
  for (const bar of data) {
    if (typeof bar.label !== "string" || !Number.isFinite(bar.value)) {
      throw new TypeError(
        `Cannot draw bars as each needs a label and a finite value: ${
          JSON.stringify(bar.label)
        } has ${bar.value}`,
      );
    }
    totals.set(bar.label, (totals.get(bar.label) ?? 0) + bar.value);
  }
  const labels = [...totals.keys()];
  if (sort === "value") labels.sort((a, b) => totals.get(b)! - totals.get(a)!);
  const shown = labels.slice(0, limit);
  const rest = labels.slice(limit);
  const restLabel = `${rest.length} more`;
  const kept = new Set(shown);
  const values = shown.flatMap((label) => data.filter((bar) => bar.label === label));
  for (const bar of data) if (!kept.has(bar.label)) values.push({ ...bar, label: restLabel });
  if (rest.length > 0) {
    shown.push(restLabel);
    totals.set(restLabel, rest.reduce((sum, label) => sum + totals.get(label)!, 0));
  }
  const parts = [...new Set(data.flatMap((bar) => bar.part === undefined ? [] : [bar.part]))];
  const y = { field: "label", type: "nominal", sort: shown, title: null, axis: labelAxis(shown) };
  const channels = parts.length > 0
    ? seriesChannels(parts, { field: "part", mark: "area", colors, legend: { orient: "top" } })
    : { color: { value: palette[0] } };
  const format = formatOf(data.map((bar) => bar.value));
  const sum = [...totals.values()].reduce((all, total) => all + total, 0);
  const most = shown.reduce((a, b) => totals.get(b)! > totals.get(a)! ? b : a);
  return themed({
    title,
    description: describe(
      title,
      `Bars of ${value} for ${listed(shown)}${parts.length > 1 ? `, parted into ${listed(parts)}` : ""}`,
      `The largest is ${shorten(most, 60)} with ${said(totals.get(most)!)} of ${said(sum)}`,
    ),
    height: { step: 26 },
    data: { values },
    layer: [
      {
        mark: { type: "bar", height: { band: 0.72 } },
        encoding: {
          y,
          x: {
            field: "value",
            type: "quantitative",
            title: value,
            axis: { grid: true, tickCount: 5, ...valueAxis([...totals.values()]) },
          },
          ...channels,
          tooltip: [
            tip("label", "label"),
            ...(parts.length > 0 ? [tip("part", "part")] : []),
            tip("value", value, format),
          ],
          order: { field: "order", type: "quantitative" },
        },
        transform: [{ calculate: `indexof(${JSON.stringify(parts)}, datum.part)`, as: "order" }],
      },
      {
        // Beside a bar that goes left, its value stands at the right of the origin, as names stand at the left.
        data: { values: shown.map((label) => ({ label, total: totals.get(label)! })) },
        transform: [{ calculate: "max(0, datum.total)", as: "at" }],
        mark: { type: "text", align: "left", dx: 5, color: ink.text },
        encoding: {
          y,
          x: { field: "at", type: "quantitative" },
          text: { field: "total", type: "quantitative", format },
        },
      },
    ],
  });
}
