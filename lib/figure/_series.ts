import { palette, type Spec } from "./_theme.ts";
import { labelExpr, lengthOf } from "./_text.ts";

/** How a series beyond the seventh stays apart from the one that has its colour: by dash, by shape or by tint. */
const beyond = {
  line: { channel: "strokeDash", looks: [[1, 0], [7, 4], [2, 3], [9, 3, 2, 3]] },
  point: { channel: "shape", looks: ["circle", "diamond", "square", "triangle-up"] },
  area: { channel: "opacity", looks: [1, 0.45, 0.7, 0.25] },
} as const;

/** The most names that a legend lists. */
const most = 28;

/** What {@linkcode seriesChannels} needs to know. */
export interface SeriesOptions {
  /** The field that names the series. */
  field: string;
  /** What is drawn. */
  mark: keyof typeof beyond;
  /** Every name that figures share, in the order of their colours. */
  colors?: readonly string[] | undefined;
  /** What the legend has beside its symbols. */
  legend?: Spec;
  /** How much room a legend above or below has, in pixels. @default {560} */
  width?: number;
}

/**
 * The channels that tell series apart, one rule for every figure: a name has the colour of its place among `colors`, or of its
 * place among the names; the eighth has the first colour again, and another dash, shape or tint.
 */
export function seriesChannels(names: readonly string[], options: SeriesOptions): Spec {
  const { field, mark, colors = [], legend = {}, width = 560 } = options;
  const many = names.length > palette.length;
  const order = [...new Set([...colors, ...names])];
  const place = (name: string) => Math.max(0, order.indexOf(name));
  const { channel, looks } = beyond[mark];
  const base = {
    field,
    type: "nominal",
    sort: names,
    title: null,
    legend: {
      ...(mark === "line" ? { symbolType: "stroke" } : {}),
      ...(many ? { orient: "top", columnPadding: 12 } : {}),
      ...labelExpr(names, 40),
      ...(names.length > most
        ? { values: names.slice(0, most), title: `the first ${most} of ${names.length}` }
        : {}),
      ...legend,
      ...(many || legend.orient === "top" || legend.orient === "bottom"
        ? { columns: columnsIn(width, names, Number(legend.columns ?? Infinity)) }
        : {}),
    },
  };
  const color = {
    ...base,
    scale: {
      domain: names,
      range: names.map((name) => palette[place(name) % palette.length]),
    },
  };
  if (names.every((name) => place(name) < palette.length)) return { color };
  const range = names.map((name) => looks[Math.floor(place(name) / palette.length) % looks.length]);
  return { color, [channel]: { ...base, scale: { type: "ordinal", domain: names, range } } };
}

/** In how many columns a legend fits into a width, in pixels. */
export function columnsIn(width: number, names: readonly string[], most = Infinity): number {
  const longest = names.reduce((longest, name) => Math.max(longest, Math.min(40, lengthOf(name))), 1);
  return Math.max(1, Math.min(most, names.length, Math.floor(width / (42 + 6.6 * longest))));
}
