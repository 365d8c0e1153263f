import { ofKind, takes } from "../base/mod.ts";
import { needsNumbers, needsOne } from "./_check.ts";
import { seriesChannels } from "./_series.ts";
import { describe, formatOf, listed, rangeOf, tip, valueAxis } from "./_text.ts";
import { ink, palette, type Spec, themed } from "./_theme.ts";

/** One point. */
export interface ScatterPoint {
  /** Where along. */
  x: number;
  /** How high. */
  y: number;
  /** The group, for example the target or the law; each has its own colour. */
  group?: string;
}

/** Options of {@linkcode scatter}. */
export interface ScatterOptions {
  /** The figure's heading. @default {none} */
  title?: string;
  /** What the horizontal axis is, with its unit. */
  x: string;
  /** What the vertical axis is, with its unit. */
  y: string;
  /** Draw the line on which both are equal, over one range for both axes: for predictions against measurements. @default {false} */
  identity?: boolean;
  /** Every group that a notebook's figures share, in the order of their colours, so that each keeps its own. @default {the names drawn} */
  colors?: readonly string[];
}

/**
 * Points in two dimensions: predicted against measured losses, or one size's losses against another's.
 *
 * @throws {RangeError} If there is no point, or a coordinate is not finite.
 * @example Predictions beside what was measured
 * ```ts
 * import assert from "node:assert/strict";
 * import { scatter } from "midtrain/figure";
 *
 * const options = { x: "predicted, nats", y: "measured, nats", identity: true };
 * const spec = scatter([{ x: 2.1, y: 2.12 }, { x: 2.4, y: 2.37 }], options);
 * assert.equal((spec.layer as unknown[]).length, 2);
 * ```
 */
export function scatter(data: readonly ScatterPoint[], options: ScatterOptions): Spec {
  takes("Cannot draw a scatter", options, "x, y, title?, identity?, colors?");
  ofKind("Cannot draw a scatter", { data }, "a list of objects with x, y");
  needsNumbers("Cannot draw a scatter", { data }, ["x", "y"]);
  const { title, x, y, identity = false, colors } = options;
  needsOne("Cannot draw a scatter", "a point", data);
  for (const point of data) {
    if (!Number.isFinite(point.x) || !Number.isFinite(point.y)) {
      throw new RangeError(
        `Cannot draw a scatter as coordinates must be finite: a point is (${point.x}, ${point.y})`,
      );
    }
  }
  const groups = [...new Set(data.flatMap(({ group }) => group === undefined ? [] : [group]))];
  const all = data.flatMap((point) => [point.x, point.y]);
  const low = all.reduce((a, b) => Math.min(a, b));
  const high = all.reduce((a, b) => Math.max(a, b));
  // Dots keep clear of the axes' labels.
  const around = { zero: false, padding: 8 };
  const scale = identity && high > low ? { ...around, domain: [low, high], nice: true } : around;
  const axis = (field: "x" | "y", title: string) => ({
    field,
    type: "quantitative",
    title,
    scale,
    axis: { grid: true, tickCount: 6, ...valueAxis(data.map((point) => point[field])) },
  });
  return themed({
    title,
    description: describe(
      title,
      `${data.length.toLocaleString("en")} ${data.length === 1 ? "point" : "points"}${
        groups.length > 0 ? ` of ${listed(groups)}` : ""
      }: ${x} ${rangeOf(data.map((point) => point.x))}, ${y} ${rangeOf(data.map((point) => point.y))}`,
      ...(identity
        ? [`${data.filter((point) => point.y > point.x).length} lie above the line on which both are equal`]
        : []),
    ),
    width: 400,
    height: identity ? 400 : 320,
    data: { values: data },
    encoding: { x: axis("x", x), y: axis("y", y) },
    layer: [
      ...(identity
        ? [{
          data: { values: [{ x: low, y: low }, { x: high, y: high }] },
          mark: { type: "line", strokeDash: [5, 4], strokeWidth: 1.5, color: ink.soft },
        }]
        : []),
      {
        mark: { type: "point", size: 45, opacity: 0.75 },
        encoding: {
          ...(groups.length > 0
            ? seriesChannels(groups, { field: "group", mark: "point", colors })
            : { color: { value: palette[0] } }),
          tooltip: [
            ...(groups.length > 0 ? [tip("group", "group")] : []),
            tip("x", x, formatOf(data.map((point) => point.x))),
            tip("y", y, formatOf(data.map((point) => point.y))),
          ],
        },
      },
    ],
  });
}
