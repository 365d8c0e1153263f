import {
  bootstrapMean,
  described,
  inRange,
  mean,
  must,
  ofKind,
  oneOf,
  type OnProgress,
  refuseRenamed,
  sum,
  takes,
  wholeNumber,
  wilson,
} from "../base/mod.ts";
import { inLanes } from "../run/mod.ts";
import { type Answered, answersOf, answersPath, type Asker, type Written } from "./_answers.ts";
import { mustHaveEngine, type PythonEngine } from "./_bwrap.ts";
import { askedHow, type Question, questionsOf } from "./_questions.ts";
import { type Asked, asksChoices, type Benchmark, type ChoiceScore, type Grade } from "./benchmark.ts";
import { bitsPerByte } from "./bits_per_byte.ts";
import { type EvaluatedItem, type Evaluation, type Score, tellEvaluation } from "./evaluation.ts";
import { type ChoiceGrades, gradeChoices, utf8Bytes } from "./grade_choices.ts";
import { passAtK } from "./pass_at_k.ts";
import { PythonGroup } from "./python_group.ts";

/** What an evaluation needs of a model: an endpoint, the embedded model, a checkpoint (`scorerOf`), or an object by hand. */
export interface EvaluatedModel extends Asker {
  /** Names the weights and what runs them, for example their hash: kept answers go by it. @default {`name` and `baseURL`} */
  readonly identity?: string;
  /** The address of its server. */
  readonly baseURL?: string;
}

/** Options of {@linkcode evaluate}. */
export interface EvaluateOptions {
  /** In which form items are asked. @default {the benchmark's first} */
  form?: string | undefined;
  /** Examples in front. @default {the form's} */
  shots?: number | undefined;
  /** At most so many items. @default {all} */
  limit?: number | undefined;
  /**
   * Which items, where there are more than `limit`.
   * - `sample`: as OLMES draws them, so that 1,000 are its 1,000; the same for every model.
   * - `first`: the first, as lm-eval takes them; a set that is sorted by subject gives one subject.
   *
   * @default {"sample"}
   */
  subset?: "sample" | "first" | undefined;
  /** Seeds the draw of the examples, as lm-eval's `fewshot_random_seed`. @default {1234} */
  seed?: number | undefined;
  /** Rate gold answers only, nothing is chosen and nothing written: the smooth measure of a small checkpoint. @default {false} */
  lossOnly?: boolean | undefined;
  /**
   * Texts of one question. Rules whose grades are all 0 or 1 then have pass@k beside their mean, which is pass@1: at k of 10,
   * 100 and so on, and of all samples, by `passAtK`. @default {1}
   */
  samples?: number | undefined;
  /** The temperature of texts; 0 takes the most probable token. @default {0, with several samples 0.8} */
  temperature?: number | undefined;
  /** What runs Python programs that are graded by running them, see `runPythonSandboxed`. @default {"pyodide"} */
  engine?: PythonEngine | undefined;
  /** Texts that are asked for at a time. @default {8} */
  workers?: number | undefined;
  /** A folder that keeps every answer, so that a second call asks only what is missing. @default {none: nothing is kept} */
  folder?: string | undefined;
  /** Gives the rest up; kept answers stay. */
  signal?: AbortSignal | undefined;
  /** Called with questions that are answered. */
  onProgress?: OnProgress | undefined;
}

/** {@linkcode EvaluateOptions} with their defaults in place. */
export interface AskedHow extends Pick<EvaluateOptions, "engine" | "folder" | "signal" | "onProgress"> {
  form: string;
  shots: number;
  seed: number;
  lossOnly: boolean;
  samples: number;
  temperature: number;
  workers: number;
}

