import type { Document } from "../data/mod.ts";
import type { Recipe } from "./recipe.ts";
import { type SynthesisReport, synthesize, type SynthesizeOptions } from "./synthesize.ts";

/** Options of {@linkcode preview}. */
export interface PreviewOptions extends Omit<SynthesizeOptions, "out"> {
  /** How many documents to try. @default {5} */
  k?: number;
}

/** What a run will cost, from the first few documents. */
export interface Preview {
  /** New texts, to read before the run. */
  documents: Document[];
  /** The account of the trial. */
  report: SynthesisReport;
  /** Tokens read and written for one input document; answers from the cache count as if sent. */
  tokensPerDocument: number;
  /** Seconds for one input document at this concurrency; less when answers come from the cache. */
  secondsPerDocument: number;
  /** The whole run, where `total` is given. */
  run?: { tokens: number; seconds: number };
  /** All of it in a sentence. */
  summary: string;
}

/**
 * Try a recipe on the first `k` documents and estimate tokens and time of the run. The trial's answers are in the
 * model's cache afterwards, so the run does not pay for them again.
 *
 * @param documents A stream that is ended after `k` documents: pass one that can be begun again.
 * @throws {RangeError} If `k` is not a whole number >= 1, or there is no document.
 * @example
 * ```ts ignore
 * import assert from "node:assert/strict";
 * import { openModel } from "midtrain/llm";
 * import { preview, rephrase } from "midtrain/synthesize";
 *
 * await using model = await openModel({ maxRetries: 0 });
 * const pages = [{ id: "1", text: "The whale is a mammal. ".repeat(9), source: "sea", meta: {} }];
 * const { run, summary } = await preview(pages, rephrase("plain"), { model, total: 2000 });
 * assert(run.tokens > 0 && summary.includes("2000 documents"));
 * ```
 */
export async function preview(
  documents: AsyncIterable<Document> | Iterable<Document>,
  recipe: Recipe,
  options: PreviewOptions,
): Promise<Preview> {
  const { k = 5, total, ...rest } = options;
  if (!Number.isSafeInteger(k) || k < 1) {
    throw new RangeError(`Cannot preview as k must be a whole number >= 1: current value is ${k}`);
  }
  const usage = { tokens: 0 }, { model } = options;
  const counting = {
    name: model.name,
    async chat(request: Parameters<typeof model.chat>[0]) {
      const completion = await model.chat(request);
      usage.tokens += completion.usage.promptTokens + completion.usage.completionTokens;
      return completion;
    },
  };
  const trial = synthesize(first(documents, k), recipe, { ...rest, model: counting, total: k });
  const made = await Array.fromAsync(trial), { report } = trial;
  if (report.documents === 0) {
    throw new RangeError(`Cannot preview as no document was finished: ${report.stopped ?? "there is none"}`);
  }
  const tokensPerDocument = usage.tokens / report.documents,
    secondsPerDocument = report.seconds / report.documents;
  const run = total === undefined
    ? undefined
    : { tokens: Math.round(tokensPerDocument * total), seconds: secondsPerDocument * total };
  return {
    documents: made,
    report,
    tokensPerDocument,
    secondsPerDocument,
    ...(run ? { run } : {}),
    summary: summary(report, { tokensPerDocument, secondsPerDocument, total }),
  };
}

function summary(
  report: SynthesisReport,
  { tokensPerDocument, secondsPerDocument, total }: {
    tokensPerDocument: number;
    secondsPerDocument: number;
    total: number | undefined;
  },
): string {
  const lost = Object.values(report.rejected).reduce((sum, count) => sum + count, 0);
  const tried = `${report.documents} documents gave ${report.accepted} texts and lost ${lost}`;
  const cost = (count: number) =>
    `${Math.round(tokensPerDocument * count)} tokens and ${
      Number((secondsPerDocument * count).toPrecision(2))
    } s`;
  return total === undefined
    ? `${tried}; one costs ${cost(1)}`
    : `${tried}; ${total} documents will cost about ${cost(total)}`;
}

async function* first<T>(items: AsyncIterable<T> | Iterable<T>, count: number): AsyncGenerator<T> {
  for await (const item of items) {
    yield item;
    if (--count === 0) return;
  }
}
