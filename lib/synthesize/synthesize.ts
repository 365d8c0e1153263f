import type { OnProgress } from "../base/mod.ts";
import type { Document, OnDrop } from "../data/mod.ts";
import { Run } from "./_run.ts";
import type { ChatModel } from "./model.ts";
import type { Recipe } from "./recipe.ts";

/** Limits at which a run stops cleanly: what is in flight ends, what is done counts. */
export interface Budget {
  /** The most tokens read and written. A document is begun only if its longest answer still fits. */
  tokens?: number;
  /** The most requests sent, repeated ones included. */
  requests?: number;
  /** The most money, in the currency of `price`. As with tokens, a document is begun only if its longest answer still fits. */
  cost?: number;
  /** No document is begun after so many seconds. */
  seconds?: number;
}

/** What an endpoint asks for a million tokens, in any currency. */
export interface Price {
  /** A million tokens read. */
  prompt: number;
  /** A million tokens written. */
  completion: number;
}

/** Options of {@linkcode synthesize}. */
export interface SynthesizeOptions {
  /** The model to ask. */
  model: ChatModel;
  /** Where to stop. What the cache or the journal answers costs nothing. @default {no limit} */
  budget?: Budget;
  /** What tokens cost; a budget of cost needs it. @default {nothing} */
  price?: Price;
  /** How often an answer that does not fit its prompt's schema is asked for again, with another seed. @default {1} */
  retries?: number;
  /** The most requests in flight; how many there are follows what the endpoint bears. @default {8} */
  concurrency?: number;
  /** Names the sampling of every document. @default {1} */
  seed?: number | string;
  /** A folder for partial results: a run that ends in any way goes on from there. @default {none is kept} */
  out?: string;
  /** Called with every text that is lost. */
  onDrop?: OnDrop;
  /** Called with every document that is finished. */
  onProgress?: OnProgress;
  /** How many documents there are, for `onProgress`. @default {unknown} */
  total?: number;
  /** Stops the run: requests in flight are dropped, finished documents are still given. */
  signal?: AbortSignal;
}

/** What a run did. */
export interface SynthesisReport {
  /** The recipe's id. */
  recipe: string;
  /** The model's name. */
  model: string;
  /** Input documents that are finished. */
  documents: number;
  /** New texts. */
  accepted: number;
  /** Lost texts by cause. */
  rejected: Record<string, number>;
  /** The first lost text of every cause. */
  samples: Record<string, { document: string; text: string }>;
  /** Tokens of requests sent. */
  tokens: { prompt: number; completion: number };
  /** What these tokens cost, in the currency of `price`; 0 without one. */
  cost: number;
  /** Requests sent, repeated ones included. */
  requests: number;
  /** Requests that the cache answered. */
  cacheHits: number;
  /** Documents that the journal answered. */
  resumed: number;
  /** Documents begun and not finished; the next run with the same `out` begins them again. */
  unfinished: number;
  /** Seconds since the run began. */
  seconds: number;
  /** Why the run ended before the input did. */
  stopped?: string;
}

/** New documents to iterate once, with the account of what happened so far. */
export interface Synthesis extends AsyncIterable<Document> {
  /** The account; it moves while documents are taken. */
  readonly report: SynthesisReport;
}

/**
 * New documents from documents, by a recipe and a model.
 *
 * The output is in the input's order and, for a model that gives the same answer to the same request, the same bytes
 * whatever the concurrency, and whether the run was resumed or not. Each new document has its lineage; its `id` comes from
 * its parent and the recipe. Requests in flight rise while the endpoint bears it and are halved when it does not (429, 5xx,
 * lost connections); `Retry-After` is kept; after six failures in a row the run ends with an error. Memory holds a window
 * of documents, and 16 characters for each id seen.
 *
 * Tokens of a document are shared out evenly over its new texts, so their sum is what accepted documents cost.
 *
 * @param documents The texts to write from; a stream is read as needed.
 * @param recipe What to ask and how to read the answer.
 * @throws {RangeError} If an option is out of range.
 * @throws {Error} While iterating: if the endpoint is dead, refuses the key or does not know the model.
 * @example A recipe and a model by hand
 * ```ts
 * import assert from "node:assert/strict";
 * import { type ChatModel, rephrase, synthesize } from "midtrain/synthesize";
 *
 * const model: ChatModel = {
 *   name: "fixed",
 *   chat: () =>
 *     Promise.resolve({
 *       text: "Here is the new text: Whales are no fish. They breathe air.",
 *       finishReason: "stop",
 *       usage: { promptTokens: 40, completionTokens: 12 },
 *       cached: false,
 *     }),
 * };
 * const page = { id: "9b", text: "The whale, a mammal, must rise to breathe.", source: "sea", meta: {} };
 * const run = synthesize([page], rephrase("plain", { minWords: 5 }), { model });
 * const [whales] = await Array.fromAsync(run);
 * assert.equal(whales.text, "Whales are no fish. They breathe air.");
 * assert.deepEqual(whales.lineage?.parents, ["9b"]);
 * assert.equal(run.report.accepted, 1);
 * ```
 */
export function synthesize(
  documents: AsyncIterable<Document> | Iterable<Document>,
  recipe: Recipe,
  options: SynthesizeOptions,
): Synthesis {
  const { concurrency = 8, retries = 1, budget = {}, price = { prompt: 0, completion: 0 } } = options;
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new RangeError(
      `Cannot synthesize as concurrency must be a whole number >= 1: current value is ${concurrency}`,
    );
  }
  if (!Number.isSafeInteger(retries) || retries < 0) {
    throw new RangeError(
      `Cannot synthesize as retries must be a whole number >= 0: current value is ${retries}`,
    );
  }
  for (const [kind, amounts] of Object.entries({ "budget of": budget, "price of": price })) {
    for (const [name, value] of Object.entries(amounts)) {
      if (!(value >= 0)) {
        throw new RangeError(
          `Cannot synthesize as the ${kind} ${name} must be >= 0: current value is ${value}`,
        );
      }
    }
  }
  if (budget.cost !== undefined && !options.price) {
    throw new TypeError("Cannot synthesize with a budget of cost as there is no price: give price too");
  }
  return new Run(documents, recipe, { ...options, concurrency, retries, budget, price });
}
