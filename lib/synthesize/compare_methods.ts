import {
  bootstrapMean,
  bytesPerToken,
  described,
  type Description,
  type Interval,
  type LengthTokenizer,
  must,
  ofKind,
  percent,
  Random,
  said,
  takes,
  tokensIn,
  wholeNumber,
  wilson,
} from "../base/mod.ts";
import type { Document } from "../data/mod.ts";
import type { ChatModel } from "../llm/mod.ts";
import { bootstrapRatio, distancesOf, metered, sharedRuns } from "./_comparison.ts";
import { copiedShare, wordsOf } from "./checks.ts";
import { mustBeVectors } from "./_vectors.ts";
import { diversity } from "./diversity.ts";
import { judgePairs, type Pair, type PairJudgements } from "./judge.ts";
import type { Method } from "./method.ts";
import type { SynthesisReport, SynthesizeOptions } from "./report.ts";
import { synthesize } from "./synthesize.ts";

/** A method with the model that it asks. */
export interface MethodBy {
  /** What is asked, and how the answer is read. */
  method: Method;
  /** What is asked by it. @default {the comparison's} */
  model?: ChatModel;
}

/** What one method made, for a proxy to learn from. */
export interface ProxyTexts {
  /** The method's name in the comparison. */
  name: string;
  /** Its texts, at least one. */
  documents: Document[];
}

/** Options of {@linkcode compareMethods}. */
export interface CompareMethodsOptions extends
  Pick<
    SynthesizeOptions,
    "model" | "accept" | "budget" | "price" | "workers" | "seed" | "signal" | "onProgress"
  > {
  /** The model that says which of two texts of one document would teach more, see {@linkcode judgePairs}. @default {no text is judged} */
  judge?: ChatModel | undefined;
  /** The most pairs judged of each two methods. @default {20} */
  judgedPairs?: number | undefined;
  /** Unit vectors of texts, as `LanguageModel.embed` gives them. @default {none: no spread} */
  embed?: ((texts: readonly string[]) => Promise<Float32Array[]>) | undefined;
  /**
   * What a small model gains from each method's texts, in their order: `compareSources` of `midtrain/anneal` gives such gains, in nats per token.
   * @default {none is trained}
   */
  proxy?: ((texts: readonly ProxyTexts[]) => Promise<readonly Interval[]>) | undefined;
  /** What counts the tokens of accepted texts. @default {four UTF-8 bytes are one} */
  tokenizer?: LengthTokenizer | undefined;
}

/** What a method makes of the documents, and at what price; what nothing was accepted for is absent. */
export interface MethodMeasures {
  /** Its name in the comparison. */
  name: string;
  /** The model's name. */
  model: string;
  /** The share of its texts that its own checks accept (Wilson). */
  acceptance: Interval;
  /** Tokens read and written for one token of accepted text; with a price, money for a million of them. */
  costPerToken?: Interval;
  /** Different runs of two words for all of them, over as many words of each method. */
  distinct2?: number;
  /** The same of four words. */
  distinct4?: number;
  /** The mean share of a text's runs of four words that stand in another of its texts too, in [0, 1]. */
  selfSimilarity?: Interval;
  /** The mean share of a text's words in runs of eight that stand in its document, in [0, 1]. */
  copied?: Interval;
  /** The mean cosine distance of two of its texts, in [0, 2]; needs `embed`. */
  spread?: Interval;
  /** How often its text is preferred to another method's of the same document, a tie being half; 0.5 is no better. Needs `judge`. */
  judged?: Interval;
  /** What a proxy gains from its texts; needs `proxy`. */
  gain?: Interval;
  /** Its accepted texts. */
  texts: Document[];
  /** The account of its run. */
  report: SynthesisReport;
}

/** What {@linkcode compareMethods} found. */
export interface MethodComparison {
  /** One a method, in their order. */
  methods: MethodMeasures[];
  /** How far the judge is to be trusted: how often both orders agree, and how often it takes the text shown first. */
  judging?: Pick<PairJudgements, "agreement" | "firstShare">;
  /** What could not be measured, and why. */
  notes: string[];
}

/**
 * Which method pays: several methods over the same documents, each with its acceptance, what an accepted token costs, how varied and
 * how copied its texts are, what a judge prefers in both orders, and what a small model learns from them. `show` prints it as one table;
 * `methodMeasures` of `midtrain/figure` draws it.
 *
 * Methods of different models run side by side. Intervals are 95 %. What is a mean over texts, or a ratio over documents, is resampled by texts or documents (bootstrap). Costs count
 * answers of the cache as if they were asked for, and those of documents that lost all texts.
 *
 * @param methods By name; the same method may stand there by several models.
 * @throws {RangeError} If there are fewer than two methods, no document, or `proxy` does not give one gain a method.
 * @throws {Error} If an endpoint is dead, refuses the key or does not know the model.
 * @example A program beside a model by hand
 * ```ts
 * import assert from "node:assert/strict";
 * import { type ChatModel, compareMethods, subjectPairs, subjectTeacher } from "midtrain/synthesize";
 *
 * const usage = { promptTokens: 60, completionTokens: 8 };
 * const model: ChatModel = {
 *   name: "silent",
 *   chat: () => Promise.resolve({ text: "NONE", finishReason: "stop", usage, cached: false }),
 * };
 * const text = "The old ship was made of oak and bone.";
 * const method = subjectPairs();
 * const { methods } = await compareMethods(
 *   { templates: { method, model: subjectTeacher() }, silent: method },
 *   [{ id: "9b", text, source: "sea", meta: {} }],
 *   { model },
 * );
 * assert.deepEqual(methods.map(({ name, acceptance }) => [name, acceptance.estimate]), [["templates", 1], ["silent", 0]]);
 * assert.equal(methods[0].costPerToken?.estimate, 0);
 * ```
 */
