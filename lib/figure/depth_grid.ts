import { distinct, inRange, ofKind, takes } from "../base/mod.ts";
import { needsOne } from "./_check.ts";
import { describe, said, tip } from "./_text.ts";
import { ink, palette, type Spec, themed } from "./_theme.ts";

/** A score at one length and depth. */
export interface DepthCell {
  /** Length of the text, in tokens. */
  context: number;
  /** Where what is asked for stood: 0 at the beginning, 1 at the end. */
  depth: number;
  /** The score, in [0, 1]. */
  score: number;
}

/** Options of {@linkcode depthGrid}. */
export interface DepthGridOptions {
  /** The figure's heading. @default {none} */
  title?: string | undefined;
  /** What the scores are. @default {"score"} */
  value?: string | undefined;
}

/**
 * What a model recalls of a long text, by the text's length and by how deep what is asked for lies in it: one cell each, the
 * fuller the higher its score.
 *
 * @throws {RangeError} If there is no cell, one stands twice, or a depth or score lies outside [0, 1].
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { depthGrid } from "midtrain/figure";
 *
 * const spec = depthGrid([{ context: 1024, depth: 0.5, score: 0.75 }]);
 * assert.equal((spec.data as { values: { said: string }[] }).values[0].said, "75 %");
 * ```
 */
export function depthGrid(data: readonly DepthCell[], options: DepthGridOptions = {}): Spec {
  const cannot = "Cannot draw a grid of depths";
  takes(cannot, options, "title?, value?");
  ofKind(cannot, { data }, "a list of objects with context, depth, score");
  needsOne(cannot, "a cell", data);
  const { title, value = "score" } = options;
  for (const { context, depth, score } of data) {
    inRange(cannot, { context }, "finite and > 0");
    inRange(cannot, { [`the depth at ${context} tokens`]: depth }, "in [0, 1]");
    inRange(cannot, { [`the score at ${context} tokens, depth ${depth}`]: score }, "in [0, 1]");
  }
  distinct(cannot, { "the cells": data.map(({ context, depth }) => `${context} tokens, depth ${depth}`) });
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const values = data.map(({ context, depth, score }) => ({
    context,
    depth,
    score,
    across: context.toLocaleString("en-US"),
    down: percent(depth),
    said: percent(score),
    strength: 0.85 * score,
  }));
  const sorted = (field: "context" | "depth") =>
    [...new Set(data.map((cell) => cell[field]))].sort((a, b) => a - b);
  const lengths = sorted("context").map((context) => context.toLocaleString("en-US"));
  const depths = sorted("depth").map(percent);
  const least = values.reduce((a, b) => b.score < a.score ? b : a);
  const best = values.reduce((a, b) => b.score > a.score ? b : a);
  const where = ({ across, down }: { across: string; down: string }) =>
    `${across} tokens and a depth of ${down}`;
  return themed({
    title,
    description: describe(
      title,
      `The ${value} of ${lengths.length} lengths by ${depths.length} depths`,
      `It is highest, ${said(best.score)}, at ${where(best)}, and lowest, ${said(least.score)}, at ${
        where(least)
      }`,
    ),
    width: { step: 76 },
    height: 40 * depths.length,
    data: { values },
    encoding: {
      x: {
        field: "across",
        type: "ordinal",
        sort: lengths,
        title: "length of the text (tokens)",
        axis: PLAIN,
      },
      y: { field: "down", type: "ordinal", sort: depths, title: "depth", axis: PLAIN },
    },
    layer: [
      {
        mark: { type: "rect", stroke: ink.soft, strokeWidth: 0.5 },
        encoding: {
          color: { value: palette[0] },
          fillOpacity: { field: "strength", type: "quantitative", scale: null },
          tooltip: [tip("across", "length (tokens)"), tip("down", "depth"), tip("score", value, ".3f")],
        },
      },
      {
        mark: { type: "text", fontSize: 12 },
        encoding: {
          text: { field: "said", type: "nominal" },
          color: { condition: { test: "datum.strength > 0.6", value: "white" }, value: ink.text },
        },
      },
    ],
  });
}

const PLAIN = { labelAngle: 0, ticks: false, domain: false };
