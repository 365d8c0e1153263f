import { ofKind, takes } from "../base/mod.ts";
import { ink, type Spec, themed } from "./_theme.ts";

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
}

/**
 * Lines over one horizontal axis, a colour a series.
 *
 * @throws {TypeError} If there is no point that can be drawn.
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
  takes("Cannot draw lines", options, "x, y, title?, xScale?, yScale?, zero?, points?, reference?");
  ofKind("Cannot draw lines", { data }, "a list of objects with series, x, y");
  const { title, x, y, xScale = "linear", yScale = "linear", zero = false, points = false, reference } =
    options;
  const values = data.filter((point) => Number.isFinite(point.x)).map((point) => ({
    ...point,
    y: Number.isFinite(point.y) ? point.y : null,
  }));
  if (!values.some((value) => value.y !== null)) {
    throw new TypeError(
      `Cannot draw lines as at least one point must be finite: current number is ${data.length}`,
    );
  }
  const series = [...new Set(data.map((point) => point.series))];
  return themed({
    title,
    data: { values },
    layer: [
      ...(reference === undefined ? [] : [{
        data: { values: [{ reference }] },
        mark: { type: "rule", strokeDash: [5, 4], color: ink.soft },
        encoding: { y: { field: "reference", type: "quantitative" } },
      }]),
      {
        mark: { type: "line", ...(points ? { point: { size: 45 } } : {}) },
        encoding: {
          x: {
            field: "x",
            type: "quantitative",
            title: x,
            scale: xScale === "log" ? { type: "log", nice: false } : { zero: false, nice: false },
            ...(xScale === "log" ? { axis: { tickCount: 6, format: "~s", labelOverlap: "greedy" } } : {}),
          },
          y: {
            field: "y",
            type: "quantitative",
            title: y,
            scale: yScale === "log" ? { type: "log" } : { zero },
            axis: { tickCount: 6 },
          },
          ...(series.length > 1
            ? {
              color: {
                field: "series",
                type: "nominal",
                sort: series,
                title: null,
                legend: { symbolType: "stroke" },
              },
            }
            : {}),
        },
      },
    ],
  });
}
