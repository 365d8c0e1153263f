import { described, type Description, must, ofKind } from "../base/mod.ts";
import type { EvaluatedItem, Evaluation } from "./evaluation.ts";

/** An item on which two rules differ. */
export interface Disagreement {
  /** The item. */
  id: string;
  /** What it counts to. */
  group: string;
  /** The two scores, the first rule's first. */
  scores: [number, number];
  /** What each rule took for the answer of the first sample, `null` where it found none; nothing where the model chose. */
  extracted: [string | null, string | null];
  /** The first sample as it was written, or the choice that was best. */
  answer: string;
}

/**
 * The items of one evaluation that two of its rules grade differently, with what each took for the answer: why one model
 * has two scores.
 *
 * @throws {RangeError} If the evaluation was not scored by one of the rules.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { benchmarks, disagreements, evaluate } from "midtrain/evaluate";
 * import { gsm8k } from "midtrain/sets";
 *
 * if (await gsm8k.available()) {
 *   const usage = { promptTokens: 0, completionTokens: 0 };
 *   const complete = async () => ({ text: "The answer is 18.00.", finishReason: "stop" as const, usage, cached: false });
 *   const evaluation = await evaluate({ complete }, benchmarks.gsm8k, { form: "lm-eval", shots: 0, limit: 1, subset: "first" });
 *   const [{ scores, extracted }] = disagreements(evaluation, "numeric", "lm-eval flexible-extract");
 *   assert.deepEqual([scores, extracted], [[1, 0], ["18.00", "18.00."]]);
 * }
 * ```
 */
export function disagreements(evaluation: Evaluation, first: string, second: string): Disagreement[] {
  const cannot = "Cannot show where rules differ";
  ofKind(cannot, { evaluation }, "an object with items, scores");
  const known = evaluation.scores.map(({ rule }) => rule);
  for (const [name, rule] of Object.entries({ first, second })) {
    must(
      cannot,
      `${name} must be a rule that ${evaluation.benchmark} was scored by, ${
        known.join(" or ") || "and it has none"
      }`,
      rule,
      known.includes(rule),
    );
  }
  const found = evaluation.items.flatMap((item): Disagreement[] => {
    const scores: [number, number] = [item.scores[first], item.scores[second]];
    return scores[0] === scores[1] ? [] : [{
      id: item.id,
      group: item.group,
      scores,
      extracted: [extractedBy(item, first), extractedBy(item, second)],
      answer: item.written?.[0]?.text ?? (item.chosen === undefined ? "" : `choice ${item.chosen}`),
    }];
  });
  return described(found, (found) => tell(found, evaluation, [first, second]));
}

function extractedBy({ extracted }: EvaluatedItem, rule: string): string | null {
  return extracted?.[rule]?.[0] ?? null;
}

/** Rows of a table for people; the list itself has all. */
const SHOWN = 50;

function tell(
  found: readonly Disagreement[],
  { benchmark, n }: Evaluation,
  [first, second]: [string, string],
): Description {
  const one = (at: 0 | 1) => found.filter(({ scores }) => scores[at] > scores[1 - at]).length;
  const said = `${benchmark}: ${first} and ${second} differ on ${found.length} of ${n} items; ${
    one(0)
  } are better by the first, ${one(1)} by the second${
    found.length > SHOWN ? `; the first ${SHOWN} are shown` : ""
  }`;
  if (found.length === 0) return [said];
  return [said, {
    rows: found.slice(0, SHOWN).map(({ id, scores, extracted, answer }) => ({
      "item": id,
      [first]: scores[0],
      [second]: scores[1],
      [`answer by ${first}`]: extracted[0] ?? "none",
      [`answer by ${second}`]: extracted[1] ?? "none",
      "written (its end)": answer.length > 80 ? `…${answer.slice(-80)}` : answer,
    })),
  }];
}
