import { ofKind, takes, wholeNumber } from "../base/mod.ts";
import { needsOne } from "./_check.ts";
import { seriesChannels } from "./_series.ts";
import { describe, listed, numberAxis, rangeOf, said, tip, valueAxis } from "./_text.ts";
import { type Spec, themed } from "./_theme.ts";

/** One run by its step records. */
export interface LossCurvesRun {
  /** The run's name. */
  name: string;
  /** Its records in order: tokens seen, learning rate, loss in nats per token. */
  records: readonly { tokens: number; learningRate: number; loss: number }[];
}

/** Options of {@linkcode lossCurves}. */
export interface LossCurvesOptions {
  /** The figure's heading. @default {none} */
  title?: string;
  /** Losses are averaged over this many records, which hides the noise of single batches. @default {1} */
  window?: number;
  /** The most points drawn a run. @default {300} */
  points?: number;
  /** Every run that a notebook's figures share, in the order of their colours, so that each keeps its own. @default {the names drawn} */
  colors?: readonly string[];
}

/**
 * Training losses over tokens with the learning rates beneath, one line a run.
 *
 * Losses that are not finite are left out, so that a diverged run shows what it reached.
 *
 * @throws {RangeError} If there is no run, a run has no record, no loss is finite, or `window` is not a whole number >= 1.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lossCurves } from "midtrain/figure";
 *
 * const records = [5, 4, 3].map((loss, i) => ({ tokens: 2048 * (i + 1), learningRate: 1e-3, loss }));
 * const { vconcat } = lossCurves([{ name: "stable", records }]);
 * assert.equal((vconcat as unknown[]).length, 2);
 * ```
 */
export function lossCurves(runs: readonly LossCurvesRun[], options: LossCurvesOptions = {}): Spec {
  takes("Cannot draw loss curves", options, "title?, window?, points?, colors?");
  ofKind("Cannot draw loss curves", { runs }, "a list of objects with name, records");
  const { title, window = 1, points = 300, colors } = options;
  wholeNumber("Cannot draw loss curves", { window }, ">= 1");
  needsOne("Cannot draw loss curves", "a run", runs);
  const values = runs.flatMap(({ name, records }) => {
    ofKind(
      "Cannot draw loss curves",
      { [`records of ${name}`]: records },
      "a list of objects with tokens, loss, learningRate",
    );
    if (records.length === 0) {
      throw new RangeError(`Cannot draw loss curves as "${name}" must have at least one record`);
    }
    const smooth = averages(records.map(({ loss }) => loss), window);
    return evenly(records.length, points).map((i) => ({
      run: name,
      tokens: records[i].tokens,
      rate: records[i].learningRate,
      loss: Number.isFinite(smooth[i]) ? smooth[i] : null,
    }));
  });
  if (values.every(({ loss }) => loss === null)) {
    throw new RangeError("Cannot draw loss curves as one loss must be finite: none is");
  }
  const names = runs.map(({ name }) => name);
  const x = (labelled: boolean) => ({
    field: "tokens",
    type: "quantitative",
    title: labelled ? "tokens seen" : null,
    axis: { ...numberAxis("~s"), tickCount: 6, labels: labelled },
  });
  const channels = seriesChannels(names, {
    field: "run",
    mark: "line",
    colors,
    legend: { orient: "top", columns: 4 },
  });
  const tooltip = [
    tip("run", "run"),
    tip("tokens", "tokens seen", ","),
    tip("loss", "loss, nats per token", ".4f"),
    tip("rate", "learning rate", ".3~e"),
  ];
  const panel = (field: "loss" | "rate", title: string, height: number, labelled: boolean) => ({
    width: 560,
    height,
    mark: { type: "line", clip: true },
    encoding: {
      x: x(labelled),
      y: {
        field,
        type: "quantitative",
        title,
        scale: { zero: field === "rate" },
        axis: field === "rate"
          ? { ...numberAxis("~e"), tickCount: 3 }
          : { tickCount: 6, ...valueAxis(values.flatMap(({ loss }) => loss ?? [])) },
      },
      ...channels,
      tooltip,
    },
  });
  const smoothed = window === 1 ? "" : `, mean of ${window} steps`;
  const ends = runs.flatMap(({ name }) => {
    const loss = values.findLast((row) => row.run === name && row.loss !== null)?.loss;
    return loss == null ? [] : [{ name, loss }];
  }).sort((a, b) => a.loss - b.loss);
  return themed({
    title,
    description: describe(
      title,
      `Training losses of ${listed(names)}, ${
        rangeOf(values.map(({ loss }) => loss))
      } nats per token, over tokens seen ${
        rangeOf(values.map(({ tokens }) => tokens))
      }, with their learning rates beneath`,
      ...(ends.length > 1 ? [`The lowest at its end is ${ends[0].name} with ${said(ends[0].loss)}`] : []),
    ),
    data: { values },
    spacing: 14,
    vconcat: [
      panel("loss", `training loss (nats per token${smoothed})`, 260, false),
      panel("rate", "learning rate", 80, true),
    ],
  });
}

/** The mean of each value and those before it within a window; shorter at the beginning. */
function averages(values: readonly number[], window: number): number[] {
  return values.map((_, i) => {
    const inside = values.slice(Math.max(0, i - window + 1), i + 1);
    return inside.reduce((sum, value) => sum + value, 0) / inside.length;
  });
}

/** At most about `points` indices of `length`, the first and the last among them. */
function evenly(length: number, points: number): number[] {
  const last = length - 1;
  const count = Math.min(points, length);
  if (count < 2) return [last];
  return Array.from({ length: count }, (_, i) => Math.round(i * last / (count - 1)));
}
