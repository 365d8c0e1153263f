import {
  described,
  type Description,
  type Interval,
  mean,
  must,
  ofKind,
  percent,
  quantile,
  Random,
  said,
  takes,
} from "../base/mod.ts";
import type { Benchmark } from "./benchmark.ts";
import type { EvaluatedItem, Evaluation } from "./evaluation.ts";

/** What of a benchmark's item must not stand in training text, as `buildIndex` of the room `decontaminate` takes it. */
export interface LeakItem {
  /** The item's id. */
  id: string;
  /** What would give it away. */
  question: string;
  /** The right answer. */
  answer: string;
  /** The benchmark. */
  benchmark: string;
}

/**
 * What decontamination looks for of a benchmark, an item each: `buildIndex(await leakItems(benchmark))` finds them in training text,
 * and the ids that it calls are what {@linkcode compareClean} takes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type Benchmark, leakItems } from "midtrain/evaluate";
 *
 * const sums: Pick<Benchmark, "name" | "items" | "leak"> = {
 *   name: "sums",
 *   async *items() {
 *     yield { id: "a", question: "1 + 2 =", answer: "3" };
 *   },
 *   leak: ({ question, answer }) => ({ question, answer }),
 * };
 * assert.deepEqual(await leakItems(sums), [{ id: "a", question: "1 + 2 =", answer: "3", benchmark: "sums" }]);
 * ```
 */
export async function leakItems(
  benchmark: Pick<Benchmark, "name" | "items" | "leak">,
): Promise<LeakItem[]> {
  ofKind("Cannot say what must not leak", { benchmark }, "an object with name, items, leak");
  const items: LeakItem[] = [];
  for await (const item of benchmark.items()) {
    items.push({ id: item.id, ...benchmark.leak(item), benchmark: benchmark.name });
  }
  return items;
}

/** Options of {@linkcode compareClean}. */
export interface CompareCleanOptions {
  /** The score that is compared. @default {the evaluation's first} */
  rule?: string | undefined;
  /** Names the random stream of the bootstrap. @default {1} */
  seed?: number | string | undefined;
}

/** Scores of clean and of flagged items apart. */
export interface CleanComparison {
  /** The benchmark. */
  benchmark: string;
  /** The score. */
  rule: string;
  /** All items. */
  all: { n: number; score: number };
  /** Items of which nothing was found: the score to report; `null` where every item was flagged. */
  clean: { n: number; score: number } | null;
  /** Items that were found in training text; `null` where there are none. */
  flagged: { n: number; score: number } | null;
  /**
   * `flagged - clean` with its 95 % interval, a bootstrap over the items of each side; `null` unless each has two items. Flagged items may
   * be easier for other reasons, so it bounds what leakage gave and does not measure it.
   */
  difference: Interval | null;
}

/**
 * The score of an evaluation on items that were found in training text, and on the others.
 *
 * @param flaggedIds The ids of items that were found, for example by `decontaminate`'s `onContamination`.
 * @throws {RangeError} If an id is none of the evaluation's, or it has no such score.
 * @example Two of six sums stood in the training text
 * ```ts
 * import assert from "node:assert/strict";
 * import { compareClean, type Evaluation } from "midtrain/evaluate";
 *
 * const evaluation: Evaluation = {
 *   benchmark: "sums", version: 1, form: "plain", shots: 0, seed: 1234, model: "m", n: 6, groups: [], goldBitsPerByte: null, guessing: null,
 *   scores: [{ rule: "exact", value: 0.5, low: 0, high: 1 }], counts: { tied: 0, unscored: 0, truncated: 0, unextracted: 0 },
 *   items: [1, 1, 0, 0, 1, 0].map((exact, i) => ({
 *     id: `${i}`, group: "", scores: { exact }, goldBitsPerByte: null, goldBytes: 1,
 *   })),
 * };
 * const { clean, flagged, difference } = compareClean(evaluation, ["0", "1"]);
 * assert.deepEqual([clean, flagged], [{ n: 4, score: 0.25 }, { n: 2, score: 1 }]);
 * assert(difference!.low < 0.75 && difference!.high === 1);
 * ```
 */
export function compareClean(
  evaluation: Evaluation,
  flaggedIds: Iterable<string>,
  options: CompareCleanOptions = {},
): CleanComparison {
  const cannot = "Cannot compare clean and flagged items";
  takes(cannot, options, "rule?, seed?");
  ofKind(cannot, { evaluation }, "an object with benchmark, items, scores");
  must(
    cannot,
    "flaggedIds must be a list or set of ids",
    typeof flaggedIds === "string" ? JSON.stringify(flaggedIds) : typeof flaggedIds,
    typeof flaggedIds === "object" && flaggedIds !== null && Symbol.iterator in flaggedIds,
  );
  const { items, benchmark } = evaluation;
  const { rule = evaluation.scores[0]?.rule, seed = 1 } = options;
  const rules = Object.keys(items[0]?.scores ?? {});
  must(
    cannot,
    `rule must be one of the evaluation's, ${rules.join(", ") || "which has none"}`,
    rule,
    rules.includes(rule),
  );
  const flagged = new Set(flaggedIds);
  const known = new Set(items.map(({ id }) => id));
  const strange = [...flagged].find((id) => !known.has(id));
  must(cannot, `every flagged id must be an item of ${benchmark}`, strange, strange === undefined);
  const scoresOf = (test: (item: EvaluatedItem) => boolean) =>
    items.filter(test).map(({ scores }) => scores[rule]);
  const dirty = scoresOf(({ id }) => flagged.has(id));
  const pure = scoresOf(({ id }) => !flagged.has(id));
  const side = (scores: number[]) => scores.length === 0 ? null : { n: scores.length, score: mean(scores) };
  return described({
    benchmark,
    rule,
    all: { n: items.length, score: mean(items.map(({ scores }) => scores[rule])) },
    clean: side(pure),
    flagged: side(dirty),
    difference: dirty.length < 2 || pure.length < 2
      ? null
      : differenceOf(dirty, pure, `${seed}/${benchmark}`),
  }, tell);
}

const RESAMPLES = 2000;

/** The difference of two means over different items: each side is drawn anew by itself. */
function differenceOf(a: readonly number[], b: readonly number[], seed: string): Interval {
  const random = new Random(seed);
  const drawn = (values: readonly number[]) => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[random.int(values.length)];
    return sum / values.length;
  };
  const draws = Array.from({ length: RESAMPLES }, () => drawn(a) - drawn(b));
  return { estimate: mean(a) - mean(b), low: quantile(draws, 0.025), high: quantile(draws, 0.975) };
}

function tell({ benchmark, rule, all, clean, flagged, difference }: CleanComparison): Description {
  const row = (items: string, side: { n: number; score: number } | null) => ({
    "items": items,
    "number": side?.n ?? 0,
    [rule]: side === null ? "none" : percent(side.score, 1),
  });
  return [
    `${benchmark}: items that were found in training text, and the others`,
    { rows: [row("clean", clean), row("flagged", flagged), row("all", all)] },
    difference === null
      ? "No interval of the difference: each side needs two items"
      : `Flagged less clean: ${
        said(difference)
      }; easy items may be found more often, so it bounds what leakage gave`,
  ];
}
