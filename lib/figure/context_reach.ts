import { inRange, must, ofKind, takes } from "../base/mod.ts";
import { needsOne } from "./_check.ts";
import { seriesChannels } from "./_series.ts";
import { describe, listed, numberAxis, said, tip } from "./_text.ts";
import { type Spec, themed } from "./_theme.ts";

/** What a model makes of long texts. */
export interface ContextReach {
  /** Its name: the stage that it left. */
  model: string;
  /** Loss at each position of a window, in nats per token, as `evaluateLoss` gives it; NaN is left out. */
  perPosition: ArrayLike<number>;
  /** The share of needles that it recalled, in [0, 1], by the text's length in tokens. @default {none} */
  needles?: readonly { context: number; recalled: number }[] | undefined;
}

/** Options of {@linkcode contextReach}. */
export interface ContextReachOptions {
  /** The figure's heading. @default {none} */
  title?: string | undefined;
}

/** Bins of positions for each doubling. */
const BINS = 2;

/**
 * How far models reach into long texts, in two panels: perplexity by position, and below it the needles that they recall by the
 * text's length. Positions are taken together by factors of the square root of two; perplexity is that of their mean loss.
 *
 * @throws {RangeError} If there is no model, one has no finite loss, or a share lies outside [0, 1].
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { contextReach } from "midtrain/figure";
 *
 * const spec = contextReach([{ model: "512 tokens", perPosition: [3, 2, 1], needles: [{ context: 256, recalled: 0.5 }] }]);
 * assert.equal((spec.vconcat as unknown[]).length, 2);
 * ```
 */
export function contextReach(data: readonly ContextReach[], options: ContextReachOptions = {}): Spec {
  const cannot = "Cannot draw how far models reach";
  takes(cannot, options, "title?");
  ofKind(cannot, { data }, "a list of objects with model, perPosition");
  needsOne(cannot, "a model", data);
  const { title } = options;
  const losses = data.flatMap(({ model, perPosition }) => {
    const binned = binsOf(perPosition);
    must(cannot, `perPosition of ${model} must have a finite loss`, perPosition.length, binned.length > 0);
    return binned.map(({ position, loss }) => ({ model, position, perplexity: Math.exp(loss) }));
  });
  const needles = data.flatMap(({ model, needles = [] }) =>
    needles.map(({ context, recalled }) => {
      inRange(cannot, { [`a needle's context of ${model}`]: context }, "finite and > 0");
      inRange(cannot, { [`the share at ${context} tokens of ${model}`]: recalled }, "in [0, 1]");
      return { model, context, recalled };
    })
  );
  const models = [...new Set(data.map(({ model }) => model))];
  const last = models.map((model) => losses.findLast((loss) => loss.model === model)!);
  const channels = models.length > 1 ? seriesChannels(models, { field: "model", mark: "line" }) : {};
  const across = (field: string, title: string) => ({
    field,
    type: "quantitative",
    title,
    scale: { type: "log", nice: false },
    axis: { tickCount: 6, ...numberAxis("~s"), labelOverlap: "greedy" },
  });
  const panel = (height: number, values: Spec[], x: Spec, y: Spec, tips: Spec[]): Spec => ({
    width: 560,
    height,
    data: { values },
    mark: { type: "line", point: true },
    encoding: {
      x,
      y: { type: "quantitative", ...y },
      ...channels,
      tooltip: [tip("model", "model"), ...tips],
    },
  });
  const upper = panel(
    220,
    losses,
    across("position", "position in the text (tokens)"),
    {
      field: "perplexity",
      title: "perplexity",
      scale: { type: "log", nice: false },
      axis: { tickCount: 5, ...numberAxis("~g") },
    },
    [tip("position", "position", ".0f"), tip("perplexity", "perplexity", ".4~g")],
  );
  const lower = panel(
    120,
    needles,
    {
      ...across("context", "length of the text (tokens)"),
      axis: {
        values: [...new Set(needles.map(({ context }) => context))],
        format: ",",
        labelOverlap: "greedy",
      },
    },
    { field: "recalled", title: "needles recalled", scale: { domain: [0, 1] }, axis: { format: ".0%" } },
    [tip("context", "tokens", ".0f"), tip("recalled", "recalled", ".0%")],
  );
  return themed({
    title,
    description: describe(
      title,
      `Perplexity by position${needles.length > 0 ? " and needles recalled by length" : ""} of ${
        listed(models)
      }`,
      `At the end of its window it is ${
        last.map(({ model, perplexity }) => `${said(perplexity)} for ${model}`).join(", ")
      }`,
    ),
    spacing: 18,
    vconcat: needles.length > 0 ? [upper, lower] : [upper],
  });
}

/** Mean loss of positions taken together, and the geometric middle of each bin, counted from 1. */
function binsOf(perPosition: ArrayLike<number>): { position: number; loss: number }[] {
  const bins = new Map<number, { sum: number; count: number; first: number; last: number }>();
  for (let i = 0; i < perPosition.length; i++) {
    if (!Number.isFinite(perPosition[i])) continue;
    const position = i + 1;
    // Windows are powers of two long: the last bin ends with one, and is no single position.
    const at = Math.ceil(BINS * Math.log2(position) - 1e-9);
    const bin = bins.get(at) ?? { sum: 0, count: 0, first: position, last: position };
    bins.set(at, { ...bin, sum: bin.sum + perPosition[i], count: bin.count + 1, last: position });
  }
  return [...bins.values()].map(({ sum, count, first, last }) => ({
    position: Math.sqrt(first * last),
    loss: sum / count,
  }));
}
