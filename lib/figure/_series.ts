import { palette, type Spec } from "./_theme.ts";
import { labelExpr } from "./_text.ts";

/** How a series beyond the seventh stays apart from the one that has its colour: by dash, by shape or by tint. */
const beyond = {
  line: { channel: "strokeDash", looks: [[1, 0], [7, 4], [2, 3], [9, 3, 2, 3]] },
  point: { channel: "shape", looks: ["circle", "diamond", "square", "triangle-up"] },
  area: { channel: "fillOpacity", looks: [1, 0.45, 0.7, 0.25] },
} as const;

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
  /** Colours of names that are no series like the others. */
  fixed?: Readonly<Record<string, string>>;
}

/**
 * The channels that tell series apart, one rule for every figure: a name has the colour of its place among `colors`, or of its
 * place among the names; the eighth has the first colour again, and another dash, shape or tint.
 */
export function seriesChannels(names: readonly string[], options: SeriesOptions): Spec {
  const { field, mark, colors = [], legend = {}, fixed = {} } = options;
  const order = [...new Set([...colors, ...names])].filter((name) => !(name in fixed));
  const place = (name: string) => Math.max(0, order.indexOf(name));
  const { channel, looks } = beyond[mark];
  const base = {
    field,
    type: "nominal",
    sort: names,
    title: null,
    legend: {
      ...(mark === "line" ? { symbolType: "stroke" } : {}),
      ...(names.length > palette.length ? manyColumns(names) : {}),
      ...labelExpr(names, 40),
      ...legend,
    },
  };
  const color = {
    ...base,
    scale: {
      domain: names,
      range: names.map((name) => fixed[name] ?? palette[place(name) % palette.length]),
    },
  };
  if (names.every((name) => place(name) < palette.length)) return { color };
  const range = names.map((name) => looks[Math.floor(place(name) / palette.length) % looks.length]);
  return { color, [channel]: { ...base, scale: { domain: names, range } } };
}

/** A long legend stands above, in as many columns as fit in the width of a figure. */
function manyColumns(names: readonly string[]): Spec {
  const longest = Math.min(40, Math.max(...names.map((name) => name.length)));
  return { orient: "top", columns: Math.max(1, Math.floor(560 / (45 + 6.6 * longest))), columnPadding: 12 };
}
