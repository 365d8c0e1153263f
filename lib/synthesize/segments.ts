import { bytesPerToken, ofKind, splitSentences, takes, wholeNumber } from "../base/mod.ts";

/** Options of {@linkcode segments}. */
export interface SegmentsOptions {
  /** The most tokens of a segment, counted as four UTF-8 bytes each. WRAP (arXiv:2401.16380) uses 300. @default {300} */
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
  wholeNumber("Cannot cut segments", { maxTokens }, ">= 1");
  return pack(text.split(/\n[^\S\n]*\n\s*/), {
    limit: bytesPerToken * maxTokens,
    glue: "\n\n",
    finer: splitText,
  });
}

type Cut = (text: string, limit: number) => string[];

function pack(
  pieces: string[],
  { limit, glue, finer }: { limit: number; glue: string; finer: Cut },
): string[] {
  const packed: string[] = [];
  let open = "";
  for (const piece of pieces.map((one) => one.trim()).filter((one) => one !== "")) {
    const joined = open === "" ? piece : open + glue + piece;
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
  return pack(splitSentences(text), { limit, glue: " ", finer: words });
}

function words(text: string, limit: number): string[] {
  return pack(text.split(/\s+/), { limit, glue: " ", finer: letters });
}

/** A word beyond the limit, as in scripts without spaces: whole code points, at least one a piece. */
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
