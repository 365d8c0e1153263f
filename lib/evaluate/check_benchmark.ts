import { described, type Loglikelihood, percent, takes } from "../base/mod.ts";
import { mustHaveEngine } from "./_bwrap.ts";
import { askedHow, type Question, questionsOf } from "./_questions.ts";
import { type Asked, asksChoices, type Benchmark } from "./benchmark.ts";
import { type EvaluatedModel, type EvaluateOptions, evaluateQuestions } from "./evaluate.ts";

/** What models without knowledge, and one with all of it, score by one rule. */
export interface BenchmarkCheck {
  /** The rule, or the score of choices. */
  rule: string;
  /** The gold answers themselves: 1, unless the rule or the set is at fault. */
  gold: number;
  /** A model that gives every choice the same log-likelihood, or writes nothing; scores by length then prefer long answers. */
  silent: number;
  /** A model that always takes the first choice; the gold answer of the next item, for texts. */
  blind: number;
  /** Items that the gold answers do not get full marks on. */
  faulty: string[];
}

/** Options of {@linkcode checkBenchmark}. */
export type CheckBenchmarkOptions = Pick<EvaluateOptions, "form" | "shots" | "limit" | "subset" | "engine">;

/**
 * What a benchmark gives to models whose score is known before: the gold answers, silence, and answers that do not look at the
 * question. A rule that does not give gold answers full marks measures itself.
 *
 * @returns A row a rule, the primary first.
 * @throws {RangeError} As `evaluate`.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { benchmarks, checkBenchmark } from "midtrain/evaluate";
 * import { arc } from "midtrain/sets";
 *
 * if (await arc.available()) {
 *   const rows = await checkBenchmark(benchmarks["arc-easy"], { shots: 0 });
 *   const { gold, silent } = rows.find(({ rule }) => rule === "acc")!;
 *   assert.deepEqual([gold, silent.toFixed(3)], [1, "0.250"]);
 * }
 * ```
 */
export async function checkBenchmark<Item extends { id: string }>(
  benchmark: Benchmark<Item>,
  options: CheckBenchmarkOptions = {},
): Promise<BenchmarkCheck[]> {
  const cannot = "Cannot check a benchmark";
  takes(cannot, options, "form?, shots?, limit?, subset?, engine?");
  const { form, shots, limit, subset } = askedHow(cannot, benchmark, options);
  const { engine = "pyodide" } = options;
  await mustHaveEngine(cannot, engine);
  const questions = await questionsOf(benchmark, { form, shots, limit, subset, seed: 1234 });
  const run = (model: EvaluatedModel) =>
    evaluateQuestions(model, benchmark, questions, {
      ...{ form, shots, seed: 1234, lossOnly: false, samples: 1, temperature: 0, workers: 1 },
      engine,
    });
  const next = ({ asked }: Question<Item>) => asksChoices(asked) ? 0 : asked.gold;
  const best = await run(answering(questions, ({ gold }) => gold));
  const silent = await run(answering(questions, () => undefined));
  const blind = await run(answering(questions, (_, at) => next(questions[(at + 1) % questions.length])));
  const rows = best.scores.map(({ rule, value }, i) => ({
    rule,
    gold: value,
    silent: silent.scores[i].value,
    blind: blind.scores[i].value,
    faulty: best.items.filter(({ scores }) => scores[rule] < 1).map(({ id }) => id),
  }));
  return described(rows, (rows) => [{
    rows: rows.map(({ rule, gold, silent, blind, faulty }) => ({
      "rule": rule,
      "gold answers": percent(gold, 1),
      "silence": percent(silent, 1),
      "without looking": percent(blind, 1),
      "faulty items": faulty.slice(0, 3).join(", ") +
        (faulty.length > 3 ? ` and ${faulty.length - 3} more` : ""),
    })),
  }]);
}

/**
 * A model with a given answer to each question, the one after the other: the place of a choice, a text, or nothing. It goes by
 * order, as a set may ask the same twice and want another answer.
 */
function answering<Item>(
  questions: readonly Question<Item>[],
  answerTo: (asked: Asked, at: number) => number | string | undefined,
): EvaluatedModel {
  const answers = questions.map(({ asked }, at) => answerTo(asked, at));
  let rated = 0;
  let written = 0;
  return {
    loglikelihood(pairs) {
      const ratings: Loglikelihood[] = [];
      while (ratings.length < pairs.length) {
        const { asked } = questions[rated];
        const answer = answers[rated++];
        const count = asksChoices(asked) ? asked.choices.length : 1;
        for (let i = 0; i < count; i++) ratings.push(rating(answer === i, answer === undefined));
        // Behind a context that says nothing all are alike.
        if (asksChoices(asked) && asked.unconditional !== undefined) {
          for (let i = 0; i < count; i++) ratings.push(rating(false, true));
        }
      }
      return Promise.resolve(ratings);
    },
    complete() {
      const text = String(answers[written++] ?? "");
      const usage = { promptTokens: 0, completionTokens: 0 };
      return Promise.resolve({ text, finishReason: "stop", usage, cached: false });
    },
  };
}

function rating(greedy: boolean, alike: boolean): Loglikelihood {
  return { logLikelihood: greedy ? 0 : alike ? -1 : -1000, tokens: 1, greedy };
}
