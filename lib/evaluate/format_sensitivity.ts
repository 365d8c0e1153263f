import {
  described,
  type Description,
  distinct,
  mean,
  must,
  ofKind,
  oneOf,
  percent,
  takes,
  wholeNumber,
} from "../base/mod.ts";
import type { Benchmark } from "./benchmark.ts";
import { evaluate, type EvaluatedModel, type EvaluateOptions } from "./evaluate.ts";
import type { Evaluation } from "./evaluation.ts";

/** Options of {@linkcode formatSensitivity}. */
export interface FormatSensitivityOptions
  extends
    Pick<EvaluateOptions, "limit" | "subset" | "lossOnly" | "workers" | "folder" | "signal" | "onProgress"> {
  /** The forms. @default {all of the benchmark's} */
  forms?: readonly string[] | undefined;
  /** Seeds of the examples' draw; a form that draws nothing is asked once. @default {[1234, 1, 2, 3]} */
  seeds?: readonly number[] | undefined;
  /** Numbers of examples. @default {each form's own} */
  shots?: readonly number[] | undefined;
  /** The score. @default {the benchmark's first; bits per byte where only gold answers are rated} */
  rule?: string | undefined;
}

/** The score in one wording with one draw of examples. */
export interface FormatCell {
  /** The form. */
  form: string;
  /** Examples in front. */
  shots: number;
  /** The draw's seed; `null` where nothing is drawn. */
  seed: number | null;
  /** The mean over the items. */
  score: number;
  /** Its standard error over items. */
  itemError: number;
}

/** How much of a score is the way it was asked. */
export interface FormatSensitivity {
  /** The benchmark. */
  benchmark: string;
  /** The score: a rule's, or `bits per byte`. */
  rule: string;
  /** Items, the same in each cell. */
  n: number;
  /** Every way it was asked. */
  cells: FormatCell[];
  /** The mean over forms (with their shots) of the mean over seeds. */
  mean: number;
  /** The variance of a score between forms, beyond what seeds explain; `null` for one form. */
  formVariance: number | null;
  /** The variance of a score between draws of examples within a form; `null` where nothing was drawn twice. */
  seedVariance: number | null;
  /** The variance of a score over further items of the kind, the mean over cells. */
  itemVariance: number;
  /** The share of items whose score is not the same in every cell. */
  unsteady: number;
}

/**
 * How much a score depends on how it was asked: the benchmark in several forms, with several draws of examples, on the same items. The
 * variance between forms and between draws stands beside the items' own: where it is larger, more items do not help.
 *
 * @throws {RangeError} If an option is out of range, a form or rule is unknown, or there is one way to ask only.
 * @example A model that obeys one wording of two
 * ```ts
 * import assert from "node:assert/strict";
 * import { type Benchmark, formatSensitivity } from "midtrain/evaluate";
 *
 * const form = (cue: string) => ({
 *   source: "this example", shots: 0, draw: "first" as const,
 *   ask: ({ id }: { id: string }) => ({ prompt: `${id} ${cue}`, stop: ["\n"], maxTokens: 4, gold: " yes" }),
 * });
 * const yes: Benchmark<{ id: string }> = {
 *   name: "yes", title: "Say yes", source: "this example", version: 1,
 *   async *items() {
 *     for (const id of ["a", "b", "c", "d"]) yield { id };
 *   },
 *   forms: { polite: form("please"), blunt: form("now") },
 *   rules: { exact: { source: "this example", version: 1, grade: (_, text) => ({ score: Number(text === " yes"), extracted: text }) } },
 *   leak: ({ id }) => ({ question: id, answer: "yes" }),
 * };
 * const usage = { promptTokens: 1, completionTokens: 1 };
 * const found = await formatSensitivity({
 *   complete: async ({ prompt }) => ({ text: prompt!.endsWith("please") ? " yes" : "", finishReason: "stop", usage, cached: false }),
 * }, yes);
 * assert.deepEqual([found.mean, found.formVariance, found.seedVariance, found.unsteady], [0.5, 0.5, null, 1]);
 * ```
 */