export async function compareMethods(
  methods: Readonly<Record<string, Method | MethodBy>>,
  documents: readonly Document[],
  options: CompareMethodsOptions,
): Promise<MethodComparison> {
  const cannot = "Cannot compare methods";
  takes(
    cannot,
    options,
    "model, accept?, budget?, price?, workers?, seed?, signal?, onProgress?, judge?, judgedPairs?, embed?, proxy?, tokenizer?",
  );
  ofKind(cannot, { methods }, "an object");
  ofKind(cannot, { documents }, "a list of objects with id, text");
  const { judge, judgedPairs = 20, embed, proxy, tokenizer, ...asking } = options;
  wholeNumber(cannot, { judgedPairs }, ">= 1");
  for (const [name, given] of Object.entries({ embed, proxy })) {
    if (given !== undefined) ofKind(cannot, { [name]: given }, "a function");
  }
  if (tokenizer !== undefined) ofKind(cannot, { tokenizer }, "an object with encode");
  must(cannot, "there must be a document", documents.length, documents.length > 0);
  const candidates = Object.entries(methods).map(([name, given]) => {
    ofKind(cannot, { [name]: given }, "an object");
    const by: MethodBy = "method" in given ? given : { method: given };
    ofKind(cannot, { [`the method of ${name}`]: by.method }, "an object with id, build, read");
    return { name, method: by.method, model: by.model ?? asking.model };
  });
  must(cannot, "there must be two methods", candidates.length, candidates.length >= 2);
  const countTokens = tokenizer
    ? (text: string) => tokensIn(text, tokenizer)
    : (text: string) => encoder.encode(text).length / bytesPerToken;
  const measured: MethodMeasures[] = new Array(candidates.length);
  const byModel = Map.groupBy(candidates.keys(), (at) => candidates[at].model);
  // Each model does one method after another, and models work side by side.
  await Promise.all(Array.from(byModel.values(), async (own) => {
    for (const at of own) {
      const { name, method, model } = candidates[at];
      measured[at] = await made(name, method, documents, { ...asking, model }, countTokens);
    }
  }));
  const some = measured.filter(({ texts }) => texts.length > 0);
  const words = Math.min(
    ...some.map(({ texts }) => texts.reduce((sum, { text }) => sum + wordsOf(text).length, 0)),
  );
  for (const one of some) {
    const { distinct2, distinct4 } = diversity(one.texts, { words: Math.max(1, words) });
    Object.assign(one, { distinct2, distinct4 });
    if (embed && one.texts.length > 1) {
      const vectors = await embed(one.texts.map(({ text }) => text));
      mustBeVectors(cannot, vectors, one.texts.length);
      one.spread = bootstrapMean(distancesOf(vectors));
    }
  }
  const notes: string[] = [];
  const judging = judge && await judged(some, { judge, judgedPairs, documents, asking, notes });
  if (proxy) {
    const gains = await proxy(some.map(({ name, texts }) => ({ name, documents: texts })));
    must(cannot, `proxy must give ${some.length} gains`, gains.length, gains.length === some.length);
    some.forEach((one, at) => one.gain = gains[at]);
  }
  const comparison: MethodComparison = { methods: measured, ...(judging ? { judging } : {}), notes };
  return described(comparison, (found) => tellComparison(found, asking.price !== undefined));
}

const encoder = new TextEncoder();

