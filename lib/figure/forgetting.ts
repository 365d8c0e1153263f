import { inRange, ofKind, takes } from "../base/mod.ts";
import { needsOne } from "./_check.ts";
import { describe, labelAxis, listed, tip } from "./_text.ts";
import { ink, palette, type Spec, themed } from "./_theme.ts";

/** What one task lost and won between two checkpoints. */
export interface TaskChange {
  /** The task. */
  task: string;
  /** Items that were right and are wrong now. */
  forgotten: number;
  /** Items that were wrong and are right now. */
  gained: number;
  /** Items in all. */
  n: number;
  /** The difference of the scores, as a share, with its interval. */
  difference: { estimate: number; low: number; high: number };
}

/** Options of {@linkcode forgetting}. */
export interface ForgettingOptions {
  /** The figure's heading. @default {none} */
  title?: string | undefined;
}

/**
 * What was forgotten and gained on each task: bars to the left are items from right to wrong, to the right from wrong to right, in
 * per cent of all; the dot is the difference of the scores with its interval, which hides how much went both ways.
 *
 * @throws {RangeError} If there is no task, or a count is no part of its items.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { forgetting } from "midtrain/figure";
 *
 * const difference = { estimate: -0.1, low: -0.2, high: 0 };
 * const spec = forgetting([{ task: "arc-easy", forgotten: 12, gained: 2, n: 100, difference }]);
 * assert.match(spec.description as string, /12 of 100/);
 * ```
 */
export function forgetting(data: readonly TaskChange[], options: ForgettingOptions = {}): Spec {
  const cannot = "Cannot draw what was forgotten";
  takes(cannot, options, "title?");
  ofKind(cannot, { data }, "a list of objects with task, forgotten, gained, n, difference");
  const { title } = options;
  needsOne(cannot, "a task", data);
  for (const { task, forgotten, gained, n } of data) {
    inRange(
      cannot,
      { [`what ${task} lost and gained of ${n} items`]: (forgotten + gained) / n },
      "in [0, 1]",
    );
  }
  const tasks = data.map(({ task }) => task);
  const parts = data.flatMap(({ task, forgotten, gained, n }) => [
    { task, what: FORGOTTEN, share: -100 * forgotten / n, items: `${forgotten} of ${n}` },
    { task, what: GAINED, share: 100 * gained / n, items: `${gained} of ${n}` },
  ]);
  const net = data.map(({ task, difference: { estimate, low, high } }) => (
    { task, estimate: 100 * estimate, low: 100 * low, high: 100 * high }
  ));
  const most = data.reduce((a, b) => b.forgotten / b.n > a.forgotten / a.n ? b : a);
  const sure = data.filter(({ difference: { low, high } }) => low > 0 || high < 0).map(({ task }) => task);
  const y = { field: "task", type: "nominal", sort: tasks, title: null, axis: labelAxis(tasks) };
  const axis = { grid: true, tickCount: 6 };
  const x = (field: string) => ({
    field,
    type: "quantitative",
    title: "items, % of all; dot: difference of the scores with its interval",
    axis,
  });
  const tooltip = [tip("task", "task"), tip("estimate", "difference, points", "+.2f")];
  return themed({
    title,
    description: describe(
      title,
      `Items forgotten and gained on ${listed(tasks)}`,
      `Most was forgotten on ${most.task}, ${most.forgotten} of ${most.n} items`,
      sure.length > 0
        ? `The scores of ${listed(sure)} changed beyond their intervals`
        : "No score changed beyond its interval",
    ),
    height: { step: 30 },
    data: { values: parts },
    encoding: { y },
    layer: [
      {
        mark: { type: "bar", height: 14 },
        encoding: {
          x: x("share"),
          color: {
            field: "what",
            type: "nominal",
            scale: { domain: [FORGOTTEN, GAINED], range: [palette[1], palette[0]] },
            legend: { orient: "top", title: null },
          },
          opacity: { value: 0.55 },
          tooltip: [tip("task", "task"), tip("what", "items"), tip("items", "count")],
        },
      },
      {
        data: { values: [{ zero: 0 }] },
        mark: { type: "rule", color: ink.soft },
        encoding: { x: x("zero"), y: null },
      },
      {
        data: { values: net },
        mark: { type: "rule", strokeWidth: 2.5, strokeCap: "round", color: ink.text },
        encoding: { x: x("low"), x2: { field: "high" }, tooltip },
      },
      {
        data: { values: net },
        mark: { type: "point", filled: true, size: 60, opacity: 1, color: ink.text },
        encoding: { x: x("estimate"), tooltip },
      },
    ],
  });
}

const FORGOTTEN = "right, then wrong";
const GAINED = "wrong, then right";
