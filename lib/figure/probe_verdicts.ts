import { distinct, must, ofKind, oneOf, takes } from "../base/mod.ts";
import { needsOne } from "./_check.ts";
import { describe, listed, tip, valueAxis } from "./_text.ts";
import { heading, ink, palette, type Spec, themed } from "./_theme.ts";

/** One probed source. */
export interface ProbedSource {
  /** The source. */
  source: string;
  /** What it gains on the domain, with its interval. */
  gain: { estimate: number; low: number; high: number };
  /** What is forgotten of general text, with its interval. */
  forgetting: { estimate: number; low: number; high: number };
  /** What came of it. */
  verdict: "take" | "leave" | "unclear";
}

/** Options of {@linkcode probeVerdicts}. */
export interface ProbeVerdictsOptions {
  /** The least gain. */
  gain: number;
  /** The most that may be forgotten. */
  forgetting: number;
  /** The figure's heading. @default {none} */
  title?: string | undefined;
  /** The unit of both. @default {"nats per token"} */
  unit?: string | undefined;
}

const COLORS = { take: palette[2], unclear: palette[6], leave: palette[1] };

/**
 * What sources gained and what they cost, each a cross of its two intervals, over the field that was set as acceptable before
 * they were probed: a source is taken when its cross lies in it.
 *
 * @throws {RangeError} If there is no source, one stands twice, or a number is not finite.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { probeVerdicts } from "midtrain/figure";
 *
 * const problems = { estimate: 0.1, low: 0.08, high: 0.12 };
 * const cost = { estimate: 0.01, low: 0.005, high: 0.015 };
 * const rows = [{ source: "problems", gain: problems, forgetting: cost, verdict: "take" as const }];
 * const spec = probeVerdicts(rows, { gain: 0.02, forgetting: 0.03 });
 * assert(Array.isArray(spec.layer));
 * ```
 */
export function probeVerdicts(data: readonly ProbedSource[], options: ProbeVerdictsOptions): Spec {
  const cannot = "Cannot draw verdicts";
  takes(cannot, options, "gain, forgetting, title?, unit?");
  ofKind(cannot, { data }, "a list of objects with source, gain, forgetting, verdict");
  needsOne(cannot, "a source", data);
  distinct(cannot, { sources: data.map(({ source }) => source) });
  const { gain: least, forgetting: most, title, unit = "nats per token" } = options;
  const finite = (what: string, value: number) =>
    must(cannot, `${what} must be finite`, value, Number.isFinite(value));
  finite("gain", least);
  finite("forgetting", most);
  const values = data.map(({ source, gain, forgetting, verdict }) => {
    for (const [name, one] of Object.entries({ gain, forgetting })) {
      ofKind(cannot, { [`${name} of ${source}`]: one }, "an object with estimate, low, high");
      for (const end of ["estimate", "low", "high"] as const) {
        finite(`the ${name} of ${source}, its ${end},`, one[end]);
      }
    }
    oneOf(cannot, { [`the verdict of ${source}`]: verdict }, COLORS);
    return {
      ...{ source, verdict, gain: gain.estimate, gainLow: gain.low, gainHigh: gain.high },
      ...{ cost: forgetting.estimate, costLow: forgetting.low, costHigh: forgetting.high },
    };
  });
  const across = values.flatMap(({ gainLow, gainHigh }) => [gainLow, gainHigh]).concat(least, 0);
  const up = values.flatMap(({ costLow, costHigh }) => [costLow, costHigh]).concat(most, 0);
  const domain = (of: number[]) => {
    const [low, high] = [Math.min(...of), Math.max(...of)];
    const room = 0.12 * (high - low || 1);
    return [low - room, high + room];
  };
  const [xs, ys] = [domain(across), domain(up)];
  const axis = (title: string, ends: number[]) => ({
    type: "quantitative",
    title,
    scale: { domain: ends, nice: false, zero: false },
    axis: { grid: true, tickCount: 6, ...valueAxis(ends) },
  });
  const x = axis(`gained on the domain, ${unit}`, xs);
  const y = axis(`forgotten, ${unit}`, ys);
  const shades = ["take", "unclear", "leave"] as const;
  const color = {
    field: "verdict",
    type: "nominal",
    title: null,
    sort: [...shades],
    scale: { domain: [...shades], range: shades.map((one) => COLORS[one]) },
    legend: {
      orient: "top",
      symbolType: "circle",
      values: shades.filter((one) => data.some(({ verdict }) => verdict === one)),
    },
  };
  const tooltip = [
    tip("source", "source"),
    tip("verdict", "verdict"),
    tip("gain", x.title, ".4f"),
    tip("cost", y.title, ".4f"),
  ];
  return themed({
    title: heading(
      title,
      "The green field was set before the probes: at least so much gained, at most so much forgotten",
    ),
    description: describe(
      title,
      `What ${listed(data.map(({ source }) => source))} gained and cost; taken: ${
        listed(data.filter(({ verdict }) => verdict === "take").map(({ source }) => source)) || "none"
      }`,
    ),
    data: { values },
    layer: [
      {
        data: { values: [{ left: least, right: xs[1], bottom: ys[0], top: most }] },
        mark: { type: "rect", color: palette[2], opacity: 0.12 },
        encoding: {
          x: { field: "left", ...x },
          x2: { field: "right" },
          y: { field: "bottom", ...y },
          y2: { field: "top" },
        },
      },
      {
        mark: { type: "rule", strokeWidth: 2 },
        encoding: {
          x: { field: "gainLow", ...x },
          x2: { field: "gainHigh" },
          y: { field: "cost", ...y },
          color,
          tooltip,
        },
      },
      {
        mark: { type: "rule", strokeWidth: 2 },
        encoding: {
          x: { field: "gain", ...x },
          y: { field: "costLow", ...y },
          y2: { field: "costHigh" },
          color,
          tooltip,
        },
      },
      {
        mark: { type: "point", size: 70, opacity: 1 },
        encoding: { x: { field: "gain", ...x }, y: { field: "cost", ...y }, color, tooltip },
      },
      {
        mark: { type: "text", align: "left", dx: 8, dy: -8, color: ink.text },
        encoding: {
          x: { field: "gain", ...x },
          y: { field: "cost", ...y },
          text: { field: "source", type: "nominal" },
        },
      },
    ],
  });
}
