import {
  bootstrapMean,
  described,
  type Description,
  type Interval,
  mean,
  ofKind,
  percent,
  signTest,
  takes,
} from "../base/mod.ts";
import type { EvaluatedItem, Evaluation } from "./evaluation.ts";

/** Options of {@linkcode compareEvaluations}. */
export interface CompareEvaluationsOptions {
  /** By which score items count as right. @default {each benchmark's first} */
  rule?: string | undefined;
  /** Names the random stream of the bootstrap. @default {1} */
  seed?: number | string | undefined;
}

/** How one benchmark changed between two checkpoints. */
export interface EvaluationChange {
  /** The benchmark with its form. */
  benchmark: string;
  /** The score it was compared by. */
  rule: string;
  /** Items. */
  n: number;
  /** The first score. */
  before: number;
  /** The second score. */
  after: number;
  /** `after - before` with its 95 % interval: a bootstrap over items, both scores of an item together. */
  difference: Interval;
  /** Items that were right and are wrong now, 1 to 0: what was forgotten. */
  forgotten: string[];
  /** Items that were wrong and are right now, 0 to 1. */
  gained: string[];
  /** McNemar's exact two-sided p-value of `forgotten` against `gained`. */
  p: number;
  /** The same after Holm's correction for the number of benchmarks compared. */
  adjusted: number;
  /** The smallest true difference that this many items show in 4 of 5 trials at p < 0.05. */
  detectable: number;
  /** The change of the gold answers' bits per byte, the mean over items; `null` where they were not rated twice. */
  goldBitsPerByte: Interval | null;
  /** What guessing gets, `null` for texts. */
  guessing: number | null;
}

/**
 * Compare a checkpoint's evaluations with those of an earlier one, item by item: what was gained and what was forgotten, which
 * benchmarks can tell, and how small a change this many items would show.
 *
 * An item counts as right from a score of 0.5. Benchmarks are matched by name, form and shots, and must hold the same items.
 *
 * @returns A row a benchmark, in the order of `after`.
 * @throws {RangeError} If a benchmark was not evaluated before, or on other items.
 * @example Two items forgotten, one gained
 * ```ts
 * import assert from "node:assert/strict";
 * import { compareEvaluations, type Evaluation } from "midtrain/evaluate";
 *
 * const evaluation = (right: number[]): Evaluation => ({
 *   benchmark: "sums", version: 1, form: "plain", shots: 0, seed: 1, model: "m", n: 4, groups: [], goldBitsPerByte: null, guessing: 0.25,
 *   scores: [{ rule: "acc", value: 0, low: 0, high: 1 }], counts: { tied: 0, unscored: 0, truncated: 0, unextracted: 0 },
 *   items: right.map((acc, i) => ({ id: `${i}`, group: "", scores: { acc }, goldBitsPerByte: null, goldBytes: 1 })),
 * });
 * const [{ forgotten, gained, difference, p }] = compareEvaluations([evaluation([1, 1, 0, 1])], [evaluation([0, 0, 1, 1])]);
 * assert.deepEqual([forgotten, gained, difference.estimate, p], [["0", "1"], ["2"], -0.25, 1]);
 * ```
 */
export function compareEvaluations(
  before: readonly Evaluation[],
  after: readonly Evaluation[],
  options: CompareEvaluationsOptions = {},
): EvaluationChange[] {
  const cannot = "Cannot compare evaluations";
  takes(cannot, options, "rule?, seed?");
  ofKind(cannot, { before, after }, "a list of objects with benchmark, items");
  const { rule, seed = 1 } = options;
  const found = new Map(before.map((evaluation) => [nameOf(evaluation), evaluation]));
  const rows = after.map((now) => {
    const name = nameOf(now);
    const then = found.get(name);
    if (!then) {
      throw new RangeError(
        `${cannot} as every benchmark must be there before: ${name} is not among ${
          [...found.keys()].join(", ") || "none"
        }`,
      );
    }
    return compare(cannot, then, now, { name, seed, rule: rule ?? now.scores[0]?.rule });
  });
  return described(adjust(rows), tell);
}

function nameOf({ benchmark, form, shots }: Evaluation): string {
  return `${benchmark} (${form}, ${shots} shots)`;
}

