import type { Documents } from "../data/mod.ts";
import { described, type Description, each, ofKind, takes, wholeNumber } from "../base/mod.ts";
import { documentEncoder, idsOf } from "./_encode_document.ts";
import { Layout } from "./_layout.ts";
import type { LossOn } from "./_loss_spans.ts";
import type { Teacher } from "./_teacher.ts";
import type { TokenFlags, TokenSequence } from "./token_sequence.ts";
import type { Tokenizer } from "./tokenizer.ts";

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
  /** Which tokens the loss counts where they are predicted: 1, else 0. @default all */
  counted?: TokenFlags;
  /** How many of them. @default all */
  countedTokens?: number;
  /** Tokens in the windows that it was laid into: no other context reads it. @default any */
  context?: number;
  /** What a teacher said of its tokens, by {@linkcode recordTeacher}. @default none */
  teacher?: Teacher;
}

/** A source that lies in memory. */
export interface PackedSource extends TokenSource {
  /** Token ids. */
  tokens: Uint16Array | Uint32Array;
  /** Which of them count. */
  counted?: Uint8Array;
}

/** Options of {@linkcode packDocuments}. */
export interface PackOptions {
  /** The source's name. @default the first document's `source` */
  name?: string;
  /** Stop after the document that reaches this many tokens. @default {Infinity} */
  maxTokens?: number;
  /**
   * Which parts of each document the loss counts, such as the answers of a chat: the name of what its `meta` holds them
   * under (`"responses"` of {@linkcode chatDocuments}), or a function. The rest is read and not learnt. The end of a document
   * counts where its last character does. @default all
   */
  lossOn?: LossOn;
  /**
   * Lay documents into windows of this many tokens, the context to train with, so that none is cut that fits into one
   * (best-fit decreasing, arXiv:2404.10830). What stays free is filled with ends of documents that do not count.
   * @default documents stand one after another, and windows cut them where they end
   */
  bestFit?: number;
}

/**
 * Tokenise documents and pack them into one sequence. Where the tokenizer's template puts tokens before a text, as Llama's and
 * Gemma's, they begin each document.
 *
 * @throws {RangeError} If there is no document, the tokenizer gives an id outside its vocabulary, or nothing counts.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { byteTokenizer, packDocuments } from "midtrain/anneal";
 *
 * const documents = ["ab", "c"].map((text, i) => ({ id: `${i}`, text, source: "letters", meta: {} }));
 * const { name, tokens, bytes } = await packDocuments(documents, byteTokenizer());
 * assert.deepEqual([name, [...tokens], bytes], ["letters", [97, 98, 256, 99, 256], 3]);
 * ```
 * @example Answers alone are learnt
 * ```ts
 * import assert from "node:assert/strict";
 * import { byteTokenizer, packDocuments } from "midtrain/anneal";
 *
 * const document = { id: "1", text: "2+2=4", source: "sums", meta: { answers: [[4, 5]] } };
 * const { counted } = await packDocuments([document], byteTokenizer(), { lossOn: "answers" });
 * assert.deepEqual([...counted!], [0, 0, 0, 0, 1, 1]);
 * ```
 */
