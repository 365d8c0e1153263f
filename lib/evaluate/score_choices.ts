import { described, mean, ofKind, percent } from "../base/mod.ts";
import type { LanguageModel } from "../llm/mod.ts";
import type { ChoiceScore } from "./benchmark.ts";
import { type ChoiceGrades, gradeChoices } from "./grade_choices.ts";

/** What scoring needs of a model: an endpoint, the embedded model or a checkpoint. */
export type ScoringModel = Pick<LanguageModel, "loglikelihood">;

/** One multiple-choice question in cloze form. */
export interface ChoiceItem {
  /** Names it. */
  id: string;
  /** All that stands before the answer, for example `Question: ...\nAnswer:`. */
  context: string;
  /** The answers as they are scored, each usually with a space in front. */
  choices: readonly string[];
  /** The position of the right one. */
  gold: number;
}

/** How a model did on multiple-choice questions; every number is a mean over the items. */
export interface ChoiceScores {
  /** The share of items whose gold answer has the highest log-likelihood; of k that tie for it each counts 1/k. */
  accuracy: number;
  /** The same by log-likelihood per character, the space in front included, so that long answers are not at a disadvantage. */
  accuracyPerCharacter: number;
  /** The accuracy by each definition in use, as `gradeChoices` names them. */
  scores: Partial<Record<ChoiceScore, number>>;
  /** Bits per byte of the gold answer: smooth where accuracy is noise, so the number to rank small models by; NaN if none was rated. */
  goldBitsPerByte: number;
  /** What guessing gets, the mean of 1 / choices; a model that scores all alike gets exactly this. */
  floor: number;
  /** Items on which all choices scored alike: a server that gives no log-likelihoods ties everywhere. */
  tiedItems: number;
  /** Items with a choice whose log-likelihood was no finite number <= 0: they count as wrong, and not in `goldBitsPerByte`. */
  unscoredItems: number;
  /** Items. */
  n: number;
  /** Accuracy and gold bits per byte of each item, for {@linkcode compareRuns}; `null` where the gold answer has no log-likelihood. */
  items: readonly { id: string; correct: number; goldBitsPerByte: number | null }[];
}

/**
 * Score multiple-choice questions by the log-likelihood of their answers (the cloze form, which base checkpoints can do).
 *
 * @throws {RangeError} If there is no item, or an item has fewer than 2 choices, an empty one, or no gold among them.
 * @throws {TypeError} If the model gives another count of numbers than it was asked for, or no log-likelihood at all.
 * @example A model that prefers short answers
 * ```ts
 * import assert from "node:assert/strict";
 * import { scoreChoices } from "midtrain/evaluate";
 *
 * const model = {
 *   loglikelihood: (pairs: readonly { continuation: string }[]) =>
 *     Promise.resolve(pairs.map(({ continuation: { length } }) => (
 *       { logLikelihood: -length * Math.LN2, tokens: length, greedy: false }
 *     ))),
 * };
 * const items = [{ id: "q1", context: "The sky is", choices: [" blue", " green"], gold: 0 }];
 * const { accuracy, accuracyPerCharacter, goldBitsPerByte } = await scoreChoices(model, items);
 * assert.deepEqual([accuracy, accuracyPerCharacter, goldBitsPerByte], [1, 0.5, 1]);
 * ```
 */
export async function scoreChoices(model: ScoringModel, items: readonly ChoiceItem[]): Promise<ChoiceScores> {
  ofKind("Cannot score choices", { model }, "an object with loglikelihood");
  ofKind("Cannot score choices", { items }, "a list of objects with id, context, choices, gold");
  if (items.length === 0) throw new RangeError("Cannot score choices as there must be at least one item");
  for (const { id, choices, gold } of items) {
    ofKind("Cannot score choices", { [`choices of ${id}`]: choices }, "a list of texts");
    if (choices.length < 2 || choices.includes("") || !Number.isSafeInteger(gold) || !(gold in choices)) {
      throw new RangeError(
        `Cannot score choices as an item needs 2 choices or more, none empty, and gold among them: ${id} has ${
          JSON.stringify(choices)
        } and gold ${gold}`,
      );
    }
  }
  const pairs = items.flatMap(({ context, choices }) =>
    choices.map((continuation) => ({ context, continuation }))
  );
  const scores = await model.loglikelihood(pairs);
  ofKind(
    "Cannot score choices",
    { "what the model rates": scores },
    "a list of objects with logLikelihood, tokens",
  );
  if (scores.length !== pairs.length) {
    throw new TypeError(
      `Cannot score choices as the model must give one log-likelihood a choice: ${pairs.length} were asked, ${scores.length} came`,
    );
  }
  const ratings = scores.map(({ logLikelihood, tokens }) => ({
    logLikelihood: logLikelihood <= 0 && logLikelihood > -Infinity ? logLikelihood : null,
    tokens,
  }));
  if (ratings.every(({ logLikelihood }) => logLikelihood === null)) {
    throw new TypeError(
      `Cannot score choices as a log-likelihood must be finite and <= 0: all ${ratings.length} are not, the first is ${
        scores[0].logLikelihood
      }`,
    );
  }
  let at = 0;
  return tell(
    items,
    items.map(({ context, choices, gold }) => {
      const asked = { choices: choices.map((continuation) => ({ context, continuation })), gold };
      return gradeChoices(asked, ratings.slice(at, at += choices.length));
    }),
  );
}

