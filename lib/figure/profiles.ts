import { ofKind, takes } from "../base/mod.ts";
import { needsOne } from "./_check.ts";
import { describe, numberAxis, shorten, tip } from "./_text.ts";
import { ink, palette, type Spec, themed } from "./_theme.ts";

/** One parameter's profile. */
export interface ProfileLine {
  /** The parameter. */
  parameter: string;
  /** Values of the parameter, ascending, and the least objective at each. */
  points: readonly { value: number; objective: number }[];
  /** The objective that bounds the interval. */
  threshold: number;
  /** The best value, and where the profile crosses the threshold. */
  interval: { estimate: number; low: number; high: number };
  /** Whether it crosses below and above; where it does not, the data set no limit on that side. */
  closed: { low: boolean; high: boolean };
}

/** Options of {@linkcode profiles}. */
export interface ProfilesOptions {
  /** The figure's heading. @default {none} */
  title?: string;
  /** How sure the threshold is, in per cent. @default {95} */
  confidence?: number;
  /** Panels in a row. @default {3} */
  columns?: number;
}

/**
 * Profile likelihoods, a panel a parameter: how much worse the best fit gets as one parameter is held away from its optimum,
 * in units of the rise that bounds the interval. A panel says the interval in its title, or that the data set no limit.
 *
 * @throws {RangeError} If there is no profile, or one has no point.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { profiles } from "midtrain/figure";
 *
 * const points = [1, 2, 3].map((value) => ({ value, objective: 1 + (value - 2) ** 2 }));
 * const interval = { estimate: 2, low: 1.5, high: 2.5 }, closed = { low: true, high: true };
 * const spec = profiles([{ parameter: "alpha", points, threshold: 1.25, interval, closed }]);
 * assert.equal((spec.concat as unknown[]).length, 1);
 * ```
 */
export function profiles(lines: readonly ProfileLine[], options: ProfilesOptions = {}): Spec {
  takes("Cannot draw profiles", options, "title?, confidence?, columns?");
  ofKind(
    "Cannot draw profiles",
    { lines },
    "a list of objects with parameter, points, threshold, interval, closed",
  );
  const { title, confidence = 95, columns = 3 } = options;
  needsOne("Cannot draw profiles", "a parameter", lines);
  const width = lines.length === 1 ? 480 : lines.length === 2 ? 240 : 150;
  const panels = lines.map((line, i) => panel(line, confidence, width, i % columns === 0));
  return themed({
    title,
    description: describe(
      title,
      `How much worse the best fit gets as one parameter is held away from its optimum, with ${confidence} % intervals`,
      ...lines.map((line) => `${line.parameter}: ${words(line, 3)}`),
    ),
    columns,
    spacing: 24,
    concat: panels,
    resolve: { scale: { x: "independent", y: "shared" } },
  });
}

function panel(line: ProfileLine, confidence: number, width: number, first: boolean): Spec {
  const { parameter, points, threshold, interval, closed } = line;
  if (points.length === 0) {
    throw new RangeError(`Cannot draw profiles as every parameter must have a point: ${parameter} has none`);
  }
  const least = points.reduce((low, { objective }) => objective < low ? objective : low, Infinity);
  // A profile is walked to just beyond its threshold; what lies far above it would flatten the valley.
  const values = points.map(({ value, objective }) => ({
    value,
    rise: (objective - least) / (threshold - least),
  }))
    .filter(({ value, rise }) => Number.isFinite(value) && rise <= 2.5);
  if (values.length === 0) {
    throw new RangeError(
      `Cannot draw profiles as every parameter must have a finite point: ${parameter} has none`,
    );
  }
  const from = values[0].value;
  const to = values.at(-1)!.value;
  const log = from > 0 && to > 20 * from;
  // As many digits as tell the ends apart.
  const digits = Math.max(
    3,
    Math.ceil(Math.log10(Math.max(Math.abs(from), Math.abs(to)) / (to - from || 1))) + 2,
  );
  const name = shorten(parameter, Math.floor(width / 7.5));
  const tooltip = [
    tip("value", parameter, `.${digits}~g`),
    tip("rise", `rise ÷ the ${confidence} % rise`, ".3~f"),
  ];
  const color = closed.low && closed.high ? palette[0] : palette[1];
  return {
    title: {
      text: name,
      subtitle: words(line, digits),
      fontSize: 12,
      subtitleFontSize: 11,
      offset: 8,
    },
    width,
    height: 150,
    layer: [
      {
        data: { values: [{ limit: 1, note: `${confidence} %` }] },
        encoding: { y: { field: "limit", type: "quantitative" } },
        layer: [
          { mark: { type: "rule", strokeDash: [5, 4], color: ink.soft } },
          {
            mark: { type: "text", baseline: "bottom", dy: -2, x: width / 2, color: ink.soft, fontSize: 10 },
            encoding: { text: { field: "note", type: "nominal" } },
          },
        ],
      },
      {
        data: { values },
        encoding: {
          x: {
            field: "value",
            type: "quantitative",
            title: log ? `${name} (log scale)` : name,
            scale: log ? { type: "log", nice: false } : { zero: false, nice: false },
            // d3 finds the digits that tell the ticks of a linear axis apart.
            axis: { tickCount: 3, labelOverlap: "greedy", ...numberAxis(log ? `.${digits}~g` : "~g") },
          },
          y: {
            field: "rise",
            type: "quantitative",
            title: `rise ÷ the ${confidence} % rise`,
            scale: { domain: [0, 2.5] },
            axis: { tickCount: 5, ...(first ? {} : { title: null }) },
          },
        },
        layer: [
          { mark: { type: "line", color, aria: false } },
          { mark: { type: "point", size: 14, color, opacity: 1 }, encoding: { tooltip } },
        ],
      },
      {
        data: { values: [{ value: interval.estimate, rise: 0 }] },
        mark: { type: "point", size: 60, color: ink.text, shape: "diamond", opacity: 1 },
        encoding: {
          x: { field: "value", type: "quantitative" },
          y: { field: "rise", type: "quantitative" },
          tooltip: [tip("value", `best ${parameter}`, `.${digits}~g`)],
        },
      },
    ],
  };
}

function words({ interval, closed }: ProfileLine, digits: number): string {
  const [estimate, low, high] = [interval.estimate, interval.low, interval.high].map((value) =>
    Number(value.toPrecision(digits))
  );
  if (closed.low && closed.high) return `${estimate} [${low}, ${high}]`;
  if (!closed.low && !closed.high) return `${estimate}: flat, no limit`;
  return closed.low ? `above ${low}: no limit above` : `below ${high}: no limit below`;
}
