import { inRange, ofKind, takes } from "../base/mod.ts";
import { needsOne } from "./_check.ts";
import { describe, labelAxis, listed, shorten, tip } from "./_text.ts";
import { ink, palette, type Spec, themed } from "./_theme.ts";

/** The score of one model on one task. */
export interface TaskScore {
  /** The task. */
  task: string;
  /** The model or the checkpoint. */
  model: string;
  /** The score, from 0 to 1. */
  value: number;
  /** Half of its interval's width. @default {not written} */
  error?: number | undefined;
  /** What guessing gets. @default {0} */
  guessing?: number | undefined;
  /** Items. @default {not written} */
  n?: number | undefined;
  /** The task cannot tell these models apart: its row is grey. @default {false} */
  mute?: boolean | undefined;
}

/** Options of {@linkcode taskScores}. */
export interface TaskScoresOptions {
  /** The figure's heading. @default {none} */
  title?: string | undefined;
  /** What the values are. @default {"score, %"} */
  value?: string | undefined;
}

/**
 * Tasks by checkpoints: each cell holds its score in per cent, the fuller the more of the way it is from guessing to all right; below
 * guessing it is of another colour. Tasks that cannot tell the checkpoints apart are grey.
 *
 * @throws {RangeError} If there is no score, or one lies outside [0, 1].
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { taskScores } from "midtrain/figure";
 *
 * const spec = taskScores([{ task: "arc-easy", model: "step 100", value: 0.43, guessing: 0.25, error: 0.04, n: 570 }]);
 * assert.equal((spec.data as { values: { said: string }[] }).values[0].said, "43.0 ± 4.0");
 * ```
 */
export function taskScores(data: readonly TaskScore[], options: TaskScoresOptions = {}): Spec {
  const cannot = "Cannot draw scores";
  takes(cannot, options, "title?, value?");
  ofKind(cannot, { data }, "a list of objects with task, model, value");
  const { title, value = "score, %" } = options;
  needsOne(cannot, "a score", data);
  const values = data.map(({ task, model, value, error, guessing = 0, n, mute = false }) => {
    inRange(cannot, { [`the score of ${model} on ${task}`]: value }, "in [0, 1]");
    inRange(cannot, { [`guessing of ${task}`]: guessing }, "in [0, 1)");
    const known = (value - guessing) / (1 - guessing);
    return {
      task,
      model,
      value: 100 * value,
      said: (100 * value).toFixed(1) + (error === undefined ? "" : ` ± ${(100 * error).toFixed(1)}`),
      guessing: 100 * guessing,
      n: n ?? null,
      mute,
      known,
      strength: mute ? 0.25 : 0.08 + 0.6 * Math.min(1, Math.abs(known)),
    };
  });
  const tasks = [...new Set(values.map(({ task }) => task))];
  const models = [...new Set(values.map(({ model }) => model))];
  const short = Object.fromEntries(models.map((model) => [model, shorten(model, 18)]));
  const below = values.filter(({ known, mute }) => known < 0 && !mute);
  const muted = [...new Set(values.filter(({ mute }) => mute).map(({ task }) => task))];
  const best = values.reduce((a, b) => b.known > a.known ? b : a);
  return themed({
    title,
    description: describe(
      title,
      `The ${value} of ${listed(models)} on ${listed(tasks)}`,
      `Furthest from guessing is ${best.model} on ${best.task}, ${best.said}`,
      ...(below.length > 0 ? [`${below.length} of ${values.length} scores lie below guessing`] : []),
      ...(muted.length > 0 ? [`${listed(muted)} cannot tell these models apart`] : []),
    ),
    width: { step: 112 },
    height: 30 * tasks.length,
    data: { values },
    encoding: {
      y: { field: "task", type: "ordinal", sort: tasks, title: null, axis: labelAxis(tasks) },
      x: {
        field: "model",
        type: "nominal",
        sort: models,
        title: null,
        axis: {
          ...{ orient: "top", labelAngle: 0, ticks: false, domain: false },
          labelExpr: `${JSON.stringify(short)}[datum.value]`,
        },
      },
    },
    layer: [
      {
        mark: { type: "rect", stroke: "white", strokeWidth: 2 },
        encoding: {
          color: {
            condition: [
              { test: "datum.mute", value: palette[6] },
              { test: "datum.known < 0", value: palette[1] },
            ],
            value: palette[0],
          },
          fillOpacity: { field: "strength", type: "quantitative", scale: null },
          tooltip: [
            tip("task", "task"),
            tip("model", "model"),
            tip("said", value),
            tip("guessing", "guessing, %", ".1f"),
            tip("n", "items"),
          ],
        },
      },
      {
        mark: { type: "text", color: ink.text, fontSize: 12 },
        encoding: { text: { field: "said", type: "nominal" } },
      },
    ],
  });
}
