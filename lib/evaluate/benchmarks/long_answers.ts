// deno-lint-ignore-file camelcase -- names of SCROLLS
import { ofKind, oneOf, takes } from "../../base/mod.ts";
import {
  type MeetingQuery,
  type NarrativeQaOptions,
  qmsum as meetings,
  readNarrativeQa,
  readScrolls,
  type ScrollsItem,
  type ScrollsTask,
  scrollsTasks,
  type StoryQuestion,
} from "../../sets/mod.ts";
import { squadScores } from "../answer_scores.ts";
import type { Benchmark, Form, Rule } from "../benchmark.ts";
import type { Evaluation } from "../evaluation.ts";
import { rouge, type RougeScores } from "../rouge.ts";
import { askLong, checkLongText, type LongTextOptions } from "./_long_text.ts";

/** Ways to score a written answer against the right ones. */
function scoring<Item>(
  answersOf: (item: Item) => readonly string[],
): Record<"f1" | "exact" | keyof Pick<RougeScores, "rouge1" | "rouge2" | "rougeL">, Rule<Item>> {
  const rule = (source: string, score: (text: string, answers: readonly string[]) => number): Rule<Item> => ({
    ...{ source, version: 1 },
    grade(item, text) {
      const answer = text.trim();
      return { score: answer === "" ? 0 : score(answer, answersOf(item)), extracted: answer || null };
    },
  });
  const overlap = (kind: keyof RougeScores) =>
    rule(
      "rouge_score 0.1.2 without stemming, the best answer's F1",
      (text, answers) => rouge(text, answers)[kind].f1,
    );
  const squad = "SQuAD's evaluation script, the best answer";
  return {
    f1: rule(squad, (text, answers) => squadScores(text, answers).f1),
    exact: rule(squad, (text, answers) => squadScores(text, answers).exact),
    ...{ rouge1: overlap("rouge1"), rouge2: overlap("rouge2"), rougeL: overlap("rougeL") },
  };
}

/** Questions to the end of a text, as lm-eval asks SCROLLS. */
function questionForm<Item>(
  how: {
    textOf(item: Item): string;
    questionOf(item: Item): string;
    answersOf(item: Item): readonly string[];
    room: number;
  },
  options: LongTextOptions,
): Form<Item> {
  const stop = ["\n"];
  return {
    ...{ source: "lm-eval 0.4.13, tasks/scrolls, its prompt and stop", shots: 0, draw: "first" },
    ask: (item) =>
      askLong(how.textOf(item), (text) => ({
        prompt: `${text}\n\nQuestion: ${how.questionOf(item)}\nAnswer:`,
        ...{ stop, maxTokens: how.room, gold: ` ${how.answersOf(item)[0]}` },
      }), options),
  };
}

/** QMSum's validation split, which is here: 272 summaries of what was said in 35 meetings, each of some 12,000 words. */
export const qmsum: Benchmark<MeetingQuery> = qmsumIn();

/**
 * QMSum's validation split (arXiv 2104.05938): summaries of what was said in meetings, asked of the whole meeting.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { qmsumIn } from "midtrain/evaluate";
 *
 * const tokenizer = { name: "words", encode: (text: string) => text.split(/\s+/).map(() => 0) };
 * assert.deepEqual(Object.keys(qmsumIn({ context: 4096, tokenizer }).rules!), ["rougeL", "rouge1", "rouge2"]);
 * ```
 */
export function qmsumIn(options: LongTextOptions = {}): Benchmark<MeetingQuery> {
  const cannot = "Cannot ask QMSum";
  takes(cannot, options, "context?, tokenizer?, leaveOut?");
  checkLongText(cannot, options);
  const { rougeL, rouge1, rouge2 } = scoring<MeetingQuery>(({ answer }) => [answer]);
  return {
    name: "qmsum",
    title: "QMSum, validation: summaries of what was said in meetings",
    source: "Zhong et al. 2021, arXiv 2104.05938",
    version: 1,
    items: () => meetings.read(),
    group: ({ kind }) => kind,
    forms: {
      "lm-eval": questionForm({
        textOf: ({ meeting }) => meeting,
        questionOf: ({ query }) => query,
        answersOf: ({ answer }) => [answer],
        room: 256,
      }, options),
    },
    rules: { rougeL, rouge1, rouge2 },
    leak: ({ query, answer }) => ({ question: query, answer }),
  };
}

/** Options of {@linkcode narrativeQa}. */
export interface NarrativeQaBenchmarkOptions extends LongTextOptions, NarrativeQaOptions {}

/**
 * NarrativeQA: questions about stories or their summaries (arXiv 1712.07040), with the F1 of SCROLLS first.
 *
 * @param folder A copy of its publisher's repository, as `readNarrativeQa` of the room `sets` takes it.
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { narrativeQa } from "midtrain/evaluate";
 *
 * const stories = narrativeQa("narrativeqa", { split: "test", text: "summaries" });
 * assert.deepEqual(Object.keys(stories.rules!), ["f1", "exact", "rougeL"]);
 * ```
 */