export async function packDocuments(
  documents: Documents,
  tokenizer: Tokenizer,
  options: PackOptions = {},
): Promise<PackedSource> {
  const cannot = "Cannot pack documents";
  takes(cannot, options, "name?, maxTokens?, lossOn?, bestFit?");
  ofKind(cannot, { tokenizer }, "an object with encode");
  const { maxTokens = Infinity, lossOn, bestFit } = options;
  if (lossOn !== undefined && typeof lossOn !== "function") ofKind(cannot, { lossOn }, "a text");
  if (bestFit !== undefined) wholeNumber(cannot, { bestFit }, ">= 2");
  const { vocabularySize, endOfDocument } = tokenizer;
  const Ids = idsOf(vocabularySize);
  let tokens = new Ids(1 << 16);
  let counted = new Uint8Array(lossOn === undefined ? 0 : tokens.length);
  const encode = documentEncoder(tokenizer, lossOn);
  const ends: number[] = [];
  let length = 0;
  let bytes = 0;
  let name = options.name;
  for await (const document of each(cannot, { documents }, "an object with id, text")) {
    name ??= document.source;
    const { ids, ...counts } = encode(document);
    const start = length;
    length += ids.length;
    if (length > tokens.length) {
      const size = Math.max(tokens.length * 2, length);
      tokens = larger(tokens, new Ids(size));
      if (lossOn !== undefined) counted = larger(counted, new Uint8Array(size));
    }
    tokens.set(ids, start);
    if (counts.counted) counted.set(counts.counted, start);
    bytes += counts.bytes;
    ends.push(length);
    if (length >= maxTokens) break;
  }
  if (ends.length === 0) {
    throw new RangeError(`Cannot pack ${name ?? "a source"} as it must hold a document: it is empty`);
  }
  if (lossOn !== undefined && !counted.subarray(0, length).includes(1)) {
    throw new RangeError(`Cannot pack ${name} as the loss must count a token of it: it counts none`);
  }
  const line = {
    tokens: tokens.slice(0, length),
    ...(lossOn !== undefined && { counted: counted.slice(0, length) }),
  };
  const laid = bestFit === undefined ? line : layOut(line, new Layout(ends, bestFit), endOfDocument);
  const packed: PackedSource = {
    name: name!,
    ...laid,
    ...(bestFit !== undefined && { context: bestFit }),
    ...(laid.counted && { countedTokens: laid.counted.reduce((sum, flag) => sum + flag, 0) }),
    endOfDocument,
    vocabularySize,
    documents: ends.length,
    bytes,
  };
  return described(packed, (packed) => tellPacked(packed, ends, bestFit));
}

/** The same as windows hold them. */
function layOut(
  { tokens, counted }: Pick<PackedSource, "tokens" | "counted">,
  layout: Layout,
  endOfDocument: number,
): { tokens: Uint16Array | Uint32Array; counted: Uint8Array } {
  return {
    tokens: layout.tokens(tokens, endOfDocument).subarray(0, layout.length),
    counted: layout.counted(counted).subarray(0, layout.length),
  };
}

function tellPacked(packed: PackedSource, ends: readonly number[], bestFit: number | undefined): Description {
  const { name, documents, tokens, countedTokens = tokens.length, bytes } = packed;
  const share = (part: number, whole: number) => `${(100 * part / whole).toFixed(1)} %`;
  const rows = [{
    source: name,
    documents,
    tokens: tokens.length,
    "tokens that count": countedTokens,
    bytes,
  }];
  if (bestFit === undefined) return [{ rows }];
  const length = (i: number) => ends[i] - (ends[i - 1] ?? 0);
  const cutBy = (cuts: (i: number) => boolean) => share(ends.filter((_, i) => cuts(i)).length, documents);
  return [{ rows }, {
    title: `In windows of ${bestFit} tokens`,
    rows: [
      {
        layout: "best fit",
        "documents cut": cutBy((i) => length(i) > bestFit),
        "padding": share(tokens.length - 1 - ends.at(-1)!, tokens.length - 1),
      },
      {
        layout: "one after another",
        "documents cut": cutBy((i) =>
          Math.floor((ends[i] - length(i)) / bestFit) !== Math.floor((ends[i] - 1) / bestFit)
        ),
        "padding": share(0, 1),
      },
    ],
  }];
}

function larger<A extends Uint8Array | Uint16Array | Uint32Array>(before: A, after: A): A {
  after.set(before);
  return after;
}

/** How many windows of `context` tokens, each with the token that follows, a source holds. */
export function countWindows(source: TokenSource, context: number): number {
  return Math.max(0, Math.floor((source.tokens.length - 1) / context));
}

/**
 * Check that a source can feed a model.
 *
 * @throws {RangeError} If it is empty, shorter than one window, laid out for another context, or holds an id beyond the
 * model's vocabulary.
 */
export function checkSource(source: TokenSource, model: { vocabularySize: number }, context: number): void {
  const { name, tokens, largestToken } = source;
  if (source.context !== undefined && source.context !== context) {
    throw new RangeError(
      `Cannot read source ${name} as context must be the ${source.context} tokens that it was laid out for: ` +
        `current value is ${context}`,
    );
  }
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
