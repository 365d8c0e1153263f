import {
  bootstrapMean,
  described,
  type Interval,
  mean,
  must,
  ofKind,
  percent,
  sum,
  takes,
  wilson,
} from "../base/mod.ts";
import type { Evaluation } from "./evaluation.ts";

/** The score at one length of text and one depth of what was hidden. */
export interface DepthScore {
  /** Length of the text, in tokens of its tokenizer. */
  context: number;
  /** Where the needle stood, 0 at the beginning, 1 at the end; `null` where there is no single place. */
  depth: number | null;
  /** Items. */
  n: number;
  /** The mean over the items. */
  score: number;
  /** Its 95 % interval: Wilson's for counts, else the bootstrap's. */
  interval: Interval;
}

const GROUP = /^(\d+) tokens(?:, depth (.+))?$/;

/**
 * The scores of long texts by length and depth: what `depthGrid` of the room `figure` draws.
 *
 * @param evaluation An evaluation of a benchmark that {@linkcode ruler} made.
 * @throws {RangeError} If its groups are no lengths, or it has no such score.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { depthScores, evaluate, ruler } from "midtrain/evaluate";
 *
 * const encode = (text: string) => new TextEncoder().encode(text);
 * const needles = ruler({ task: "niah-single", tokenizer: { name: "bytes", encode }, contexts: [1500], depths: [0, 1], samples: 2 });
 * // Reads the last 700 characters only.
 * const model = {
 *   async complete({ prompt = "" }) {
 *     const text = /is: (\d+)\./.exec(prompt.slice(-700))?.[1] ?? "";
 *     return { text, finishReason: "stop" as const, usage: { promptTokens: 0, completionTokens: 0 }, cached: false };
 *   },
 * };
 * const rows = depthScores(await evaluate(model, needles));
 * assert.deepEqual(rows.map(({ context, depth, score }) => [context, depth, score]), [[1500, 0, 0], [1500, 1, 1]]);
 * ```
 */
export function depthScores(evaluation: Evaluation, options: { rule?: string } = {}): DepthScore[] {
  const cannot = "Cannot tell scores by depth";
  takes(cannot, options, "rule?");
  ofKind(cannot, { evaluation }, "an object with benchmark, items, scores");
  const { benchmark, items, scores } = evaluation;
  const { rule = scores[0]?.rule } = options;
  const rules = scores.map(({ rule }) => rule);
  must(
    cannot,
    `rule must be one of the evaluation's, ${rules.join(", ") || "which has none"}`,
    rule,
    rules.includes(rule),
  );
  const strange = items.find(({ group }) => !GROUP.test(group));
  must(cannot, `${benchmark} must be a benchmark of ruler()`, strange?.group, strange === undefined);
  const rows = Array.from(Map.groupBy(items, ({ group }) => group), ([group, own]): DepthScore => {
    const [, context, depth] = GROUP.exec(group)!;
    const values = own.map(({ scores }) => scores[rule]);
    const whole = values.every((value) => value === 0 || value === 1);
    const score = mean(values);
    const { low, high } = whole || values.length < 2
      ? wilson(Math.round(sum(values)), values.length)
      : bootstrapMean(values);
    const interval = { estimate: score, low, high };
    return {
      context: Number(context),
      depth: depth === undefined ? null : Number(depth),
      n: own.length,
      score,
      interval,
    };
  }).sort((a, b) => a.context - b.context || (a.depth ?? 0) - (b.depth ?? 0));
  return described(rows, (rows) => [
    `${benchmark}: ${rule} by length and depth`,
    {
      rows: rows.map(({ context, depth, n, score, interval }) => ({
        "length (tokens)": context,
        "depth": depth === null ? "several" : percent(depth, 0),
        [rule]: percent(score, 1),
        "interval": interval,
        "items": n,
      })),
    },
  ]);
}