/** What {@linkcode checkScorer} found. */
export interface ScorerCheck {
  /** The accuracy of the gold answers themselves. */
  ceiling: number;
  /** The accuracy of a model that finds all choices alike. */
  floor: number;
}

/**
 * Check that items can be scored at all: the gold answers must get 1, a model without preferences must get the floor. An
 * item whose gold answer stands among its choices twice, with gold on one of them, lowers the ceiling and is named.
 *
 * @throws {RangeError} As {@linkcode scoreChoices}, and if the gold answers do not get 1; the message names the items.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkScorer } from "midtrain/evaluate";
 *
 * const items = [{ id: "q1", context: "2 + 2 =", choices: [" 3", " 4", " 5", " 22"], gold: 1 }];
 * assert.deepEqual(await checkScorer(items), { ceiling: 1, floor: 0.25 });
 * ```
 */
export async function checkScorer(items: readonly ChoiceItem[]): Promise<ScorerCheck> {
  ofKind("Cannot check a scorer", { items }, "a list of objects with id, context, choices, gold");
  const gold = new Set(items.map(({ context, choices, gold }) => JSON.stringify([context, choices[gold]])));
  const oracle: ScoringModel = {
    loglikelihood: (pairs) =>
      Promise.resolve(pairs.map(({ context, continuation }) => {
        const greedy = gold.has(JSON.stringify([context, continuation]));
        return { logLikelihood: greedy ? 0 : -1000 * continuation.length, tokens: 1, greedy };
      })),
  };
  const indifferent: ScoringModel = {
    loglikelihood: (pairs) =>
      Promise.resolve(pairs.map(() => ({ logLikelihood: -1, tokens: 1, greedy: false }))),
  };
  const best = await scoreChoices(oracle, items);
  const constant = await scoreChoices(indifferent, items);
  const faulty = best.items.filter(({ correct }) => correct < 1).map(({ id }) => id);
  if (faulty.length > 0 || best.accuracyPerCharacter < 1) {
    throw new RangeError(
      `Cannot score these items as their gold answers must get 1: they get ${best.accuracy}, without full credit are ${
        faulty.slice(0, 5).join(", ")
      }`,
    );
  }
  return { ceiling: best.accuracy, floor: constant.accuracy };
}

function tell(items: readonly ChoiceItem[], grades: readonly ChoiceGrades[]): ChoiceScores {
  const by = (score: ChoiceScore) => mean(grades.map(({ scores }) => scores[score]!));
  const bits = grades.flatMap(({ goldBitsPerByte }) => goldBitsPerByte ?? []);
  const names = Object.keys(grades[0].scores) as ChoiceScore[];
  return described({
    accuracy: by("acc"),
    accuracyPerCharacter: by("acc_per_char"),
    scores: Object.fromEntries(names.map((name) => [name, by(name)])),
    goldBitsPerByte: bits.length > 0 ? mean(bits) : NaN,
    floor: mean(items.map(({ choices }) => 1 / choices.length)),
    tiedItems: grades.filter(({ tied }) => tied).length,
    unscoredItems: grades.filter(({ unscored }) => unscored).length,
    n: items.length,
    items: items.map(({ id }, i) => (
      { id, correct: grades[i].scores.acc!, goldBitsPerByte: grades[i].goldBitsPerByte }
    )),
  }, ({ accuracy, accuracyPerCharacter, goldBitsPerByte, floor, tiedItems, unscoredItems, n }) => [
    {
      rows: [{
        "accuracy": percent(accuracy, 1),
        "accuracy per character": percent(accuracyPerCharacter, 1),
        "guessing": percent(floor, 1),
        "right answer (bits per byte)": Number(goldBitsPerByte.toPrecision(4)),
        "items": n,
      }],
    },
    ...tiedItems > 0
      ? [`${tiedItems} of ${n} items have every choice alike: a scorer that says nothing`]
      : [],
    ...unscoredItems > 0 ? [`${unscoredItems} of ${n} items could not be rated and count as wrong`] : [],
  ]);
}
