import { inRange, must, ofKind, takes } from "../base/mod.ts";
import { needsOne } from "./_check.ts";
import { describe, listed, numberAxis, tip } from "./_text.ts";
import { ink, palette, type Spec, themed } from "./_theme.ts";

/** A stage of training as it is drawn. */
export interface DrawnStage {
  /** Its name. */
  name: string;
  /** Its tokens in words, `50B`; absent where they are not told. */
  tokens?: string | undefined;
  /** Learning rates along it: how far through the stage, in [0, 1], and the rate; those of 0 are left out. */
  rates?: readonly { at: number; rate: number }[] | undefined;
  /** Shares by kind of text, in any unit; one of 0 keeps its colour for other figures. */
  shares?: Readonly<Record<string, number>> | undefined;
  /** Tokens of a sequence. */
  context?: number | undefined;
  /** What stands at its rotary embeddings: `base 500,000`. */
  rope?: string | undefined;
}

/** Options of {@linkcode recipeFigure}. */
export interface RecipeFigureOptions {
  /** The figure's heading. @default {none} */
  title?: string | undefined;
}

const WIDTH = 560;
const HEIGHTS = { rate: 130, mixture: 150, context: 100 };
/** Lines of one hatched field. */
const LINES = 14;

/**
 * A recipe in three panels over its stages: learning rate, mixture and context. Each stage is as wide as the next, since 8T
 * tokens beside 50B could not be seen otherwise; within a stage the axis is linear in tokens. Seams are dashed, and what is
 * not told is hatched.
 *
 * @throws {RangeError} If there is no stage, or a number is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { recipeFigure } from "midtrain/figure";
 *
 * const spec = recipeFigure([
 *   { name: "pre", tokens: "4T", rates: [{ at: 0, rate: 4e-4 }, { at: 1, rate: 7e-5 }], context: 4096 },
 *   { name: "mid", tokens: "50B", shares: { web: 50, math: 20 } },
 * ]);
 * assert.equal((spec.vconcat as unknown[]).length, 3);
 * ```
 */
export function recipeFigure(stages: readonly DrawnStage[], options: RecipeFigureOptions = {}): Spec {
  const cannot = "Cannot draw a recipe";
  takes(cannot, options, "title?");
  ofKind(cannot, { stages }, "a list of objects with name");
  needsOne(cannot, "a stage", stages);
  for (const { name, rates = [], shares = {}, context = 1 } of stages) {
    inRange(cannot, { [`the context of ${name}`]: context }, "finite and > 0");
    for (const { at, rate } of rates) {
      inRange(cannot, { [`a place in ${name}`]: at }, "in [0, 1]");
      inRange(cannot, { [`a rate of ${name}`]: rate }, "finite and >= 0");
    }
    for (const [kind, share] of Object.entries(shares)) {
      inRange(cannot, { [`the share of ${kind} in ${name}`]: share }, "finite and >= 0");
    }
  }
  const kinds = [...new Set(stages.flatMap(({ shares }) => Object.keys(shares ?? {})))];
  must(
    cannot,
    `the kinds of text must be at most ${palette.length + 1}`,
    kinds.length,
    kinds.length <= palette.length + 1,
  );
  const { title } = options;
  const told = stages.flatMap(({ name, tokens }) => tokens === undefined ? [] : [`${tokens} of ${name}`]);
  return themed({
    title,
    description: describe(
      title,
      `Learning rate, mixture and context over ${stages.length} stages, ${
        listed(stages.map(({ name }) => name))
      }`,
      ...told.length > 0 ? [`Tokens: ${told.join(", ")}`] : [],
    ),
    spacing: 12,
    vconcat: [ratePanel(stages), mixturePanel(stages, kinds), contextPanel(stages)],
    resolve: { scale: { color: "independent" } },
  });
}

/** The horizontal axis: a stage a unit, its name and tokens written in the middle. */
function across(stages: readonly DrawnStage[], named: boolean): Spec {
  return {
    type: "quantitative",
    title: named ? "stage and its tokens" : null,
    scale: { domain: [0, stages.length], nice: false },
    axis: named
      ? {
        values: stages.map((_, i) => i + 0.5),
        ticks: false,
        domain: false,
        labelExpr: labels(stages),
        labelPadding: 6,
      }
      : { values: [], domain: false, ticks: false },
  };
}

function labels(stages: readonly DrawnStage[]): string {
  const rows = stages.map(({ name, tokens }) => [name, tokens ?? "not told"]);
  return `${JSON.stringify(rows)}[floor(datum.value)]`;
}

function ratePanel(stages: readonly DrawnStage[]): Spec {
  const values = stages.flatMap(({ name, rates = [] }, i) =>
    rates.filter(({ rate }) => rate > 0).map(({ at, rate }) => ({ stage: name, x: i + at, rate }))
  );
  const gaps = stages.flatMap(({ rates }, i) => rates === undefined ? [i] : []);
  const y = {
    field: "rate",
    type: "quantitative",
    title: "learning rate",
    scale: { type: "log", nice: false },
    axis: { tickCount: 4, ...numberAxis("~e") },
  };
  return panel("rate", [
    ...hatched(gaps, stages, "rate"),
    ...seams(stages),
    ...values.length === 0 ? [] : [{
      data: { values },
      mark: { type: "line", color: palette[0] },
      encoding: {
        x: { field: "x", ...across(stages, false) },
        y,
        detail: { field: "stage", type: "nominal" },
        tooltip: [tip("stage", "stage"), tip("rate", "learning rate", ".4~e")],
      },
    }],
  ]);
}

