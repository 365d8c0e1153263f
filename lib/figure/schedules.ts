import { ofKind, takes } from "../base/mod.ts";
import { needsOne } from "./_check.ts";
import { endLabels } from "./_labels.ts";
import { seriesChannels } from "./_series.ts";
import { describe, listed, numberAxis, rangeOf, tip } from "./_text.ts";
import { palette, type Spec, themed } from "./_theme.ts";

/** One schedule by its rates. */
export interface ScheduleLine {
  /** The schedule's name. */
  name: string;
  /** The learning rate of each step, from step 0. */
  rates: ArrayLike<number>;
}

/** Options of {@linkcode schedules}. */
export interface SchedulesOptions {
  /** The figure's heading. @default {none} */
  title?: string;
  /** The most points drawn a line; the knees of a longer schedule are kept. @default {400} */
  points?: number;
  /** Every schedule that a notebook's figures share, in the order of their colours, so that each keeps its own. @default {the names drawn} */
  colors?: readonly string[];
}

/**
 * Learning rates over steps, one line a schedule.
 *
 * @throws {RangeError} If a schedule is empty or a rate is not finite.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { schedules } from "midtrain/figure";
 * import { sampleSchedule, wsd } from "midtrain/schedule";
 *
 * const spec = schedules([{ name: "WSD", rates: sampleSchedule(wsd({ peak: 1, steps: 100 }), 100) }]);
 * assert(Array.isArray(spec.layer));
 * ```
 */
export function schedules(lines: readonly ScheduleLine[], options: SchedulesOptions = {}): Spec {
  takes("Cannot draw schedules", options, "title?, points?, colors?");
  ofKind("Cannot draw schedules", { lines }, "a list of objects with name, rates");
  const { title, points = 400, colors } = options;
  needsOne("Cannot draw schedules", "a schedule", lines);
  const values = lines.flatMap(({ name, rates }) =>
    kneesAndGrid(name, rates, points).map((step) => ({ schedule: name, step, rate: rates[step] }))
  );
  const names = lines.map((line) => line.name);
  const axes = {
    x: { field: "step", type: "quantitative", title: "optimiser step" },
    y: {
      field: "rate",
      type: "quantitative",
      title: "learning rate",
      axis: { ...numberAxis("~e"), tickCount: 6 },
    },
  };
  const ends = values.map(({ schedule: series, step, rate }) => ({ series, x: step, y: rate }));
  return themed({
    title,
    description: describe(
      title,
      `Learning rates of ${listed(names)}, ${rangeOf(values.map(({ rate }) => rate))}, over optimiser steps ${
        rangeOf(values.map(({ step }) => step))
      }`,
    ),
    data: { values },
    layer: [
      {
        mark: "line",
        encoding: {
          ...axes,
          ...seriesChannels(names, { field: "schedule", mark: "line", colors }),
          tooltip: [
            tip("schedule", "schedule"),
            tip("step", "optimiser step", ","),
            tip("rate", "learning rate", ".3~e"),
          ],
        },
      },
      ...(names.length > palette.length ? endLabels(ends, axes, { yLog: false }) : []),
    ],
  });
}

/** The steps to draw: an even grid, and both sides of every jump or bend, so that stairs stay stairs. */
function kneesAndGrid(name: string, rates: ArrayLike<number>, points: number): number[] {
  if (rates.length === 0) {
    throw new RangeError(`Cannot draw schedules as "${name}" must have at least one rate`);
  }
  const steps = new Set<number>([0, rates.length - 1]);
  for (let i = 0; i <= points; i++) steps.add(Math.round(i / points * (rates.length - 1)));
  let peak = 0;
  for (let i = 0; i < rates.length; i++) {
    if (!Number.isFinite(rates[i])) {
      throw new RangeError(
        `Cannot draw schedules as every rate must be finite: "${name}" has ${rates[i]} at step ${i}`,
      );
    }
    peak = Math.max(peak, rates[i]);
  }
  for (let i = 1; i + 1 < rates.length; i++) {
    const bend = Math.abs(rates[i + 1] - 2 * rates[i] + rates[i - 1]);
    if (bend > peak / 100) [i - 1, i, i + 1].forEach((step) => steps.add(step));
  }
  return [...steps].sort((a, b) => a - b);
}
