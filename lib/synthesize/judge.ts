import { objectOf } from "./_object_of.ts";
import { each, type Interval, ofKind, wholeNumber, wilson } from "../base/mod.ts";
import type { Document, Documents, Json } from "../data/mod.ts";
import { takesAsking } from "./_options.ts";
import { lostAnswer } from "./_text_fault.ts";
import type { Method } from "./method.ts";
import type { SynthesisReport, SynthesizeOptions } from "./report.ts";
import { synthesize } from "./synthesize.ts";

/** What a judge looks at, and how many points it may give. */
export interface Criterion {
  /** One word, which names the score. */
  name: string;
  /** What is asked. */
  question: string;
  /** The highest score; the lowest is 0. */
  points: number;
}

/** Ten points: what is kept at seven or more by synthetic-data-kit's defaults, in our words. */
export const defaultCriteria: readonly Criterion[] = [
  { name: "accuracy", question: "Is what it says right, and free of contradictions?", points: 3 },
  { name: "relevance", question: "Does it keep to one matter that is worth learning?", points: 2 },
  { name: "clarity", question: "Is it clear and well written?", points: 2 },
  { name: "usefulness", question: "Would a student learn from it?", points: 3 },
];

/** The text that a document was made from, where it is known. */
export type SourceOf = (document: Document) => string | undefined;

const faithfulness: Criterion = {
  name: "faithfulness",
  question:
    "Does the source say everything that it says, with each number, name and negation in its right place?",
  points: 3,
};

const besideSource = [faithfulness, ...defaultCriteria.filter(({ name }) => name !== "accuracy")];

/** Options of {@linkcode judge}. */
export interface JudgeOptions extends Omit<SynthesizeOptions, "accept" | "total"> {
  /** What the judge looks at. @default {defaultCriteria; beside a source, faithfulness to it instead of accuracy} */
  criteria?: readonly Criterion[];
  /**
   * What the texts were made from, for the judge to hold each one against: one source for all, documents among which a text's
   * parents are found by its lineage (a page is cut to the text's `meta.parts`), or one's own way to find it. A text without
   * a source is rejected as `nothing to write from`.
   * @default {the judge sees the text alone}
   */
  beside?: string | Document | readonly Document[] | SourceOf | undefined;
  /** Sampling temperature; retries of malformed answers need one above 0. @default {0.1} */
  temperature?: number;
}

/** A judge's scores of one document: an attribute beside it, by its id. */
export interface Judgement {
  /** The document's id. */
  id: string;
  /** The score by criterion. */
  scores: Record<string, number>;
  /** Their sum. */
  total: number;
}

/** Judgements to iterate once, with the account of what happened so far. */
export interface Judging extends AsyncIterable<Judgement> {
  /** The account; `rejected` counts documents that got no judgement, by cause. */
  readonly report: SynthesisReport;
}

/**
 * Score documents one by one by a model, as whole numbers in a JSON object that the server is held to where it can. Scores
 * are attributes beside the documents, so that a threshold moves without asking again. Verify first what can be verified:
 * a judge is for the rest. Whether a text is true to its page it can only say when it sees both: see `beside`.
 *
 * @throws {RangeError} If there is no criterion, one has no points, or two have one name.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type ChatModel, judge } from "midtrain/synthesize";
 *
 * const model: ChatModel = {
 *   name: "generous",
 *   chat: () =>
 *     Promise.resolve({
 *       text: '{"accuracy": 3, "relevance": 2, "clarity": 2, "usefulness": 3}',
 *       finishReason: "stop",
 *       usage: { promptTokens: 40, completionTokens: 12 },
 *       cached: false,
 *     }),
 * };
 * const [first] = await Array.fromAsync(judge([{ id: "9b", text: "Whales breathe.", source: "", meta: {} }], { model }));
 * assert.deepEqual([first.id, first.total], ["9b", 10]);
 * ```
 */