/**
 * Ask a model the questions of a benchmark, and grade its answers by each of its rules. Gold answers of questions that a text
 * answers are rated beside it, unless the model's server echoes no log-probabilities.
 *
 * @param model What answers; it needs `loglikelihood` for choices and gold answers, `complete` for texts.
 * @throws {RangeError} If an option is out of range, the benchmark has no such form, or an item cannot be asked.
 * @throws {TypeError} If the model lacks what the benchmark needs.
 * @example Two sums, and a model that always says three
 * ```ts
 * import assert from "node:assert/strict";
 * import { type Benchmark, evaluate } from "midtrain/evaluate";
 *
 * type Sum = { id: string; question: string; answer: string };
 * const sums: Benchmark<Sum> = {
 *   name: "sums", title: "Two sums", source: "this example", version: 1,
 *   async *items() {
 *     yield { id: "a", question: "1 + 2 =", answer: "3" };
 *     yield { id: "b", question: "2 + 2 =", answer: "4" };
 *   },
 *   forms: {
 *     plain: {
 *       source: "this example", shots: 0, draw: "first",
 *       ask: ({ question, answer }) => ({ prompt: question, stop: ["\n"], maxTokens: 4, gold: ` ${answer}` }),
 *     },
 *   },
 *   rules: {
 *     exact: {
 *       source: "this example", version: 1,
 *       grade: ({ answer }, text) => ({ score: Number(text.trim() === answer), extracted: text.trim() }),
 *     },
 *   },
 *   leak: ({ question, answer }) => ({ question, answer }),
 * };
 * const usage = { promptTokens: 4, completionTokens: 1 };
 * const model = { complete: async () => ({ text: " 3", finishReason: "stop" as const, usage, cached: false }) };
 * const { scores, items } = await evaluate(model, sums);
 * assert.deepEqual([scores[0].rule, scores[0].value], ["exact", 0.5]);
 * assert.deepEqual(items.map(({ scores }) => scores.exact), [1, 0]);
 * ```
 */
export async function evaluate<Item extends { id: string }>(
  model: EvaluatedModel,
  benchmark: Benchmark<Item>,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const cannot = "Cannot evaluate";
  refuseRenamed(cannot, options, { "num_fewshot": "shots", "fewshot_random_seed": "seed" });
  takes(
    cannot,
    options,
    "form?, shots?, limit?, subset?, seed?, lossOnly?, samples?, temperature?, engine?, workers?, folder?, signal?, onProgress?",
  );
  if (typeof benchmark === "string") {
    throw new TypeError(
      `${cannot} as benchmark must be one itself: current value is its name, benchmarks["${benchmark}"] gives it`,
    );
  }
  ofKind(cannot, { model }, "an object");
  const { form, shots, limit, subset } = askedHow(cannot, benchmark, options);
  const { seed = 1234, lossOnly = false, samples = 1, workers = 8 } = options;
  const { temperature = samples > 1 ? 0.8 : 0, folder, signal, onProgress } = options;
  oneOf(cannot, { lossOnly }, [true, false]);
  wholeNumber(cannot, { seed }, ">= 0");
  wholeNumber(cannot, { samples, workers }, ">= 1");
  inRange(cannot, { temperature }, "finite and >= 0");
  must(
    cannot,
    "temperature must be > 0 where there are several samples",
    temperature,
    samples === 1 || temperature > 0,
  );
  if (folder !== undefined) ofKind(cannot, { folder }, "a text");
  const { engine = "pyodide" } = options;
  await mustHaveEngine(cannot, engine);
  const questions = await questionsOf(benchmark, { form, shots, limit, subset, seed });
  const asked = { form, shots, seed, lossOnly, samples, temperature, engine, workers };
  return await evaluateQuestions(model, benchmark, questions, { ...asked, folder, signal, onProgress });
}

