import { ofKind, takes } from "../base/mod.ts";
import { needsOne } from "./_check.ts";
import { seriesChannels } from "./_series.ts";
import { describe, labelAxis, listed, said, tip } from "./_text.ts";
import { heading, ink, type Spec, themed } from "./_theme.ts";

/** One law's errors. */
export interface LawErrors {
  /** The law's name. */
  law: string;
  /** The mean of its errors over the held-out curves. */
  estimate: number;
  /** The lower end of that mean's interval; not finite where there is none. */
  low: number;
  /** The upper end. */
  high: number;
  /** Its error on each curve. */
  curves: readonly { curve: string; part: "train" | "held-out"; error: number }[];
}

/** Options of {@linkcode lawComparison}. */
export interface LawComparisonOptions {
  /** The figure's heading. @default {none} */
  title?: string;
  /** What the error is, with its unit. @default {"mean absolute error, nats per token"} */
  error?: string;
  /** The axis. @default {"log"} */
  scale?: "linear" | "log";
  /** Every curve that a notebook's figures share, in the order of their colours, so that each keeps its own. @default {the names drawn} */
  colors?: readonly string[];
}

/**
 * Laws side by side, the least held-out error first: a diamond for the mean over the schedules that a law has not seen with
 * its interval, and a dot for every schedule, hollow where the law was fitted to it.
 *
 * @throws {RangeError} If there is no law, an error is not finite, or on a log axis not positive.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lawComparison } from "midtrain/figure";
 *
 * const curves = [{ curve: "cosine", part: "held-out", error: 0.004 }] as const;
 * const spec = lawComparison([{ law: "momentum", estimate: 0.004, low: 0.003, high: 0.005, curves }]);
 * assert(Array.isArray(spec.layer));
 * ```
 */
export function lawComparison(laws: readonly LawErrors[], options: LawComparisonOptions = {}): Spec {
  takes("Cannot compare laws", options, "title?, error?, scale?, colors?");
  ofKind("Cannot compare laws", { laws }, "a list of objects with law, estimate, low, high, curves");
  const { title, error = "mean absolute error, nats per token", scale = "log", colors } = options;
  needsOne("Cannot compare laws", "a law", laws);
  for (const { law, estimate, curves } of laws) {
    for (const value of [estimate, ...curves.map((one) => one.error)]) {
      if (!(Number.isFinite(value) && (scale === "linear" || value > 0))) {
        throw new RangeError(
          `Cannot compare laws as every error must be finite${
            scale === "log" ? " and positive on a log axis" : ""
          }: ${law} has ${value}`,
        );
      }
    }
  }
  const sorted = [...laws].sort((a, b) => a.estimate - b.estimate);
  const names = sorted.map(({ law }) => law);
  const means = sorted.map(({ law, estimate, low, high }) => ({ law, row: "mean", estimate, low, high }));
  const known = means.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
  const dots = sorted.flatMap(({ law, curves }) => curves.map((one) => ({ law, row: "curves", ...one })));
  const schedules = [...new Set(dots.map(({ curve }) => curve))];
  const y = { field: "law", type: "nominal", sort: names, title: null, axis: labelAxis(names) };
  const yOffset = { field: "row", type: "nominal", sort: ["mean", "curves"], scale: { paddingOuter: 0.3 } };
  const x = (field: string) => ({
    field,
    type: "quantitative",
    title: `${error}${scale === "log" ? " (log scale)" : ""}`,
    scale: scale === "log" ? { type: "log", nice: false, padding: 12 } : { zero: true },
    axis: { grid: true, tickCount: 6, format: ".2~g" },
  });
  const channels = seriesChannels(schedules, {
    field: "curve",
    mark: "point",
    colors,
    legend: { columns: 1, orient: "right" },
  });
  const dot = (part: string, mark: Spec) => ({
    part,
    view: {
      transform: [{ filter: `datum.part === '${part}'` }],
      mark: { type: "point", size: 42, opacity: 0.9, ...mark },
      encoding: {
        x: x("error"),
        y,
        yOffset,
        ...channels,
        tooltip: [tip("law", "law"), tip("curve", "curve"), tip("part", "part"), tip("error", error, ".3~g")],
      },
    },
  });
  const mean = [
    tip("law", "law"),
    tip("estimate", `mean of ${error}`, ".3~g"),
    ...(known.length > 0 ? [tip("low", "from", ".3~g"), tip("high", "to", ".3~g")] : []),
  ];
  return themed({
    description: describe(
      title,
      `${error} of ${sorted.length} ${
        sorted.length === 1 ? "law" : "laws"
      } on ${schedules.length} curves, the least first: ${
        listed(sorted.map(({ law, estimate }) => `${law} ${said(estimate)}`))
      }`,
    ),
    title: heading(
      title,
      `filled: held out; hollow: fitted to; diamond: mean of the held out${
        known.length > 0 ? " with its interval" : ""
      }`,
    ),
    height: { step: 20 },
    layer: [
      {
        data: { values: dots },
        layer: [
          dot("train", { filled: false, strokeWidth: 1.5 }),
          dot("held-out", { filled: true }),
        ].filter(({ part }) => dots.some((one) => one.part === part)).map(({ view }) => view),
      },
      ...(known.length === 0 ? [] : [{
        data: { values: known },
        mark: { type: "rule", strokeWidth: 2.5, strokeCap: "round", color: ink.text },
        encoding: { x: x("low"), x2: { field: "high" }, y, yOffset, tooltip: mean },
      }]),
      {
        data: { values: means },
        mark: { type: "point", shape: "diamond", size: 90, opacity: 1, color: ink.text },
        encoding: { x: x("estimate"), y, yOffset, tooltip: mean },
      },
    ],
  });
}
