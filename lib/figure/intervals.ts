import { ofKind, takes } from "../base/mod.ts";
import { ink, labelAxis, palette, type Spec, themed } from "./_theme.ts";

/** One estimate with its interval. */
export interface IntervalRow {
  /** What was estimated. */
  label: string;
  /** The point estimate. */
  estimate: number;
  /** The lower end. */
  low: number;
  /** The upper end. */
  high: number;
  /** The group, for example the model or the method; each has its own colour. */
  group?: string;
}

/** Options of {@linkcode intervals}. */
export interface IntervalsOptions {
  /** The figure's heading. @default {none} */
  title?: string;
  /** What is estimated, with its unit. @default {"estimate, 95 % interval"} */
  value?: string;
  /** Where nothing changes: a dashed line. @default {none} */
  reference?: number;
  /** The axis. @default {"linear"} */
  scale?: "linear" | "log";
  /** The number format of the written estimates, as in d3-format. @default {".3~g"} */
  format?: string;
}

/**
 * A forest plot: one row a label, a dot for the estimate, a line for its interval, and both written at the right.
 *
 * @throws {RangeError} If an interval does not hold its estimate or an end is not finite.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { intervals } from "midtrain/figure";
 *
 * const spec = intervals([{ label: "domain", estimate: -0.2, low: -0.25, high: -0.15 }], { reference: 0 });
 * assert(Array.isArray(spec.layer));
 * ```
 */
export function intervals(data: readonly IntervalRow[], options: IntervalsOptions = {}): Spec {
  takes("Cannot draw intervals", options, "title?, value?, reference?, scale?, format?");
  ofKind("Cannot draw intervals", { data }, "a list of objects with label, estimate, low, high");
  const { title, value = "estimate, 95 % interval", reference, scale = "linear", format = ".3~g" } = options;
  for (const row of data) {
    if (!(row.low <= row.estimate && row.estimate <= row.high && Number.isFinite(row.high - row.low))) {
      throw new RangeError(
        `Cannot draw an interval as low <= estimate <= high must hold: ${row.label} is ${row.low}, ${row.estimate}, ${row.high}`,
      );
    }
  }
  const labels = [...new Set(data.map((row) => row.label))];
  const groups = [...new Set(data.flatMap((row) => row.group === undefined ? [] : [row.group]))];
  const y = { field: "label", type: "nominal", sort: labels, title: null, axis: labelAxis };
  const dodge = groups.length > 1
    ? { yOffset: { field: "group", type: "nominal", sort: groups, scale: { paddingOuter: 0.3 } } }
    : {};
  const color = groups.length > 0
    ? { field: "group", type: "nominal", sort: groups, title: null, legend: { orient: "top" } }
    : { value: palette[0] };
  const x = {
    field: "estimate",
    type: "quantitative",
    title: value,
    scale: scale === "log" ? { type: "log" } : { zero: false },
    axis: { grid: true, tickCount: 6 },
  };
  const text = ["estimate", "low", "high"].map((name) => `format(datum.${name}, '${format}')`);
  return themed({
    title,
    height: { step: groups.length > 1 ? 20 : 30 },
    data: { values: data },
    transform: [{ calculate: `${text[0]} + '  [' + ${text[1]} + ', ' + ${text[2]} + ']'`, as: "written" }],
    encoding: { y, ...dodge },
    layer: [
      ...(reference === undefined ? [] : [{
        data: { values: [{ reference }] },
        mark: { type: "rule", strokeDash: [5, 4], color: ink.soft },
        encoding: { x: { field: "reference", type: "quantitative" }, y: null, yOffset: null },
      }]),
      {
        mark: { type: "rule", strokeWidth: 2.5, strokeCap: "round" },
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, color },
      },
      { mark: { type: "point", size: 70, opacity: 1 }, encoding: { x, color } },
      {
        mark: { type: "text", align: "left", dx: 8, x: "width", color: ink.soft },
        encoding: { text: { field: "written", type: "nominal" } },
      },
    ],
  });
}