/** Ask and grade questions that are formed. */
export async function evaluateQuestions<Item extends { id: string }>(
  model: EvaluatedModel,
  benchmark: Benchmark<Item>,
  questions: readonly Question<Item>[],
  options: AskedHow,
): Promise<Evaluation> {
  const cannot = "Cannot evaluate";
  const { form, shots, seed, lossOnly, samples, temperature, workers, folder, signal, onProgress } = options;
  const writes = !lossOnly && questions.some(({ asked }) => !asksChoices(asked));
  const rates = lossOnly || !writes || model.loglikelihood !== undefined;
  for (const [needed, name] of [[rates, "loglikelihood"], [writes, "complete"]] as const) {
    if (needed && typeof model[name] !== "function") {
      throw new TypeError(
        `${cannot} as ${benchmark.name} needs a model with ${name}: this one has ${
          "weights" in model
            ? "weights, scorerOf(checkpoint, tokenizer) makes it one"
            : ["loglikelihood", "complete"].filter((name) => name in model).join(", ") || "neither"
        }`,
      );
    }
  }
  must(
    cannot,
    `${benchmark.name} must have rules, as a text answers it`,
    "none",
    !writes || Object.keys(benchmark.rules ?? {}).length > 0,
  );
  const { engine = "pyodide" } = options;
  const identity = identityOf(cannot, model, folder);
  const name = `${benchmark.name}.${form}`;
  const answers = await answersOf(model, questions, {
    ratesIfAble: !lossOnly && questions.every(({ asked }) => !asksChoices(asked)),
    ...{ identity, rates, writes, samples, temperature, workers, signal, onProgress },
    label: `${benchmark.name}, ${model.name ?? "the model"}`,
    path: await pathIn(folder, name),
  });
  const items: EvaluatedItem[] = [];
  const tallies = { tied: 0, unscored: 0, truncated: 0, unextracted: 0 };
  let guessing: number | null = null;
  const graded = await gradedTexts(benchmark, questions, { answers, engine, signal });
  for (const [i, question] of questions.entries()) {
    const { ratings, written } = answers[i];
    const { asked } = question;
    if (asksChoices(asked)) {
      const grades = gradeChoices(asked, ratings!);
      tallies.tied += Number(grades.tied);
      tallies.unscored += Number(grades.unscored);
      guessing = (guessing ?? 0) + 1 / asked.choices.length / questions.length;
      items.push({ ...choiceItem(question, grades, lossOnly), ...cutOf(asked) });
    } else {
      const item = graded.get(i)!;
      tallies.truncated += (written ?? []).filter(({ ended }) => ended === "length").length;
      const primary = Object.keys(benchmark.rules ?? {})[0];
      tallies.unextracted += (item.extracted?.[primary] ?? []).filter((found) => found === null).length;
      items.push({ ...item, ...cutOf(asked) });
    }
  }
  const rules = lossOnly ? [] : rulesOf(benchmark, items);
  return described({
    benchmark: benchmark.name,
    version: benchmark.version,
    form,
    shots,
    seed,
    model: model.name ?? "model",
    n: items.length,
    scores: rules.map((rule) => scoreOf(rule, items)),
    groups: lossOnly ? [] : groupsOf(items, rules[0]),
    goldBitsPerByte: goldOf(items),
    guessing: lossOnly ? null : guessing,
    counts: tallies,
    items,
  }, tellEvaluation);
}

function identityOf(cannot: string, model: EvaluatedModel, folder: string | undefined): string {
  const { identity, name, baseURL } = model;
  if (identity !== undefined) return identity;
  if (folder !== undefined) {
    must(
      cannot,
      "a model whose answers are kept must have identity, or name and baseURL",
      name ?? "a model without a name",
      name !== undefined && baseURL !== undefined,
    );
  }
  return `${baseURL ?? ""} ${name ?? ""}`;
}

async function pathIn(folder: string | undefined, name: string): Promise<string | undefined> {
  if (folder === undefined) return undefined;
  await Deno.mkdir(folder, { recursive: true });
  return answersPath(folder, name);
}

function cutOf({ cut = 0 }: Asked): { cut?: number } {
  return cut > 0 ? { cut } : {};
}

function choiceItem<Item extends { id: string }>(
  { item, group, asked }: Question<Item>,
  { scores, goldBitsPerByte, chosen, goldProbability, margin }: ChoiceGrades,
  lossOnly: boolean,
): EvaluatedItem {
  if (!asksChoices(asked)) throw new TypeError("a question of choices has choices");
  const goldBytes = utf8Bytes(asked.choices[asked.gold].continuation);
  const rest = lossOnly ? { scores: {} } : { scores, chosen, goldProbability, margin };
  return { id: item.id, group, goldBitsPerByte, goldBytes, ...rest };
}

/** Texts as they are graded, by their place: some at a time, as many as there are processors, where programs are run. */
async function gradedTexts<Item extends { id: string }>(
  benchmark: Benchmark<Item>,
  questions: readonly Question<Item>[],
  { answers, engine, signal }: {
    answers: readonly Answered[];
    engine: PythonEngine;
    signal: AbortSignal | undefined;
  },
): Promise<Map<number, EvaluatedItem>> {
  const texts = Array.from(questions, (question, at) => ({ question, at }))
    .filter(({ question }) => !asksChoices(question.asked));
  const items = new Map<number, EvaluatedItem>();
  const lane = () => ({
    work({ question, at }: (typeof texts)[number]) {
      const { ratings, written } = answers[at];
      return textItem(benchmark, question, { gold: ratings?.[0].logLikelihood ?? null, written, engine });
    },
  });
  const workers = navigator.hardwareConcurrency;
  for await (const { at, result } of inLanes(texts, lane, { workers, signal })) {
    items.set(texts[at].at, result);
  }
  return items;
}

