// deno-lint-ignore-file camelcase -- the field's names of its scores
import { inRange, ofKind, wholeNumber } from "../base/mod.ts";
import type { ChoicesAsked, ChoiceScore } from "./benchmark.ts";
import { bitsPerByte } from "./bits_per_byte.ts";

/** What a model said of one answer. */
export interface ChoiceRating {
  /** Its log-likelihood behind its context, in nats; `null` where the model gave none. */
  logLikelihood: number | null;
  /** Its tokens. */
  tokens: number;
  /** Its log-likelihood behind the context that says nothing. @default {not asked} */
  unconditional?: number | null | undefined;
}

/** How one item was answered. */
export interface ChoiceGrades {
  /** 1 where the gold answer is best, 1/k where it is one of k best, else 0. */
  scores: Partial<Record<ChoiceScore, number>>;
  /** Bits per byte of the gold answer, `null` where the model gave no number for it. */
  goldBitsPerByte: number | null;
  /** The probability of the gold answer among the answers given: the softmax of their log-likelihoods. */
  goldProbability: number;
  /** The log-likelihood of the gold answer less that of the best wrong one, in nats. */
  margin: number;
  /** Which answer is best, the first where several are. */
  chosen: number;
  /** Whether all answers have one log-likelihood: a model that says nothing. */
  tied: boolean;
  /** Whether an answer has no log-likelihood: the item counts as wrong. */
  unscored: boolean;
}

/**
 * Grade the ratings of one item's answers by each definition in use.
 *
 * - `acc`: by log-likelihood.
 * - `acc_norm` (lm-eval): per character of the answer without the space in front; `acc_bytes` per UTF-8 byte of the same.
 * - `acc_per_char` (OLMES): per character with the space in front; `acc_per_token` per token.
 * - `acc_uncond`: less the log-likelihood behind a context that says nothing.
 *
 * Characters are code points, as in Python. Of k answers that tie for the best, gold among them, each gets 1/k: Python's `argmax` gives
 * all to the first, which favours a model that says nothing where gold often stands first.
 *
 * @throws {RangeError} If there is not one rating a choice, a log-likelihood is no number <= 0, or gold is no choice.
 * @example A long answer and a short one
 * ```ts
 * import assert from "node:assert/strict";
 * import { gradeChoices } from "midtrain/evaluate";
 *
 * const context = "Question: Where do fish live?\nAnswer:";
 * const choices = [{ context, continuation: " water" }, { context, continuation: " in a tree, far above" }];
 * const asked = { choices, gold: 0 };
 * const ratings = [{ logLikelihood: -6, tokens: 1 }, { logLikelihood: -9, tokens: 6 }];
 * const { scores } = gradeChoices(asked, ratings);
 * assert.deepEqual(scores, { acc: 1, acc_norm: 0, acc_bytes: 0, acc_per_char: 0, acc_per_token: 0 });
 * ```
 */
export function gradeChoices(asked: ChoicesAsked, ratings: readonly ChoiceRating[]): ChoiceGrades {
  const cannot = "Cannot grade choices";
  ofKind(cannot, { asked }, "an object with choices, gold");
  ofKind(cannot, { ratings }, "a list of objects with logLikelihood, tokens");
  const { choices, gold } = asked;
  if (ratings.length !== choices.length) {
    throw new RangeError(
      `${cannot} as there must be one rating a choice: there are ${ratings.length} for ${choices.length}`,
    );
  }
  ofKind(cannot, { choices }, "a list of objects with context, continuation");
  wholeNumber(cannot, { gold }, `in [0, ${choices.length - 1}]`);
  for (const { logLikelihood } of ratings) {
    if (logLikelihood !== null) inRange(cannot, { "every logLikelihood": logLikelihood }, "<= 0");
  }
  const logs = ratings.map(({ logLikelihood }) => logLikelihood);
  const unscored = logs.includes(null);
  const known = logs.map((log) => log ?? -Infinity);
  const lengths = choices.map(({ continuation }) => {
    const bare = continuation.startsWith(" ") ? continuation.slice(1) : continuation;
    return {
      bare: Math.max(1, codePoints(bare)),
      bytes: Math.max(1, utf8Bytes(bare)),
      whole: codePoints(continuation),
    };
  });
  const unconditional = ratings.map(({ unconditional }) => unconditional);
  const by = (each: (log: number, i: number) => number) => unscored ? 0 : credit(known.map(each), gold);
  const scores: ChoiceGrades["scores"] = {
    acc: by((log) => log),
    acc_norm: by((log, i) => log / lengths[i].bare),
    acc_bytes: by((log, i) => log / lengths[i].bytes),
    acc_per_char: by((log, i) => log / lengths[i].whole),
    acc_per_token: by((log, i) => log / Math.max(1, ratings[i].tokens)),
  };
  if (unconditional.every((log) => log !== undefined)) {
    scores.acc_uncond = unconditional.includes(null) ? 0 : by((log, i) => log - unconditional[i]!);
  }
  const best = Math.max(...known);
  const goldLog = known[gold];
  const bestWrong = Math.max(...known.filter((_, i) => i !== gold));
  return {
    scores,
    goldBitsPerByte: goldLog > -Infinity
      ? bitsPerByte(0 - goldLog, utf8Bytes(choices[gold].continuation))
      : null,
    goldProbability: best > -Infinity ? Math.exp(goldLog - logSumExp(known)) : 0,
    margin: unscored ? NaN : goldLog - bestWrong,
    chosen: Math.max(0, known.indexOf(best)),
    tied: !unscored && known.every((log) => log === known[0]),
    unscored,
  };
}

/** 1 if gold alone is best, 1/k if it is one of k best, 0 if it is not among them. */
function credit(scores: readonly number[], gold: number): number {
  const best = Math.max(...scores);
  return scores[gold] === best ? 1 / scores.filter((score) => score === best).length : 0;
}

function logSumExp(logs: readonly number[]): number {
  const best = Math.max(...logs);
  return best + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - best), 0));
}

/** The length of a text as Python counts it. */
export function codePoints(text: string): number {
  let pairs = 0;
  for (let i = 1; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) pairs++;
  }
  return text.length - pairs;
}

/** The length of a text in UTF-8 bytes. */
export function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