export async function formatSensitivity<Item extends { id: string }>(
  model: EvaluatedModel,
  benchmark: Benchmark<Item>,
  options: FormatSensitivityOptions = {},
): Promise<FormatSensitivity> {
  const cannot = "Cannot measure format sensitivity";
  takes(
    cannot,
    options,
    "forms?, seeds?, shots?, rule?, limit?, subset?, lossOnly?, workers?, folder?, signal?, onProgress?",
  );
  ofKind(cannot, { benchmark }, "an object with name, items, forms");
  const { forms = Object.keys(benchmark.forms), seeds = [1234, 1, 2, 3], shots, rule, ...rest } = options;
  ofKind(cannot, { forms }, "a list of texts");
  ofKind(cannot, { seeds }, "a list of numbers");
  if (shots !== undefined) ofKind(cannot, { shots }, "a list of numbers");
  distinct(cannot, { forms, seeds: seeds.map(String), shots: (shots ?? []).map(String) });
  for (const form of forms) oneOf(cannot, { form }, Object.keys(benchmark.forms));
  for (const seed of seeds) wholeNumber(cannot, { "every seed": seed }, ">= 0");
  for (const count of shots ?? []) wholeNumber(cannot, { "every number of shots": count }, ">= 0");
  const ways = forms.flatMap((name) => {
    const form = benchmark.forms[name];
    return (shots ?? [form.shots]).flatMap((count) =>
      (count > 0 && form.draw === "sample" ? seeds : [null]).map((seed) => ({
        form: name,
        shots: count,
        seed,
      }))
    );
  });
  must(cannot, "there must be two ways to ask or more: forms, seeds or shots", ways.length, ways.length > 1);
  const evaluations: Evaluation[] = [];
  for (const { form, shots, seed } of ways) {
    evaluations.push(
      await evaluate(model, benchmark, { ...rest, form, shots, ...seed === null ? {} : { seed } }),
    );
  }
  const { lossOnly = false } = options;
  const measure = rule ?? (lossOnly ? BITS : evaluations[0].scores[0].rule);
  const scores = evaluations.map(({ items }) =>
    items.map(({ scores, goldBitsPerByte }) => (measure === BITS ? goldBitsPerByte : scores[measure]) ?? NaN)
  );
  must(
    cannot,
    `rule must be one that every form is scored by, ${
      [
        ...evaluations[0].scores.map(({ rule }) => rule),
        ...evaluations.every(({ goldBitsPerByte }) => goldBitsPerByte !== null) ? [BITS] : [],
      ].join(", ")
    }`,
    measure,
    scores.flat().every((score) => !Number.isNaN(score)),
  );
  const cells = ways.map((way, i) => ({
    ...way,
    score: mean(scores[i]),
    itemError: Math.sqrt(variance(scores[i]) / scores[i].length),
  }));
  const n = scores[0].length;
  return described({
    benchmark: benchmark.name,
    rule: measure,
    n,
    cells,
    ...componentsOf(cells),
    itemVariance: mean(cells.map(({ itemError }) => itemError ** 2)),
    unsteady: scores[0].filter((score, i) => scores.some((other) => other[i] !== score)).length / n,
  }, tell);
}

const BITS = "bits per byte";

/** The unbiased variance; 0 of one value. */
function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.length < 2
    ? 0
    : values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/** Variance between forms and within them: one-way analysis of variance, forms with their shots as the groups. */
function componentsOf(
  cells: readonly FormatCell[],
): Pick<FormatSensitivity, "mean" | "formVariance" | "seedVariance"> {
  const groups = [...Map.groupBy(cells, ({ form, shots }) => `${form}/${shots}`).values()];
  const repeated = groups.filter((group) => group.length > 1);
  const degrees = repeated.reduce((sum, group) => sum + group.length - 1, 0);
  const within = repeated.reduce(
    (sum, group) => sum + (group.length - 1) * variance(group.map(({ score }) => score)),
    0,
  );
  const seedVariance = degrees === 0 ? null : within / degrees;
  const means = groups.map((group) => mean(group.map(({ score }) => score)));
  // A mean over draws still moves with the draws; a form that draws nothing does not.
  const noise = mean(groups.map((group) => group.length > 1 ? seedVariance! / group.length : 0));
  const formVariance = groups.length < 2 ? null : Math.max(0, variance(means) - noise);
  return { mean: mean(means), formVariance, seedVariance };
}

function tell({ benchmark, rule, n, cells, ...found }: FormatSensitivity): Description {
  const number = (value: number) => rule === BITS ? value.toPrecision(4) : percent(value, 1);
  const spread = (variance: number | null) =>
    variance === null ? "not measured" : number(Math.sqrt(variance));
  const { mean, formVariance, seedVariance, itemVariance, unsteady } = found;
  return [
    `${benchmark}: ${rule} ${number(mean)} as a mean over ${cells.length} ways to ask the same ${n} items`,
    {
      rows: [
        {
          "what varies": "the form",
          "standard deviation": spread(formVariance),
          "variance": formVariance ?? "",
        },
        {
          "what varies": "the draw of examples",
          "standard deviation": spread(seedVariance),
          "variance": seedVariance ?? "",
        },
        { "what varies": "the items", "standard deviation": spread(itemVariance), "variance": itemVariance },
      ],
    },
    {
      rows: cells.map(({ form, shots, seed, score, itemError }) => ({
        "form": form,
        "shots": shots,
        "seed": seed ?? "nothing drawn",
        [rule]: number(score),
        "error over items": number(itemError),
      })),
    },
    `${percent(unsteady, 1)} of the items are not scored alike in every way`,
  ];
}