async function textItem<Item extends { id: string }>(
  { rules = {} }: Benchmark<Item>,
  { item, group, asked }: Question<Item>,
  { gold, written, engine }: { gold: number | null; written: Written[] | undefined; engine: PythonEngine },
): Promise<EvaluatedItem> {
  if (asksChoices(asked)) throw new TypeError("a question of a text has none");
  const goldBytes = utf8Bytes(asked.gold);
  const goldBitsPerByte = gold === null ? null : bitsPerByte(0 - gold, goldBytes);
  if (written === undefined) return { id: item.id, group, scores: {}, goldBitsPerByte, goldBytes };
  const scores: Record<string, number> = {};
  const extracted: Record<string, (string | null)[]> = {};
  // The answers to one item run after each other.
  await using programs = new PythonGroup({ engine });
  for (const [name, rule] of Object.entries(rules)) {
    const cannot = `Cannot grade by the rule ${name}`;
    ofKind(cannot, { rule }, "an object with grade");
    const grades: Grade[] = [];
    for (const { text } of written) {
      const grade = await rule.grade(item, text, programs);
      ofKind(cannot, { grade }, "an object with score");
      inRange(cannot, { [`the score of ${item.id}`]: grade.score }, "in [0, 1]");
      grades.push(grade);
    }
    Object.assign(scores, samplesScores(name, grades.map(({ score }) => score)));
    extracted[name] = grades.map(({ extracted }) => extracted);
  }
  return { id: item.id, group, scores, goldBitsPerByte, goldBytes, written, extracted };
}

/** The mean of the grades of one rule, and what comes of handing in k samples where each is right or wrong. */
function samplesScores(rule: string, grades: readonly number[]): Record<string, number> {
  const scores = { [rule]: mean(grades) };
  const samples = grades.length;
  if (samples === 1 || grades.some((grade) => grade !== 0 && grade !== 1)) return scores;
  const correct = sum(grades);
  const name = (k: number) => rule === "pass@1" ? `pass@${k}` : `${rule}, pass@${k}`;
  for (let k = 10; k < samples; k *= 10) scores[name(k)] = passAtK({ samples, correct, k });
  scores[name(samples)] = passAtK({ samples, correct, k: samples });
  return scores;
}

/** The rules that every item has, the primary first. */
function rulesOf({ rules, choiceScore = "acc" }: Benchmark, items: readonly EvaluatedItem[]): string[] {
  const found = Object.keys(items[0].scores);
  const primary: ChoiceScore | string = rules ? Object.keys(rules)[0] : choiceScore;
  return [primary, ...found.filter((rule) => rule !== primary)].filter((rule) =>
    items.every(({ scores }) => rule in scores)
  );
}

function scoreOf(rule: string, items: readonly EvaluatedItem[]): Score {
  const values = items.map(({ scores }) => scores[rule]);
  const whole = values.every((score) => score === 0 || score === 1);
  // Shares of a tie or of several samples are no counts; a single item has no spread to resample.
  const { low, high } = whole || values.length < 2
    ? wilson(Math.round(sum(values)), values.length)
    : bootstrapMean(values, { resamples: 1000 });
  return { rule, value: mean(values), low, high };
}

function groupsOf(items: readonly EvaluatedItem[], rule: string): Evaluation["groups"] {
  const groups = Map.groupBy(items, ({ group }) => group);
  if (groups.size < 2) return [];
  return Array.from(groups, ([group, own]) => (
    { group, n: own.length, value: mean(own.map(({ scores }) => scores[rule])) }
  ));
}

function goldOf(items: readonly EvaluatedItem[]): Evaluation["goldBitsPerByte"] {
  const rated = items.filter(({ goldBitsPerByte }) => goldBitsPerByte !== null);
  if (rated.length === 0) return null;
  const bytes = rated.reduce((sum, { goldBytes }) => sum + goldBytes, 0);
  const bits = rated.reduce((sum, { goldBitsPerByte, goldBytes }) => sum + goldBitsPerByte! * goldBytes, 0);
  return { items: mean(rated.map(({ goldBitsPerByte }) => goldBitsPerByte!)), bytes: bits / bytes };
}