export function narrativeQa(folder: string, options: NarrativeQaBenchmarkOptions): Benchmark<StoryQuestion> {
  const cannot = "Cannot ask NarrativeQA";
  takes(cannot, options, "split, text, context?, tokenizer?, leaveOut?");
  ofKind(cannot, { folder }, "a text");
  const { split, text, ...how } = options;
  oneOf(cannot, { split }, ["train", "valid", "test"]);
  oneOf(cannot, { text }, ["summaries", "stories"]);
  checkLongText(cannot, how);
  const { f1, exact, rougeL } = scoring<StoryQuestion>(({ answers }) => answers);
  return {
    name: "narrative-qa",
    title: `NarrativeQA, ${split}: questions about ${text}`,
    source: "Kočiský et al. 2018, arXiv 1712.07040",
    version: 1,
    items: () => readNarrativeQa(folder, { split, text }),
    forms: {
      "lm-eval": questionForm({
        textOf: ({ text }) => text,
        questionOf: ({ question }) => question,
        answersOf: ({ answers }) => answers,
        room: 64,
      }, how),
    },
    rules: { f1, exact, rougeL },
    leak: ({ question, answers }) => ({ question, answer: answers[0] }),
  };
}

/** What SCROLLS scores each task by, and the room of its answers in tokens. */
const SCORED: Record<ScrollsTask, { by: "rouge" | "f1" | "exact"; room: number }> = {
  gov_report: { by: "rouge", room: 1024 },
  summ_screen_fd: { by: "rouge", room: 512 },
  qmsum: { by: "rouge", room: 512 },
  qasper: { by: "f1", room: 128 },
  narrative_qa: { by: "f1", room: 64 },
  quality: { by: "exact", room: 64 },
  contract_nli: { by: "exact", room: 8 },
};

/** Options of {@linkcode scrolls}. */
export interface ScrollsOptions extends LongTextOptions {
  /** The task, by its publisher's name. */
  task: ScrollsTask;
}

/**
 * A task of SCROLLS (arXiv 2201.03533): the answer is written, also where the question has choices, and scored as its evaluator
 * does: ROUGE, the F1 of words, or exact match. {@linkcode scrollsScore} gives its one number.
 *
 * @param path A split of its publisher, as `readScrolls` of the room `sets` takes it.
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { scrolls } from "midtrain/evaluate";
 *
 * assert.deepEqual(Object.keys(scrolls("qasper/validation.jsonl", { task: "qasper" }).rules!), ["f1"]);
 * ```
 */
export function scrolls(path: string, options: ScrollsOptions): Benchmark<ScrollsItem> {
  const cannot = "Cannot ask SCROLLS";
  takes(cannot, options, "task, context?, tokenizer?, leaveOut?");
  ofKind(cannot, { path }, "a text");
  const { task, ...how } = options;
  oneOf(cannot, { task }, scrollsTasks);
  checkLongText(cannot, how);
  const { by, room } = SCORED[task];
  const { f1, exact, rouge1, rouge2, rougeL } = scoring<ScrollsItem>(({ answers }) => answers);
  return {
    name: `scrolls-${task}`,
    title: `SCROLLS, ${task}`,
    source: "Shaham et al. 2022, arXiv 2201.03533",
    version: 1,
    items: () => readScrolls(path, { task }),
    forms: {
      "lm-eval": questionForm({
        textOf: ({ text }) => text,
        questionOf: ({ question }) => question || "What is a summary of the preceding text?",
        answersOf: ({ answers }) => answers,
        room,
      }, how),
    },
    rules: by === "rouge" ? { rougeL, rouge1, rouge2 } : by === "f1" ? { f1 } : { exact },
    leak: ({ question, answers, text }) => ({
      question: question || text.slice(0, 1000),
      answer: answers[0],
    }),
  };
}

/**
 * SCROLLS's one number for a task, from 0 to 100: for summaries the geometric mean of the mean ROUGE-1, -2 and -L, else the mean.
 *
 * @throws {RangeError} If the evaluation has no scores.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { scrollsScore } from "midtrain/evaluate";
 *
 * const score = (rule: string, value: number) => ({ rule, value, low: 0, high: 1 });
 * assert.equal(scrollsScore({ scores: [score("rougeL", 0.2), score("rouge1", 0.4), score("rouge2", 0.1)] }).toFixed(6), "20.000000");
 * assert.equal(scrollsScore({ scores: [score("f1", 0.5)] }), 50);
 * ```
 */
export function scrollsScore(evaluation: Pick<Evaluation, "scores">): number {
  ofKind("Cannot tell SCROLLS's score", { evaluation }, "an object with scores");
  const { scores } = evaluation;
  if (scores.length === 0) throw new RangeError("Cannot tell SCROLLS's score as scores must not be empty");
  const kinds = ["rouge1", "rouge2", "rougeL"].map((kind) => scores.find(({ rule }) => rule === kind)?.value);
  if (kinds.includes(undefined)) return 100 * scores[0].value;
  return 100 * Math.cbrt(kinds.reduce<number>((product, value) => product * value!, 1));
}