export function judge(
  documents: Documents,
  options: JudgeOptions,
): Judging {
  takesAsking("Cannot judge", options, "criteria?, beside?, temperature?, folder?, retry?, dropBrokenLines?");
  ofKind("Cannot judge", { documents }, "a list or another iterable");
  const { beside, criteria = beside ? besideSource : defaultCriteria, temperature = 0.1, ...rest } = options;
  ofKind("Cannot judge", { criteria }, "a list of objects with name, points");
  const names = criteria.map(({ name }) => name);
  if (names.length === 0 || new Set(names).size < names.length) {
    throw new RangeError(
      `Cannot judge as criteria must have names of their own: they are ${names.join(", ") || "none"}`,
    );
  }
  for (const { name, points } of criteria) {
    wholeNumber("Cannot judge", { [`the points of ${name}`]: points }, ">= 1");
  }
  const run = synthesize(documents, scoring(criteria, { temperature, sourceOf: finder(beside) }), rest);
  return {
    report: run.report,
    async *[Symbol.asyncIterator]() {
      for await (const { lineage, meta } of run) {
        const scores = meta.scores as Record<string, number>;
        const total = Object.values(scores).reduce((sum, score) => sum + score, 0);
        yield { id: lineage!.parents[0], scores, total };
      }
    },
  };
}

/** Two texts to compare. */
export interface Pair {
  /** One. */
  a: Document;
  /** The other. */
  b: Document;
}

/** Options of {@linkcode judgePairs}. */
export interface JudgePairsOptions extends Omit<SynthesizeOptions, "accept" | "total"> {
  /** What is asked of the two. @default {"Which of the two texts would teach a student more?"} */
  question?: string;
  /**
   * What both texts were made from, for the judge to see before them, as with {@linkcode JudgeOptions.beside}; found by the lineage of
   * `a`. A pair without a source is rejected as `nothing to write from`. @default {the judge sees the two texts alone}
   */
  beside?: JudgeOptions["beside"];
}

/** What became of one pair. */
export interface PairJudgement {
  /** The id of `a`. */
  a: string;
  /** The id of `b`. */
  b: string;
  /** The text that was preferred in both orders; `tie` where the order decided. */
  winner: "a" | "b" | "tie";
}

/** What {@linkcode judgePairs} found. */
export interface PairJudgements {
  /** One a pair that was judged in both orders, in the order of the pairs. */
  judgements: PairJudgement[];
  /** The share of pairs in which both orders agree, with its 95 % interval. */
  agreement: Interval;
  /** The share of answers that prefer the text shown first; 0.5 for a judge without bias. */
  firstShare: Interval;
  /** The account. */
  report: SynthesisReport;
}

/**
 * Compare texts two by two by a model, each pair in both orders: a judge that prefers a place and not a text gives ties.
 * Agreement and bias come with 95 % intervals (Wilson).
 *
 * @throws {RangeError} If no pair was judged.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type ChatModel, judgePairs } from "midtrain/synthesize";
 *
 * const model: ChatModel = {
 *   name: "always the first",
 *   chat: () =>
 *     Promise.resolve({
 *       text: '{"better": 1}',
 *       finishReason: "stop",
 *       usage: { promptTokens: 40, completionTokens: 5 },
 *       cached: false,
 *     }),
 * };
 * const [a, b] = ["Whales.", "Ships."].map((text, id) => ({ id: `${id}`, text, source: "", meta: {} }));
 * const { judgements, firstShare } = await judgePairs([{ a, b }], { model });
 * assert.deepEqual([judgements[0].winner, firstShare.estimate], ["tie", 1]);
 * ```
 */
export async function judgePairs(
  pairs: AsyncIterable<Pair> | Iterable<Pair>,
  options: JudgePairsOptions,
): Promise<PairJudgements> {
  takesAsking("Cannot compare", options, "question?, beside?, folder?, retry?, dropBrokenLines?");
  const { question = "Which of the two texts would teach a student more?", beside, ...rest } = options;
  const run = synthesize(documentsOf(pairs, finder(beside)), comparison(question), rest);
  const judgements: PairJudgement[] = [];
  let first = 0;
  let agreed = 0;
  for await (const { meta } of run) {
    const [forward, backward] = meta.better as [number, number];
    first += Number(forward === 1) + Number(backward === 1);
    const same = forward !== backward;
    agreed += Number(same);
    const winner = !same ? "tie" : forward === 1 ? "a" : "b";
    judgements.push({ a: String(meta.a), b: String(meta.b), winner });
  }
  if (judgements.length === 0) {
    const causes = Object.entries(run.report.rejected).map(([cause, count]) => `${count} ${cause}`).join(
      ", ",
    );
    throw new RangeError(`Cannot compare as no pair was judged: ${causes || "there is none"}`);
  }
  return {
    judgements,
    agreement: wilson(agreed, judgements.length),
    firstShare: wilson(first, 2 * judgements.length),
    report: run.report,
  };
}