function mixturePanel(stages: readonly DrawnStage[], kinds: readonly string[]): Spec {
  const values = stages.flatMap(({ name, shares = {} }, i) => {
    const all = Object.values(shares).reduce((sum, share) => sum + share, 0);
    let from = 0;
    return kinds.flatMap((kind) => {
      const percent = all > 0 ? 100 * (shares[kind] ?? 0) / all : 0;
      if (percent === 0) return [];
      from += percent;
      return [{
        stage: name,
        kind,
        percent,
        left: i + 0.04,
        right: i + 0.96,
        from: from - percent,
        to: from,
      }];
    });
  });
  const drawn = kinds.filter((kind) => values.some((one) => one.kind === kind));
  const gaps = stages.flatMap(({ shares }, i) => shares === undefined ? [i] : []);
  const x = { field: "left", ...across(stages, false) };
  return panel("mixture", [
    ...hatched(gaps, stages, "mixture"),
    ...seams(stages),
    ...values.length === 0 ? [] : [{
      data: { values },
      mark: { type: "rect", stroke: "white", strokeWidth: 0.5 },
      encoding: {
        x,
        x2: { field: "right" },
        y: {
          field: "from",
          type: "quantitative",
          title: "mixture, %",
          scale: { domain: [0, 100] },
          axis: { values: [0, 25, 50, 75, 100] },
        },
        y2: { field: "to" },
        color: {
          field: "kind",
          type: "nominal",
          title: null,
          sort: drawn,
          scale: { domain: kinds, range: kinds.map((_, i) => palette[i] ?? ink.line) },
          legend: { orient: "right", symbolType: "square", values: drawn },
        },
        tooltip: [tip("stage", "stage"), tip("kind", "kind"), tip("percent", "share of tokens, %", ".3~r")],
      },
    }],
  ]);
}

function contextPanel(stages: readonly DrawnStage[]): Spec {
  const values = stages.flatMap(({ name, context, rope = "" }, i) =>
    context === undefined
      ? []
      : [{ stage: name, left: i + 0.04, right: i + 0.96, middle: i + 0.5, context, rope }]
  );
  const gaps = stages.flatMap(({ context }, i) => context === undefined ? [i] : []);
  const contexts = values.map(({ context }) => context);
  const y = {
    field: "context",
    type: "quantitative",
    title: "context, tokens",
    scale: {
      type: "log",
      base: 2,
      domain: values.length === 0 ? [1, 2] : [Math.min(...contexts) / 2, 4 * Math.max(...contexts)],
      nice: false,
    },
    axis: { values: [...new Set(contexts)], format: "," },
  };
  const foot = {
    data: { values: [{ x: 0 }] },
    mark: { type: "rule", opacity: 0 },
    encoding: { x: { field: "x", ...across(stages, true) } },
  };
  return panel("context", [
    foot,
    ...hatched(gaps, stages, "context"),
    ...seams(stages, true),
    ...values.length === 0 ? [] : [
      {
        data: { values },
        mark: { type: "rule", color: palette[0], strokeWidth: 3 },
        encoding: {
          x: { field: "left", ...across(stages, true) },
          x2: { field: "right" },
          y,
          tooltip: [
            tip("stage", "stage"),
            tip("context", "context, tokens", ","),
            tip("rope", "rotary embeddings"),
          ],
        },
      },
      {
        data: { values },
        mark: { type: "text", dy: -10, fontSize: 10, color: ink.soft, limit: WIDTH / stages.length - 8 },
        encoding: {
          x: { field: "middle", ...across(stages, true) },
          y,
          text: { field: "rope", type: "nominal" },
        },
      },
    ],
  ]);
}

function panel(name: keyof typeof HEIGHTS, layer: Spec[]): Spec {
  return { width: WIDTH, height: HEIGHTS[name], layer };
}

/** The dashed lines between stages. */
function seams(stages: readonly DrawnStage[], named = false): Spec[] {
  if (stages.length < 2) return [];
  return [{
    data: { values: stages.slice(1).map((_, i) => ({ x: i + 1 })) },
    mark: { type: "rule", strokeDash: [4, 3], color: ink.soft },
    encoding: { x: { field: "x", ...across(stages, named) } },
  }];
}

/** Fields of which nothing is told, hatched and labelled. */
function hatched(gaps: readonly number[], stages: readonly DrawnStage[], name: keyof typeof HEIGHTS): Spec[] {
  if (gaps.length === 0) return [];
  const x = across(stages, name === "context");
  const strokes = gaps.flatMap((at) =>
    Array.from(
      { length: LINES },
      (_, i) => ({ left: at + 0.04 + 0.92 * i / LINES, right: at + 0.04 + 0.92 * (i + 1) / LINES }),
    )
  );
  return [
    {
      data: { values: strokes },
      mark: { type: "rule", color: ink.line, strokeWidth: 1 },
      encoding: {
        x: { field: "left", ...x },
        x2: { field: "right" },
        y: { value: HEIGHTS[name] },
        y2: { value: 0 },
      },
    },
    {
      data: { values: gaps.map((at) => ({ x: at + 0.5, text: "not told" })) },
      mark: { type: "text", color: ink.soft, fontSize: 11 },
      encoding: {
        x: { field: "x", ...x },
        y: { value: HEIGHTS[name] / 2 },
        text: { field: "text", type: "nominal" },
      },
    },
  ];
}
