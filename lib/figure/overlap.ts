import { ofKind, takes } from "../base/mod.ts";
import { bars } from "./bars.ts";
import type { Spec } from "./_theme.ts";

/** Options of {@linkcode overlap}. */
export interface OverlapOptions {
  /** The figure's heading. @default {none} */
  title?: string | undefined;
  /** What is counted. @default {"documents"} */
  count?: string | undefined;
  /** How many combinations are shown, the largest first. @default {15} */
  limit?: number | undefined;
}

/**
 * Who keeps what: how many documents are kept by one rater alone, by each combination of them, and by all, each document once.
 *
 * @param kept What each rater keeps, as ids.
 * @throws {RangeError} If no rater keeps anything.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { overlap } from "midtrain/figure";
 *
 * const spec = overlap({ fastText: ["a", "b"], embedding: ["b", "c"], model: ["b"] });
 * const { values } = spec.data as { values: { label: string; value: number }[] };
 * assert.deepEqual(values.map(({ label }) => label), ["all three", "only fastText", "only embedding"]);
 * ```
 */
export function overlap(
  kept: Readonly<Record<string, Iterable<string>>>,
  options: OverlapOptions = {},
): Spec {
  const cannot = "Cannot draw an overlap";
  takes(cannot, options, "title?, count?, limit?");
  ofKind(cannot, { kept }, "an object");
  const { title, count = "documents", limit = 15 } = options;
  const names = Object.keys(kept);
  const by = new Map<string, number[]>();
  for (const [at, name] of names.entries()) {
    ofKind(cannot, { [`kept by ${name}`]: kept[name] }, "a list or another iterable that is no stream");
    for (const id of new Set(kept[name])) by.set(id, [...by.get(id) ?? [], at]);
  }
  if (by.size === 0) throw new RangeError(`${cannot} as somebody must keep something: nobody does`);
  const counts = new Map<string, number>();
  // All first, so that it leads where counts are equal.
  const ordered = [...by.values()].sort((a, b) => b.length - a.length);
  for (const who of ordered) {
    const label = labelOf(who.map((at) => names[at]), names.length);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return bars([...counts].map(([label, value]) => ({ label, value })), { title, value: count, limit });
}

const words = ["", "", "both", "all three", "all four", "all five"];

function labelOf(who: readonly string[], all: number): string {
  if (who.length === all && all > 1) return words[all] ?? `all ${all}`;
  return who.length === 1 ? `only ${who[0]}` : who.join(" + ");
}