type Schema = { [key: string]: Json };

/** How a text's source is found, where there is to be one. */
function finder(beside: JudgeOptions["beside"]): SourceOf | undefined {
  if (beside === undefined || typeof beside === "function") return beside;
  if (typeof beside === "string") return () => beside;
  const pages = Array.isArray(beside) ? beside as readonly Document[] : undefined;
  const byId = new Map(pages?.map((page) => [page.id, page]));
  return ({ lineage, meta: { parts } }) => {
    const parents = pages
      ? (lineage?.parents ?? []).flatMap((id) => byId.get(id) ?? [])
      : [beside as Document];
    // Places are those of one page.
    if (parents.length === 1) return cut(parents[0].text, parts);
    return parents.length === 0 ? undefined : parents.map(({ text }) => text).join("\n\n");
  };
}

/** The parts of a page that a text is from; all of it where it does not say. */
function cut(page: string, parts: Json | undefined): string {
  if (!Array.isArray(parts)) return page;
  return parts.map((span) => page.slice(...span as [number, number])).join("\n\n");
}

function scoring(
  criteria: readonly Criterion[],
  { temperature, sourceOf }: { temperature: number; sourceOf: SourceOf | undefined },
): Method {
  const asked = criteria.map(({ name, question, points }) => `- ${name} (0 to ${points}): ${question}`).join(
    "\n",
  );
  const schema = objectOf(
    Object.fromEntries(
      criteria.map(({ name, points }) => [name, { type: "integer", minimum: 0, maximum: points }]),
    ),
  );
  return {
    id: `judge/${criteria.map(({ name, points }) => `${name}-${points}`).join("+")}@1`,
    kind: "distill",
    build(document) {
      const { text } = document;
      const source = sourceOf?.(document);
      if (text.trim() === "" || sourceOf && source === undefined) return [];
      const held = source === undefined ? "" : `Source:\n${source}\n\n`;
      const what = source === undefined
        ? "the text below"
        : "the text below, which was made from the source before it";
      return [{
        messages: [{
          role: "user",
          content:
            `Score ${what}. Be strict: full points are rare.\n${asked}\nAnswer with a JSON object that has a whole number for each name, and nothing else.\n\n${held}Text:\n${text}`,
        }],
        maxTokens: 20 + 12 * criteria.length,
        temperature,
        schema,
      }];
    },
    read: ([answer]) => [
      answer.fault
        ? lostAnswer(answer)!
        : { text: answer.text, meta: { scores: answer.value as Record<string, number> } },
    ],
  };
}

async function* documentsOf(
  pairs: AsyncIterable<Pair> | Iterable<Pair>,
  sourceOf: SourceOf | undefined,
): AsyncGenerator<Document> {
  for await (const { a, b } of each("Cannot compare", { pairs }, "an object with a, b")) {
    const meta = { a: a.id, b: b.id, other: b.text };
    const source = sourceOf && { beside: sourceOf(a) ?? null };
    yield { id: `${a.id}:${b.id}`, text: a.text, source: "pairs", meta: { ...meta, ...source } };
  }
}

function comparison(question: string): Method {
  const schema = objectOf({ better: { type: "integer", minimum: 1, maximum: 2 } });
  const prompt = (one: string, two: string, source: Json | undefined) => ({
    messages: [{
      role: "user" as const,
      content: `${question} Look at what they say, not at their length or order.${
        source === undefined ? "" : ` Both were made from this source.\n\nSource:\n${source}`
      }\n\nText 1:\n${one}\n\nText 2:\n${two}\n\nAnswer with a JSON object such as {"better": 1}, and nothing else.`,
    }],
    maxTokens: 20,
    temperature: 0.1,
    schema,
  });
  return {
    id: "judge/pairs@1",
    kind: "distill",
    build: ({ text, meta: { other, beside } }) =>
      beside === null ? [] : [prompt(text, String(other), beside), prompt(String(other), text, beside)],
    read(answers, { meta }) {
      const fault = answers.find((answer) => answer.fault);
      if (fault) return [lostAnswer(fault)!];
      const better = answers.map(({ value }) => (value as { better: number }).better);
      return [{ text: better.join(" "), meta: { a: meta.a!, b: meta.b!, better } }];
    },
  };
}
