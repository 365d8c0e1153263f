import type { Documents } from "../data/mod.ts";
import { each, ofKind, takes } from "../base/mod.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Token ids one after another: a typed array in memory, or shards on disk of which only what is asked for is read. */
export interface TokenSequence {
  /** How many there are. */
  readonly length: number;
  /** The ids from `start` up to `end`, without it. */
  subarray(start: number, end: number): Uint16Array | Uint32Array;
}

/** Packed tokens of one source: its documents one after another, each closed by the end-of-document token. */
export interface TokenSource {
  /** The name that weights refer to. */
  name: string;
  /** Token ids. */
  tokens: TokenSequence;
  /** The id that closes a document. */
  endOfDocument: number;
  /** Ids lie in [0, vocabularySize). */
  vocabularySize: number;
  /** How many documents were packed. */
  documents: number;
  /** UTF-8 bytes of their texts: what bits per byte divides by. */
  bytes: number;
  /** The largest id, where it is known without reading all of them. */
  largestToken?: number;
  /** The SHA-256 of the ids, where it is known without reading all of them. */
  sha256?: string;
}

/** A source that lies in memory. */
export interface PackedSource extends TokenSource {
  /** Token ids. */
  tokens: Uint16Array | Uint32Array;
}

/** Options of {@linkcode packDocuments}. */
export interface PackOptions {
  /** The source's name. @default the first document's `source` */
  name?: string;
  /** Stop after the document that reaches this many tokens. @default {Infinity} */
  maxTokens?: number;
}

/**
 * Tokenise documents and pack them into one sequence.
 *
 * @throws {RangeError} If there is no document, or the tokenizer gives an id outside its vocabulary.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { byteTokenizer, packDocuments } from "midtrain/anneal";
 *
 * const documents = ["ab", "c"].map((text, i) => ({ id: `${i}`, text, source: "letters", meta: {} }));
 * const { name, tokens, bytes } = await packDocuments(documents, byteTokenizer());
 * assert.deepEqual([name, [...tokens], bytes], ["letters", [97, 98, 256, 99, 256], 3]);
 * ```
 */
export async function packDocuments(
  documents: Documents,
  tokenizer: Tokenizer,
  options: PackOptions = {},
): Promise<PackedSource> {
  takes("Cannot pack documents", options, "name?, maxTokens?");
  ofKind("Cannot pack documents", { tokenizer }, "an object with encode");
  const { maxTokens = Infinity } = options;
  const { vocabularySize, endOfDocument } = tokenizer;
  const Ids = idsOf(vocabularySize);
  const encoder = new TextEncoder();
  let tokens = new Ids(1 << 16);
  let length = 0;
  let bytes = 0;
  let count = 0;
  let name = options.name;
  for await (
    const { text, source, id } of each("Cannot pack documents", { documents }, "an object with id, text")
  ) {
    name ??= source;
    const ids = encodeDocument(id, text, tokenizer);
    if (length + ids.length + 1 > tokens.length) {
      const larger = new Ids(Math.max(tokens.length * 2, length + ids.length + 1));
      larger.set(tokens.subarray(0, length));
      tokens = larger;
    }
    tokens.set(ids, length);
    tokens[length + ids.length] = endOfDocument;
    length += ids.length + 1;
    bytes += encoder.encode(text).length;
    count++;
    if (length >= maxTokens) break;
  }
  if (count === 0) {
    throw new RangeError(`Cannot pack ${name ?? "a source"} as it must hold a document: it is empty`);
  }
  return {
    name: name!,
    tokens: tokens.slice(0, length),
    endOfDocument,
    vocabularySize,
    documents: count,
    bytes,
  };
}

/** The kind of array that holds a vocabulary's ids. */
export function idsOf(vocabularySize: number): Uint16ArrayConstructor | Uint32ArrayConstructor {
  return vocabularySize <= 65536 ? Uint16Array : Uint32Array;
}

/** A document's ids, without the one that closes it. */
export function encodeDocument(id: string, text: string, tokenizer: Tokenizer): ArrayLike<number> {
  const ids = tokenizer.encode(text);
  const { vocabularySize } = tokenizer;
  for (let i = 0; i < ids.length; i++) {
    if (!(ids[i] < vocabularySize)) {
      throw new RangeError(
        `Cannot pack document ${id} as token ids must lie in [0, ${vocabularySize}): current value is ${
          ids[i]
        }`,
      );
    }
  }
  return ids;
}

/** How many windows of `context` tokens, each with the token that follows, a source holds. */
export function countWindows(source: TokenSource, context: number): number {
  return Math.max(0, Math.floor((source.tokens.length - 1) / context));
}

/**
 * Check that a source can feed a model.
 *
 * @throws {RangeError} If it is empty, shorter than one window, or holds an id beyond the model's vocabulary.
 */
export function checkSource(source: TokenSource, model: { vocabularySize: number }, context: number): void {
  const { name, tokens, largestToken } = source;
  if (countWindows(source, context) < 1) {
    throw new RangeError(
      `Cannot read source ${name} as it must hold context + 1 = ${
        context + 1
      } tokens: it holds ${tokens.length}`,
    );
  }
  if (largestToken === undefined) {
    checkIds(source, tokens.subarray(0, tokens.length), 0, model.vocabularySize);
  } else if (largestToken >= model.vocabularySize) {
    throw beyondVocabulary(name, model.vocabularySize, largestToken);
  }
}

/** One window of a source and the tokens that follow each of its own, written at a place of a batch. */
export function readWindow(
  source: TokenSource,
  window: number,
  batch: { tokens: Int32Array; targets: Int32Array },
  { at, context, vocabularySize }: { at: number; context: number; vocabularySize: number },
): void {
  const start = window * context;
  const ids = source.tokens.subarray(start, start + context + 1);
  // What a file's index says of its largest id is not proof: a damaged shard must not reach the embedding.
  checkIds(source, ids, start, vocabularySize);
  batch.tokens.set(ids.subarray(0, context), at);
  batch.targets.set(ids.subarray(1), at);
}

function checkIds(
  { name }: TokenSource,
  ids: ArrayLike<number>,
  start: number,
  vocabularySize: number,
): void {
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] >= vocabularySize) throw beyondVocabulary(name, vocabularySize, ids[i], start + i);
  }
}

function beyondVocabulary(name: string, vocabularySize: number, id: number, place?: number): RangeError {
  return new RangeError(
    `Cannot read source ${name} as token ids must lie in [0, ${vocabularySize}): ${
      place === undefined ? "its largest" : `token ${place}`
    } is ${id}`,
  );
}
