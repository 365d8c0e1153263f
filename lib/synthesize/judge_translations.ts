import { ofKind } from "../base/mod.ts";
import type { Documents } from "../data/mod.ts";
import { takesAsking } from "./_options.ts";
import { type Criterion, judge, type Judgement } from "./judge.ts";
import type { SynthesisReport, SynthesizeOptions } from "./report.ts";

/**
 * FAITH's five dimensions, as NeMo Curator's translation stage scores them: fluency, accuracy, idiomaticity, terminology and
 * handling of format, of five points each. The questions are in our words.
 */
export const faithCriteria: readonly Criterion[] = [
  {
    name: "fluency",
    question: "Does it read as if it had been written in its language, without errors of grammar?",
    points: 5,
  },
  {
    name: "accuracy",
    question: "Does it say all that the source says, and nothing that the source does not?",
    points: 5,
  },
  {
    name: "idiomaticity",
    question:
      "Are phrases those that speakers of its language use, where a literal translation would be odd?",
    points: 5,
  },
  {
    name: "terminology",
    question: "Are the terms of the subject the right ones, the same each time? 0 if there are none.",
    points: 5,
  },
  {
    name: "format",
    question: "Are numbers, units, lists, code and marks as they are in the source? 0 if there are none.",
    points: 5,
  },
];

/** What a text need not have. */
const optional = new Set(["terminology", "format"]);

/** A translation's scores. */
export interface TranslationJudgement extends Judgement {
  /** The mean of the dimensions that apply, in [0, 5]: terminology and format do where they have more than 0. */
  mean: number;
}

/** Options of {@linkcode judgeTranslations}. */
export interface JudgeTranslationsOptions extends Omit<SynthesizeOptions, "accept" | "total"> {
  /** Sampling temperature; retries of malformed answers need one above 0. @default {0.1} */
  temperature?: number;
}

/** Judgements to iterate once, with the account of what happened so far. */
export interface TranslationJudging extends AsyncIterable<TranslationJudgement> {
  /** The account; `rejected` counts translations that got no judgement, by cause. */
  readonly report: SynthesisReport;
}

/**
 * Score translations by a model that sees each beside its original, by FAITH's five dimensions (`faithCriteria`). What is kept is
 * for a threshold on `mean`: NeMo Curator keeps 2.5 and more by default. There every dimension of 0 is left out of the mean as one that does not
 * apply; here only terminology and format can be, as a text always has a language and a meaning. A text that adds to its original loses accuracy. A text without `meta.original` is `nothing to write from`.
 *
 * Verify first what can be verified, as `translate` and `translateBack` do: a judge is for the rest, and knows a language no better than it writes it.
 *
 * @param translations What `translate` gives.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type ChatModel, judgeTranslations } from "midtrain/synthesize";
 *
 * const model: ChatModel = {
 *   name: "strict",
 *   chat: () =>
 *     Promise.resolve({
 *       text: '{"fluency": 3, "accuracy": 5, "idiomaticity": 4, "terminology": 0, "format": 0}',
 *       finishReason: "stop",
 *       usage: { promptTokens: 40, completionTokens: 12 },
 *       cached: false,
 *     }),
 * };
 * const page = { id: "9b", text: "Wale atmen.", source: "", meta: { original: "Whales breathe." } };
 * const [first] = await Array.fromAsync(judgeTranslations([page], { model }));
 * assert.deepEqual([first.scores.accuracy, first.mean], [5, 4]);
 * ```
 */
export function judgeTranslations(
  translations: Documents,
  options: JudgeTranslationsOptions,
): TranslationJudging {
  takesAsking("Cannot judge translations", options, "temperature?, folder?, retry?, dropBrokenLines?");
  ofKind("Cannot judge translations", { translations }, "a list or another iterable");
  const { temperature = 0.1, ...rest } = options;
  const judging = judge(translations, {
    ...rest,
    temperature,
    criteria: faithCriteria,
    beside: ({ meta }) => typeof meta.original === "string" ? meta.original : undefined,
  });
  return {
    report: judging.report,
    async *[Symbol.asyncIterator]() {
      for await (const judgement of judging) {
        const apply = Object.entries(judgement.scores).filter(([name, score]) =>
          score > 0 || !optional.has(name)
        );
        const mean = apply.reduce((sum, [, score]) => sum + score, 0) / apply.length;
        yield { ...judgement, mean };
      }
    },
  };
}
