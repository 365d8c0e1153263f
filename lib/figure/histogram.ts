import { needsNumbers } from "./_check.ts";
import { ofKind, takes, wholeNumber } from "../base/mod.ts";
import { seriesChannels } from "./_series.ts";
import { describe, listed, rangeOf, said, tip } from "./_text.ts";
import { ink, palette, type Spec, themed } from "./_theme.ts";

/** One scored thing. */
export interface Scored {
  /** Its score; scores that are not finite are counted in the subtitle and not drawn. */
  score: number;
  /** The group it belongs to, for example the true label. */
  label?: string;
}

/** Options of {@linkcode histogram}. */
export interface HistogramOptions {
  /** The figure's heading. @default {none} */
  title?: string;
  /** What the score is, with its unit. @default {"score"} */
  score?: string;
  /** What is counted. @default {"documents"} */
  count?: string;
  /** How many bins of equal width. @default {40} */
  bins?: number;
  /** Thresholds, drawn as labelled lines. @default {none} */
  thresholds?: readonly number[];
  /** `share` draws each label as a share of itself, so that rare labels can be read. @default {"count"} */
  height?: "count" | "share";
  /** Every label that a notebook's figures share, in the order of their colours, so that each keeps its own. @default {the names drawn} */
  colors?: readonly string[];
}

/**
 * A histogram of scores, one outlined area a label over the same bins, with thresholds.
 *
 * The bins are counted here, so a million scores make a small figure.
 *
 * @throws {RangeError} If `bins` is not a whole number >= 1.
 * @example Scores of kept and dropped pages
 * ```ts
 * import assert from "node:assert/strict";
 * import { histogram } from "midtrain/figure";
 *
 * const spec = histogram([{ score: 0.1, label: "spam" }, { score: 0.9, label: "ham" }], { bins: 2 });
 * assert.equal((spec.title as { subtitle: string }).subtitle, "2 documents");
 * ```
 */
export function histogram(data: readonly Scored[], options: HistogramOptions = {}): Spec {
  takes("Cannot draw a histogram", options, "title?, score?, count?, bins?, thresholds?, height?, colors?");
  ofKind("Cannot draw a histogram", { data }, "a list of objects with score");
  needsNumbers("Cannot draw a histogram", { data }, ["score"]);
  const {
    title,
    score = "score",
    count = "documents",
    bins = 40,
    thresholds = [],
    height = "count",
    colors,
  } = options;
  wholeNumber("Cannot draw a histogram", { bins }, ">= 1");
  const finite = data.filter((row) => Number.isFinite(row.score));
  const absent = data.length - finite.length;
  const labels = finite.length === 0 ? [""] : [...new Set(finite.map((row) => row.label ?? ""))];
  const edges = binEdges(finite.map((row) => row.score), bins);
  const counts = new Map(labels.map((label) => [label, new Float64Array(edges.length - 1)]));
  const width = edges[1] - edges[0];
  for (const row of finite) {
    const bin = Math.min(edges.length - 2, Math.max(0, Math.floor((row.score - edges[0]) / width)));
    counts.get(row.label ?? "")![bin]++;
  }
  const values = labels.flatMap((label) => {
    const own = counts.get(label)!;
    const total = own.reduce((sum, n) => sum + n, 0);
    return Array.from(own, (n, i) => ({
      label,
      from: edges[i],
      to: edges[i + 1],
      value: height === "share" ? n / (total || 1) : n,
    }));
  });
  const named = labels.length > 1 || labels[0] !== "" && labels.length === 1;
  const subtitle = `${finite.length.toLocaleString("en")} ${count}${
    absent > 0 ? `, ${absent.toLocaleString("en")} without a score` : ""
  }`;
  const heightTitle = height === "share" ? `share of each label's ${count}` : count;
  const peak = values.reduce((a, b) => b.value > a.value ? b : a, { label: "", from: 0, to: 0, value: 0 });
  return themed({
    title: { text: title ?? "", subtitle },
    description: describe(
      title,
      `A histogram of ${score} ${rangeOf(finite.map((row) => row.score))}, ${subtitle}${
        named ? `, by ${listed(labels)}` : ""
      }`,
      ...(peak.value > 0
        ? [`Most lie from ${said(peak.from)} to ${said(peak.to)}${named ? `, of ${peak.label}` : ""}`]
        : []),
      ...thresholds.map((at) => `A threshold stands at ${said(at)}`),
    ),
    data: { values },
    layer: [
      {
        mark: { type: "bar", fillOpacity: 0.5, strokeWidth: 0.5, binSpacing: 0 },
        encoding: {
          x: {
            field: "from",
            bin: "binned",
            type: "quantitative",
            title: score,
            scale: { zero: false, nice: true },
            axis: { tickCount: 8, labelOverlap: true },
          },
          x2: { field: "to" },
          y: {
            field: "value",
            type: "quantitative",
            stack: null,
            title: heightTitle,
            axis: {
              tickCount: 5,
              ...(height === "share" ? { labelExpr: "format(100 * datum.value, '.3~r') + ' %'" } : {}),
            },
          },
          ...(named
            ? seriesChannels(labels, { field: "label", mark: "area", colors, legend: { orient: "top" } })
            : { color: { value: palette[0] } }),
          tooltip: [
            ...(named ? [tip("label", "label")] : []),
            tip("from", `${score}, from`, ".4~g"),
            tip("to", `${score}, to`, ".4~g"),
            tip("value", heightTitle, height === "share" ? ".1%" : ","),
          ],
        },
      },
      ...(thresholds.length === 0 ? [] : [{
        data: {
          values: thresholds.map((at) => ({ at, text: `threshold ${Number(at.toPrecision(3))}` })),
        },
        encoding: { x: { field: "at", type: "quantitative" } },
        layer: [
          { mark: { type: "rule", strokeDash: [5, 4], strokeWidth: 1.5, color: ink.text } },
          {
            mark: { type: "text", align: "left", dx: 5, y: 8, fontWeight: "bold" },
            encoding: { text: { field: "text", type: "nominal" } },
          },
        ],
      }]),
    ],
  });
}

function binEdges(scores: readonly number[], bins: number): number[] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of scores) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [0, 1];
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  return Array.from({ length: bins + 1 }, (_, i) => low + (high - low) * i / bins);
}
