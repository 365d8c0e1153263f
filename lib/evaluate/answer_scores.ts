import { must, ofKind, oneOf, takes } from "../base/mod.ts";
import { largestAssignment } from "./_assignment.ts";
import {
  ARTICLES,
  PUNCTUATION,
  pythonFloat,
  pythonFloatText,
  roundToHundredths,
  splitWords,
} from "./_python_text.ts";

/** Two scores of a short answer, each the best over the answers that are known, from 0 to 1. */
export interface AnswerScores {
  /** 1 where nothing but the spelling that the rule forgives is different, else 0. */
  exact: number;
  /** The F1 of the words in common. */
  f1: number;
}

/** Options of {@linkcode squadScores}. */
export interface SquadScoresOptions {
  /**
   * Whose script. Of `1.1` every right answer counts, and F1 is 0 where nothing is left of the prediction; of `2.0` those of
   * which nothing is left count only where there are no others, and F1 is then 1 if nothing is left of the prediction too.
   * @default {"2.0"}
   */
  version?: "1.1" | "2.0" | undefined;
}

/**
 * A short answer as SQuAD's scripts grade it: small letters, no punctuation of ASCII, no articles.
 *
 * @param prediction What was answered; empty for "no answer".
 * @param answers Right answers; none where the question has no answer.
 * @throws {RangeError} If there is no such version.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { squadScores } from "midtrain/evaluate";
 *
 * assert.deepEqual(squadScores("the Eiffel Tower!", ["Eiffel tower", "tower"]), { exact: 1, f1: 1 });
 * assert.deepEqual(squadScores("tower of Paris", ["Eiffel Tower"]), { exact: 0, f1: 0.4 });
 * assert.deepEqual(squadScores("", []), { exact: 1, f1: 1 });
 * assert.deepEqual(squadScores("the", ["a"], { version: "1.1" }), { exact: 1, f1: 0 });
 * ```
 */
export function squadScores(
  prediction: string,
  answers: readonly string[],
  options: SquadScoresOptions = {},
): AnswerScores {
  const cannot = "Cannot score an answer as SQuAD";
  takes(cannot, options, "version?");
  checkAnswer(cannot, prediction, answers);
  const { version = "2.0" } = options;
  oneOf(cannot, { version }, ["1.1", "2.0"]);
  const words = squadWords(prediction);
  const first = version === "1.1";
  const known = answers.map(squadWords).filter((answer) => first || answer.length > 0);
  return best((known.length === 0 ? [[]] : known).map((answer) => compare(words, answer, first ? 0 : 1)));
}

function squadWords(text: string): string[] {
  return splitWords(text.toLowerCase().replace(PUNCTUATION, "").replace(ARTICLES, " "));
}

/**
 * A short answer as TriviaQA's script grades it: as SQuAD's, but punctuation, curly quotes and `_` become spaces, so that
 * `Spider-Man` is two words.
 *
 * @param prediction What was answered.
 * @param answers Right answers: TriviaQA's aliases, normalised or not.
 * @throws {RangeError} If there is no right answer.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { triviaQaScores } from "midtrain/evaluate";
 *
 * assert.deepEqual(triviaQaScores("The Spider-Man", ["spider man"]), { exact: 1, f1: 1 });
 * ```
 */
export function triviaQaScores(prediction: string, answers: readonly string[]): AnswerScores {
  const cannot = "Cannot score an answer as TriviaQA";
  checkAnswer(cannot, prediction, answers);
  if (answers.length === 0) throw new RangeError(`${cannot} as answers must not be empty`);
  const words = triviaWords(prediction);
  return best(answers.map((answer) => compare(words, triviaWords(answer), 0)));
}

