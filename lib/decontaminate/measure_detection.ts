import { described, type Interval, ofKind, said, takes, wilson } from "../base/mod.ts";
import { contaminationFinder, type RuleOptions } from "./contamination.ts";
import type { EvaluationIndex } from "./evaluation_index.ts";
import { type Planting, type PlantKind, plantKinds } from "./plant.ts";

/** How many of one kind of copy were found. */
export interface KindRecall extends Interval {
  /** The kind. */
  kind: PlantKind;
  /** Copies whose item was called in their document. */
  found: number;
  /** Copies planted. */
  planted: number;
}

/** A call that names an item which was not planted in that document. */
export interface FalseCall {
  /** The document's id. */
  document: string;
  /** The item's id. */
  item: string;
  /** The text that was taken for it. */
  matched: string;
}

/** A detector's own precision and recall. */
export interface Detection {
  /** Recall by kind, with Wilson's 95 % interval. */
  recall: KindRecall[];
  /** The share of calls that are right, a call being a pair of document and item; absent when nothing was called. */
  precision?: Interval;
  /** Pairs of document and item that were called. */
  calls: number;
  /** The calls that are wrong, to be read: hosts may hold an item by themselves, and items may share text. */
  falseCalls: FalseCall[];
}

/**
 * Measure what a rule finds of planted copies, kind by kind, and what it calls without cause.
 *
 * @param planting What {@linkcode plant} gave.
 * @param index The index of the planted items, and of any others.
 * @throws {RangeError} If an option of the rule is out of its range.
 * @example Edits break the 13-gram rule and not the LCS rule
 * ```ts
 * import assert from "node:assert/strict";
 * import { buildIndex, measureDetection, plant } from "midtrain/decontaminate";
 *
 * const question = "Anna has four red apples and gives one of them to each of her two small sisters at home";
 * const items = [{ id: "q1", question, benchmark: "sums" }];
 * const hosts = ["It rained all day.", "It snowed."].map((text, i) => ({ id: `h${i}`, text, source: "example", meta: {} }));
 * const planting = plant(items, hosts, { kinds: ["exact", "edited"], seed: 3 });
 * const found = (rule: "ngram" | "lcs") =>
 *   measureDetection(planting, buildIndex(items), { rule, n: 13 }).recall.map(({ found }) => found);
 * assert.deepEqual(found("ngram"), [1, 0]);
 * assert.deepEqual(found("lcs"), [1, 1]);
 * ```
 */
export function measureDetection(
  planting: Planting,
  index: EvaluationIndex,
  options: RuleOptions = {},
): Detection {
  takes("Cannot measure detection", options, "rule?, n?, threshold?");
  ofKind("Cannot measure detection", { planting }, "an object with documents, planted");
  ofKind("Cannot measure detection", { index }, "an object with items");
  const find = contaminationFinder(index, options);
  const key = (document: string, item: string) => JSON.stringify([document, item]);
  const truth = new Set(planting.planted.map(({ document, item }) => key(document, item)));
  const called = new Set<string>();
  const falseCalls: FalseCall[] = [];
  for (const { id, text } of planting.documents) {
    for (const { item, matched } of find(text)) {
      const pair = key(id, item);
      if (!called.has(pair) && !truth.has(pair)) falseCalls.push({ document: id, item, matched });
      called.add(pair);
    }
  }
  const recall: KindRecall[] = [];
  for (const kind of plantKinds) {
    const copies = planting.planted.filter((copy) => copy.kind === kind);
    if (copies.length === 0) continue;
    const found = copies.filter(({ document, item }) => called.has(key(document, item))).length;
    recall.push({ kind, found, planted: copies.length, ...wilson(found, copies.length) });
  }
  const detection: Detection = {
    recall,
    ...(called.size > 0 ? { precision: wilson(called.size - falseCalls.length, called.size) } : {}),
    calls: called.size,
    falseCalls,
  };
  const { precision } = detection;
  return described(detection, () => [
    {
      rows: recall.map(({ kind, found, planted, estimate, low, high }) => ({
        "planted as": kind,
        found,
        planted,
        "recall": { estimate, low, high },
      })),
    },
    `${called.size} calls, ${falseCalls.length} of them wrong${
      precision ? `: precision ${said(precision)}` : ""
    }`,
    ...falseCalls.length > 0
      ? [{ title: "Calls without cause, to be read", rows: falseCalls.map((call) => ({ ...call })) }]
      : [],
  ]);
}
