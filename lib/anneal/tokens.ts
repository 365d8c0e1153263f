import type { Document } from "../data/mod.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Packed tokens of one source: its documents one after another, each closed by the end-of-document token. */
export interface TokenSource {
  /** The name that weights refer to. */
  name: string;
  /** Token ids. */
  tokens: Uint16Array | Uint32Array;
  /** The id that closes a document. */
  endOfDocument: number;
  /** Ids lie in [0, vocabularySize). */
  vocabularySize: number;
  /** How many documents were packed. */
  documents: number;
  /** UTF-8 bytes of their texts: what bits per byte divides by. */
  bytes: number;
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
  documents: Iterable<Document> | AsyncIterable<Document>,
  tokenizer: Tokenizer,
  options: PackOptions = {},
): Promise<TokenSource> {
  const { maxTokens = Infinity } = options, { vocabularySize, endOfDocument } = tokenizer;
  const Ids = vocabularySize <= 65536 ? Uint16Array : Uint32Array, encoder = new TextEncoder();
  let tokens = new Ids(1 << 16), length = 0, bytes = 0, count = 0, name = options.name;
  for await (const { text, source, id } of documents) {
    name ??= source;
    const ids = tokenizer.encode(text);
    if (length + ids.length + 1 > tokens.length) {
      const larger = new Ids(Math.max(tokens.length * 2, length + ids.length + 1));
      larger.set(tokens.subarray(0, length));
      tokens = larger;
    }
    for (let i = 0; i < ids.length; i++) {
      if (!(ids[i]! < vocabularySize)) {
        throw new RangeError(
          `Cannot pack document ${id} as token ids must lie in [0, ${vocabularySize}): current value is ${
            ids[i]
          }`,
        );
      }
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
  const { name, tokens } = source;
  if (countWindows(source, context) < 1) {
    throw new RangeError(
      `Cannot read source ${name} as it must hold context + 1 = ${
        context + 1
      } tokens: it holds ${tokens.length}`,
    );
  }
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]! >= model.vocabularySize) {
      throw new RangeError(
        `Cannot read source ${name} as token ids must lie in [0, ${model.vocabularySize}): token ${i} is ${
          tokens[i]
        }`,
      );
    }
  }
}
