import type { Document } from "../data/mod.ts";
import { beginningOf, beginsWith } from "./_beginning.ts";
import { countsOf, type LossOn } from "./_loss_spans.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A document as a model reads it in training. */
export interface EncodedDocument {
  /** Its ids: the tokenizer's own beginning, if it has one, the text's, and the end of a document. */
  ids: Uint16Array | Uint32Array;
  /** Which of them the loss counts: 1, else 0; absent where all are. */
  counted: Uint8Array | undefined;
  /** UTF-8 bytes of the texts that count. */
  bytes: number;
}

/**
 * What encodes documents. Where the tokenizer's template puts tokens before a text, as Llama's and Gemma's do, they stand before
 * each document, unless it begins with them already, as a chat may.
 */
export function documentEncoder(
  tokenizer: Tokenizer,
  lossOn: LossOn | undefined,
): (document: Document) => EncodedDocument {
  const { vocabularySize, endOfDocument } = tokenizer;
  const Ids = idsOf(vocabularySize);
  const beginning = beginningOf("Cannot pack documents", tokenizer);
  return (document) => {
    const own = tokenizer.encode(document.text);
    checkIds(document.id, own, vocabularySize);
    const before = beginsWith(own, beginning) ? [] : beginning;
    const length = before.length + own.length + 1;
    const ids = new Ids(length).fill(endOfDocument);
    ids.set(before);
    ids.set(own, before.length);
    const { counted, bytes } = countsOf(document, own, tokenizer, lossOn);
    if (!counted || before.length === 0) return { ids, counted, bytes };
    const behind = new Uint8Array(length);
    behind.set(counted, before.length);
    return { ids, counted: behind, bytes };
  };
}

/** The kind of array that holds a vocabulary's ids. */
export function idsOf(vocabularySize: number): Uint16ArrayConstructor | Uint32ArrayConstructor {
  return vocabularySize <= 65536 ? Uint16Array : Uint32Array;
}

function checkIds(id: string, ids: ArrayLike<number>, vocabularySize: number): void {
  for (let i = 0; i < ids.length; i++) {
    if (!(ids[i] < vocabularySize)) {
      throw new RangeError(
        `Cannot pack document ${id} as token ids must lie in [0, ${vocabularySize}): current value is ${
          ids[i]
        }`,
      );
    }
  }
}
