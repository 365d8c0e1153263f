import { ofKind, takes } from "../base/mod.ts";
import { type Bar, bars } from "./bars.ts";
import type { Spec } from "./_theme.ts";

/** One thing that a stage removed. */
export interface DropRecord {
  /** Why it was removed. */
  reason: string;
}

/** Options of {@linkcode drops}. */
export interface DropsOptions {
  /** The figure's heading. @default {none} */
  title?: string;
  /** What is counted. @default {"documents"} */
  value?: string;
  /** How many were kept, by what they are; drawn first. @default {none} */
  kept?: Readonly<Record<string, number>>;
  /** How many reasons are shown, the most frequent first; the rest become one bar `N more`. @default {12} */
  limit?: number;
  /** Every part's name that a notebook's figures share, in the order of their colours, so that each keeps its own. @default {the names drawn} */
  colors?: readonly string[];
}

/**
 * What became of the documents of a stage: how many were kept, and how many went for each reason.
 *
 * @param data The drops that a stage's `onDrop` heard of.
 * @throws {TypeError} If a reason is not text or a count not a finite number.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { drops } from "midtrain/figure";
 *
 * const spec = drops([{ reason: "no text" }, { reason: "no text" }], { kept: { "with text": 7 } });
 * const { values } = spec.data as { values: { label: string; value: number }[] };
 * assert.deepEqual(values.map(({ label, value }) => [label, value]), [["with text", 7], ["no text", 2]]);
 * ```
 */
export function drops(data: readonly DropRecord[], options: DropsOptions = {}): Spec {
  takes("Cannot draw what was dropped", options, "title?, value?, kept?, limit?, colors?");
  ofKind("Cannot draw what was dropped", { data }, "a list of objects with reason");
  const { title, value = "documents", kept = {}, limit = 12, colors = ["kept", "dropped"] } = options;
  const reasons = [...Map.groupBy(data, ({ reason }) => reason)]
    .map(([label, list]): Bar => ({ label, value: list.length, part: "dropped" }))
    .sort((a, b) => b.value - a.value);
  const keeps = Object.entries(kept).map(([label, value]): Bar => ({ label, value, part: "kept" }));
  const none: Bar = { label: "nothing dropped", value: 0, part: "dropped" };
  return bars(keeps.length + reasons.length > 0 ? [...keeps, ...reasons] : [none], {
    title,
    value,
    colors,
    sort: "data",
    limit: keeps.length + limit,
  });
}
