import { must } from "../base/mod.ts";
import type { Document } from "../data/mod.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A part of a text, from a character up to another, without it; as `slice` counts. */
export type Span = readonly [start: number, end: number];

/**
 * Which parts of a document the loss counts: the name of what `meta` holds them under, or a function; where that gives
 * nothing, all of the document counts.
 */
export type LossOn = string | ((document: Document) => readonly Span[] | undefined);

/** What the loss counts of a document: a flag for each token and for its end, where some may not, and the bytes of its texts. */
export function countsOf(
  document: Document,
  ids: ArrayLike<number>,
  tokenizer: Tokenizer,
  lossOn: LossOn | undefined,
): { counted: Uint8Array | undefined; bytes: number } {
  const { text } = document;
  const encoder = new TextEncoder();
  if (lossOn === undefined) return { counted: undefined, bytes: encoder.encode(text).length };
  const spans = spansOf(document, lossOn) ?? [[0, text.length]] as const;
  const counted = new Uint8Array(ids.length + 1);
  counted.set(countedTokens(text, ids, spans, tokenizer));
  // Where to end is learnt with the last character.
  if (spans.at(-1)?.[1] === text.length) counted[ids.length] = 1;
  const bytes = spans.reduce((sum, [start, end]) => sum + encoder.encode(text.slice(start, end)).length, 0);
  return { counted, bytes };
}

/**
 * The parts of a document that count, in order.
 *
 * @throws {RangeError} If they are no parts of the text in order, or `meta` does not hold them.
 */
function spansOf(document: Document, lossOn: LossOn): readonly Span[] | undefined {
  const { id, text, meta } = document;
  const cannot = `Cannot pack document ${id}`;
  const named = typeof lossOn === "string";
  const found: unknown = named ? meta?.[lossOn] : lossOn(document);
  if (found === undefined && !named) return undefined;
  const name = named ? `meta.${lossOn}` : "what lossOn gives";
  const rule =
    `${name} must be parts [start, end] of its ${text.length} characters, in order and none in another`;
  let end = 0;
  const isSpan = (span: unknown): span is Span => {
    if (!Array.isArray(span) || span.length !== 2 || !span.every(Number.isSafeInteger)) return false;
    const holds = span[0] >= end && span[1] >= span[0] && span[1] <= text.length;
    end = span[1];
    return holds;
  };
  const holds = Array.isArray(found) && found.every(isSpan);
  must(cannot, rule, found === undefined ? "undefined" : JSON.stringify(found), holds);
  return found as readonly Span[];
}

/**
 * Which tokens of a text hold a character of its parts: 1, else 0. A token counts that lies across the edge of a part.
 *
 * Tokenizers tell no places, so the tokens before an edge are those that the text up to it begins with too.
 */
function countedTokens(
  text: string,
  ids: ArrayLike<number>,
  spans: readonly Span[],
  tokenizer: Tokenizer,
): Uint8Array {
  const counted = new Uint8Array(ids.length);
  for (const [start, end] of spans) {
    if (end === start) continue;
    counted.fill(1, before(text, start, ids, tokenizer).common, afterEdge(text, end, ids, tokenizer));
  }
  return counted;
}

/** The first token that lies wholly behind an edge. */
function afterEdge(text: string, edge: number, ids: ArrayLike<number>, tokenizer: Tokenizer): number {
  const { common, whole } = before(text, edge, ids, tokenizer);
  return whole ? common : Math.min(ids.length, common + 1);
}

/** How many tokens the text up to an edge shares with the whole, and whether it ends where a token does. */
function before(
  text: string,
  edge: number,
  ids: ArrayLike<number>,
  tokenizer: Tokenizer,
): { common: number; whole: boolean } {
  if (edge === 0) return { common: 0, whole: true };
  if (edge === text.length) return { common: ids.length, whole: true };
  const head = tokenizer.encode(text.slice(0, edge));
  let common = 0;
  while (common < head.length && head[common] === ids[common]) common++;
  return { common, whole: common === head.length };
}
