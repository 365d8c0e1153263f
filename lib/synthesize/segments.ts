import { bytesPerToken, ofKind, splitSentences, takes, wholeNumber } from "../base/mod.ts";
import { unspaced, wordPieces } from "./checks.ts";

/** Options of {@linkcode segments}. */
export interface SegmentsOptions {
  /** The most tokens of a segment, counted as four UTF-8 bytes each; `Infinity` cuts nothing. WRAP (arXiv:2401.16380) uses 300. @default {300} */
  maxTokens?: number;
}

/**
 * Cut a page into pieces that a model reads whole: at paragraphs, else sentences, else words, as few pieces as their order
 * allows. Nothing is left out: the pieces hold every word of the page.
 *
 * @throws {RangeError} If `maxTokens` is not a whole number >= 1.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { segments } from "midtrain/synthesize";
 *
 * const page = "First paragraph here.\n\nSecond one. It has two sentences.";
 * assert.deepEqual(segments(page, { maxTokens: 6 }), ["First paragraph here.", "Second one.", "It has two sentences."]);
 * assert.deepEqual(segments(page), [page]);
 * ```
 */
export function segments(text: string, options: SegmentsOptions = {}): string[] {
  takes("Cannot cut segments", options, "maxTokens?");
  ofKind("Cannot cut segments", { text }, "a text");
  const { maxTokens = 300 } = options;
  if (maxTokens === Infinity) return text.trim() === "" ? [] : [text.trim()];
  wholeNumber("Cannot cut segments", { maxTokens }, ">= 1");
  return pack(text.split(/\n[^\S\n]*\n\s*/), {
    limit: bytesPerToken * maxTokens,
    glue: "\n\n",
    finer: splitText,
  });
}

/** Where the segments of a text stand in it, in UTF-16 code units: the pieces have its letters in their order. */
export function spansOf(text: string, pieces: readonly string[]): [number, number][] {
  let at = 0;
  return pieces.map((piece) => {
    while (at < text.length && isSpace(text, at)) at++;
    const start = at;
    for (let i = 0; i < piece.length; i++) {
      if (isSpace(piece, i)) continue;
      while (isSpace(text, at)) at++;
      at++;
    }
    return [start, at];
  });
}

const isSpace = (text: string, at: number) => /\s/.test(text[at] ?? "");

type Cut = (text: string, limit: number) => string[];

interface Packing {
  limit: number;
  /** What stands between two pieces that white space parted. */
  glue: string;
  /** How a piece beyond the limit is cut. */
  finer: Cut;
  /** Whether pieces are parted only where they end in white space: Chinese writes none between sentences. */
  asWritten?: boolean;
}

function pack(pieces: string[], { limit, glue, finer, asWritten }: Packing): string[] {
  const packed: string[] = [];
  let open = "";
  let parted = false;
  for (const raw of pieces) {
    const piece = raw.trim();
    parted ||= !asWritten || /^\s/.test(raw);
    if (piece === "") continue;
    const joined = open === "" ? piece : `${open}${parted ? glue : ""}${piece}`;
    parted = /\s$/.test(raw);
    if (bytes(joined) <= limit) {
      open = joined;
      continue;
    }
    if (open !== "") packed.push(open);
    const parts = bytes(piece) <= limit ? [piece] : finer(piece, limit);
    packed.push(...parts.slice(0, -1));
    open = parts.at(-1)!;
  }
  if (open !== "") packed.push(open);
  return packed;
}

function splitText(text: string, limit: number): string[] {
  return pack(splitSentences(text), { limit, glue: " ", finer: words, asWritten: true });
}

function words(text: string, limit: number): string[] {
  return pack(text.split(/\s+/), { limit, glue: " ", finer: unspacedWords });
}

/** A run without spaces, by the dictionary of its language. */
function unspacedWords(text: string, limit: number): string[] {
  const pieces = unspaced.test(text) ? wordPieces(text) : [text];
  return pieces.length === 1 ? letters(text, limit) : pack(pieces, { limit, glue: "", finer: letters });
}

/** A word beyond the limit, such as an address: whole code points, at least one a piece. */
function letters(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let open = "";
  let size = 0;
  for (const letter of text) {
    const more = bytes(letter);
    if (open !== "" && size + more > limit) {
      pieces.push(open);
      open = "";
      size = 0;
    }
    open += letter;
    size += more;
  }
  return [...pieces, open];
}

const encoder = new TextEncoder();

function bytes(text: string): number {
  return encoder.encode(text).length;
}
