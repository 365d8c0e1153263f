import { needsNumbers } from "./_check.ts";
import { must, ofKind, oneOf, takes } from "../base/mod.ts";
import { endLabels } from "./_labels.ts";
import { seriesChannels } from "./_series.ts";
import { describe, formatOf, listed, numberAxis, rangeOf, tip, valueAxis } from "./_text.ts";
import { ink, palette, type Spec, themed } from "./_theme.ts";

/** One point of a line. */
export interface LinePoint {
  /** Which line. */
  series: string;
  /** Where along. */
  x: number;
  /** How much; a point that is not finite breaks the line. */
  y: number;
}

/** Options of {@linkcode lines}. */
export interface LinesOptions {
  /** The figure's heading. @default {none} */
  title?: string;
  /** What the horizontal axis is, with its unit. */
  x: string;
  /** What the vertical axis is, with its unit. */
  y: string;
  /** The horizontal axis. @default {"linear"} */
  xScale?: "linear" | "log";
  /** The vertical axis. @default {"linear"} */
  yScale?: "linear" | "log";
  /** Whether the vertical axis starts at zero. @default {false} */
  zero?: boolean;
  /** Whether each point is marked, as for few and measured ones. @default {false} */
  points?: boolean;
  /** A horizontal dashed line. @default {none} */
  reference?: number;
  /** Every name that a notebook's figures share, in the order of their colours, so that each keeps its own. @default {the names drawn} */
  colors?: readonly string[];
}

/**
 * Lines over one horizontal axis, a colour a series; beyond seven a dash too, and their names at their ends.
 *
 * @throws {TypeError} If there is no point that can be drawn.
 * @throws {RangeError} If a value on a log axis is not positive.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lines } from "midtrain/figure";
 *
 * const spec = lines([{ series: "loss", x: 1, y: 3 }, { series: "loss", x: 2, y: 2 }], { x: "step", y: "nats" });
 * assert.ok(Array.isArray(spec.layer));
 * ```
 */
export function lines(data: readonly LinePoint[], options: LinesOptions): Spec {
  takes("Cannot draw lines", options, "x, y, title?, xScale?, yScale?, zero?, points?, reference?, colors?");
  ofKind("Cannot draw lines", { data }, "a list of objects with series, x, y");
  needsNumbers("Cannot draw lines", { data }, ["x", "y"]);
  const {
    title,
    x,
    y,
    xScale = "linear",
    yScale = "linear",
    zero = false,
    points = false,
    reference,
    colors,
  } = options;
  oneOf("Cannot draw lines", { xScale, yScale }, ["linear", "log"]);
  const values = data.filter((point) => Number.isFinite(point.x)).map((point) => ({
    ...point,
    y: Number.isFinite(point.y) ? point.y : null,
  }));
  if (!values.some((value) => value.y !== null)) {
    throw new TypeError(
      `Cannot draw lines as at least one point must be finite: current number is ${data.length}`,
    );
  }
  for (const [axis, scale] of [["x", xScale], ["y", yScale]] as const) {
    if (scale !== "log") continue;
    const low = values.map((point) => point[axis] ?? Infinity).reduce((a, b) => Math.min(a, b));
    must("Cannot draw lines", `${axis} must be positive on a log axis`, low, low > 0);
  }
  const series = [...new Set(data.map((point) => point.series))];
  const many = series.length > palette.length;
  const xs = values.map((point) => point.x);
  const ys = values.flatMap((point) => point.y ?? []);
  const axes = {
    x: {
      field: "x",
      type: "quantitative",
      title: x,
      scale: {
        ...(xScale === "log" ? { type: "log" } : { zero: false }),
        nice: false,
        // Dots keep clear of the other axis's labels.
        ...(points ? { padding: 8 } : {}),
      },
      axis: xScale === "log" ? { tickCount: 6, ...numberAxis("~s"), labelOverlap: "greedy" } : valueAxis(xs),
    },
    y: {
      field: "y",
      type: "quantitative",
      title: y,
      scale: yScale === "log" ? { type: "log" } : { zero },
      axis: { tickCount: 6, ...valueAxis(ys) },
    },
  };
  const tooltip = [
    ...(series.length > 1 ? [tip("series", "series")] : []),
    tip("x", x, formatOf(xs)),
    tip("y", y, formatOf(ys)),
  ];
  const channels = series.length > 1
    ? seriesChannels(series, { field: "series", mark: "line", colors })
    : { color: { value: palette[0] } };
  return themed({
    title,
    description: describe(
      title,
      `${series.length > 1 ? `Lines of ${listed(series)}` : "A line"}: ${y} ${rangeOf(ys)}, over ${x} ${
        rangeOf(xs)
      }`,
      ...extremes(values, y),
    ),
    data: { values },
    layer: [
      ...(reference === undefined ? [] : [{
        data: { values: [{ reference }] },
        mark: { type: "rule", strokeDash: [5, 4], color: ink.soft },
        encoding: { y: { field: "reference", type: "quantitative" } },
      }]),
      {
        mark: "line",
        encoding: { ...axes, ...channels, tooltip },
      },
      ...(points
        ? [{
          mark: { type: "point", size: 45, opacity: 1 },
          encoding: { ...axes, color: channels.color, tooltip },
        }]
        : []),
      ...(many ? endLabels(values, axes, { yLog: yScale === "log" }) : []),
    ],
  });
}

/** Which line ends lowest and which highest. */
function extremes(values: readonly { series: string; y: number | null }[], y: string): string[] {
  const ends = new Map<string, number>();
  for (const { series, y } of values) if (y !== null) ends.set(series, y);
  if (ends.size < 2) return [];
  const sorted = [...ends].sort(([, a], [, b]) => a - b);
  return [`At their ends ${y} is least for ${sorted[0][0]} and greatest for ${sorted.at(-1)![0]}`];
}
