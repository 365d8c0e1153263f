import { distinct, inRange, ofKind, takes } from "../base/mod.ts";
import { needsOne } from "./_check.ts";
import { describe, labelAxis, listed, said, shorten, tip } from "./_text.ts";
import { ink, palette, type Spec, themed } from "./_theme.ts";

/** How two agree. */
export interface AgreementPair {
  /** The one. */
  a: string;
  /** The other. */
  b: string;
  /** How they agree, in [-1, 1]. */
  value: number;
}

/** Options of {@linkcode agreementMatrix}. */
export interface AgreementMatrixOptions {
  /** The figure's heading. @default {none} */
  title?: string | undefined;
  /** What the values are. @default {"rank correlation"} */
  value?: string | undefined;
}

/**
 * How each of some raters agrees with each other: one cell a pair, the fuller the more they agree, the lower triangle only.
 *
 * @param data One row a pair, in any order.
 * @throws {RangeError} If there is no pair, one is of a rater with itself, or a value lies outside [-1, 1].
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { agreementMatrix } from "midtrain/figure";
 *
 * const spec = agreementMatrix([{ a: "fastText", b: "embedding", value: 0.62 }]);
 * assert.equal((spec.data as { values: { said: string }[] }).values[0].said, "0.62");
 * ```
 */
export function agreementMatrix(data: readonly AgreementPair[], options: AgreementMatrixOptions = {}): Spec {
  const cannot = "Cannot draw a matrix";
  takes(cannot, options, "title?, value?");
  ofKind(cannot, { data }, "a list of objects with a, b, value");
  const { title, value = "rank correlation" } = options;
  needsOne(cannot, "a pair", data);
  for (const pair of data) {
    distinct(cannot, { "the two of a pair": [pair.a, pair.b] });
    inRange(cannot, { [`the value of ${pair.a} and ${pair.b}`]: pair.value }, "in [-1, 1]");
  }
  const names = [...new Set(data.flatMap(({ a, b }) => [a, b]))];
  const columns = names.slice(0, -1);
  const rows = names.slice(1);
  const values = data.map((pair) => {
    const [column, row] = [pair.a, pair.b].sort((a, b) => names.indexOf(a) - names.indexOf(b));
    return {
      column,
      row,
      value: pair.value,
      said: pair.value.toFixed(2),
      strength: 0.6 * Math.abs(pair.value),
    };
  });
  const best = values.reduce((a, b) => b.value > a.value ? b : a);
  const least = values.reduce((a, b) => b.value < a.value ? b : a);
  // Ordinal, so that on a phone the names stay beside their cells.
  const y = { field: "row", type: "ordinal", sort: rows, title: null, axis: labelAxis(rows) };
  const x = {
    field: "column",
    type: "nominal",
    sort: columns,
    title: null,
    axis: { orient: "bottom", labelAngle: 0, ticks: false, domain: false, labelExpr: shortened(columns) },
  };
  return themed({
    title,
    description: describe(
      title,
      `The ${value} of ${listed(names)}, pair by pair`,
      `It is highest between ${best.column} and ${best.row}, ${
        said(best.value)
      }, and lowest between ${least.column} and ${least.row}, ${said(least.value)}`,
    ),
    width: { step: 104 },
    height: 44 * rows.length,
    data: { values },
    encoding: { x, y },
    layer: [
      {
        mark: { type: "rect", stroke: "white", strokeWidth: 2 },
        encoding: {
          color: { condition: { test: "datum.value < 0", value: palette[1] }, value: palette[0] },
          fillOpacity: { field: "strength", type: "quantitative", scale: null },
          tooltip: [tip("row", "rater"), tip("column", "and"), tip("value", value, ".3f")],
        },
      },
      {
        mark: { type: "text", color: ink.text, fontSize: 12 },
        encoding: { text: { field: "said", type: "nominal" } },
      },
    ],
  });
}

/** A long name of a column is cut, so that it does not run into its neighbour. */
function shortened(names: readonly string[]): string {
  const short = Object.fromEntries(names.map((name) => [name, shorten(name, 16)]));
  return `${JSON.stringify(short)}[datum.value]`;
}
