import { described, type Description, type Interval, ofKind, said, takes, wilson } from "../base/mod.ts";
import { type Contamination, contaminationFinder, type RuleOptions } from "./contamination.ts";
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
  /** Recall over all copies. */
  recallOfAll: Interval;
  /** The share of calls that are right, a call being a pair of document and item; absent when nothing was called. */
  precision?: Interval;
  /** The harmonic mean of precision and recall; 0 when nothing was called. */
  f1: number;
  /** Pairs of document and item that were called, siblings aside. */
  calls: number;
  /**
   * Calls at a planted copy that name another item with the same text, as benchmarks ask many questions in one form: neither
   * right nor wrong.
   */
  siblings: number;
  /** The share of the index's items that no rule can see. */
  unseen: { items: number; of: number };
  /** The calls that are wrong, to be read: hosts may hold an item by themselves, and items may share text. */
  falseCalls: FalseCall[];
}

/** One call, by whatever detector. */
export interface CalledItem extends Pick<Contamination, "item" | "start" | "end" | "matched"> {
  /** The id of the document it was found in. */
  document: string;
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
  const calls = planting.documents.flatMap(({ id, text }) =>
    find(text).map((call) => ({ ...call, document: id }))
  );
  return measureCalls(calls, planting, index);
}

/**
 * The same for calls that were made in another way: by embeddings, by a judge, by another program.
 *
 * @param calls The calls in the planted documents.
 * @param planting What {@linkcode plant} gave.
 * @param index The index of the planted items, and of any others.
 * @example A detector that calls nothing
 * ```ts
 * import assert from "node:assert/strict";
 * import { buildIndex, measureCalls, plant } from "midtrain/decontaminate";
 *
 * const items = [{ id: "q1", question: "Which of the nine planets is nearest to the sun?", benchmark: "own" }];
 * const host = { id: "h", text: "It rained all day.", source: "example", meta: {} };
 * const planting = plant(items, [host], { kinds: ["exact"] });
 * const { recall, f1 } = measureCalls([], planting, buildIndex(items));
 * assert.deepEqual([recall[0].found, recall[0].planted, f1], [0, 1, 0]);
 * ```
 */
export function measureCalls(
  calls: readonly CalledItem[],
  planting: Planting,
  index: EvaluationIndex,
): Detection {
  ofKind("Cannot measure detection", { calls }, "a list of objects with document, item");
  ofKind("Cannot measure detection", { planting }, "an object with documents, planted");
  ofKind("Cannot measure detection", { index }, "an object with items");
  const key = (document: string, item: string) => JSON.stringify([document, item]);
  const truth = new Set(planting.planted.map(({ document, item }) => key(document, item)));
  const copyIn = new Map(planting.planted.map((copy) => [copy.document, copy]));
  const relatives = relativesOf(index);
  const called = new Set<string>();
  const falseCalls = new Map<string, FalseCall>();
  const siblings = new Set<string>();
  for (const { document, item, start, end, matched } of calls) {
    const pair = key(document, item);
    const copy = copyIn.get(document);
    if (truth.has(pair)) called.add(pair);
    else if (copy && start < copy.end && end > copy.start && relatives(copy.item).has(item)) {
      siblings.add(pair);
    } else if (!falseCalls.has(pair)) falseCalls.set(pair, { document, item, matched });
  }
  for (const pair of siblings) if (falseCalls.has(pair)) siblings.delete(pair);
  const recall: KindRecall[] = [];
  for (const kind of new Set([...plantKinds, ...planting.planted.map(({ kind }) => kind)])) {
    const copies = planting.planted.filter((copy) => copy.kind === kind);
    if (copies.length === 0) continue;
    const found = copies.filter(({ document, item }) => called.has(key(document, item))).length;
    recall.push({ kind, found, planted: copies.length, ...wilson(found, copies.length) });
  }
  const right = called.size;
  const all = right + falseCalls.size;
  const recallOfAll = wilson(right, Math.max(1, planting.planted.length));
  const detection: Detection = {
    recall,
    recallOfAll,
    ...(all > 0 ? { precision: wilson(right, all) } : {}),
    f1: right === 0 ? 0 : 2 * right / (all + planting.planted.length),
    calls: all,
    siblings: siblings.size,
    unseen: { items: index.unchecked.length, of: index.items.length },
    falseCalls: [...falseCalls.values()],
  };
  return described(detection, tellDetection);
}

/** Of each item, those that are found in its own text. */
function relativesOf(index: EvaluationIndex): (item: string) => Set<string> {
  const questions = new Map(index.items.map(({ id, question }) => [id, question]));
  const find = contaminationFinder(index, { n: 5, threshold: 0 });
  const known = new Map<string, Set<string>>();
  return (item) => {
    let relatives = known.get(item);
    if (!relatives) {
      relatives = new Set(find(questions.get(item) ?? "").map((call) => call.item));
      known.set(item, relatives);
    }
    return relatives;
  };
}

function tellDetection(detection: Detection): Description {
  const { recall, precision, calls, siblings, unseen, falseCalls, f1, recallOfAll } = detection;
  return [
    {
      rows: recall.map(({ kind, found, planted, estimate, low, high }) => ({
        "planted as": kind,
        found,
        planted,
        "recall": { estimate, low, high },
      })),
    },
    `${calls} calls, ${falseCalls.length} of them wrong${
      precision ? `: precision ${said(precision)}, recall ${said(recallOfAll)}, F1 ${f1.toFixed(3)}` : ""
    }`,
    ...siblings > 0
      ? [`${siblings} calls beside them name another item with the same text: neither right nor wrong`]
      : [],
    unseen.items === 0
      ? `Each of the ${unseen.of} items can be seen by the rules`
      : `${unseen.items} of ${unseen.of} items cannot be seen by any rule`,
    ...falseCalls.length > 0
      ? [{ title: "Calls without cause, to be read", rows: falseCalls.map((call) => ({ ...call })) }]
      : [],
  ];
}
