import { ofKind, takes } from "../base/mod.ts";
import { needsNumbers, needsOne } from "./_check.ts";
import { seriesChannels } from "./_series.ts";
import { describe, labelAxis, listed, rangeOf, tip, valueAxis } from "./_text.ts";
import { ink, palette, type Spec, themed } from "./_theme.ts";

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
  /** The number format of the written estimates, as in d3-format. @default {two digits of the interval's width} */
  format?: string;
  /** Every group that a notebook's figures share, in the order of their colours, so that each keeps its own. @default {the names drawn} */
  colors?: readonly string[];
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
  takes("Cannot draw intervals", options, "title?, value?, reference?, scale?, format?, colors?");
  ofKind("Cannot draw intervals", { data }, "a list of objects with label, estimate, low, high");
  needsNumbers("Cannot draw intervals", { data }, ["estimate", "low", "high"]);
  const { title, value = "estimate, 95 % interval", reference, scale = "linear", format, colors } = options;
  needsOne("Cannot draw intervals", "an interval", data);
  for (const row of data) {
    if (!(row.low <= row.estimate && row.estimate <= row.high && Number.isFinite(row.high - row.low))) {
      throw new RangeError(
        `Cannot draw an interval as low <= estimate <= high must hold: ${row.label} is ${row.low}, ${row.estimate}, ${row.high}`,
      );
    }
    if (scale === "log" && !(row.low > 0)) {
      throw new RangeError(
        `Cannot draw an interval as its ends must be positive on a log axis: ${row.label} has ${row.low}`,
      );
    }
  }
  const labels = [...new Set(data.map((row) => row.label))];
  const groups = [...new Set(data.flatMap((row) => row.group === undefined ? [] : [row.group]))];
  const y = { field: "label", type: "nominal", sort: labels, title: null, axis: labelAxis(labels) };
  const dodge = groups.length > 1
    ? { yOffset: { field: "group", type: "nominal", sort: groups, scale: { paddingOuter: 0.3 } } }
    : {};
  const series = { field: "group", mark: "point", colors, legend: { orient: "top" } } as const;
  const channels = groups.length > 0 ? seriesChannels(groups, series) : { color: { value: palette[0] } };
  const x = {
    field: "estimate",
    type: "quantitative",
    title: value,
    scale: scale === "log" ? { type: "log" } : { zero: false },
    axis: { grid: true, tickCount: 6, ...valueAxis(data.flatMap(({ low, high }) => [low, high])) },
  };
  const text = ["estimate", "low", "high"].map((name) =>
    `format(datum.${name}, ${format === undefined ? "datum.digits" : JSON.stringify(format)})`
  );
  const values = data.map((row) => format === undefined ? { ...row, digits: digitsOf(row) } : row);
  const away = reference === undefined
    ? []
    : data.filter(({ low, high }) => low > reference || high < reference).map(({ label }) => label);
  const tooltip = [
    tip("label", "label"),
    ...(groups.length > 0 ? [tip("group", "group")] : []),
    tip("written", value),
  ];
  return themed({
    title,
    description: describe(
      title,
      `Estimates with their intervals of ${listed(labels)}${
        groups.length > 1 ? `, for each of ${listed(groups)}` : ""
      }: ${value} ${rangeOf(data.map(({ estimate }) => estimate))}`,
      ...(reference === undefined ? [] : [
        `${away.length} of ${data.length} intervals do not hold ${reference}${
          away.length > 0 ? `: ${listed([...new Set(away)])}` : ""
        }`,
      ]),
    ),
    height: { step: groups.length > 1 ? 20 : 30 },
    data: { values },
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
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, color: channels.color, tooltip },
      },
      { mark: { type: "point", size: 70, opacity: 1 }, encoding: { x, ...channels, tooltip } },
      {
        mark: { type: "text", align: "left", dx: 8, x: "width", color: ink.soft },
        encoding: { text: { field: "written", type: "nominal" } },
      },
    ],
  });
}

/** The d3 format with as many decimals as show two digits of the interval's width; where it has none, three digits. */
function digitsOf({ estimate, low, high }: IntervalRow): string {
  const width = high - low;
  if (!(width > 0)) return ",.3~r";
  const decimals = 1 - Math.floor(Math.log10(width));
  const most = Math.max(Math.abs(low), Math.abs(high), Math.abs(estimate));
  // Beyond what a line bears, a power of ten.
  if (decimals > 6 || most >= 1e9) {
    return `.${Math.min(15, Math.max(2, Math.floor(Math.log10(most)) + decimals + 1))}~g`;
  }
  return `,.${Math.max(0, decimals)}f`;
}
