import { ofKind, takes } from "../base/mod.ts";
import { needsOne } from "./_check.ts";
import { describe, numberAxis, rangeOf, tip } from "./_text.ts";
import { heading, ink, type Spec, themed } from "./_theme.ts";

/** One run of a sweep. */
export interface IsoflopRun {
  /** Its training budget. */
  flops: number;
  /** Its parameters. */
  params: number;
  /** Its final loss, in nats per token. */
  loss: number;
}

/** Options of {@linkcode isoflop}. */
export interface IsoflopFigureOptions {
  /** The best size of each budget, and how the loss curves there: the factor of the squared natural logarithm of size. */
  minima: readonly (IsoflopRun & { curvature: number })[];
  /** The law through the minima: `params = coefficient * flops^exponent`. @default {none} */
  power?: { coefficient: number; exponent: number; interval?: { low: number; high: number } };
  /** The figure's heading. @default {none} */
  title?: string;
  /** How far above its minimum a valley is drawn, in nats per token. @default {0.3} */
  window?: number;
}

/**
 * IsoFLOP valleys: the runs of each budget, the parabola through them, and a diamond at its minimum; a grey line joins the
 * sizes that the law of the minima gives.
 *
 * @throws {RangeError} If there is no run, or a number is not finite and positive.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isoflop } from "midtrain/figure";
 *
 * const runs = [0.5, 1, 2].map((x) => ({ flops: 1e18, params: 1e8 * x, loss: 3 + Math.log(x) ** 2 / 10 }));
 * const spec = isoflop(runs, { minima: [{ flops: 1e18, params: 1e8, loss: 3, curvature: 0.1 }] });
 * assert(Array.isArray(spec.layer));
 * ```
 */
export function isoflop(runs: readonly IsoflopRun[], options: IsoflopFigureOptions): Spec {
  takes("Cannot draw IsoFLOP curves", options, "minima, power?, title?, window?");
  ofKind("Cannot draw IsoFLOP curves", { runs }, "a list of objects with flops, params, loss");
  const { minima, power, title, window = 0.3 } = options;
  needsOne("Cannot draw IsoFLOP curves", "a run", runs);
  for (const { flops, params, loss } of [...runs, ...minima]) {
    if (![flops, params, loss].every((value) => value > 0 && Number.isFinite(value))) {
      throw new RangeError(
        `Cannot draw IsoFLOP curves as flops, params and loss must be finite and positive: current values are ${flops}, ${params} and ${loss}`,
      );
    }
  }
  const lowest = new Map<number, number>();
  for (const { flops, loss } of runs) lowest.set(flops, Math.min(loss, lowest.get(flops) ?? Infinity));
  const near = runs.filter(({ flops, loss }) => loss <= lowest.get(flops)! + window);
  const valleys = minima.flatMap((minimum) => {
    const sizes = near.filter(({ flops }) => flops === minimum.flops).map(({ params }) => Math.log(params));
    if (sizes.length === 0) return [];
    const from = Math.min(...sizes);
    const to = Math.max(...sizes);
    return Array.from({ length: 41 }, (_, i) => {
      const log = from + (to - from) * i / 40;
      const away = log - Math.log(minimum.params);
      return {
        flops: minimum.flops,
        params: Math.exp(log),
        loss: minimum.loss + minimum.curvature * away ** 2,
      };
    });
  });
  const path = minima.map(({ flops, params, loss }) => ({
    loss,
    params: power ? power.coefficient * flops ** power.exponent : params,
  }));
  const encoding = {
    x: {
      field: "params",
      type: "quantitative",
      title: "parameters (log scale)",
      scale: { type: "log", nice: false, padding: 8 },
      axis: { ...numberAxis("~s"), tickCount: 6, labelOverlap: "greedy" },
    },
    y: {
      field: "loss",
      type: "quantitative",
      title: "loss (nats per token)",
      scale: { zero: false },
      axis: { tickCount: 6 },
    },
  };
  const color = {
    field: "flops",
    type: "quantitative",
    title: "FLOP",
    scale: {
      type: "log",
      // Neither end sinks into white or into a dark screen.
      scheme: { name: "viridis", extent: [0.25, 0.8] },
      domain: [Math.min(...lowest.keys()), Math.max(...lowest.keys())],
    },
    legend: {
      ...numberAxis(".0e"),
      values: [...lowest.keys()].filter((_, i, all) => i % Math.ceil(all.length / 6) === 0),
    },
  };
  const interval = power?.interval
    ? ` [${power.interval.low.toFixed(3)}, ${power.interval.high.toFixed(3)}]`
    : "";
  const reading = power ? `best size ~ FLOP^${power.exponent.toFixed(3)}${interval}` : "diamonds: best sizes";
  const tooltip = [
    tip("flops", "FLOP", ".3~e"),
    tip("params", "parameters", ".4~s"),
    tip("loss", "loss, nats per token", ".4f"),
  ];
  return themed({
    title: heading(title, reading),
    description: describe(
      title,
      `Losses of ${runs.length} runs over their parameters, a valley for each of ${lowest.size} budgets ${
        rangeOf(lowest.keys())
      } FLOP, with diamonds at the best sizes, ${rangeOf(minima.map(({ params }) => params))} parameters`,
      ...(power ? [reading] : []),
    ),
    height: 360,
    layer: [
      {
        data: { values: path },
        mark: { type: "line", strokeDash: [5, 4], color: ink.soft, strokeWidth: 1.5 },
        encoding: { ...encoding, order: { field: "params", type: "quantitative" } },
      },
      {
        data: { values: valleys },
        mark: { type: "line", strokeWidth: 1.5 },
        encoding: { ...encoding, color, detail: { field: "flops", type: "nominal" } },
      },
      {
        data: { values: near },
        mark: { type: "point", size: 28 },
        encoding: { ...encoding, color, tooltip },
      },
      {
        data: { values: minima.map(({ flops, params, loss }) => ({ flops, params, loss })) },
        mark: { type: "point", shape: "diamond", size: 110, color: ink.text, opacity: 1 },
        encoding: { ...encoding, tooltip },
      },
    ],
  });
}
