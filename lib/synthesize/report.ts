import type { OnProgress } from "../base/mod.ts";
import type { Document, Json, OnDrop } from "../data/mod.ts";
import type { ChatModel } from "../llm/mod.ts";

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

/** Options of `synthesize`. */
export interface SynthesizeOptions {
  /** The model to ask. */
  model: ChatModel;
  /** Where to stop. What the cache or the journal answers costs nothing. @default {no limit} */
  budget?: Budget | undefined;
  /**
   * How many texts are wanted: the run ends at the first so many of what all documents would give, whichever answers come
   * first, and drops what is still in flight. As many documents are in flight as are expected to fill it. @default {what all documents give}
   */
  accept?: number | undefined;
  /** What tokens cost; a budget of cost needs it. @default {nothing} */
  price?: Price | undefined;
  /** How often an answer that does not fit its prompt's schema is asked for again, with another seed. @default {1} */
  retries?: number | undefined;
  /**
   * How long an endpoint is waited for, in seconds, that refuses for its load (429, 502, 503, 504, 529), or answered before and
   * cannot be reached now, as it restarts; pauses grow to two minutes. The run ends where it asks by `Retry-After` for more than this, and where nothing came for so long whatever the fault.
   * @default {600}
   */
  patienceSeconds?: number | undefined;
  /** Tokens beyond each prompt's limit, for a model that thinks before it answers; a journal's outcomes stand whatever it is. @default {0} */
  reasoningTokens?: number | undefined;
  /** Tokens beyond these that an answer gets which was truncated: it is asked for once more. A journal's outcomes stand. @default {0} */
  extraTokens?: number | undefined;
  /** Causes of loss, such as `truncated`: a document that the journal has as lost by one is asked for again, with other seeds. @default {none} */
  retry?: readonly string[] | undefined;
  /** Fields of every request beside the kit's own, such as `{ reasoning_effort: "low" }`. @default {none} */
  body?: { [key: string]: Json } | undefined;
  /** Whether broken lines of the journal are left out and said in the report, rather than refused. @default {false} */
  dropBrokenLines?: boolean | undefined;
  /** The most requests in flight; how many there are follows what the endpoint bears. @default {128} */
  workers?: number | undefined;
  /** Whether `meta.reasoning` of a new text holds what the model thought before it (`<think>…</think>`). @default {false} */
  keepReasoning?: boolean | undefined;
  /** Names the sampling of every document. @default {1} */
  seed?: number | string | undefined;
  /** A folder for partial results: a run that ends in any way goes on from there. @default {none is kept} */
  folder?: string | undefined;
  /** Called with every text that is lost. */
  onDrop?: OnDrop | undefined;
  /** Called with every document that is finished, and when the endpoint must be waited for. */
  onProgress?: OnProgress | undefined;
  /** How many documents there are, for `onProgress`. @default {unknown} */
  total?: number | undefined;
  /** Stops the run: requests in flight are dropped, finished documents are still given. */
  signal?: AbortSignal | undefined;
}

/** What a run did. */
export interface SynthesisReport {
  /** The method's id. */
  method: string;
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
  /** Documents begun and not finished; the next run with the same `folder` begins them again. */
  unfinished: number;
  /** Documents that the journal has as lost, and which were asked for again by their cause. */
  retried: number;
  /** Seconds since the run began. */
  seconds: number;
  /** Seconds of these in which nothing was sent, as the endpoint asked for it or failed. */
  waitedSeconds: number;
  /** While the endpoint is waited for: how long, and why. */
  waiting?: string;
  /** What is not as it was asked for: parameters left out, tokens estimated, lines of the journal dropped. */
  notices: string[];
  /** Why the run ended before the input did. */
  stopped?: string;
}

/** New documents to iterate once, with the account of what happened so far. */
export interface Synthesis extends AsyncIterable<Document> {
  /** The account; it moves while documents are taken. */
  readonly report: SynthesisReport;
}
