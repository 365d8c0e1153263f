import { distinct, type Interval, must, ofKind, takes } from "../base/mod.ts";
import { needsOne } from "./_check.ts";
import { describe, labelAxis, listed, tip, valueAxis } from "./_text.ts";
import { ink, palette, type Spec, themed } from "./_theme.ts";

/** What one method makes, and at what price; a measure that nothing is known of is left out. */
export interface MeasuredMethod {
  /** The method. */
  name: string;
  /** The share of its texts that are accepted. */
  acceptance?: Interval | undefined;
  /** Tokens, or money, for an accepted token. */
  costPerToken?: Interval | undefined;
  /** Different runs of four words for all of them. */
  distinct4?: number | undefined;
  /** The share of a text's runs of words that stand in another one too. */
  selfSimilarity?: Interval | undefined;
  /** The share of a text that stands in its document. */
  copied?: Interval | undefined;
  /** The mean distance of two texts' embeddings. */
  spread?: Interval | undefined;
  /** How often a judge prefers its text. */
  judged?: Interval | undefined;
  /** What a small model gains from its texts. */
  gain?: Interval | undefined;
}

/** Options of {@linkcode methodMeasures}. */
export interface MethodMeasuresOptions {
  /** The figure's heading. @default {none} */
  title?: string | undefined;
  /** What a token costs. @default {"tokens for one accepted"} */
  cost?: string | undefined;
}

/** The panels, in their order; `from` is where nothing is gained or preferred. */
const PANELS: { measure: Exclude<keyof MeasuredMethod, "name">; title: string; from?: number }[] = [
  { measure: "acceptance", title: "accepted (more is better)" },
  { measure: "costPerToken", title: "" },
  { measure: "distinct4", title: "distinct 4-grams (more is better)" },
  { measure: "selfSimilarity", title: "self-similarity (less is better)" },
  { measure: "copied", title: "copied from the document" },
  { measure: "spread", title: "embedding spread (more is better)" },
  { measure: "judged", title: "preferred by the judge (more is better)", from: 0.5 },
  { measure: "gain", title: "gain of a proxy, nats per token (more is better)", from: 0 },
];

/**
 * Methods side by side, a panel for each measure and a row for each method: the dot is the estimate, the line its interval. `compareMethods` of
 * `midtrain/synthesize` gives such methods.
 *
 * @throws {RangeError} If there is no method, one stands twice, nothing is measured, or a number is not finite.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { methodMeasures } from "midtrain/figure";
 *
 * const share = (estimate: number) => ({ estimate, low: estimate - 0.1, high: estimate + 0.1 });
 * const spec = methodMeasures([
 *   { name: "rephrase", acceptance: share(0.6), gain: share(0.2) },
 *   { name: "extract", acceptance: share(0.3) },
 * ]);
 * assert.equal((spec.vconcat as unknown[]).length, 2);
 * ```
 */
export function methodMeasures(
  data: readonly MeasuredMethod[],
  options: MethodMeasuresOptions = {},
): Spec {
  const cannot = "Cannot draw methods";
  takes(cannot, options, "title?, cost?");
  ofKind(cannot, { data }, "a list of objects with name");
  needsOne(cannot, "a method", data);
  const names = data.map(({ name }) => name);
  distinct(cannot, { methods: names });
  const { title, cost = "tokens for one accepted" } = options;
  const panels = PANELS.flatMap(({ measure, title, from }) => {
    const values = data.flatMap((method) => {
      const value = method[measure];
      if (value === undefined) return [];
      const { estimate, low, high } = typeof value === "number"
        ? { estimate: value, low: value, high: value }
        : value;
      const finite = [estimate, low, high].every(Number.isFinite);
      must(cannot, `${measure} of ${method.name} must be finite`, `${estimate}, ${low}, ${high}`, finite);
      return [{ method: method.name, estimate, low, high }];
    });
    if (values.length === 0) return [];
    return [{ measure, values, title: title || `${cost} (less is better)`, from }];
  });
  must(cannot, "something must be measured", "nothing", panels.length > 0);
  return themed({
    title,
    description: describe(
      title,
      `${listed(panels.map(({ title }) => title.replace(/ \(.*/, "")))} of ${listed(names)}`,
      ...panels.map(({ title, values }) => {
        const most = values.reduce((a, b) => b.estimate > a.estimate ? b : a);
        return `Most ${title.replace(/ \(.*/, "")}: ${most.method}`;
      }),
    ),
    spacing: 14,
    vconcat: panels.map((panel) => panelOf(panel, names)),
  });
}

interface Panel {
  title: string;
  values: { method: string; estimate: number; low: number; high: number }[];
  from: number | undefined;
}

function panelOf({ title, values, from }: Panel, names: readonly string[]): Spec {
  const ends = values.flatMap(({ low, high }) => [low, high]).concat(from ?? []);
  const x = {
    field: "estimate",
    type: "quantitative",
    title,
    scale: { zero: false },
    axis: { grid: true, tickCount: 6, ...valueAxis(ends) },
  };
  const tooltip = [
    tip("method", "method"),
    tip("estimate", title, ".4~g"),
    tip("low", "low", ".4~g"),
    tip("high", "high", ".4~g"),
  ];
  const color = {
    field: "method",
    type: "nominal",
    scale: { domain: names, range: names.map((_, at) => palette[at % palette.length]) },
    legend: null,
  };
  return {
    width: 420,
    height: { step: 22 },
    data: { values },
    encoding: {
      y: {
        field: "method",
        type: "nominal",
        sort: names,
        scale: { domain: names },
        title: null,
        axis: labelAxis(names),
      },
    },
    layer: [
      ...(from === undefined ? [] : [{
        data: { values: [{ from }] },
        mark: { type: "rule", strokeDash: [5, 4], color: ink.soft },
        encoding: { x: { field: "from", type: "quantitative" }, y: null },
      }]),
      {
        mark: { type: "rule", strokeWidth: 2.5, strokeCap: "round" },
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, color, tooltip },
      },
      { mark: { type: "point", filled: true, size: 60, opacity: 1 }, encoding: { x, color, tooltip } },
    ],
  };
}
