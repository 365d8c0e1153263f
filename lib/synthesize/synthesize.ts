import { inRange, ofKind, takes, wholeNumber } from "../base/mod.ts";
import type { Documents } from "../data/mod.ts";
import { takesAsking } from "./_options.ts";
import { Run } from "./_run.ts";
import type { Method } from "./method.ts";
import type { Synthesis, SynthesizeOptions } from "./report.ts";

/**
 * New documents from documents, by a method and a model.
 *
 * The output is in the input's order and, for a model that gives the same answer to the same request, the same bytes
 * whatever the number of workers, and whether the run was resumed or not. Each new document has its lineage; its `id` comes from
 * its parent and the method. Memory holds a window of documents, and 16 characters for each id seen.
 *
 * Requests in flight rise while the endpoint bears it and are halved when it does not (429, 5xx, lost connections);
 * `Retry-After` is kept. One rule repeats requests, and every attempt is counted: an endpoint that refuses for its load, or
 * answered before and cannot be reached now, is waited for as long as `patienceSeconds` says; a request that fails otherwise is
 * sent five times; after six such failures in
 * a row, a key, a model or an account that is refused, or the same refusal of the first dozen of requests, the run ends with
 * an error. A refusal of one document loses that document.
 *
 * A method of several rounds asks on from its own answers; what others follow is in the journal before they are asked, and a
 * budget sets all rounds of a document aside when it begins.
 *
 * Tokens of a document are shared out evenly over its new texts, so their sum is what accepted documents cost.
 *
 * @param documents The texts to write from; a stream is read as needed.
 * @param method What to ask and how to read the answer.
 * @throws {RangeError} If an option is out of range.
 * @throws {Error} While iterating: if the endpoint is dead, refuses the key or does not know the model.
 * @example A method and a model by hand
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
  documents: Documents,
  method: Method,
  options: SynthesizeOptions,
): Synthesis {
  const cannot = "Cannot synthesize";
  takesAsking(cannot, options, "accept?, folder?, retry?, dropBrokenLines?, total?");
  ofKind(cannot, { documents }, "a list or another iterable");
  ofKind(cannot, { method }, "an object with id, build, read");
  const { build, read, next, rounds = 1 } = method;
  ofKind(cannot, next ? { build, read, next } : { build, read }, "a function");
  wholeNumber(cannot, { "the method's rounds": rounds }, next ? ">= 2" : "in [1, 1]");
  if (options.folder !== undefined) ofKind(cannot, { folder: options.folder }, "a text");
  const { workers = 128, retries = 1, budget = {}, price = { prompt: 0, completion: 0 } } = options;
  const { patienceSeconds = 600, reasoningTokens = 0, extraTokens = 0 } = options;
  wholeNumber(cannot, { workers }, ">= 1");
  wholeNumber(cannot, { retries, reasoningTokens, extraTokens }, ">= 0");
  inRange(cannot, { patienceSeconds }, ">= 0");
  if (options.accept !== undefined) wholeNumber(cannot, { accept: options.accept }, ">= 1");
  takes(`${cannot} within budget`, budget, "tokens?, requests?, cost?, seconds?");
  takes(`${cannot} at price`, price, "prompt, completion");
  for (const [kind, amounts] of Object.entries({ "budget of": budget, "price of": price })) {
    for (const [name, value] of Object.entries(amounts)) {
      if (value !== undefined) inRange(cannot, { [`the ${kind} ${name}`]: value }, ">= 0");
    }
  }
  if (options.retry !== undefined) ofKind(cannot, { retry: options.retry }, "a list of texts");
  if ((options.retry || options.dropBrokenLines) && !options.folder) {
    throw new TypeError(`${cannot} with retry or dropBrokenLines as there is no journal: give folder too`);
  }
  if (budget.cost !== undefined && !options.price) {
    throw new TypeError("Cannot synthesize with a budget of cost as there is no price: give price too");
  }
  ofKind(cannot, { model: options.model }, "an object with name, chat");
  return new Run(documents, method, {
    ...options,
    workers,
    retries,
    patienceSeconds,
    reasoningTokens,
    extraTokens,
    budget,
    price,
  });
}