/** The words of a text as TriviaQA's script reads them. */
export function triviaWords(text: string): string[] {
  return splitWords(
    text.replaceAll("_", " ").toLowerCase().replace(PUNCTUATION, " ").replace(/[‘’´`]/g, " ")
      .replace(ARTICLES, " "),
  );
}

/** Exact match and F1 of the words of two answers, with the F1 of two answers that have none. */
function compare(prediction: readonly string[], answer: readonly string[], ofNone: number): AnswerScores {
  const exact = Number(prediction.join(" ") === answer.join(" "));
  if (prediction.length === 0 || answer.length === 0) return { exact, f1: exact * ofNone };
  const left = new Map<string, number>();
  for (const word of answer) left.set(word, (left.get(word) ?? 0) + 1);
  let same = 0;
  for (const word of prediction) {
    const count = left.get(word) ?? 0;
    if (count > 0) same++;
    left.set(word, count - 1);
  }
  const precision = same / prediction.length;
  const recall = same / answer.length;
  return { exact, f1: same === 0 ? 0 : 2 * precision * recall / (precision + recall) };
}

/**
 * An answer of one or several spans as DROP's script grades it: numbers are compared as numbers, spans are joined to those
 * of the answer one to one, as is best, and a span that lacks all of an answer's numbers gets nothing. F1 is rounded to
 * hundredths, as there.
 *
 * @param prediction One span, or several.
 * @param answers Right answers, each one span or several.
 * @throws {RangeError} If there is no right answer, or one without spans.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { dropScores } from "midtrain/evaluate";
 *
 * assert.deepEqual(dropScores("3.0 yards", ["3 yards"]), { exact: 1, f1: 1 });
 * assert.deepEqual(dropScores(["Smith", "Jones"], [["Jones", "Smith", "Young"]]), { exact: 0, f1: 0.67 });
 * ```
 */
export function dropScores(
  prediction: string | readonly string[],
  answers: readonly (string | readonly string[])[],
): AnswerScores {
  const cannot = "Cannot score an answer as DROP";
  ofKind(cannot, { answers }, "a list");
  if (answers.length === 0) throw new RangeError(`${cannot} as answers must not be empty`);
  const spans = dropSpans(cannot, prediction, "prediction");
  const graded = answers.map((answer, i) => {
    const gold = dropSpans(cannot, answer, `answers[${i}]`);
    // An answer whose first span is empty is no answer there.
    const first = typeof answer === "string" ? answer : answer[0];
    return splitWords(first).length === 0 ? { exact: 0, f1: 0 } : compareSpans(spans, gold);
  });
  return best(graded);
}

function dropSpans(cannot: string, given: unknown, name: string): string[] {
  const list = (typeof given === "string" ? [given] : given) as readonly string[];
  const texts = Array.isArray(list) && list.every((span) => typeof span === "string");
  must(cannot, `${name} must be a text or a list of texts`, given, texts);
  if (list.length === 0) throw new RangeError(`${cannot} as ${name} must have a span: it has none`);
  return list.map(dropText);
}

function dropText(text: string): string {
  const tokens = text.toLowerCase().split(/[ -]/).map((token) => {
    const bare = pythonFloat(token) === undefined ? token.replace(PUNCTUATION, "") : token;
    const number = pythonFloat(bare);
    const whole = number === undefined ? bare : pythonFloatText(number);
    return splitWords(whole.replace(ARTICLES, " ")).join(" ");
  });
  return tokens.filter((token) => token !== "").join(" ");
}

function compareSpans(prediction: readonly string[], answer: readonly string[]): AnswerScores {
  const alike = prediction.length === answer.length &&
    new Set(prediction).symmetricDifference(new Set(answer)).size === 0;
  const bags = [prediction, answer].map((spans) => spans.map((span) => new Set(splitWords(span))));
  const gains = bags[1].map((gold) => bags[0].map((given) => bagF1(given, gold)));
  const f1 = largestAssignment(gains) / Math.max(prediction.length, answer.length);
  return { exact: Number(alike), f1: roundToHundredths(f1) };
}

function bagF1(prediction: ReadonlySet<string>, answer: ReadonlySet<string>): number {
  const numbers = [...answer].filter((word) => pythonFloat(word) !== undefined);
  if (numbers.length > 0 && !numbers.some((number) => prediction.has(number))) return 0;
  const same = prediction.intersection(answer).size;
  const precision = prediction.size === 0 ? 1 : same / prediction.size;
  const recall = answer.size === 0 ? 1 : same / answer.size;
  return precision + recall === 0 ? 0 : 2 * precision * recall / (precision + recall);
}

/** What {@linkcode exactMatch} leaves out of both texts before they are compared, in this order. */
export interface ExactMatchOptions {
  /** Matches of these, everywhere. @default {none} */
  regexesToIgnore?: readonly RegExp[];
  /** Capital letters. @default {false} */
  ignoreCase?: boolean;
  /** The punctuation of ASCII. @default {false} */
  ignorePunctuation?: boolean;
  /** Digits. @default {false} */
  ignoreNumbers?: boolean;
}

/**
 * Whether a text is one of the answers, as lm-eval's `exact_match` compares them: 1 or 0. Space at the ends counts; lm-eval's
 * tasks take it away before.
 *
 * @throws {RangeError} If there is no answer.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { exactMatch } from "midtrain/evaluate";
 *
 * assert.equal(exactMatch("Paris.", ["paris"]), 0);
 * assert.equal(exactMatch("Paris.", ["paris"], { ignoreCase: true, ignorePunctuation: true }), 1);
 * ```
 */
export function exactMatch(
  prediction: string,
  answers: readonly string[],
  options: ExactMatchOptions = {},
): number {
  const cannot = "Cannot compare an answer";
  takes(cannot, options, "regexesToIgnore?, ignoreCase?, ignorePunctuation?, ignoreNumbers?");
  checkAnswer(cannot, prediction, answers);
  if (answers.length === 0) throw new RangeError(`${cannot} as answers must not be empty`);
  const { regexesToIgnore = [], ignoreCase, ignorePunctuation, ignoreNumbers } = options;
  const bare = (text: string) => {
    let rest = text;
    for (const { source, flags } of regexesToIgnore) {
      rest = rest.replace(new RegExp(source, flags.includes("g") ? flags : `${flags}g`), "");
    }
    if (ignoreCase) rest = rest.toLowerCase();
    if (ignorePunctuation) rest = rest.replace(PUNCTUATION, "");
    return ignoreNumbers ? rest.replace(/[0-9]/g, "") : rest;
  };
  const given = bare(prediction);
  return Number(answers.some((answer) => bare(answer) === given));
}

function checkAnswer(cannot: string, prediction: unknown, answers: unknown): void {
  ofKind(cannot, { prediction }, "a text");
  ofKind(cannot, { answers }, "a list of texts");
}

/** Each score at its best, as the scripts take them. */
function best(scores: readonly AnswerScores[]): AnswerScores {
  return {
    exact: Math.max(...scores.map(({ exact }) => exact)),
    f1: Math.max(...scores.map(({ f1 }) => f1)),
  };
}
