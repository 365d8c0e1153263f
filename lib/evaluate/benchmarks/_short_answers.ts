import {
  type AnswerScores,
  type dropScores,
  exactMatch,
  type ExactMatchOptions,
  squadScores,
  type triviaQaScores,
  triviaWords,
} from "../answer_scores.ts";
import type { Rule } from "../benchmark.ts";

/** What a rule compares a short answer with. */
type Answers<Item> = (item: Item) => readonly string[];

/** {@linkcode squadScores} of version 1.1, which those who went on from it took. */
export const firstSquadScores = (prediction: string, answers: readonly string[]): AnswerScores =>
  squadScores(prediction, answers, { version: "1.1" });

/** SQuAD's, TriviaQA's or DROP's scores as two rules; F1 and the exact match of the whole answer. */
export function overlapRules<Item>(
  name: string,
  source: string,
  { scores, answers }: {
    scores: typeof firstSquadScores | typeof triviaQaScores | typeof dropScores;
    answers: Answers<Item>;
  },
): Record<string, Rule<Item>> {
  const rule = (kind: "exact" | "f1"): Rule<Item> => ({
    ...{ source, version: 1 },
    grade: (item, text) => ({
      score: scores(text.trim(), answers(item))[kind],
      extracted: text.trim() === "" ? null : text.trim(),
    }),
  });
  return { [`${name} exact`]: rule("exact"), [`${name} f1`]: rule("f1") };
}

/** lm-eval's `exact_match` behind its filter `remove_whitespace`. */
export function lmEvalMatch<Item>(
  source: string,
  { answers, ...options }: ExactMatchOptions & { answers: Answers<Item> },
): Rule<Item> {
  return {
    ...{ source, version: 1 },
    grade: (item, text) => ({
      score: exactMatch(text.trim(), answers(item), options),
      extracted: text.trim() === "" ? null : text.trim(),
    }),
  };
}

/** Whether a right answer stands anywhere in what was written, word by word: for models that answer in sentences. */
export function containsRule<Item>(answers: Answers<Item>): Rule<Item> {
  return {
    ...{ source: "midtrain: a right answer's words, by TriviaQA's reading, in a row", version: 1 },
    grade(item, text) {
      const found = answers(item).find((answer) => contains(text, answer));
      return { score: Number(found !== undefined), extracted: found ?? null };
    },
  };
}

function contains(text: string, answer: string): boolean {
  const [whole, part] = [text, answer].map((text) => ` ${triviaWords(text).join(" ")} `);
  return part.trim() !== "" && whole.includes(part);
}