/** A method over the documents, and what can be said of it without the others. */
async function made(
  name: string,
  method: Method,
  documents: readonly Document[],
  options: Pick<CompareMethodsOptions, "price"> & SynthesizeOptions,
  countTokens: (text: string) => number,
): Promise<MethodMeasures> {
  const price = options.price ?? { prompt: 1, completion: 1 };
  const { model, total } = metered(options.model, price);
  const onDrop = ({ id }: { id: string }) => finished.set(id, finished.get(id) ?? { cost: 0, tokens: 0 });
  const finished = new Map<string, { cost: number; tokens: number }>();
  const run = synthesize(documents, method, { ...options, model, onDrop });
  const texts: Document[] = [];
  for await (const text of run) {
    texts.push(text);
    const { parents: [parent], usage } = text.lineage!;
    const { cost, tokens } = finished.get(parent) ?? { cost: 0, tokens: 0 };
    const own = price.prompt * usage!.promptTokens + price.completion * usage!.completionTokens;
    finished.set(parent, { cost: cost + own, tokens: tokens + countTokens(text.text) });
  }
  const { report } = run;
  const units = [...finished.values()];
  const lost = units.filter(({ tokens }) => tokens === 0);
  // What documents without a text cost is known together only: they share it.
  const rest = Math.max(0, total() - units.reduce((sum, { cost }) => sum + cost, 0));
  for (const one of lost) one.cost = rest / lost.length;
  const none = report.rejected["nothing to write from"] ?? 0;
  const trials = Object.values(report.rejected).reduce((sum, count) => sum + count, texts.length - none);
  must(`Cannot compare methods by ${name}`, "it must ask about a document", trials, trials > 0);
  const byId = new Map(documents.map(({ id, text }) => [id, text]));
  const sourceOf = ({ lineage }: Document) => lineage!.parents.map((id) => byId.get(id) ?? "").join("\n\n");
  return {
    name,
    model: model.name,
    acceptance: wilson(texts.length, trials),
    ...(texts.length > 0
      ? {
        costPerToken: bootstrapRatio(units),
        selfSimilarity: bootstrapMean(sharedRuns(texts)),
        copied: bootstrapMean(texts.map((text) => copiedShare(text.text, sourceOf(text)))),
      }
      : {}),
    texts,
    report,
  };
}

/** Every two methods' texts of the same document before the judge, in both orders. */
async function judged(
  methods: readonly MethodMeasures[],
  { judge, judgedPairs, documents, asking, notes }: {
    judge: ChatModel;
    judgedPairs: number;
    documents: readonly Document[];
    asking: SynthesizeOptions;
    notes: string[];
  },
): Promise<MethodComparison["judging"]> {
  const random = new Random(`${asking.seed ?? 1}/compare methods`);
  const owner = new Map<string, MethodMeasures>();
  const firsts = methods.map((one, at) => {
    const found = new Map<string, Document>();
    for (const text of one.texts) {
      const [parent] = text.lineage!.parents;
      const id = `${at}/${text.id}`;
      if (!found.has(parent)) found.set(parent, { ...text, id });
      owner.set(id, one);
    }
    return found;
  });
  const pairs = firsts.flatMap((texts, at) =>
    firsts.slice(at + 1).flatMap((others): Pair[] => {
      const both = random.shuffle([...texts.keys()].filter((parent) => others.has(parent)));
      return both.slice(0, judgedPairs).map((parent) => ({ a: texts.get(parent)!, b: others.get(parent)! }));
    })
  );
  if (pairs.length === 0) {
    notes.push("Nothing was judged, as no document has accepted texts of two methods");
    return undefined;
  }
  const { workers, seed, signal, onProgress } = asking;
  const told = { model: judge, beside: documents, workers, seed, signal, onProgress };
  const found = await judgePairs(pairs, told).catch((error) => {
    // What the methods made is paid for: it is not lost with the judge.
    if (!(error instanceof RangeError)) throw error;
    notes.push(error.message);
  });
  if (!found) return undefined;
  const { judgements, agreement, firstShare } = found;
  for (const one of methods) {
    const points = judgements.flatMap(({ a, b, winner }) =>
      [[a, "a"], [b, "b"]].flatMap(([id, side]) =>
        owner.get(id) !== one ? [] : [winner === "tie" ? 0.5 : Number(winner === side)]
      )
    );
    if (points.length > 0) one.judged = bootstrapMean(points);
  }
  return { agreement, firstShare };
}

/** A comparison as `show` prints it. */
function tellComparison({ methods, judging, notes }: MethodComparison, priced: boolean): Description {
  const cost = priced ? "cost of a million accepted tokens" : "tokens for one accepted";
  return [
    {
      rows: methods.map((one) => ({
        "method": one.name,
        "by": one.model,
        "texts accepted": one.texts.length,
        "share accepted": one.acceptance,
        [cost]: one.costPerToken ?? "",
        "distinct 2-grams": rounded(one.distinct2),
        "distinct 4-grams": rounded(one.distinct4),
        "self-similarity": one.selfSimilarity ?? "",
        "copied share": one.copied ?? "",
        ...(methods.some(({ spread }) => spread) ? { "embedding spread": one.spread ?? "" } : {}),
        ...(judging ? { "preferred by the judge": one.judged ?? "" } : {}),
        ...(methods.some(({ gain }) => gain) ? { "gain of a proxy (nats per token)": one.gain ?? "" } : {}),
      })),
    },
    ...(judging
      ? [
        `The judge says the same in both orders of ${
          said(judging.agreement, percent)
        } of pairs, and takes the text shown first in ${said(judging.firstShare, percent)} of its answers`,
      ]
      : []),
    ...notes,
    `Intervals are 95 %${judging ? "; a share preferred of 0.5 is no better than the others" : ""}${
      methods.some(({ gain }) => gain) ? "; a gain above 0 helps" : ""
    }`,
  ];
}

function rounded(value: number | undefined): number | string {
  return value === undefined ? "" : Number(value.toPrecision(3));
}
