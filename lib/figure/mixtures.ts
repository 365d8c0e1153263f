import { ofKind, takes } from "../base/mod.ts";
import { seriesChannels } from "./_series.ts";
import { describe, labelAxis, listed, said, tip } from "./_text.ts";
import { heading, ink, type Spec, themed } from "./_theme.ts";

/** One mixture. */
export interface MixtureShares {
  /** What it is called, for example `natural` or `proposed`. */
  mixture: string;
  /** Shares by domain, each at least 0; they are drawn as percent of their sum. */
  shares: Readonly<Record<string, number>>;
}

/** Options of {@linkcode mixtures}. */
export interface MixturesOptions {
  /** The figure's heading. @default {none} */
  title?: string;
  /** Every mixture that a notebook's figures share, in the order of their colours, so that each keeps its own. @default {the names drawn} */
  colors?: readonly string[];
}

/**
 * Mixtures beside each other: one row a domain, the largest share first, one dot a mixture. Lengths go by the square root, so
 * that a domain of one percent can be read beside one of ninety.
 *
 * @throws {RangeError} If there is no mixture, or one has a share that is negative or not finite, or none above 0.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mixtures } from "midtrain/figure";
 *
 * const spec = mixtures([{ mixture: "natural", shares: { web: 9, code: 1 } }, { mixture: "proposed", shares: { web: 1, code: 1 } }]);
 * assert.equal((spec.data as { values: { percent: number }[] }).values[0].percent, 90);
 * ```
 */
export function mixtures(data: readonly MixtureShares[], options: MixturesOptions = {}): Spec {
  takes("Cannot draw mixtures", options, "title?, colors?");
  ofKind("Cannot draw mixtures", { data }, "a list of objects with mixture, shares");
  if (data.length === 0) {
    throw new RangeError("Cannot draw mixtures as there must be at least one: there is none");
  }
  const values = data.flatMap(({ mixture, shares }) => {
    const entries = Object.entries(shares);
    const sum = entries.reduce((total, [, share]) => total + share, 0);
    const wrong = entries.find(([, share]) => !(share >= 0 && share < Infinity));
    if (wrong || !(sum > 0)) {
      throw new RangeError(
        `Cannot draw mixtures as shares must be finite and >= 0, and one above it: ${mixture} ${
          wrong ? `has ${wrong[1]} of ${wrong[0]}` : "has none"
        }`,
      );
    }
    return entries.map(([domain, share]) => ({ mixture, domain, percent: 100 * share / sum }));
  });
  const most = new Map<string, number>();
  for (const { domain, percent } of values) most.set(domain, Math.max(percent, most.get(domain) ?? 0));
  const domains = [...most.keys()].sort((a, b) => most.get(b)! - most.get(a)!);
  const names = [...new Set(data.map(({ mixture }) => mixture))];
  const y = {
    field: "domain",
    type: "nominal",
    sort: domains,
    title: null,
    axis: { ...labelAxis(domains), grid: true, labelPadding: 10 },
  };
  const x = {
    field: "percent",
    type: "quantitative",
    title: "share of tokens, %",
    scale: { type: "sqrt", zero: true, nice: false, padding: 8 },
    axis: { values: [0, 1, 5, 10, 20, 40, 60, 80, 100], grid: true },
  };
  const gap = (domain: string) => {
    const own = values.filter((row) => row.domain === domain).map(({ percent }) => percent);
    return Math.max(...own) - Math.min(...own);
  };
  const widest = domains.reduce((a, b) => gap(b) > gap(a) ? b : a);
  return themed({
    description: describe(
      options.title,
      `Shares of tokens by ${domains.length} domains, ${listed(domains)}, in ${listed(names)}`,
      ...(names.length > 1 ? [`They differ most in ${widest}, by ${said(gap(widest))} points`] : []),
    ),
    title: heading(options.title, "Lengths go by the square root of the share"),
    height: { step: 22 },
    data: { values },
    encoding: { y },
    layer: [
      {
        mark: { type: "rule", color: ink.line, strokeWidth: 2 },
        encoding: {
          x: { ...x, aggregate: "min" },
          x2: { field: "percent", aggregate: "max" },
        },
      },
      {
        mark: { type: "point", size: 75, opacity: 0.9 },
        encoding: {
          x,
          ...seriesChannels(names, {
            field: "mixture",
            mark: "point",
            colors: options.colors,
            legend: { orient: "top" },
          }),
          tooltip: [
            tip("mixture", "mixture"),
            tip("domain", "domain"),
            tip("percent", "share of tokens, %", ".3~r"),
          ],
        },
      },
    ],
  });
}
