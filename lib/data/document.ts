import { type Json, ofKind, sha256 } from "../base/mod.ts";

export type { Json };

/** Where a text that a model wrote comes from. */
export interface Lineage {
  /** Ids of the documents it was made from. */
  parents: string[];
  /** The prompt's id with its version, for example `rephrase/plain@1`. */
  prompt: string;
  /** The model's name as the endpoint gives it. */
  model: string;
  /** Sampling parameters as sent, for example `{ temperature: 0.7, max_tokens: 256 }`. */
  sampling: Record<string, Json>;
  /** The seed that was sent. */
  seed?: number;
  /** Tokens read and written for it. */
  usage?: { promptTokens: number; completionTokens: number };
}

/** One text with its identity: what every stage takes and gives. */
export interface Document {
  /** 16 hexadecimal digits, see {@linkcode documentId}; or what a record has as its own. */
  id: string;
  /** The text, in Unicode. */
  text: string;
  /** The data set or file it stands in, for example `spam-assassin/easy-ham-1`. */
  source: string;
  /** What else is known of it. */
  meta: Record<string, Json>;
  /** Present when a model wrote the text. */
  lineage?: Lineage;
}

/** What a stage takes and gives: Documents one after the other, never a corpus in memory. */
export type Documents = AsyncIterable<Document> | Iterable<Document>;

/** What a stage removed, and why: readable, never silent. */
export interface Drop {
  /** The document's id. */
  id: string;
  /** The document's source. */
  source: string;
  /** The stage that removed it, for example `select/gopher-quality`. */
  stage: string;
  /** The reason as a countable phrase, for example `fewer than 50 words`. */
  reason: string;
  /** The first characters of the text, or the evidence. */
  excerpt: string;
}

/** A listener for what a stage removes. */
export type OnDrop = (drop: Drop) => void;

/**
 * A document's id: the first 16 hexadecimal digits of the SHA-256 of its source and its position there. The same on every
 * machine, whatever the order of reading.
 *
 * @param source The data set or file.
 * @param position Where in it: a record's number, name or byte offset.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { documentId } from "midtrain/data";
 *
 * assert(documentId("sotu", 3) === documentId("sotu", "3"));
 * assert(documentId("sotu", 3) !== documentId("sotu", 4));
 * ```
 */
export function documentId(source: string, position: number | string): string {
  ofKind("Cannot name a document", { source }, "a text");
  return sha256(`${source}\n${position}`).slice(0, 16);
}
