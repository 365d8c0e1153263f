import { ofKind, wholeNumber } from "../base/mod.ts";
import type { Document, Documents } from "../data/mod.ts";
import type { ChatRequest } from "../llm/mod.ts";
import { takesAsking } from "./_options.ts";
import type { Method } from "./method.ts";
import type { SynthesisReport, SynthesizeOptions } from "./report.ts";
import { synthesize } from "./synthesize.ts";

/** Options of {@linkcode preview}. */
export interface PreviewOptions
  extends Omit<SynthesizeOptions, "accept" | "folder" | "retry" | "dropBrokenLines"> {
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
  /** Seconds for one input document by as many workers; less when answers come from the cache. */
  secondsPerDocument: number;
  /** What one input document costs, in the currency of `price`; 0 without one. */
  costPerDocument: number;
  /** The whole run, where `total` is given. */
  run?: { tokens: number; seconds: number; cost: number };
  /** All of it in a sentence. */
  summary: string;
}

/**
 * Try a method on the first `k` documents and estimate tokens, cost and time of the run. The trial's answers are in the
 * model's cache afterwards, so the run does not pay for them again.
 *
 * @param documents A stream that is ended after `k` documents: pass one that can be begun again.
 * @throws {RangeError} If `k` is not a whole number >= 1, or there is no document.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type ChatModel, preview, rephrase } from "midtrain/synthesize";
 *
 * const model: ChatModel = {
 *   name: "fixed",
 *   chat: () =>
 *     Promise.resolve({
 *       text: "Whales are no fish. They breathe air.",
 *       finishReason: "stop",
 *       usage: { promptTokens: 40, completionTokens: 12 },
 *       cached: false,
 *     }),
 * };
 * const pages = [{ id: "1", text: "The whale, a mammal, must rise to breathe.", source: "sea", meta: {} }];
 * const { run, summary } = await preview(pages, rephrase("plain", { minWords: 5 }), { model, total: 2000 });
 * assert.equal(run?.tokens, 104_000);
 * assert(summary.includes("2000 documents"));
 * ```
 */
export async function preview(
  documents: Documents,
  method: Method,
  options: PreviewOptions,
): Promise<Preview> {
  takesAsking("Cannot preview", options, "k?, total?");
  ofKind("Cannot preview", { documents }, "a list or another iterable");
  ofKind("Cannot preview", { method }, "an object with id, build, read");
  const { k = 5, total, ...rest } = options;
  wholeNumber("Cannot preview", { k }, ">= 1");
  const usage = { prompt: 0, completion: 0 };
  const { model, price = { prompt: 0, completion: 0 } } = options;
  const counting = {
    name: model.name,
    async chat<T>(request: ChatRequest<T>) {
      const completion = await model.chat(request);
      usage.prompt += completion.usage.promptTokens;
      usage.completion += completion.usage.completionTokens;
      return completion;
    },
  };
  const trial = synthesize(first(documents, k), method, { ...rest, model: counting, total: k });
  const made = await Array.fromAsync(trial);
  const { report } = trial;
  if (report.documents === 0) {
    throw new RangeError(`Cannot preview as no document was finished: ${report.stopped ?? "there is none"}`);
  }
  const one: Costs = {
    tokens: (usage.prompt + usage.completion) / report.documents,
    seconds: report.seconds / report.documents,
    cost: (usage.prompt * price.prompt + usage.completion * price.completion) / 1e6 / report.documents,
  };
  const run = total === undefined ? undefined : {
    tokens: Math.round(one.tokens * total),
    seconds: one.seconds * total,
    cost: one.cost * total,
  };
  const lost = Object.values(report.rejected).reduce((sum, count) => sum + count, 0);
  const tried = `${report.documents} documents gave ${report.accepted} texts and lost ${lost}`;
  return {
    documents: made,
    report,
    tokensPerDocument: one.tokens,
    secondsPerDocument: one.seconds,
    costPerDocument: one.cost,
    ...(run ? { run } : {}),
    summary: run
      ? `${tried}; ${total} documents will cost about ${costs(run)}`
      : `${tried}; one costs ${costs(one)}`,
  };
}

interface Costs {
  tokens: number;
  seconds: number;
  cost: number;
}

function costs({ tokens, seconds, cost }: Costs): string {
  const parts = [`${Math.round(tokens)} tokens`, `${Number(seconds.toPrecision(2))} s`];
  return cost > 0
    ? `${parts.join(", ")} and ${Number(cost.toPrecision(3))} of the price's currency`
    : parts.join(" and ");
}

async function* first<T>(items: AsyncIterable<T> | Iterable<T>, count: number): AsyncGenerator<T> {
  for await (const item of items) {
    yield item;
    if (--count === 0) return;
  }
}