function compare(
  cannot: string,
  before: Evaluation,
  after: Evaluation,
  { name, seed, rule }: { name: string; seed: number | string; rule: string | undefined },
): EvaluationChange {
  const items = new Map(before.items.map((item) => [item.id, item]));
  const pairs = after.items.map((item): [EvaluatedItem, EvaluatedItem] => {
    const earlier = items.get(item.id);
    if (!earlier || items.size !== after.items.length) {
      throw new RangeError(
        `${cannot} as both must hold the same items: ${name} has ${items.size} and ${after.items.length}${
          earlier ? "" : `, ${item.id} only later`
        }`,
      );
    }
    return [earlier, item];
  });
  if (rule === undefined || pairs.some((pair) => pair.some(({ scores }) => !(rule in scores)))) {
    throw new RangeError(
      `${cannot} as rule must be one that both were scored by: current value is ${rule}, ${name} has ${
        Object.keys(after.items[0]?.scores ?? {}).join(", ") || "none"
      }`,
    );
  }
  const scores = pairs.map(([then, now]) => [then.scores[rule], now.scores[rule]]);
  const changes = scores.map(([then, now]) => now - then);
  const ids = (test: (then: number, now: number) => boolean) =>
    pairs.flatMap(([{ id }], i) => test(scores[i][0], scores[i][1]) ? [id] : []);
  const forgotten = ids((then, now) => then >= 0.5 && now < 0.5);
  const gained = ids((then, now) => then < 0.5 && now >= 0.5);
  const bits = pairs.flatMap(([then, now]) =>
    then.goldBitsPerByte === null || now.goldBitsPerByte === null
      ? []
      : [now.goldBitsPerByte - then.goldBitsPerByte]
  );
  const p = signTest(gained.length, forgotten.length);
  return {
    benchmark: name,
    rule,
    n: pairs.length,
    before: mean(scores.map(([then]) => then)),
    after: mean(scores.map(([, now]) => now)),
    difference: bootstrapMean(changes, { seed: `${seed}/${name}` }),
    forgotten,
    gained,
    p,
    adjusted: p,
    detectable: detectable(changes),
    goldBitsPerByte: bits.length === pairs.length ? bootstrapMean(bits, { seed: `${seed}/${name}` }) : null,
    guessing: after.guessing,
  };
}

/** Of a normal variable: what 97.5 % and 80 % lie below. */
const Z = 1.959963984540054 + 0.8416212335729143;

/** The difference of paired scores that n items tell from none with a power of 80 %: a z-test with the changes' own spread. */
function detectable(changes: readonly number[]): number {
  const centre = mean(changes);
  // With no change at all the spread is unknown; one changed item of n is the least that there can be.
  const variance = Math.max(mean(changes.map((change) => (change - centre) ** 2)), 1 / changes.length ** 2);
  return Math.min(1, Z * Math.sqrt(variance / changes.length));
}

/** Holm's step-down correction. */
function adjust(rows: readonly EvaluationChange[]): EvaluationChange[] {
  const order = rows.map((_, i) => i).sort((a, b) => rows[a].p - rows[b].p);
  const adjusted = new Array<number>(rows.length);
  let least = 0;
  order.forEach((row, rank) => {
    least = Math.max(least, Math.min(1, (rows.length - rank) * rows[row].p));
    adjusted[row] = least;
  });
  return rows.map((row, i) => ({ ...row, adjusted: adjusted[i] }));
}

function tell(rows: readonly EvaluationChange[]): Description {
  return [
    {
      rows: rows.map(({ benchmark, n, before, after, difference, forgotten, gained, ...row }) => ({
        "benchmark": benchmark,
        "before": percent(before, 1),
        "after": percent(after, 1),
        "difference": difference,
        "1 to 0": forgotten.length,
        "0 to 1": gained.length,
        "p (McNemar)": Number(row.p.toPrecision(2)),
        "p (Holm)": Number(row.adjusted.toPrecision(2)),
        "smallest shown": percent(row.detectable, 1),
        "right answers (bits per byte)": row.goldBitsPerByte ?? "not rated",
        "guessing": row.guessing === null ? "none" : percent(row.guessing, 1),
        "items": n,
      })),
    },
    "Differences with bootstrap intervals over items; smallest shown is the change that this many items tell from none in 4 of 5 trials",
  ];
}
